#include "services/consumption/summary_convert.h"

#include <algorithm>
#include <tuple>

#include "absl/strings/str_cat.h"
#include "clients/cpp/status_macros.h"
#include "services/runtime/errors.h"
#include "services/runtime/fields.h"

namespace milkway::consumption {

namespace {

constexpr int kLotsMax = 1'000;
constexpr size_t kClassBytesMax = 64;

}  // namespace

absl::StatusOr<std::vector<LotId>> ParseLots(
    const google::protobuf::RepeatedField<int64_t>& lot_ids) {
  RETURN_IF_ERROR(runtime::CheckCount("lot_ids", lot_ids.size(), 1, kLotsMax));
  std::vector<int64_t> ids(lot_ids.begin(), lot_ids.end());
  std::sort(ids.begin(), ids.end());
  if (ids.front() < 1) {
    return runtime::InvalidField("lot_ids", "must be lots, which are numbered from 1");
  }
  const auto twice = std::adjacent_find(ids.begin(), ids.end());
  if (twice != ids.end()) {
    return runtime::InvalidField("lot_ids",
                                 absl::StrCat("has lot ", *twice, " twice; name each once"));
  }
  std::vector<LotId> lots;
  for (const int64_t id : ids) lots.push_back(LotId{id});
  return lots;
}

absl::StatusOr<Period> ParsePeriod(v1::Period period) {
  switch (period) {
    case v1::PERIOD_DAY:
      return Period::kDay;
    case v1::PERIOD_WEEK:
      return Period::kWeek;
    case v1::PERIOD_TERM:
      return Period::kTerm;
    default:
      return runtime::InvalidField("period", "must be day, week or term");
  }
}

absl::StatusOr<std::string> ParseClassFilter(const std::string& class_name) {
  return runtime::ParseText("class_name", class_name, 0, kClassBytesMax);
}

v1::LotSchool ToMessage(const std::string& school_id, const LotSchoolSums& sums) {
  v1::LotSchool message;
  message.set_school_id(school_id);
  message.set_servings(sums.servings);
  message.set_served_g(sums.served_g);
  message.set_children(sums.children);
  message.set_class_records(sums.class_records);
  message.set_first_day(FormatDate(sums.first_day));
  message.set_last_day(FormatDate(sums.last_day));
  return message;
}

v1::LotClassDay ToMessage(const std::string& school_id, const LotDayKey::Key& key,
                          const rec::LotDayRecord& record) {
  const auto& [lot, school, day, class_name, session] = key;
  v1::LotClassDay message;
  message.set_lot_id(lot);
  message.set_school_id(school_id);
  message.set_served_on(FormatDate({static_cast<int32_t>(day)}));
  message.set_class_name(class_name);
  message.set_session(session);
  message.set_distribution_id(record.distribution_id());
  message.set_servings(record.servings());
  message.set_served_g(record.served_g());
  return message;
}

v1::ServedDay ToMessage(LocalDate day, const DaySums& sums) {
  v1::ServedDay message;
  message.set_day(FormatDate(day));
  message.set_class_records(sums.class_records);
  message.set_servings(sums.servings);
  message.set_children(static_cast<int64_t>(sums.students.size()));
  message.set_served_g(sums.served_g);
  message.set_wasted_g(sums.wasted_g);
  message.set_served_twice(static_cast<int64_t>(sums.served_twice.size()));
  return message;
}

v1::ServedPeriod ToMessage(const PeriodSums& period) {
  v1::ServedPeriod message;
  message.set_first_day(FormatDate(period.first_day));
  message.set_last_day(FormatDate(period.last_day));
  message.set_term_id(period.term_id);
  message.set_days(period.days);
  message.set_class_records(period.sums.class_records);
  message.set_servings(period.sums.servings);
  message.set_children(static_cast<int64_t>(period.sums.students.size()));
  message.set_served_g(period.sums.served_g);
  message.set_wasted_g(period.sums.wasted_g);
  return message;
}

v1::LotCheck ToMessage(const CupsAndBags& lot) {
  v1::LotCheck message;
  message.set_lot_id(lot.lot.value);
  message.set_servings(lot.servings);
  message.set_served_g(lot.served_g);
  message.set_wasted_g(lot.wasted_g);
  message.set_opened_packs(lot.opened_packs);
  message.set_opened_g(lot.opened_g);
  message.set_pack_g(lot.pack_g);
  message.set_difference_g(lot.difference_g());
  message.set_is_flagged(lot.IsFlagged());
  return message;
}

}  // namespace milkway::consumption
