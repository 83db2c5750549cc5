// Exact money: integers of minor units, decimal rates, no floating point.

#ifndef MILKWAY_SERVICES_RUNTIME_MONEY_H_
#define MILKWAY_SERVICES_RUNTIME_MONEY_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/numeric/int128.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "milkway/common/v1/money.pb.h"

namespace milkway {

// The largest amount anybody may state, in minor units.
inline constexpr int64_t kMoneyMinorMax = 1'000'000'000'000'000;

struct Money {
  std::string currency;  // ISO 4217
  int64_t minor = 0;
  friend bool operator==(const Money&, const Money&) = default;
};

// True for an ISO 4217 code that this program knows and that has a minor unit
// (gold, XAU, has none).
bool IsCurrency(absl::string_view code);

// Digits of the minor unit by ISO 4217: 2 for AUD and CNY, 0 for JPY, 3 for KWD.
// `code` must be a currency.
int MinorDigits(absl::string_view code);

// INVALID_ARGUMENT naming `field` if the currency is unknown or the amount is
// below `minimum` or above kMoneyMinorMax.
absl::StatusOr<Money> ParseMoney(absl::string_view field, const common::v1::Money& message,
                                 int64_t minimum);
common::v1::Money ToMessage(const Money& money);

// An exact decimal: value = units / 10^scale.
struct Decimal {
  int64_t units = 0;  // not negative
  int scale = 0;      // 0 to 12
  friend bool operator==(const Decimal&, const Decimal&) = default;
};

// Digits with at most one point between them, no sign; at most 12 before and 12
// after it, and 18 in all after removing zeros from the end of the fraction, so that
// "1.50" and "1.5" are equal. INVALID_ARGUMENT naming `field`.
absl::StatusOr<Decimal> ParseDecimal(absl::string_view field, absl::string_view text);
std::string FormatDecimal(Decimal decimal);

// `amount` in `to`, when 1 major unit of its currency is worth `rate` major units
// of `to`: exact, then rounded half to even to the minor unit of `to`.
// A negative amount becomes the negative of what its opposite becomes. OUT_OF_RANGE
// (AMOUNT_TOO_LARGE) if the result is above kMoneyMinorMax, or below its negative.
absl::StatusOr<Money> Convert(const Money& amount, const Decimal& rate, absl::string_view to);

// Shares `total` ≥ 0 in proportion to `weights` (each ≥ 0, at least one > 0):
// largest remainder, ties to the earlier one. The shares add up to `total`.
std::vector<int64_t> ShareByWeight(int64_t total, const std::vector<int64_t>& weights);

// floor(a · b / c) with a 128-bit product. a, b ≥ 0 and c > 0, and the result must
// fit in 64 bits, as it does wherever a ≤ c or b ≤ c.
int64_t MulDivFloor(int64_t a, int64_t b, int64_t c);

}  // namespace milkway

#endif  // MILKWAY_SERVICES_RUNTIME_MONEY_H_
