// A small service of the runtime's tests, and the process that runs it.

#ifndef MILKWAY_TESTS_RUNTIME_MILK_COUNTER_H_
#define MILKWAY_TESTS_RUNTIME_MILK_COUNTER_H_

#include <atomic>
#include <cstdint>
#include <deque>
#include <functional>
#include <string>

#include "absl/base/thread_annotations.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"
#include "runtime_testing.grpc.pb.h"
#include "services/runtime/access.h"
#include "services/runtime/audit/refusal_budget.h"
#include "services/runtime/call_log.h"
#include "services/runtime/caller_limits.h"
#include "services/runtime/clock.h"
#include "services/runtime/handler.h"
#include "services/runtime/intent.h"
#include "services/runtime/metrics.h"
#include "services/runtime/once.h"
#include "storage/key_codec.h"
#include "storage/store.h"
#include "tests/runtime/dairy.h"

namespace milkway::runtime::testing {

// Counts the milk of schools.
class MilkCounter final : public MilkService::CallbackService {
 public:
  static constexpr int64_t kAdditionGMax = 1'000;
  using Context = grpc::CallbackServerContext;
  using Reactor = grpc::ServerUnaryReactor;

  explicit MilkCounter(Handlers::Parts parts) : handlers_(parts) {}

  // Set these before calls come in. Called within the bodies of AddMilk and OrderMilk,
  // whose error it may be:
  std::function<absl::Status(const Call&)> in_body;
  // Called in GetMilk between two reads of the same row:
  std::function<void()> between_reads;
  // What the dairy offers, when it is asked:
  std::function<void(Handlers::Finish<int64_t>)> ask;

  // Waits until a call of AwaitMilk is under way.
  Handlers::Finish<AwaitMilkResponse> TakeAwaiting();
  // Ends those that nobody took, so that the server can stop.
  void EndAwaiting();

  Reactor* GetMilk(Context*, const GetMilkRequest*, GetMilkResponse*) override;
  Reactor* GetChildMilk(Context*, const GetChildMilkRequest*, GetMilkResponse*) override;
  Reactor* AwaitChildMilk(Context*, const AwaitChildMilkRequest*, GetMilkResponse*) override;
  Reactor* AddMilk(Context*, const AddMilkRequest*, AddMilkResponse*) override;
  Reactor* AddOffer(Context*, const AddOfferRequest*, AddMilkResponse*) override;
  Reactor* OrderMilk(Context*, const OrderMilkRequest*, OrderMilkResponse*) override;
  Reactor* OrderOffer(Context*, const OrderOfferRequest*, OrderMilkResponse*) override;
  Reactor* AwaitMilk(Context*, const AwaitMilkRequest*, AwaitMilkResponse*) override;

 private:
  absl::Status CheckBody(const Call& call) { return in_body ? in_body(call) : absl::OkStatus(); }

  Handlers handlers_;
  absl::Mutex mutex_;
  std::deque<Handlers::Finish<AwaitMilkResponse>> awaiting_ ABSL_GUARDED_BY(mutex_);
};

// What a program makes of the runtime's parts to run the service on `store`.
struct MilkProcess {
  // `log` and `caller_limits` may be null.
  MilkProcess(storage::Store* store, OrderKind* orders, CallLog* log = nullptr,
              CallerLimits* caller_limits = nullptr);

  Access access;
  RefusalBudget refusals;
  FakeClock clock{1'764'000'000'000'000};
  Metrics metrics;
  std::atomic<bool> stopping{false};
  OnceTable once;
  IntentRunner intents;
  MilkCounter service;
};

// The milk at a school, or -1 if that cannot be read.
int64_t MilkAt(const storage::Reader& reader, const std::string& school_id);
// How often milk was added, at whichever school.
int64_t AdditionsOf(const storage::Reader& reader);

}  // namespace milkway::runtime::testing

#endif  // MILKWAY_TESTS_RUNTIME_MILK_COUNTER_H_
