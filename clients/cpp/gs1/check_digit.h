// GS1 keys: GTIN (a product), GLN (a place), SSCC (a logistic unit). Pure.
//
// The last digit of each makes the sum of all, weighted 1 and 3 in turn from the right,
// a multiple of 10 (GS1 General Specifications, section 7.9).

#ifndef MILKWAY_CLIENTS_CPP_GS1_CHECK_DIGIT_H_
#define MILKWAY_CLIENTS_CPP_GS1_CHECK_DIGIT_H_

#include <string>

#include "absl/strings/string_view.h"

namespace milkway::gs1 {

// True if `text` is one or more ASCII digits.
bool IsDigits(absl::string_view text);

// The digit that belongs behind `digits` (IsDigits).
char CheckDigitFor(absl::string_view digits);

// True if `digits` (IsDigits, two or more) end in their check digit.
bool HasCheckDigit(absl::string_view digits);

// What is wrong with a key: empty if nothing, else a rule that reads on from its name:
// "must be 13 digits".
std::string WhatIsWrongWithGtin(absl::string_view gtin);  // 8, 12, 13 or 14 digits
std::string WhatIsWrongWithGln(absl::string_view gln);    // 13 digits
std::string WhatIsWrongWithSscc(absl::string_view sscc);  // 18 digits

// A GTIN as 14 digits, with zeros before it.
std::string ToGtin14(absl::string_view gtin);

}  // namespace milkway::gs1

#endif  // MILKWAY_CLIENTS_CPP_GS1_CHECK_DIGIT_H_
