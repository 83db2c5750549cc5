#include "services/consumption/paper_page.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_replace.h"
#include "absl/types/span.h"
#include "services/consumption/calendar.h"

namespace milkway::consumption {

namespace {

// A class of no more is one block as wide as the page.
constexpr size_t kOneBlockRowsMax = 32;
// Millimetres that the rows of a block share: 210 high, less margins, head and foot.
constexpr double kRowsMm = 124;
constexpr double kRowMmMax = 6;
constexpr double kTextMmMax = 3.4;

struct Words {
  const char* lang;
  const char* title;
  const char* sheet_number;
  const char* page_before;
  const char* page_between;
  const char* page_after;
  const char* legend;
  const char* serving_before;
  const char* serving_after;
  const char* lots;
  const char* number;
  const char* check;
  const char* weekdays[7];
  const char* foot[5];  // as FootTable has its rows
  const char* signatures;
};

constexpr Words kChinese = {"zh-CN",
                            "喝奶登记表",
                            "表号",
                            "第 ",
                            " 页，共 ",
                            " 页",
                            "<b>○</b> 喝了　<b>缺</b> 没来　<b>拒</b> 不想喝　空格：没有写　"
                            "灰格、划掉的学号：不要填　录入时连校验码一起输入",
                            "每人 ",
                            " 克　",
                            "批号代号：A＝<u></u>B＝<u></u>C＝<u></u>D＝<u></u>",
                            "学号",
                            "校",
                            {"一", "二", "三", "四", "五", "六", "日"},
                            {"喝奶人数", "批号代号", "开袋数", "每人克数", "浪费克数"},
                            "填表人签名：<u></u>日期：<u></u>　　复核人签名：<u></u>日期：<u></u>"};

constexpr Words kEnglish = {
    "en",
    "Milk sheet",
    "Sheet",
    "page ",
    " of ",
    "",
    "<b>○</b> drank &ensp; <b>A</b> absent &ensp; <b>R</b> refused &ensp; blank: nothing known "
    "&ensp; grey, or number struck out: leave empty &ensp; type the check digits too",
    "",
    " g each &ensp; ",
    "Lot codes: A = <u></u>B = <u></u>C = <u></u>D = <u></u>",
    "No.",
    "chk",
    {"M", "T", "W", "T", "F", "S", "S"},
    {"Children", "Lot code", "Bags", "g each", "g wasted"},
    "Filled in by: <u></u>Date: <u></u>&emsp;Checked by: <u></u>Date: <u></u>"};

using Rows = absl::Span<const SheetRow>;

std::string Escaped(absl::string_view text) {
  return absl::StrReplaceAll(
      text, {{"&", "&amp;"}, {"<", "&lt;"}, {">", "&gt;"}, {"\"", "&quot;"}, {"'", "&#39;"}});
}

std::string Style(size_t rows) {
  const double row_mm =
      std::min(kRowMmMax, kRowsMm / static_cast<double>(std::max<size_t>(rows, 1)));
  return absl::StrFormat(
      "@page{size:A4 landscape;margin:7mm}"
      "*{box-sizing:border-box}"
      "body{margin:0;color:#000;font-family:\"Noto Sans CJK SC\",\"Noto Sans SC\",\"PingFang SC\","
      "\"Microsoft YaHei\",\"SimHei\",sans-serif;font-size:3.1mm;"
      "-webkit-print-color-adjust:exact;print-color-adjust:exact}"
      "section{width:283mm;break-after:page;break-inside:avoid}"
      "section:last-child{break-after:auto}"
      "header{display:flex;justify-content:space-between;align-items:baseline}"
      "h1{font-size:5mm;line-height:7mm;margin:0}"
      ".sheet{font-size:4mm;font-weight:bold;font-family:monospace}"
      "p{margin:0;line-height:5.4mm;white-space:nowrap}"
      "u{display:inline-block;width:38mm;border-bottom:.2mm solid #000;text-decoration:none;"
      "margin-right:3mm;height:4.4mm;vertical-align:bottom}"
      ".blocks{display:flex;gap:4mm}"
      "table{border-collapse:collapse;flex:1 1 0;width:100%%;table-layout:fixed}"
      "th,td{border:.2mm solid #444;padding:0;text-align:center;overflow:hidden;"
      "white-space:nowrap}"
      "tbody th,tbody td{height:%.2fmm;line-height:%.2fmm;font-size:%.2fmm}"
      "tbody tr:nth-child(5n){border-bottom:.5mm solid #000}"
      "thead th{height:7mm;line-height:3.2mm;font-size:2.8mm;font-weight:normal}"
      "col.number{width:12mm}col.check{width:6mm}col.title{width:17mm}"
      "td.closed{background:#ccc}tr.struck th{text-decoration:line-through;color:#444}"
      ".foot{margin-top:1.5mm}.sign{line-height:8mm}"
      ".foot tbody th,.foot tbody td{height:5mm;line-height:4.6mm;font-size:2.9mm}"
      ".foot tbody tr{border-bottom:0}.foot thead th{height:4mm}",
      row_mm, row_mm - 0.3, std::min(kTextMmMax, row_mm * 0.78));
}

std::string Cells(absl::string_view tag, size_t count) {
  std::string cells;
  for (size_t index = 0; index < count; ++index) {
    absl::StrAppend(&cells, "<", tag, "></", tag, ">");
  }
  return cells;
}

std::string DayHeads(const Sheet& sheet, const Words& words, absl::string_view between) {
  std::string heads;
  for (const LocalDate day : sheet.days) {
    const std::string date = FormatDate(day);
    absl::StrAppend(&heads, "<th>", date[8] == '0' ? date.substr(9) : date.substr(8), between,
                    words.weekdays[WeekdayOf(day) - 1], "</th>");
  }
  return heads;
}

std::string StudentRow(const Sheet& sheet, const SheetRow& student) {
  std::string row = absl::StrCat(student.IsStruckOut() ? "<tr class=\"struck\">" : "<tr>", "<th>",
                                 student.student_number, "</th><th>",
                                 RowCheckDigit(sheet.month, student.student_number), "</th>");
  for (const bool is_open : student.is_open) {
    absl::StrAppend(&row, is_open ? "<td></td>" : "<td class=\"closed\"></td>");
  }
  return row + "</tr>\n";
}

std::string Block(const Sheet& sheet, const Words& words, Rows rows) {
  std::string block = absl::StrCat(
      "<table><colgroup><col class=\"number\"><col class=\"check\"></colgroup><thead><tr><th>",
      words.number, "</th><th>", words.check, "</th>", DayHeads(sheet, words, "<br>"),
      "</tr></thead>\n<tbody>\n");
  for (const SheetRow& row : rows) absl::StrAppend(&block, StudentRow(sheet, row));
  return block + "</tbody></table>\n";
}

// What was prepared on each day.
std::string FootTable(const Sheet& sheet, const Words& words) {
  std::string table = absl::StrCat(
      "<table class=\"foot\"><colgroup><col class=\"title\"></colgroup><thead><tr>"
      "<th></th>",
      DayHeads(sheet, words, " "), "</tr></thead>\n<tbody>\n");
  for (const char* title : words.foot) {
    absl::StrAppend(&table, "<tr><th>", title, "</th>", Cells("td", sheet.days.size()), "</tr>\n");
  }
  return table + "</tbody></table>\n";
}

std::string TitleOf(const Sheet& sheet, PageLanguage language, const Words& words) {
  const bool is_chinese = language == PageLanguage::kChinese;
  const std::string& name = is_chinese ? sheet.name_zh : sheet.name_en;
  const std::string& other = is_chinese ? sheet.name_en : sheet.name_zh;
  const std::string day = FormatDate(sheet.month.first_day);
  const std::string month = is_chinese
                                ? absl::StrCat(day.substr(0, 4), " 年 ", day.substr(5, 2), " 月")
                                : day.substr(0, 7);
  return absl::StrCat(Escaped(name.empty() ? other : name), is_chinese ? "　" : " · ",
                      is_chinese ? "" : "class ", Escaped(sheet.class_name),
                      is_chinese ? " 班　" : " · ", month, is_chinese ? "　" : " · ", words.title);
}

std::string Page(const Sheet& sheet, const Words& words, const std::string& title, Rows rows,
                 size_t number, size_t count) {
  const std::string serving =
      sheet.serving_g == 0
          ? ""
          : absl::StrCat(words.serving_before, sheet.serving_g, words.serving_after);
  std::string page =
      absl::StrCat("<section>\n<header><h1>", title, "</h1><span>", words.sheet_number,
                   " <span class=\"sheet\">", sheet.sheet_number, "</span>　", words.page_before,
                   number, words.page_between, count, words.page_after, "</span></header>\n<p>",
                   serving, words.legend, "</p>\n<div class=\"blocks\">\n");
  const bool is_one_block = sheet.rows.size() <= kOneBlockRowsMax;
  const size_t left = is_one_block ? rows.size() : (rows.size() + 1) / 2;
  absl::StrAppend(&page, Block(sheet, words, rows.subspan(0, left)));
  if (left < rows.size()) absl::StrAppend(&page, Block(sheet, words, rows.subspan(left)));
  absl::StrAppend(&page, "</div>\n");
  if (number == 1) {
    absl::StrAppend(&page, FootTable(sheet, words), "<p>", words.lots, "</p>\n");
  }
  absl::StrAppend(&page, "<p class=\"sign\">", words.signatures, "</p>\n</section>\n");
  return page;
}

}  // namespace

std::string RenderSheet(const Sheet& sheet, PageLanguage language) {
  const Words& words = language == PageLanguage::kChinese ? kChinese : kEnglish;
  const std::string title = TitleOf(sheet, language, words);
  const size_t all = sheet.rows.size();
  const size_t pages = std::max<size_t>(1, (all + kPageRowsMax - 1) / kPageRowsMax);
  const size_t per_page = (all + pages - 1) / pages;
  const size_t per_block = all <= kOneBlockRowsMax ? per_page : (per_page + 1) / 2;
  std::string text = absl::StrCat("<!DOCTYPE html>\n<html lang=\"", words.lang,
                                  "\"><head><meta charset=\"utf-8\"><title>", title,
                                  "</title><style>", Style(per_block), "</style></head><body>\n");
  for (size_t page = 0; page < pages; ++page) {
    const Rows rows = Rows(sheet.rows).subspan(page * per_page, per_page);
    absl::StrAppend(&text, Page(sheet, words, title, rows, page + 1, pages));
  }
  return text + "</body></html>\n";
}

}  // namespace milkway::consumption
