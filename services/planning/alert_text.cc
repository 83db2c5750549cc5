#include "services/planning/alert_text.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "milkway/planning/v1/alerts.pb.h"
#include "services/runtime/dates.h"

namespace milkway::planning {

namespace {

using Facts = rec::AlertFactsRecord;

std::string Day(const Facts& facts) { return FormatDate({facts.day()}); }
std::string OtherDay(const Facts& facts) { return FormatDate({facts.other_day()}); }

AlertText Expiring(const Facts& facts) {
  const std::string grams = FormatGrams(facts.grams());
  return {absl::StrCat(grams, " of lot ", facts.detail(), " at ", facts.name_en(),
                       " will not be used before it expires on ", Day(facts)),
          absl::StrCat(facts.name_zh(), "有", grams, "批号", facts.detail(), "的奶粉将在",
                       Day(facts), "到期前用不完"),
          "Send it to a school that will drink it in time, or serve it first.",
          "请调拨给来得及饮用的学校，或优先使用。"};
}

AlertText Low(const Facts& facts) {
  return {absl::StrCat("milk at ", facts.name_en(), " lasts ", facts.count(),
                       " more school days and runs out on ", Day(facts), "; the last day to order ",
                       "is ", OtherDay(facts)),
          absl::StrCat(facts.name_zh(), "的奶粉还够", facts.count(), "个上学日，", Day(facts),
                       "用完；最晚下单日为", OtherDay(facts)),
          "Place the order that `milkway orders` suggests.", "请按 milkway orders 的建议下单。"};
}

AlertText Out(const Facts& facts) {
  return {absl::StrCat(facts.name_en(), " has ", FormatGrams(facts.grams()),
                       " of good milk powder: not enough for its next school day, ", Day(facts)),
          absl::StrCat(facts.name_zh(), "可用奶粉只有", FormatGrams(facts.grams()),
                       "，不够下一个上学日", Day(facts), "使用"),
          "Send milk by the fastest way today, and ask the school to count its stock.",
          "请今天用最快的方式送奶粉，并请学校盘点库存。"};
}

AlertText Late(const Facts& facts) {
  const std::string expected_en =
      facts.has_other_day() ? absl::StrCat("; it was expected on ", OtherDay(facts)) : "";
  const std::string expected_zh =
      facts.has_other_day() ? absl::StrCat("；预计到达日为", OtherDay(facts)) : "";
  return {absl::StrCat("shipment ", facts.shipment_id(), " from ", facts.detail(), " to ",
                       facts.name_en(), " is on the way for ", facts.count(), " days with ",
                       FormatGrams(facts.grams()), expected_en),
          absl::StrCat("从", facts.detail(), "发往", facts.name_zh(), "的货物", facts.shipment_id(),
                       "已在途", facts.count(), "天，共", FormatGrams(facts.grams()), expected_zh),
          "Ask the carrier where it is; if it has arrived, record the receipt.",
          "请询问承运人；如已到货，请登记收货。"};
}

AlertText Recall(const Facts& facts) {
  return {absl::StrCat(facts.name_en(), " has not acknowledged recall ", facts.recall_id(), ": ",
                       FormatGrams(facts.grams()), " there or on the way, ", facts.count(),
                       " children drank of it"),
          absl::StrCat(facts.name_zh(), "尚未确认召回", facts.recall_id(), "：在库或在途",
                       FormatGrams(facts.grams()), "，", facts.count(), "名儿童饮用过"),
          "Call the place (`milkway recall-list` has the numbers) and record its answer.",
          "请打电话（号码见 milkway recall-list）并登记对方的确认。"};
}

AlertText Silent(const Facts& facts) {
  const std::string last_en =
      facts.has_day() ? absl::StrCat("; its last record is of ", Day(facts)) : "";
  const std::string last_zh = facts.has_day() ? absl::StrCat("；最后记录日为", Day(facts)) : "";
  return {
      absl::StrCat(facts.name_en(), " has milk but recorded nothing on its last ", facts.count(),
                   " school days", last_en),
      absl::StrCat(facts.name_zh(), "有奶粉，但最近", facts.count(), "个上学日没有记录", last_zh),
      "Call the school: is milk served, does its phone work? Days may be recorded later.",
      "请致电学校：是否发放牛奶、手机是否正常？可以补录。"};
}

AlertText Shortage(const Facts& facts) {
  return {absl::StrCat(facts.count(), " packs of lot ", facts.lot_id(), " of shipment ",
                       facts.shipment_id(), " are missing at ", facts.name_en(), " since ",
                       Day(facts), ", and nobody has said what became of them"),
          absl::StrCat("货物", facts.shipment_id(), "中批次", facts.lot_id(), "有", facts.count(),
                       "包自", Day(facts), "起在", facts.name_zh(), "缺少，尚未查明"),
          "Ask the carrier and the receiver, then record what became of them.",
          "请询问承运人和收货人，然后登记处理结果。"};
}

AlertText Incident(const Facts& facts) {
  return {absl::StrCat(facts.count(), " children who must not drink milk were given it at ",
                       facts.name_en(), ", class ", facts.detail(), ", on ", Day(facts)),
          absl::StrCat(facts.name_zh(), facts.detail(), "班于", Day(facts), "有", facts.count(),
                       "名不应饮奶的儿童饮用了牛奶"),
          "Call the school at once: how are they? Then review how the class checks its list.",
          "请立即致电学校了解儿童情况，并检查班级核对名单的做法。"};
}

AlertText Books(const Facts& facts) {
  return {absl::StrCat("the books do not verify: ", facts.count(),
                       " differences, the first one: ", facts.detail()),
          absl::StrCat("账目核对不符：", facts.count(), "处差异，第一处：", facts.detail()),
          "Stop changing stock, keep the data folder as it is, and call who runs the server.",
          "请停止库存操作，保留数据目录，并联系服务器管理员。"};
}

}  // namespace

AlertText TextOf(const rec::AlertRecord& alert) {
  switch (static_cast<v1::AlertKind>(alert.kind())) {
    case v1::ALERT_KIND_EXPIRING:
      return Expiring(alert.facts());
    case v1::ALERT_KIND_LOW:
      return Low(alert.facts());
    case v1::ALERT_KIND_OUT:
      return Out(alert.facts());
    case v1::ALERT_KIND_SHIPMENT_LATE:
      return Late(alert.facts());
    case v1::ALERT_KIND_RECALL_UNACKNOWLEDGED:
      return Recall(alert.facts());
    case v1::ALERT_KIND_SCHOOL_SILENT:
      return Silent(alert.facts());
    case v1::ALERT_KIND_SHORTAGE_UNRESOLVED:
      return Shortage(alert.facts());
    case v1::ALERT_KIND_INCIDENT:
      return Incident(alert.facts());
    case v1::ALERT_KIND_BOOKS_DIFFER:
      return Books(alert.facts());
    default:
      return {};
  }
}

const char* WordOfKind(uint32_t kind) {
  constexpr const char* kWords[] = {"alert",  "expiring", "low",      "out",      "late",
                                    "recall", "silent",   "shortage", "incident", "books"};
  return kind < std::size(kWords) ? kWords[kind] : kWords[0];
}

std::string FormatGrams(int64_t grams) {
  if (grams < 1000) return absl::StrCat(grams, " g");
  if (grams % 1000 == 0) return absl::StrCat(grams / 1000, " kg");
  return absl::StrFormat("%d.%03d kg", grams / 1000, grams % 1000);
}

}  // namespace milkway::planning
