// A process that orders from a dairy through intents, and can end at any moment.

#ifndef MILKWAY_TESTS_RUNTIME_INTENT_FIXTURE_H_
#define MILKWAY_TESTS_RUNTIME_INTENT_FIXTURE_H_

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include "absl/base/thread_annotations.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"
#include "gtest/gtest.h"
#include "services/runtime/intent.h"
#include "services/runtime/once.h"
#include "tests/runtime/dairy.h"
#include "tests/support/stores.h"

namespace milkway::runtime::testing {

// What one caller hears, once. Thread-safe.
class Reply {
 public:
  void Hear(absl::StatusOr<std::string> answer);
  bool IsHeard() const;
  // Waits for it; DEADLINE_EXCEEDED after 20 seconds.
  absl::StatusOr<std::string> Wait() const;

 private:
  mutable absl::Mutex mutex_;
  std::optional<absl::StatusOr<std::string>> answer_ ABSL_GUARDED_BY(mutex_);
};

class IntentTest : public ::testing::Test {
 protected:
  IntentTest() { Start(); }
  ~IntentTest() override { Stop(); }

  // The process ends with what is under way, and starts again on its store. Nothing
  // is resumed yet.
  void Restart();
  void Stop();
  void Start();

  // As a handler does: orders under request `number`, or awaits or repeats the
  // answer if that is known.
  std::shared_ptr<Reply> Order(uint64_t number, const std::string& order);

  // Stores the intent, but does not set it going.
  Intent Open(uint64_t number, const std::string& order);
  std::shared_ptr<Reply> Drive(Intent intent);

  // Waits until all that the store was asked has called back.
  void AwaitStore();
  // Waits until nothing is under way.
  void Settle();

  // What the store holds.
  int StoredIntents();
  std::map<std::string, int> Conclusions();
  absl::StatusOr<std::optional<OnceTable::Memory>> MemoryOf(uint64_t number,
                                                            const std::string& order);

  milkway::testing::MemoryStore store_;
  Dairy dairy_;
  OrderKind kind_{&dairy_};
  std::optional<OnceTable> once_;
  std::unique_ptr<IntentRunner> runner_;

 private:
  void Start(std::shared_ptr<Reply> reply, const Intent::Request& request,
             const std::string& order);
  absl::Status OpenIn(storage::Transaction& transaction, const Intent::Request& request,
                      const std::string& order, Intent* intent);
  Intent::Request RequestOf(uint64_t number, const std::string& order) const;
};

}  // namespace milkway::runtime::testing

#endif  // MILKWAY_TESTS_RUNTIME_INTENT_FIXTURE_H_
