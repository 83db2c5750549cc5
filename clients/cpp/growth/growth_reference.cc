#include "clients/cpp/growth/growth_reference.h"

#include <cmath>
#include <fstream>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/charconv.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "clients/cpp/status_macros.h"

namespace milkway::growth {

namespace {

constexpr size_t kFileBytesMax = 1 << 20;
constexpr int kTableMonthsMax = 240;
constexpr size_t kColumns = 5;
constexpr char kHeader[] = "sex, age, l, m, s";
constexpr double kPowerMax = 5;
constexpr double kMedianMax = 300;
constexpr double kVariationMax = 0.5;
constexpr double kDeviationsMax = 3;  // that the restricted formula looks at

absl::Status Wrong(absl::string_view rule) { return absl::InvalidArgumentError(rule); }

std::vector<absl::string_view> CellsOf(absl::string_view line) {
  std::vector<absl::string_view> cells = absl::StrSplit(line, '\t');
  for (absl::string_view& cell : cells) cell = absl::StripAsciiWhitespace(cell);
  return cells;
}

absl::Status CheckHeader(absl::string_view line) {
  const std::string header = absl::AsciiStrToLower(absl::StrJoin(CellsOf(line), ", "));
  if (header == kHeader) return absl::OkStatus();
  return Wrong(absl::StrCat("must be the header ", kHeader, ", with tabs between"));
}

absl::StatusOr<double> ParseParameter(absl::string_view column, absl::string_view cell, double min,
                                      double max) {
  double value = 0;
  const auto end = cell.data() + cell.size();
  const auto read = absl::from_chars(cell.data(), end, value, absl::chars_format::fixed);
  const bool is_number = read.ec == std::errc() && read.ptr == end && std::isfinite(value);
  if (is_number && value > min && value < max) return value;
  return Wrong(absl::StrCat(column, " must be a number between ", min, " and ", max, ", is \"",
                            cell.substr(0, 40), "\""));
}

absl::StatusOr<int> ParseWhole(absl::string_view column, absl::string_view cell, int min, int max) {
  int value = 0;
  if (absl::SimpleAtoi(cell, &value) && value >= min && value <= max) return value;
  return Wrong(absl::StrCat(column, " must be a whole number from ", min, " to ", max, ", is \"",
                            cell.substr(0, 40), "\""));
}

absl::StatusOr<Lms> ParseLms(absl::string_view l, absl::string_view m, absl::string_view s) {
  Lms lms;
  ASSIGN_OR_RETURN(lms.l, ParseParameter("l", l, -kPowerMax, kPowerMax));
  ASSIGN_OR_RETURN(lms.m, ParseParameter("m", m, 0, kMedianMax));
  ASSIGN_OR_RETURN(lms.s, ParseParameter("s", s, 0, kVariationMax));
  if (std::abs(lms.l * lms.s) * kDeviationsMax >= 1) {
    return Wrong("l and s leave no measurement at 3 standard deviations; one of them is wrong");
  }
  return lms;
}

absl::StatusOr<std::string> ReadFile(const std::string& path) {
  std::ifstream input(path, std::ios::binary);
  std::string text(kFileBytesMax + 1, '\0');
  input.read(text.data(), static_cast<std::streamsize>(text.size()));
  // A folder opens, and only reading tells.
  if (!input.is_open() || (input.fail() && !input.eof())) {
    return absl::FailedPreconditionError(
        absl::StrCat("the growth reference ", path, " cannot be read; ", kWhereToGetTables));
  }
  text.resize(static_cast<size_t>(input.gcount()));
  if (text.size() > kFileBytesMax) {
    return Wrong(absl::StrCat(path, " is larger than a table of the growth reference can be"));
  }
  return text;
}

absl::StatusOr<LmsTable> LoadTable(const std::string& folder, absl::string_view name,
                                   int last_month) {
  const std::string path = absl::StrCat(folder, "/", name);
  ASSIGN_OR_RETURN(const std::string text, ReadFile(path));
  return LmsTable::Parse(path, text, last_month);
}

double Between(double low, double high, double part) { return low + part * (high - low); }

}  // namespace

absl::StatusOr<LmsTable> LmsTable::Parse(absl::string_view name, absl::string_view text,
                                         int last_month) {
  LmsTable table(last_month);
  for (auto& months : table.months_) months.resize(kTableMonthsMax + 1);
  int number = 0;
  for (const absl::string_view line : absl::StrSplit(text, '\n')) {
    ++number;
    if (number > 1 && absl::StripAsciiWhitespace(line).empty()) continue;
    const absl::Status status = number == 1 ? CheckHeader(line) : table.AddLine(line);
    if (!status.ok()) return Wrong(absl::StrCat(name, ", line ", number, ": ", status.message()));
  }
  const absl::Status status = table.CheckComplete();
  if (!status.ok()) return Wrong(absl::StrCat(name, ": ", status.message()));
  return table;
}

absl::Status LmsTable::AddLine(absl::string_view line) {
  const std::vector<absl::string_view> cells = CellsOf(line);
  if (cells.size() != kColumns) {
    return Wrong(
        absl::StrCat("must have ", kColumns, " columns (", kHeader, "), has ", cells.size()));
  }
  ASSIGN_OR_RETURN(const int sex, ParseWhole("sex", cells[0], 1, 2));
  ASSIGN_OR_RETURN(const int month, ParseWhole("age", cells[1], 0, kTableMonthsMax));
  ASSIGN_OR_RETURN(const Lms lms, ParseLms(cells[2], cells[3], cells[4]));
  std::optional<Lms>& place = months_[static_cast<size_t>(sex) - 1][static_cast<size_t>(month)];
  if (place.has_value()) {
    return Wrong(absl::StrCat("sex ", sex, ", age ", month, " is there a second time"));
  }
  place = lms;
  return absl::OkStatus();
}

absl::Status LmsTable::CheckComplete() const {
  for (size_t sex = 0; sex < months_.size(); ++sex) {
    for (int month = kAgeMinMonths; month <= last_month_; ++month) {
      if (!months_[sex][static_cast<size_t>(month)].has_value()) {
        return Wrong(absl::StrCat("sex ", sex + 1, ", age ", month, " is missing; it must hold ",
                                  "every month from ", kAgeMinMonths, " to ", last_month_));
      }
    }
  }
  return absl::OkStatus();
}

std::optional<Lms> LmsTable::At(Sex sex, double age_months) const {
  if (!(age_months >= kAgeMinMonths && age_months <= last_month_)) return std::nullopt;
  const auto& months = months_[sex == Sex::kMale ? 0 : 1];
  const size_t month = static_cast<size_t>(age_months);
  const Lms& low = *months[month];
  const double part = age_months - static_cast<double>(month);
  if (part == 0) return low;
  const Lms& high = *months[month + 1];
  return Lms{Between(low.l, high.l, part), Between(low.m, high.m, part),
             Between(low.s, high.s, part)};
}

GrowthReference::GrowthReference(LmsTable height_for_age, LmsTable weight_for_age,
                                 LmsTable bmi_for_age)
    : height_for_age_(std::move(height_for_age)),
      weight_for_age_(std::move(weight_for_age)),
      bmi_for_age_(std::move(bmi_for_age)) {}

absl::StatusOr<GrowthReference> GrowthReference::Load(const std::string& folder) {
  ASSIGN_OR_RETURN(LmsTable height, LoadTable(folder, "hfawho2007.txt", kAgeMaxMonths));
  ASSIGN_OR_RETURN(LmsTable weight, LoadTable(folder, "wfawho2007.txt", kWeightForAgeMaxMonths));
  ASSIGN_OR_RETURN(LmsTable bmi, LoadTable(folder, "bfawho2007.txt", kAgeMaxMonths));
  return GrowthReference(std::move(height), std::move(weight), std::move(bmi));
}

}  // namespace milkway::growth
