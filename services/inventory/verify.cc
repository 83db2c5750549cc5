#include "services/inventory/verify.h"

#include <algorithm>
#include <functional>
#include <map>
#include <set>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/hash/hash.h"
#include "absl/strings/str_cat.h"
#include "clients/cpp/status_macros.h"
#include "services/inventory/account.h"
#include "services/inventory/counts.h"
#include "services/inventory/inventory_keys.h"
#include "services/inventory/log.h"
#include "services/inventory/log_tree.h"
#include "services/inventory/posting_codec.h"
#include "services/inventory/shelf.h"
#include "services/inventory/stock_card.h"
#include "services/inventory/verify_costs.h"
#include "services/inventory/verify_recalls.h"

namespace milkway::inventory {

namespace {

constexpr int64_t kPostingsPerProgress = 20'000;

// What the postings say an account should be.
struct Expected {
  int64_t balance_g = 0;
  // A sum of hashes of the entries: equal sums mean equal entries, whatever the
  // order in which they were met.
  uint64_t entries = 0;
};

uint64_t HashOfEntry(Moment moment, int64_t position, int64_t change_g) {
  return absl::HashOf(moment.us, moment.rank, position, change_g);
}

Account AccountOfKey(int64_t lot, uint8_t kind, std::string place) {
  return {LotId{lot}, static_cast<AccountKind>(kind), std::move(place)};
}

std::string TextOf(const Account& account) {
  return absl::StrCat("lot ", account.lot.value, ", ", NameOf(account.kind), " at ", account.place);
}

class BooksVerifier {
 public:
  BooksVerifier(const storage::Reader& reader,
                absl::FunctionRef<bool(const BooksVerified&)> progress)
      : reader_(reader), progress_(progress), recalls_(reader, note_), costs_(reader, note_) {}

  absl::StatusOr<BooksVerified> Verify() {
    RETURN_IF_ERROR(ReadLog());
    RETURN_IF_ERROR(CheckLogTree(
        reader_, [this](absl::string_view difference) { Differ(difference); },
        [this] { return progress_(result_); }));
    RETURN_IF_ERROR(CheckCorrections());
    RETURN_IF_ERROR(CheckCards());
    RETURN_IF_ERROR(CheckAccounts());
    RETURN_IF_ERROR(CheckPlaceIndex());
    RETURN_IF_ERROR(CheckShelves());
    RETURN_IF_ERROR(CheckCounts());
    RETURN_IF_ERROR(CheckLots());
    RETURN_IF_ERROR(recalls_.Check());
    RETURN_IF_ERROR(costs_.Check());
    return std::move(result_);
  }

 private:
  template <typename... Parts>
  void Differ(const Parts&... parts) {
    ++result_.difference_count;
    if (result_.differences.size() < kDifferencesShownMax) {
      result_.differences.push_back(absl::StrCat(parts...));
    }
  }

  // Adds up all postings.
  absl::Status ReadLog() {
    ASSIGN_OR_RETURN(const rec::LogHeadRecord head, ReadLogHead(reader_));
    result_.total_postings = head.position();
    int64_t last_recorded_us = 0;
    bool is_cancelled = false;
    absl::Status status;
    RETURN_IF_ERROR(LogTable::Scan(
        reader_, LogKey::Range(), [&](const LogKey::Key& key, const rec::LogEntryRecord& entry) {
          const int64_t position = std::get<0>(key);
          ++result_.checked_postings;
          if (position != result_.checked_postings) {
            Differ("the log has entry ", position, " where ", result_.checked_postings,
                   " should be");
            result_.checked_postings = position;
          }
          status = ReadEntry(position, entry.canonical(), &last_recorded_us);
          is_cancelled = position % kPostingsPerProgress == 0 && !progress_(result_);
          return status.ok() && !is_cancelled;
        }));
    RETURN_IF_ERROR(status);
    if (is_cancelled) return absl::CancelledError("the caller has gone");
    if (result_.checked_postings != head.position() || last_recorded_us != head.recorded_us()) {
      Differ("the log ends at entry ", result_.checked_postings, ", its head says ",
             head.position());
    }
    return absl::OkStatus();
  }

  absl::Status ReadEntry(int64_t position, const std::string& canonical,
                         int64_t* last_recorded_us) {
    ASSIGN_OR_RETURN(const LeafHead head, ReadLeafHead(canonical));
    if (head.recorded_us <= *last_recorded_us) {
      Differ("entry ", position, " of the log was recorded before the one it follows");
    }
    *last_recorded_us = head.recorded_us;
    if (head.kind == LeafKind::kCost) costs_.Add(position, canonical);
    if (head.kind != LeafKind::kPosting) return absl::OkStatus();
    ASSIGN_OR_RETURN(const Posting posting, DecodePosting(canonical));
    recalls_.Add(posting);
    return Add(position, posting);
  }

  absl::Status Add(int64_t position, const Posting& posting) {
    std::vector<Movement> reversed;
    if (IsCorrection(posting)) {
      ASSIGN_OR_RETURN(Posting corrected, ReadPosting(reader_, posting.linked_position));
      reversed = std::move(corrected.movements);
      if (!corrected_by_.emplace(posting.linked_position, position).second) {
        Differ("posting ", posting.linked_position, " was corrected twice");
      }
    }
    for (const Movement& movement : posting.movements) {
      if (movement.quantity_g <= 0 || movement.from() == movement.to()) {
        Differ("posting ", position, " has a movement of nothing");
      }
      const bool is_made_good = !posting.discrepancy_reason.empty() &&
                                IsMadeGood(posting.kind, movement.from_kind, movement.to_kind);
      if (!is_made_good && !MayMove(posting.kind, movement.from_kind, movement.to_kind)) {
        Differ("posting ", position, " moves stock from ", NameOf(movement.from_kind), " to ",
               NameOf(movement.to_kind), ", which its kind does not");
      }
      if (movement.from_kind == AccountKind::kPurchased) {
        purchased_g_[movement.lot] += movement.quantity_g;
      }
    }
    for (const AccountChange& change : NetChanges(posting.movements, reversed)) {
      Expected& expected = expected_[change.account];
      expected.balance_g += change.change_g;
      if (!IsPhysical(change.account.kind)) continue;
      const bool is_of_count =
          posting.kind == PostingKind::kCount || posting.kind == PostingKind::kRecount;
      if (is_of_count) variances_[{change.account, posting.occurred_at.us}] += change.change_g;
      expected.entries +=
          HashOfEntry(MomentOf(posting.kind, posting.occurred_at.us, change.change_g), position,
                      change.change_g);
    }
    return absl::OkStatus();
  }

  absl::Status CheckCorrections() {
    size_t kept = 0;
    RETURN_IF_ERROR(CorrectionTable::Scan(
        reader_, CorrectionKey::Range(),
        [&](const CorrectionKey::Key& key, const rec::CorrectionRecord& record) {
          ++kept;
          const auto expected = corrected_by_.find(std::get<0>(key));
          if (expected == corrected_by_.end() || expected->second != record.position()) {
            Differ("the books say that posting ", std::get<0>(key), " was corrected by ",
                   record.position(), ", the log does not");
          }
          return true;
        }));
    if (kept < corrected_by_.size()) {
      Differ(corrected_by_.size() - kept, " corrections of the log are not in the books");
    }
    return absl::OkStatus();
  }

  // One account's entries, as far as they have been walked.
  struct Card {
    Account account;
    bool is_open = false;
    int64_t running_g = 0;
    uint64_t entries = 0;
    std::map<int64_t, rec::DayRecord> days;
  };

  absl::Status CheckCards() {
    Card card;
    absl::Status status;
    RETURN_IF_ERROR(EntryTable::Scan(
        reader_, EntryKey::Range(), [&](const EntryKey::Key& key, const rec::EntryRecord& entry) {
          const auto& [lot, kind, place, us, rank, position] = key;
          Account account = AccountOfKey(lot, kind, place);
          if (!card.is_open || account != card.account) {
            status = EndCard(card);
            card = Card{std::move(account), true, 0, 0, {}};
          }
          card.running_g += entry.change_g();
          card.entries += HashOfEntry({us, rank}, position, entry.change_g());
          if (card.running_g < 0) {
            Differ(TextOf(card.account), ": ", -card.running_g, " g below zero after posting ",
                   position);
          }
          rec::DayRecord& day = card.days[UtcDay(us)];
          day.set_net_g(day.net_g() + entry.change_g());
          day.set_low_g(std::min(day.low_g(), day.net_g()));
          return status.ok();
        }));
    RETURN_IF_ERROR(status);
    RETURN_IF_ERROR(EndCard(card));
    for (const auto& [account, expected] : expected_) {
      if (IsPhysical(account.kind) && expected.entries != 0 && !cards_seen_.contains(account)) {
        Differ(TextOf(account), ": the stock card is gone");
      }
    }
    return absl::OkStatus();
  }

  absl::Status EndCard(const Card& card) {
    if (!card.is_open) return absl::OkStatus();
    cards_seen_.insert(card.account);
    const auto expected = expected_.find(card.account);
    if (expected == expected_.end() || expected->second.entries != card.entries) {
      Differ(TextOf(card.account), ": the stock card is not what the postings make");
    }
    size_t days_kept = 0;
    RETURN_IF_ERROR(
        DayTable::Scan(reader_,
                       DayKey::Range(card.account.lot.value,
                                     static_cast<uint8_t>(card.account.kind), card.account.place),
                       [&](const DayKey::Key& key, const rec::DayRecord& record) {
                         ++days_kept;
                         const auto day = card.days.find(std::get<3>(key));
                         if (day == card.days.end() || day->second.net_g() != record.net_g() ||
                             day->second.low_g() != record.low_g()) {
                           Differ(TextOf(card.account), ": the sum of day ",
                                  FormatDate({static_cast<int32_t>(std::get<3>(key))}),
                                  " is not what the stock card makes");
                         }
                         return true;
                       }));
    if (days_kept < card.days.size()) Differ(TextOf(card.account), ": sums of days are gone");
    return absl::OkStatus();
  }

  absl::Status CheckAccounts() {
    std::set<Account> kept;
    RETURN_IF_ERROR(AccountTable::Scan(
        reader_, AccountKey::Range(),
        [&](const AccountKey::Key& key, const rec::AccountRecord& record) {
          const auto& [lot, kind, place] = key;
          const Account account = AccountOfKey(lot, kind, place);
          kept.insert(account);
          const auto expected = expected_.find(account);
          const int64_t expected_g = expected == expected_.end() ? 0 : expected->second.balance_g;
          if (record.balance_g() != expected_g) {
            Differ(TextOf(account), ": the books say ", record.balance_g(),
                   " g, the postings make ", expected_g, " g");
          }
          if (IsPhysical(account.kind) && record.balance_g() < 0) {
            Differ(TextOf(account), ": ", -record.balance_g(), " g below zero");
          }
          return true;
        }));
    for (const auto& [account, expected] : expected_) {
      if (!kept.contains(account)) Differ(TextOf(account), ": the account is gone");
    }
    accounts_kept_ = std::move(kept);
    return absl::OkStatus();
  }

  absl::Status CheckPlaceIndex() {
    size_t indexed = 0;
    RETURN_IF_ERROR(AccountByPlaceTable::Scan(
        reader_, AccountByPlaceKey::Range(),
        [&](const AccountByPlaceKey::Key& key, const rec::IndexRecord&) {
          const auto& [place, lot, kind] = key;
          ++indexed;
          if (!accounts_kept_.contains(AccountOfKey(lot, kind, place))) {
            Differ("the index of ", place, " names an account that is not there");
          }
          return true;
        }));
    if (indexed != accounts_kept_.size()) {
      Differ("the index of places has ", indexed, " accounts of ", accounts_kept_.size());
    }
    return absl::OkStatus();
  }

  absl::Status CheckShelves() {
    // place, product -> lots with usable stock, in order of expiry
    std::map<std::pair<std::string, std::string>, std::set<std::pair<int32_t, int64_t>>> expected;
    for (const auto& [account, state] : expected_) {
      if (account.kind != AccountKind::kUsable || state.balance_g <= 0) continue;
      ASSIGN_OR_RETURN(const auto lot, LotTable::Find(reader_, account.lot.value));
      if (!lot.has_value()) continue;  // CheckLots says so
      expected[{account.place, lot->product_id()}].insert({lot->expires_day(), account.lot.value});
    }
    size_t kept = 0;
    RETURN_IF_ERROR(ShelfTable::Scan(
        reader_, ShelfKey::Range(), [&](const ShelfKey::Key& key, const rec::ShelfRecord& record) {
          ++kept;
          std::vector<std::pair<int32_t, int64_t>> lots;
          for (const auto& lot : record.lots()) lots.emplace_back(lot.expires_day(), lot.lot_id());
          const auto& wanted = expected[{std::get<0>(key), std::get<1>(key)}];
          if (!std::equal(lots.begin(), lots.end(), wanted.begin(), wanted.end())) {
            Differ("the lots of ", std::get<1>(key), " at ", std::get<0>(key),
                   " are not those with usable stock");
          }
          return true;
        }));
    if (kept != expected.size()) Differ("lists of lots at places are gone");
    return absl::OkStatus();
  }

  absl::Status CheckCounts() {
    absl::Status status;
    RETURN_IF_ERROR(CountTable::Scan(
        reader_, CountKey::Range(), [&](const CountKey::Key& key, const rec::CountRecord& count) {
          const auto& [place, lot, us] = key;
          status = CheckCount({LotId{lot}, AccountKind::kUsable, place},
                              {us, count.offset_minutes()}, count);
          return status.ok();
        }));
    RETURN_IF_ERROR(status);
    if (!variances_.empty()) Differ(variances_.size(), " counts of the log are not in the books");
    return absl::OkStatus();
  }

  absl::Status CheckCount(const Account& account, const OccurredAt& counted_at,
                          const rec::CountRecord& count) {
    ASSIGN_OR_RETURN(const StockCard card, StockCard::Load(reader_, account));
    ASSIGN_OR_RETURN(const int64_t balance_g,
                     BalanceAtCount(reader_, card, counted_at, count.after_serving()));
    const auto variance = variances_.find({account, counted_at.us});
    const int64_t variance_g = variance == variances_.end() ? 0 : variance->second;
    if (variance != variances_.end()) variances_.erase(variance);
    if (count.variance_g() != variance_g) {
      Differ(TextOf(account), ": the count at ", FormatOccurredAt(counted_at), " says that ",
             count.variance_g(), " g were posted for it, the postings have ", variance_g, " g");
    }
    if (balance_g != count.counted_g()) {
      Differ(TextOf(account), ": counted ", count.counted_g(), " g at ",
             FormatOccurredAt(counted_at), ", the books have ", balance_g, " g there");
    }
    if (card.counted_until_us() < CoveredUntil(counted_at.us, count.after_serving())) {
      Differ(TextOf(account), ": the account does not know of its count at ",
             FormatOccurredAt(counted_at));
    }
    return absl::OkStatus();
  }

  // Every gram of a lot came from its purchase or was found.
  absl::Status CheckLots() {
    std::map<LotId, int64_t> sums;
    for (const auto& [account, expected] : expected_) sums[account.lot] += expected.balance_g;
    for (const auto& [lot, sum_g] : sums) {
      if (sum_g != 0) Differ("lot ", lot.value, ": the accounts add up to ", sum_g, " g, not 0");
      ASSIGN_OR_RETURN(const auto record, LotTable::Find(reader_, lot.value));
      const int64_t weight_g = record.has_value() ? record->packs() * record->pack_weight_g() : 0;
      if (weight_g != purchased_g_[lot]) {
        Differ("lot ", lot.value, ": ", weight_g, " g were bought, the postings have ",
               purchased_g_[lot], " g");
      }
    }
    return absl::OkStatus();
  }

  const storage::Reader& reader_;
  absl::FunctionRef<bool(const BooksVerified&)> progress_;
  const std::function<void(std::string)> note_ = [this](const std::string& text) { Differ(text); };
  RecallsVerifier recalls_;
  CostsVerifier costs_;
  BooksVerified result_;
  absl::flat_hash_map<Account, Expected> expected_;
  absl::flat_hash_map<LotId, int64_t> purchased_g_;
  absl::flat_hash_map<int64_t, int64_t> corrected_by_;
  std::map<std::pair<Account, int64_t>, int64_t> variances_;  // by account and time of count
  std::set<Account> cards_seen_;
  std::set<Account> accounts_kept_;
};

}  // namespace

absl::StatusOr<BooksVerified> VerifyBooks(const storage::Reader& reader,
                                          absl::FunctionRef<bool(const BooksVerified&)> progress) {
  return BooksVerifier(reader, progress).Verify();
}

}  // namespace milkway::inventory
