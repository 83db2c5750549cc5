// What a GS1 bar code says: data elements, each an application identifier with its
// value. Pure.

#ifndef MILKWAY_CLIENTS_CPP_GS1_ELEMENT_H_
#define MILKWAY_CLIENTS_CPP_GS1_ELEMENT_H_

#include <cstdint>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace milkway::gs1 {

enum class ValueKind {
  kSscc,    // 18 digits with a check digit
  kGtin,    // 14 digits with a check digit
  kGln,     // 13 digits with a check digit
  kText,    // 1 to 20 characters of GS1's set 82
  kDate,    // YYMMDD
  kCount,   // 1 to 8 digits
  kWeight,  // 6 digits, kilograms; the last digit of the identifier says how many are decimals
};

// An application identifier that Milkway knows: 00, 01, 10, 11, 13, 15, 17, 21, 37,
// 3100 to 3105 and 410 to 417.
struct Identifier {
  std::string ai;
  absl::string_view name;  // "expires on"
  ValueKind kind = ValueKind::kText;
  size_t length = 0;              // of a value; the longest where it varies
  bool has_fixed_length = false;  // else a separator ends it
};

// The identifier that `text` starts with. INVALID_ARGUMENT if it is none of those.
absl::StatusOr<Identifier> IdentifierAt(absl::string_view text);

struct Element {
  std::string ai;
  std::string value;
  // What it means, beside the value itself.
  std::string day;        // of a date: "2026-02-28"
  int64_t count = 0;      // of 37
  int64_t weight_mg = 0;  // of 310x
  friend bool operator==(const Element&, const Element&) = default;
};

// Checks a value. `this_year` decides the century of dates. INVALID_ARGUMENT that names
// the identifier: "(17) expires on: …".
absl::StatusOr<Element> MakeElement(const Identifier& identifier, absl::string_view value,
                                    int this_year);

// "YYMMDD" as "YYYY-MM-DD": the year nearest to `this_year`, at most 49 years back and
// 50 ahead (GS1 General Specifications, section 7.12); day 00 is the last of its month.
// INVALID_ARGUMENT if there is no such day.
absl::StatusOr<std::string> DayOf(absl::string_view yymmdd, int this_year);

// OK if `text` can be the value of a lot or serial number.
absl::Status CheckText(absl::string_view text);

}  // namespace milkway::gs1

#endif  // MILKWAY_CLIENTS_CPP_GS1_ELEMENT_H_
