// The other side of a step across services, and the step itself.

#ifndef MILKWAY_TESTS_RUNTIME_DAIRY_H_
#define MILKWAY_TESTS_RUNTIME_DAIRY_H_

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
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

}  // namespace milkway::runtime::testing

#endif  // MILKWAY_TESTS_RUNTIME_DAIRY_H_
