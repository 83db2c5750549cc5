#include "services/inventory/inventory_module.h"

#include <thread>
#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "clients/cpp/status_macros.h"
#include "services/inventory/catalog_service.h"
#include "services/inventory/checkpoints.h"
#include "services/inventory/log_service.h"
#include "services/inventory/log_signer.h"
#include "services/inventory/log_tree.h"
#include "services/inventory/open_pack_service.h"
#include "services/inventory/purchase_service.h"
#include "services/inventory/recall_service.h"
#include "services/inventory/stock_service.h"
#include "services/runtime/call_log.h"
#include "services/runtime/clock.h"
#include "services/runtime/once.h"

namespace milkway::inventory {

namespace {

// How often it is asked whether a new day has begun.
constexpr absl::Duration kCheckpointPause = absl::Minutes(1);

class InventoryModule final : public runtime::Module {
 public:
  InventoryModule(runtime::OnceTable once, LogSigner signer, const runtime::ModuleParts& parts)
      : once_(std::move(once)),
        signer_(std::move(signer)),
        parts_(parts),
        catalog_(runtime::HandlerParts(parts, &once_)),
        log_(runtime::HandlerParts(parts, &once_), &signer_),
        open_packs_(runtime::HandlerParts(parts, &once_)),
        purchases_(runtime::HandlerParts(parts, &once_)),
        recalls_(runtime::HandlerParts(parts, &once_)),
        stock_(runtime::HandlerParts(parts, &once_)) {}

  ~InventoryModule() override { Stop(); }

  absl::string_view Name() const override { return "inventory"; }
  std::vector<grpc::Service*> GrpcServices() override {
    return {&catalog_, &log_, &open_packs_, &purchases_, &recalls_, &stock_};
  }

  // The inventory calls nobody.
  absl::Status Start(const runtime::Peers&) override {
    schedule_ = std::thread([this] { KeepCheckpoints(); });
    return absl::OkStatus();
  }

  void Stop() override {
    {
      absl::MutexLock lock(&mutex_);
      stopping_ = true;
    }
    if (schedule_.joinable()) schedule_.join();
    stock_.Stop();
  }

 private:
  // Signs a checkpoint on each day on which the server runs.
  void KeepCheckpoints() {
    do {
      const absl::Status kept =
          parts_.store->TransactAndWait([this](storage::Transaction& transaction) {
            return KeepDailyCheckpoint(transaction, signer_, parts_.clock->NowUs());
          });
      if (!kept.ok() && parts_.log != nullptr) {
        parts_.log->Event(parts_.clock->NowUs(), "no daily checkpoint", kept.message());
      }
    } while (!StopsWithin(kCheckpointPause));
  }

  bool StopsWithin(absl::Duration pause) {
    absl::MutexLock lock(&mutex_);
    return mutex_.AwaitWithTimeout(absl::Condition(&stopping_), pause);
  }

  const runtime::OnceTable once_;
  const LogSigner signer_;
  const runtime::ModuleParts parts_;
  CatalogService catalog_;
  LogService log_;
  OpenPackService open_packs_;
  PurchaseService purchases_;
  RecallService recalls_;
  StockService stock_;
  absl::Mutex mutex_;
  bool stopping_ ABSL_GUARDED_BY(mutex_) = false;
  std::thread schedule_;
};

}  // namespace

absl::StatusOr<std::unique_ptr<runtime::Module>> MakeInventoryModule(runtime::ModuleParts parts) {
  ASSIGN_OR_RETURN(runtime::OnceTable once,
                   runtime::OnceTable::Open(runtime::ServiceTag::kInventory, parts.store));
  RETURN_IF_ERROR(BuildLogTree(*parts.store));
  ASSIGN_OR_RETURN(LogSigner signer, LogSigner::Open(parts.log_key_file, parts.log_origin));
  return std::make_unique<InventoryModule>(std::move(once), std::move(signer), parts);
}

}  // namespace milkway::inventory
