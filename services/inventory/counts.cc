#include "services/inventory/counts.h"

#include <algorithm>

#include "clients/cpp/status_macros.h"
#include "services/inventory/inventory_errors.h"
#include "services/inventory/log.h"

namespace milkway::inventory {

namespace {

// Two instants of one local day are less than this apart, whatever the offsets.
constexpr int64_t kLongestDayUs = kMicrosPerDay + 2 * kOffsetMinutesMax * kMicrosPerMinute;

LocalDate LocalDateOfCount(int64_t counted_us, const rec::CountRecord& count) {
  return LocalDateOf({counted_us, count.offset_minutes()});
}

}  // namespace

int64_t CoveredUntil(int64_t counted_us, bool after_serving) {
  return after_serving ? counted_us + kLongestDayUs : counted_us;
}

absl::StatusOr<int64_t> BalanceAtCount(const storage::Reader& reader, const StockCard& card,
                                       const OccurredAt& counted_at, bool after_serving) {
  ASSIGN_OR_RETURN(int64_t balance_g, card.BalanceAt(reader, {counted_at.us, Moment::kCountOut}));
  if (!after_serving) return balance_g;
  const Account& account = card.account();
  const uint8_t kind = static_cast<uint8_t>(account.kind);
  const storage::KeyRange later = {
      EntryKey::Prefix(account.lot.value, kind, account.place, counted_at.us + 1),
      EntryKey::Prefix(account.lot.value, kind, account.place,
                       CoveredUntil(counted_at.us, true) + 1)};
  absl::Status damage;
  RETURN_IF_ERROR(
      EntryTable::Scan(reader, later, [&](const EntryKey::Key& key, const rec::EntryRecord& entry) {
        const absl::StatusOr<Posting> posting = ReadPosting(reader, std::get<5>(key));
        damage.Update(posting.status());
        if (!damage.ok()) return false;
        const bool is_of_that_day = posting->kind == PostingKind::kDistribution &&
                                    LocalDateOf(posting->occurred_at) == LocalDateOf(counted_at);
        if (is_of_that_day) balance_g += entry.change_g();
        return true;
      }));
  RETURN_IF_ERROR(damage);
  return balance_g;
}

bool Covers(const CountOnRecord& count, const CountedChange& change) {
  const bool is_before = change.change.moment < Moment{count.counted_us, Moment::kCountIn};
  const bool is_of_its_day = change.is_distribution && count.record.after_serving() &&
                             LocalDateOfCount(count.counted_us, count.record) == change.local_date;
  return is_before || is_of_its_day;
}

absl::StatusOr<std::vector<CountOnRecord>> CountsFrom(const storage::Reader& reader,
                                                      const Account& account,
                                                      int64_t counted_until_us,
                                                      const CountedChange& change) {
  std::vector<CountOnRecord> counts;
  const int64_t change_us = change.change.moment.us;
  if (change_us > counted_until_us) return counts;
  const int64_t from_us = change.is_distribution ? change_us - kLongestDayUs : change_us;
  const storage::KeyRange range = {CountKey::Prefix(account.place, account.lot.value, from_us),
                                   CountKey::Range(account.place, account.lot.value).to};
  RETURN_IF_ERROR(
      CountTable::Scan(reader, range, [&](const CountKey::Key& key, const rec::CountRecord& count) {
        counts.push_back({std::get<2>(key), count});
        return true;
      }));
  return counts;
}

absl::StatusOr<std::vector<Recount>> RecountsFor(const storage::Reader& reader,
                                                 const Account& account, int64_t counted_until_us,
                                                 const CountedChange& change) {
  std::vector<Recount> recounts;
  const int64_t change_us = change.change.moment.us;
  if (change_us > counted_until_us) return recounts;
  const int64_t from_us = change.is_distribution ? change_us - kLongestDayUs : change_us;
  int64_t recounted_g = 0;
  const storage::KeyRange range = {CountKey::Prefix(account.place, account.lot.value, from_us),
                                   CountKey::Range(account.place, account.lot.value).to};
  RETURN_IF_ERROR(
      CountTable::Scan(reader, range, [&](const CountKey::Key& key, const rec::CountRecord& count) {
        const int64_t counted_us = std::get<2>(key);
        const bool is_before = change.change.moment < Moment{counted_us, Moment::kCountIn};
        const bool is_of_its_day = change.is_distribution && count.after_serving() &&
                                   LocalDateOfCount(counted_us, count) == change.local_date;
        const int64_t covered_g = is_before || is_of_its_day ? change.change.change_g : 0;
        const int64_t moved_g = covered_g + recounted_g;
        if (moved_g != 0) {
          recounts.push_back({counted_us, count, -moved_g});
          recounted_g -= moved_g;
        }
        // Once the change is past and made good, later counts see nothing of it.
        return !is_before || recounted_g + change.change.change_g != 0;
      }));
  return recounts;
}

absl::StatusOr<rec::CountRecord> ExplainCount(storage::Transaction& transaction,
                                              const Account& account, OccurredAt counted_at,
                                              uint32_t reason) {
  ASSIGN_OR_RETURN(auto stored,
                   CountTable::Find(transaction, account.place, account.lot.value, counted_at.us));
  if (!stored.has_value()) return CountUnknown(account, counted_at);
  const bool is_other = stored->reason() != 0 && stored->reason() != reason;
  if (is_other) return CountExplained(account, counted_at);
  stored->set_reason(reason);
  RETURN_IF_ERROR(
      CountTable::Put(transaction, *stored, account.place, account.lot.value, counted_at.us));
  return *std::move(stored);
}

std::vector<Movement> VarianceMovements(const Account& account, int64_t before_g, int64_t after_g) {
  std::vector<Movement> movements;
  const auto move = [&](AccountKind kind, int64_t out_of_usable_g) {
    if (out_of_usable_g > 0) {
      movements.push_back(
          {account.lot, AccountKind::kUsable, account.place, kind, account.place, out_of_usable_g});
    } else if (out_of_usable_g < 0) {
      movements.push_back({account.lot, kind, account.place, AccountKind::kUsable, account.place,
                           -out_of_usable_g});
    }
  };
  const auto loss_of = [](int64_t variance_g) { return std::max<int64_t>(0, -variance_g); };
  const auto found_of = [](int64_t variance_g) { return std::max<int64_t>(0, variance_g); };
  move(AccountKind::kLossCount, loss_of(after_g) - loss_of(before_g));
  move(AccountKind::kFound, found_of(before_g) - found_of(after_g));
  return movements;
}

}  // namespace milkway::inventory
