// Sheets of paper over gRPC: printed, entered, entered again, entered otherwise.

#include <chrono>
#include <future>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "milkway/consumption/v1/paper.grpc.pb.h"
#include "tests/consumption/consumption_system.h"
#include "tests/support/deployments.h"
#include "tests/support/refusal_matchers.h"

namespace milkway::consumption {
namespace {

using ::milkway::testing::CallAndWait;
using ::milkway::testing::IsOk;
using ::milkway::testing::NamesField;
using ::testing::AnyOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using ::testing::StartsWith;

constexpr char kContact[] = "school_contact:zhang:school";

class Paper : public testing::InEveryDeployment<ConsumptionSystem> {
 protected:
  absl::StatusOr<v1::GetPaperSheetResponse> Get(const std::string& class_name = "1A") {
    v1::GetPaperSheetRequest request;
    request.set_school_id(kSchool);
    request.set_class_name(class_name);
    request.set_month("2025-06");
    return CallAndWait(milkway_.channel(), &v1::PaperSheetService::Stub::GetPaperSheet, request,
                       kContact);
  }

  // The first three children on 2025-06-09 and 10.
  v1::EnterPaperSheetRequest Sheet(const std::vector<std::string>& marks = {"11", "10", "r."}) {
    v1::EnterPaperSheetRequest request;
    request.set_school_id(kSchool);
    request.set_class_name("1A");
    request.set_month("2025-06");
    for (const char* day : {"2025-06-09", "2025-06-10"}) {
      v1::PaperDay& prepared = *request.add_days();
      prepared.set_day(day);
      prepared.set_lot_id(lot_);
      prepared.set_serving_g(25);
    }
    const auto printed = Get("1A");
    EXPECT_THAT(printed, IsOk());
    request.set_sheet_number(printed->sheet_number());
    for (size_t index = 0; index < marks.size(); ++index) {
      v1::PaperMarks& row = *request.add_rows();
      const v1::PaperRow& on_paper = printed->rows(static_cast<int>(index));
      row.set_student_number(on_paper.student_number());
      row.set_check_digit(on_paper.check_digit());
      row.set_marks(marks[index]);
    }
    return request;
  }

  absl::StatusOr<v1::EnterPaperSheetResponse> Enter(const v1::EnterPaperSheetRequest& request) {
    return CallAndWait(milkway_.channel(), &v1::PaperSheetService::Stub::EnterPaperSheet, request,
                       kContact);
  }
  static std::vector<std::string> Outcomes(
      const absl::StatusOr<v1::EnterPaperSheetResponse>& response) {
    EXPECT_THAT(response, IsOk());
    std::vector<std::string> lines;
    if (!response.ok()) return lines;
    for (const v1::PaperDayResult& day : response->days()) {
      lines.push_back(absl::StrCat(day.day().substr(8), " ",
                                   v1::PaperOutcome_Name(day.outcome()).substr(14), " ",
                                   day.servings(), " ", day.refusal_reason()));
    }
    return lines;
  }

  int64_t lot_ = milkway_.Buy(100);
};

INSTANTIATE_TEST_SUITE_P(EveryDeployment, Paper, testing::EveryDeployment(),
                         testing::NameOfDeployment);

TEST_P(Paper, ASheetHasTheClassAndItsSchoolDays) {
  const auto sheet = Get();

  ASSERT_THAT(sheet, IsOk());
  EXPECT_THAT(sheet->rows(), SizeIs(kStudents));
  EXPECT_THAT(sheet->days(), SizeIs(21));
  EXPECT_EQ(sheet->days(0), "2025-06-02");
  EXPECT_THAT(sheet->html(), HasSubstr("喝奶登记表"));
  EXPECT_THAT(Get("9Z")->rows(), SizeIs(0));
}

TEST_P(Paper, WhatWasTickedIsRecordedOnce) {
  EXPECT_THAT(Outcomes(Enter(Sheet())), ElementsAre("09 RECORDED 2 ", "10 RECORDED 1 "));
  EXPECT_THAT(Outcomes(Enter(Sheet())), ElementsAre("09 UNCHANGED 2 ", "10 UNCHANGED 1 "));

  const auto records = milkway_.ListAll();
  ASSERT_THAT(records, SizeIs(2));
  EXPECT_THAT(records[0].distribution().lines(0).student_numbers(), ElementsAre(1, 2));
  EXPECT_THAT(records[0].distribution().refused_numbers(), ElementsAre(3));
  EXPECT_THAT(records[1].distribution().absent_numbers(), ElementsAre(2));
  EXPECT_THAT(records[0].revisions(), SizeIs(1));
  EXPECT_EQ(milkway_.Balance(lot_, inv::ACCOUNT_KIND_SERVED), 75);
}

TEST_P(Paper, ADryRunSaysWhatWouldHappenAndChangesNothing) {
  auto request = Sheet();
  request.set_dry_run(true);

  EXPECT_THAT(Outcomes(Enter(request)), ElementsAre("09 RECORDED 2 ", "10 RECORDED 1 "));

  EXPECT_THAT(milkway_.ListAll(), SizeIs(0));
}

TEST_P(Paper, AnotherEntryIsShownFirstAndCorrectsOnlyWhenAllowed) {
  ASSERT_THAT(Enter(Sheet()), IsOk());
  auto other = Sheet({"11", "11", "r."});

  const auto left = Enter(other);
  EXPECT_THAT(Outcomes(left), ElementsAre("09 UNCHANGED 2 ", "10 DIFFERS 2 "));
  EXPECT_EQ(left->days(1).servings_before(), 1);
  other.set_allow_corrections(true);
  EXPECT_THAT(Enter(other), NamesField("correction_reason"));
  other.set_correction_reason("typed wrongly");
  other.set_dry_run(true);
  EXPECT_THAT(Outcomes(Enter(other)), ElementsAre("09 UNCHANGED 2 ", "10 CORRECTED 2 "));
  EXPECT_THAT(milkway_.ListAll()[1].revisions(), SizeIs(1));
  other.set_dry_run(false);
  EXPECT_THAT(Outcomes(Enter(other)), ElementsAre("09 UNCHANGED 2 ", "10 CORRECTED 2 "));

  EXPECT_THAT(Outcomes(Enter(other)), ElementsAre("09 UNCHANGED 2 ", "10 UNCHANGED 2 "));
  // And back again: the same sheet, but another revision.
  auto first = Sheet();
  first.set_allow_corrections(true);
  first.set_correction_reason("it was right");
  EXPECT_THAT(Outcomes(Enter(first)), ElementsAre("09 UNCHANGED 2 ", "10 CORRECTED 1 "));
  EXPECT_EQ(milkway_.Balance(lot_, inv::ACCOUNT_KIND_SERVED), 75);
  EXPECT_THAT(milkway_.ListAll()[1].revisions(), SizeIs(3));
  EXPECT_EQ(milkway_.ListAll()[1].revisions(1).reason(), "typed wrongly");
}

TEST_P(Paper, ADayThatDiffersDoesNotHoldUpTheOthers) {
  auto first = Sheet();
  first.mutable_days()->RemoveLast();
  for (auto& row : *first.mutable_rows()) row.set_marks(row.marks().substr(0, 1));
  ASSERT_THAT(Enter(first), IsOk());

  EXPECT_THAT(Outcomes(Enter(Sheet({"11", "00", ".."}))),
              ElementsAre("09 DIFFERS 1 ", "10 RECORDED 1 "));

  EXPECT_THAT(milkway_.ListAll()[0].revisions(), SizeIs(1));
}

TEST_P(Paper, TwoPeopleWhoEnterTheSameSheetAtOnceRecordItOnce) {
  const auto request = Sheet();
  std::vector<std::thread> people;
  std::vector<std::vector<std::string>> outcomes(4);
  for (auto& mine : outcomes) {
    people.emplace_back([&] { mine = Outcomes(Enter(request)); });
  }
  for (std::thread& person : people) person.join();

  for (const auto& mine : outcomes) {
    EXPECT_THAT(mine, ElementsAre(AnyOf("09 RECORDED 2 ", "09 UNCHANGED 2 "),
                                  AnyOf("10 RECORDED 1 ", "10 UNCHANGED 1 ")));
  }
  const auto records = milkway_.ListAll();
  ASSERT_THAT(records, SizeIs(2));
  EXPECT_THAT(records[0].revisions(), SizeIs(1));
  EXPECT_EQ(milkway_.Balance(lot_, inv::ACCOUNT_KIND_SERVED), 75);
  EXPECT_THAT(milkway_.Differences(), IsEmpty());
}

TEST_P(Paper, AColumnWhoseCountIsNotWhatWasTickedIsRefused) {
  auto request = Sheet();
  request.mutable_days(0)->set_drank_count(2);
  request.mutable_days(1)->set_drank_count(2);

  const auto entered = Enter(request);

  EXPECT_THAT(Outcomes(entered), ElementsAre("09 RECORDED 2 ", "10 REFUSED 1 SHEET_COUNT_DIFFERS"));
  EXPECT_THAT(entered->days(1).refusal_message(),
              HasSubstr("counts 2 children who drank on 2025-06-10, but 1 are ticked"));
}

TEST_P(Paper, ASheetOfAnotherClassIsNotEntered) {
  auto request = Sheet();
  request.set_sheet_number(Get("2B")->sheet_number());
  const auto other_class = Enter(request).status();
  EXPECT_THAT(other_class, NamesField("sheet_number"));
  EXPECT_THAT(other_class.message(), HasSubstr("another sheet"));

  request.set_sheet_number("0001-202506-0000-10");
  EXPECT_THAT(Enter(request).status().message(), HasSubstr("check digit is wrong"));
  EXPECT_THAT(milkway_.ListAll(), SizeIs(0));
}

TEST_P(Paper, AChildWhoMustNotDrinkIsStruckOutAndRefused) {
  v1::Student excluded = MakeStudent(61);
  excluded.set_exclusion(v1::EXCLUSION_MILK_ALLERGY);
  v1::Student late = MakeStudent(62, "2025-06-10");
  ASSERT_THAT(milkway_.Enrol(kSchool, {excluded, late}), IsOk());

  const auto sheet = Get();

  ASSERT_THAT(sheet, IsOk());
  EXPECT_TRUE(sheet->rows(60).is_excluded());
  EXPECT_FALSE(sheet->rows(61).is_excluded());
  EXPECT_THAT(sheet->html(), HasSubstr("<tr class=\"struck\"><th>61</th>"));
  EXPECT_THAT(sheet->html(), HasSubstr("<tr><th>62</th>"));
  auto request = Sheet();
  *request.mutable_rows(1) = request.rows(0);
  request.mutable_rows(1)->set_student_number(61);
  request.mutable_rows(1)->set_check_digit(sheet->rows(60).check_digit());
  EXPECT_THAT(Outcomes(Enter(request)),
              ElementsAre("09 REFUSED 2 STUDENT_EXCLUDED", "10 REFUSED 2 STUDENT_EXCLUDED"));
}

TEST_P(Paper, ASheetInEnglishHasTheSameNumber) {
  v1::GetPaperSheetRequest request;
  request.set_school_id(kSchool);
  request.set_class_name("1A");
  request.set_month("2025-06");
  request.set_language(v1::PAPER_LANGUAGE_EN);

  const auto english = CallAndWait(milkway_.channel(), &v1::PaperSheetService::Stub::GetPaperSheet,
                                   request, kContact);

  ASSERT_THAT(english, IsOk());
  EXPECT_THAT(english->html(), HasSubstr("Milk sheet"));
  EXPECT_EQ(english->sheet_number(), Get()->sheet_number());
}

// The power goes before every single change of the disk that a sheet makes.
TEST_P(Paper, ASheetThatAPowerCutInterruptedIsEnteredAgainAndStandsOnce) {
  int64_t sheets = 0;
  bool was_cut = true;
  for (uint64_t at = 1; was_cut; ++at) {
    SCOPED_TRACE(absl::StrCat("before change ", at));
    auto request = Sheet();
    request.set_class_name(absl::StrCat("C", ++sheets));
    request.set_sheet_number(Get(request.class_name())->sheet_number());
    if (milkway_.Restart({"consumption", at})) {
      auto entered = std::async(std::launch::async, [&] { return Enter(request).ok(); });
      while (entered.wait_for(std::chrono::milliseconds(2)) != std::future_status::ready) {
        if (!milkway_.system().PowerIsGone()) continue;
        milkway_.Stop();
        break;
      }
      was_cut = !entered.get();
    }
    was_cut |= milkway_.system().PowerIsGone();
    ASSERT_TRUE(milkway_.Restart());

    ASSERT_THAT(Enter(request), IsOk());
    EXPECT_THAT(Outcomes(Enter(request)), ElementsAre("09 UNCHANGED 2 ", "10 UNCHANGED 1 "));

    EXPECT_THAT(milkway_.ListAll(), SizeIs(2 * sheets));
    EXPECT_EQ(milkway_.Balance(lot_, inv::ACCOUNT_KIND_SERVED), 75 * sheets);
  }
  EXPECT_GT(sheets, 3);
  EXPECT_THAT(milkway_.Differences(), IsEmpty());
}

TEST_P(Paper, ARecordThatWasWithdrawnIsEnteredAgain) {
  const auto entered = Enter(Sheet());
  ASSERT_THAT(entered, IsOk());
  ASSERT_THAT(milkway_.Correct(entered->days(0).distribution_id(), {}), IsOk());

  EXPECT_THAT(Outcomes(Enter(Sheet())), ElementsAre("09 RECORDED 2 ", "10 UNCHANGED 1 "));

  EXPECT_EQ(milkway_.Balance(lot_, inv::ACCOUNT_KIND_SERVED), 75);
}

TEST_P(Paper, ASheetThatAStopInterruptsIsEnteredOnceWhenItIsSentAgain) {
  const v1::EnterPaperSheetRequest sheet = Sheet();
  auto& link = milkway_.system().LinkTo("inventory");
  link.Lose(testing::UnreliableLink::Loss::kAnswer, "BatchPost");
  auto interrupted = std::async(std::launch::async, [&] { return Enter(sheet); });
  link.AwaitLoss();
  milkway_.Stop();
  EXPECT_FALSE(interrupted.get().ok());
  link.LoseNothing();
  ASSERT_TRUE(milkway_.Restart());

  EXPECT_THAT(Enter(sheet), IsOk());

  EXPECT_THAT(Outcomes(Enter(sheet)), ElementsAre("09 UNCHANGED 2 ", "10 UNCHANGED 1 "));
  EXPECT_EQ(milkway_.Balance(lot_, inv::ACCOUNT_KIND_SERVED), 75);
  EXPECT_THAT(milkway_.Differences(), SizeIs(0));
}

TEST_P(Paper, ADayThatIsRefusedLeavesTheOthersStanding) {
  auto request = Sheet({"11", "10"});
  request.mutable_days(1)->set_lot_id(999);

  EXPECT_THAT(Outcomes(Enter(request)), ElementsAre("09 RECORDED 2 ", StartsWith("10 REFUSED 1 ")));

  EXPECT_THAT(milkway_.ListAll(), SizeIs(1));
}

TEST_P(Paper, ADayWithAWrongNumberIsRefusedAloneAndSaysWhich) {
  auto request = Sheet({"11", "10"});
  request.mutable_days(0)->set_serving_g(0);

  const auto entered = Enter(request);

  EXPECT_THAT(Outcomes(entered), ElementsAre("09 REFUSED 2 INVALID_FIELD", "10 RECORDED 1 "));
  EXPECT_THAT(entered->days(0).refusal_message(), StartsWith("serving_g must be"));
}

TEST_P(Paper, ADayOnWhichNobodyDrankIsNotEntered) {
  EXPECT_THAT(Outcomes(Enter(Sheet({"10", "10"}))), ElementsAre("09 RECORDED 2 ", "10 EMPTY 0 "));
}

TEST_P(Paper, AMistypedRowIsNamed) {
  const auto with = [&](void (*change)(v1::EnterPaperSheetRequest&)) {
    auto request = Sheet();
    change(request);
    return Enter(request).status();
  };
  EXPECT_THAT(with([](auto& r) { r.mutable_rows(1)->set_student_number(12); }),
              NamesField("rows[1].check_digit"));
  EXPECT_THAT(with([](auto& r) { r.set_month("2025-07"); }), NamesField("sheet_number"));
  EXPECT_THAT(with([](auto& r) { r.mutable_days(0)->set_day("2025-05-30"); }),
              NamesField("days[0].day"));
  EXPECT_THAT(with([](auto& r) { *r.mutable_rows(1) = r.rows(0); }),
              NamesField("rows[1].student_number"));
  EXPECT_THAT(with([](auto& r) { r.mutable_rows(2)->set_marks("1"); }),
              NamesField("rows[2].marks"));
  EXPECT_THAT(with([](auto& r) { r.mutable_rows(2)->set_marks("1x"); }),
              NamesField("rows[2].marks"));
  EXPECT_THAT(with([](auto& r) { r.mutable_days(1)->set_day("2025-06-09"); }),
              NamesField("days[1].day"));
  EXPECT_THAT(with([](auto& r) { r.clear_rows(); }), NamesField("rows"));
  EXPECT_THAT(milkway_.ListAll(), SizeIs(0));
}

}  // namespace
}  // namespace milkway::consumption
