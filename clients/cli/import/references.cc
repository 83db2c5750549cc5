#include "clients/cli/import/references.h"

#include "absl/strings/str_cat.h"
#include "clients/cli/import/cells.h"
#include "clients/cpp/status_macros.h"
#include "milkway/inventory/v1/catalog.pb.h"

namespace milkway::cli {

namespace {

absl::string_view NounOf(Table target) {
  switch (target) {
    case Table::kProducts:
      return "product";
    case Table::kLocations:
      return "location";
    case Table::kPurchases:
      return "purchase";
    case Table::kGifts:
      return "gift";
    default:
      return "shipment";
  }
}

template <typename Thing>
absl::StatusOr<bool> IsThere(const absl::StatusOr<const Thing*>& found) {
  RETURN_IF_ERROR(found.status());
  return *found != nullptr;
}

}  // namespace

absl::StatusOr<bool> References::ServerKnows(Table target, const std::string& id) {
  switch (target) {
    case Table::kProducts:
      return IsThere(directory_.FindProduct(id));
    case Table::kLocations:
      return IsThere(directory_.FindLocation(id));
    case Table::kPurchases:
      return IsThere(directory_.FindPurchase(id));
    case Table::kGifts:
      return IsThere(directory_.FindGift(id));
    default:
      return IsThere(directory_.FindShipment(id));
  }
}

void References::AddUnchecked(RowRef row, absl::string_view column) {
  if (unchecked_count_++ == 0) {
    first_unchecked_ = absl::StrCat(report_.Describe(row), ": column ", column);
  }
}

absl::Status References::Require(RowRef row, absl::string_view column, Table target, Name id) {
  if (id.empty() || index_.Of(target).contains(id) || report_.IsBroken(target)) {
    return absl::OkStatus();
  }
  if (!directory_.CanAsk()) {
    AddUnchecked(row, column);
    return absl::OkStatus();
  }
  ASSIGN_OR_RETURN(const bool known, ServerKnows(target, id.str()));
  if (!known) {
    report_.AddError(row, column,
                     absl::StrCat("must be a ", NounOf(target), " that ", SpecOf(target).file,
                                  " or the server has", Is(id.view())));
  }
  return absl::OkStatus();
}

absl::StatusOr<std::optional<RowRef>> References::Blocker(Table target, Name id) {
  const auto found = index_.Of(target).find(id);
  if (found != index_.Of(target).end()) {
    const RowRef row{target, found->second};
    return report_.IsLost(row) ? std::make_optional(row) : std::nullopt;
  }
  if (!report_.IsBroken(target)) return std::nullopt;
  ASSIGN_OR_RETURN(const bool known, ServerKnows(target, id.str()));
  return known ? std::nullopt : std::make_optional(report_.BrokenFile(target));
}

absl::StatusOr<const inventory::v1::Location*> References::FindLocation(Name location_id) {
  if (location_id.empty()) return nullptr;
  const auto found = index_.locations.find(location_id);
  if (found != index_.locations.end()) return &folder_.locations[found->second].location;
  return directory_.FindLocation(location_id.str());
}

absl::StatusOr<std::optional<absl::TimeZone>> References::FindTimeZoneOf(Name location_id) {
  const auto cached = time_zones_.find(location_id);
  if (cached != time_zones_.end()) return cached->second;
  ASSIGN_OR_RETURN(const inventory::v1::Location* location, FindLocation(location_id));
  const std::optional<absl::TimeZone> time_zone =
      location == nullptr ? std::nullopt : FindTimeZone(location->time_zone());
  time_zones_.emplace(location_id, time_zone);
  return time_zone;
}

}  // namespace milkway::cli
