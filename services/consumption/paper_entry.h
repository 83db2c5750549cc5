// Enters what a sheet of paper says: its days as records and corrections of their own.

#ifndef MILKWAY_SERVICES_CONSUMPTION_PAPER_ENTRY_H_
#define MILKWAY_SERVICES_CONSUMPTION_PAPER_ENTRY_H_

#include <memory>
#include <vector>

#include "absl/functional/any_invocable.h"
#include "absl/status/statusor.h"
#include "milkway/consumption/v1/paper.pb.h"
#include "services/consumption/distribution_recorder.h"
#include "services/consumption/paper_plan.h"
#include "services/consumption/schools.h"
#include "services/runtime/call.h"
#include "services/runtime/intent.h"
#include "services/runtime/once.h"
#include "storage/store.h"

namespace milkway::consumption {

// Thread-safe.
class PaperEntry {
 public:
  using Done = absl::AnyInvocable<void(absl::StatusOr<v1::EnterPaperSheetResponse>) &&>;
  // All must outlive the entry.
  struct Parts {
    storage::Store* store = nullptr;
    const runtime::OnceTable* once = nullptr;
    runtime::IntentRunner* intents = nullptr;
    SchoolCache* schools = nullptr;
    DistributionRecorder* recorder = nullptr;
  };
  explicit PaperEntry(Parts parts) : parts_(parts) {}

  // `done` hears what became of each day, once, from any thread; or what
  // PlanSheet refuses. If a day fails for the moment only, so
  // does the whole: send the sheet again.
  // `entry`: what the audit log is to say of the call, but for what it changed.
  void Enter(const v1::EnterPaperSheetRequest& request, const runtime::Call& call,
             const runtime::AuditEntry& entry, Done done);

 private:
  struct Progress;
  struct Correcting;

  void Record(std::shared_ptr<Progress> progress, const runtime::Call& call,
              const runtime::AuditEntry& entry);
  void Correct(std::shared_ptr<Correcting> correcting);

  const Parts parts_;
};

}  // namespace milkway::consumption

#endif  // MILKWAY_SERVICES_CONSUMPTION_PAPER_ENTRY_H_
