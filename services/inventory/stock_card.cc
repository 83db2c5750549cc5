#include "services/inventory/stock_card.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "clients/cpp/status_macros.h"
#include "services/inventory/inventory_errors.h"

namespace milkway::inventory {

namespace {

uint8_t KindOf(const Account& account) { return static_cast<uint8_t>(account.kind); }

storage::KeyRange EntriesOfDay(const Account& account, int64_t day) {
  return {EntryKey::Prefix(account.lot.value, KindOf(account), account.place, day * kMicrosPerDay),
          EntryKey::Prefix(account.lot.value, KindOf(account), account.place,
                           (day + 1) * kMicrosPerDay)};
}

Moment MomentOfKey(const EntryKey::Key& key) { return {std::get<3>(key), std::get<4>(key)}; }

void Lower(int64_t balance_g, int64_t us, Shortfall* shortfall) {
  if (-balance_g > shortfall->missing_g) *shortfall = {-balance_g, us};
}

}  // namespace

absl::StatusOr<StockCard> StockCard::Load(const storage::Reader& reader, Account account) {
  StockCard card(std::move(account));
  ASSIGN_OR_RETURN(auto head, AccountTable::Find(reader, card.account_.lot.value,
                                                 KindOf(card.account_), card.account_.place));
  card.exists_ = head.has_value();
  if (head.has_value()) card.head_ = *std::move(head);
  return card;
}

Moment StockCard::last() const {
  return {head_.last_us(), static_cast<uint8_t>(head_.last_rank())};
}

absl::StatusOr<std::vector<StockCard::Day>> StockCard::DaysFrom(const storage::Reader& reader,
                                                                int64_t from_day) const {
  std::vector<Day> days;
  const storage::KeyRange range = {
      DayKey::Prefix(account_.lot.value, KindOf(account_), account_.place, from_day),
      DayKey::Range(account_.lot.value, KindOf(account_), account_.place).to};
  RETURN_IF_ERROR(
      DayTable::Scan(reader, range, [&](const DayKey::Key& key, const rec::DayRecord& record) {
        days.push_back({std::get<3>(key), record});
        return true;
      }));
  return days;
}

absl::StatusOr<int64_t> StockCard::BalanceAt(const storage::Reader& reader, Moment moment,
                                             int64_t position) const {
  const bool is_after_all =
      moment > last() || (moment == last() && position == std::numeric_limits<int64_t>::max());
  if (is_after_all) return balance_g();
  const int64_t day = UtcDay(moment.us);
  int64_t balance = balance_g();
  ASSIGN_OR_RETURN(const std::vector<Day> days, DaysFrom(reader, day + 1));
  for (const Day& later : days) balance -= later.record.net_g();
  RETURN_IF_ERROR(EntryTable::Scan(
      reader, EntriesOfDay(account_, day),
      [&](const EntryKey::Key& key, const rec::EntryRecord& entry) {
        const bool is_later =
            std::tuple(MomentOfKey(key), std::get<5>(key)) > std::tuple(moment, position);
        if (is_later) balance -= entry.change_g();
        return is_later;
      },
      storage::ScanOrder::kDescending));
  return balance;
}

absl::StatusOr<int64_t> StockCard::LowestFrom(const storage::Reader& reader, Moment moment) const {
  if (moment >= last()) return balance_g();
  const int64_t first_day = UtcDay(moment.us);
  ASSIGN_OR_RETURN(const std::vector<Day> days, DaysFrom(reader, first_day));
  int64_t running = balance_g();
  for (const Day& day : days) running -= day.record.net_g();
  std::optional<int64_t> lowest;
  RETURN_IF_ERROR(EntryTable::Scan(reader, EntriesOfDay(account_, first_day),
                                   [&](const EntryKey::Key& key, const rec::EntryRecord& entry) {
                                     const bool is_later = MomentOfKey(key) > moment;
                                     if (is_later && !lowest.has_value()) lowest = running;
                                     running += entry.change_g();
                                     if (is_later) lowest = std::min(*lowest, running);
                                     return true;
                                   }));
  if (!lowest.has_value()) lowest = running;
  for (const Day& day : days) {
    if (day.day == first_day) continue;
    lowest = std::min(*lowest, running + day.record.low_g());
    running += day.record.net_g();
  }
  return *lowest;
}

absl::StatusOr<Shortfall> StockCard::FindShortfall(const storage::Reader& reader,
                                                   const std::vector<CardChange>& changes) const {
  Shortfall shortfall;
  if (changes.empty()) return shortfall;
  // The usual case: nothing on the card is later.
  if (changes.size() == 1 && changes[0].moment >= last()) {
    Lower(balance_g() + changes[0].change_g, changes[0].moment.us, &shortfall);
    return shortfall;
  }
  const int64_t first_day = UtcDay(changes.front().moment.us);
  ASSIGN_OR_RETURN(const std::vector<Day> days, DaysFrom(reader, first_day));
  int64_t running = balance_g();
  for (const Day& day : days) running -= day.record.net_g();
  size_t next = 0;      // the first change not walked yet
  int64_t changed = 0;  // by the changes walked so far
  auto day = days.begin();
  while (next < changes.size() || (day != days.end() && changed < 0)) {
    const bool has_day = day != days.end();
    const int64_t change_day = next < changes.size() ? UtcDay(changes[next].moment.us) : 0;
    const bool day_is_unchanged = has_day && (next == changes.size() || day->day < change_day);
    if (day_is_unchanged && -(running + day->record.low_g()) <= shortfall.missing_g) {
      running += day->record.net_g();
      ++day;
      continue;
    }
    if (day_is_unchanged) {  // and goes lower than all before it: find out when
      RETURN_IF_ERROR(WalkDay(reader, day->day, {}, &running, &shortfall));
      ++day;
      continue;
    }
    size_t end = next;
    while (end < changes.size() && UtcDay(changes[end].moment.us) == change_day) {
      changed += changes[end++].change_g;
    }
    const auto changes_of_day = absl::MakeConstSpan(changes).subspan(next, end - next);
    RETURN_IF_ERROR(WalkDay(reader, change_day, changes_of_day, &running, &shortfall));
    next = end;
    if (has_day && day->day == change_day) ++day;
  }
  return shortfall;
}

absl::Status StockCard::WalkDay(const storage::Reader& reader, int64_t day,
                                absl::Span<const CardChange> changes, int64_t* running_g,
                                Shortfall* shortfall) const {
  size_t next = 0;
  const auto change_before = [&](Moment moment) {
    // A new change stands behind what is on the card at its moment.
    while (next < changes.size() && changes[next].moment < moment) {
      *running_g += changes[next].change_g;
      Lower(*running_g, changes[next].moment.us, shortfall);
      ++next;
    }
  };
  RETURN_IF_ERROR(EntryTable::Scan(reader, EntriesOfDay(account_, day),
                                   [&](const EntryKey::Key& key, const rec::EntryRecord& entry) {
                                     change_before(MomentOfKey(key));
                                     *running_g += entry.change_g();
                                     // What stands before the first change is as it was: not below
                                     // zero.
                                     Lower(*running_g, std::get<3>(key), shortfall);
                                     return true;
                                   }));
  change_before({(day + 1) * kMicrosPerDay, Moment::kIn});
  return absl::OkStatus();
}

absl::StatusOr<rec::DayRecord> StockCard::RecomputeDay(const storage::Reader& reader,
                                                       int64_t day) const {
  rec::DayRecord record;
  RETURN_IF_ERROR(EntryTable::Scan(reader, EntriesOfDay(account_, day),
                                   [&](const EntryKey::Key&, const rec::EntryRecord& entry) {
                                     record.set_net_g(record.net_g() + entry.change_g());
                                     record.set_low_g(std::min(record.low_g(), record.net_g()));
                                     return true;
                                   }));
  return record;
}

absl::Status StockCard::CheckSize(int64_t change_g) const {
  const int64_t after = balance_g() + change_g;  // both are far from the limits of int64
  if (after > kBalanceGMax || after < -kBalanceGMax) return QuantityTooLarge(account_);
  return absl::OkStatus();
}

absl::Status StockCard::Enter(storage::Transaction& transaction, const CardChange& change,
                              int64_t position) {
  head_.set_balance_g(balance_g() + change.change_g);
  if (!IsPhysical(account_.kind)) return absl::OkStatus();
  rec::EntryRecord entry;
  entry.set_change_g(change.change_g);
  RETURN_IF_ERROR(EntryTable::Put(transaction, entry, account_.lot.value, KindOf(account_),
                                  account_.place, change.moment.us, change.moment.rank, position));
  const int64_t day = UtcDay(change.moment.us);
  const bool is_last = change.moment >= last();
  rec::DayRecord record;
  if (is_last) {
    ASSIGN_OR_RETURN(auto stored, DayTable::Find(transaction, account_.lot.value, KindOf(account_),
                                                 account_.place, day));
    if (stored.has_value()) record = *std::move(stored);
    record.set_net_g(record.net_g() + change.change_g);
    record.set_low_g(std::min(record.low_g(), record.net_g()));
    head_.set_last_us(change.moment.us);
    head_.set_last_rank(change.moment.rank);
  } else {
    ASSIGN_OR_RETURN(record, RecomputeDay(transaction, day));
  }
  return DayTable::Put(transaction, record, account_.lot.value, KindOf(account_), account_.place,
                       day);
}

void StockCard::CoverByCount(int64_t us) {
  head_.set_counted_until_us(std::max(head_.counted_until_us(), us));
}

absl::Status StockCard::Save(storage::Transaction& transaction) const {
  if (!exists_) {
    RETURN_IF_ERROR(AccountByPlaceTable::Put(transaction, rec::IndexRecord(), account_.place,
                                             account_.lot.value, KindOf(account_)));
  }
  return AccountTable::Put(transaction, head_, account_.lot.value, KindOf(account_),
                           account_.place);
}

}  // namespace milkway::inventory
