#include "clients/cpp/gs1/check_digit.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"

namespace milkway::gs1 {

namespace {

constexpr size_t kGtinDigitsMax = 14;

constexpr char kWrongCheckDigit[] = "has a wrong last digit; read it again from the pack";

std::string WhatIsWrongWithKey(absl::string_view key, size_t digits) {
  if (key.size() != digits || !IsDigits(key)) return absl::StrCat("must be ", digits, " digits");
  return HasCheckDigit(key) ? "" : kWrongCheckDigit;
}

}  // namespace

bool IsDigits(absl::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char character) {
    return absl::ascii_isdigit(static_cast<unsigned char>(character));
  });
}

char CheckDigitFor(absl::string_view digits) {
  int sum = 0;
  for (size_t from_right = 0; from_right < digits.size(); ++from_right) {
    const int digit = digits[digits.size() - 1 - from_right] - '0';
    sum += from_right % 2 == 0 ? 3 * digit : digit;
  }
  return static_cast<char>('0' + (10 - sum % 10) % 10);
}

bool HasCheckDigit(absl::string_view digits) {
  return digits.size() >= 2 && CheckDigitFor(digits.substr(0, digits.size() - 1)) == digits.back();
}

std::string WhatIsWrongWithGtin(absl::string_view gtin) {
  const size_t size = gtin.size();
  const bool has_length = size == 8 || size == 12 || size == 13 || size == kGtinDigitsMax;
  if (!has_length || !IsDigits(gtin)) return "must be 8, 12, 13 or 14 digits";
  return HasCheckDigit(gtin) ? "" : kWrongCheckDigit;
}

std::string WhatIsWrongWithGln(absl::string_view gln) { return WhatIsWrongWithKey(gln, 13); }

std::string WhatIsWrongWithSscc(absl::string_view sscc) { return WhatIsWrongWithKey(sscc, 18); }

std::string ToGtin14(absl::string_view gtin) {
  return absl::StrCat(std::string(kGtinDigitsMax - std::min(gtin.size(), kGtinDigitsMax), '0'),
                      gtin);
}

}  // namespace milkway::gs1
