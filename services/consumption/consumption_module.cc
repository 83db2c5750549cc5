#include "services/consumption/consumption_module.h"

#include <utility>
#include <vector>

#include "clients/cpp/ledger_client.h"
#include "clients/cpp/status_macros.h"
#include "services/consumption/calendar_service.h"
#include "services/consumption/distribution_corrector.h"
#include "services/consumption/distribution_recorder.h"
#include "services/consumption/distribution_service.h"
#include "services/consumption/history_service.h"
#include "services/consumption/label_questions.h"
#include "services/consumption/measurement_service.h"
#include "services/consumption/nutrition_service.h"
#include "services/consumption/paper_entry.h"
#include "services/consumption/paper_sheet_service.h"
#include "services/consumption/publication_service.h"
#include "services/consumption/school_service.h"
#include "services/consumption/schools.h"
#include "services/consumption/summary_service.h"
#include "services/runtime/asking.h"
#include "services/runtime/intent.h"
#include "services/runtime/metrics.h"
#include "services/runtime/once.h"

namespace milkway::consumption {

namespace {

constexpr char kCaller[] = "service:consumption";
// Threads that read a term of a school and wait for labels.
constexpr int kAskingThreads = 2;

class ConsumptionModule final : public runtime::Module {
 public:
  ConsumptionModule(runtime::OnceTable once, DailyNeeds needs, const runtime::ModuleParts& parts)
      : once_(std::move(once)),
        needs_(std::move(needs)),
        asking_(kAskingThreads),
        ledger_(kCaller),
        catalog_(kCaller, "inventory"),
        labels_(kCaller, &asking_),
        corrector_(&ledger_),
        recorder_({parts.store, &once_, &intents_, &schools_, &ledger_}),
        intents_(runtime::ServiceTag::kConsumption, parts.store, &once_),
        school_service_(runtime::HandlerParts(parts, &once_, &intents_), &catalog_),
        distribution_service_(runtime::HandlerParts(parts, &once_, &intents_), &recorder_,
                              &schools_),
        calendar_service_(runtime::HandlerParts(parts, &once_, &intents_)),
        summary_service_(runtime::HandlerParts(parts, &once_, &intents_)),
        history_service_(runtime::HandlerParts(parts, &once_, &intents_)),
        measurement_service_(runtime::HandlerParts(parts, &once_, &intents_),
                             parts.growth_reference),
        paper_entry_({parts.store, &once_, &intents_, &schools_, &recorder_}),
        paper_service_(runtime::HandlerParts(parts, &once_, &intents_), &paper_entry_),
        publication_service_(runtime::HandlerParts(parts, &once_, &intents_)),
        nutrition_service_(runtime::HandlerParts(parts, &once_, &intents_), &asking_, &labels_,
                           &needs_) {
    intents_.Register(&recorder_);
    intents_.Register(&corrector_);
    parts.metrics->AddGauge("consumption_open_intents", "Steps to the inventory under way.",
                            [this] { return static_cast<int64_t>(intents_.OpenCount()); });
  }

  absl::string_view Name() const override { return "consumption"; }
  std::vector<grpc::Service*> GrpcServices() override {
    return {&school_service_,      &distribution_service_, &calendar_service_,
            &summary_service_,     &history_service_,      &paper_service_,
            &measurement_service_, &publication_service_,  &nutrition_service_};
  }

  absl::Status Start(const runtime::Peers& peers) override {
    ledger_.Connect(peers.inventory);
    catalog_.Connect(peers.inventory);
    labels_.Connect(peers.inventory);
    return intents_.Resume();
  }
  size_t OpenSteps() const override { return intents_.OpenCount(); }
  void Stop() override {
    intents_.Stop();
    asking_.Stop();
  }

 private:
  const runtime::OnceTable once_;
  const DailyNeeds needs_;
  runtime::Asking asking_;
  clients::LedgerClient ledger_;
  SchoolService::Catalog catalog_;
  LabelQuestions labels_;
  SchoolCache schools_;
  DistributionCorrector corrector_;
  DistributionRecorder recorder_;
  runtime::IntentRunner intents_;  // ends before its kinds do
  SchoolService school_service_;
  DistributionService distribution_service_;
  CalendarService calendar_service_;
  SummaryService summary_service_;
  HistoryService history_service_;
  MeasurementService measurement_service_;
  PaperEntry paper_entry_;
  PaperSheetService paper_service_;
  PublicationService publication_service_;
  NutritionService nutrition_service_;
};

}  // namespace

absl::StatusOr<std::unique_ptr<runtime::Module>> MakeConsumptionModule(runtime::ModuleParts parts) {
  ASSIGN_OR_RETURN(runtime::OnceTable once,
                   runtime::OnceTable::Open(runtime::ServiceTag::kConsumption, parts.store));
  ASSIGN_OR_RETURN(DailyNeeds needs, parts.daily_needs_file.empty()
                                         ? DailyNeeds::Parse(kDailyNeedsBuiltIn)
                                         : DailyNeeds::Load(parts.daily_needs_file));
  return std::make_unique<ConsumptionModule>(std::move(once), std::move(needs), parts);
}

}  // namespace milkway::consumption
