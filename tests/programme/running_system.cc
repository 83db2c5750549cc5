#include "tests/programme/running_system.h"

#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "gtest/gtest.h"
#include "services/consumption/consumption_module.h"
#include "services/impact/impact_module.h"
#include "services/inventory/inventory_module.h"
#include "services/shipments/shipments_module.h"
#include "services/trace/trace_module.h"

namespace milkway::programme {

namespace {

constexpr const char* kServices[] = {"inventory", "shipments", "consumption", "impact", "trace"};
// Where the power goes most: where intents are.
constexpr const char* kCutAt[] = {"inventory",   "inventory",   "shipments", "shipments",
                                  "consumption", "consumption", "impact",    "trace"};
constexpr uint64_t kChangesMax = 400;
constexpr uint64_t kStopOneIn = 60;
constexpr absl::Duration kGlance = absl::Milliseconds(5);

// Counts calls that are under way.
class UnderWay {
 public:
  explicit UnderWay(size_t calls) : calls_(calls) {}
  void Done() {
    absl::MutexLock lock(&mutex_);
    --calls_;
  }
  // True once there are none.
  bool WaitFor(absl::Duration patience) {
    absl::MutexLock lock(&mutex_);
    return mutex_.AwaitWithTimeout(absl::Condition(
                                       +[](size_t* calls) { return *calls == 0; }, &calls_),
                                   patience);
  }

 private:
  absl::Mutex mutex_;
  size_t calls_;
};

}  // namespace

RunningSystem::RunningSystem(Stores stores, uint64_t seed)
    : system_(
          {inventory::MakeInventoryModule, shipments::MakeShipmentsModule,
           consumption::MakeConsumptionModule, impact::MakeImpactModule, trace::MakeTraceModule},
          stores),
      random_(seed) {
  Connect();
}

void RunningSystem::Connect() {
  for (const char* service : kServices) channels_[service] = system_.ChannelTo(service);
}

testing::PowerCut RunningSystem::NextCut() {
  if (random_() % 4 == 0) return {};
  return {kCutAt[random_() % std::size(kCutAt)], 1 + random_() % kChangesMax};
}

void RunningSystem::Restart() {
  if (!is_stopped_) system_.Stop();
  while (!system_.Start(NextCut())) {
    ++power_cuts_;
    system_.Stop();
  }
  is_stopped_ = false;
  Connect();
}

void RunningSystem::RestartForGood() {
  if (!is_stopped_) system_.Stop();
  ASSERT_TRUE(system_.Start());
  is_stopped_ = false;
  Connect();
}

void RunningSystem::SendAll(const std::vector<Step*>& steps) {
  const bool stops_early = random_() % kStopOneIn == 0;
  UnderWay under_way(steps.size());
  for (Step* step : steps) {
    step->Send(ChannelTo(step->Service()), [&under_way] { under_way.Done(); });
  }
  while (!under_way.WaitFor(stops_early ? absl::ZeroDuration() : kGlance)) {
    if (is_stopped_ || !(stops_early || system_.PowerIsGone())) continue;
    system_.Stop();
    is_stopped_ = true;
    ++(stops_early ? stops_ : power_cuts_);
  }
}

void RunningSystem::Answer(const std::vector<std::unique_ptr<Step>>& steps) {
  while (true) {
    std::vector<Step*> unanswered;
    for (const auto& step : steps) {
      if (!step->IsAnswered()) unanswered.push_back(step.get());
    }
    if (unanswered.empty()) break;
    SendAll(unanswered);
    if (!is_stopped_ && system_.PowerIsGone()) {
      ++power_cuts_;
      system_.Stop();
      is_stopped_ = true;
    }
    if (is_stopped_) Restart();
  }
}

}  // namespace milkway::programme
