#include "clients/cli/paper_file.h"

#include <cstdint>
#include <map>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "clients/cli/csv.h"
#include "clients/cli/text.h"
#include "clients/cpp/status_macros.h"

namespace milkway::cli {

namespace {

namespace con = consumption::v1;

// The columns before the days.
constexpr size_t kFirstDay = 2;

const std::map<std::string, char, std::less<>>& Marks() {
  static const auto& marks = *new std::map<std::string, char, std::less<>>{
      {"1", '1'}, {"○", '1'}, {"〇", '1'}, {"√", '1'}, {"✓", '1'}, {"0", '0'},
      {"a", '0'}, {"A", '0'}, {"缺", '0'}, {"r", 'r'}, {"R", 'r'}, {"x", 'r'},
      {"X", 'r'}, {"×", 'r'}, {"拒", 'r'}, {"", '.'},  {".", '.'}};
  return marks;
}

absl::Status InRow(uint32_t row, absl::string_view problem) {
  return absl::InvalidArgumentError(absl::StrCat("row ", row, ": ", problem));
}

// A file as it is read.
class FileReader {
 public:
  absl::Status Take(uint32_t row, std::vector<std::string> cells) {
    const std::string& name = cells[0];
    if (name == "sheet") return TakeHead(row, cells);
    if (int32_t student = 0; absl::SimpleAtoi(name, &student)) {
      students_.push_back({row, student, std::move(cells)});
      return absl::OkStatus();
    }
    if (name == "lot" && !Cell(cells, 1).empty()) return TakeLot(row, cells);
    for (const char* known :
         {"day", "lot", "serving_g", "wasted_g", "opened_packs", "pack_g", "drank_count"}) {
      if (name != known) continue;
      if (!lines_.emplace(name, Line{row, std::move(cells)}).second) {
        return InRow(row, absl::StrCat("there is a row ", known, " already"));
      }
      return absl::OkStatus();
    }
    return InRow(row, absl::StrCat("expected sheet, day, lot, serving_g, wasted_g, opened_packs, "
                                   "pack_g, drank_count or a roster number, not ",
                                   Quoted(name)));
  }

  absl::StatusOr<PaperFile> Finish() {
    for (const char* needed : {"day", "lot", "serving_g"}) {
      if (lines_.count(needed) == 0) {
        return absl::InvalidArgumentError(absl::StrCat("the file has no row ", needed));
      }
    }
    RETURN_IF_ERROR(AddDays());
    for (const Student& student : students_) RETURN_IF_ERROR(AddStudent(student));
    return std::move(file_);
  }

 private:
  struct Line {
    uint32_t row = 0;
    std::vector<std::string> cells;
  };
  struct Student {
    uint32_t row = 0;
    int32_t number = 0;
    std::vector<std::string> cells;
  };

  static std::string Cell(const std::vector<std::string>& cells, size_t column) {
    return column < cells.size() ? cells[column] : "";
  }

  absl::Status TakeHead(uint32_t row, const std::vector<std::string>& cells) {
    const std::string value = Cell(cells, 2);
    const std::string name = Cell(cells, 1);
    con::EnterPaperSheetRequest& request = file_.request;
    if (name == "number") {
      request.set_sheet_number(value);
    } else if (name == "school_id") {
      request.set_school_id(value);
    } else if (name == "class_name") {
      request.set_class_name(value);
    } else if (name == "month") {
      request.set_month(value);
    } else {
      return InRow(row, "expected number, school_id, class_name or month after sheet");
    }
    return absl::OkStatus();
  }

  // What a letter stands for; nothing where the row is still empty.
  absl::Status TakeLot(uint32_t row, const std::vector<std::string>& cells) {
    const std::string lot = Cell(cells, 2);
    if (lot.empty() || lot_codes_.emplace(Cell(cells, 1), lot).second) return absl::OkStatus();
    return InRow(row, absl::StrCat("lot ", Printable(Cell(cells, 1)), " is explained already"));
  }

  // A whole number of a line; 0 where nothing is written.
  absl::StatusOr<int64_t> Number(const std::string& name, size_t column) const {
    const auto line = lines_.find(name);
    if (line == lines_.end()) return 0;
    const std::string cell = Cell(line->second.cells, column);
    int64_t number = 0;
    if (cell.empty() || absl::SimpleAtoi(cell, &number)) return number;
    return InRow(line->second.row,
                 absl::StrCat(name, " must be whole numbers, not ", Quoted(cell)));
  }

  absl::Status AddDays() {
    const Line& days = lines_.at("day");
    for (size_t column = kFirstDay; column < days.cells.size(); ++column) {
      const std::string lot = Cell(lines_.at("lot").cells, column);
      if (lot.empty()) continue;
      const auto code = lot_codes_.find(lot);
      file_.lots.push_back(code == lot_codes_.end() ? lot : code->second);
      con::PaperDay& day = *file_.request.add_days();
      day.set_day(days.cells[column]);
      ASSIGN_OR_RETURN(const int64_t serving_g, Number("serving_g", column));
      ASSIGN_OR_RETURN(const int64_t wasted_g, Number("wasted_g", column));
      ASSIGN_OR_RETURN(const int64_t opened_packs, Number("opened_packs", column));
      ASSIGN_OR_RETURN(const int64_t pack_g, Number("pack_g", column));
      day.set_serving_g(serving_g);
      day.set_wasted_g(wasted_g);
      day.set_opened_packs(static_cast<int32_t>(opened_packs));
      day.set_pack_g(opened_packs == 0 ? 0 : pack_g);
      ASSIGN_OR_RETURN(const int64_t drank_count, Number("drank_count", column));
      day.set_drank_count(static_cast<int32_t>(drank_count));
      columns_.push_back(column);
    }
    if (columns_.empty()) return InRow(days.row, "no day has a lot");
    return absl::OkStatus();
  }

  absl::Status AddStudent(const Student& student) {
    con::PaperMarks& row = *file_.request.add_rows();
    row.set_student_number(student.number);
    int32_t check_digit = 0;
    if (!absl::SimpleAtoi(Cell(student.cells, 1), &check_digit)) {
      return InRow(student.row, "the check digit is missing; it stands beside the roster number");
    }
    row.set_check_digit(check_digit);
    std::string marks;
    size_t next = 0;
    for (size_t column = kFirstDay; column < student.cells.size() || next < columns_.size();
         ++column) {
      const std::string cell = Cell(student.cells, column);
      const auto mark = Marks().find(cell);
      if (mark == Marks().end()) {
        return InRow(student.row,
                     absl::StrCat("a mark is 1, 0 or r (○, 缺, 拒), not ", Quoted(cell)));
      }
      if (next < columns_.size() && columns_[next] == column) {
        marks.push_back(mark->second);
        ++next;
      } else if (mark->second != '.') {
        return InRow(student.row,
                     absl::StrCat("there is a mark on ", Cell(lines_.at("day").cells, column),
                                  ", but no lot; write the lot of that day"));
      }
    }
    row.set_marks(marks);
    return absl::OkStatus();
  }

  PaperFile file_;
  std::map<std::string, std::string> lot_codes_;
  std::map<std::string, Line> lines_;
  std::vector<Student> students_;
  std::vector<size_t> columns_;  // of the days that are entered
};

std::string CsvCell(const std::string& text) {
  if (text.find_first_of(",\"\r\n") == std::string::npos) return text;
  return absl::StrCat("\"", absl::StrReplaceAll(text, {{"\"", "\"\""}}), "\"");
}

}  // namespace

absl::StatusOr<PaperFile> ReadPaperFile(std::istream* input) {
  CsvReader reader(input);
  CsvRecord record;
  FileReader file;
  while (true) {
    const absl::StatusOr<bool> has_record = reader.Next(&record);
    if (!has_record.ok()) return InRow(reader.row(), has_record.status().message());
    if (!*has_record) break;
    if (!record.problem.empty()) return InRow(record.row, record.problem);
    std::vector<std::string> cells;
    for (const absl::string_view cell : record.cells) {
      cells.emplace_back(absl::StripAsciiWhitespace(cell));
    }
    RETURN_IF_ERROR(file.Take(record.row, std::move(cells)));
  }
  return file.Finish();
}

std::string PaperFileOf(const std::string& school_id, const std::string& class_name,
                        const std::string& month, const con::GetPaperSheetResponse& sheet) {
  std::string text =
      absl::StrCat("\xEF\xBB\xBF", "sheet,number,", sheet.sheet_number(), "\r\nsheet,school_id,",
                   CsvCell(school_id), "\r\nsheet,class_name,", CsvCell(class_name),
                   "\r\nsheet,month,", month, "\r\nday,");
  for (const std::string& day : sheet.days()) absl::StrAppend(&text, ",", day);
  absl::StrAppend(&text, "\r\nlot,A,\r\nlot,B,\r\nlot,C,\r\nlot,D,\r\n");
  for (const char* line :
       {"lot", "serving_g", "wasted_g", "opened_packs", "pack_g", "drank_count"}) {
    const bool is_known = sheet.serving_g() > 0 && absl::string_view(line) == "serving_g";
    absl::StrAppend(&text, line, ",");
    for (int day = 0; day < sheet.days_size(); ++day) {
      absl::StrAppend(&text, ",", is_known ? absl::StrCat(sheet.serving_g()) : "");
    }
    absl::StrAppend(&text, "\r\n");
  }
  for (const con::PaperRow& row : sheet.rows()) {
    absl::StrAppend(&text, row.student_number(), ",", row.check_digit(),
                    std::string(static_cast<size_t>(sheet.days_size()), ','), "\r\n");
  }
  return text;
}

}  // namespace milkway::cli
