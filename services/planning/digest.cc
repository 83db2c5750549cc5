#include "services/planning/digest.h"

#include <algorithm>
#include <tuple>
#include <vector>

#include "absl/strings/str_cat.h"
#include "clients/cpp/status_macros.h"
#include "milkway/planning/v1/alerts.pb.h"
#include "services/planning/alert_text.h"
#include "services/planning/planning_keys.h"
#include "services/planning/school_plans.h"
#include "services/runtime/errors.h"

namespace milkway::planning {

namespace {

constexpr size_t kOrdersMax = 50;
constexpr int32_t kOrderWithinDays = 14;

struct Words {
  const char* title;
  const char* open;
  const char* opened;
  const char* closed;
  const char* orders;
  const char* nothing;
  const char* more;
  const char* to_do;
  const char* looked;
  const char* not_looked;
  const char* severities[4];
};
constexpr Words kEnglish = {"Milkway, ",
                            "Open",
                            "New today",
                            "Over today",
                            "To order within 14 days",
                            "nothing",
                            " more",
                            "  to do: ",
                            "as seen at ",
                            "nobody has looked yet: that comes a minute after the start, or with "
                            "milkway alerts --evaluate",
                            {"", "NOW", "TODAY", "THIS WEEK"}};
constexpr Words kChinese = {"牛奶之路 Milkway，",
                            "未解决",
                            "今日新增",
                            "今日解决",
                            "14天内需下单",
                            "无",
                            "条未列出",
                            "  请处理：",
                            "检查时间：",
                            "尚未检查：服务启动一分钟后开始，或运行 milkway alerts --evaluate",
                            {"", "立即", "今日", "本周"}};

// What stood and what changed on the day.
struct DayOfAlerts {
  std::vector<rec::AlertRecord> open;
  size_t opened = 0;
  std::vector<rec::AlertRecord> closed;
  size_t closed_count = 0;
};

absl::StatusOr<DayOfAlerts> ReadDay(const storage::Reader& reader, int64_t start_us,
                                    int64_t end_us) {
  DayOfAlerts day;
  absl::Status status;
  size_t rows = 0;
  storage::KeyRange range = AlertByTimeKey::Range();
  range.to = AlertByTimeKey::Prefix(end_us + 1);
  // The newest first: what is older than the limit is rather closed long ago.
  RETURN_IF_ERROR(AlertByTimeTable::Scan(
      reader, range,
      [&](const AlertByTimeKey::Key& key, const rec::IndexRecord&) {
        const auto alert = AlertTable::Find(reader, std::get<1>(key));
        status.Update(alert.status());
        if (!alert.ok() || !alert->has_value()) return false;
        const rec::AlertRecord& record = **alert;
        if (record.opened_us() >= start_us) ++day.opened;
        const bool is_closed = record.closed_us() != 0 && record.closed_us() <= end_us;
        if (is_closed && record.closed_us() >= start_us) {
          ++day.closed_count;
          if (day.closed.size() < kDigestAlertsMax) day.closed.push_back(record);
        }
        if (!is_closed && record.snoozed_until_us() <= end_us) day.open.push_back(record);
        return ++rows < kDigestRowsMax;
      },
      storage::ScanOrder::kDescending));
  RETURN_IF_ERROR(status);
  std::sort(day.open.begin(), day.open.end(),
            [](const rec::AlertRecord& a, const rec::AlertRecord& b) {
              return std::tuple(a.severity(), a.opened_us(), a.subject()) <
                     std::tuple(b.severity(), b.opened_us(), b.subject());
            });
  return day;
}

void AppendOpen(const DayOfAlerts& day, int64_t start_us, const Words& words, bool in_chinese,
                std::string* text) {
  absl::StrAppend(text, "\n", words.open, " (", day.open.size(), "; ", words.opened, " ",
                  day.opened, ")\n");
  if (day.open.empty()) absl::StrAppend(text, "- ", words.nothing, "\n");
  for (size_t i = 0; i < std::min(day.open.size(), kDigestAlertsMax); ++i) {
    const rec::AlertRecord& alert = day.open[i];
    const AlertText alert_text = TextOf(alert);
    absl::StrAppend(text, "- [", words.severities[std::min<uint32_t>(alert.severity(), 3)], "] ",
                    alert.opened_us() >= start_us ? "* " : "",
                    in_chinese ? alert_text.text_zh : alert_text.text_en, "\n", words.to_do,
                    in_chinese ? alert_text.action_zh : alert_text.action_en, "\n");
  }
  if (day.open.size() > kDigestAlertsMax) {
    absl::StrAppend(text, "- ", day.open.size() - kDigestAlertsMax, words.more, "\n");
  }
}

void AppendClosed(const DayOfAlerts& day, const Words& words, bool in_chinese, std::string* text) {
  absl::StrAppend(text, "\n", words.closed, " (", day.closed_count, ")\n");
  if (day.closed.empty()) absl::StrAppend(text, "- ", words.nothing, "\n");
  for (const rec::AlertRecord& alert : day.closed) {
    const AlertText alert_text = TextOf(alert);
    absl::StrAppend(text, "- ", in_chinese ? alert_text.text_zh : alert_text.text_en, "\n");
  }
}

// "Nothing is wrong" is only worth something of a time at which somebody looked.
absl::Status AppendLook(const storage::Reader& reader, int32_t offset_minutes, const Words& words,
                        std::string* text) {
  ASSIGN_OR_RETURN(const auto pass, PassTable::Find(reader));
  if (!pass.has_value() || pass->finished_us() == 0) {
    absl::StrAppend(text, words.not_looked, "\n");
    return absl::OkStatus();
  }
  absl::StrAppend(text, words.looked, FormatOccurredAt({pass->finished_us(), offset_minutes}),
                  "\n");
  return absl::OkStatus();
}

absl::Status AppendOrders(const storage::Reader& reader, LocalDate day, const Words& words,
                          bool in_chinese, std::string* text) {
  absl::StrAppend(text, "\n", words.orders, "\n");
  size_t listed = 0;
  absl::Status status;
  RETURN_IF_ERROR(RunOutTable::Scan(
      reader, RunOutKey::Range(), [&](const RunOutKey::Key& key, const rec::IndexRecord&) {
        const auto& [run_out, school_id] = key;
        if (run_out == kNoRunOut || listed == kOrdersMax) return false;
        const absl::StatusOr<rec::SchoolPlanRecord> plan = ReadSchoolPlan(reader, school_id);
        status.Update(plan.status());
        if (!plan.ok()) return false;
        const bool is_due =
            plan->has_order_by_day() && plan->order_by_day() <= day.days + kOrderWithinDays;
        if (!is_due || plan->order_g() == 0) return true;
        ++listed;
        absl::StrAppend(text, "- ", in_chinese ? plan->name_zh() : plan->name_en(), ": ",
                        FormatGrams(plan->order_g()), " ", plan->product_id(),
                        in_chinese ? "，最晚" : ", by ", FormatDate({plan->order_by_day()}), "\n");
        return true;
      }));
  RETURN_IF_ERROR(status);
  if (listed == 0) absl::StrAppend(text, "- ", words.nothing, "\n");
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<std::string> MakeDigest(const storage::Reader& reader, LocalDate day, int64_t now_us,
                                       bool in_chinese) {
  const LocalDate today = LocalDateIn(now_us, kDigestTimeZone);
  if (day > today) return runtime::InvalidField("date", "must not lie in the future");
  ASSIGN_OR_RETURN(const OccurredAt start, StartOfDay(day, kDigestTimeZone));
  ASSIGN_OR_RETURN(const OccurredAt end, StartOfDay({day.days + 1}, kDigestTimeZone));
  const int64_t end_us = std::min(end.us - 1, now_us);
  ASSIGN_OR_RETURN(const DayOfAlerts alerts, ReadDay(reader, start.us, end_us));
  const Words& words = in_chinese ? kChinese : kEnglish;
  std::string text = absl::StrCat(words.title, FormatDate(day), "\n");
  if (day == today) RETURN_IF_ERROR(AppendLook(reader, start.offset_minutes, words, &text));
  AppendOpen(alerts, start.us, words, in_chinese, &text);
  AppendClosed(alerts, words, in_chinese, &text);
  if (day == today) RETURN_IF_ERROR(AppendOrders(reader, day, words, in_chinese, &text));
  return text;
}

}  // namespace milkway::planning
