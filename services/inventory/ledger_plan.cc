// How a posting is planned: what it may move, and what must follow it.

#include <algorithm>
#include <map>
#include <utility>

#include "absl/strings/str_cat.h"
#include "clients/cpp/status_macros.h"
#include "milkway/inventory/v1/catalog.pb.h"
#include "services/inventory/inventory_errors.h"
#include "services/inventory/ledger.h"
#include "services/inventory/shelf.h"
#include "services/runtime/errors.h"

namespace milkway::inventory {

namespace {

using runtime::IsFailure;

// Stock leaves for good or for another place: it must be fit to drink, and the
// earliest expiry goes first.
bool IsIssue(PostingKind kind) {
  return kind == PostingKind::kDispatch || kind == PostingKind::kDistribution;
}

bool LeavesUsable(const Movement& movement) { return movement.from_kind == AccountKind::kUsable; }

void InOrder(std::vector<CardChange>* changes) {
  std::stable_sort(changes->begin(), changes->end(),
                   [](const CardChange& a, const CardChange& b) { return a.moment < b.moment; });
}

}  // namespace

absl::StatusOr<Ledger::Plan> Ledger::MakePlan(PostingDraft draft) {
  ASSIGN_OR_RETURN(const std::vector<Movement> reversed, ReversedBy(draft));
  RETURN_IF_ERROR(CheckMovements(draft));
  Plan plan;
  plan.posting.kind = draft.kind;
  plan.posting.occurred_at = draft.occurred_at;
  plan.posting.request_id = draft.request_id;
  plan.posting.reference = std::move(draft.reference);
  plan.posting.movements = std::move(draft.movements);
  plan.posting.linked_position = draft.corrects_position;
  plan.posting.discrepancy_reason = std::move(draft.discrepancy_reason);
  plan.posting.fefo_override_reason = std::move(draft.fefo_override_reason);
  RETURN_IF_ERROR(PlanChanges(reversed, &plan));
  // The log says why the books or the order were overruled only where they were.
  const bool is_overruled = plan.found_g > 0 || plan.quarantined_g > 0 || plan.is_expired;
  if (!is_overruled) plan.posting.discrepancy_reason.clear();
  bool is_overridden = false;
  if (IsIssue(plan.posting.kind)) RETURN_IF_ERROR(CheckFefo(plan, &is_overridden));
  if (!is_overridden) plan.posting.fefo_override_reason.clear();
  return plan;
}

absl::StatusOr<std::vector<Movement>> Ledger::ReversedBy(const PostingDraft& draft) const {
  const int64_t position = draft.corrects_position;
  if (position == 0) return std::vector<Movement>();
  ASSIGN_OR_RETURN(Posting corrected, ReadPosting(transaction_, position));
  ASSIGN_OR_RETURN(const int64_t corrected_by, ReadCorrectedBy(transaction_, position));
  if (corrected_by != 0) return PostingCorrected(position, corrected_by);
  if (corrected.kind != draft.kind) return CorrectionMismatch(position, "must be of its kind");
  if (corrected.occurred_at != draft.occurred_at) {
    return CorrectionMismatch(
        position, absl::StrCat("must have its time, ", FormatOccurredAt(corrected.occurred_at)));
  }
  return std::move(corrected.movements);
}

absl::Status Ledger::CheckMovements(const PostingDraft& draft) {
  for (const Movement& movement : draft.movements) {
    if (!MayMove(draft.kind, movement.from_kind, movement.to_kind)) {
      return absl::InvalidArgumentError(
          absl::StrCat("a posting of this kind does not move stock from ",
                       NameOf(movement.from_kind), " to ", NameOf(movement.to_kind)));
    }
  }
  for (const Movement& movement : draft.movements) {
    RETURN_IF_ERROR(FactsOf(movement.lot).status());
  }
  // Of other postings, such as a release by customs, the recall takes what they bring.
  if (draft.kind != PostingKind::kAdjustment) return absl::OkStatus();
  for (const Movement& movement : draft.movements) {
    if (movement.to_kind != AccountKind::kUsable) continue;
    if (movement.from_kind != AccountKind::kQuarantined) continue;
    ASSIGN_OR_RETURN(const LotFacts* lot, FactsOf(movement.lot));
    const std::vector<LotRecall>& standing = lot->recalls.standing;
    if (!standing.empty()) return LotRecalled(movement.lot, standing[0].recall_id);
  }
  return absl::OkStatus();
}

absl::Status Ledger::CheckExpiry(Plan* plan) {
  const Posting& posting = plan->posting;
  if (!IsIssue(posting.kind)) return absl::OkStatus();
  const bool may_be_expired =
      posting.kind == PostingKind::kDistribution && !posting.discrepancy_reason.empty();
  const LocalDate used_on = LocalDateOf(posting.occurred_at);
  for (const Movement& movement : posting.movements) {
    if (!LeavesUsable(movement)) continue;
    ASSIGN_OR_RETURN(const LotFacts* lot, FactsOf(movement.lot));
    if (lot->expires_on >= used_on) continue;
    if (!may_be_expired) {
      return LotExpired(movement.lot, lot->lot_number, lot->expires_on, used_on,
                        posting.kind == PostingKind::kDistribution);
    }
    plan->is_expired = true;
  }
  return absl::OkStatus();
}

absl::Status Ledger::PlanChanges(const std::vector<Movement>& reversed, Plan* plan) {
  for (AccountChange& change : NetChanges(plan->posting.movements, reversed)) {
    ASSIGN_OR_RETURN(StockCard card, StockCard::Load(transaction_, std::move(change.account)));
    if (!card.exists()) RETURN_IF_ERROR(CheckPlace(card.account()));
    plan->changes.push_back({std::move(card), change.change_g, {}, {}});
  }
  RETURN_IF_ERROR(CheckExpiry(plan));
  for (PlannedChange& planned : plan->changes) RETURN_IF_ERROR(CheckChange(plan, &planned));
  const bool is_made_good = plan->found_g > 0 || plan->quarantined_g > 0;
  if (is_made_good) RETURN_IF_ERROR(PlanMadeGood(reversed, plan));
  return CheckQuarantine(*plan);
}

absl::Status Ledger::PlanMadeGood(const std::vector<Movement>& reversed, Plan* plan) {
  // What made it good stands in the movements by now: its accounts change too.
  const auto is_source = [](AccountKind kind) {
    return kind == AccountKind::kFound || kind == AccountKind::kQuarantined;
  };
  std::erase_if(plan->changes, [&](const PlannedChange& planned) {
    return planned.change_g == 0 || is_source(planned.card.account().kind);
  });
  for (const AccountChange& change : NetChanges(plan->posting.movements, reversed)) {
    if (!is_source(change.account.kind)) continue;
    ASSIGN_OR_RETURN(StockCard card, StockCard::Load(transaction_, change.account));
    RETURN_IF_ERROR(card.CheckSize(change.change_g));
    plan->changes.push_back({std::move(card), change.change_g, {}, {}});
  }
  return absl::OkStatus();
}

absl::Status Ledger::CheckQuarantine(const Plan& plan) const {
  const OccurredAt& at = plan.posting.occurred_at;
  std::map<Account, std::vector<CardChange>> changes;
  bool has_holds = false;
  for (const PlannedChange& planned : plan.changes) {
    const Account& account = planned.card.account();
    if (account.kind == AccountKind::kQuarantined) {
      changes[account].push_back(
          {MomentOf(plan.posting.kind, at.us, planned.change_g), planned.change_g});
    }
    for (const HoldChange& hold : planned.holds) {
      has_holds = true;
      changes[{account.lot, AccountKind::kQuarantined, account.place}].push_back(
          hold.OfQuarantined());
    }
  }
  if (!has_holds && plan.quarantined_g == 0) return absl::OkStatus();
  for (auto& [account, of_account] : changes) {
    InOrder(&of_account);
    ASSIGN_OR_RETURN(const StockCard card, StockCard::Load(transaction_, account));
    int64_t change_g = 0;
    for (const CardChange& change : of_account) change_g += change.change_g;
    RETURN_IF_ERROR(card.CheckSize(change_g));
    ASSIGN_OR_RETURN(const Shortfall shortfall, card.FindShortfall(transaction_, of_account));
    if (shortfall.missing_g == 0) continue;
    return StockMissing(account, shortfall.missing_g, shortfall.us, at, false);
  }
  return absl::OkStatus();
}

absl::Status Ledger::CheckChange(Plan* plan, PlannedChange* planned) {
  RETURN_IF_ERROR(planned->card.CheckSize(planned->change_g));
  const Account& account = planned->card.account();
  if (!IsPhysical(account.kind)) return absl::OkStatus();
  ASSIGN_OR_RETURN(const Shortfall shortfall, PlanRecounts(plan->posting, planned));
  if (shortfall.missing_g == 0) return absl::OkStatus();
  RETURN_IF_ERROR(RefuseShortfall(plan->posting, account, shortfall));
  const int64_t asked_g = planned->change_g;
  ASSIGN_OR_RETURN(const bool is_enough,
                   FindEnough(plan->posting, asked_g, shortfall.missing_g, planned));
  if (is_enough) return MakeGood(plan, *planned, planned->change_g - asked_g);
  // A count says that it was not there, and what is found with the posting would
  // be taken away again by its recount.
  return StockMissing(account, shortfall.missing_g, shortfall.us, plan->posting.occurred_at, false);
}

absl::StatusOr<bool> Ledger::FindEnough(const Posting& posting, int64_t asked_g, int64_t missing_g,
                                        PlannedChange* planned) {
  const auto suffices = [&](int64_t made_good_g) -> absl::StatusOr<bool> {
    planned->change_g = asked_g + made_good_g;
    ASSIGN_OR_RETURN(const Shortfall left, PlanRecounts(posting, planned));
    return left.missing_g == 0;
  };
  ASSIGN_OR_RETURN(const bool is_usual, suffices(missing_g));
  if (is_usual) return true;
  // What is made good is not asked of a hold any more, whose release then brings more, and
  // no count has to bear it: of these together it may take more than is missing. All that
  // leaves is the most that can help.
  int64_t too_little_g = missing_g;
  int64_t enough_g = -asked_g;
  if (enough_g <= too_little_g) return false;
  ASSIGN_OR_RETURN(const bool is_possible, suffices(enough_g));
  if (!is_possible) return false;
  while (enough_g - too_little_g > 1) {
    const int64_t middle_g = too_little_g + (enough_g - too_little_g) / 2;
    ASSIGN_OR_RETURN(const bool is_enough, suffices(middle_g));
    (is_enough ? enough_g : too_little_g) = middle_g;
  }
  return suffices(enough_g);
}

absl::Status Ledger::MakeGood(Plan* plan, const PlannedChange& planned, int64_t missing_g) {
  const Account& account = planned.card.account();
  const auto bring = [&](AccountKind from, int64_t quantity_g) {
    if (quantity_g == 0) return;
    plan->posting.movements.push_back(
        {account.lot, from, account.place, AccountKind::kUsable, account.place, quantity_g});
  };
  int64_t quarantined_g = 0;
  if (plan->posting.kind == PostingKind::kDistribution) {
    ASSIGN_OR_RETURN(const int64_t there_g, QuarantinedFor(*plan, planned));
    quarantined_g = std::clamp<int64_t>(there_g, 0, missing_g);
  }
  bring(AccountKind::kQuarantined, quarantined_g);
  bring(AccountKind::kFound, missing_g - quarantined_g);
  plan->quarantined_g += quarantined_g;
  plan->found_g += missing_g - quarantined_g;
  return absl::OkStatus();
}

absl::StatusOr<int64_t> Ledger::QuarantinedFor(const Plan& plan,
                                               const PlannedChange& planned) const {
  const Account& usable = planned.card.account();
  const Account account = {usable.lot, AccountKind::kQuarantined, usable.place};
  ASSIGN_OR_RETURN(const StockCard card, StockCard::Load(transaction_, account));
  ASSIGN_OR_RETURN(int64_t there_g,
                   card.LowestFrom(transaction_, {plan.posting.occurred_at.us, Moment::kOut}));
  for (const PlannedChange& other : plan.changes) {
    if (other.card.account() == account) there_g += other.change_g;
  }
  for (const HoldChange& hold : planned.holds) there_g += std::min<int64_t>(0, hold.held_g);
  return there_g;
}

// Finds the recounts and holds that the change needs, and whether the account would
// be below zero with all of them.
absl::StatusOr<Shortfall> Ledger::PlanRecounts(const Posting& posting, PlannedChange* planned) {
  planned->recounts.clear();
  planned->holds.clear();
  const StockCard& card = planned->card;
  const Account& account = card.account();
  const CardChange change = {MomentOf(posting.kind, posting.occurred_at.us, planned->change_g),
                             planned->change_g};
  std::vector<CardChange> changes = {change};
  if (account.kind == AccountKind::kUsable) {
    const CountedChange counted = {change, posting.kind == PostingKind::kDistribution,
                                   LocalDateOf(posting.occurred_at)};
    ASSIGN_OR_RETURN(const LotFacts* lot, FactsOf(account.lot));
    if (!lot->recalls.any()) {
      ASSIGN_OR_RETURN(planned->recounts,
                       RecountsFor(transaction_, account, card.counted_until_us(), counted));
    } else {
      ASSIGN_OR_RETURN(Absorbed absorbed, AbsorbChange(transaction_, card, counted,
                                                       IsIssue(posting.kind), lot->recalls));
      planned->recounts = std::move(absorbed.recounts);
      planned->holds = std::move(absorbed.holds);
    }
  }
  for (const Recount& recount : planned->recounts) {
    changes.push_back(
        {MomentOf(PostingKind::kRecount, recount.counted_us, recount.change_g), recount.change_g});
  }
  for (const HoldChange& hold : planned->holds) changes.push_back(hold.OfUsable());
  InOrder(&changes);
  return card.FindShortfall(transaction_, changes);
}

// OK if what is missing may be made good.
absl::Status Ledger::RefuseShortfall(const Posting& posting, const Account& account,
                                     const Shortfall& shortfall) const {
  const bool may_be_found = account.kind == AccountKind::kUsable && IsIssue(posting.kind);
  if (!may_be_found) {
    return StockMissing(account, shortfall.missing_g, shortfall.us, posting.occurred_at, false);
  }
  const bool is_served = posting.kind == PostingKind::kDistribution;
  if (is_served && !posting.discrepancy_reason.empty()) return absl::OkStatus();
  ASSIGN_OR_RETURN(
      const StockCard held_back,
      StockCard::Load(transaction_, {account.lot, AccountKind::kQuarantined, account.place}));
  if (held_back.balance_g() > 0) {
    return LotQuarantined(account, shortfall.missing_g, held_back.balance_g(), is_served);
  }
  if (!posting.discrepancy_reason.empty()) return absl::OkStatus();
  return StockMissing(account, shortfall.missing_g, shortfall.us, posting.occurred_at, true);
}

absl::Status Ledger::CheckPlace(const Account& account) const {
  if (IsAtShipment(account.kind)) return absl::OkStatus();
  ASSIGN_OR_RETURN(const auto location, LocationTable::Find(transaction_, account.place));
  if (!location.has_value()) return LocationUnknown(account.place);
  const auto kind = static_cast<v1::LocationKind>(location->kind());
  const bool is_school = kind == v1::LOCATION_KIND_SCHOOL;
  if (account.kind == AccountKind::kServed && !is_school) {
    return LocationKindWrong(account.place, "is not a school, and milk is served at schools only");
  }
  return absl::OkStatus();
}

absl::Status Ledger::CheckFefo(const Plan& plan, bool* was_needed) {
  for (const PlannedChange& planned : plan.changes) {
    const Account& account = planned.card.account();
    if (account.kind != AccountKind::kUsable || planned.change_g >= 0) continue;
    absl::Status status = CheckFefoOf(plan, {account, planned.change_g});
    if (status.ok()) continue;
    if (IsFailure(status) || plan.posting.fefo_override_reason.empty()) return status;
    *was_needed = true;
  }
  return absl::OkStatus();
}

absl::Status Ledger::CheckFefoOf(const Plan& plan, const AccountChange& out) {
  const Account& account = out.account;
  ASSIGN_OR_RETURN(const LotFacts* lot, FactsOf(account.lot));
  const LocalDate expires_on = lot->expires_on;
  ASSIGN_OR_RETURN(const std::vector<LotOnShelf> shelf,
                   LotsOnShelf(transaction_, account.place, lot->product_id));
  const LocalDate used_on = LocalDateOf(plan.posting.occurred_at);
  for (const LotOnShelf& other : shelf) {
    if (other.expires_on >= expires_on) break;
    if (other.expires_on < used_on) continue;
    ASSIGN_OR_RETURN(
        const StockCard card,
        StockCard::Load(transaction_, {other.lot, AccountKind::kUsable, account.place}));
    ASSIGN_OR_RETURN(int64_t left_g,
                     card.BalanceAt(transaction_, {plan.posting.occurred_at.us, Moment::kOut}));
    for (const PlannedChange& planned : plan.changes) {
      if (planned.card.account() == card.account()) left_g += planned.change_g;
    }
    if (left_g > 0) {
      return FefoOverrideReasonRequired(account.lot, other.lot, other.expires_on, left_g,
                                        account.place);
    }
  }
  return absl::OkStatus();
}

}  // namespace milkway::inventory
