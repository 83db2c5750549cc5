#include "services/inventory/inventory_module.h"

#include <utility>
#include <vector>

#include "clients/cpp/status_macros.h"
#include "services/inventory/catalog_service.h"
#include "services/inventory/open_pack_service.h"
#include "services/inventory/purchase_service.h"
#include "services/inventory/recall_service.h"
#include "services/inventory/stock_service.h"
#include "services/runtime/once.h"

namespace milkway::inventory {

namespace {

class InventoryModule final : public runtime::Module {
 public:
  InventoryModule(runtime::OnceTable once, const runtime::ModuleParts& parts)
      : once_(std::move(once)),
        catalog_(HandlerParts(parts)),
        open_packs_(HandlerParts(parts)),
        purchases_(HandlerParts(parts)),
        recalls_(HandlerParts(parts)),
        stock_(HandlerParts(parts)) {}

  absl::string_view Name() const override { return "inventory"; }
  std::vector<grpc::Service*> GrpcServices() override {
    return {&catalog_, &open_packs_, &purchases_, &recalls_, &stock_};
  }

  // The inventory calls nobody.
  absl::Status Start(const runtime::Peers&) override { return absl::OkStatus(); }
  void Stop() override { stock_.Stop(); }

 private:
  runtime::Handlers::Parts HandlerParts(const runtime::ModuleParts& parts) const {
    return {parts.store, &once_,        nullptr,   parts.access,
            parts.clock, parts.metrics, parts.log, parts.stopping};
  }

  const runtime::OnceTable once_;
  CatalogService catalog_;
  OpenPackService open_packs_;
  PurchaseService purchases_;
  RecallService recalls_;
  StockService stock_;
};

}  // namespace

absl::StatusOr<std::unique_ptr<runtime::Module>> MakeInventoryModule(runtime::ModuleParts parts) {
  ASSIGN_OR_RETURN(runtime::OnceTable once,
                   runtime::OnceTable::Open(runtime::ServiceTag::kInventory, parts.store));
  return std::make_unique<InventoryModule>(std::move(once), parts);
}

}  // namespace milkway::inventory
