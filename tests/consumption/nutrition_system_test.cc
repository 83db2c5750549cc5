// Nutrients and shares of daily needs over gRPC: sums, who is told what, the inventory
// away.

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/consumption/nutrition_fixture.h"

namespace milkway::consumption {
namespace {

using ::milkway::testing::IsOk;
using ::milkway::testing::IsRefusal;
using ::milkway::testing::NamesField;
using ::milkway::testing::StatusIs;
using ::milkway::testing::UnreliableLink;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

// "6-8 0: 12 children, 24 days, 600 g, 153 of protein, 315 of calcium"
std::vector<std::string> GroupsOf(const v1::Nutrition& nutrition) {
  std::vector<std::string> lines;
  for (const v1::NeedGroup& group : nutrition.groups()) {
    lines.push_back(absl::StrCat(group.from_years(), "-", group.to_years(), " ", group.sex(), ": ",
                                 group.children(), " children, ", group.child_days(), " days, ",
                                 group.served_g(), " g, ", group.share().protein_permille(),
                                 " of protein, ", group.share().calcium_permille(), " of calcium"));
  }
  return lines;
}

// A school with children 1 to 12 of 7 years, 13 to 27 of 10 and, boys, 28 to 30 of 13.
class NutritionSystem : public NutritionFixture {
 protected:
  NutritionSystem() {
    Enrol(Students(1, 12), "1A", "2018-03", v1::SEX_FEMALE);
    Enrol(Students(13, 15), "4A", "2015-03", v1::SEX_MALE);
    Enrol(Students(28, 3), "4A", "2012-03", v1::SEX_MALE);
    PutTerm("early-june", 2, 14);
  }
};

INSTANTIATE_TEST_SUITE_P(EveryDeployment, NutritionSystem, testing::EveryDeployment(),
                         testing::NameOfDeployment);

TEST_P(NutritionSystem, ATermIsAddedUpByLabelsAndAges) {
  Record({{whole_, 25, Students(1, 12)}}, "1A", 3);
  Record({{whole_, 25, Students(1, 12)}}, "1A", 4);
  Record({{skimmed_, 30, Students(13, 18)}}, "4A", 4);
  Record({{whole_, 25, Students(1, 12)}}, "1A", 16);

  const auto answer = OfTerm("early-june");

  ASSERT_THAT(answer, IsOk());
  const v1::Nutrition& nutrition = answer->nutrition();
  EXPECT_EQ(nutrition.from_day(), "2025-06-02");
  EXPECT_EQ(nutrition.to_day(), "2025-06-14");
  EXPECT_EQ(nutrition.served_days(), 2);
  EXPECT_EQ(nutrition.children(), 30);
  EXPECT_EQ(nutrition.servings(), 42);
  EXPECT_EQ(nutrition.served_g(), 600 + 540);
  EXPECT_EQ(nutrition.total().energy_kj(), (600 * 2'060 + 540 * 1'500) / 100);
  EXPECT_EQ(nutrition.total().protein_mg(), 600 * 245 + 540 * 350);
  EXPECT_EQ(nutrition.total().calcium_mg(), (600 * 945 + 540 * 1'200) / 100);
  EXPECT_EQ(nutrition.average_serving().protein_mg(), (600 * 245 + 540 * 350) / 42);
  EXPECT_THAT(nutrition.needs_source(), ::testing::HasSubstr("WS/T 554-2017"));
  EXPECT_FALSE(nutrition.groups_withheld());
  // 25 g of 24.5 % protein of 40 g; 30 g of 35 % of 50 g and 65 g.
  EXPECT_THAT(GroupsOf(nutrition),
              ElementsAre("6-8 0: 12 children, 24 days, 600 g, 153 of protein, 315 of calcium",
                          "9-11 0: 15 children, 15 days, 450 g, 210 of protein, 423 of calcium",
                          "12-14 2: 3 children, 3 days, 90 g, 161 of protein, 378 of calcium"));
  EXPECT_EQ(nutrition.groups(0).daily_need().protein_mg(), 40'000);
  EXPECT_EQ(nutrition.groups(0).average_day().protein_mg(), 6'125);
}

TEST_P(NutritionSystem, AClassIsThatOfItsRecords) {
  Record({{whole_, 25, Students(1, 12)}}, "1A", 3);
  Record({{whole_, 20, Students(1, 2)}}, "4A", 3);

  v1::GetNutritionRequest request = Days(1, 30);
  request.set_class_name("1A");

  EXPECT_EQ(Of(request)->nutrition().served_g(), 300);
  EXPECT_EQ(Of(Days(1, 30))->nutrition().served_g(), 340);
  request.set_class_name("9Z");
  EXPECT_EQ(Of(request)->nutrition().served_days(), 0);
}

TEST_P(NutritionSystem, TwoCupsOnADayAreOneDay) {
  Record({{whole_, 25, Students(1, 12)}}, "1A", 3);
  Record({{whole_, 25, Students(1, 12)}}, "1A", 3, "afternoon");

  EXPECT_THAT(GroupsOf(Of(Days(3, 3))->nutrition()),
              ElementsAre("6-8 0: 12 children, 12 days, 600 g, 306 of protein, 630 of calcium"));
}

TEST_P(NutritionSystem, PacksTakenHomeAreInTheSumAndInNoShare) {
  Record({{whole_, 25, Students(1, 12)}}, "1A", 3);
  RecordTakeHome(whole_, Students(1, 2), 400, "1A", 3);
  RecordTakeHome(whole_, Students(3, 1), 400, "1A", 4);

  const v1::Nutrition nutrition = Of(Days(3, 4))->nutrition();

  EXPECT_EQ(nutrition.served_days(), 2);
  EXPECT_EQ(nutrition.servings(), 15);
  EXPECT_EQ(nutrition.served_g(), 1'500);
  EXPECT_EQ(nutrition.take_home_servings(), 3);
  EXPECT_EQ(nutrition.take_home_g(), 1'200);
  EXPECT_EQ(nutrition.total().protein_mg(), 1'500 * 245);
  EXPECT_EQ(nutrition.average_serving().protein_mg(), 6'125);
  EXPECT_THAT(GroupsOf(nutrition),
              ElementsAre("6-8 0: 12 children, 12 days, 300 g, 153 of protein, 315 of calcium"));
}

TEST_P(NutritionSystem, ABirthdayMovesAChildToItsNextGroup) {
  Enrol({40}, "3A", "2016-06", v1::SEX_FEMALE);
  Record({{whole_, 25, {40}}}, "3A", 14);
  Record({{whole_, 25, {40}}}, "3A", 15);

  EXPECT_THAT(GroupsOf(Of(Days(1, 30))->nutrition()),
              ElementsAre("6-8 0: 1 children, 1 days, 25 g, 153 of protein, 315 of calcium",
                          "9-11 0: 1 children, 1 days, 25 g, 122 of protein, 277 of calcium"));
}

TEST_P(NutritionSystem, ChildrenOfNoStatedNeedComeLast) {
  Enrol({40}, "0A", "2020-03", v1::SEX_FEMALE);
  Record({{whole_, 25, {40}}}, "0A", 3);
  Record({{whole_, 25, Students(1, 12)}}, "1A", 3);

  EXPECT_THAT(GroupsOf(Of(Days(1, 30))->nutrition()),
              ElementsAre("6-8 0: 12 children, 12 days, 300 g, 153 of protein, 315 of calcium",
                          "0-0 0: 1 children, 1 days, 25 g, 0 of protein, 0 of calcium"));
}

TEST_P(NutritionSystem, ACorrectionIsWhatCounts) {
  const int64_t id = Record({{whole_, 25, Students(1, 12)}}, "1A", 3);
  ASSERT_EQ(Of(Days(1, 30))->nutrition().served_g(), 300);

  auto correction = milkway_.MakeCorrection(id, {{skimmed_, 20, Students(1, 10)}});
  correction.set_school_id(kPlace);
  ASSERT_THAT(milkway_.Correct(correction), IsOk());

  EXPECT_EQ(Of(Days(1, 30))->nutrition().total().protein_mg(), 200 * 350);
  EXPECT_EQ(Of(Days(1, 30))->nutrition().children(), 10);
}

TEST_P(NutritionSystem, OthersThanTheSchoolAreToldOnlyWhatHidesFewChildren) {
  Record({{whole_, 25, Students(1, 12)}}, "1A", 3);
  Record({{whole_, 25, Students(13, 18)}}, "4A", 3);

  EXPECT_THAT(OfTerm("early-june", kContact)->nutrition().groups(), SizeIs(3));
  for (const char* caller : {"auditor:li", "procurement:zhao", "service:impact"}) {
    const auto told = OfTerm("early-june", caller);
    ASSERT_THAT(told, IsOk()) << caller;
    // The three boys are kept back, and the smallest other group with them.
    EXPECT_THAT(GroupsOf(told->nutrition()),
                ElementsAre("9-11 0: 15 children, 15 days, 375 g, 122 of protein, 277 of calcium"));
    EXPECT_TRUE(told->nutrition().groups_withheld());
    EXPECT_EQ(told->nutrition().children(), 30) << "as SummarizeServings tells them";
  }
}

TEST_P(NutritionSystem, GroupsThatCouldBeTakenFromOthersAreNotTold) {
  Record({{whole_, 25, Students(1, 12)}}, "1A", 3);
  v1::GetNutritionRequest of_class = Term("early-june");
  of_class.set_class_name("1A");

  for (const v1::GetNutritionRequest& request : {of_class, Days(3, 3)}) {
    EXPECT_THAT(Of(request, "auditor:li")->nutrition().groups(), IsEmpty());
    EXPECT_TRUE(Of(request, "auditor:li")->nutrition().groups_withheld());
    EXPECT_THAT(Of(request, kContact)->nutrition().groups(), SizeIs(1));
  }
  EXPECT_THAT(OfTerm("early-june", "auditor:li")->nutrition().groups(), SizeIs(1));
}

TEST_P(NutritionSystem, AChildIsThatOfItsHistory) {
  Record({{whole_, 25, Students(1, 12)}}, "1A", 3);
  Record({{whole_, 25, Students(2, 11)}}, "1A", 4);
  Record({{skimmed_, 30, {1}}}, "4A", 4);

  const auto answer = OfStudent(1);

  ASSERT_THAT(answer, IsOk());
  const v1::Nutrition& nutrition = answer->nutrition();
  EXPECT_EQ(nutrition.served_days(), 2);
  EXPECT_EQ(nutrition.children(), 1);
  EXPECT_EQ(nutrition.total().protein_mg(), 25 * 245 + 30 * 350);
  EXPECT_THAT(GroupsOf(nutrition),
              ElementsAre("6-8 0: 1 children, 2 days, 55 g, 207 of protein, 397 of calcium"));
  EXPECT_THAT(OfStudent(77), IsRefusal("STUDENT_UNKNOWN"));
  EXPECT_EQ(OfStudent(30)->nutrition().children(), 0);
}

TEST_P(NutritionSystem, PacksTakenHomeWithAnotherClassAreTheChildsToo) {
  Record({{whole_, 25, Students(1, 12)}}, "1A", 3);
  RecordTakeHome(whole_, {1}, 400, "4A", 3);

  EXPECT_EQ(OfStudent(1)->nutrition().take_home_g(), 400);
  EXPECT_EQ(OfStudent(1)->nutrition().served_g(), 425);
}

TEST_P(NutritionSystem, OnlyWhoMaySeeAChildsHistoryIsToldOfAChild) {
  for (const char* caller : {"donor:chen", "auditor:li", "procurement:zhao", "warehouse:he:place",
                             "service:impact", "school_contact:sun:other-school"}) {
    EXPECT_THAT(OfStudent(1, caller), StatusIs(absl::StatusCode::kPermissionDenied)) << caller;
  }
  for (const char* caller :
       {"donor:chen", "warehouse:he:place", "school_contact:sun:other-school"}) {
    EXPECT_THAT(OfTerm("early-june", caller), StatusIs(absl::StatusCode::kPermissionDenied))
        << caller;
  }
}

TEST_P(NutritionSystem, WhatCannotBeAnsweredIsRefusedByName) {
  EXPECT_THAT(OfTerm("no-term"), IsRefusal("TERM_UNKNOWN"));
  EXPECT_THAT(OfTerm("no term"), NamesField("term_id"));
  v1::GetNutritionRequest request = Days(1, 30);
  request.set_term_id("early-june");
  EXPECT_THAT(Of(request), NamesField("term_id"));
  request = Days(1, 30);
  request.set_to_day("2026-07-07");
  EXPECT_THAT(Of(request), NamesField("to_day"));
  request.clear_from_day();
  EXPECT_THAT(Of(request), NamesField("from_day"));
  request = Days(1, 30);
  request.set_school_id("nowhere");
  EXPECT_THAT(Of(request, "admin:lin"), IsRefusal("SCHOOL_UNKNOWN"));
  EXPECT_THAT(OfStudent(0), NamesField("student_number"));
}

TEST_P(NutritionSystem, ALabelIsAskedForOnce) {
  UnreliableLink& link = milkway_.system().LinkTo("inventory");
  Record({{whole_, 25, Students(1, 12)}}, "1A", 3);
  link.Lose(UnreliableLink::Loss::kRequest, "GetLots");
  EXPECT_THAT(Of(Days(1, 30)), StatusIs(absl::StatusCode::kUnavailable));
  link.Lose(UnreliableLink::Loss::kRequest, "GetProduct");
  EXPECT_THAT(Of(Days(1, 30)), StatusIs(absl::StatusCode::kUnavailable));
  link.LoseNothing();
  ASSERT_THAT(Of(Days(1, 30)), IsOk());

  link.Lose(UnreliableLink::Loss::kRequest, "GetLots");
  EXPECT_THAT(Of(Days(1, 30)), IsOk());
  link.Lose(UnreliableLink::Loss::kRequest, "GetProduct");
  EXPECT_THAT(Of(Days(1, 30)), IsOk());
  link.LoseNothing();
}

}  // namespace
}  // namespace milkway::consumption
