#include "clients/cli/growth_csv.h"

#include <cmath>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/charconv.h"
#include "absl/strings/str_cat.h"
#include "clients/cli/csv.h"
#include "clients/cli/text.h"
#include "clients/cpp/growth/z_score.h"
#include "clients/cpp/status_macros.h"

namespace milkway::cli {

namespace {

constexpr size_t kPartBytes = 65'536;
constexpr double kMeasureMax = 1'000;
constexpr double kAgeMaxMonths = 2'400;
constexpr const char* kAdded[] = {"zhfa", "zwfa", "zbfa", "fhfa", "fwfa", "fbfa"};

absl::Status WrongRow(uint32_t row, absl::string_view rule) {
  return absl::InvalidArgumentError(absl::StrCat("row ", row, ": ", rule));
}

// Where the columns stand that are read.
struct Columns {
  size_t count = 0;
  size_t sex = 0;
  size_t agemons = 0;
  size_t height_cm = 0;
  size_t weight_kg = 0;
  std::optional<size_t> oedema;
};

absl::StatusOr<std::optional<size_t>> FindColumn(const CsvRecord& header, absl::string_view name) {
  std::optional<size_t> place;
  for (size_t index = 0; index < header.cells.size(); ++index) {
    if (absl::StripAsciiWhitespace(header.cells[index]) != name) continue;
    if (place.has_value()) {
      return WrongRow(header.row, absl::StrCat("column ", name, " is there twice"));
    }
    place = index;
  }
  return place;
}

absl::StatusOr<size_t> NeedColumn(const CsvRecord& header, absl::string_view name) {
  ASSIGN_OR_RETURN(const std::optional<size_t> place, FindColumn(header, name));
  if (place.has_value()) return *place;
  return WrongRow(header.row, absl::StrCat("column ", name,
                                           " is missing; the file must have the columns sex, "
                                           "agemons, height_cm and weight_kg, and may have "
                                           "oedema"));
}

absl::StatusOr<Columns> FindColumns(const CsvRecord& header) {
  if (!header.problem.empty()) return WrongRow(header.row, header.problem);
  Columns columns;
  columns.count = header.cells.size();
  ASSIGN_OR_RETURN(columns.sex, NeedColumn(header, "sex"));
  ASSIGN_OR_RETURN(columns.agemons, NeedColumn(header, "agemons"));
  ASSIGN_OR_RETURN(columns.height_cm, NeedColumn(header, "height_cm"));
  ASSIGN_OR_RETURN(columns.weight_kg, NeedColumn(header, "weight_kg"));
  ASSIGN_OR_RETURN(columns.oedema, FindColumn(header, "oedema"));
  for (const char* added : kAdded) {
    ASSIGN_OR_RETURN(const std::optional<size_t> place, FindColumn(header, added));
    if (place.has_value()) {
      return WrongRow(header.row, absl::StrCat("column ", added,
                                               " is one that this command adds; take it out"));
    }
  }
  return columns;
}

// The cells of one child.
class ChildRow {
 public:
  ChildRow(const Columns& columns, const CsvRecord& record) : columns_(columns), record_(record) {}

  // nullopt where a sex or an age is not known: then nothing is defined.
  absl::StatusOr<std::optional<growth::Measurement>> Parse() const {
    growth::Measurement child;
    ASSIGN_OR_RETURN(const std::optional<growth::Sex> sex, ParseSex());
    ASSIGN_OR_RETURN(const std::optional<double> age,
                     Number("agemons", columns_.agemons, kAgeMaxMonths, /*may_be_0=*/true));
    ASSIGN_OR_RETURN(child.height_cm, Number("height_cm", columns_.height_cm, kMeasureMax, false));
    ASSIGN_OR_RETURN(child.weight_kg, Number("weight_kg", columns_.weight_kg, kMeasureMax, false));
    ASSIGN_OR_RETURN(child.has_oedema, ParseOedema());
    if (!sex.has_value() || !age.has_value()) return std::nullopt;
    child.sex = *sex;
    child.age_months = *age;
    return std::optional(child);
  }

 private:
  // Empty where it is not known.
  absl::string_view Cell(size_t place) const {
    const absl::string_view cell = absl::StripAsciiWhitespace(record_.cells[place]);
    return cell == "NA" ? absl::string_view() : cell;
  }

  absl::Status Wrong(absl::string_view column, absl::string_view rule,
                     absl::string_view cell) const {
    return WrongRow(record_.row, absl::StrCat("column ", column, " ", rule, ", is ", Quoted(cell)));
  }

  absl::StatusOr<std::optional<growth::Sex>> ParseSex() const {
    const absl::string_view cell = Cell(columns_.sex);
    if (cell.empty()) return std::nullopt;
    if (cell == "1" || cell == "m" || cell == "M") return std::optional(growth::Sex::kMale);
    if (cell == "2" || cell == "f" || cell == "F") return std::optional(growth::Sex::kFemale);
    return Wrong("sex", "must be 1 (male) or 2 (female)", cell);
  }

  absl::StatusOr<std::optional<double>> Number(absl::string_view column, size_t place, double max,
                                               bool may_be_0) const {
    const absl::string_view cell = Cell(place);
    if (cell.empty()) return std::nullopt;
    double value = 0;
    const char* end = cell.data() + cell.size();
    const auto read = absl::from_chars(cell.data(), end, value);
    const bool is_number = read.ec == std::errc() && read.ptr == end && std::isfinite(value);
    if (is_number && value <= max && (value > 0 || (may_be_0 && value == 0))) {
      return std::optional(value);
    }
    return Wrong(column,
                 absl::StrCat("must be a number ", may_be_0 ? "from 0" : "above 0", " to ", max),
                 cell);
  }

  absl::StatusOr<bool> ParseOedema() const {
    if (!columns_.oedema.has_value()) return false;
    const absl::string_view cell = Cell(*columns_.oedema);
    if (cell == "y" || cell == "Y") return true;
    if (cell.empty() || cell == "n" || cell == "N") return false;
    return Wrong("oedema", "must be y or n", cell);
  }

  const Columns& columns_;
  const CsvRecord& record_;
};

void AppendRow(const CsvRecord& record, std::string* out) {
  for (const absl::string_view cell : record.cells) absl::StrAppend(out, CsvCell(cell), ",");
}

void AppendScores(const growth::ZScores& scores, std::string* out) {
  const std::optional<growth::ZScore>* const all[] = {&scores.height_for_age,
                                                      &scores.weight_for_age, &scores.bmi_for_age};
  for (const auto* score : all) {
    if (score->has_value()) absl::StrAppend(out, growth::FormatHundredths((*score)->hundredths));
    out->push_back(',');
  }
  for (const auto* score : all) {
    if (score->has_value()) out->push_back((*score)->is_implausible ? '1' : '0');
    out->push_back(score == all[2] ? '\n' : ',');
  }
}

absl::Status CheckShape(const Columns& columns, const CsvRecord& record) {
  if (!record.problem.empty()) return WrongRow(record.row, record.problem);
  if (record.cells.size() == columns.count) return absl::OkStatus();
  return WrongRow(record.row, absl::StrCat("has ", record.cells.size(),
                                           " cells, and the header has ", columns.count));
}

absl::Status AppendScored(const growth::GrowthReference& reference, const Columns& columns,
                          const CsvRecord& record, std::string* out) {
  RETURN_IF_ERROR(CheckShape(columns, record));
  ASSIGN_OR_RETURN(const auto child, ChildRow(columns, record).Parse());
  AppendRow(record, out);
  AppendScores(child.has_value() ? growth::ScoreOf(reference, *child) : growth::ZScores(), out);
  return absl::OkStatus();
}

// The next record; false at the end.
absl::StatusOr<bool> ReadNext(CsvReader* reader, CsvRecord* record) {
  const absl::StatusOr<bool> read = reader->Next(record);
  if (!read.ok()) return WrongRow(reader->row(), read.status().message());
  return *read;
}

absl::Status ScoreRows(const growth::GrowthReference& reference, CsvReader* reader,
                       absl::FunctionRef<void(absl::string_view)> print, std::string* out) {
  CsvRecord record;
  ASSIGN_OR_RETURN(const bool has_header, ReadNext(reader, &record));
  if (!has_header) return absl::InvalidArgumentError("the file is empty");
  ASSIGN_OR_RETURN(const Columns columns, FindColumns(record));
  AppendRow(record, out);
  absl::StrAppend(out, "zhfa,zwfa,zbfa,fhfa,fwfa,fbfa\n");
  while (true) {
    ASSIGN_OR_RETURN(const bool has_row, ReadNext(reader, &record));
    if (!has_row) return absl::OkStatus();
    RETURN_IF_ERROR(AppendScored(reference, columns, record, out));
    if (out->size() < kPartBytes) continue;
    print(*out);
    out->clear();
  }
}

}  // namespace

absl::Status ScoreCsv(const growth::GrowthReference& reference, std::istream* input,
                      absl::FunctionRef<void(absl::string_view)> print) {
  CsvReader reader(input);
  std::string out;
  const absl::Status status = ScoreRows(reference, &reader, print, &out);
  if (!out.empty()) print(out);
  return status;
}

}  // namespace milkway::cli
