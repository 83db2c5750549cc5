#include "clients/cli/numbers.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "clients/cpp/currency.h"

namespace milkway::cli {

namespace {

constexpr size_t kDigitsMax = 18;
constexpr size_t kDegreeDecimals = 7;

bool AreDigits(absl::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char character) {
    return absl::ascii_isdigit(static_cast<unsigned char>(character));
  });
}

absl::string_view WithoutLeadingZeros(absl::string_view digits) {
  const size_t first = digits.find_first_not_of('0');
  return first == absl::string_view::npos ? absl::string_view() : digits.substr(first);
}

// Digits before and after the point; nullopt if `text` is not a plain decimal.
std::optional<std::pair<absl::string_view, absl::string_view>> SplitAtPoint(
    absl::string_view text) {
  const size_t point = text.find('.');
  const absl::string_view whole = text.substr(0, point);
  if (!AreDigits(whole)) return std::nullopt;
  if (point == absl::string_view::npos) return std::make_pair(whole, absl::string_view());
  const absl::string_view fraction = text.substr(point + 1);
  if (!AreDigits(fraction)) return std::nullopt;
  return std::make_pair(whole, fraction);
}

}  // namespace

std::optional<int64_t> ParseWhole(absl::string_view text) {
  if (!AreDigits(text)) return std::nullopt;
  const absl::string_view digits = WithoutLeadingZeros(text);
  if (digits.size() > kDigitsMax) return std::nullopt;
  int64_t number = 0;
  for (const char digit : digits) number = number * 10 + (digit - '0');
  return number;
}

std::optional<int64_t> ParseDecimal(absl::string_view text, int decimals) {
  const auto parts = SplitAtPoint(text);
  if (!parts.has_value()) return std::nullopt;
  absl::string_view fraction = parts->second;
  while (absl::ConsumeSuffix(&fraction, "0")) continue;
  const auto wanted = static_cast<size_t>(decimals);
  if (fraction.size() > wanted) return std::nullopt;
  return ParseWhole(
      absl::StrCat(parts->first, fraction, std::string(wanted - fraction.size(), '0')));
}

std::string FormatDecimal(int64_t units, int decimals) {
  std::string text = absl::StrCat(units < 0 ? -units : units);
  const auto wanted = static_cast<size_t>(decimals);
  if (text.size() <= wanted) text.insert(0, wanted + 1 - text.size(), '0');
  if (wanted > 0) text.insert(text.size() - wanted, ".");
  return absl::StrCat(units < 0 ? "-" : "", text);
}

std::optional<int32_t> ParseDegreesE7(absl::string_view text, int degrees_max) {
  const bool negative = absl::ConsumePrefix(&text, "-");
  const auto parts = SplitAtPoint(text);
  if (!parts.has_value()) return std::nullopt;
  const absl::string_view kept = parts->second.substr(0, kDegreeDecimals);
  const absl::string_view dropped = parts->second.substr(kept.size());
  std::optional<int64_t> units =
      ParseWhole(absl::StrCat(parts->first, kept, std::string(kDegreeDecimals - kept.size(), '0')));
  if (!units.has_value()) return std::nullopt;
  if (!dropped.empty() && dropped.front() >= '5') ++*units;
  if (*units > int64_t{degrees_max} * 10'000'000) return std::nullopt;
  return static_cast<int32_t>(negative ? -*units : *units);
}

std::string FormatMoney(int64_t minor_units, absl::string_view currency) {
  return absl::StrCat(FormatDecimal(minor_units, clients::FindMinorDigits(currency).value_or(0)),
                      " ", currency);
}

}  // namespace milkway::cli
