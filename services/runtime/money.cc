#include "services/runtime/money.h"

#include <algorithm>
#include <limits>
#include <numeric>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "clients/cpp/currency.h"
#include "services/runtime/check.h"
#include "services/runtime/errors.h"

namespace milkway {

namespace {

using runtime::InvalidField;

constexpr size_t kDigitsBesidePointMax = 12;
constexpr size_t kDigitsMax = 18;

bool IsDigits(absl::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), absl::ascii_isdigit);
}

absl::uint128 PowerOfTen(int exponent) {
  absl::uint128 power = 1;
  for (; exponent > 0; --exponent) power *= 10;
  return power;
}

absl::uint128 Magnitude(int64_t number) {
  return number < 0 ? -absl::uint128(number) : absl::uint128(number);
}

absl::uint128 DivideHalfToEven(absl::uint128 dividend, absl::uint128 divisor) {
  const absl::uint128 quotient = dividend / divisor;
  const absl::uint128 twice_rest = dividend % divisor * 2;
  const bool up = twice_rest > divisor || (twice_rest == divisor && quotient % 2 == 1);
  return up ? quotient + 1 : quotient;
}

// number · units · 10^exponent, rounded; kMoneyMinorMax + 1 for anything above it.
//
// 128 bits are enough whatever the arguments: number and units are below 2^63
// (or 2^63 itself), so their product is at most 2^126. It is multiplied further
// only where it is at most kMoneyMinorMax, and then by 10^4 at most: 10^19. And
// where it is divided, by 10^16 at most, doubling the rest gives 2 · 10^16.
absl::uint128 Scaled(absl::uint128 number, absl::uint128 units, int exponent) {
  const absl::uint128 product = number * units;
  if (exponent < 0) return DivideHalfToEven(product, PowerOfTen(-exponent));
  if (product > kMoneyMinorMax) return absl::uint128(kMoneyMinorMax) + 1;
  return product * PowerOfTen(exponent);
}

absl::Status TooLarge(const Money& amount, const Decimal& rate, absl::string_view to) {
  return runtime::Refuse(
      absl::StatusCode::kOutOfRange, "AMOUNT_TOO_LARGE",
      absl::StrCat(amount.minor, " minor units of ", amount.currency, " at the rate ",
                   FormatDecimal(rate), " come to more than ", kMoneyMinorMax, " minor units of ",
                   to, "; check the rate, or record the amount in parts"),
      {{"currency", amount.currency}, {"minor_units", absl::StrCat(amount.minor)}});
}

}  // namespace

bool IsCurrency(absl::string_view code) { return clients::FindMinorDigits(code).has_value(); }

int MinorDigits(absl::string_view code) {
  const std::optional<int> digits = clients::FindMinorDigits(code);
  MILKWAY_CHECK(digits.has_value());
  return *digits;
}

absl::StatusOr<Money> ParseMoney(absl::string_view field, const common::v1::Money& message,
                                 int64_t minimum) {
  if (!IsCurrency(message.currency_code())) {
    return InvalidField(field, "must have a currency_code of ISO 4217, such as \"AUD\"");
  }
  if (message.minor_units() < minimum || message.minor_units() > kMoneyMinorMax) {
    return InvalidField(field, absl::StrCat("must have minor_units from ", minimum, " to ",
                                            kMoneyMinorMax, ", not ", message.minor_units()));
  }
  return Money{message.currency_code(), message.minor_units()};
}

common::v1::Money ToMessage(const Money& money) {
  common::v1::Money message;
  message.set_currency_code(money.currency);
  message.set_minor_units(money.minor);
  return message;
}

absl::StatusOr<Decimal> ParseDecimal(absl::string_view field, absl::string_view text) {
  const size_t point = text.find('.');
  const bool has_point = point != absl::string_view::npos;
  const absl::string_view whole = text.substr(0, point);
  absl::string_view fraction = has_point ? text.substr(point + 1) : absl::string_view();
  if (!IsDigits(whole) || (has_point && !IsDigits(fraction))) {
    return InvalidField(field, "must be digits with at most one point between, such as \"4.7215\"");
  }
  if (whole.size() > kDigitsBesidePointMax || fraction.size() > kDigitsBesidePointMax) {
    return InvalidField(field, "must have at most 12 digits before and 12 after the point");
  }
  while (!fraction.empty() && fraction.back() == '0') fraction.remove_suffix(1);
  if (whole.size() + fraction.size() > kDigitsMax) {
    return InvalidField(field, "must have at most 18 digits in all");
  }
  Decimal decimal{0, static_cast<int>(fraction.size())};
  for (const char digit : absl::StrCat(whole, fraction)) {
    decimal.units = 10 * decimal.units + (digit - '0');
  }
  return decimal;
}

std::string FormatDecimal(Decimal decimal) {
  std::string digits = absl::StrCat(decimal.units);
  if (decimal.scale == 0) return digits;
  const size_t scale = static_cast<size_t>(decimal.scale);
  if (digits.size() <= scale) digits.insert(0, scale + 1 - digits.size(), '0');
  digits.insert(digits.size() - scale, 1, '.');
  return digits;
}

absl::StatusOr<Money> Convert(const Money& amount, const Decimal& rate, absl::string_view to) {
  MILKWAY_CHECK(rate.units >= 0 && rate.scale >= 0 && rate.scale <= 12);
  const int exponent = MinorDigits(to) - MinorDigits(amount.currency) - rate.scale;
  const absl::uint128 minor =
      Scaled(Magnitude(amount.minor), static_cast<uint64_t>(rate.units), exponent);
  if (minor > kMoneyMinorMax) return TooLarge(amount, rate, to);
  const int64_t magnitude = static_cast<int64_t>(minor);
  return Money{std::string(to), amount.minor < 0 ? -magnitude : magnitude};
}

std::vector<int64_t> ShareByWeight(int64_t total, const std::vector<int64_t>& weights) {
  MILKWAY_CHECK(total >= 0);
  absl::uint128 sum = 0;
  for (const int64_t weight : weights) {
    MILKWAY_CHECK(weight >= 0);
    sum += static_cast<uint64_t>(weight);
  }
  MILKWAY_CHECK(sum > 0);

  // total · weight is below 2^126.
  std::vector<int64_t> shares(weights.size());
  std::vector<absl::uint128> rests(weights.size());
  int64_t left = total;
  for (size_t i = 0; i < weights.size(); ++i) {
    const absl::uint128 product = absl::uint128(total) * static_cast<uint64_t>(weights[i]);
    shares[i] = static_cast<int64_t>(product / sum);
    rests[i] = product % sum;
    left -= shares[i];
  }

  std::vector<size_t> order(weights.size());
  std::iota(order.begin(), order.end(), size_t{0});
  std::stable_sort(order.begin(), order.end(),
                   [&rests](size_t a, size_t b) { return rests[a] > rests[b]; });
  // Fewer are left than there are rests above zero, as each rest is below `sum`.
  for (size_t i = 0; left > 0; ++i, --left) ++shares[order[i]];
  return shares;
}

int64_t MulDivFloor(int64_t a, int64_t b, int64_t c) {
  MILKWAY_CHECK(a >= 0 && b >= 0 && c > 0);
  const absl::uint128 quotient = absl::uint128(a) * absl::uint128(b) / absl::uint128(c);
  MILKWAY_CHECK(quotient <= absl::uint128(std::numeric_limits<int64_t>::max()));
  return static_cast<int64_t>(quotient);
}

}  // namespace milkway
