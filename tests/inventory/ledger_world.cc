#include "tests/inventory/ledger_world.h"

#include <memory>

#include "absl/strings/str_join.h"
#include "clients/cpp/status_macros.h"
#include "services/inventory/log.h"

namespace milkway::inventory {

namespace {

using K = AccountKind;

constexpr int64_t kNoPosition = 1'000'000;

bool IsThatRefusal(const absl::Status& status, const LedgerModel::Refusal& refusal) {
  const runtime::RefusalParts parts = runtime::PartsOf(status);
  if (parts.reason != refusal.reason) return false;
  if (parts.reason.empty() && !absl::IsInvalidArgument(status)) return false;
  for (const auto& [name, value] : refusal.metadata) {
    const auto said = parts.metadata.find(name);
    if (said == parts.metadata.end() || said->second != value) return false;
  }
  return true;
}

std::string TextOf(const LedgerModel::Verdict& verdict) {
  if (verdict.accepted()) return "accepts";
  std::string text = "refuses with";
  for (const LedgerModel::Refusal& refusal : verdict.refusals) {
    absl::StrAppend(&text, " ", refusal.reason.empty() ? "INVALID_ARGUMENT" : refusal.reason, " {",
                    absl::StrJoin(refusal.metadata, ", ", absl::PairFormatter("=")), "}");
  }
  return text;
}

Account AccountOf(int64_t lot, uint8_t kind, const std::string& place) {
  return {LotId{lot}, static_cast<K>(kind), place};
}

std::string TextOf(const Account& account) {
  return absl::StrCat("lot ", account.lot.value, ", ", NameOf(account.kind), " at ", account.place);
}

}  // namespace

std::string World::Run(NextStep next) {
  while (difference_.empty()) {
    std::optional<Step> step = next(model_);
    if (!step.has_value()) break;
    const LedgerModel model_before = model_;
    const std::map<int64_t, int64_t> positions_before = positions_;
    // This store runs a body once, so that the body may take steps on the model too.
    const absl::Status status = Transact([&](storage::Transaction& transaction) {
      return TakeSteps(transaction, *std::move(step), next);
    });
    if (absl::IsAborted(status)) {
      model_ = model_before;
      positions_ = positions_before;
    } else if (!status.ok()) {
      Differ("the transaction: ", status.ToString());
    }
    CompareBalances(*store_->NewSnapshot());
  }
  if (difference_.empty()) CheckEnd();
  return difference_;
}

absl::Status World::TakeSteps(storage::Transaction& transaction, Step step, NextStep next) {
  std::optional<Ledger> ledger;
  while (true) {
    if (step.kind == Step::Kind::kPurchase) {
      if (ledger.has_value()) RETURN_IF_ERROR(ledger->End());
      ledger.reset();
      TakePurchase(transaction, step);
    } else {
      if (!ledger.has_value()) {
        ASSIGN_OR_RETURN(Ledger begun, Ledger::Begin(transaction, now_us_));
        ledger.emplace(std::move(begun));
      }
      step.kind == Step::Kind::kCount ? TakeCount(*ledger, step) : TakePosting(*ledger, step);
    }
    CompareBalances(transaction);
    if (!difference_.empty() || step.ends_transaction) break;
    std::optional<Step> following = next(model_);
    if (!following.has_value()) break;
    step = *std::move(following);
  }
  if (ledger.has_value()) RETURN_IF_ERROR(ledger->End());
  return step.fails_transaction ? absl::AbortedError("on purpose") : absl::OkStatus();
}

void World::TakePurchase(storage::Transaction& transaction, const Step& step) {
  const auto recorded =
      RecordPurchase(transaction, step.purchase, step.posting.request_id, "test", now_us_);
  if (!recorded.ok()) return Differ("a purchase is refused: ", recorded.status().ToString());
  std::vector<LedgerModel::Bought> lots;
  for (const LotOnRecord& lot : recorded->lots) {
    lots.push_back({WeightG(lot.record), LocalDate{lot.record.expires_day()}});
  }
  const OccurredAt at = ReadPosting(transaction, recorded->position)->occurred_at;
  model_.Buy(step.number, at, step.purchase.supplier_id, step.purchase.destination_id, lots);
  ++tally_["purchases"];
}

void World::TakePosting(Ledger& ledger, const Step& step) {
  PostingDraft draft = step.posting;
  if (draft.corrects_position != 0) {
    const auto position = positions_.find(draft.corrects_position);
    draft.corrects_position = position == positions_.end() ? kNoPosition : position->second;
  }
  const absl::StatusOr<Posted> posted = ledger.Post(draft);
  const LedgerModel::Verdict verdict = model_.Post(step.number, step.posting);
  CompareStatus(posted.status(), verdict);
  if (!posted.ok() || !verdict.accepted()) return;
  positions_[step.number] = posted->position;
  if (posted->found_g != verdict.found_g) {
    Differ(posted->found_g, " g were found, where ", verdict.found_g, " g are just enough");
  }
  if (posted->quarantined_g != verdict.quarantined_g) {
    Differ(posted->quarantined_g, " g came out of quarantine instead of ", verdict.quarantined_g,
           " g");
  }
  if (posted->quarantined_g > 0) ++tally_["postings out of quarantine"];
  ++tally_[posted->found_g > 0 ? "postings with found" : "postings"];
  if (draft.corrects_position != 0) ++tally_["corrections among them"];
}

void World::TakeCount(Ledger& ledger, const Step& step) {
  const absl::StatusOr<Counted> counted = ledger.Count(step.count);
  const LedgerModel::Verdict verdict = model_.CountStock(step.count);
  CompareStatus(counted.status(), verdict);
  if (!counted.ok() || !verdict.accepted()) return;
  if (counted->expected_g != verdict.expected_g || counted->variance_g != verdict.variance_g) {
    Differ("the count expected ", counted->expected_g, " g and posted ", counted->variance_g,
           " g, not ", verdict.expected_g, " g and ", verdict.variance_g, " g");
  }
  ++tally_["counts"];
}

void World::CompareStatus(const absl::Status& status, const LedgerModel::Verdict& verdict) {
  if (status.ok() != verdict.accepted()) {
    return Differ("the ledger says ", status.ToString(), ", the model ", TextOf(verdict));
  }
  if (status.ok()) return;
  const std::string reason = runtime::PartsOf(status).reason;
  ++tally_[reason.empty() ? "INVALID_ARGUMENT" : reason];
  for (const LedgerModel::Refusal& refusal : verdict.refusals) {
    if (IsThatRefusal(status, refusal)) return;
  }
  Differ("the ledger refuses with ", status.ToString(), ", the model ", TextOf(verdict));
}

void World::CompareBalances(const storage::Reader& reader) {
  std::map<Account, int64_t> balances;
  const absl::Status status = AccountTable::Scan(
      reader, AccountKey::Range(), [&](const AccountKey::Key& key, const rec::AccountRecord& row) {
        const auto& [lot, kind, place] = key;
        balances[AccountOf(lot, kind, place)] = row.balance_g();
        return true;
      });
  if (!status.ok()) return Differ(status.ToString());
  CheckConservation(balances);
  for (const auto& [account, card] : model_.cards()) balances.try_emplace(account, 0);
  for (const auto& [account, balance_g] : balances) {
    if (account.kind == K::kLossCount) {
      balances[{account.lot, K::kFound, account.place}] += balance_g;
    }
  }
  // Of count loss and found only their difference follows from what is known.
  std::erase_if(balances, [](const auto& row) { return row.first.kind == K::kLossCount; });
  for (const auto& [account, balance_g] : balances) CompareBalance(account, balance_g);
}

void World::CompareBalance(const Account& account, int64_t balance_g) {
  if (balance_g == model_.Balance(account)) return;
  Differ(TextOf(account), ": the books have ", balance_g, " g, the model ", model_.Balance(account),
         " g");
}

void World::CheckConservation(const std::map<Account, int64_t>& balances) {
  struct Sums {
    int64_t came_g = 0;
    int64_t is_there_or_went_g = 0;
  };
  std::map<LotId, Sums> lots;
  for (const auto& [account, balance_g] : balances) {
    const bool is_source = account.kind == K::kPurchased || account.kind == K::kFound;
    Sums& sums = lots[account.lot];
    (is_source ? sums.came_g : sums.is_there_or_went_g) += is_source ? -balance_g : balance_g;
    if (IsPhysical(account.kind) && balance_g < 0) Differ(TextOf(account), " is below zero");
  }
  for (const auto& [lot, sums] : lots) {
    if (sums.came_g == sums.is_there_or_went_g) continue;
    Differ("of lot ", lot.value, " ", sums.came_g, " g came and ", sums.is_there_or_went_g,
           " g are there or went");
  }
}

void World::CheckEnd() {
  const Rows rows = AllRows();
  {
    const auto snapshot = store_->NewSnapshot();
    CheckBooks(*snapshot);
    CheckCards(*snapshot);
    CheckCounts(*snapshot);
  }
  store_.Reopen();
  if (AllRows() != rows) Differ("opening the store again changed it");
}

void World::CheckBooks(const storage::Reader& reader) {
  const auto verified = VerifyBooks(reader, [](const BooksVerified&) { return true; });
  if (!verified.ok()) return Differ(verified.status().ToString());
  if (!verified->differences.empty()) Differ("VerifyBooks: ", verified->differences[0]);
}

void World::CheckCards(const storage::Reader& reader) {
  struct Line {
    Moment moment;
    int64_t change_g = 0;
  };
  std::map<Account, std::vector<Line>> cards;
  const absl::Status status = EntryTable::Scan(
      reader, EntryKey::Range(), [&](const EntryKey::Key& key, const rec::EntryRecord& entry) {
        const auto& [lot, kind, place, us, rank, position] = key;
        cards[AccountOf(lot, kind, place)].push_back({{us, rank}, entry.change_g()});
        return true;
      });
  if (!status.ok()) return Differ(status.ToString());
  for (const auto& [account, card] : model_.cards()) {
    if (IsPhysical(account.kind)) cards.try_emplace(account);
  }
  for (const auto& [account, lines] : cards) {
    Moment last;
    int64_t running_g = 0;
    std::map<int64_t, int64_t> net_g;
    for (const Line& line : lines) {
      if (line.moment < last) Differ(TextOf(account), ": an entry stands before an earlier one");
      last = line.moment;
      running_g += line.change_g;
      if (running_g < 0) Differ(TextOf(account), ": an entry leaves it below zero");
      if ((net_g[line.moment.us] += line.change_g) == 0) net_g.erase(line.moment.us);
    }
    CompareBalance(account, running_g);
    const auto card = model_.cards().find(account);
    if (card == model_.cards().end() || net_g != card->second.net_g) {
      Differ(TextOf(account), ": the card changes at other moments than the model's");
    }
  }
}

void World::CheckCounts(const storage::Reader& reader) {
  for (const LedgerModel::Count& count : model_.counts()) CheckCount(reader, count);
  int64_t kept = 0;
  const absl::Status status =
      CountTable::Scan(reader, CountKey::Range(),
                       [&](const CountKey::Key&, const rec::CountRecord&) { return ++kept > 0; });
  if (!status.ok() || kept != static_cast<int64_t>(model_.counts().size())) {
    Differ("there are ", kept, " counts instead of ", model_.counts().size());
  }
}

void World::CheckCount(const storage::Reader& reader, const LedgerModel::Count& count) {
  const Account& account = count.account;
  const std::string where =
      absl::StrCat(TextOf(account), ", counted at ", FormatOccurredAt(count.counted_at), ": ");
  const auto kept = CountTable::Find(reader, account.place, account.lot.value, count.counted_at.us);
  if (!kept.ok() || !kept->has_value()) return Differ(where, "the count is gone");
  const bool is_same = (*kept)->counted_g() == count.counted_g &&
                       (*kept)->variance_g() == count.variance_g &&
                       (*kept)->after_serving() == count.after_serving;
  if (!is_same) Differ(where, "the count has other figures");
  int64_t book_g = 0;
  const absl::Status status = EntryTable::Scan(
      reader, EntryKey::Range(account.lot.value, static_cast<uint8_t>(account.kind), account.place),
      [&](const EntryKey::Key& key, const rec::EntryRecord& entry) {
        const auto posting = ReadPosting(reader, std::get<5>(key));
        const bool is_of_that_day =
            posting->kind == PostingKind::kDistribution &&
            LocalDateOf(posting->occurred_at) == LocalDateOf(count.counted_at);
        const bool is_covered = posting->occurred_at.us <= count.counted_at.us ||
                                (count.after_serving && is_of_that_day);
        if (is_covered) book_g += entry.change_g();
        return true;
      });
  if (!status.ok()) return Differ(status.ToString());
  if (book_g != count.counted_g) {
    Differ(where, "the books have ", book_g, " g instead of ", count.counted_g, " g");
  }
}

World::Rows World::AllRows() {
  Rows rows;
  const absl::Status status = store_->NewSnapshot()->Scan(
      {}, storage::ScanOrder::kAscending, [&](absl::string_view key, absl::string_view value) {
        rows.emplace_back(key, value);
        return true;
      });
  if (!status.ok()) Differ(status.ToString());
  return rows;
}

}  // namespace milkway::inventory
