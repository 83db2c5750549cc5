// Purchases with their lines and costs; gifts and allocations.

#include <algorithm>
#include <vector>

#include "absl/container/flat_hash_set.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "clients/cli/export/export_parts.h"
#include "clients/cli/export/log_places.h"
#include "clients/cli/numbers.h"
#include "clients/cli/words.h"
#include "clients/cpp/currency.h"
#include "milkway/common/v1/money.pb.h"
#include "milkway/impact/v1/gifts.grpc.pb.h"
#include "milkway/impact/v1/pools.grpc.pb.h"
#include "milkway/inventory/v1/purchases.grpc.pb.h"

namespace milkway::cli {

namespace {

using impact::v1::GiftService;
using inventory::v1::PurchaseService;

using PurchaseIds = absl::flat_hash_set<std::string>;

bool IsShown(const ExportParts& parts, const inventory::v1::Lot& lot) {
  return parts.survey.purchase_ids.contains(lot.purchase_id());
}

// FAILED_PRECONDITION if the files cannot say what the gift is: an import would make another
// programme of them.
absl::Status RequireSayable(const impact::v1::Gift& gift) {
  const bool is_plain = gift.kind() == impact::v1::GIFT_KIND_UNSPECIFIED ||
                        gift.kind() == impact::v1::GIFT_KIND_MONEY;
  if (is_plain && gift.fees().minor_units() == 0 && gift.refunded().minor_units() == 0) {
    return absl::OkStatus();
  }
  return absl::FailedPreconditionError(absl::StrCat(
      "gift ", gift.gift_id(), is_plain ? " has fees or refunds" : " is for one school or in kind",
      ", which the files cannot say yet; export other files with --only, or make a backup"));
}

// The same for milk that is set aside for schools. A server without pools has none.
absl::Status RequireNoPools(const ExportParts& parts) {
  impact::v1::ListSetAsidesRequest request;
  request.set_page_size(1);
  const auto page = parts.connection.Call(&impact::v1::PoolService::Stub::ListSetAsides, request);
  if (absl::IsUnimplemented(page.status())) return absl::OkStatus();
  if (!page.ok()) return page.status();
  if (page->set_asides().empty()) return absl::OkStatus();
  return absl::FailedPreconditionError(
      "milk is set aside for schools, which the files cannot say yet; export other files with "
      "--only, or make a backup");
}

// Every allocation, in the order made.
absl::StatusOr<std::vector<impact::v1::Allocation>> ReadAllocations(const ExportParts& parts) {
  RETURN_IF_ERROR(RequireNoPools(parts));
  std::vector<impact::v1::Allocation> made;
  RETURN_IF_ERROR(ForEachPage(
      parts.connection, &GiftService::Stub::ListGifts, impact::v1::ListGiftsRequest(),
      [&](const auto& page) -> absl::Status {
        for (const impact::v1::Gift& gift : page.gifts()) {
          if (absl::Status sayable = RequireSayable(gift); !sayable.ok()) return sayable;
          if (gift.allocated().minor_units() == 0) continue;
          impact::v1::ListAllocationsRequest request;
          request.set_gift_id(gift.gift_id());
          ASSIGN_OR_RETURN(auto allocations,
                           ListAll<impact::v1::Allocation>(
                               parts.connection, &GiftService::Stub::ListAllocations, request,
                               &impact::v1::ListAllocationsResponse::allocations));
          for (impact::v1::Allocation& allocation : allocations) {
            made.push_back(std::move(allocation));
          }
        }
        return absl::OkStatus();
      }));
  std::sort(made.begin(), made.end(),
            [](const auto& a, const auto& b) { return a.sequence() < b.sequence(); });
  return made;
}

// Purchases some of whose costs became known after somebody had paid for their lots: the
// costs are then given back one by one, between the allocations.
PurchaseIds WithLaterCosts(const ExportParts& parts,
                           const std::vector<impact::v1::Allocation>& allocations) {
  PurchaseIds purchases;
  for (const impact::v1::Allocation& allocation : allocations) {
    const auto lot = parts.lots.find(allocation.lot_id());
    if (lot == parts.lots.end()) continue;
    if (allocation.lot_cost_minor() != lot->second.landed_cost().minor_units()) {
      purchases.insert(lot->second.purchase_id());
    }
  }
  return purchases;
}

void WriteAllocations(const ExportParts& parts,
                      const std::vector<impact::v1::Allocation>& allocations) {
  TableFile& file = parts.folder.file(Table::kAllocations);
  for (const impact::v1::Allocation& allocation : allocations) {
    const auto lot = parts.lots.find(allocation.lot_id());
    // Of a purchase that was recorded while the export ran.
    if (lot == parts.lots.end() || !IsShown(parts, lot->second)) continue;
    const common::v1::Money& amount = allocation.amount();
    file.Set("allocation_id", allocation.allocation_id());
    file.Set("gift_id", allocation.gift_id());
    SetLot(parts, allocation.lot_id(), &file);
    file.Set("allocated_on", allocation.allocated_on());
    file.Set("amount", AmountOf(amount.minor_units(), amount.currency_code()));
    file.Set("lot_cost",
             AmountOf(allocation.lot_cost_minor(), allocation.base_amount().currency_code()));
    file.EndRow();
    file.Total("bought_g", allocation.bought_g());
    file.Total(absl::StrCat("amount ", amount.currency_code()), amount.minor_units());
  }
}

void WriteLines(const ExportParts& parts, const inventory::v1::Purchase& purchase) {
  TableFile& file = parts.folder.file(Table::kPurchaseLines);
  for (const inventory::v1::PurchaseLine& line : purchase.lines()) {
    const common::v1::Money& price = line.unit_price();
    file.Set("purchase_id", purchase.purchase_id());
    file.Set("product_id", line.product_id());
    file.Set("lot_number", line.lot_number());
    file.Set("expires_on", line.expires_on());
    file.Set("packs", line.packs());
    file.Set("unit_price", AmountOf(price.minor_units(), price.currency_code()));
    file.Set("currency", price.currency_code());
    file.Set("manufactured_on", line.manufactured_on());
    file.EndRow();
    file.Total("packs", line.packs());
  }
}

void WriteCosts(const ExportParts& parts, const inventory::v1::Purchase& purchase, bool later) {
  TableFile& file = parts.folder.file(Table::kPurchaseCosts);
  for (const inventory::v1::PurchaseCost& cost : purchase.costs()) {
    const common::v1::Money& amount = cost.amount();
    file.Set("cost_id", cost.cost_id());
    file.Set("purchase_id", purchase.purchase_id());
    file.Set("kind", WordOf(kCostKinds, cost.kind()));
    file.Set("incurred_on", cost.incurred_on());
    file.Set("amount", AmountOf(amount.minor_units(), amount.currency_code()));
    file.Set("currency", amount.currency_code());
    // A paper is attached to a purchase that is there already.
    file.SetFlag("later", later || !cost.document_id().empty());
    file.Set("document_id", cost.document_id());
    file.EndRow();
    file.Total(absl::StrCat("amount ", amount.currency_code()), amount.minor_units());
  }
}

void WritePurchase(const ExportParts& parts, const inventory::v1::Purchase& purchase,
                   const PurchaseIds& with_later_costs) {
  TableFile& file = parts.folder.file(Table::kPurchases);
  file.Set("purchase_id", purchase.purchase_id());
  file.Set("purchased_on", purchase.purchased_on());
  file.Set("supplier_id", purchase.supplier_id());
  file.Set("destination_id", purchase.destination_id());
  file.Set("order_number", purchase.order_number());
  file.Set("ordered_on", purchase.ordered_on());
  file.EndRow();
  WriteLines(parts, purchase);
  WriteCosts(parts, purchase, with_later_costs.contains(purchase.purchase_id()));
}

}  // namespace

absl::Status SetRecorded(const ExportParts& parts, int64_t position, int64_t recorded_us,
                         TableFile* file) {
  if (position > 0) {
    file->Set("recorded", position);
  } else if (recorded_us > 0) {
    ASSIGN_OR_RETURN(const std::string place, PlaceInLog(parts.connection, recorded_us));
    file->Set("recorded", place);
  }
  return absl::OkStatus();
}

void SetLot(const ExportParts& parts, int64_t lot_id, TableFile* file) {
  const auto lot = parts.lots.find(lot_id);
  if (lot == parts.lots.end()) return;
  file->Set("purchase_id", lot->second.purchase_id());
  file->Set("product_id", lot->second.product_id());
  file->Set("lot_number", lot->second.lot_number());
}

std::string AmountOf(int64_t minor_units, absl::string_view currency) {
  return FormatDecimal(minor_units, clients::FindMinorDigits(currency).value_or(2));
}

absl::Status ExportGifts(const ExportParts& parts) {
  ASSIGN_OR_RETURN(const bool wanted, parts.folder.Begin("gifts", {Table::kGifts}));
  if (!wanted) return absl::OkStatus();
  TableFile& file = parts.folder.file(Table::kGifts);
  RETURN_IF_ERROR(ForEachPage(
      parts.connection, &GiftService::Stub::ListGifts, impact::v1::ListGiftsRequest(),
      parts.folder.cursor(),
      [&](const auto& page) -> absl::Status {
        for (const impact::v1::Gift& gift : page.gifts()) {
          if (absl::Status sayable = RequireSayable(gift); !sayable.ok()) return sayable;
          const common::v1::Money& amount = gift.amount();
          file.Set("gift_id", gift.gift_id());
          file.Set("donor_id", gift.donor_id());
          file.Set("received_on", gift.received_on());
          file.Set("amount", AmountOf(amount.minor_units(), amount.currency_code()));
          file.Set("currency", amount.currency_code());
          file.EndRow();
          file.Total(absl::StrCat("amount ", amount.currency_code()), amount.minor_units());
        }
        return absl::OkStatus();
      },
      [&](const std::string& next) { return KeepPlace(parts, next); }));
  return parts.folder.End();
}

absl::Status ExportPurchases(const ExportParts& parts) {
  ASSIGN_OR_RETURN(const bool wanted,
                   parts.folder.Begin("purchases", {Table::kPurchases, Table::kPurchaseLines,
                                                    Table::kPurchaseCosts, Table::kAllocations}));
  if (!wanted) return absl::OkStatus();
  ASSIGN_OR_RETURN(const auto allocations, ReadAllocations(parts));
  const PurchaseIds with_later_costs = WithLaterCosts(parts, allocations);
  // Written with the first page, so that no page is there without it.
  if (parts.folder.cursor().empty()) WriteAllocations(parts, allocations);
  int64_t done = 0;
  if (!absl::SimpleAtoi(parts.folder.cursor(), &done)) done = 0;
  std::string last_id;
  // In the order in which they were recorded, so that lots get the same numbers again.
  for (auto lot = parts.lots.upper_bound(done); lot != parts.lots.end(); ++lot) {
    const std::string& purchase_id = lot->second.purchase_id();
    if (purchase_id == last_id || !IsShown(parts, lot->second)) continue;
    if (!last_id.empty()) {
      RETURN_IF_ERROR(parts.folder.CheckpointIfFull(absl::StrCat(lot->first - 1)));
    }
    last_id = purchase_id;
    inventory::v1::GetPurchaseRequest request;
    request.set_purchase_id(purchase_id);
    ASSIGN_OR_RETURN(const auto response,
                     parts.connection.Call(&PurchaseService::Stub::GetPurchase, request));
    WritePurchase(parts, response.purchase(), with_later_costs);
  }
  return parts.folder.End();
}

}  // namespace milkway::cli
