// One account of one lot in the store: its balance and, if it is physical, the
// card of its entries in the order in which they happened.
//
// Beside the entries the store keeps the sum and the lowest point of each day,
// so that a backdated entry is checked against every later moment at the cost of
// days, not of entries.

#ifndef MILKWAY_SERVICES_INVENTORY_STOCK_CARD_H_
#define MILKWAY_SERVICES_INVENTORY_STOCK_CARD_H_

#include <cstdint>
#include <limits>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "services/inventory/account.h"
#include "services/inventory/inventory_keys.h"
#include "storage/store.h"

namespace milkway::inventory {

// No account may hold more than this.
inline constexpr int64_t kBalanceGMax = 1'000'000'000'000'000;

// A change of an account at a moment of its card.
struct CardChange {
  Moment moment;
  int64_t change_g = 0;
};

// How far below zero an account would be, and when for the first time that far.
struct Shortfall {
  int64_t missing_g = 0;  // 0: never below zero
  int64_t us = 0;
};

class StockCard {
 public:
  // The account as `reader` sees it; one that was never used is empty.
  static absl::StatusOr<StockCard> Load(const storage::Reader& reader, Account account);

  const Account& account() const { return account_; }
  bool exists() const { return exists_; }
  int64_t balance_g() const { return head_.balance_g(); }
  int64_t counted_until_us() const { return head_.counted_until_us(); }

  // Balance after every entry up to and with `moment`; of the entries of that very
  // moment, up to and with the one of the posting at `position`.
  absl::StatusOr<int64_t> BalanceAt(const storage::Reader& reader, Moment moment,
                                    int64_t position = std::numeric_limits<int64_t>::max()) const;

  // The lowest balance from just after `moment` on: what could leave at `moment`. For
  // physical accounts.
  absl::StatusOr<int64_t> LowestFrom(const storage::Reader& reader, Moment moment) const;

  // The earliest time at which what goes out stands behind every entry of the card.
  int64_t EndUs() const { return last().us + (last().rank > Moment::kOut ? 1 : 0); }

  // Whether `changes` (in order of moment) would leave the account below zero at
  // any moment. For physical accounts.
  absl::StatusOr<Shortfall> FindShortfall(const storage::Reader& reader,
                                          const std::vector<CardChange>& changes) const;

  // Enters a change, as a part of the posting at `position`. It must have been
  // checked. QUANTITY_TOO_LARGE is for CheckSize to say.
  absl::Status Enter(storage::Transaction& transaction, const CardChange& change, int64_t position);

  // OUT_OF_RANGE if the balance would leave ±kBalanceGMax.
  absl::Status CheckSize(int64_t change_g) const;

  // A count covers entries up to `us`.
  void CoverByCount(int64_t us);

  // Writes the balance, once all changes are entered.
  absl::Status Save(storage::Transaction& transaction) const;

 private:
  struct Day {
    int64_t day = 0;
    rec::DayRecord record;
  };

  explicit StockCard(Account account) : account_(std::move(account)) {}

  Moment last() const;
  // The day rows from `from_day` on, in order.
  absl::StatusOr<std::vector<Day>> DaysFrom(const storage::Reader& reader, int64_t from_day) const;
  // Walks one day: its entries and `changes` (those of that day), in order.
  // `*running_g` is the balance before it and becomes the one after it.
  absl::Status WalkDay(const storage::Reader& reader, int64_t day,
                       absl::Span<const CardChange> changes, int64_t* running_g,
                       Shortfall* shortfall) const;
  absl::StatusOr<rec::DayRecord> RecomputeDay(const storage::Reader& reader, int64_t day) const;

  Account account_;
  bool exists_ = false;
  rec::AccountRecord head_;
};

// The day (UTC) of a time, as days since 1970-01-01. 0 for times before that.
inline int64_t UtcDay(int64_t us) { return us / kMicrosPerDay; }

}  // namespace milkway::inventory

#endif  // MILKWAY_SERVICES_INVENTORY_STOCK_CARD_H_
