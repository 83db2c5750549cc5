#include "services/planning/planning_module.h"

#include <thread>
#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "clients/cpp/status_macros.h"
#include "services/planning/alert_service.h"
#include "services/planning/alert_stream.h"
#include "services/planning/evaluation.h"
#include "services/planning/plan_service.h"
#include "services/planning/planning_questions.h"
#include "services/runtime/asking.h"
#include "services/runtime/call_log.h"
#include "services/runtime/clock.h"
#include "services/runtime/once.h"

namespace milkway::planning {

namespace {

constexpr int kAskingThreads = 4;
constexpr absl::Duration kFirstEvaluation = absl::Minutes(1);
constexpr absl::Duration kEvaluationPause = absl::Hours(1);
constexpr absl::Duration kRingPause = absl::Seconds(1);
constexpr int kRingsPerBeat = 30;

class PlanningModule final : public runtime::Module {
 public:
  PlanningModule(runtime::OnceTable once, const runtime::ModuleParts& parts)
      : once_(std::move(once)),
        asking_(kAskingThreads),
        evaluating_(1),
        questions_(&asking_),
        evaluation_questions_(&evaluating_),
        evaluator_(parts.store, &evaluation_questions_, parts.clock, [this] { watchers_.Ring(); }),
        plans_(runtime::HandlerParts(parts, &once_), &asking_, &questions_),
        alerts_(runtime::HandlerParts(parts, &once_), &evaluating_, &evaluator_, &watchers_),
        log_(parts.log),
        clock_(*parts.clock) {}

  ~PlanningModule() override { Stop(); }

  absl::string_view Name() const override { return "planning"; }
  std::vector<grpc::Service*> GrpcServices() override { return {&plans_, &alerts_}; }

  absl::Status Start(const runtime::Peers& peers) override {
    questions_.Connect(peers);
    evaluation_questions_.Connect(peers);
    schedule_ = std::thread([this] { KeepTime(); });
    return absl::OkStatus();
  }

  void Stop() override {
    {
      absl::MutexLock lock(&mutex_);
      stopping_ = true;
    }
    if (schedule_.joinable()) schedule_.join();
    watchers_.Stop();
    questions_.Stop();
    evaluation_questions_.Stop();
    asking_.Stop();
    evaluating_.Stop();
  }

 private:
  // Evaluates now and then, and tells watchers that the server lives.
  void KeepTime() {
    absl::Time next_evaluation = absl::Now() + kFirstEvaluation;
    for (int rings = 1;; ++rings) {
      {
        absl::MutexLock lock(&mutex_);
        if (mutex_.AwaitWithTimeout(absl::Condition(&stopping_), kRingPause)) return;
      }
      // What people changed rings here; what an evaluation changed has rung already.
      watchers_.Ring();
      if (rings % kRingsPerBeat == 0) watchers_.Beat();
      if (absl::Now() >= next_evaluation) {
        next_evaluation = absl::Now() + kEvaluationPause;
        evaluating_.Run([this](const absl::Status& admitted) {
          if (admitted.ok()) Note(evaluator_.Run(false));
        });
      }
    }
  }

  void Note(const absl::StatusOr<Evaluated>& evaluated) {
    if (log_ == nullptr || evaluated.ok()) return;
    log_->Event(clock_.NowUs(), "evaluation failed", evaluated.status().message());
  }

  const runtime::OnceTable once_;
  runtime::Asking asking_;
  runtime::Asking evaluating_;
  Questions questions_;
  Questions evaluation_questions_;
  Watchers watchers_;
  Evaluator evaluator_;
  PlanService plans_;
  AlertService alerts_;
  runtime::CallLog* const log_;
  const runtime::Clock& clock_;
  absl::Mutex mutex_;
  bool stopping_ ABSL_GUARDED_BY(mutex_) = false;
  std::thread schedule_;
};

}  // namespace

absl::StatusOr<std::unique_ptr<runtime::Module>> MakePlanningModule(runtime::ModuleParts parts) {
  ASSIGN_OR_RETURN(runtime::OnceTable once,
                   runtime::OnceTable::Open(runtime::ServiceTag::kPlanning, parts.store));
  return std::make_unique<PlanningModule>(std::move(once), parts);
}

}  // namespace milkway::planning
