#include "services/shipments/shipments_module.h"

#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "clients/cpp/ledger_client.h"
#include "clients/cpp/status_macros.h"
#include "services/runtime/intent.h"
#include "services/runtime/metrics.h"
#include "services/runtime/once.h"
#include "services/shipments/inventory_peer.h"
#include "services/shipments/ledger_steps.h"
#include "services/shipments/photos/photo_service.h"
#include "services/shipments/shipment_service.h"

namespace milkway::shipments {

namespace {

constexpr char kCaller[] = "service:shipments";

// What the gauge reads: the metrics outlive the runner.
class OpenIntents {
 public:
  explicit OpenIntents(const runtime::IntentRunner* runner) : runner_(runner) {}

  int64_t Count() const {
    absl::MutexLock lock(&mutex_);
    return runner_ == nullptr ? 0 : static_cast<int64_t>(runner_->OpenCount());
  }
  void ForgetRunner() {
    absl::MutexLock lock(&mutex_);
    runner_ = nullptr;
  }

 private:
  mutable absl::Mutex mutex_;
  const runtime::IntentRunner* runner_ ABSL_GUARDED_BY(mutex_);
};

class ShipmentsModule final : public runtime::Module {
 public:
  ShipmentsModule(runtime::OnceTable once, const runtime::ModuleParts& parts)
      : once_(std::move(once)),
        inventory_(kCaller),
        ledger_(kCaller),
        steps_(MakeLedgerSteps(&ledger_)),
        runner_(runtime::ServiceTag::kShipments, parts.store, &once_),
        open_intents_(std::make_shared<OpenIntents>(&runner_)),
        service_(runtime::HandlerParts(parts, &once_, &runner_), &inventory_),
        photo_service_(runtime::HandlerParts(parts, &once_, &runner_)) {
    for (const auto& step : steps_) runner_.Register(step.get());
    parts.metrics->AddGauge("shipments_open_intents", "Steps of shipments that wait for the ledger",
                            [open = open_intents_] { return open->Count(); });
  }
  ~ShipmentsModule() override { open_intents_->ForgetRunner(); }

  absl::string_view Name() const override { return "shipments"; }
  std::vector<grpc::Service*> GrpcServices() override { return {&service_, &photo_service_}; }

  absl::Status Start(const runtime::Peers& peers) override {
    inventory_.Connect(peers.inventory);
    ledger_.Connect(peers.inventory);
    return runner_.Resume();
  }
  size_t OpenSteps() const override { return runner_.OpenCount(); }
  void Stop() override { runner_.Stop(); }

 private:
  // In this order: each is used by what stands below it.
  const runtime::OnceTable once_;
  InventoryPeer inventory_;
  clients::LedgerClient ledger_;
  const std::vector<std::unique_ptr<LedgerStep>> steps_;
  runtime::IntentRunner runner_;
  const std::shared_ptr<OpenIntents> open_intents_;
  ShipmentService service_;
  PhotoService photo_service_;
};

}  // namespace

absl::StatusOr<std::unique_ptr<runtime::Module>> MakeShipmentsModule(runtime::ModuleParts parts) {
  ASSIGN_OR_RETURN(runtime::OnceTable once,
                   runtime::OnceTable::Open(runtime::ServiceTag::kShipments, parts.store));
  return std::make_unique<ShipmentsModule>(std::move(once), parts);
}

}  // namespace milkway::shipments
