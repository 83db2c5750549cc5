#include "clients/cli/lots.h"

#include <limits>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "clients/cli/pages.h"
#include "clients/cpp/status_macros.h"
#include "milkway/inventory/v1/purchases.grpc.pb.h"

namespace milkway::cli {

namespace {

using inventory::v1::PurchaseService;

constexpr size_t kLotIdsMax = 1'000;

}  // namespace

std::vector<std::string> LotKeysAnd(const std::vector<std::string>& others) {
  std::vector<std::string> keys = {"product", "lot", "purchase", "lot_id"};
  keys.insert(keys.end(), others.begin(), others.end());
  return keys;
}

absl::StatusOr<LotChoice> LotOfLine(const LineFields& line) {
  LotChoice choice;
  choice.lot_number = line.Find("lot").value_or("");
  choice.product_id = line.Find("product").value_or("");
  choice.purchase_id = line.Find("purchase").value_or("");
  const bool is_named =
      !choice.lot_number.empty() || !choice.product_id.empty() || !choice.purchase_id.empty();
  if (line.Find("lot_id").has_value()) {
    if (is_named) return line.Wrong("expected lot_id alone, or product, lot and purchase");
    ASSIGN_OR_RETURN(choice.lot_id,
                     line.Whole("lot_id", 1, std::numeric_limits<int64_t>::max(), std::nullopt));
  } else if (choice.lot_number.empty()) {
    return line.Wrong(
        "expected lot=NUMBER (with product=ID, and purchase=ID if needed) or lot_id=N");
  }
  return choice;
}

absl::StatusOr<inventory::v1::Lot> FindLot(Connection& connection, const LotChoice& choice) {
  if (choice.lot_id.has_value()) {
    ASSIGN_OR_RETURN(const LotsById lots, GetLots(connection, {*choice.lot_id}));
    return lots.begin()->second;
  }
  inventory::v1::ListLotsRequest request;
  request.set_lot_number(choice.lot_number);
  request.set_product_id(choice.product_id);
  request.set_purchase_id(choice.purchase_id);
  ASSIGN_OR_RETURN(const auto lots,
                   ListAll<inventory::v1::Lot>(connection, &PurchaseService::Stub::ListLots,
                                               request, &inventory::v1::ListLotsResponse::lots));
  if (lots.size() == 1) return lots.front();
  if (lots.empty()) {
    return absl::NotFoundError(absl::StrCat(
        "no lot ", choice.lot_number,
        choice.product_id.empty() ? "" : absl::StrCat(" of product ", choice.product_id),
        choice.purchase_id.empty() ? "" : absl::StrCat(" from purchase ", choice.purchase_id),
        "; milkway stock lists the lots there are"));
  }
  return absl::FailedPreconditionError(absl::StrCat(
      "lot ", choice.lot_number, " is not the only one, name its product and purchase: ",
      absl::StrJoin(lots, ", ", [](std::string* text, const inventory::v1::Lot& lot) {
        absl::StrAppend(text, "product=", lot.product_id(), ",lot=", lot.lot_number(),
                        ",purchase=", lot.purchase_id());
      })));
}

absl::StatusOr<LotsById> GetLots(Connection& connection, const std::set<int64_t>& lot_ids) {
  LotsById lots;
  auto next = lot_ids.begin();
  while (next != lot_ids.end()) {
    inventory::v1::GetLotsRequest request;
    for (; next != lot_ids.end() && request.lot_ids_size() < static_cast<int>(kLotIdsMax); ++next) {
      request.add_lot_ids(*next);
    }
    ASSIGN_OR_RETURN(const auto response,
                     connection.Call(&PurchaseService::Stub::GetLots, request));
    if (response.lots_size() != request.lot_ids_size()) {
      return absl::InternalError("the server did not give every lot that was asked for");
    }
    for (const inventory::v1::Lot& lot : response.lots()) lots.emplace(lot.lot_id(), lot);
  }
  return lots;
}

std::string DescribeLot(const inventory::v1::Lot& lot) {
  return absl::StrCat("lot ", lot.lot_number(), " of ", lot.product_id(), " (", lot.purchase_id(),
                      ")");
}

std::string DescribeLot(const LotsById& lots, int64_t lot_id) {
  const auto found = lots.find(lot_id);
  return found == lots.end() ? absl::StrCat("lot ", lot_id) : DescribeLot(found->second);
}

}  // namespace milkway::cli
