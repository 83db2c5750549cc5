#include "services/inventory/ledger.h"

#include <cstdlib>
#include <utility>

#include "absl/strings/str_cat.h"
#include "clients/cpp/status_macros.h"
#include "services/inventory/inventory_errors.h"
#include "services/inventory/shelf.h"
#include "services/runtime/check.h"
#include "services/runtime/errors.h"

namespace milkway::inventory {

using runtime::IsFailure;

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

absl::StatusOr<int64_t> Ledger::AppendLeaf(LeafKind kind, absl::string_view body) {
  absl::StatusOr<int64_t> position = log_.AppendLeaf(kind, body);
  NoteFailure(position.status());
  return position;
}

absl::Status Ledger::End() {
  RETURN_IF_ERROR(failed_);
  return log_.End();
}

void Ledger::NoteFailure(const absl::Status& status) { failed_.Update(status); }

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
  for (const PlannedChange& planned : plan.changes) {
    for (const HoldChange& hold : planned.holds) {
      RETURN_IF_ERROR(WriteHold(planned.card.account(), hold, plan.posting, position));
    }
  }
  return Posted{position, plan.posting.recorded_us, plan.found_g, plan.quarantined_g};
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
  return EnterChanges(posting, position);
}

namespace {

// What a hold takes from usable stock, or gives back to it.
Movement MovementOf(const Account& usable, const HoldChange& hold) {
  const bool is_held = hold.held_g > 0;
  const AccountKind from = is_held ? AccountKind::kUsable : AccountKind::kQuarantined;
  const AccountKind to = is_held ? AccountKind::kQuarantined : AccountKind::kUsable;
  return {usable.lot, from, usable.place, to, usable.place, std::abs(hold.held_g)};
}

}  // namespace

absl::Status Ledger::WriteHold(const Account& account, const HoldChange& hold, const Posting& cause,
                               int64_t cause_position) {
  Posting posting;
  posting.kind = PostingKind::kRecall;
  posting.occurred_at = hold.held_at;
  posting.request_id = cause.request_id;
  posting.reference =
      hold.is_of_release ? ReferenceOfRelease(hold.recall_id) : ReferenceOfRecall(hold.recall_id);
  posting.linked_position = cause_position;
  posting.movements = {MovementOf(account, hold)};
  const int64_t position = log_.next_position();
  RETURN_IF_ERROR(log_.Append(&posting));
  RETURN_IF_ERROR(EnterChanges(posting, position));
  return EnterHold(transaction_, account.lot, account.place, hold);
}

absl::StatusOr<int64_t> Ledger::Hold(const std::vector<PlaceHold>& holds,
                                     runtime::RequestId request_id) {
  MILKWAY_CHECK(!holds.empty());
  Posting posting;
  posting.kind = PostingKind::kAdjustment;
  posting.occurred_at = holds[0].hold.held_at;
  posting.request_id = request_id;
  posting.reference = ReferenceOfRecall(holds[0].hold.recall_id);
  for (const PlaceHold& held : holds) {
    posting.movements.push_back(MovementOf(held.usable, held.hold));
  }
  const int64_t position = log_.next_position();
  absl::Status written = log_.Append(&posting);
  if (written.ok()) written = EnterChanges(posting, position);
  for (const PlaceHold& held : holds) {
    if (!written.ok()) break;
    written = EnterHold(transaction_, held.usable.lot, held.usable.place, held.hold);
  }
  NoteFailure(written);
  RETURN_IF_ERROR(written);
  return position;
}

absl::Status Ledger::EnterChanges(const Posting& posting, int64_t position) {
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
  record.set_recorded_us(log_.recorded_us());
  record.set_recorded_by(draft.recorded_by);
  record.set_reason(draft.reason);
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
  LotFacts facts = {
      record->product_id(), record->lot_number(), LocalDate{record->expires_day()}, {}};
  ASSIGN_OR_RETURN(const bool has_recalls, HasRecalls());
  if (has_recalls) {
    ASSIGN_OR_RETURN(facts.recalls, FindRecallsOfLot(transaction_, lot));
  }
  return &lots_.try_emplace(lot, std::move(facts)).first->second;
}

absl::StatusOr<bool> Ledger::HasRecalls() {
  if (!has_recalls_.has_value()) {
    ASSIGN_OR_RETURN(const auto open, OpenRecallsTable::Find(transaction_));
    has_recalls_ = open.has_value() && (open->count() > 0 || open->released_lots() > 0);
  }
  return *has_recalls_;
}

}  // namespace milkway::inventory
