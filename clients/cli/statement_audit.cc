#include "clients/cli/statement_audit.h"

#include <algorithm>
#include <iterator>
#include <variant>

#include "absl/strings/str_cat.h"
#include "clients/cli/text.h"
#include "clients/cpp/status_macros.h"
#include "clients/verify/leaf.h"

namespace milkway::cli {

namespace {

// What was corrected is told in steps of so many grams.
constexpr int64_t kToldG = 250;

bool IsKind(absl::string_view canonical, proof::LeafKind kind) {
  return !canonical.empty() && canonical[0] == static_cast<char>(kind);
}

}  // namespace

absl::Status StatementAudit::Learn(absl::string_view canonical) {
  if (!IsKind(canonical, proof::LeafKind::kStatement)) return absl::OkStatus();
  ASSIGN_OR_RETURN(const auto statement, proof::ParseStatement(canonical));
  ++statements_;
  if (const auto* lot = std::get_if<proof::LotStatement>(&statement)) {
    due_.emplace(lot->as_of_position, *lot);
  } else {
    const auto& served = std::get<proof::ServedStatement>(statement);
    served_[{served.lot_id, served.school_id}].first_told.emplace(served.served_g,
                                                                  served.publication);
  }
  return absl::OkStatus();
}

absl::Status StatementAudit::Follow(int64_t position, absl::string_view canonical) {
  if (IsKind(canonical, proof::LeafKind::kPosting)) {
    ASSIGN_OR_RETURN(const proof::Posting posting, proof::ParsePosting(canonical));
    RETURN_IF_ERROR(Apply(posting));
  }
  if (IsKind(canonical, proof::LeafKind::kCost)) {
    ASSIGN_OR_RETURN(const proof::Cost cost, proof::ParseCost(canonical));
    lots_[cost.lot_id].cost_minor = cost.cost_minor;
  }
  if (IsKind(canonical, proof::LeafKind::kAllocation)) RETURN_IF_ERROR(Buy(canonical));
  if (IsKind(canonical, proof::LeafKind::kStatement)) {
    ASSIGN_OR_RETURN(const auto statement, proof::ParseStatement(canonical));
    if (const auto* lot = std::get_if<proof::LotStatement>(&statement)) CompareBought(*lot);
    if (const auto* served = std::get_if<proof::ServedStatement>(&statement)) Compare(*served);
  }
  const auto [first, last] = due_.equal_range(position);
  for (auto told = first; told != last; ++told) Compare(told->second);
  return absl::OkStatus();
}

absl::Status StatementAudit::Apply(const proof::Posting& posting) {
  if (posting.is_correction()) {
    ASSIGN_OR_RETURN(const std::string canonical, read_(posting.linked_position));
    ASSIGN_OR_RETURN(const proof::Posting corrected, proof::ParsePosting(canonical));
    for (const proof::Movement& movement : corrected.movements) Move(movement, -1);
  }
  for (const proof::Movement& movement : posting.movements) Move(movement, 1);
  for (Served* served : touched_) {
    served->least_g = std::min(served->least_g, served->now_g);
    served->most_g = std::max(served->most_g, served->now_g);
  }
  touched_.clear();
  return absl::OkStatus();
}

void StatementAudit::Move(const proof::Movement& movement, int64_t sign) {
  Enter(movement.from_kind, movement.from_place, movement.lot_id, -sign * movement.quantity_g);
  Enter(movement.to_kind, movement.to_place, movement.lot_id, sign * movement.quantity_g);
}

void StatementAudit::Enter(proof::AccountKind kind, const std::string& place, int64_t lot_id,
                           int64_t change_g) {
  Lot& lot = lots_[lot_id];
  switch (kind) {
    case proof::AccountKind::kPurchased:
      lot.purchased_g -= change_g;
      break;
    case proof::AccountKind::kFound:
      lot.found_g -= change_g;
      break;
    case proof::AccountKind::kDamaged:
    case proof::AccountKind::kMissingAtReceipt:
    case proof::AccountKind::kWasted:
    case proof::AccountKind::kCountLoss:
    case proof::AccountKind::kWrittenOff:
    case proof::AccountKind::kDestroyed:
      lot.lost_g += change_g;
      break;
    case proof::AccountKind::kReturned:
      lot.returned_g += change_g;
      break;
    case proof::AccountKind::kServed: {
      Served& served = served_[{lot_id, place}];
      served.now_g += change_g;
      touched_.push_back(&served);
      break;
    }
    default:
      break;
  }
}

void StatementAudit::Compare(const proof::LotStatement& told) {
  const Lot& lot = lots_[told.lot_id];
  const bool is_same = told.purchased_g == lot.purchased_g && told.found_g == lot.found_g &&
                       told.lost_g == lot.lost_g && told.returned_g == lot.returned_g &&
                       told.landed_cost_minor == lot.cost_minor;
  if (is_same) return;
  differ_(absl::StrCat("publication ", told.publication, " tells of lot ", told.lot_id,
                       " something else than the postings up to ", told.as_of_position, " make"));
}

absl::Status StatementAudit::Buy(absl::string_view canonical) {
  ASSIGN_OR_RETURN(const proof::Allocation allocation, proof::ParseAllocation(canonical));
  Bought& bought = bought_[{allocation.lot_id, allocation.school_id}];
  const int64_t before_g = bought.empty() ? 0 : bought.rbegin()->second;
  const bool follows = (bought.empty() || bought.rbegin()->first < allocation.sequence) &&
                       allocation.earlier_bought_g == before_g;
  if (!follows) {
    differ_(absl::StrCat("gift ", Printable(allocation.gift_id), " says that ",
                         allocation.earlier_bought_g, " g of lot ", allocation.lot_id,
                         " were bought before, and the log says ", before_g, " g"));
  }
  bought[allocation.sequence] = before_g + allocation.bought_g;
  return absl::OkStatus();
}

void StatementAudit::CompareBought(const proof::LotStatement& told) {
  const auto bought_g = [&](const std::string& school_id) {
    const Bought& bought = bought_[{told.lot_id, school_id}];
    const auto next = bought.upper_bound(told.last_event);
    return next == bought.begin() ? 0 : std::prev(next)->second;
  };
  bool is_same = told.general_bought_g == bought_g("");
  for (const proof::PoolStatement& pool : told.pools) {
    const auto& first_told = served_[{told.lot_id, pool.school_id}].first_told;
    const auto earlier = first_told.find(pool.earlier_served_g);
    const bool was_told = pool.earlier_served_g == 0 ||
                          (earlier != first_told.end() && earlier->second <= told.publication);
    is_same = is_same && pool.bought_g == bought_g(pool.school_id) && was_told;
  }
  if (is_same) return;
  differ_(absl::StrCat("publication ", told.publication, " tells of what gifts have of lot ",
                       told.lot_id, " something else than the allocations up to ", told.last_event,
                       " make"));
}

void StatementAudit::Compare(const proof::ServedStatement& told) {
  Served& served = served_[{told.lot_id, told.school_id}];
  const int64_t rounded_g = told.served_g % kToldG == 0 ? kToldG - 1 : 0;
  if (told.served_g + rounded_g < served.least_g || told.served_g > served.most_g) {
    differ_(absl::StrCat("publication ", told.publication, " tells of ", told.served_g,
                         " g of lot ", told.lot_id, " at ", Printable(told.school_id),
                         ", and the postings never made that since it was told before"));
  }
  served.least_g = served.now_g;
  served.most_g = served.now_g;
}

}  // namespace milkway::cli
