#include "clients/cpp/gs1/element.h"

#include <algorithm>

#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/time/civil_time.h"
#include "clients/cpp/gs1/check_digit.h"
#include "clients/cpp/status_macros.h"

namespace milkway::gs1 {

namespace {

constexpr size_t kTextMax = 20;
constexpr int kWeightDecimalsMax = 5;
constexpr absl::string_view kPunctuation = "!\"%&'()*+,-./:;<=>?_";

struct KnownIdentifier {
  absl::string_view ai;  // without the digit for decimals
  absl::string_view name;
  ValueKind kind;
  size_t length;
  bool has_fixed_length;
};

constexpr KnownIdentifier kKnown[] = {
    {"00", "logistic unit (SSCC)", ValueKind::kSscc, 18, true},
    {"01", "product (GTIN)", ValueKind::kGtin, 14, true},
    {"10", "lot", ValueKind::kText, kTextMax, false},
    {"11", "produced on", ValueKind::kDate, 6, true},
    {"13", "packed on", ValueKind::kDate, 6, true},
    {"15", "best before", ValueKind::kDate, 6, true},
    {"17", "expires on", ValueKind::kDate, 6, true},
    {"21", "serial number", ValueKind::kText, kTextMax, false},
    {"37", "count of items", ValueKind::kCount, 8, false},
    {"310", "net weight", ValueKind::kWeight, 6, true},
    {"410", "ship to (GLN)", ValueKind::kGln, 13, true},
    {"411", "bill to (GLN)", ValueKind::kGln, 13, true},
    {"412", "purchased from (GLN)", ValueKind::kGln, 13, true},
    {"413", "ship for (GLN)", ValueKind::kGln, 13, true},
    {"414", "physical place (GLN)", ValueKind::kGln, 13, true},
    {"415", "invoicing party (GLN)", ValueKind::kGln, 13, true},
    {"416", "place of production (GLN)", ValueKind::kGln, 13, true},
    {"417", "party (GLN)", ValueKind::kGln, 13, true},
};

absl::Status Wrong(absl::string_view rule) { return absl::InvalidArgumentError(rule); }

absl::Status Unless(const std::string& what_is_wrong) {
  return what_is_wrong.empty() ? absl::OkStatus() : Wrong(what_is_wrong);
}

bool IsInSet82(char character) {
  return absl::ascii_isalnum(static_cast<unsigned char>(character)) ||
         absl::StrContains(kPunctuation, character);
}

absl::StatusOr<int64_t> ParseDigits(absl::string_view value, size_t min, size_t max) {
  int64_t number = 0;
  const bool is_right = value.size() >= min && value.size() <= max && IsDigits(value);
  if (is_right && absl::SimpleAtoi(value, &number)) return number;
  return Wrong(min == max ? absl::StrCat("must be ", max, " digits")
                          : absl::StrCat("must be ", min, " to ", max, " digits"));
}

int64_t MilligramsOf(int64_t figure, int decimals) {
  int64_t weight_mg = figure;
  for (int decimal = decimals; decimal < 6; ++decimal) weight_mg *= 10;
  return weight_mg;
}

absl::Status SetMeaning(ValueKind kind, int this_year, Element* element) {
  const std::string& value = element->value;
  switch (kind) {
    case ValueKind::kSscc:
      return Unless(WhatIsWrongWithSscc(value));
    case ValueKind::kGtin:
      return value.size() == 14 ? Unless(WhatIsWrongWithGtin(value)) : Wrong("must be 14 digits");
    case ValueKind::kGln:
      return Unless(WhatIsWrongWithGln(value));
    case ValueKind::kText:
      return CheckText(value);
    case ValueKind::kDate: {
      ASSIGN_OR_RETURN(element->day, DayOf(value, this_year));
      return absl::OkStatus();
    }
    case ValueKind::kCount: {
      ASSIGN_OR_RETURN(element->count, ParseDigits(value, 1, 8));
      return absl::OkStatus();
    }
    case ValueKind::kWeight: {
      ASSIGN_OR_RETURN(const int64_t figure, ParseDigits(value, 6, 6));
      element->weight_mg = MilligramsOf(figure, element->ai.back() - '0');
      return absl::OkStatus();
    }
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<Identifier> IdentifierAt(absl::string_view text) {
  for (const KnownIdentifier& known : kKnown) {
    if (!absl::StartsWith(text, known.ai)) continue;
    Identifier identifier{std::string(known.ai), known.name, known.kind, known.length,
                          known.has_fixed_length};
    if (known.kind == ValueKind::kWeight) {
      const size_t place = known.ai.size();
      if (text.size() <= place || text[place] < '0' || text[place] > '0' + kWeightDecimalsMax)
        break;
      identifier.ai.push_back(text[place]);
    }
    return identifier;
  }
  return Wrong(absl::StrCat("\"", absl::CHexEscape(text.substr(0, 4)),
                            "\" starts none of the application identifiers known here: 00, 01, 10, "
                            "11, 13, 15, 17, 21, 37, 3100 to 3105, 410 to 417"));
}

absl::StatusOr<Element> MakeElement(const Identifier& identifier, absl::string_view value,
                                    int this_year) {
  Element element;
  element.ai = identifier.ai;
  element.value = std::string(value);
  const absl::Status status = SetMeaning(identifier.kind, this_year, &element);
  if (status.ok()) return element;
  return Wrong(absl::StrCat("(", identifier.ai, ") ", identifier.name, " \"",
                            absl::CHexEscape(value.substr(0, 40)), "\" ", status.message()));
}

absl::StatusOr<std::string> DayOf(absl::string_view yymmdd, int this_year) {
  if (!ParseDigits(yymmdd, 6, 6).ok()) return Wrong("must be a date YYMMDD");
  const auto part = [yymmdd](size_t at) {
    return (yymmdd[at] - '0') * 10 + (yymmdd[at + 1] - '0');
  };
  const int month = part(2);
  if (month < 1 || month > 12) return Wrong("must be a date YYMMDD: there is no such month");
  int year = this_year - this_year % 100 + part(0);
  if (year - this_year > 50) year -= 100;
  if (year - this_year < -49) year += 100;
  const int last_day = (absl::CivilDay(absl::CivilMonth(year, month) + 1) - 1).day();
  const int day = part(4) == 0 ? last_day : part(4);
  if (day > last_day) return Wrong("must be a date YYMMDD: there is no such day");
  return absl::StrFormat("%04d-%02d-%02d", year, month, day);
}

absl::Status CheckText(absl::string_view text) {
  const bool has_length = !text.empty() && text.size() <= kTextMax;
  if (has_length && std::all_of(text.begin(), text.end(), IsInSet82)) return absl::OkStatus();
  return Wrong(
      absl::StrCat("must be 1 to ", kTextMax, " letters, digits and characters of ", kPunctuation));
}

}  // namespace milkway::gs1
