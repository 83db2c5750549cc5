#include "services/consumption/paper_sheet.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_replace.h"
#include "clients/cpp/status_macros.h"
#include "services/consumption/calendar.h"
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

// Millimetres that rows share on a page: 210 high, less margins, title and foot.
constexpr double kRowsMm = 155;
constexpr double kRowMmMax = 6;

constexpr const char* kWeekdays[] = {"一", "二", "三", "四", "五", "六", "日"};

std::string Escaped(absl::string_view text) {
  return absl::StrReplaceAll(text,
                             {{"&", "&amp;"}, {"<", "&lt;"}, {">", "&gt;"}, {"\"", "&quot;"}});
}

std::string DayOfMonth(LocalDate day) { return FormatDate(day).substr(8); }

// A row to be filled in by hand for all children together.
std::string FootRow(const char* title, size_t days) {
  std::string row = absl::StrCat("<tr class=\"foot\"><th colspan=\"2\">", title, "</th>");
  for (size_t index = 0; index < days; ++index) absl::StrAppend(&row, "<td></td>");
  return row + "</tr>\n";
}

std::string Style(size_t rows) {
  const double row_mm =
      std::min(kRowMmMax, kRowsMm / static_cast<double>(std::max<size_t>(rows, 1)));
  return absl::StrFormat(
      "@page{size:A4 landscape;margin:8mm}"
      "body{margin:0;font-family:\"Noto Sans CJK SC\",\"Microsoft YaHei\",sans-serif}"
      "h1{font-size:5mm;margin:0}p{font-size:3mm;margin:1mm 0}"
      "table{border-collapse:collapse;width:100%%;table-layout:fixed}"
      "th,td{border:0.2mm solid #000;padding:0;text-align:center;height:%.2fmm;"
      "line-height:%.2fmm;font-size:%.2fmm}"
      ".foot th,.foot td,thead th{height:4.5mm;line-height:4.5mm;font-size:2.6mm}"
      ".check{font-weight:bold}.excluded td{background:#ccc}",
      row_mm, row_mm, row_mm * 0.8);
}

std::string HeadRow(const Sheet& sheet) {
  std::string row = "<thead><tr><th>学号</th><th>校验</th>";
  for (const LocalDate day : sheet.days) {
    absl::StrAppend(&row, "<th>", DayOfMonth(day), kWeekdays[WeekdayOf(day) - 1], "</th>");
  }
  return row + "</tr></thead>\n";
}

std::string StudentRow(const Sheet& sheet, const SheetRow& student) {
  std::string row = absl::StrCat("<tr", student.is_excluded ? " class=\"excluded\"" : "", "><th>",
                                 student.student_number, student.is_excluded ? " 禁奶" : "",
                                 "</th><th class=\"check\">",
                                 RowCheckDigit(sheet.month, student.student_number), "</th>");
  for (size_t index = 0; index < sheet.days.size(); ++index) absl::StrAppend(&row, "<td></td>");
  return row + "</tr>\n";
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

std::string RenderSheet(const Sheet& sheet) {
  const std::string title =
      absl::StrCat(Escaped(sheet.school_name), " ", Escaped(sheet.class_name), " 班 ",
                   FormatDate(sheet.month.first_day).substr(0, 7), " 喝奶登记表");
  std::string page = absl::StrCat(
      "<!DOCTYPE html>\n<html lang=\"zh-CN\"><head><meta charset=\"utf-8\"><title>", title,
      "</title><style>", Style(sheet.rows.size()), "</style></head><body>\n<h1>", title,
      "</h1>\n<p>学校编号：", Escaped(sheet.school_id),
      "　　喝了：√　缺席：0　不想喝：×　没有上奶：留空　　禁奶（灰色）：不能喝奶　　"
      "录入时请连校验码一起输入</p>\n<table>\n",
      HeadRow(sheet), "<tbody>\n");
  for (const SheetRow& student : sheet.rows) absl::StrAppend(&page, StudentRow(sheet, student));
  absl::StrAppend(&page, "</tbody>\n<tfoot>\n", FootRow("批号", sheet.days.size()),
                  FootRow("每人克数", sheet.days.size()), FootRow("开袋数", sheet.days.size()),
                  FootRow("浪费克数", sheet.days.size()),
                  "</tfoot>\n</table>\n<p>填表人签名：＿＿＿＿＿＿＿＿　　复核人签名："
                  "＿＿＿＿＿＿＿＿</p>\n</body></html>\n");
  return page;
}

}  // namespace milkway::consumption
