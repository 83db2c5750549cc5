#include "services/consumption/paper_sheet.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_replace.h"
#include "services/runtime/errors.h"

namespace milkway::consumption {

namespace {

// Row: the interim digit; column: the next one. Its diagonal is zero, so the digits with
// their check digit come to zero.
constexpr uint8_t kQuasigroup[10][10] = {
    {0, 3, 1, 7, 5, 9, 8, 6, 4, 2}, {7, 0, 9, 2, 1, 5, 4, 8, 6, 3}, {4, 2, 0, 6, 8, 7, 1, 3, 5, 9},
    {1, 7, 5, 0, 9, 8, 3, 4, 2, 6}, {6, 1, 2, 3, 0, 4, 5, 9, 7, 8}, {3, 6, 7, 4, 2, 0, 9, 5, 8, 1},
    {5, 8, 6, 9, 7, 2, 0, 1, 3, 4}, {8, 9, 4, 5, 3, 6, 2, 0, 1, 7}, {9, 4, 3, 8, 6, 1, 7, 2, 0, 5},
    {2, 5, 8, 1, 4, 3, 6, 7, 9, 0}};

constexpr char kSheetVersion[] = "1";
constexpr uint32_t kClassCodes = 10'000;

// Of what a sheet number says of the class: FNV-1a of its bytes, cut to four digits.
uint32_t ClassCode(absl::string_view class_name) {
  uint32_t hash = 2'166'136'261;
  for (const char byte : class_name) {
    hash = (hash ^ static_cast<unsigned char>(byte)) * 16'777'619;
  }
  return hash % kClassCodes;
}

std::string DigitsOf(absl::string_view sheet_number) {
  return absl::StrReplaceAll(sheet_number, {{"-", ""}, {" ", ""}});
}

}  // namespace

std::string Month::digits() const {
  const std::string day = FormatDate(first_day);
  return absl::StrCat(day.substr(0, 4), day.substr(5, 2));
}

absl::StatusOr<Month> ParseMonth(absl::string_view field, const std::string& text) {
  const auto first = ParseDate(field, absl::StrCat(text, "-01"));
  if (text.size() != 7 || !first.ok()) {
    return runtime::InvalidField(field, "must be a month, such as 2025-03");
  }
  Month month{*first, *first};
  while (FormatDate(LocalDate{month.last_day.days + 1}).substr(0, 7) == text) {
    ++month.last_day.days;
  }
  return month;
}

int DammDigit(absl::string_view digits) {
  uint8_t interim = 0;
  for (const char digit : digits) interim = kQuasigroup[interim][digit - '0'];
  return interim;
}

int RowCheckDigit(const Month& month, int32_t student_number) {
  return DammDigit(absl::StrCat(month.digits(), absl::StrFormat("%06d", student_number)));
}

std::string SheetNumberOf(uint32_t school_number, const Month& month,
                          absl::string_view class_name) {
  const std::string number = absl::StrFormat("%04d-%s-%04d-%s", school_number, month.digits(),
                                             ClassCode(class_name), kSheetVersion);
  return absl::StrCat(number, DammDigit(DigitsOf(number)));
}

absl::Status CheckSheetNumber(absl::string_view given, absl::string_view expected) {
  constexpr char kField[] = "sheet_number";
  const std::string digits = DigitsOf(given);
  if (digits == DigitsOf(expected)) return absl::OkStatus();
  const bool is_number =
      !digits.empty() && digits.find_first_not_of("0123456789") == std::string::npos;
  if (!is_number || DammDigit(digits) != 0) {
    return runtime::InvalidField(
        kField, "was mistyped: its check digit is wrong; compare it with the top of the sheet");
  }
  return runtime::InvalidField(
      kField, absl::StrCat("is that of another sheet; this school, class and month have ", expected,
                           "; take the other sheet, or correct school, class or month"));
}

}  // namespace milkway::consumption
