// Purchases with all their lines and costs, costs that came later, gifts and
// allocations.

#include <deque>
#include <map>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/str_cat.h"
#include "clients/cli/import/apply_folder.h"
#include "clients/cli/import/cells.h"
#include "clients/cli/import/request_ids.h"
#include "clients/cpp/status_macros.h"

namespace milkway::cli {

namespace {

using impact::v1::GiftService;
using inventory::v1::PurchaseService;

// By lot, in minor units of the base currency.
using LandedCosts = absl::flat_hash_map<int64_t, int64_t>;

struct ByText {
  bool operator()(Name a, Name b) const { return a.view() < b.view(); }
};

common::v1::Money MoneyOf(int64_t minor_units, Name currency) {
  common::v1::Money money;
  money.set_currency_code(currency.str());
  money.set_minor_units(minor_units);
  return money;
}

RequestRows RowsOf(const Folder& folder, uint32_t index) {
  const PurchaseRow& purchase = folder.purchases[index];
  RequestRows rows{{Table::kPurchases, index}, {}, {}};
  for (const uint32_t line : purchase.lines) {
    const PurchaseLineRow& row = folder.purchase_lines[line];
    rows.lines.push_back({{Table::kPurchaseLines, line},
                          {{"product_id", row.product_id.str()},
                           {"lot_number", row.lot_number.str()},
                           {"from_currency", row.currency.str()}}});
  }
  for (const uint32_t cost : purchase.costs) {
    const PurchaseCostRow& row = folder.purchase_costs[cost];
    if (row.is_later) continue;
    rows.costs.push_back(
        {{Table::kPurchaseCosts, cost},
         {{"id", row.cost_id.str()},
          {"from_currency", row.currency.str()},
          {"on", row.incurred_on.has_value() ? FormatDay(*row.incurred_on) : ""}}});
  }
  return rows;
}

// What keeps a purchase from being sent, beside its own rows.
absl::StatusOr<std::optional<RowRef>> PurchaseBlocker(const ApplyParts& parts,
                                                      const PurchaseRow& purchase) {
  // Rows that cannot be read may belong to any purchase.
  for (const Table table : {Table::kPurchaseLines, Table::kPurchaseCosts}) {
    if (parts.report.IsBroken(table)) return parts.report.BrokenFile(table);
  }
  for (const Name location_id : {purchase.supplier_id, purchase.destination_id}) {
    ASSIGN_OR_RETURN(auto blocker, parts.references.Blocker(Table::kLocations, location_id));
    if (blocker.has_value()) return blocker;
  }
  for (const uint32_t line : purchase.lines) {
    const PurchaseLineRow& row = parts.folder.purchase_lines[line];
    ASSIGN_OR_RETURN(auto blocker, parts.references.Blocker(Table::kProducts, row.product_id));
    if (blocker.has_value()) return blocker;
    blocker = RateBlocker(parts, row.currency, purchase.purchased_on);
    if (blocker.has_value()) return blocker;
  }
  for (const uint32_t cost : purchase.costs) {
    const PurchaseCostRow& row = parts.folder.purchase_costs[cost];
    const auto blocker = RateBlocker(parts, row.currency, row.incurred_on);
    if (blocker.has_value()) return blocker;
  }
  return std::nullopt;
}

inventory::v1::PurchaseLine ToMessage(const PurchaseLineRow& row) {
  inventory::v1::PurchaseLine line;
  line.set_product_id(row.product_id.str());
  line.set_lot_number(row.lot_number.str());
  if (row.manufactured_on.has_value()) line.set_manufactured_on(FormatDay(*row.manufactured_on));
  line.set_expires_on(FormatDay(row.expires_on.value()));
  line.set_packs(row.packs);
  *line.mutable_unit_price() = MoneyOf(row.unit_price_minor, row.currency);
  return line;
}

inventory::v1::PurchaseCost ToMessage(const PurchaseCostRow& row) {
  inventory::v1::PurchaseCost cost;
  cost.set_cost_id(row.cost_id.str());
  cost.set_kind(row.kind);
  cost.set_incurred_on(FormatDay(row.incurred_on.value()));
  *cost.mutable_amount() = MoneyOf(row.amount_minor, row.currency);
  return cost;
}

absl::Status ApplyPurchase(const ApplyParts& parts, uint32_t index) {
  const PurchaseRow& purchase = parts.folder.purchases[index];
  const RequestRows rows = RowsOf(parts.folder, index);
  parts.sender.Advance(CountRows(rows));
  ASSIGN_OR_RETURN(const auto blocker, PurchaseBlocker(parts, purchase));
  if (parts.sender.Hold(rows, blocker)) return absl::OkStatus();

  inventory::v1::RecordPurchaseRequest request;
  request.set_request_id(RowRequestId(Table::kPurchases, {purchase.purchase_id.view()}));
  inventory::v1::Purchase& message = *request.mutable_purchase();
  message.set_purchase_id(purchase.purchase_id.str());
  message.set_purchased_on(FormatDay(purchase.purchased_on.value()));
  message.set_supplier_id(purchase.supplier_id.str());
  message.set_destination_id(purchase.destination_id.str());
  message.set_order_number(purchase.order_number.str());
  if (purchase.ordered_on.has_value()) message.set_ordered_on(FormatDay(*purchase.ordered_on));
  for (const uint32_t line : purchase.lines) {
    *message.add_lines() = ToMessage(parts.folder.purchase_lines[line]);
  }
  for (const RequestRow& cost : rows.costs) {
    *message.add_costs() = ToMessage(parts.folder.purchase_costs[cost.row.index]);
  }
  ASSIGN_OR_RETURN(const auto recorded,
                   parts.sender.Send(&PurchaseService::Stub::RecordPurchase, request, rows));
  if (!recorded.has_value()) return absl::OkStatus();
  if (recorded->lots_size() != message.lines_size()) {
    return absl::InternalError(absl::StrCat("the server made ", recorded->lots_size(),
                                            " lots of the ", message.lines_size(),
                                            " lines of purchase ", message.purchase_id()));
  }
  for (int i = 0; i < recorded->lots_size(); ++i) {
    parts.lots.SetLotId(purchase.lines[static_cast<size_t>(i)], recorded->lots(i).lot_id());
  }
  parts.sender.Record(rows);
  return absl::OkStatus();
}

// A cost of a purchase that is recorded: it became known later.
absl::Status ApplyLaterCost(const ApplyParts& parts, uint32_t index, LandedCosts* costs) {
  const PurchaseCostRow& cost = parts.folder.purchase_costs[index];
  const RequestRows rows{{Table::kPurchaseCosts, index}, {}, {}};
  parts.sender.Advance(1);
  ASSIGN_OR_RETURN(auto blocker, parts.references.Blocker(Table::kPurchases, cost.purchase_id));
  if (!blocker.has_value()) blocker = RateBlocker(parts, cost.currency, cost.incurred_on);
  if (parts.sender.Hold(rows, blocker)) return absl::OkStatus();
  inventory::v1::AddPurchaseCostRequest request;
  request.set_request_id(RowRequestId(Table::kPurchaseCosts, {cost.cost_id.view()}));
  request.set_purchase_id(cost.purchase_id.str());
  *request.mutable_cost() = ToMessage(cost);
  ASSIGN_OR_RETURN(const auto added,
                   parts.sender.Send(&PurchaseService::Stub::AddPurchaseCost, request, rows));
  if (!added.has_value()) return absl::OkStatus();
  for (const inventory::v1::Lot& lot : added->lots()) {
    if (costs != nullptr) (*costs)[lot.lot_id()] = lot.landed_cost().minor_units();
  }
  parts.sender.Record(rows);
  return absl::OkStatus();
}

// The later costs of the folder's purchases, sent as allocations need them.
class LaterCosts {
 public:
  explicit LaterCosts(const ApplyParts& parts) : parts_(parts) {
    for (uint32_t i = 0; i < parts.folder.purchase_costs.size(); ++i) {
      const PurchaseCostRow& cost = parts.folder.purchase_costs[i];
      if (!cost.is_later) continue;
      const auto purchase = parts.index.purchases.find(cost.purchase_id);
      if (purchase != parts.index.purchases.end()) waiting_[cost.purchase_id].push_back(i);
    }
  }

  // Sends costs in order until the lot of the allocation costs what it cost then.
  absl::Status ReachCost(const AllocationRow& allocation) {
    if (allocation.lot_cost.empty() || allocation.lot == kNoLot || waiting_.empty()) {
      return absl::OkStatus();
    }
    std::string rule;
    const std::optional<int64_t> wanted =
        ParseAmount(allocation.lot_cost.view(), parts_.base_currency.view(), 0, &rule);
    const LotName& name = parts_.folder.lots.Get(parts_.lots.IdentityOf(allocation.lot));
    const auto waiting = waiting_.find(name.purchase_id);
    if (!wanted.has_value() || waiting == waiting_.end()) return absl::OkStatus();
    const int64_t lot_id = parts_.lots.LotIdOf(allocation.lot);
    while (!waiting->second.empty()) {
      ASSIGN_OR_RETURN(const int64_t cost, CostOf(lot_id));
      if (cost >= *wanted) return absl::OkStatus();
      RETURN_IF_ERROR(SendFirst(&waiting->second));
    }
    return absl::OkStatus();
  }

  // Sends the rest.
  absl::Status Finish() {
    for (auto& [purchase_id, costs] : waiting_) {
      while (!costs.empty()) RETURN_IF_ERROR(SendFirst(&costs));
    }
    return absl::OkStatus();
  }

 private:
  absl::Status SendFirst(std::deque<uint32_t>* costs) {
    const uint32_t first = costs->front();
    costs->pop_front();
    return ApplyLaterCost(parts_, first, &landed_costs_);
  }

  absl::StatusOr<int64_t> CostOf(int64_t lot_id) {
    const auto known = landed_costs_.find(lot_id);
    if (known != landed_costs_.end()) return known->second;
    inventory::v1::GetLotsRequest request;
    request.add_lot_ids(lot_id);
    ASSIGN_OR_RETURN(const auto response,
                     parts_.sender.connection().Call(&PurchaseService::Stub::GetLots, request));
    if (response.lots_size() != 1) return absl::InternalError("the server did not give the lot");
    return landed_costs_[lot_id] = response.lots(0).landed_cost().minor_units();
  }

  const ApplyParts& parts_;
  LandedCosts landed_costs_;
  // By purchase, in the order of the rows.
  std::map<Name, std::deque<uint32_t>, ByText> waiting_;
};

absl::Status ApplyAllocation(const ApplyParts& parts, uint32_t index) {
  const AllocationRow& row = parts.folder.allocations[index];
  const RequestRows rows{{Table::kAllocations, index}, {}, {}};
  ASSIGN_OR_RETURN(auto blocker, parts.references.Blocker(Table::kGifts, row.gift_id));
  if (!blocker.has_value() && row.lot != kNoLot) blocker = parts.lots.Blocker(row.lot);
  if (parts.sender.Hold(rows, blocker)) return absl::OkStatus();
  impact::v1::AllocateGiftRequest request;
  request.set_request_id(RowRequestId(Table::kAllocations, {row.allocation_id.view()}));
  impact::v1::Allocation& allocation = *request.mutable_allocation();
  allocation.set_allocation_id(row.allocation_id.str());
  allocation.set_gift_id(row.gift_id.str());
  allocation.set_lot_id(parts.lots.LotIdOf(row.lot));
  allocation.set_allocated_on(FormatDay(row.allocated_on.value()));
  *allocation.mutable_amount() = MoneyOf(row.amount_minor, row.currency);
  return parts.sender.SendAndRecord(&GiftService::Stub::AllocateGift, request, rows);
}

}  // namespace

absl::Status ApplyPurchases(const ApplyParts& parts) {
  for (uint32_t i = 0; i < parts.folder.purchases.size(); ++i) {
    RETURN_IF_ERROR(ApplyPurchase(parts, i));
  }
  for (uint32_t i = 0; i < parts.folder.purchase_lines.size(); ++i) {
    // Lines of no purchase of the folder are wrong or belong to its unreadable part.
    const RequestRows rows{{Table::kPurchaseLines, i}, {}, {}};
    if (parts.index.purchases.contains(parts.folder.purchase_lines[i].purchase_id)) continue;
    parts.sender.Hold(rows, parts.report.BrokenFile(Table::kPurchases));
  }
  for (uint32_t i = 0; i < parts.folder.purchase_costs.size(); ++i) {
    if (parts.index.purchases.contains(parts.folder.purchase_costs[i].purchase_id)) continue;
    RETURN_IF_ERROR(ApplyLaterCost(parts, i, nullptr));
  }
  return absl::OkStatus();
}

absl::Status ApplyGifts(const ApplyParts& parts) {
  for (uint32_t i = 0; i < parts.folder.gifts.size(); ++i) {
    const GiftRow& row = parts.folder.gifts[i];
    const RequestRows rows{{Table::kGifts, i}, {}, {}};
    parts.sender.Advance(1);
    if (parts.sender.Hold(rows, RateBlocker(parts, row.currency, row.received_on))) continue;
    impact::v1::RecordGiftRequest request;
    request.set_request_id(RowRequestId(Table::kGifts, {row.gift_id.view()}));
    impact::v1::Gift& gift = *request.mutable_gift();
    gift.set_gift_id(row.gift_id.str());
    gift.set_donor_id(row.donor_id.str());
    gift.set_received_on(FormatDay(row.received_on.value()));
    *gift.mutable_amount() = MoneyOf(row.amount_minor, row.currency);
    RETURN_IF_ERROR(parts.sender.SendAndRecord(&GiftService::Stub::RecordGift, request, rows));
  }
  return absl::OkStatus();
}

absl::Status ApplyAllocations(const ApplyParts& parts) {
  LaterCosts costs(parts);
  for (uint32_t i = 0; i < parts.folder.allocations.size(); ++i) {
    parts.sender.Advance(1);
    const bool is_lost = parts.report.IsLost({Table::kAllocations, i});
    const LotRef lot = parts.folder.allocations[i].lot;
    if (!is_lost && lot != kNoLot && !parts.lots.Blocker(lot).has_value()) {
      RETURN_IF_ERROR(costs.ReachCost(parts.folder.allocations[i]));
    }
    RETURN_IF_ERROR(ApplyAllocation(parts, i));
  }
  return costs.Finish();
}

}  // namespace milkway::cli
