// What the summaries show against what the model's records add up to.

#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "milkway/consumption/v1/history.grpc.pb.h"
#include "milkway/consumption/v1/summaries.grpc.pb.h"
#include "tests/consumption/distribution_clerk.h"
#include "tests/support/refusal_matchers.h"

namespace milkway::consumption {

namespace {

using ::milkway::testing::CallAndWait;
using ::milkway::testing::IsOk;

// Every page of a list.
template <typename Item, typename Stub, typename Request, typename Response>
std::vector<Item> ListAll(
    ConsumptionSystem& milkway,
    grpc::Status (Stub::*method)(grpc::ClientContext*, const Request&, Response*), Request request,
    const google::protobuf::RepeatedPtrField<Item>& (Response::*items)() const) {
  std::vector<Item> all;
  do {
    const auto page = CallAndWait(milkway.channel(), method, request);
    EXPECT_THAT(page, IsOk());
    if (!page.ok()) return all;
    const auto& rows = ((*page).*items)();
    all.insert(all.end(), rows.begin(), rows.end());
    request.set_page_token(page->next_page_token());
  } while (!request.page_token().empty());
  return all;
}

struct DayModel {
  int64_t class_records = 0;
  int64_t servings = 0;
  int64_t served_g = 0;
  int64_t wasted_g = 0;
  std::map<int32_t, int> times;  // by child
};

// By day, of all records that stand.
std::map<std::string, DayModel> DaysOf(const DistributionModel& model) {
  std::map<std::string, DayModel> days;
  for (const auto& [id, entry] : model.entries()) {
    if (entry.is_withdrawn()) continue;
    DayModel& day = days[std::get<0>(entry.key)];
    ++day.class_records;
    for (const v1::DistributionLine& line : entry.standing()) {
      day.servings += line.student_numbers_size();
      day.served_g += line.serving_g() * line.student_numbers_size();
      day.wasted_g += line.wasted_g();
      for (const int32_t child : line.student_numbers()) ++day.times[child];
    }
  }
  return days;
}

struct LotModel {
  std::set<int64_t> records;
  std::set<std::string> days;
  std::map<int32_t, int64_t> times;
  int64_t rows = 0;  // one a record and lot
};

LotModel LotsOf(const DistributionModel& model, const std::set<int64_t>& lots) {
  LotModel sums;
  for (const auto& [id, entry] : model.entries()) {
    if (entry.is_withdrawn()) continue;
    for (const v1::DistributionLine& line : entry.standing()) {
      if (line.student_numbers().empty() || lots.count(line.lot_id()) == 0) continue;
      sums.records.insert(id);
      sums.days.insert(std::get<0>(entry.key));
      for (const int32_t child : line.student_numbers()) ++sums.times[child];
      ++sums.rows;
    }
  }
  return sums;
}

}  // namespace

void DistributionClerk::CompareDays() {
  const std::map<std::string, DayModel> expected = DaysOf(model_);
  v1::ListServedDaysRequest request;
  request.set_school_id(school_id_);
  const auto days = ListAll<v1::ServedDay>(milkway_, &v1::SummaryService::Stub::ListServedDays,
                                           request, &v1::ListServedDaysResponse::days);
  ASSERT_EQ(days.size(), expected.size());
  v1::ListServedTwiceRequest twice_request;
  twice_request.set_school_id(school_id_);
  std::map<std::string, std::set<int32_t>> twice;
  for (const v1::ServedTwiceDay& day :
       ListAll<v1::ServedTwiceDay>(milkway_, &v1::HistoryService::Stub::ListServedTwice,
                                   twice_request, &v1::ListServedTwiceResponse::days)) {
    twice[day.day()].insert(day.student_numbers().begin(), day.student_numbers().end());
  }
  auto next = expected.begin();
  for (const v1::ServedDay& day : days) {
    const DayModel& model = next->second;
    ASSERT_EQ(day.day(), next->first);
    EXPECT_EQ(day.class_records(), model.class_records);
    EXPECT_EQ(day.servings(), model.servings);
    EXPECT_EQ(day.served_g(), model.served_g);
    EXPECT_EQ(day.wasted_g(), model.wasted_g);
    EXPECT_EQ(day.children(), static_cast<int64_t>(model.times.size()));
    std::set<int32_t> several;
    for (const auto& [child, times] : model.times) {
      if (times > 1) several.insert(child);
    }
    EXPECT_EQ(twice[day.day()], several) << day.day();
    ++next;
  }
}

void DistributionClerk::CompareRecall(const std::set<int64_t>& lots) {
  const LotModel expected = LotsOf(model_, lots);
  v1::ListLotSchoolsRequest request;
  v1::ListLotClassDaysRequest rows;
  v1::ListLotStudentsRequest students;
  rows.set_school_id(school_id_);
  students.set_school_id(school_id_);
  for (const int64_t lot : lots) {
    request.add_lot_ids(lot);
    rows.add_lot_ids(lot);
    students.add_lot_ids(lot);
  }
  const auto schools = ListAll<v1::LotSchool>(milkway_, &v1::SummaryService::Stub::ListLotSchools,
                                              request, &v1::ListLotSchoolsResponse::schools);
  // The lots lie at this school only.
  ASSERT_EQ(schools.size(), expected.records.empty() ? 0u : 1u);
  if (!schools.empty()) {
    EXPECT_EQ(schools[0].school_id(), school_id_);
    EXPECT_EQ(schools[0].class_records(), static_cast<int64_t>(expected.records.size()));
    EXPECT_EQ(schools[0].first_day(), *expected.days.begin());
    EXPECT_EQ(schools[0].last_day(), *expected.days.rbegin());
    EXPECT_EQ(schools[0].children(), static_cast<int64_t>(expected.times.size()));
  }
  EXPECT_EQ(ListAll<v1::LotClassDay>(milkway_, &v1::SummaryService::Stub::ListLotClassDays, rows,
                                     &v1::ListLotClassDaysResponse::class_days)
                .size(),
            static_cast<size_t>(expected.rows));
  std::map<int32_t, int64_t> times;
  for (const v1::LotStudent& student :
       ListAll<v1::LotStudent>(milkway_, &v1::SummaryService::Stub::ListLotStudents, students,
                               &v1::ListLotStudentsResponse::students)) {
    times[student.student_number()] = student.servings();
  }
  EXPECT_EQ(times, expected.times);
}

void DistributionClerk::CompareSummaries() {
  CompareDays();
  for (const int64_t lot : lots_) CompareRecall({lot});
  CompareRecall({lots_.begin(), lots_.end()});
}

}  // namespace milkway::consumption
