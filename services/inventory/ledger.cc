#include "services/inventory/ledger.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "clients/cpp/status_macros.h"
#include "milkway/inventory/v1/catalog.pb.h"
#include "services/inventory/inventory_errors.h"
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

}  // namespace

absl::StatusOr<Ledger> Ledger::Begin(storage::Transaction& transaction, int64_t now_us) {
  ASSIGN_OR_RETURN(LogWriter log, LogWriter::Begin(transaction, now_us));
  return Ledger(&transaction, std::move(log));
}

absl::StatusOr<Posted> Ledger::Post(PostingDraft draft) {
  absl::StatusOr<Plan> plan = MakePlan(std::move(draft));
  if (!plan.ok()) {
    if (IsFailure(plan.status())) NoteFailure(plan.status());
    return plan.status();
  }
  absl::StatusOr<Posted> posted = Write(*std::move(plan));
  NoteFailure(posted.status());
  return posted;
}

absl::Status Ledger::End() {
  RETURN_IF_ERROR(failed_);
  return log_.End();
}

void Ledger::NoteFailure(const absl::Status& status) { failed_.Update(status); }

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
  if (plan.found_g == 0) plan.posting.discrepancy_reason.clear();
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
  return absl::OkStatus();
}

absl::Status Ledger::CheckExpiry(const Posting& posting) {
  if (!IsIssue(posting.kind)) return absl::OkStatus();
  const LocalDate used_on = LocalDateOf(posting.occurred_at);
  for (const Movement& movement : posting.movements) {
    if (!LeavesUsable(movement)) continue;
    ASSIGN_OR_RETURN(const LotFacts* lot, FactsOf(movement.lot));
    if (lot->expires_on < used_on) {
      return LotExpired(movement.lot, lot->lot_number, lot->expires_on, used_on);
    }
  }
  return absl::OkStatus();
}

absl::Status Ledger::PlanChanges(const std::vector<Movement>& reversed, Plan* plan) {
  for (AccountChange& change : NetChanges(plan->posting.movements, reversed)) {
    ASSIGN_OR_RETURN(StockCard card, StockCard::Load(transaction_, std::move(change.account)));
    if (!card.exists()) RETURN_IF_ERROR(CheckPlace(card.account()));
    plan->changes.push_back({std::move(card), change.change_g, {}});
  }
  RETURN_IF_ERROR(CheckExpiry(plan->posting));
  for (PlannedChange& planned : plan->changes) RETURN_IF_ERROR(CheckChange(plan, &planned));
  if (plan->found_g == 0) return absl::OkStatus();
  // What was found stands in the movements by now: its account changes too.
  std::erase_if(plan->changes, [](const PlannedChange& planned) {
    return planned.change_g == 0 || planned.card.account().kind == AccountKind::kFound;
  });
  for (const AccountChange& change : NetChanges(plan->posting.movements, reversed)) {
    if (change.account.kind != AccountKind::kFound) continue;
    ASSIGN_OR_RETURN(StockCard card, StockCard::Load(transaction_, change.account));
    RETURN_IF_ERROR(card.CheckSize(change.change_g));
    plan->changes.push_back({std::move(card), change.change_g, {}});
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
  plan->found_g += shortfall.missing_g;
  plan->posting.movements.push_back({account.lot, AccountKind::kFound, account.place,
                                     AccountKind::kUsable, account.place, shortfall.missing_g});
  planned->change_g += shortfall.missing_g;
  ASSIGN_OR_RETURN(const Shortfall left, PlanRecounts(plan->posting, planned));
  if (left.missing_g == 0) return absl::OkStatus();
  // A count says that it was not there, and what is found with the posting would
  // be taken away again by its recount.
  return StockMissing(account, shortfall.missing_g, shortfall.us, plan->posting.occurred_at, false);
}

// Finds the recounts that the change needs, and whether the account would be
// below zero with all of them.
absl::StatusOr<Shortfall> Ledger::PlanRecounts(const Posting& posting,
                                               PlannedChange* planned) const {
  planned->recounts.clear();
  const Account& account = planned->card.account();
  const CardChange change = {MomentOf(posting.kind, posting.occurred_at.us, planned->change_g),
                             planned->change_g};
  std::vector<CardChange> changes = {change};
  if (account.kind == AccountKind::kUsable) {
    const CountedChange counted = {change, posting.kind == PostingKind::kDistribution,
                                   LocalDateOf(posting.occurred_at)};
    ASSIGN_OR_RETURN(planned->recounts,
                     RecountsFor(transaction_, account, planned->card.counted_until_us(), counted));
  }
  for (const Recount& recount : planned->recounts) {
    changes.push_back(
        {MomentOf(PostingKind::kRecount, recount.counted_us, recount.change_g), recount.change_g});
  }
  std::stable_sort(changes.begin(), changes.end(),
                   [](const CardChange& a, const CardChange& b) { return a.moment < b.moment; });
  return planned->card.FindShortfall(transaction_, changes);
}

// OK if the missing grams may come from found.
absl::Status Ledger::RefuseShortfall(const Posting& posting, const Account& account,
                                     const Shortfall& shortfall) const {
  const bool may_be_found = account.kind == AccountKind::kUsable && IsIssue(posting.kind);
  if (may_be_found) {
    ASSIGN_OR_RETURN(
        const StockCard held_back,
        StockCard::Load(transaction_, {account.lot, AccountKind::kQuarantined, account.place}));
    if (held_back.balance_g() > 0) {
      return LotQuarantined(account, shortfall.missing_g, held_back.balance_g());
    }
    if (!posting.discrepancy_reason.empty()) return absl::OkStatus();
  }
  return StockMissing(account, shortfall.missing_g, shortfall.us, posting.occurred_at,
                      may_be_found);
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

absl::StatusOr<Posted> Ledger::Write(Plan plan) {
  const int64_t position = log_.next_position();
  RETURN_IF_ERROR(log_.Append(&plan.posting));
  if (IsCorrection(plan.posting)) {
    rec::CorrectionRecord correction;
    correction.set_position(position);
    RETURN_IF_ERROR(CorrectionTable::Put(transaction_, correction, plan.posting.linked_position));
  }
  for (PlannedChange& planned : plan.changes) {
    RETURN_IF_ERROR(EnterChange(planned.card, plan.posting, position, planned.change_g));
  }
  for (const PlannedChange& planned : plan.changes) {
    for (const Recount& recount : planned.recounts) {
      RETURN_IF_ERROR(WriteRecount(planned.card.account(), recount, plan.posting, position));
    }
  }
  return Posted{position, plan.posting.recorded_us, plan.found_g};
}

absl::Status Ledger::WriteRecount(const Account& account, const Recount& recount,
                                  const Posting& cause, int64_t cause_position) {
  rec::CountRecord count = recount.count;
  Posting posting;
  posting.kind = PostingKind::kRecount;
  posting.occurred_at = {recount.counted_us, count.offset_minutes()};
  posting.request_id = cause.request_id;
  posting.reference = cause.reference;
  posting.linked_position = cause_position;
  posting.movements =
      VarianceMovements(account, count.variance_g(), count.variance_g() + recount.change_g);
  count.set_variance_g(count.variance_g() + recount.change_g);
  RETURN_IF_ERROR(
      CountTable::Put(transaction_, count, account.place, account.lot.value, recount.counted_us));
  const int64_t position = log_.next_position();
  RETURN_IF_ERROR(log_.Append(&posting));
  for (const AccountChange& change : NetChanges(posting.movements, {})) {
    ASSIGN_OR_RETURN(StockCard card, StockCard::Load(transaction_, change.account));
    RETURN_IF_ERROR(EnterChange(card, posting, position, change.change_g));
  }
  return absl::OkStatus();
}

absl::Status Ledger::EnterChange(StockCard& card, const Posting& posting, int64_t position,
                                 int64_t change_g) {
  const bool was_there = card.balance_g() > 0;
  const CardChange change = {MomentOf(posting.kind, posting.occurred_at.us, change_g), change_g};
  RETURN_IF_ERROR(card.Enter(transaction_, change, position));
  RETURN_IF_ERROR(card.Save(transaction_));
  const bool is_there = card.balance_g() > 0;
  const Account& account = card.account();
  if (account.kind != AccountKind::kUsable || was_there == is_there) return absl::OkStatus();
  ASSIGN_OR_RETURN(const LotFacts* lot, FactsOf(account.lot));
  return is_there ? PutOnShelf(transaction_, account.place, lot->product_id,
                               {account.lot, lot->expires_on})
                  : TakeOffShelf(transaction_, account.place, lot->product_id, account.lot);
}

absl::StatusOr<Counted> Ledger::Count(const CountDraft& draft) {
  const Account& account = draft.account;
  const int64_t counted_us = draft.counted_at.us;
  RETURN_IF_ERROR(FactsOf(account.lot).status());
  ASSIGN_OR_RETURN(const StockCard card, StockCard::Load(transaction_, account));
  if (!card.exists()) RETURN_IF_ERROR(CheckPlace(account));
  ASSIGN_OR_RETURN(const auto earlier,
                   CountTable::Find(transaction_, account.place, account.lot.value, counted_us));
  if (earlier.has_value()) return CountRecorded(account, draft.counted_at);
  Counted counted;
  ASSIGN_OR_RETURN(counted.expected_g,
                   BalanceAtCount(transaction_, card, draft.counted_at, draft.after_serving));
  counted.variance_g = draft.counted_g - counted.expected_g;
  if (counted.variance_g != 0) {
    PostingDraft variance;
    variance.request_id = draft.request_id;
    variance.kind = PostingKind::kCount;
    variance.occurred_at = draft.counted_at;
    variance.reference = absl::StrCat("count/", account.place, "/", account.lot.value);
    variance.movements = VarianceMovements(account, 0, counted.variance_g);
    ASSIGN_OR_RETURN(const Posted posted, Post(std::move(variance)));
    counted.position = posted.position;
  }
  rec::CountRecord record;
  record.set_counted_g(draft.counted_g);
  record.set_expected_g(counted.expected_g);
  record.set_variance_g(counted.variance_g);
  record.set_offset_minutes(draft.counted_at.offset_minutes);
  record.set_after_serving(draft.after_serving);
  record.set_note(draft.note);
  record.set_recorded_us(log_.now_us());
  record.set_recorded_by(draft.recorded_by);
  absl::Status written =
      CountTable::Put(transaction_, record, account.place, account.lot.value, counted_us);
  absl::StatusOr<StockCard> covered = StockCard::Load(transaction_, account);
  written.Update(covered.status());
  if (written.ok()) {
    covered->CoverByCount(CoveredUntil(counted_us, draft.after_serving));
    written = covered->Save(transaction_);
  }
  NoteFailure(written);
  RETURN_IF_ERROR(written);
  return counted;
}

absl::StatusOr<const Ledger::LotFacts*> Ledger::FactsOf(LotId lot) {
  const auto known = lots_.find(lot);
  if (known != lots_.end()) return &known->second;
  ASSIGN_OR_RETURN(const auto record, LotTable::Find(transaction_, lot.value));
  if (!record.has_value()) return LotUnknown(lot);
  const auto added = lots_.try_emplace(
      lot, LotFacts{record->product_id(), record->lot_number(), LocalDate{record->expires_day()}});
  return &added.first->second;
}

}  // namespace milkway::inventory
