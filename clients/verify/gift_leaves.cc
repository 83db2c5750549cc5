#include "clients/verify/gift_leaves.h"

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "clients/cpp/status_macros.h"
#include "clients/verify/canonical_reader.h"
#include "clients/verify/leaf.h"

namespace milkway::proof {

namespace {

constexpr uint8_t kOfLot = 1;
constexpr uint8_t kOfServed = 2;

// Takes the kind and the time of recording off the front.
CanonicalReader BodyOf(absl::string_view canonical, LeafKind kind) {
  CanonicalReader reader(canonical);
  reader.Require(reader.Byte() == static_cast<uint8_t>(kind));
  reader.Number();
  return reader;
}

absl::Status EndOf(const CanonicalReader& reader, absl::string_view what) {
  if (!reader.failed() && reader.AtEnd()) return absl::OkStatus();
  return absl::InvalidArgumentError(absl::StrCat("the bytes are not those of ", what));
}

std::string Text(CanonicalReader* reader) { return std::string(reader->String()); }

}  // namespace

absl::StatusOr<Cost> ParseCost(absl::string_view canonical) {
  CanonicalReader reader = BodyOf(canonical, LeafKind::kCost);
  Cost cost;
  cost.lot_id = reader.Number();
  cost.purchase_id = Text(&reader);
  cost.product_id = Text(&reader);
  cost.lot_number = Text(&reader);
  cost.weight_g = reader.Number();
  cost.base_currency = Text(&reader);
  cost.cost_minor = reader.Zigzag();
  RETURN_IF_ERROR(EndOf(reader, "a cost"));
  return cost;
}

absl::StatusOr<Allocation> ParseAllocation(absl::string_view canonical) {
  CanonicalReader reader = BodyOf(canonical, LeafKind::kAllocation);
  Allocation allocation;
  allocation.gift_id = Text(&reader);
  allocation.allocation_id = Text(&reader);
  allocation.sequence = reader.Number();
  allocation.lot_id = reader.Number();
  allocation.school_id = Text(&reader);
  allocation.weight_g = reader.Number();
  allocation.cost_minor = reader.Zigzag();
  allocation.earlier_paid_minor = reader.Number();
  allocation.earlier_bought_g = reader.Number();
  allocation.worth_minor = reader.Number();
  allocation.bought_g = reader.Number();
  allocation.lot_paid_minor = reader.Number();
  RETURN_IF_ERROR(EndOf(reader, "an allocation"));
  return allocation;
}

absl::StatusOr<std::variant<LotStatement, ServedStatement>> ParseStatement(
    absl::string_view canonical) {
  CanonicalReader reader = BodyOf(canonical, LeafKind::kStatement);
  const uint8_t about = reader.Byte();
  if (about == kOfServed) {
    ServedStatement statement;
    statement.publication = reader.Number();
    statement.lot_id = reader.Number();
    statement.school_id = Text(&reader);
    statement.servings = reader.Number();
    statement.served_g = reader.Number();
    RETURN_IF_ERROR(EndOf(reader, "a statement"));
    return std::variant<LotStatement, ServedStatement>(std::move(statement));
  }
  reader.Require(about == kOfLot);
  LotStatement statement;
  statement.publication = reader.Number();
  statement.lot_id = reader.Number();
  statement.as_of_position = reader.Number();
  statement.purchased_g = reader.Number();
  statement.found_g = reader.Number();
  statement.lost_g = reader.Number();
  statement.returned_g = reader.Number();
  statement.energy_j_100g = reader.Number();
  statement.protein_mg_100g = reader.Number();
  statement.calcium_ug_100g = reader.Number();
  statement.landed_cost_minor = reader.Zigzag();
  statement.last_event = reader.Number();
  statement.general_bought_g = reader.Number();
  // More than there are bytes left fails at the first that is missing.
  for (int64_t left = reader.Number(); left > 0 && !reader.failed(); --left) {
    PoolStatement& pool = statement.pools.emplace_back();
    pool.school_id = Text(&reader);
    pool.set_aside_g = reader.Number();
    pool.bought_g = reader.Number();
    pool.earlier_served_g = reader.Number();
    pool.earlier_servings = reader.Number();
    pool.serving_g = reader.Number();
  }
  RETURN_IF_ERROR(EndOf(reader, "a statement"));
  return std::variant<LotStatement, ServedStatement>(statement);
}

absl::StatusOr<std::vector<std::string>> DescribeCost(absl::string_view canonical) {
  ASSIGN_OR_RETURN(const Cost cost, ParseCost(canonical));
  return std::vector<std::string>{absl::StrCat(
      "lot ", cost.lot_id, " (", Printable(cost.lot_number), " of ", Printable(cost.product_id),
      ", purchase ", Printable(cost.purchase_id), ") weighs ", cost.weight_g, " g and costs ",
      cost.cost_minor, " minor units of ", Printable(cost.base_currency))};
}

absl::StatusOr<std::vector<std::string>> DescribeAllocation(absl::string_view canonical) {
  ASSIGN_OR_RETURN(const Allocation allocation, ParseAllocation(canonical));
  if (allocation.is_in_kind()) {
    return std::vector<std::string>{
        absl::StrCat("gift ", Printable(allocation.gift_id), " is ", allocation.bought_g,
                     " g of lot ", allocation.lot_id, " (of ", allocation.weight_g, " g, ",
                     allocation.earlier_bought_g, " g were bought before)")};
  }
  const std::string pool = allocation.school_id.empty()
                               ? ""
                               : absl::StrCat(", set aside for ", Printable(allocation.school_id));
  return std::vector<std::string>{absl::StrCat(
      "gift ", Printable(allocation.gift_id), " bought ", allocation.bought_g, " g of lot ",
      allocation.lot_id, pool, ", for ", allocation.worth_minor, " minor units (",
      Printable(allocation.allocation_id), "; of ", allocation.weight_g, " g that cost ",
      allocation.cost_minor, ", ", allocation.earlier_bought_g, " g were bought for ",
      allocation.earlier_paid_minor, ")")};
}

absl::StatusOr<std::vector<std::string>> DescribeStatement(absl::string_view canonical) {
  ASSIGN_OR_RETURN(const auto statement, ParseStatement(canonical));
  if (const auto* lot = std::get_if<LotStatement>(&statement)) {
    std::vector<std::string> lines = {absl::StrCat(
        "publication ", lot->publication, ": of ", lot->purchased_g, " g of lot ", lot->lot_id,
        " that were bought, ", lot->lost_g, " g are lost, ", lot->returned_g, " g went back, and ",
        lot->found_g, " g were found; gifts have ", lot->general_bought_g, " g of it")};
    for (const PoolStatement& pool : lot->pools) {
      lines.push_back(absl::StrCat("  set aside for ", Printable(pool.school_id), ": ",
                                   pool.set_aside_g, " g, of which gifts have ", pool.bought_g,
                                   " g; what it drank before counts up to ", pool.earlier_served_g,
                                   " g"));
    }
    return lines;
  }
  const auto& served = std::get<ServedStatement>(statement);
  return std::vector<std::string>{absl::StrCat(
      "publication ", served.publication, ": ", served.served_g, " g of lot ", served.lot_id,
      " in ", served.servings, " cups at ", Printable(served.school_id))};
}

}  // namespace milkway::proof
