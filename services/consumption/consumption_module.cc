#include "services/consumption/consumption_module.h"

#include <filesystem>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "clients/cpp/ledger_client.h"
#include "clients/cpp/status_macros.h"
#include "services/consumption/calendar_service.h"
#include "services/consumption/child_key_backups.h"
#include "services/consumption/child_keys.h"
#include "services/consumption/consent_service.h"
#include "services/consumption/distribution_corrector.h"
#include "services/consumption/distribution_recorder.h"
#include "services/consumption/distribution_service.h"
#include "services/consumption/erasure.h"
#include "services/consumption/erasure_service.h"
#include "services/consumption/history_service.h"
#include "services/consumption/incidents.h"
#include "services/consumption/key_destroyer.h"
#include "services/consumption/label_questions.h"
#include "services/consumption/measurement_service.h"
#include "services/consumption/nutrition_service.h"
#include "services/consumption/paper_entry.h"
#include "services/consumption/paper_sheet_service.h"
#include "services/consumption/personal_service.h"
#include "services/consumption/publication_service.h"
#include "services/consumption/retention_service.h"
#include "services/consumption/school_service.h"
#include "services/consumption/schools.h"
#include "services/consumption/summary_service.h"
#include "services/runtime/asking.h"
#include "services/runtime/intent.h"
#include "services/runtime/metrics.h"
#include "services/runtime/once.h"
#include "storage/rocksdb_store.h"

namespace milkway::consumption {

namespace {

constexpr char kCaller[] = "service:consumption";
// Threads that read a term of a school and wait for labels.
constexpr int kAskingThreads = 2;
constexpr size_t kKeyStoreCacheBytes = size_t{4} << 20;

// The store of children's keys; null if there is no place for it.
absl::StatusOr<std::unique_ptr<storage::Store>> OpenKeyStore(const std::string& folder) {
  if (folder.empty()) return nullptr;
  std::error_code error;
  std::filesystem::create_directories(folder, error);
  if (!error) {
    std::filesystem::permissions(folder, std::filesystem::perms::owner_all, error);
  }
  if (error) {
    return absl::FailedPreconditionError(absl::StrCat("cannot make the folder of children's keys ",
                                                      folder, ": ", error.message(),
                                                      "; name another with --child-keys"));
  }
  storage::RocksDbStoreOptions options;
  options.folder = folder + "/store";
  options.block_cache_bytes = kKeyStoreCacheBytes;
  options.row_cache_bytes = kKeyStoreCacheBytes;
  return storage::OpenRocksDbStore(options);
}

std::unique_ptr<ChildKeyBackups> MakeBackups(storage::Store* key_store,
                                             const runtime::ModuleParts& parts) {
  if (key_store == nullptr || parts.child_keys_backup_folder.empty()) return nullptr;
  return std::make_unique<ChildKeyBackups>(ChildKeyBackups::Parts{key_store, parts.clock, parts.log,
                                                                  parts.child_keys_backup_folder,
                                                                  parts.child_keys_backup_days});
}

class ConsumptionModule final : public runtime::Module {
 public:
  ConsumptionModule(runtime::OnceTable once, DailyNeeds needs,
                    std::unique_ptr<storage::Store> key_store, const runtime::ModuleParts& parts)
      : once_(std::move(once)),
        key_store_(std::move(key_store)),
        key_backups_(MakeBackups(key_store_.get(), parts)),
        keys_(key_store_.get(), parts.master_key, key_backups_.get()),
        key_destroyer_(parts.store, &keys_),
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
                           &needs_),
        consent_service_(runtime::HandlerParts(parts, &once_, &intents_), &keys_),
        personal_service_(runtime::HandlerParts(parts, &once_, &intents_), &keys_, &asking_),
        erasure_service_(runtime::HandlerParts(parts, &once_, &intents_)),
        retention_service_(runtime::HandlerParts(parts, &once_, &intents_), &asking_) {
    intents_.Register(&key_destroyer_);
    intents_.Register(&recorder_);
    intents_.Register(&corrector_);
    parts.metrics->AddGauge("consumption_open_intents", "Steps to the inventory under way.",
                            [this] { return static_cast<int64_t>(intents_.OpenCount()); });
  }

  absl::string_view Name() const override { return "consumption"; }
  std::vector<grpc::Service*> GrpcServices() override {
    return {&school_service_,      &distribution_service_, &calendar_service_,
            &summary_service_,     &history_service_,      &paper_service_,
            &measurement_service_, &publication_service_,  &nutrition_service_,
            &consent_service_,     &personal_service_,     &erasure_service_,
            &retention_service_};
  }

  absl::Status Start(const runtime::Peers& peers) override {
    ledger_.Connect(peers.inventory);
    catalog_.Connect(peers.inventory);
    labels_.Connect(peers.inventory);
    if (key_backups_ != nullptr) key_backups_->Start();
    return intents_.Resume();
  }
  // Before anybody calls.
  absl::Status Prepare(storage::Store& data) {
    RETURN_IF_ERROR(ListIncidentsBySchool(data));
    return key_store_ == nullptr ? absl::OkStatus() : ErasePastErasures(data, keys_);
  }
  size_t OpenSteps() const override { return intents_.OpenCount(); }
  void Stop() override {
    intents_.Stop();
    key_destroyer_.Stop();
    asking_.Stop();
    if (key_backups_ != nullptr) key_backups_->Stop();
  }

 private:
  const runtime::OnceTable once_;
  const std::unique_ptr<storage::Store> key_store_;     // null: no keys are kept
  const std::unique_ptr<ChildKeyBackups> key_backups_;  // null: no backups are made
  ChildKeys keys_;
  KeyDestroyer key_destroyer_;
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
  ConsentService consent_service_;
  PersonalService personal_service_;
  ErasureService erasure_service_;
  RetentionService retention_service_;
};

}  // namespace

absl::StatusOr<std::unique_ptr<runtime::Module>> MakeConsumptionModule(runtime::ModuleParts parts) {
  ASSIGN_OR_RETURN(runtime::OnceTable once,
                   runtime::OnceTable::Open(runtime::ServiceTag::kConsumption, parts.store));
  ASSIGN_OR_RETURN(DailyNeeds needs, parts.daily_needs_file.empty()
                                         ? DailyNeeds::Parse(kDailyNeedsBuiltIn)
                                         : DailyNeeds::Load(parts.daily_needs_file));
  ASSIGN_OR_RETURN(std::unique_ptr<storage::Store> key_store,
                   OpenKeyStore(parts.child_keys_folder));
  auto module = std::make_unique<ConsumptionModule>(std::move(once), std::move(needs),
                                                    std::move(key_store), parts);
  RETURN_IF_ERROR(module->Prepare(*parts.store));
  return module;
}

}  // namespace milkway::consumption
