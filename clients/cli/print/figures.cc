#include "clients/cli/print/figures.h"

#include <optional>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/strip.h"
#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "clients/cli/print/html.h"
#include "clients/cpp/currency.h"

namespace milkway::print {

namespace {

constexpr absl::string_view kMinus = "\u2212";
constexpr absl::string_view kNoBreak = "\u00A0";
constexpr int64_t kThousand = 1'000;

std::string Data(absl::string_view field, int64_t value, absl::string_view shown) {
  return absl::StrCat("<data value=\"", value, "\" data-field=\"", field, "\">", shown, "</data>");
}

// The digits of |number| and its sign.
struct Digits {
  absl::string_view sign;
  std::string digits;
};
Digits DigitsOf(int64_t number) {
  const auto bits = static_cast<uint64_t>(number);
  return number < 0 ? Digits{kMinus, absl::StrCat(0 - bits)} : Digits{"", absl::StrCat(bits)};
}

std::string GroupedDigits(std::string digits) {
  for (size_t end = digits.size(); end > 3; end -= 3) digits.insert(end - 3, ",");
  return digits;
}

// number / 10^decimals.
std::string Decimal(int64_t number, size_t decimals) {
  Digits digits = DigitsOf(number);
  if (digits.digits.size() <= decimals) {
    digits.digits.insert(0, decimals + 1 - digits.digits.size(), '0');
  }
  const size_t whole = digits.digits.size() - decimals;
  return absl::StrCat(digits.sign, GroupedDigits(digits.digits.substr(0, whole)),
                      decimals == 0 ? "" : ".", digits.digits.substr(whole));
}

std::string WithoutTrailingZeros(std::string decimal) {
  decimal.erase(decimal.find_last_not_of('0') + 1);
  return std::string(absl::StripSuffix(decimal, "."));
}

absl::CivilSecond UtcOf(int64_t us) {
  return absl::ToCivilSecond(absl::FromUnixMicros(us), absl::UTCTimeZone());
}

std::string DayText(Language language, const absl::CivilSecond& time) {
  if (language == Language::kChinese) {
    return absl::StrCat(time.year(), "年", time.month(), "月", time.day(), "日");
  }
  return absl::StrFormat("%04d-%02d-%02d", time.year(), time.month(), time.day());
}

std::string WithUnit(Language language, absl::string_view number, Text unit) {
  return absl::StrCat(number, kNoBreak, "<span class=\"unit\">", In(language, unit), "</span>");
}

}  // namespace

std::string Grouped(int64_t number) {
  const Digits digits = DigitsOf(number);
  return absl::StrCat(digits.sign, GroupedDigits(digits.digits));
}

std::string Count(absl::string_view field, int64_t number) {
  return Data(field, number, Grouped(number));
}

std::string Weight(Language language, absl::string_view field, int64_t grams) {
  if (-kThousand < grams && grams < kThousand) {
    return WithUnit(language, Count(field, grams), PluralOf(Text::kGramsOne, Text::kGrams, grams));
  }
  return WithUnit(language, Data(field, grams, WithoutTrailingZeros(Decimal(grams, 3))),
                  Text::kKilograms);
}

std::string WholeGrams(absl::string_view field, int64_t milligrams) {
  int64_t grams = milligrams / kThousand;
  if (milligrams % kThousand < 0) --grams;
  return Data(field, milligrams, Grouped(grams));
}

std::string SmallWeight(Language language, absl::string_view field, int64_t milligrams) {
  if (0 < milligrams && milligrams < kThousand) {
    return WithUnit(language, Count(field, milligrams), Text::kMilligrams);
  }
  const Text unit = PluralOf(Text::kGramsOne, Text::kGrams, milligrams / kThousand);
  return WithUnit(language, WholeGrams(field, milligrams), unit);
}

std::string Amount(Language language, absl::string_view field, const common::v1::Money& money) {
  const std::string code = Escaped(money.currency_code());
  const std::optional<int> decimals = clients::FindMinorDigits(money.currency_code());
  if (!decimals.has_value()) {
    return Say(language, Text::kMinorUnits, code, Count(field, money.minor_units()));
  }
  const std::string shown = Decimal(money.minor_units(), static_cast<size_t>(*decimals));
  return absl::StrCat("<span class=\"money\">", code, kNoBreak,
                      Data(field, money.minor_units(), shown), "</span>");
}

std::string Day(Language language, int64_t us) {
  const absl::CivilSecond time = UtcOf(us);
  return absl::StrCat("<time datetime=\"", DayText(Language::kEnglish, time), "\">",
                      DayText(language, time), "</time>");
}

std::string Moment(Language language, int64_t us) {
  const absl::CivilSecond time = UtcOf(us);
  const std::string clock = absl::StrFormat("%02d:%02d", time.hour(), time.minute());
  return absl::StrCat("<time datetime=\"", DayText(Language::kEnglish, time), "T", clock, "Z\">",
                      DayText(language, time), kNoBreak, clock, kNoBreak, "UTC</time>");
}

}  // namespace milkway::print
