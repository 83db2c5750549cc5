// Lists of class records over gRPC: order, days, pages.

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/consumption/consumption_system.h"
#include "tests/support/deployments.h"
#include "tests/support/refusal_matchers.h"

namespace milkway::consumption {
namespace {

using ::milkway::testing::IsOk;
using ::milkway::testing::IsRefusal;
using ::milkway::testing::NamesField;
using ::milkway::testing::StatusIs;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class Lists : public testing::InEveryDeployment<ConsumptionSystem> {
 protected:
  // "9 1A daily", "10 1B late".
  static std::vector<std::string> NamesOf(const v1::ListDistributionsResponse& page) {
    std::vector<std::string> names;
    for (const v1::RecordedDistribution& recorded : page.distributions()) {
      const v1::Distribution& distribution = recorded.distribution();
      names.push_back(absl::StrCat(distribution.served_on().substr(8), " ",
                                   distribution.class_name(), " ", distribution.session()));
    }
    return names;
  }

  void Record(int day, const std::string& class_name, const std::string& session = "") {
    v1::Distribution distribution = MakeDistribution({{lot_, 25, {1, 2}}}, class_name, day);
    distribution.set_session(session);
    ASSERT_THAT(milkway_.Record(distribution), IsOk());
  }

  v1::ListDistributionsRequest Asking() {
    v1::ListDistributionsRequest request;
    request.set_school_id(kSchool);
    return request;
  }

  int64_t lot_ = milkway_.Buy(10);
};

INSTANTIATE_TEST_SUITE_P(EveryDeployment, Lists, testing::EveryDeployment(),
                         testing::NameOfDeployment);

TEST_P(Lists, RecordsComeInOrderOfDayClassAndSession) {
  Record(11, "1A");
  Record(10, "1B", "late");
  Record(10, "1B", "early");
  Record(10, "1A");
  Record(9, "2C");

  EXPECT_THAT(
      NamesOf(*milkway_.List(Asking())),
      ElementsAre("09 2C daily", "10 1A daily", "10 1B early", "10 1B late", "11 1A daily"));
}

TEST_P(Lists, DaysAreCountedBothEndsIncluded) {
  for (const int day : {8, 9, 10, 11}) Record(day, "1A");
  auto request = Asking();
  request.set_from_day(JuneDate(9));
  request.set_to_day(JuneDate(10));

  EXPECT_THAT(NamesOf(*milkway_.List(request)), ElementsAre("09 1A daily", "10 1A daily"));
  request.clear_to_day();
  EXPECT_THAT(milkway_.List(request)->distributions(), SizeIs(3));
  request.set_to_day(JuneDate(9));
  EXPECT_THAT(milkway_.List(request)->distributions(), SizeIs(1));
  request.set_to_day(JuneDate(8));
  EXPECT_THAT(milkway_.List(request)->distributions(), IsEmpty());
}

TEST_P(Lists, PagesGoOnWhereTheLastOneEnded) {
  for (int day = 1; day <= 7; ++day) Record(day, "1A");
  auto request = Asking();
  request.set_page_size(3);

  std::vector<size_t> sizes;
  std::vector<std::string> names;
  do {
    const auto page = milkway_.List(request);
    ASSERT_THAT(page, IsOk());
    for (const std::string& name : NamesOf(*page)) names.push_back(name);
    sizes.push_back(static_cast<size_t>(page->distributions_size()));
    request.set_page_token(page->next_page_token());
  } while (!request.page_token().empty());

  EXPECT_THAT(sizes, ElementsAre(3, 3, 1));
  EXPECT_THAT(names, ElementsAre("01 1A daily", "02 1A daily", "03 1A daily", "04 1A daily",
                                 "05 1A daily", "06 1A daily", "07 1A daily"));
}

TEST_P(Lists, ATokenBelongsToItsQuery) {
  for (int day = 1; day <= 4; ++day) Record(day, "1A");
  auto request = Asking();
  request.set_page_size(2);
  request.set_page_token(milkway_.List(request)->next_page_token());
  auto other_days = request;
  other_days.set_from_day(JuneDate(1));
  auto other_school = request;
  other_school.set_school_id(kOtherSchool);
  auto invented = request;
  invented.set_page_token("AAAA");

  EXPECT_THAT(milkway_.List(other_days), NamesField("page_token"));
  EXPECT_THAT(milkway_.List(other_school), NamesField("page_token"));
  EXPECT_THAT(milkway_.List(invented), NamesField("page_token"));
  request.set_page_size(1);
  EXPECT_THAT(NamesOf(*milkway_.List(request)), ElementsAre("03 1A daily"));
}

TEST_P(Lists, AListShowsWhatStandsAndWhatWasWithdrawn) {
  Record(10, "1A");
  Record(10, "1B");
  ASSERT_THAT(milkway_.Correct(1, {}), IsOk());
  Record(10, "1A");
  ASSERT_THAT(milkway_.Correct(2, {{lot_, 20, {3}}}), IsOk());

  const auto page = milkway_.List(Asking());

  ASSERT_THAT(page, IsOk());
  ASSERT_THAT(page->distributions(), SizeIs(3));
  EXPECT_EQ(page->distributions(0).distribution_id(), 1);
  EXPECT_THAT(page->distributions(0).distribution().lines(), IsEmpty());
  EXPECT_EQ(page->distributions(1).distribution_id(), 3);
  EXPECT_EQ(page->distributions(2).DebugString(), milkway_.Get(2)->DebugString());
  EXPECT_THAT(page->distributions(2).revisions(), SizeIs(2));
}

TEST_P(Lists, APageCountsRecordsAlsoThoseOfOneSession) {
  for (int64_t id = 1; id <= 4; ++id) {
    Record(10, "1A");
    ASSERT_THAT(milkway_.Correct(id, {}), IsOk());
  }
  Record(10, "1A");
  Record(10, "1B");
  for (int page_size = 1; page_size <= 7; ++page_size) {
    auto request = Asking();
    request.set_page_size(page_size);
    std::vector<int64_t> ids;
    do {
      const auto page = milkway_.List(request);
      ASSERT_THAT(page, IsOk());
      EXPECT_LE(page->distributions_size(), page_size);
      EXPECT_GT(page->distributions_size(), 0);
      for (const auto& record : page->distributions()) ids.push_back(record.distribution_id());
      request.set_page_token(page->next_page_token());
    } while (!request.page_token().empty());
    EXPECT_THAT(ids, ElementsAre(1, 2, 3, 4, 5, 6)) << page_size;
  }
}

TEST_P(Lists, AListCanBeOfOneClass) {
  for (int day = 1; day <= 3; ++day) {
    Record(day, "1A");
    Record(day, "1B");
  }
  auto request = Asking();
  request.set_class_name("1B");
  request.set_page_size(2);

  const auto page = milkway_.List(request);

  EXPECT_THAT(NamesOf(*page), ElementsAre("01 1B daily", "02 1B daily"));
  request.set_page_token(page->next_page_token());
  EXPECT_THAT(NamesOf(*milkway_.List(request)), ElementsAre("03 1B daily"));
  request.set_class_name("1A");
  EXPECT_THAT(milkway_.List(request), NamesField("page_token"));
}

TEST_P(Lists, AListIsOfOneSchoolThatTheCallerMaySee) {
  Record(10, "1A");
  auto request = Asking();

  EXPECT_THAT(milkway_.List(request, "school_contact:wang:school")->distributions(), SizeIs(1));
  EXPECT_THAT(milkway_.List(request, "school_contact:zhao:other-school"),
              StatusIs(absl::StatusCode::kPermissionDenied));
  EXPECT_THAT(milkway_.List(request, "donor:ann"), StatusIs(absl::StatusCode::kPermissionDenied));
  request.set_school_id(kOtherSchool);
  EXPECT_THAT(milkway_.List(request)->distributions(), IsEmpty());
  request.set_school_id("nowhere");
  EXPECT_THAT(milkway_.List(request), IsRefusal("SCHOOL_UNKNOWN"));
}

TEST_P(Lists, AFieldThatIsWrongIsNamed) {
  auto request = Asking();
  request.set_from_day("10 June");
  EXPECT_THAT(milkway_.List(request), NamesField("from_day"));
  request = Asking();
  request.set_to_day("2025-06-31");
  EXPECT_THAT(milkway_.List(request), NamesField("to_day"));
  request = Asking();
  request.set_page_size(1001);
  EXPECT_THAT(milkway_.List(request), NamesField("page_size"));
}

}  // namespace
}  // namespace milkway::consumption
