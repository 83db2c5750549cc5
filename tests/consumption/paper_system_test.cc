// Sheets of paper over gRPC: printed, entered, entered again, entered otherwise.

#include <future>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "milkway/consumption/v1/paper.grpc.pb.h"
#include "tests/consumption/deployments.h"
#include "tests/support/refusal_matchers.h"

namespace milkway::consumption {
namespace {

using ::milkway::testing::CallAndWait;
using ::milkway::testing::IsOk;
using ::milkway::testing::IsRefusal;
using ::milkway::testing::NamesField;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::SizeIs;

constexpr char kContact[] = "school_contact:zhang:school";

class Paper : public InEveryDeployment {
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

INSTANTIATE_TEST_SUITE_P(EveryDeployment, Paper, EveryDeployment(), NameOfDeployment);

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

  const auto refused = Enter(other);
  EXPECT_THAT(refused, IsRefusal("SHEET_DIFFERS"));
  EXPECT_THAT(refused.status().message(), HasSubstr("2025-06-10"));
  other.set_dry_run(true);
  const auto shown = Enter(other);
  EXPECT_THAT(Outcomes(shown), ElementsAre("09 UNCHANGED 2 ", "10 CORRECTED 2 "));
  EXPECT_EQ(shown->days(1).servings_before(), 1);
  other.set_dry_run(false);
  other.set_allow_corrections(true);
  EXPECT_THAT(Outcomes(Enter(other)), ElementsAre("09 UNCHANGED 2 ", "10 CORRECTED 2 "));

  EXPECT_THAT(Outcomes(Enter(other)), ElementsAre("09 UNCHANGED 2 ", "10 UNCHANGED 2 "));
  // And back again: the same sheet, but another revision.
  auto first = Sheet();
  first.set_allow_corrections(true);
  EXPECT_THAT(Outcomes(Enter(first)), ElementsAre("09 UNCHANGED 2 ", "10 CORRECTED 1 "));
  EXPECT_EQ(milkway_.Balance(lot_, inv::ACCOUNT_KIND_SERVED), 75);
  EXPECT_THAT(milkway_.ListAll()[1].revisions(), SizeIs(3));
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

  EXPECT_THAT(Outcomes(Enter(request)),
              ElementsAre("09 RECORDED 2 ", ::testing::StartsWith("10 REFUSED 1 ")));

  EXPECT_THAT(milkway_.ListAll(), SizeIs(1));
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
  EXPECT_THAT(with([](auto& r) { r.set_month("2025-07"); }), NamesField("days[0].day"));
  EXPECT_THAT(with([](auto& r) { *r.mutable_rows(1) = r.rows(0); }),
              NamesField("rows[1].student_number"));
  EXPECT_THAT(with([](auto& r) { r.mutable_rows(2)->set_marks("1"); }),
              NamesField("rows[2].marks"));
  EXPECT_THAT(with([](auto& r) { r.mutable_rows(2)->set_marks("1x"); }),
              NamesField("rows[2].marks"));
  EXPECT_THAT(with([](auto& r) { r.mutable_days(1)->set_day("2025-06-09"); }),
              NamesField("days[1].day"));
  EXPECT_THAT(with([](auto& r) { r.clear_rows(); }), NamesField("rows"));
  EXPECT_THAT(with([](auto& r) { r.mutable_days(0)->set_serving_g(0); }),
              NamesField("days[0].distribution.lines[0].serving_g"));
  EXPECT_THAT(milkway_.ListAll(), SizeIs(0));
}

}  // namespace
}  // namespace milkway::consumption
