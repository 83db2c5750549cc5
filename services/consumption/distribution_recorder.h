// Records distributions: many calls at once become one group, posted to the ledger
// in one call.
//
// A group is checked and reserved in one transaction, which opens an intent for it;
// the intent posts its milk; a second transaction stores what the ledger took and
// releases what it refused. While two groups are being reserved, further calls
// gather into the next one: so the busier the server, the larger the groups.

#ifndef MILKWAY_SERVICES_CONSUMPTION_DISTRIBUTION_RECORDER_H_
#define MILKWAY_SERVICES_CONSUMPTION_DISTRIBUTION_RECORDER_H_

#include <memory>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/functional/any_invocable.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"
#include "clients/cpp/ledger_client.h"
#include "milkway/consumption/v1/distributions.pb.h"
#include "services/consumption/recording.h"
#include "services/consumption/schools.h"
#include "services/runtime/audit/audit_log.h"
#include "services/runtime/intent.h"
#include "services/runtime/once.h"
#include "storage/store.h"

namespace milkway::consumption {

inline constexpr char kRecordingIntent[] = "distributions";

// Thread-safe.
class DistributionRecorder final : public runtime::IntentKind {
 public:
  using Done = absl::AnyInvocable<void(absl::StatusOr<v1::RecordDistributionResponse>) &&>;
  // What the audit log is to say of the call that sends class records, but for which.
  using Audit = std::shared_ptr<const runtime::AuditEntry>;
  // A class record and who waits for what becomes of it. `done` is called exactly
  // once, on any thread, and must not block.
  struct Submission {
    Recording recording;
    Audit audit;  // one for all records of a call
    Done done;
  };
  // All must outlive the recorder.
  struct Parts {
    storage::Store* store = nullptr;
    const runtime::OnceTable* once = nullptr;
    runtime::IntentRunner* intents = nullptr;
    SchoolCache* schools = nullptr;
    const clients::LedgerClient* ledger = nullptr;
  };

  // The runner may be registered with later, and must end before the recorder does.
  explicit DistributionRecorder(Parts parts) : parts_(parts) {}
  // Waits for the groups that are being reserved.
  ~DistributionRecorder() override;

  // Records each submission once per request id.
  void Record(std::vector<Submission> submissions);

  absl::string_view Name() const override { return kRecordingIntent; }
  // Groups: at most 1000 drafts, whose largest fit into one message to the ledger.
  size_t BatchMax() const override { return 2; }
  void Perform(const std::vector<runtime::Intent>& intents, Performed done) override;
  absl::Status Conclude(storage::Transaction& transaction, const runtime::Intent& intent,
                        const Outcome& outcome, Outcome* answer) override;

 private:
  struct Group;

  void StartGroups();
  absl::Status Reserve(storage::Transaction& transaction, Group* group);
  absl::Status ReserveOne(storage::Transaction& transaction, size_t index, Group* group);
  void Reserved(std::shared_ptr<Group> group, const absl::Status& status);
  void AwaitOther(Submission submission, uint64_t intent_id);
  static absl::Status AuditGroup(storage::Transaction& transaction,
                                 const rec::PendingGroupRecord& group,
                                 const v1::BatchRecordDistributionsResponse& response);
  absl::Status ConcludeOne(storage::Transaction& transaction, const rec::PendingRecord& pending,
                           const absl::StatusOr<inventory::v1::PostingResult>& posted,
                           v1::DistributionResult* result) const;

  const Parts parts_;
  absl::Mutex mutex_;
  std::vector<Submission> waiting_ ABSL_GUARDED_BY(mutex_);
  int groups_being_reserved_ ABSL_GUARDED_BY(mutex_) = 0;
  int callbacks_under_way_ ABSL_GUARDED_BY(mutex_) = 0;
  absl::CondVar no_callback_under_way_;
};

}  // namespace milkway::consumption

#endif  // MILKWAY_SERVICES_CONSUMPTION_DISTRIBUTION_RECORDER_H_
