// Physical counts of usable stock, and how they keep their figure.
//
// A count says what was really there. When something is recorded later for
// before it, the books at the count would move away from that figure; a recount
// at the moment of the count moves them back.

#ifndef MILKWAY_SERVICES_INVENTORY_COUNTS_H_
#define MILKWAY_SERVICES_INVENTORY_COUNTS_H_

#include <cstdint>
#include <vector>

#include "absl/status/statusor.h"
#include "services/inventory/account.h"
#include "services/inventory/inventory_keys.h"
#include "services/inventory/stock_card.h"
#include "services/runtime/dates.h"
#include "storage/store.h"

namespace milkway::inventory {

// What a count must be moved by.
struct Recount {
  int64_t counted_us = 0;
  rec::CountRecord count;
  int64_t change_g = 0;
};

// A change of usable stock, as far as counts are concerned.
struct CountedChange {
  CardChange change;
  // A class record belongs to its local day: a count made after serving covers
  // it, at whatever time of that day the books have it.
  bool is_distribution = false;
  LocalDate local_date;
};

struct CountOnRecord {
  int64_t counted_us = 0;
  rec::CountRecord record;
};

// True if the books at the count contain `change`.
bool Covers(const CountOnRecord& count, const CountedChange& change);

// The counts of `account` that may contain `change`, in order. `counted_until_us` is
// what its card says.
absl::StatusOr<std::vector<CountOnRecord>> CountsFrom(const storage::Reader& reader,
                                                      const Account& account,
                                                      int64_t counted_until_us,
                                                      const CountedChange& change);

// The last time that a count of `counted_at` can cover.
int64_t CoveredUntil(int64_t counted_us, bool after_serving);

// What the books hold of a card at a count: all that happened up to `counted_at`
// and, after serving, what was served later on that local day.
absl::StatusOr<int64_t> BalanceAtCount(const storage::Reader& reader, const StockCard& card,
                                       const OccurredAt& counted_at, bool after_serving);

// The recounts, in order, that keep the figure of every count of `account` when
// `change` is made. `counted_until_us` is what its card says.
absl::StatusOr<std::vector<Recount>> RecountsFor(const storage::Reader& reader,
                                                 const Account& account, int64_t counted_until_us,
                                                 const CountedChange& change);

// States why a count differed, once. Returns the count.
// NOT_FOUND (COUNT_UNKNOWN), FAILED_PRECONDITION (COUNT_EXPLAINED).
absl::StatusOr<rec::CountRecord> ExplainCount(storage::Transaction& transaction,
                                              const Account& account, OccurredAt counted_at,
                                              uint32_t reason);

// How count loss and found change when a count's variance goes from `before_g`
// to `after_g`: a negative variance is a loss, a positive one is found. The
// movements are at `account`; none if nothing changes.
std::vector<Movement> VarianceMovements(const Account& account, int64_t before_g, int64_t after_g);

}  // namespace milkway::inventory

#endif  // MILKWAY_SERVICES_INVENTORY_COUNTS_H_
