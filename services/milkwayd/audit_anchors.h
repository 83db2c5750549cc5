// Tells the inventory's Merkle log where the audit logs of this process end.
//
// Whoever holds the store's disk could cut rows off an audit log, or write all of it anew.
// Once its hash is a leaf of the Merkle log, whose signed checkpoints others keep, that is
// found out.

#ifndef MILKWAY_SERVICES_MILKWAYD_AUDIT_ANCHORS_H_
#define MILKWAY_SERVICES_MILKWAYD_AUDIT_ANCHORS_H_

#include <cstdint>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"
#include "clients/cpp/service_channel.h"
#include "milkway/inventory/v1/log.grpc.pb.h"
#include "services/milkwayd/stoppable_calls.h"
#include "services/runtime/audit/audit_witness.h"
#include "services/runtime/call_log.h"
#include "services/runtime/clock.h"
#include "storage/store.h"

namespace milkway {

// A leaf's body: docs/formats.md.
std::string EncodeAuditLeaf(const std::string& name, const runtime::AuditHead& head);

// Thread-safe.
class AuditAnchors final : public runtime::AuditWitness {
 public:
  // Logs are anchored this long after one that has new rows was, or got its first row.
  static constexpr int64_t kPauseUs = int64_t{3'600} * 1'000'000;

  // `log` may be null. All must outlive the anchors.
  AuditAnchors(storage::Store* store, const runtime::Clock* clock, runtime::CallLog* log);
  ~AuditAnchors() override;

  // Once, when the way to the inventory is known: from now on logs are anchored every hour.
  // Until then AnchorAll is UNAVAILABLE where there is something to anchor.
  void Start(const clients::ServiceChannel& inventory);
  // Gives up what is under way; no leaf is written any more.
  void Stop();

  absl::StatusOr<std::vector<Anchored>> AnchorAll() override;

 private:
  absl::StatusOr<inventory::v1::AppendLeavesResponse> AppendLeaves(
      const inventory::v1::AppendLeavesRequest& request) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void AnchorNowAndThen();
  // Whether there are rows that should have been anchored by now.
  absl::StatusOr<bool> IsDue() const;
  absl::Status Remember(const std::vector<runtime::AuditLog>& logs,
                        const std::vector<runtime::AuditHead>& heads, int64_t first_position);

  storage::Store& store_;
  const runtime::Clock& clock_;
  runtime::CallLog* const log_;
  StoppableCalls calls_;
  absl::Mutex mutex_;  // held while logs are anchored: one at a time
  clients::CallOptions options_ ABSL_GUARDED_BY(mutex_);
  // Null: no way there.
  std::unique_ptr<inventory::v1::LogService::Stub> merkle_log_ ABSL_GUARDED_BY(mutex_);
  std::thread schedule_;
};

}  // namespace milkway

#endif  // MILKWAY_SERVICES_MILKWAYD_AUDIT_ANCHORS_H_
