// The sheet of paper of a class and month: what is on it, and its check digits. Pure.

#ifndef MILKWAY_SERVICES_CONSUMPTION_PAPER_SHEET_H_
#define MILKWAY_SERVICES_CONSUMPTION_PAPER_SHEET_H_

#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "services/runtime/dates.h"

namespace milkway::consumption {

// Of a class: what five pages hold.
inline constexpr int kPaperRowsMax = 300;

// A month, "2025-03".
struct Month {
  LocalDate first_day;
  LocalDate last_day;

  // "202503"
  std::string digits() const;
  bool Covers(LocalDate day) const { return first_day <= day && day <= last_day; }
};
absl::StatusOr<Month> ParseMonth(absl::string_view field, const std::string& text);

// The check digit of decimal digits by the totally anti-symmetric quasigroup of order 10
// of H. M. Damm (Total anti-symmetrische Quasigruppen, Marburg 2004): it changes with
// any one digit and with any two different neighbours that change places.
int DammDigit(absl::string_view digits);
// Of a row: of the month's six digits and the roster number in six digits.
int RowCheckDigit(const Month& month, int32_t student_number);

// "0001-202509-4821-17": school, month, class, and version with check digit, as
// protos/milkway/consumption/v1/paper.proto has it.
std::string SheetNumberOf(uint32_t school_number, const Month& month, absl::string_view class_name);
// OK if `given` is `expected`, whatever hyphens and spaces it has. INVALID_ARGUMENT
// (sheet_number) says whether it was mistyped or is that of another sheet.
absl::Status CheckSheetNumber(absl::string_view given, absl::string_view expected);

struct SheetRow {
  int32_t student_number = 0;
  bool is_excluded = false;   // on some day of the sheet
  std::vector<bool> is_open;  // one a day: in the class, and may be given milk

  bool IsStruckOut() const {
    return std::find(is_open.begin(), is_open.end(), true) == is_open.end();
  }
};
struct Sheet {
  std::string name_zh;
  std::string name_en;
  std::string class_name;
  std::string sheet_number;
  Month month;
  int64_t serving_g = 0;  // 0: not known
  std::vector<LocalDate> days;
  std::vector<SheetRow> rows;  // at most kPaperRowsMax
};

}  // namespace milkway::consumption

#endif  // MILKWAY_SERVICES_CONSUMPTION_PAPER_SHEET_H_
