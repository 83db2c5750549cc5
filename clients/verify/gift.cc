#include "clients/verify/gift.h"

#include <algorithm>
#include <limits>
#include <map>
#include <set>
#include <utility>
#include <variant>

#include "absl/numeric/int128.h"
#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "clients/cpp/status_macros.h"
#include "clients/verify/gift_leaves.h"
#include "clients/verify/lot_pools.h"
#include "clients/verify/proof_file.h"

namespace milkway::proof {

namespace {

absl::Status Fails(absl::string_view why) { return absl::InvalidArgumentError(why); }

int64_t AtMost64Bits(absl::uint128 number) {
  constexpr int64_t kMax = std::numeric_limits<int64_t>::max();
  return number > absl::uint128(static_cast<uint64_t>(kMax)) ? kMax : static_cast<int64_t>(number);
}

struct LotLeaves {
  std::map<int64_t, Cost> costs;  // by position
  std::vector<Allocation> bought;
  LotStatement statement;  // the last; publication 0: none
  std::map<std::string, ServedStatement> served;
};

class GiftRecomputer {
 public:
  GiftRecomputer(const std::string& gift_id, int64_t publication) {
    figures_.gift_id = gift_id;
    figures_.publication = publication;
  }

  absl::Status Add(const ProvenLeaf& leaf) {
    const std::string& canonical = leaf.opening.canonical;
    switch (KindOf(leaf.opening)) {
      case LeafKind::kPosting:
        return absl::OkStatus();
      case LeafKind::kCost: {
        ASSIGN_OR_RETURN(Cost cost, ParseCost(canonical));
        lots_[cost.lot_id].costs[leaf.position] = std::move(cost);
        return absl::OkStatus();
      }
      case LeafKind::kAllocation: {
        ASSIGN_OR_RETURN(Allocation allocation, ParseAllocation(canonical));
        allocations_.emplace_back(leaf.position, std::move(allocation));
        return absl::OkStatus();
      }
      case LeafKind::kStatement:
        return AddStatement(canonical);
      case LeafKind::kAudit:
        return Fails("the proof tells of an audit log, which no gift needs");
    }
    return Fails("a leaf is of no known kind");
  }

  absl::StatusOr<GiftFigures> Recompute() {
    for (const auto& [position, allocation] : allocations_) {
      RETURN_IF_ERROR(AddAllocation(position, allocation));
    }
    for (const auto& [lot_id, lot] : lots_) {
      if (!funded_.contains(lot_id)) {
        return Fails(
            absl::StrCat("the proof tells of lot ", lot_id, ", of which the gift bought nothing"));
      }
      RETURN_IF_ERROR(AddLot(lot_id, lot));
    }
    figures_.protein_mg = AtMost64Bits(protein_mg_ / 100);
    figures_.calcium_mg = AtMost64Bits(calcium_ug_ / 100'000);
    figures_.energy_kj = AtMost64Bits(energy_j_ / 100'000);
    return std::move(figures_);
  }

 private:
  absl::Status AddStatement(const std::string& canonical) {
    ASSIGN_OR_RETURN(const auto parsed, ParseStatement(canonical));
    if (const auto* lot = std::get_if<LotStatement>(&parsed)) {
      RETURN_IF_ERROR(CheckPublication(lot->publication));
      LotStatement& last = lots_[lot->lot_id].statement;
      if (lot->publication == last.publication) return Fails("a statement is shown twice");
      if (lot->publication > last.publication) last = *lot;
      return absl::OkStatus();
    }
    const auto& served = std::get<ServedStatement>(parsed);
    RETURN_IF_ERROR(CheckPublication(served.publication));
    ServedStatement& last = lots_[served.lot_id].served[served.school_id];
    if (served.publication == last.publication) return Fails("a statement is shown twice");
    if (served.publication > last.publication) last = served;
    return absl::OkStatus();
  }

  absl::Status CheckPublication(int64_t publication) const {
    if (1 <= publication && publication <= figures_.publication) return absl::OkStatus();
    return Fails(absl::StrCat("a statement is of publication ", publication,
                              ", the gift's figures of ", figures_.publication));
  }

  absl::Status AddAllocation(int64_t position, const Allocation& allocation) {
    const std::string what = absl::StrCat("allocation ", allocation.allocation_id);
    if (allocation.gift_id != figures_.gift_id) {
      return Fails(absl::StrCat(what, " is of another gift"));
    }
    if (!sequences_.insert(allocation.sequence).second) {
      return Fails(absl::StrCat(what, " is shown twice"));
    }
    LotLeaves& lot = lots_[allocation.lot_id];
    const auto next = lot.costs.lower_bound(position);
    if (next == lot.costs.begin()) {
      return Fails(absl::StrCat(what, " pays for a lot of which no cost is shown"));
    }
    // An allocation is written a moment after it was made, perhaps behind a credit.
    const bool can_be = std::any_of(lot.costs.begin(), next, [&](const auto& known) {
      return known.second.weight_g >= allocation.weight_g &&
             known.second.cost_minor >= allocation.cost_minor;
    });
    if (!can_be) return Fails(absl::StrCat(what, " is of more than the lot weighed or cost"));
    RETURN_IF_ERROR(CheckGrams(allocation, what));
    if (!lot.bought.empty() && lot.bought.back().school_id != allocation.school_id) {
      return Fails(absl::StrCat(what, " is of another pool than the gift's others"));
    }
    lot.bought.push_back(allocation);
    funded_.insert(allocation.lot_id);
    figures_.allocated_minor += allocation.worth_minor;
    return absl::OkStatus();
  }

  static absl::Status CheckGrams(const Allocation& allocation, const std::string& what) {
    const int64_t left_g = allocation.weight_g - allocation.earlier_bought_g;
    if (allocation.is_in_kind()) {
      const bool can_be = allocation.worth_minor == 0 && allocation.bought_g <= left_g;
      return can_be ? absl::OkStatus() : Fails("a gift in kind is more than there was to give");
    }
    const int64_t left_minor = allocation.cost_minor - allocation.earlier_paid_minor;
    const bool can_be = left_g >= 0 && allocation.worth_minor <= std::max<int64_t>(left_minor, 0);
    const int64_t paid_for_g = !can_be || allocation.worth_minor == 0
                                   ? 0
                                   : MulDiv(left_g, allocation.worth_minor, left_minor);
    if (can_be && allocation.bought_g == paid_for_g) return absl::OkStatus();
    return Fails(absl::StrCat(what, " bought ", allocation.bought_g, " g, its money pays for ",
                              paid_for_g, " g"));
  }

  absl::Status AddLot(int64_t lot_id, const LotLeaves& leaves) {
    GiftLot lot;
    lot.lot_id = lot_id;
    for (const Allocation& allocation : leaves.bought) lot.funded_g += allocation.bought_g;
    lot.remaining_g = lot.funded_g;
    if (leaves.statement.publication > 0) {
      RETURN_IF_ERROR(Share(leaves, &lot));
      figures_.refund_due_minor += RefundDue(leaves);
    }
    if (leaves.statement.publication == 0 && !leaves.served.empty()) {
      return Fails(absl::StrCat("no statement of lot ", lot_id, " itself is shown"));
    }
    figures_.served_g += lot.served_g;
    figures_.servings += lot.servings;
    const absl::uint128 served_g = static_cast<uint64_t>(lot.served_g);
    energy_j_ += served_g * static_cast<uint64_t>(leaves.statement.energy_j_100g);
    protein_mg_ += served_g * static_cast<uint64_t>(leaves.statement.protein_mg_100g);
    calcium_ug_ += served_g * static_cast<uint64_t>(leaves.statement.calcium_ug_100g);
    figures_.lots.push_back(std::move(lot));
    return absl::OkStatus();
  }

  // floor(x · kept / W) of everything that was served and lost of the pool.
  static absl::Status Share(const LotLeaves& leaves, GiftLot* lot) {
    const std::string& school_id = leaves.bought.front().school_id;
    ASSIGN_OR_RETURN(const PoolShare pool, ShareOfPool(leaves.statement, leaves.served, school_id));
    int64_t kept_g = 0;
    for (const Allocation& allocation : leaves.bought) {
      kept_g +=
          std::clamp<int64_t>(pool.kept_g - allocation.earlier_bought_g, 0, allocation.bought_g);
    }
    if (kept_g > pool.weight_g) {
      return Fails(absl::StrCat("more of lot ", lot->lot_id, " was bought than it weighs"));
    }
    const int64_t weight_g = std::max<int64_t>(1, pool.weight_g);
    for (const auto& [id, drunk] : pool.schools) {
      GiftSchool school = {id, MulDiv(drunk.served_g, kept_g, weight_g), 0};
      if (school.served_g > 0) school.servings = MulDiv(drunk.servings, kept_g, weight_g);
      lot->served_g += school.served_g;
      lot->servings += school.servings;
      lot->schools.push_back(std::move(school));
    }
    lot->returned_g = lot->funded_g - kept_g;
    lot->lost_g = MulDiv(pool.lost_g, kept_g, weight_g);
    lot->remaining_g = lot->funded_g - lot->served_g - lot->lost_g - lot->returned_g;
    return absl::OkStatus();
  }

  // What the gift paid beyond what the lot costs by now.
  static int64_t RefundDue(const LotLeaves& leaves) {
    int64_t minor = 0;
    for (const Allocation& allocation : leaves.bought) {
      minor += std::clamp<int64_t>(
          allocation.lot_paid_minor + allocation.worth_minor - leaves.statement.landed_cost_minor,
          0, allocation.worth_minor);
    }
    return minor;
  }

  GiftFigures figures_;
  std::map<int64_t, LotLeaves> lots_;
  std::vector<std::pair<int64_t, Allocation>> allocations_;
  std::set<int64_t> sequences_;
  std::set<int64_t> funded_;
  absl::uint128 energy_j_ = 0;
  absl::uint128 protein_mg_ = 0;
  absl::uint128 calcium_ug_ = 0;
};

}  // namespace

absl::StatusOr<GiftFigures> RecomputeGift(const std::vector<ProvenLeaf>& leaves,
                                          const std::string& gift_id, int64_t publication) {
  GiftRecomputer recomputer(gift_id, publication);
  for (const ProvenLeaf& leaf : leaves) RETURN_IF_ERROR(recomputer.Add(leaf));
  return recomputer.Recompute();
}

}  // namespace milkway::proof
