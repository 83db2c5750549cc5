// Purchases, their lines and costs, gifts, allocations, and the rates they need.

#include "absl/strings/str_cat.h"
#include "clients/cli/import/cells.h"
#include "clients/cli/import/check_folder.h"
#include "clients/cli/numbers.h"
#include "clients/cli/text.h"
#include "clients/cpp/status_macros.h"
#include "milkway/inventory/v1/catalog.pb.h"

namespace milkway::cli {

namespace {

constexpr size_t kLinesMax = 500;
constexpr size_t kCostsMax = 500;

absl::Status CheckPurchase(const CheckParts& parts, uint32_t index) {
  const PurchaseRow& purchase = parts.folder.purchases[index];
  const RowRef row{Table::kPurchases, index};
  for (const auto& [column, id] : {std::pair("supplier_id", purchase.supplier_id),
                                   std::pair("destination_id", purchase.destination_id)}) {
    RETURN_IF_ERROR(parts.references.Require(row, column, Table::kLocations, id));
    ASSIGN_OR_RETURN(const auto* location, parts.references.FindLocation(id));
    if (location == nullptr || location->kind() == inventory::v1::LOCATION_KIND_UNSPECIFIED) {
      continue;
    }
    const bool is_supplier = location->kind() == inventory::v1::LOCATION_KIND_SUPPLIER;
    if (is_supplier == (id == purchase.supplier_id)) continue;
    parts.report.AddError(
        row, column,
        absl::StrCat(is_supplier ? "must be a place where stock can lie, is supplier "
                                 : "must be a supplier, is a location of another kind: ",
                     Quoted(id.view())));
  }
  if (purchase.lines.empty() && !parts.report.IsBroken(Table::kPurchaseLines)) {
    parts.report.AddError(row, "purchase_id",
                          "must have at least one row in purchase_lines.csv, has none");
  }
  if (purchase.lines.size() > kLinesMax || purchase.costs.size() > kCostsMax) {
    parts.report.AddError(
        row, "purchase_id",
        absl::StrCat("must have at most ", kLinesMax, " lines and ", kCostsMax, " costs, has ",
                     purchase.lines.size(), " and ", purchase.costs.size()));
  }
  return absl::OkStatus();
}

absl::Status CheckLine(const CheckParts& parts, uint32_t index) {
  const PurchaseLineRow& line = parts.folder.purchase_lines[index];
  const RowRef row{Table::kPurchaseLines, index};
  RETURN_IF_ERROR(parts.references.Require(row, "product_id", Table::kProducts, line.product_id));
  if (line.purchase_id.empty()) return absl::OkStatus();
  const auto purchase = parts.index.purchases.find(line.purchase_id);
  if (purchase != parts.index.purchases.end()) {
    return RequireRate(parts, row, line.currency,
                       parts.folder.purchases[purchase->second].purchased_on);
  }
  if (!parts.report.IsBroken(Table::kPurchases)) {
    parts.report.AddError(
        row, "purchase_id",
        absl::StrCat("must be a purchase of purchases.csv", Is(line.purchase_id.view())));
  }
  return absl::OkStatus();
}

absl::Status CheckCost(const CheckParts& parts, uint32_t index) {
  const PurchaseCostRow& cost = parts.folder.purchase_costs[index];
  const RowRef row{Table::kPurchaseCosts, index};
  RETURN_IF_ERROR(
      parts.references.Require(row, "purchase_id", Table::kPurchases, cost.purchase_id));
  return RequireRate(parts, row, cost.currency, cost.incurred_on);
}

// What a gift is worth, from the folder or the server.
struct GiftFacts {
  Name currency;
  int64_t amount_minor = 0;
};

absl::StatusOr<std::optional<GiftFacts>> FindGift(const CheckParts& parts, Name gift_id) {
  if (gift_id.empty()) return std::nullopt;
  const auto found = parts.index.gifts.find(gift_id);
  if (found != parts.index.gifts.end()) {
    const GiftRow& gift = parts.folder.gifts[found->second];
    if (gift.currency.empty() || gift.amount_minor == 0) return std::nullopt;
    return GiftFacts{gift.currency, gift.amount_minor};
  }
  ASSIGN_OR_RETURN(const auto* gift, parts.references.directory().FindGift(gift_id.str()));
  if (gift == nullptr) return std::nullopt;
  return GiftFacts{parts.folder.names.Intern(gift->amount().currency_code()),
                   gift->amount().minor_units()};
}

// Reads the amount and adds it to what the gift's earlier rows took.
absl::Status CheckAllocation(const CheckParts& parts, uint32_t index,
                             absl::flat_hash_map<Name, int64_t>* allocated) {
  AllocationRow& allocation = parts.folder.allocations[index];
  const RowRef row{Table::kAllocations, index};
  RETURN_IF_ERROR(parts.references.Require(row, "gift_id", Table::kGifts, allocation.gift_id));
  parts.lots.Require(row, allocation.lot);
  ASSIGN_OR_RETURN(const std::optional<GiftFacts> gift, FindGift(parts, allocation.gift_id));
  if (!gift.has_value() || allocation.amount.empty()) return absl::OkStatus();

  std::string rule;
  const std::optional<int64_t> minor =
      ParseAmount(allocation.amount.view(), gift->currency.view(), 1, &rule);
  if (!minor.has_value()) {
    parts.report.AddError(row, "amount", rule);
    return absl::OkStatus();
  }
  allocation.amount_minor = *minor;
  allocation.currency = gift->currency;
  int64_t& taken = (*allocated)[allocation.gift_id];
  if (*minor > gift->amount_minor - taken) {
    parts.report.AddError(
        row, "amount",
        absl::StrCat("must be at most what gift ", allocation.gift_id.view(), " has left, is ",
                     FormatMoney(*minor, gift->currency.view()), " of ",
                     FormatMoney(gift->amount_minor - taken, gift->currency.view())));
  } else if (!parts.report.IsLost(row)) {
    taken += *minor;
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status RequireRate(const CheckParts& parts, RowRef row, Name currency,
                         std::optional<Day> day) {
  if (currency.empty() || !day.has_value() || currency == parts.base_currency ||
      parts.report.IsBroken(Table::kExchangeRates) ||
      parts.index.FindRate(parts.folder, currency, parts.base_currency, *day).has_value()) {
    return absl::OkStatus();
  }
  if (!parts.references.directory().CanAsk()) {
    parts.references.AddUnchecked(row, "currency");
    return absl::OkStatus();
  }
  ASSIGN_OR_RETURN(const auto* rate, parts.references.directory().FindRate(
                                         currency.str(), parts.base_currency.str(), *day));
  if (rate == nullptr) {
    parts.report.AddError(
        row, "currency",
        absl::StrCat("must have an exchange rate from ", currency.view(), " to ",
                     parts.base_currency.view(), " on or before ", FormatDay(*day), ", has none"));
  }
  return absl::OkStatus();
}

absl::Status CheckPurchases(const CheckParts& parts) {
  for (uint32_t i = 0; i < parts.folder.purchases.size(); ++i) {
    RETURN_IF_ERROR(CheckPurchase(parts, i));
  }
  for (uint32_t i = 0; i < parts.folder.purchase_lines.size(); ++i) {
    RETURN_IF_ERROR(CheckLine(parts, i));
  }
  for (uint32_t i = 0; i < parts.folder.purchase_costs.size(); ++i) {
    RETURN_IF_ERROR(CheckCost(parts, i));
  }
  return absl::OkStatus();
}

absl::Status CheckGifts(const CheckParts& parts) {
  for (uint32_t i = 0; i < parts.folder.gifts.size(); ++i) {
    const GiftRow& gift = parts.folder.gifts[i];
    RETURN_IF_ERROR(RequireRate(parts, {Table::kGifts, i}, gift.currency, gift.received_on));
  }
  absl::flat_hash_map<Name, int64_t> allocated;
  for (uint32_t i = 0; i < parts.folder.allocations.size(); ++i) {
    RETURN_IF_ERROR(CheckAllocation(parts, i, &allocated));
  }
  return absl::OkStatus();
}

}  // namespace milkway::cli
