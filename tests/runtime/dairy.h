// The other side of a step across services, and the step itself.

#ifndef MILKWAY_TESTS_RUNTIME_DAIRY_H_
#define MILKWAY_TESTS_RUNTIME_DAIRY_H_

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/synchronization/mutex.h"
#include "services/runtime/intent.h"
#include "services/runtime/once.h"
#include "storage/key_codec.h"
#include "storage/store.h"

namespace milkway::runtime::testing {

// Delivers what is ordered, once per request id, as a real service does. Lives on
// when those who order are restarted. Thread-safe.
class Dairy {
 public:
  // A serialized OrderMilkResponse; for a known id the same again. Refused, and
  // forgotten, if the order begins with "too much" (FAILED_PRECONDITION,
  // TOO_MUCH_ORDERED).
  absl::StatusOr<std::string> Deliver(RequestId id, const std::string& order);

  // How often each order was delivered.
  std::map<std::string, int> deliveries() const;

 private:
  struct Delivered {
    std::string order;
    std::string answer;
  };

  mutable absl::Mutex mutex_;
  absl::flat_hash_map<RequestId, Delivered> delivered_ ABSL_GUARDED_BY(mutex_);
  std::map<std::string, int> deliveries_ ABSL_GUARDED_BY(mutex_);
};

// order -> how often it was concluded, in digits
using ConcludedKey = storage::KeySchema<0x7f20, std::string>;

// Orders from a dairy; the payload is the order. Thread-safe once it is set up.
class OrderKind : public IntentKind {
 public:
  using Outcomes = std::vector<Outcome>;

  explicit OrderKind(Dairy* dairy) : dairy_(*dairy) {}

  // Set these before the runner runs. What takes the place of Perform:
  std::function<void(const std::vector<Intent>&, Performed)> perform;
  // What is asked before Conclude does its work:
  std::function<absl::Status(const Intent&)> before_conclude;
  size_t batch_max = 256;
  size_t performs_max = 2;

  // What the dairy says to each intent.
  Outcomes Order(const std::vector<Intent>& intents);
  Outcome Order(const Intent& intent);

  absl::string_view Name() const override { return "order"; }
  size_t BatchMax() const override { return batch_max; }
  size_t PerformsMax() const override { return performs_max; }
  void Perform(const std::vector<Intent>& intents, Performed done) override;
  absl::Status Conclude(storage::Transaction& transaction, const Intent& intent,
                        const Outcome& outcome, Outcome* answer) override;

 private:
  Dairy& dairy_;
};

// Keeps what is to be performed until a test lets it go. Thread-safe.
class HeldPerforms {
 public:
  // Takes the place of `kind`'s Perform.
  explicit HeldPerforms(OrderKind* kind);
  // Whatever is still held is UNAVAILABLE, and what comes later too.
  ~HeldPerforms();

  // Waits until `count` are held. The orders of each, the first one first.
  std::vector<std::vector<std::string>> Await(size_t count);

  // Lets the first one go. The second form: as if `order`, which was delivered all
  // the same, had met `error`.
  void Release() { ReleaseBut("", absl::OkStatus()); }
  void ReleaseBut(absl::string_view order, const absl::Status& error);

 private:
  struct Held {
    const std::vector<Intent>* intents = nullptr;
    IntentKind::Performed done;
  };
  // Outlives the test, as long as the runner does.
  struct State {
    absl::Mutex mutex;
    std::deque<Held> held ABSL_GUARDED_BY(mutex);
    bool is_over ABSL_GUARDED_BY(mutex) = false;
  };

  OrderKind& kind_;
  const std::shared_ptr<State> state_ = std::make_shared<State>();
};

}  // namespace milkway::runtime::testing

#endif  // MILKWAY_TESTS_RUNTIME_DAIRY_H_
