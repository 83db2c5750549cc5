#include "services/milkwayd/targets.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "services/accounts/accounts_module.h"
#include "services/consumption/consumption_module.h"
#include "services/impact/impact_module.h"
#include "services/inventory/inventory_module.h"
#include "services/planning/planning_module.h"
#include "services/runtime/check.h"
#include "services/shipments/shipments_module.h"
#include "services/trace/trace_module.h"

namespace milkway {

namespace {

constexpr absl::string_view kGatewayTarget = "gateway";

}  // namespace

const std::vector<Target>& AllTargets() {
  static const std::vector<Target>& targets = *new std::vector<Target>{
      {"accounts",
       accounts::MakeAccountsModule,
       {"milkway.accounts.v1.AccountService", "milkway.accounts.v1.InviteService",
        "milkway.accounts.v1.SessionService", "milkway.accounts.v1.SignInService",
        "milkway.accounts.v1.TrustService"},
       &runtime::Peers::accounts},
      {"consumption",
       consumption::MakeConsumptionModule,
       {"milkway.consumption.v1.SchoolService", "milkway.consumption.v1.DistributionService",
        "milkway.consumption.v1.CalendarService", "milkway.consumption.v1.SummaryService",
        "milkway.consumption.v1.HistoryService", "milkway.consumption.v1.PaperSheetService",
        "milkway.consumption.v1.PublicationService", "milkway.consumption.v1.MeasurementService",
        "milkway.consumption.v1.NutritionService", "milkway.consumption.v1.ConsentService",
        "milkway.consumption.v1.StudentPersonalService", "milkway.consumption.v1.ErasureService",
        "milkway.consumption.v1.RetentionService"},
       &runtime::Peers::consumption},
      {"impact",
       impact::MakeImpactModule,
       {"milkway.impact.v1.DonorService", "milkway.impact.v1.GiftService",
        "milkway.impact.v1.PoolService", "milkway.impact.v1.StatementService"},
       &runtime::Peers::impact},
      {"inventory",
       inventory::MakeInventoryModule,
       {"milkway.inventory.v1.CatalogService", "milkway.inventory.v1.LogService",
        "milkway.inventory.v1.OpenPackService", "milkway.inventory.v1.PurchaseService",
        "milkway.inventory.v1.RecallService", "milkway.inventory.v1.StockService"},
       &runtime::Peers::inventory},
      {"planning",
       planning::MakePlanningModule,
       {"milkway.planning.v1.PlanService", "milkway.planning.v1.AlertService"},
       &runtime::Peers::planning},
      {"shipments",
       shipments::MakeShipmentsModule,
       {"milkway.shipments.v1.PhotoService", "milkway.shipments.v1.ShipmentService"},
       &runtime::Peers::shipments},
      {"trace",
       trace::MakeTraceModule,
       {"milkway.trace.v1.TraceService", "milkway.trace.v1.RecallListService"},
       &runtime::Peers::trace},
  };
  return targets;
}

absl::StatusOr<std::vector<Target>> ParseTargets(const std::string& text, bool* has_gateway) {
  *has_gateway = false;
  if (text == kAllTargets) return AllTargets();
  std::vector<Target> wanted;
  for (const absl::string_view name : absl::StrSplit(text, ',')) {
    if (name == kGatewayTarget) {
      *has_gateway = true;
      continue;
    }
    const auto target =
        std::find_if(AllTargets().begin(), AllTargets().end(),
                     [&name](const Target& candidate) { return candidate.name == name; });
    if (target == AllTargets().end()) {
      return absl::InvalidArgumentError(absl::StrCat(
          "--target \"", name, "\" is none of: all, gateway, ",
          absl::StrJoin(AllTargets(), ", ", [](std::string* out, const Target& candidate) {
            absl::StrAppend(out, candidate.name);
          })));
    }
    wanted.push_back(*target);
  }
  return wanted;
}

std::vector<const google::protobuf::ServiceDescriptor*> DescriptorsOf(
    const std::vector<Target>& targets) {
  std::vector<const google::protobuf::ServiceDescriptor*> descriptors;
  const auto add = [&descriptors](const std::string& name) {
    const auto* descriptor =
        google::protobuf::DescriptorPool::generated_pool()->FindServiceByName(name);
    MILKWAY_CHECK(descriptor != nullptr);
    descriptors.push_back(descriptor);
  };
  add("milkway.operations.v1.OperationsService");
  add("milkway.operations.v1.AuditService");
  for (const Target& target : targets) {
    for (const char* service : target.services) add(service);
  }
  return descriptors;
}

}  // namespace milkway
