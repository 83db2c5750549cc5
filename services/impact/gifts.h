// Gifts of money.
//
// A gift is written once. It keeps the exchange rate it was recorded at, and every
// allocation of it converts at that rate, so that its allocations add up to its
// worth whatever rates are recorded later.

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
#include "storage/store.h"

namespace milkway::impact {

// A gift as somebody states it.
struct Gift {
  std::string gift_id;
  std::string donor_id;
  LocalDate received_on;
  Money amount;
};

// What the inventory says money of one currency was worth on a day.
struct Conversion {
  std::string base_currency;
  Decimal rate;
  LocalDate rate_on;
};

// Records a gift. Recording it again returns what is stored.
//   ALREADY_EXISTS  GIFT_EXISTS
//   OUT_OF_RANGE    AMOUNT_TOO_LARGE
// `conversion` may be absent for a gift that is stored.
absl::StatusOr<rec::GiftRecord> RecordGift(storage::Transaction& transaction, const Gift& gift,
                                           const std::optional<Conversion>& conversion,
                                           const runtime::Call& call);

// NOT_FOUND (GIFT_UNKNOWN).
absl::StatusOr<rec::GiftRecord> ReadGift(const storage::Reader& reader, const std::string& gift_id);

// `amount_minor` of the gift's currency in the base currency, at the gift's rate.
absl::StatusOr<int64_t> InBase(const rec::GiftRecord& gift, int64_t amount_minor);

}  // namespace milkway::impact

#endif  // MILKWAY_SERVICES_IMPACT_GIFTS_H_
