#include "services/inventory/purchase_convert.h"

#include <utility>

#include "absl/container/flat_hash_set.h"
#include "clients/cpp/status_macros.h"
#include "services/runtime/errors.h"
#include "services/runtime/fields.h"

namespace milkway::inventory {

namespace {

using runtime::CheckCount;
using runtime::InField;
using runtime::InvalidField;
using runtime::Item;
using runtime::ParseId;
using runtime::ParseNumber;
using runtime::ParseText;

constexpr int kLinesMax = 500;
constexpr int kCostsMax = 500;
constexpr int64_t kPacksMax = 10'000'000;
constexpr size_t kLotNumberBytesMax = 64;
constexpr size_t kOrderNumberBytesMax = 64;
// The books know times from 2000 on.
constexpr char kFirstDay[] = "2000-01-02";
constexpr char kLastDay[] = "2099-12-30";

absl::StatusOr<PurchaseLine> ParseLine(const v1::PurchaseLine& message) {
  PurchaseLine line;
  ASSIGN_OR_RETURN(line.product_id, ParseId("product_id", message.product_id()));
  ASSIGN_OR_RETURN(line.lot_number,
                   ParseText("lot_number", message.lot_number(), 1, kLotNumberBytesMax));
  if (!message.manufactured_on().empty()) {
    ASSIGN_OR_RETURN(line.manufactured_on, ParseDate("manufactured_on", message.manufactured_on()));
  }
  ASSIGN_OR_RETURN(line.expires_on, ParseDate("expires_on", message.expires_on()));
  if (line.manufactured_on.has_value() && line.expires_on < *line.manufactured_on) {
    return InvalidField("expires_on", "must not be before manufactured_on");
  }
  ASSIGN_OR_RETURN(line.packs, ParseNumber("packs", message.packs(), 1, kPacksMax));
  ASSIGN_OR_RETURN(line.unit_price, ParseMoney("unit_price", message.unit_price(), 0));
  return line;
}

// Adds the lines of `message`, each product and lot number once.
absl::Status ParseLines(const v1::Purchase& message, Purchase* purchase) {
  RETURN_IF_ERROR(CheckCount("lines", message.lines_size(), 1, kLinesMax));
  absl::flat_hash_set<std::pair<std::string, std::string>> seen;
  for (int index = 0; index < message.lines_size(); ++index) {
    absl::StatusOr<PurchaseLine> line = ParseLine(message.lines(index));
    if (!line.ok()) return InField(Item("lines", index), line.status());
    if (!seen.emplace(line->product_id, line->lot_number).second) {
      return InvalidField(Item("lines", index) + ".lot_number",
                          "is on an earlier line with the same product; make one line of them");
    }
    purchase->lines.push_back(*std::move(line));
  }
  return absl::OkStatus();
}

absl::Status ParseCosts(const v1::Purchase& message, Purchase* purchase) {
  RETURN_IF_ERROR(CheckCount("costs", message.costs_size(), 0, kCostsMax));
  absl::flat_hash_set<std::string> seen;
  for (int index = 0; index < message.costs_size(); ++index) {
    absl::StatusOr<PurchaseCost> cost = ParsePurchaseCost(message.costs(index));
    if (!cost.ok()) return InField(Item("costs", index), cost.status());
    if (!seen.insert(cost->cost_id).second) {
      return InvalidField(Item("costs", index) + ".cost_id", "is on an earlier cost already");
    }
    purchase->costs.push_back(*std::move(cost));
  }
  return absl::OkStatus();
}

v1::PurchaseLine ToMessage(const PurchaseLine& line) {
  v1::PurchaseLine message;
  message.set_product_id(line.product_id);
  message.set_lot_number(line.lot_number);
  if (line.manufactured_on.has_value()) {
    message.set_manufactured_on(FormatDate(*line.manufactured_on));
  }
  message.set_expires_on(FormatDate(line.expires_on));
  message.set_packs(line.packs);
  *message.mutable_unit_price() = ToMessage(line.unit_price);
  return message;
}

v1::PurchaseCost ToMessage(const PurchaseCost& cost) {
  v1::PurchaseCost message;
  message.set_cost_id(cost.cost_id);
  message.set_kind(static_cast<v1::CostKind>(cost.kind));
  message.set_incurred_on(FormatDate(cost.incurred_on));
  *message.mutable_amount() = ToMessage(cost.amount);
  message.set_document_id(cost.document_id);
  return message;
}

}  // namespace

absl::StatusOr<PurchaseCost> ParsePurchaseCost(const v1::PurchaseCost& message) {
  PurchaseCost cost;
  ASSIGN_OR_RETURN(cost.cost_id, ParseId("cost_id", message.cost_id()));
  if (message.kind() == v1::COST_KIND_UNSPECIFIED || !v1::CostKind_IsValid(message.kind())) {
    return InvalidField("kind", "must be freight, duty, insurance, inspection or other");
  }
  cost.kind = static_cast<uint32_t>(message.kind());
  ASSIGN_OR_RETURN(cost.incurred_on, ParseDate("incurred_on", message.incurred_on()));
  ASSIGN_OR_RETURN(cost.amount, ParseMoney("amount", message.amount(), 0));
  if (message.document_id().empty()) return cost;
  ASSIGN_OR_RETURN(cost.document_id, ParseId("document_id", message.document_id()));
  return cost;
}

absl::StatusOr<Purchase> ParsePurchase(const v1::Purchase& message) {
  Purchase purchase;
  ASSIGN_OR_RETURN(purchase.purchase_id, ParseId("purchase_id", message.purchase_id()));
  ASSIGN_OR_RETURN(purchase.purchased_on, ParseDate("purchased_on", message.purchased_on()));
  const bool is_in_time = *ParseDate("first", kFirstDay) <= purchase.purchased_on &&
                          purchase.purchased_on <= *ParseDate("last", kLastDay);
  if (!is_in_time) {
    return InvalidField("purchased_on", "must be between 2000-01-02 and 2099-12-30");
  }
  ASSIGN_OR_RETURN(purchase.supplier_id, ParseId("supplier_id", message.supplier_id()));
  ASSIGN_OR_RETURN(purchase.destination_id, ParseId("destination_id", message.destination_id()));
  ASSIGN_OR_RETURN(purchase.order_number,
                   ParseText("order_number", message.order_number(), 0, kOrderNumberBytesMax));
  if (!message.ordered_on().empty()) {
    ASSIGN_OR_RETURN(purchase.ordered_on, ParseDate("ordered_on", message.ordered_on()));
    if (*purchase.ordered_on > purchase.purchased_on) {
      return InvalidField("ordered_on", "must not be after purchased_on");
    }
  }
  RETURN_IF_ERROR(ParseLines(message, &purchase));
  RETURN_IF_ERROR(ParseCosts(message, &purchase));
  return purchase;
}

v1::Purchase ToMessage(const Purchase& purchase) {
  v1::Purchase message;
  message.set_purchase_id(purchase.purchase_id);
  message.set_purchased_on(FormatDate(purchase.purchased_on));
  message.set_supplier_id(purchase.supplier_id);
  message.set_destination_id(purchase.destination_id);
  message.set_order_number(purchase.order_number);
  if (purchase.ordered_on.has_value()) message.set_ordered_on(FormatDate(*purchase.ordered_on));
  for (const PurchaseLine& line : purchase.lines) *message.add_lines() = ToMessage(line);
  for (const PurchaseCost& cost : purchase.costs) *message.add_costs() = ToMessage(cost);
  return message;
}

v1::Lot ToMessage(const LotOnRecord& lot, const std::string& base_currency) {
  const rec::LotRecord& record = lot.record;
  v1::Lot message;
  message.set_lot_id(lot.id.value);
  message.set_purchase_id(record.purchase_id());
  message.set_product_id(record.product_id());
  message.set_lot_number(record.lot_number());
  if (record.has_manufactured_day()) {
    message.set_manufactured_on(FormatDate({record.manufactured_day()}));
  }
  message.set_expires_on(FormatDate({record.expires_day()}));
  message.set_packs(record.packs());
  message.set_pack_weight_g(record.pack_weight_g());
  message.set_quantity_g(WeightG(record));
  *message.mutable_landed_cost() = ToMessage(Money{base_currency, LandedCostMinor(record)});
  message.set_purchased_on(FormatDate({record.purchased_day()}));
  return message;
}

}  // namespace milkway::inventory
