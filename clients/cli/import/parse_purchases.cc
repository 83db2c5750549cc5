// Purchases with their lines and costs, gifts and allocations.

#include <utility>

#include "clients/cli/import/parse_rows.h"
#include "clients/cli/words.h"

namespace milkway::cli {

namespace {

constexpr size_t kCostIdBytesMax = 64;
constexpr int64_t kPacksMax = 10'000'000;

}  // namespace

void ParsePurchase(Cells& cells, Folder* folder) {
  PurchaseRow row;
  row.purchase_id = cells.Id("purchase_id");
  row.purchased_on = cells.RequiredDay("purchased_on");
  if (row.purchased_on.has_value() && !CanBeDated(*row.purchased_on)) {
    cells.Wrong("purchased_on", "must be from 2000-01-01 to 2099-12-31");
  }
  row.supplier_id = cells.Id("supplier_id");
  row.destination_id = cells.Id("destination_id");
  row.order_number = cells.Optional("order_number", 64);
  row.ordered_on = cells.OptionalDay("ordered_on");
  folder->purchases.push_back(std::move(row));
}

void ParsePurchaseLine(Cells& cells, Folder* folder) {
  PurchaseLineRow row;
  row.purchase_id = cells.Id("purchase_id");
  row.product_id = cells.Id("product_id");
  row.lot_number = cells.Required("lot_number", 64);
  if (!row.purchase_id.empty() && !row.product_id.empty() && !row.lot_number.empty()) {
    row.lot = folder->lots.Intern({row.purchase_id, row.product_id, row.lot_number});
  }
  row.manufactured_on = cells.OptionalDay("manufactured_on");
  row.expires_on = cells.RequiredDay("expires_on");
  row.packs = cells.Whole("packs", 1, kPacksMax);
  row.currency = cells.Currency("currency");
  row.unit_price_minor = cells.Amount("unit_price", row.currency, 0);
  folder->purchase_lines.push_back(row);
}

void ParsePurchaseCost(Cells& cells, Folder* folder) {
  PurchaseCostRow row;
  row.cost_id = cells.Required("cost_id", kCostIdBytesMax);
  row.purchase_id = cells.Id("purchase_id");
  row.kind = cells.OneOf(kCostKinds, "kind");
  row.incurred_on = cells.RequiredDay("incurred_on");
  row.currency = cells.Currency("currency");
  row.amount_minor = cells.Amount("amount", row.currency, 0);
  row.is_later = cells.YesNo("later");
  folder->purchase_costs.push_back(row);
}

void ParseGift(Cells& cells, Folder* folder) {
  GiftRow row;
  row.gift_id = cells.Id("gift_id");
  row.donor_id = cells.Id("donor_id");
  row.received_on = cells.RequiredDay("received_on");
  row.currency = cells.Currency("currency");
  row.amount_minor = cells.Amount("amount", row.currency, 1);
  folder->gifts.push_back(row);
}

void ParseAllocation(Cells& cells, Folder* folder) {
  AllocationRow row;
  row.allocation_id = cells.Id("allocation_id");
  row.gift_id = cells.Id("gift_id");
  if (cells.IsEmpty("purchase_id")) cells.Wrong("purchase_id", "must name the lot's purchase");
  row.lot = cells.Lot();
  row.allocated_on = cells.RequiredDay("allocated_on");
  row.amount = cells.Required("amount", 64);
  row.lot_cost = cells.Optional("lot_cost", 64);
  folder->allocations.push_back(row);
}

}  // namespace milkway::cli
