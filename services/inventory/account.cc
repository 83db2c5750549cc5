#include "services/inventory/account.h"

#include <algorithm>

namespace milkway::inventory {

const char* NameOf(AccountKind kind) {
  switch (kind) {
    case AccountKind::kUsable:
      return "usable";
    case AccountKind::kQuarantined:
      return "quarantined";
    case AccountKind::kDamaged:
      return "damaged";
    case AccountKind::kInTransit:
      return "in transit";
    case AccountKind::kPurchased:
      return "purchased";
    case AccountKind::kServed:
      return "served";
    case AccountKind::kFound:
      return "found";
    case AccountKind::kLossMissing:
      return "missing at receipt";
    case AccountKind::kLossWasted:
      return "wasted";
    case AccountKind::kLossCount:
      return "count loss";
    case AccountKind::kLossWrittenOff:
      return "written off";
    case AccountKind::kDestroyed:
      return "destroyed";
    case AccountKind::kReturned:
      return "returned";
  }
  return "unknown";
}

bool MayMove(PostingKind kind, AccountKind from, AccountKind to) {
  using K = AccountKind;
  const bool is_at_location = to <= K::kDamaged;
  switch (kind) {
    case PostingKind::kPurchase:
      return from == K::kPurchased && to == K::kUsable;
    case PostingKind::kDispatch:
      return from == K::kUsable && to == K::kInTransit;
    case PostingKind::kReceipt:
      // What was missing may turn up after all.
      return (from == K::kInTransit && (is_at_location || to == K::kLossMissing)) ||
             ((from == K::kFound || from == K::kLossMissing) && is_at_location);
    case PostingKind::kDistribution:
      return from == K::kUsable && (to == K::kServed || to == K::kLossWasted);
    case PostingKind::kCount:
    case PostingKind::kRecount:
      return (from == K::kUsable && (to == K::kLossCount || to == K::kFound)) ||
             ((from == K::kLossCount || from == K::kFound) && to == K::kUsable);
    case PostingKind::kAdjustment:
      if (from > K::kDamaged) return false;  // not at a location
      if (from == K::kUsable && (to == K::kQuarantined || to == K::kDamaged)) return true;
      if (from == K::kQuarantined && to == K::kUsable) return true;
      return to == K::kLossWrittenOff || to == K::kDestroyed || to == K::kReturned;
    case PostingKind::kRecall:
      return (from == K::kUsable && to == K::kQuarantined) ||
             (from == K::kQuarantined && to == K::kUsable);
    case PostingKind::kRelease:
      return from == K::kQuarantined && to == K::kUsable;
  }
  return false;
}

bool IsMadeGood(PostingKind kind, AccountKind from, AccountKind to) {
  using K = AccountKind;
  if (to != K::kUsable) return false;
  if (kind == PostingKind::kDistribution) return from == K::kFound || from == K::kQuarantined;
  return kind == PostingKind::kDispatch && from == K::kFound;
}

std::vector<AccountChange> NetChanges(const std::vector<Movement>& movements,
                                      const std::vector<Movement>& reversed) {
  std::vector<AccountChange> changes;
  const auto add = [&changes](Account account, int64_t change_g) {
    changes.push_back({std::move(account), change_g});
  };
  for (const Movement& movement : movements) {
    add(movement.from(), -movement.quantity_g);
    add(movement.to(), movement.quantity_g);
  }
  for (const Movement& movement : reversed) {
    add(movement.from(), movement.quantity_g);
    add(movement.to(), -movement.quantity_g);
  }
  std::sort(changes.begin(), changes.end(),
            [](const AccountChange& a, const AccountChange& b) { return a.account < b.account; });
  std::vector<AccountChange> net;
  for (AccountChange& change : changes) {
    if (!net.empty() && net.back().account == change.account) {
      net.back().change_g += change.change_g;
    } else {
      net.push_back(std::move(change));
    }
  }
  std::erase_if(net, [](const AccountChange& change) { return change.change_g == 0; });
  return net;
}

Moment MomentOf(PostingKind kind, int64_t occurred_us, int64_t change_g) {
  if (kind == PostingKind::kCount || kind == PostingKind::kRecount) {
    return {occurred_us, change_g > 0 ? Moment::kCountIn : Moment::kCountOut};
  }
  return {occurred_us, change_g > 0 ? Moment::kIn : Moment::kOut};
}

}  // namespace milkway::inventory
