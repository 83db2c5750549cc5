// The sheet of paper of a class and month: its check digits and its page. Pure.

#ifndef MILKWAY_SERVICES_CONSUMPTION_PAPER_SHEET_H_
#define MILKWAY_SERVICES_CONSUMPTION_PAPER_SHEET_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "services/runtime/dates.h"

namespace milkway::consumption {

// So many that a row can still be read on A4 paper.
inline constexpr int kPaperRowsMax = 70;

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

struct SheetRow {
  int32_t student_number = 0;
  bool is_excluded = false;
};
struct Sheet {
  std::string school_id;
  std::string school_name;
  std::string class_name;
  Month month;
  std::vector<LocalDate> days;
  std::vector<SheetRow> rows;  // at most kPaperRowsMax
};
// A page of HTML in Chinese for A4 on its side.
std::string RenderSheet(const Sheet& sheet);

}  // namespace milkway::consumption

#endif  // MILKWAY_SERVICES_CONSUMPTION_PAPER_SHEET_H_
