// Purchases with all their lines and costs, costs that came later, gifts and
// allocations.

#include <utility>

#include "absl/strings/str_cat.h"
#include "clients/cli/import/apply_folder.h"
#include "clients/cli/import/request_ids.h"
#include "clients/cpp/status_macros.h"

namespace milkway::cli {

namespace {

using impact::v1::GiftService;
using inventory::v1::PurchaseService;

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
  for (const uint32_t line : purchase.lines) {
    *message.add_lines() = ToMessage(parts.folder.purchase_lines[line]);
  }
  for (const uint32_t cost : purchase.costs) {
    *message.add_costs() = ToMessage(parts.folder.purchase_costs[cost]);
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

// A cost of a purchase that the folder does not hold: it became known later.
absl::Status ApplyLaterCost(const ApplyParts& parts, uint32_t index) {
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
  return parts.sender.SendAndRecord(&PurchaseService::Stub::AddPurchaseCost, request, rows);
}

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
    RETURN_IF_ERROR(ApplyLaterCost(parts, i));
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
  for (uint32_t i = 0; i < parts.folder.allocations.size(); ++i) {
    parts.sender.Advance(1);
    RETURN_IF_ERROR(ApplyAllocation(parts, i));
  }
  return absl::OkStatus();
}

}  // namespace milkway::cli
