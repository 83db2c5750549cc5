#include "tests/inventory/ledger_model.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"

namespace milkway::inventory {

namespace {

using K = AccountKind;

struct Allowed {
  PostingKind kind;
  AccountKind from;
  AccountKind to;
};

constexpr Allowed kAllowed[] = {
    {PostingKind::kDispatch, K::kUsable, K::kInTransit},
    {PostingKind::kReceipt, K::kInTransit, K::kUsable},
    {PostingKind::kReceipt, K::kInTransit, K::kDamaged},
    {PostingKind::kReceipt, K::kInTransit, K::kLossMissing},
    {PostingKind::kReceipt, K::kFound, K::kUsable},
    {PostingKind::kReceipt, K::kFound, K::kDamaged},
    {PostingKind::kReceipt, K::kInTransit, K::kQuarantined},
    {PostingKind::kReceipt, K::kFound, K::kQuarantined},
    {PostingKind::kReceipt, K::kLossMissing, K::kUsable},
    {PostingKind::kReceipt, K::kLossMissing, K::kDamaged},
    {PostingKind::kReceipt, K::kLossMissing, K::kQuarantined},
    {PostingKind::kRelease, K::kQuarantined, K::kUsable},
    {PostingKind::kDistribution, K::kUsable, K::kServed},
    {PostingKind::kDistribution, K::kUsable, K::kLossWasted},
    {PostingKind::kAdjustment, K::kUsable, K::kQuarantined},
    {PostingKind::kAdjustment, K::kUsable, K::kDamaged},
    {PostingKind::kAdjustment, K::kQuarantined, K::kUsable},
    {PostingKind::kAdjustment, K::kUsable, K::kLossWrittenOff},
    {PostingKind::kAdjustment, K::kUsable, K::kDestroyed},
    {PostingKind::kAdjustment, K::kUsable, K::kReturned},
    {PostingKind::kAdjustment, K::kQuarantined, K::kLossWrittenOff},
    {PostingKind::kAdjustment, K::kQuarantined, K::kDestroyed},
    {PostingKind::kAdjustment, K::kQuarantined, K::kReturned},
    {PostingKind::kAdjustment, K::kDamaged, K::kLossWrittenOff},
    {PostingKind::kAdjustment, K::kDamaged, K::kDestroyed},
    {PostingKind::kAdjustment, K::kDamaged, K::kReturned},
};

bool IsAllowed(PostingKind kind, const Movement& movement) {
  return std::any_of(std::begin(kAllowed), std::end(kAllowed), [&](const Allowed& allowed) {
    return allowed.kind == kind && allowed.from == movement.from_kind &&
           allowed.to == movement.to_kind;
  });
}

bool IsIssue(PostingKind kind) {
  return kind == PostingKind::kDispatch || kind == PostingKind::kDistribution;
}

// By how much each account changes.
std::map<Account, int64_t> NetOf(const std::vector<Movement>& movements) {
  std::map<Account, int64_t> net;
  for (const Movement& movement : movements) {
    net[movement.from()] -= movement.quantity_g;
    net[movement.to()] += movement.quantity_g;
  }
  return net;
}

void Add(int64_t us, int64_t change_g, LedgerModel::Card* card) {
  card->balance_g += change_g;
  if ((card->net_g[us] += change_g) == 0) card->net_g.erase(us);
}

// What is there at `us` and at every instant after it.
int64_t LowestFrom(const LedgerModel::Card& card, int64_t us) {
  int64_t running_g = 0;
  for (const auto& [at, net_g] : card.net_g) {
    if (at <= us) running_g += net_g;
  }
  int64_t lowest_g = running_g;
  for (const auto& [at, net_g] : card.net_g) {
    if (at > us) lowest_g = std::min(lowest_g, running_g += net_g);
  }
  return lowest_g;
}

void NoteLow(int64_t us, int64_t running_g, LedgerModel::Card* card) {
  if (-running_g <= card->missing_g) return;
  card->missing_g = -running_g;
  card->missing_us = us;
}

}  // namespace

void LedgerModel::Buy(int64_t number, OccurredAt at, const std::string& supplier,
                      const std::string& destination, const std::vector<Bought>& lots) {
  Record record{number, PostingKind::kPurchase, at, {}, 0};
  for (const auto& [weight_g, expires_on] : lots) {
    expires_on_.push_back(expires_on);
    record.movements.push_back(
        {LotId{++last_lot_}, K::kPurchased, supplier, K::kUsable, destination, weight_g});
  }
  records_.push_back(std::move(record));
  Recompute();
}

LedgerModel::Verdict LedgerModel::Post(int64_t number, const PostingDraft& draft) {
  Verdict verdict;
  for (const auto refuse : {&LedgerModel::RefuseCorrection, &LedgerModel::RefuseMovements,
                            &LedgerModel::RefusePlaces, &LedgerModel::RefuseExpired}) {
    verdict.refusals = (this->*refuse)(draft);
    if (!verdict.accepted()) return verdict;
  }
  LedgerModel after = *this;
  if (draft.corrects_position != 0) after.Find(draft.corrects_position)->corrected_by = number;
  after.records_.push_back({number, draft.kind, draft.occurred_at, draft.movements, 0});
  after.Recompute();
  for (const auto& [account, card] : after.CardsBelowZero()) {
    const Refusal refusal = StockMissing(account, card, draft.occurred_at.offset_minutes);
    const bool may_be_found = account.kind == K::kUsable && IsIssue(draft.kind);
    const Account held_back = {account.lot, K::kQuarantined, account.place};
    const int64_t quarantined_g = Balance(held_back);
    const bool is_served = draft.kind == PostingKind::kDistribution;
    const bool may_be_drunk = is_served && !draft.discrepancy_reason.empty();
    if (may_be_found && quarantined_g > 0 && !may_be_drunk) {
      verdict.refusals.push_back({"LOT_QUARANTINED",
                                  {{"missing_g", absl::StrCat(card.missing_g)},
                                   {"quarantined_g", absl::StrCat(quarantined_g)},
                                   {"lot_id", absl::StrCat(account.lot.value)},
                                   {"place", account.place}}});
      continue;
    }
    if (!may_be_found || draft.discrepancy_reason.empty()) {
      verdict.refusals.push_back(refusal);
      continue;
    }
    // One gram less would leave that moment below zero.
    const int64_t drunk_g =
        is_served
            ? std::min(card.missing_g, LowestFrom(after.cards_[held_back], draft.occurred_at.us))
            : 0;
    const auto bring = [&](K from, int64_t quantity_g) {
      if (quantity_g == 0) return;
      after.records_.back().movements.push_back(
          {account.lot, from, account.place, K::kUsable, account.place, quantity_g});
    };
    bring(K::kQuarantined, drunk_g);
    bring(K::kFound, card.missing_g - drunk_g);
    after.Recompute();
    if (after.cards_[account].missing_g != 0) verdict.refusals.push_back(refusal);
    verdict.quarantined_g += drunk_g;
    verdict.found_g += card.missing_g - drunk_g;
  }
  if (verdict.accepted()) *this = std::move(after);
  return verdict;
}

LedgerModel::Verdict LedgerModel::CountStock(const CountDraft& draft) {
  const Account& account = draft.account;
  if (account.lot.value < 1 || account.lot.value > last_lot_) return {{{"LOT_UNKNOWN", {}}}};
  if (!places_.contains(account.place)) return {{{"LOCATION_UNKNOWN", {}}}};
  for (const Count& count : counts_) {
    if (count.account == account && count.counted_at.us == draft.counted_at.us) {
      return {{{"COUNT_RECORDED", {}}}};
    }
  }
  LedgerModel after = *this;
  after.counts_.push_back({account, draft.counted_at, draft.counted_g, draft.after_serving, 0});
  after.Recompute();
  Verdict verdict;
  verdict.variance_g = after.counts_.back().variance_g;
  verdict.expected_g = draft.counted_g - verdict.variance_g;
  for (const auto& [below, card] : after.CardsBelowZero()) {
    verdict.refusals.push_back(StockMissing(below, card, draft.counted_at.offset_minutes));
  }
  if (verdict.accepted()) *this = std::move(after);
  return verdict;
}

void LedgerModel::Mirror(int64_t last_lot, const std::map<Account, int64_t>& balances,
                         std::vector<Record> records) {
  last_lot_ = last_lot;
  records_ = std::move(records);
  cards_.clear();
  for (const auto& [account, balance_g] : balances) cards_[account].balance_g = balance_g;
}

int64_t LedgerModel::Balance(const Account& account) const {
  const auto card = cards_.find(account);
  return card == cards_.end() ? 0 : card->second.balance_g;
}

std::vector<LedgerModel::Refusal> LedgerModel::RefuseCorrection(const PostingDraft& draft) const {
  if (draft.corrects_position == 0) return {};
  const Record* corrected = Find(draft.corrects_position);
  if (corrected == nullptr) return {{"POSTING_UNKNOWN", {}}};
  if (corrected->corrected_by != 0) return {{"POSTING_CORRECTED", {}}};
  const bool is_alike =
      corrected->kind == draft.kind && corrected->occurred_at == draft.occurred_at;
  return is_alike ? std::vector<Refusal>() : std::vector<Refusal>{{"CORRECTION_MISMATCH", {}}};
}

std::vector<LedgerModel::Refusal> LedgerModel::RefuseMovements(const PostingDraft& draft) const {
  for (const Movement& movement : draft.movements) {
    if (!IsAllowed(draft.kind, movement)) return {{"", {}}};
  }
  for (const Movement& movement : draft.movements) {
    const bool is_known = 1 <= movement.lot.value && movement.lot.value <= last_lot_;
    if (!is_known) return {{"LOT_UNKNOWN", {{"lot_id", absl::StrCat(movement.lot.value)}}}};
  }
  return {};
}

std::vector<LedgerModel::Refusal> LedgerModel::RefusePlaces(const PostingDraft& draft) const {
  std::vector<Refusal> refusals;
  for (const Movement& movement : draft.movements) {
    for (const Account& account : {movement.from(), movement.to()}) {
      if (account.kind == K::kInTransit) continue;
      const auto place = places_.find(account.place);
      if (place == places_.end()) {
        refusals.push_back({"LOCATION_UNKNOWN", {{"location_id", account.place}}});
      } else if (account.kind == K::kServed && !place->second) {
        refusals.push_back({"LOCATION_KIND_WRONG", {{"location_id", account.place}}});
      }
    }
  }
  return refusals;
}

std::vector<LedgerModel::Refusal> LedgerModel::RefuseExpired(const PostingDraft& draft) const {
  if (!IsIssue(draft.kind)) return {};
  const bool was_drunk = draft.kind == PostingKind::kDistribution;
  if (was_drunk && !draft.discrepancy_reason.empty()) return {};
  std::vector<Refusal> refusals;
  for (const Movement& movement : draft.movements) {
    const LocalDate expires_on = expires_on_[static_cast<size_t>(movement.lot.value - 1)];
    if (movement.from_kind != K::kUsable || LocalDateOf(draft.occurred_at) <= expires_on) continue;
    refusals.push_back({"LOT_EXPIRED", {{"lot_id", absl::StrCat(movement.lot.value)}}});
  }
  return refusals;
}

LedgerModel::Refusal LedgerModel::StockMissing(const Account& account, const Card& card,
                                               int32_t offset_minutes) const {
  return {"STOCK_MISSING",
          {{"missing_g", absl::StrCat(card.missing_g)},
           {"lot_id", absl::StrCat(account.lot.value)},
           {"place", account.place},
           {"condition", NameOf(account.kind)},
           {"at", FormatOccurredAt({card.missing_us, offset_minutes})}}};
}

LedgerModel::Record* LedgerModel::Find(int64_t number) {
  const auto found = std::find_if(records_.begin(), records_.end(),
                                  [&](const Record& record) { return record.number == number; });
  return found == records_.end() ? nullptr : &*found;
}

const LedgerModel::Record* LedgerModel::Find(int64_t number) const {
  return const_cast<LedgerModel*>(this)->Find(number);
}

std::map<Account, LedgerModel::Card> LedgerModel::CardsBelowZero() const {
  std::map<Account, Card> below;
  for (const auto& [account, card] : cards_) {
    if (card.missing_g > 0) below.emplace(account, card);
  }
  return below;
}

void LedgerModel::Recompute() {
  for (auto& [account, card] : cards_) card = Card();
  for (const Record& record : records_) {
    if (record.corrected_by != 0) continue;
    for (const auto& [account, change_g] : NetOf(record.movements)) {
      Add(record.occurred_at.us, change_g, &cards_[account]);
    }
  }
  for (const Count& count : counts_) cards_.try_emplace(count.account);
  for (auto& [account, card] : cards_) {
    if (account.kind == K::kUsable) {
      WalkUsable(account, &card);
    } else if (IsPhysical(account.kind)) {
      int64_t running_g = 0;
      for (const auto& [us, net_g] : card.net_g) NoteLow(us, running_g += net_g, &card);
    }
  }
}

// Goes through the instants at which anything is moved or counted.
void LedgerModel::WalkUsable(const Account& account, Card* card) {
  std::map<int64_t, Count*> counts;
  for (Count& count : counts_) {
    if (count.account == account) counts[count.counted_at.us] = &count;
  }
  std::map<int64_t, int64_t> moved_g = card->net_g;
  for (const auto& [us, count] : counts) moved_g.try_emplace(us, 0);
  int64_t running_g = 0;
  for (const auto& [us, net_g] : moved_g) {
    NoteLow(us, running_g += net_g, card);
    if (!counts.contains(us)) continue;
    Count& count = *counts[us];
    int64_t book_g = running_g;
    for (const Record& record : records_) {
      const bool is_covered = count.after_serving && record.corrected_by == 0 &&
                              record.kind == PostingKind::kDistribution &&
                              record.occurred_at.us > us &&
                              LocalDateOf(record.occurred_at) == LocalDateOf(count.counted_at);
      if (is_covered) book_g += NetOf(record.movements)[account];
    }
    count.variance_g = count.counted_g - book_g;
    Add(us, count.variance_g, card);
    Add(us, -count.variance_g, &cards_[{account.lot, K::kFound, account.place}]);
    NoteLow(us, running_g += count.variance_g, card);
  }
}

}  // namespace milkway::inventory
