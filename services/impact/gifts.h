// Gifts: of money, of money for one school, and of milk.
//
// What a gift is, is written once. It keeps the exchange rate it was recorded at, and all
// that is spent of it converts at that rate, so that what is allocated, charged, given
// back and left adds up to its worth whatever rates are recorded later.

#ifndef MILKWAY_SERVICES_IMPACT_GIFTS_H_
#define MILKWAY_SERVICES_IMPACT_GIFTS_H_

#include <cstdint>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "services/impact/impact_keys.h"
#include "services/runtime/call.h"
#include "services/runtime/dates.h"
#include "services/runtime/money.h"
#include "services/runtime/strong_id.h"
#include "storage/store.h"

namespace milkway::impact {

struct LotFacts;  // allocations.h

// Numbers of the public GiftKind.
enum class GiftKind : uint32_t { kMoney = 1, kSchool = 2, kInKind = 3 };

// The milk of a gift in kind.
struct InKind {
  LotId lot;
  int64_t quantity_g = 0;
  std::optional<Money> stated_value;  // for display
};

// A gift as somebody states it.
struct Gift {
  std::string gift_id;
  std::string donor_id;
  LocalDate received_on;
  Money amount = {};           // of money
  std::string school_id = {};  // whom it is for; empty: any school
  std::optional<InKind> in_kind = std::nullopt;
};
// Of a gift as it is stored. Earlier programs stored no kind.
GiftKind KindOf(const rec::GiftRecord& gift);

// What the inventory says money of one currency was worth on a day.
struct Conversion {
  std::string base_currency;
  Decimal rate;
  LocalDate rate_on;
};

// Records a gift. Recording it again returns what is stored.
//   ALREADY_EXISTS       GIFT_EXISTS
//   OUT_OF_RANGE         AMOUNT_TOO_LARGE
//   FAILED_PRECONDITION  LOT_GRAMS_TAKEN
// `conversion` may be absent for a gift that is stored, and so may `lot`, which is asked
// for with its label for a gift in kind.
absl::StatusOr<rec::GiftRecord> RecordGift(storage::Transaction& transaction, const Gift& gift,
                                           const std::optional<Conversion>& conversion,
                                           const std::optional<LotFacts>& lot,
                                           const runtime::Call& call);

// NOT_FOUND (GIFT_UNKNOWN).
absl::StatusOr<rec::GiftRecord> ReadGift(const storage::Reader& reader, const std::string& gift_id);

// A gift in kind as what it is: an allocation of its grams that costs nothing and has no
// id.
rec::AllocationRecord InKindAllocation(const rec::GiftRecord& gift);

// What is not allocated, charged or given back, in the gift's currency.
int64_t LeftMinor(const rec::GiftRecord& gift);

// What the next `amount` to be spent of the gift is worth in the base currency:
// conv(spent + amount) − conv(spent), whatever it is spent on, so that the worths of all
// parts add up to conv(spent). GIFT_OVERSPENT if less is left; INVALID_ARGUMENT naming
// `amount` if it is in another currency.
absl::StatusOr<int64_t> WorthOfNext(const std::string& gift_id, const rec::GiftRecord& gift,
                                    const Money& amount);

// `amount_minor` of the gift's currency in the base currency, at the gift's rate.
absl::StatusOr<int64_t> InBase(const rec::GiftRecord& gift, int64_t amount_minor);

}  // namespace milkway::impact

#endif  // MILKWAY_SERVICES_IMPACT_GIFTS_H_
