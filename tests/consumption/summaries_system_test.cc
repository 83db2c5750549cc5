// What the class records add up to, over gRPC: recalls, days, periods, cups and bags.

#include <map>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "milkway/consumption/v1/calendar.grpc.pb.h"
#include "milkway/consumption/v1/summaries.grpc.pb.h"
#include "tests/consumption/consumption_system.h"
#include "tests/support/deployments.h"
#include "tests/support/refusal_matchers.h"

namespace milkway::consumption {
namespace {

using ::milkway::testing::CallAndWait;
using ::milkway::testing::IsOk;
using ::milkway::testing::IsRefusal;
using ::milkway::testing::NamesField;
using ::milkway::testing::StatusIs;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

constexpr char kContact[] = "school_contact:zhang:school";
constexpr char kOtherContact[] = "school_contact:wu:other-school";

class Summaries : public testing::InEveryDeployment<ConsumptionSystem> {
 protected:
  template <typename Request, typename Response>
  absl::StatusOr<Response> Ask(grpc::Status (v1::SummaryService::Stub::*method)(
                                   grpc::ClientContext*, const Request&, Response*),
                               const Request& request, const std::string& caller = "admin:lin") {
    return CallAndWait(milkway_.channel(), method, request, caller);
  }

  int64_t RecordedId(const v1::Distribution& distribution) {
    const auto recorded = milkway_.Record(distribution);
    EXPECT_THAT(recorded, IsOk());
    return recorded.ok() ? recorded->distribution_id() : 0;
  }

  // "school 40 servings of 1000 g to 30 in 2 records, 9 to 11"
  std::vector<std::string> SchoolsOf(const std::vector<int64_t>& lots, int page_size = 0) {
    v1::ListLotSchoolsRequest request;
    request.set_page_size(page_size);
    for (const int64_t lot : lots) request.add_lot_ids(lot);
    std::vector<std::string> lines;
    do {
      const auto page = Ask(&v1::SummaryService::Stub::ListLotSchools, request);
      EXPECT_THAT(page, IsOk());
      if (!page.ok()) return lines;
      for (const v1::LotSchool& school : page->schools()) {
        lines.push_back(absl::StrCat(
            school.school_id(), " ", school.servings(), " servings of ", school.served_g(),
            " g to ", school.children(), " in ", school.class_records(), " records, ",
            school.first_day().substr(8), " to ", school.last_day().substr(8)));
      }
      request.set_page_token(page->next_page_token());
    } while (!request.page_token().empty());
    return lines;
  }

  std::vector<std::string> ClassDaysOf(const std::vector<int64_t>& lots, int page_size = 0,
                                       const std::string& school_id = "", int from = 0,
                                       int to = 0) {
    v1::ListLotClassDaysRequest request;
    if (from > 0) request.set_from_day(JuneDate(from));
    if (to > 0) request.set_to_day(JuneDate(to));
    request.set_page_size(page_size);
    request.set_school_id(school_id);
    for (const int64_t lot : lots) request.add_lot_ids(lot);
    std::vector<std::string> lines;
    do {
      const auto page = Ask(&v1::SummaryService::Stub::ListLotClassDays, request);
      EXPECT_THAT(page, IsOk());
      if (!page.ok()) return lines;
      for (const v1::LotClassDay& row : page->class_days()) {
        lines.push_back(absl::StrCat(row.lot_id(), " ", row.school_id(), " ",
                                     row.served_on().substr(8), " ", row.class_name(), " ",
                                     row.session(), " ", row.servings(), "x", row.served_g()));
      }
      request.set_page_token(page->next_page_token());
    } while (!request.page_token().empty());
    return lines;
  }

  std::vector<std::string> DaysOf(const std::string& class_name = "") {
    v1::ListServedDaysRequest request;
    request.set_school_id(kSchool);
    request.set_class_name(class_name);
    const auto page = Ask(&v1::SummaryService::Stub::ListServedDays, request, kContact);
    EXPECT_THAT(page, IsOk());
    std::vector<std::string> lines;
    if (!page.ok()) return lines;
    for (const v1::ServedDay& day : page->days()) {
      lines.push_back(absl::StrCat(day.day().substr(8), " ", day.class_records(), " records ",
                                   day.servings(), " servings ", day.children(), " children ",
                                   day.served_g(), "+", day.wasted_g(), " g twice ",
                                   day.served_twice()));
    }
    return lines;
  }

  int64_t lot_ = milkway_.Buy(50);
  int64_t other_lot_ = milkway_.Buy(50);
};

INSTANTIATE_TEST_SUITE_P(EveryDeployment, Summaries, testing::EveryDeployment(),
                         testing::NameOfDeployment);

TEST_P(Summaries, ARecallFindsEverySchoolWithItsFirstAndLastDay) {
  const int64_t lot_there = milkway_.Buy(10, "2026-06-01", kOtherSchool);
  RecordedId(MakeDistribution({{lot_, 25, Students(1, 30)}}, "1A", 9));
  RecordedId(MakeDistribution({{lot_, 25, Students(21, 10)}}, "1B", 11));
  RecordedId(MakeDistribution({{lot_there, 20, Students(1, 5)}}, "1A", 10, kOtherSchool));

  EXPECT_THAT(SchoolsOf({lot_}),
              ElementsAre("school 40 servings of 1000 g to 30 in 2 records, 09 to 11"));
  const std::vector<std::string> both = SchoolsOf({lot_there, lot_});
  EXPECT_THAT(both, ElementsAre("school 40 servings of 1000 g to 30 in 2 records, 09 to 11",
                                "other-school 5 servings of 100 g to 5 in 1 records, 10 to 10"));
  EXPECT_EQ(SchoolsOf({lot_there, lot_}, 1), both);
  EXPECT_THAT(SchoolsOf({other_lot_}), IsEmpty());
}

TEST_P(Summaries, ARecordWithTwoOfTheLotsIsOneRecord) {
  RecordedId(
      MakeDistribution({{lot_, 25, Students(1, 10)}, {other_lot_, 25, Students(11, 5)}}, "1A", 9));
  RecordedId(MakeDistribution({{other_lot_, 25, Students(1, 10)}}, "1A", 10));

  EXPECT_THAT(SchoolsOf({lot_, other_lot_}),
              ElementsAre("school 25 servings of 625 g to 15 in 2 records, 09 to 10"));
  EXPECT_THAT(SchoolsOf({other_lot_}),
              ElementsAre("school 15 servings of 375 g to 15 in 2 records, 09 to 10"));
}

TEST_P(Summaries, ARecallFollowsCorrectionsAndWithdrawals) {
  const int64_t first = RecordedId(MakeDistribution({{lot_, 25, Students(1, 30)}}, "1A", 9));
  const int64_t last = RecordedId(MakeDistribution({{lot_, 25, Students(1, 30)}}, "1A", 12));
  RecordedId(MakeDistribution({{lot_, 25, Students(1, 3)}}, "1A", 10));

  ASSERT_THAT(milkway_.Correct(first, {{other_lot_, 25, Students(1, 30)}}), IsOk());
  ASSERT_THAT(milkway_.Correct(last, {}), IsOk());

  EXPECT_THAT(SchoolsOf({lot_}),
              ElementsAre("school 3 servings of 75 g to 3 in 1 records, 10 to 10"));
  EXPECT_THAT(ClassDaysOf({lot_}), ElementsAre(absl::StrCat(lot_, " school 10 1A daily 3x75")));
}

TEST_P(Summaries, ClassDaysComeInOrderOfLotSchoolDayClassAndSession) {
  const int64_t there = milkway_.Buy(10, "2026-06-01", kOtherSchool);
  RecordedId(MakeDistribution({{other_lot_, 25, Students(1, 2)}}, "1A", 9));
  RecordedId(MakeDistribution({{lot_, 25, Students(1, 3)}}, "1B", 10));
  RecordedId(MakeDistribution({{lot_, 25, Students(4, 4)}}, "1A", 10));
  RecordedId(MakeDistribution({{there, 25, Students(1, 5)}}, "1A", 9, kOtherSchool));
  const std::vector<std::string> all = {absl::StrCat(lot_, " school 10 1A daily 4x100"),
                                        absl::StrCat(lot_, " school 10 1B daily 3x75"),
                                        absl::StrCat(other_lot_, " school 09 1A daily 2x50"),
                                        absl::StrCat(there, " other-school 09 1A daily 5x125")};

  EXPECT_EQ(ClassDaysOf({there, other_lot_, lot_}), all);
  EXPECT_EQ(ClassDaysOf({there, other_lot_, lot_}, 1), all);
  EXPECT_EQ(ClassDaysOf({there, other_lot_, lot_}, 3), all);
  EXPECT_THAT(ClassDaysOf({there, other_lot_, lot_}, 0, kOtherSchool), SizeIs(1));
}

TEST_P(Summaries, ClassDaysOfSomeDaysAreThoseOfTheseDays) {
  for (int day = 8; day <= 11; ++day) {
    RecordedId(MakeDistribution({{lot_, 25, Students(1, 3)}}, "1A", day));
  }
  const auto line = [this](absl::string_view day) {
    return absl::StrCat(lot_, " school ", day, " 1A daily 3x75");
  };

  for (const std::string& school : {std::string(), std::string(kSchool)}) {
    EXPECT_THAT(ClassDaysOf({lot_}, 0, school, 9, 10), ElementsAre(line("09"), line("10")));
    EXPECT_THAT(ClassDaysOf({lot_}, 1, school, 9, 10), ElementsAre(line("09"), line("10")));
    EXPECT_THAT(ClassDaysOf({lot_}, 0, school, 11, 0), ElementsAre(line("11")));
    EXPECT_THAT(ClassDaysOf({lot_}, 0, school, 0, 8), ElementsAre(line("08")));
    EXPECT_THAT(ClassDaysOf({lot_}, 0, school, 12, 12), IsEmpty());
  }
  v1::ListLotClassDaysRequest request;
  request.add_lot_ids(lot_);
  request.set_from_day(JuneDate(10));
  request.set_to_day(JuneDate(9));
  EXPECT_THAT(Ask(&v1::SummaryService::Stub::ListLotClassDays, request).status(),
              NamesField("to_day"));
}

TEST_P(Summaries, OnlyTheSchoolHearsWhichChildrenDrankOfALot) {
  RecordedId(MakeDistribution({{lot_, 25, Students(3, 2)}}, "1A", 9));
  RecordedId(MakeDistribution({{lot_, 25, Students(4, 2)}}, "1A", 10));
  v1::ListLotStudentsRequest request;
  request.set_school_id(kSchool);
  request.add_lot_ids(lot_);
  request.set_page_size(2);

  auto page = Ask(&v1::SummaryService::Stub::ListLotStudents, request, kContact);

  ASSERT_THAT(page, IsOk());
  ASSERT_THAT(page->students(), SizeIs(2));
  EXPECT_EQ(page->students(0).student_number(), 3);
  EXPECT_EQ(page->students(0).servings(), 1);
  EXPECT_EQ(page->students(1).student_number(), 4);
  EXPECT_EQ(page->students(1).servings(), 2);
  request.set_page_token(page->next_page_token());
  page = Ask(&v1::SummaryService::Stub::ListLotStudents, request, kContact);
  ASSERT_THAT(page, IsOk());
  ASSERT_THAT(page->students(), SizeIs(1));
  EXPECT_EQ(page->next_page_token(), "");
  for (const char* caller : {kOtherContact, "auditor:a", "service:trace", "procurement:p"}) {
    EXPECT_THAT(Ask(&v1::SummaryService::Stub::ListLotStudents, request, caller),
                StatusIs(absl::StatusCode::kPermissionDenied));
  }
}

TEST_P(Summaries, LotsAreNamedOnceAndNotTooMany) {
  v1::ListLotSchoolsRequest request;
  EXPECT_THAT(Ask(&v1::SummaryService::Stub::ListLotSchools, request), NamesField("lot_ids"));
  request.add_lot_ids(1);
  request.add_lot_ids(1);
  EXPECT_THAT(Ask(&v1::SummaryService::Stub::ListLotSchools, request), NamesField("lot_ids"));
  request.clear_lot_ids();
  for (int64_t lot = 1; lot <= 1'001; ++lot) request.add_lot_ids(lot);
  EXPECT_THAT(Ask(&v1::SummaryService::Stub::ListLotSchools, request), NamesField("lot_ids"));
  request.clear_lot_ids();
  request.add_lot_ids(0);
  EXPECT_THAT(Ask(&v1::SummaryService::Stub::ListLotSchools, request), NamesField("lot_ids"));
}

TEST_P(Summaries, ADayIsTheSumOfItsRecords) {
  RecordedId(MakeDistribution({{lot_, 25, Students(1, 10), 30}}, "1A", 9));
  const int64_t other = RecordedId(MakeDistribution({{lot_, 20, Students(8, 5)}}, "1B", 9));
  const int64_t gone = RecordedId(MakeDistribution({{lot_, 20, Students(8, 5)}}, "1B", 10));
  ASSERT_THAT(milkway_.Correct(gone, {}), IsOk());

  EXPECT_THAT(DaysOf(), ElementsAre("09 2 records 15 servings 12 children 350+30 g twice 3"));
  EXPECT_THAT(DaysOf("1B"), ElementsAre("09 1 records 5 servings 5 children 100+0 g twice 0"));
  EXPECT_THAT(DaysOf("9Z"), IsEmpty());
  ASSERT_THAT(milkway_.Correct(other, {{lot_, 20, Students(20, 5)}}), IsOk());
  EXPECT_THAT(DaysOf(), ElementsAre("09 2 records 15 servings 15 children 350+30 g twice 0"));
}

TEST_P(Summaries, PeriodsAddUpTheirDays) {
  v1::PutTermRequest put;
  put.set_request_id(milkway_.NextRequestId());
  put.set_school_id(kSchool);
  put.mutable_term()->set_term_id("spring");
  put.mutable_term()->set_first_day("2025-06-09");
  put.mutable_term()->set_last_day("2025-06-20");
  ASSERT_THAT(CallAndWait(milkway_.channel(), &v1::CalendarService::Stub::PutTerm, put), IsOk());
  for (const int day : {6, 9, 13, 16}) {
    RecordedId(MakeDistribution({{lot_, 25, Students(day, 10), 5}}, "1A", day));
  }
  v1::SummarizeServingsRequest request;
  request.set_school_id(kSchool);
  request.set_from_day("2025-06-02");
  request.set_to_day("2025-06-17");
  const auto periods = [&](v1::Period period) {
    request.set_period(period);
    const auto answer = Ask(&v1::SummaryService::Stub::SummarizeServings, request, kContact);
    EXPECT_THAT(answer, IsOk());
    std::vector<std::string> lines;
    for (const v1::ServedPeriod& sums : answer->periods()) {
      lines.push_back(absl::StrCat(sums.first_day().substr(8), "-", sums.last_day().substr(8), " ",
                                   sums.term_id(), " ", sums.days(), " days ", sums.servings(),
                                   " servings ", sums.children(), " children ", sums.served_g(),
                                   "+", sums.wasted_g()));
    }
    return lines;
  };

  EXPECT_THAT(periods(v1::PERIOD_DAY), SizeIs(4));
  EXPECT_THAT(periods(v1::PERIOD_WEEK), ElementsAre("02-08  1 days 10 servings 10 children 250+5",
                                                    "09-15  2 days 20 servings 14 children 500+10",
                                                    "16-17  1 days 10 servings 10 children 250+5"));
  EXPECT_THAT(periods(v1::PERIOD_TERM),
              ElementsAre("09-17 spring 3 days 30 servings 17 children 750+15",
                          "02-17  1 days 10 servings 10 children 250+5"));
  request.set_class_name("1B");
  EXPECT_THAT(periods(v1::PERIOD_WEEK), IsEmpty());
  request.set_period(v1::PERIOD_UNSPECIFIED);
  EXPECT_THAT(Ask(&v1::SummaryService::Stub::SummarizeServings, request), NamesField("period"));
  request.set_from_day("2024-01-01");
  EXPECT_THAT(Ask(&v1::SummaryService::Stub::SummarizeServings, request), NamesField("to_day"));
}

TEST_P(Summaries, CupsAreComparedWithBagsAndFlaggedBeyondFifteenPercentAndAPack) {
  const auto record = [&](int day, int children, int opened) {
    v1::Distribution distribution =
        MakeDistribution({{lot_, 25, Students(1, children)}}, "1A", day);
    distribution.mutable_lines(0)->set_opened_packs(opened);
    distribution.mutable_lines(0)->set_pack_g(opened > 0 ? 500 : 0);
    RecordedId(distribution);
  };
  v1::CheckServingsRequest request;
  request.set_school_id(kSchool);
  request.set_from_day("2025-06-01");
  request.set_to_day("2025-06-30");
  const auto check = [&] {
    const auto answer = Ask(&v1::SummaryService::Stub::CheckServings, request, kContact);
    EXPECT_THAT(answer, IsOk());
    EXPECT_THAT(answer->lots(), SizeIs(1));
    return answer->lots(0);
  };

  record(9, 60, 4);  // 1,500 g of 2,000: exactly a pack
  EXPECT_EQ(check().difference_g(), -500);
  EXPECT_FALSE(check().is_flagged());
  record(10, 59, 3);  // 2,975 g of 3,500: 525 g, which is 15 % exactly
  EXPECT_EQ(check().difference_g(), -525);
  EXPECT_FALSE(check().is_flagged());
  record(11, 59, 4);  // 4,450 g of 5,500: 1,050 g
  EXPECT_TRUE(check().is_flagged());
  EXPECT_EQ(check().opened_packs(), 11);
}

}  // namespace
}  // namespace milkway::consumption
