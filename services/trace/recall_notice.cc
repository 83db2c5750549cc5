#include "services/trace/recall_notice.h"

#include <map>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "services/runtime/dates.h"

namespace milkway::trace {

namespace {

constexpr char kHead[] = R"(<!DOCTYPE html>
<html lang="zh-CN">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>召回通知 Recall notice</title>
<style>
@page { size: A4; margin: 15mm; }
body { font-family: "Noto Sans SC", "Microsoft YaHei", sans-serif; font-size: 12pt; max-width: 48em; }
h1 { border: 3px solid black; padding: 0.3em; text-align: center; }
table { border-collapse: collapse; width: 100%; }
th, td { border: 1px solid black; padding: 0.3em; text-align: left; }
td.number { text-align: right; }
.line { border-bottom: 1px solid black; display: inline-block; min-width: 14em; }
</style>
</head>
<body>
)";

std::string OrWhatIsUsual(const std::string& instructions) {
  if (!instructions.empty()) return EscapeHtml(instructions);
  return "请立即停止使用下列批号的奶粉，单独存放并贴上“禁止使用”标签。<br>"
         "Stop serving milk of the lots below at once, set it aside and mark it \"do not use\".";
}

std::string Paragraph(absl::string_view label, absl::string_view html) {
  return absl::StrCat("<p><b>", label, "</b><br>", html, "</p>\n");
}

std::string LotTable(const v1::GetRecallPlaceResponse& place) {
  std::map<int64_t, const v1::RecallPlaceLot*> here;
  for (const v1::RecallPlaceLot& lot : place.place().lots()) here[lot.lot_id()] = &lot;
  std::string html =
      "<table>\n<tr><th>产品 Product</th><th>批号 Lot</th><th>保质期至 Use by</th>"
      "<th>账上在本处（克） On the books here, g</th><th>在途（克） On the way here, g</th>"
      "<th>实际找到（包） Packs found</th><th>已隔离（包） Packs set aside</th></tr>\n";
  for (const inventory::v1::Lot& lot : place.lots()) {
    const auto row = here.find(lot.lot_id());
    const v1::RecallPlaceLot grams = row == here.end() ? v1::RecallPlaceLot() : *row->second;
    absl::StrAppend(
        &html, "<tr><td>", EscapeHtml(lot.product_id()), "</td><td>", EscapeHtml(lot.lot_number()),
        "</td><td>", EscapeHtml(lot.expires_on()), "</td><td class=\"number\">",
        grams.usable_g() + grams.quarantined_g() + grams.damaged_g(), "</td><td class=\"number\">",
        grams.arriving_g(), "</td><td></td><td></td></tr>\n");
  }
  return absl::StrCat(html, "</table>\n");
}

std::string ServedText(const v1::RecallPlace& place) {
  if (place.servings() == 0) {
    return "账上没有在本处饮用的记录。<br>The books show no serving of these lots here.";
  }
  return absl::StrCat(place.first_day(), " 至 ", place.last_day(), "：", place.children(),
                      " 名儿童，", place.servings(), " 份，", place.class_records(),
                      " 条班级记录。请查看本校名单并观察身体情况。<br>", place.children(),
                      " children in ", place.servings(), " servings and ", place.class_records(),
                      " class records from ", place.first_day(), " to ", place.last_day(),
                      ". Ask the school's own list who they are, and watch their health.");
}

std::string ShipmentText(const v1::RecallPlace& place) {
  std::string html;
  for (const v1::TracedShipment& shipment : place.arriving()) {
    absl::StrAppend(&html, "<li>", EscapeHtml(shipment.shipment_id()), " ",
                    EscapeHtml(shipment.carrier()), " ", EscapeHtml(shipment.tracking_number()),
                    "</li>\n");
  }
  if (html.empty()) return html;
  return Paragraph("在途货物，到货后请勿使用 On the way here; do not use what arrives",
                   absl::StrCat("<ul>", html, "</ul>"));
}

}  // namespace

std::string EscapeHtml(const std::string& text) {
  return absl::StrReplaceAll(
      text, {{"&", "&amp;"}, {"<", "&lt;"}, {">", "&gt;"}, {"\"", "&quot;"}, {"'", "&#39;"}});
}

std::string RecallNotice(const v1::GetRecallPlaceResponse& place) {
  const inventory::v1::Recall& recall = place.recall();
  const inventory::v1::Location& location = place.place().location();
  const absl::StatusOr<OccurredAt> ordered = ParseZonedTime("ordered_at", recall.ordered_at());
  const std::string title =
      recall.has_lifted_at() ? "召回已解除 Recall lifted" : "召回通知 Recall notice";
  return absl::StrCat(
      kHead, "<h1>", title, "</h1>\n",
      Paragraph("地点 Place",
                absl::StrCat(EscapeHtml(location.name_zh()), "<br>", EscapeHtml(location.name_en()),
                             " (", EscapeHtml(location.location_id()), ")")),
      Paragraph("召回编号与时间 Recall and time",
                absl::StrCat(EscapeHtml(recall.recall_id()), ", ",
                             ordered.ok() ? FormatOccurredAt(*ordered) : "")),
      Paragraph("原因 Reason", EscapeHtml(recall.reason())),
      Paragraph("请这样做 What to do", OrWhatIsUsual(recall.instructions())), LotTable(place),
      Paragraph("已饮用 Already served", ServedText(place.place())), ShipmentText(place.place()),
      "<p>确认人 Acknowledged by <span class=\"line\"></span></p>\n"
      "<p>日期时间 Date and time <span class=\"line\"></span></p>\n</body>\n</html>\n");
}

}  // namespace milkway::trace
