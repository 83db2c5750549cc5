#include "clients/cli/csv.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/strip.h"
#include "clients/cli/numbers.h"
#include "clients/cli/text.h"
#include "clients/cpp/status_macros.h"

namespace milkway::cli {

namespace {

constexpr int kEnd = -1;
constexpr size_t kBlockBytes = 65'536;
constexpr int kNumberDecimalsMax = 9;

absl::Status Unreadable(absl::string_view why) { return absl::InvalidArgumentError(why); }

bool IsBlank(const CsvRecord& record) {
  return record.problem.empty() && std::all_of(record.cells.begin(), record.cells.end(),
                                               [](absl::string_view cell) { return cell.empty(); });
}

// True where behind any number of "'" stands what begins a formula.
bool IsGuardable(absl::string_view text) {
  const size_t start = text.find_first_not_of('\'');
  return start != absl::string_view::npos &&
         absl::string_view("=+-@\t\r").find(text[start]) != absl::string_view::npos;
}

// "-12", "-33.8": no spreadsheet takes it for a formula.
bool IsNegativeNumber(absl::string_view text) {
  return absl::ConsumePrefix(&text, "-") && ParseDecimal(text, kNumberDecimalsMax).has_value();
}

}  // namespace

std::string CsvCell(absl::string_view text) {
  if (text.find_first_of(",\"\r\n") == absl::string_view::npos) return std::string(text);
  return absl::StrCat("\"", absl::StrReplaceAll(text, {{"\"", "\"\""}}), "\"");
}

bool NeedsFormulaGuard(absl::string_view text) {
  return IsGuardable(text) && !IsNegativeNumber(text);
}

absl::string_view WithoutFormulaGuard(absl::string_view text) {
  if (!text.empty() && text[0] == '\'' && IsGuardable(text)) text.remove_prefix(1);
  return text;
}

int CsvReader::Peek() {
  if (block_position_ == block_.size()) {
    block_.resize(kBlockBytes);
    input_.read(block_.data(), static_cast<std::streamsize>(block_.size()));
    block_.resize(static_cast<size_t>(input_.gcount()));
    block_position_ = 0;
    if (block_.empty()) return kEnd;
  }
  return static_cast<unsigned char>(block_[block_position_]);
}

int CsvReader::Take() {
  const int byte = Peek();
  if (byte != kEnd) ++block_position_;
  return byte;
}

absl::StatusOr<bool> CsvReader::Next(CsvRecord* record) {
  if (row_ == 0) RETURN_IF_ERROR(SkipByteOrderMark());
  do {
    if (Peek() == kEnd) {
      if (input_.bad()) return Unreadable("cannot be read from here on");
      return false;
    }
    RETURN_IF_ERROR(ReadRecord(record));
  } while (IsBlank(*record));
  return true;
}

absl::Status CsvReader::SkipByteOrderMark() {
  Peek();
  const absl::string_view start(block_);
  if (start.substr(0, 3) == "\xEF\xBB\xBF") block_position_ = 3;
  if (start.substr(0, 2) == "\xFF\xFE" || start.substr(0, 2) == "\xFE\xFF") {
    row_ = 1;
    return Unreadable("is UTF-16: save the file as \"CSV UTF-8\"");
  }
  return absl::OkStatus();
}

absl::Status CsvReader::ReadRecord(CsvRecord* record) {
  record->row = ++row_;
  record->problem.clear();
  bytes_.clear();
  ends_.clear();
  if (row_ > kCsvRowsMax) {
    return Unreadable(absl::StrCat("is beyond the ", WithThousands(kCsvRowsMax),
                                   " rows of one import: split the file"));
  }
  for (bool more = true; more;) {
    if (ends_.size() == kCsvCellsMax) {
      return Unreadable(absl::StrCat("has more than ", kCsvCellsMax, " cells"));
    }
    ASSIGN_OR_RETURN(more, ReadCell(record));
    ends_.push_back(bytes_.size());
  }
  record->cells.clear();
  size_t start = 0;
  for (const size_t end : ends_) {
    record->cells.push_back(
        WithoutFormulaGuard(absl::string_view(bytes_).substr(start, end - start)));
    start = end;
  }
  return absl::OkStatus();
}

absl::StatusOr<bool> CsvReader::ReadCell(CsvRecord* record) {
  const bool quoted = Peek() == '"';
  if (quoted) RETURN_IF_ERROR(ReadQuoted());
  for (;;) {
    const int byte = Take();
    if (byte == ',') return true;
    if (byte == kEnd || byte == '\n') return false;
    if (byte == '\r') {
      if (Peek() == '\n') Take();
      return false;
    }
    if (quoted) {
      record->problem = "has text between a closing quote and the next comma";
    } else if (byte == '"') {
      record->problem =
          "has a quote inside a cell that does not start with one: put the whole cell in quotes "
          "and write each quote in it twice";
    }
    RETURN_IF_ERROR(Append(byte));
  }
}

absl::Status CsvReader::ReadQuoted() {
  Take();
  for (;;) {
    const int byte = Take();
    if (byte == kEnd) return Unreadable("starts a quoted cell that is never closed");
    if (byte == '"') {
      if (Peek() != '"') return absl::OkStatus();
      Take();
    }
    RETURN_IF_ERROR(Append(byte));
  }
}

absl::Status CsvReader::Append(int byte) {
  if (byte == 0) return Unreadable("holds a zero byte: save the file as \"CSV UTF-8\"");
  const size_t cell_start = ends_.empty() ? 0 : ends_.back();
  if (bytes_.size() - cell_start == kCsvCellBytesMax) {
    return Unreadable(absl::StrCat("has a cell of more than ", WithThousands(kCsvCellBytesMax),
                                   " bytes: is a quote not closed?"));
  }
  bytes_.push_back(static_cast<char>(byte));
  return absl::OkStatus();
}

}  // namespace milkway::cli
