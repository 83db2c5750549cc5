// Steps across services that survive a crash.
//
// An intent is stored in the transaction that decides on it, performed by a call
// to another service with a request id derived from the first, and concluded in
// a transaction that stores the outcome. Each part is idempotent, so a crash at
// any point ends in the same state: open intents are resumed at start, and tried
// again with growing pauses (0.1 s to 30 s) while the other service is away.

#ifndef MILKWAY_SERVICES_RUNTIME_INTENT_H_
#define MILKWAY_SERVICES_RUNTIME_INTENT_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "absl/functional/any_invocable.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "services/runtime/once.h"
#include "services/runtime/service_tag.h"
#include "storage/store.h"

namespace milkway::runtime {

// One open step. `request` is the caller's request if the runner is to remember
// its answer; absent if the kind does that itself (for batches).
struct Intent {
  uint64_t id = 0;
  std::string payload;
  std::string caller_id;
  struct Request {
    RequestId id;
    BodyHash hash;
  };
  std::optional<Request> request;
  // An AuditEntry, serialized: goes into the audit log once the step is concluded and was
  // not refused. Empty: nothing does, or the kind does that itself.
  std::string audit_entry;
};

// Ids of callers in one text, with commas; of very many only the first, and how many more.
std::string JoinCallers(const std::set<absl::string_view>& callers);

// What a kind of step does. Thread-safe; outlives the runner.
class IntentKind {
 public:
  using Outcome = absl::StatusOr<std::string>;
  using Performed = absl::AnyInvocable<void(std::vector<Outcome>) &&>;

  virtual ~IntentKind() = default;

  // Stable name, on disk: "receipt".
  virtual absl::string_view Name() const = 0;

  // How many intents may be handed to one Perform, and how many Performs may be
  // under way. While all are, intents gather: that is how concurrent calls become
  // one message to the other service.
  virtual size_t BatchMax() const { return 256; }
  virtual size_t PerformsMax() const { return 2; }

  // Calls the other service for all of `intents` and reports one outcome for
  // each, in order: bytes for Conclude, or the other service's refusal. Transient
  // errors (errors.h) leave the intent open, to be performed again. `intents` live
  // until `done` has been called. Must not block.
  virtual void Perform(const std::vector<Intent>& intents, Performed done) = 0;

  // Stores the outcome, in one transaction with the removal of the intent (and
  // the memory of the answer). `outcome` is never a transient error. Sets
  // `*answer` to what the caller is told: a serialized response, or the refusal
  // (then what the step had reserved is released). An error returned here rolls
  // back and leaves the intent open: only for a store that cannot be read.
  virtual absl::Status Conclude(storage::Transaction& transaction, const Intent& intent,
                                const Outcome& outcome, Outcome* answer) = 0;
};

// Runs the intents of one service. Thread-safe.
class IntentRunner {
 public:
  using Waiter = absl::AnyInvocable<void(absl::StatusOr<std::string>) &&>;

  // All must outlive the runner.
  IntentRunner(ServiceTag service, storage::Store* store, const OnceTable* once);
  // Waits until nothing is under way; open intents stay stored.
  ~IntentRunner();

  void Register(IntentKind* kind);

  // In a body: takes an id for an intent that the same body opens.
  absl::StatusOr<uint64_t> TakeId(storage::Transaction& transaction);

  // In a body: stores an intent and reserves its request, if it has one. INTERNAL if
  // the kind is not registered.
  absl::Status Open(storage::Transaction& transaction, absl::string_view kind,
                    const Intent& intent);

  // After the commit of the body: sets the intent going. `waiter` hears its
  // conclusion, on some thread, once the conclusion is durable.
  void Drive(absl::string_view kind, Intent intent, Waiter waiter);

  // For a repeated request: `waiter` hears the conclusion of an intent that is
  // under way, or UNAVAILABLE if it is one of an earlier run and not resumed yet.
  // False if it is not under way any more, and `waiter` is left alone: look up the
  // answer of the request again.
  bool Await(uint64_t intent_id, Waiter& waiter);

  // At start, once the other services can be called: drives what earlier runs left
  // open. Intents of this run may be open or under way already. Drives nothing and
  // returns FAILED_PRECONDITION if a kind is not registered, DATA_LOSS if a row is
  // damaged.
  absl::Status Resume();

  // Stops performing; waiters hear UNAVAILABLE. Resume on the next start goes on.
  void Stop();

  // Intents under way now, for metrics.
  size_t OpenCount() const;

 private:
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace milkway::runtime

#endif  // MILKWAY_SERVICES_RUNTIME_INTENT_H_
