// Class records over gRPC, one at a time.

#include <string>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/runtime/errors.h"
#include "tests/consumption/consumption_system.h"
#include "tests/support/deployments.h"
#include "tests/support/refusal_matchers.h"

namespace milkway::consumption {
namespace {

using ::milkway::testing::IsOk;
using ::milkway::testing::IsRefusal;
using ::milkway::testing::NamesField;
using ::milkway::testing::StatusIs;
using ::testing::IsEmpty;
using ::testing::SizeIs;

constexpr char kTeacher[] = "school_contact:wang:school";
constexpr char kOtherTeacher[] = "school_contact:zhao:other-school";

class Distributions : public testing::InEveryDeployment<ConsumptionSystem> {};

INSTANTIATE_TEST_SUITE_P(EveryDeployment, Distributions, testing::EveryDeployment(),
                         testing::NameOfDeployment);

std::string MetadataOf(const absl::Status& status, const std::string& name) {
  const auto metadata = runtime::PartsOf(status).metadata;
  const auto entry = metadata.find(name);
  return entry == metadata.end() ? "" : entry->second;
}

TEST_P(Distributions, ARecordPostsItsMilkAndIsThere) {
  const int64_t lot = milkway_.Buy(10);
  const v1::Distribution stated = MakeDistribution({{lot, 25, Students(1, 30), 40}});

  const auto recorded = milkway_.Record(stated);

  ASSERT_THAT(recorded, IsOk());
  EXPECT_EQ(recorded->distribution_id(), 1);
  EXPECT_EQ(recorded->found_g(), 0);
  EXPECT_EQ(recorded->served_twice_count(), 0);
  EXPECT_EQ(milkway_.Balance(lot, inv::ACCOUNT_KIND_USABLE), 10'000 - 750 - 40);
  EXPECT_EQ(milkway_.Balance(lot, inv::ACCOUNT_KIND_SERVED), 750);
  EXPECT_EQ(milkway_.Balance(lot, inv::ACCOUNT_KIND_LOSS_WASTED), 40);
  const auto shown = milkway_.Get(1);
  ASSERT_THAT(shown, IsOk());
  v1::Distribution expected = stated;
  expected.set_session("daily");
  EXPECT_EQ(shown->distribution().DebugString(), expected.DebugString());
  ASSERT_THAT(shown->revisions(), SizeIs(1));
  EXPECT_EQ(shown->revisions(0).revision(), 1);
  EXPECT_EQ(shown->revisions(0).position(), recorded->position());
  EXPECT_THAT(milkway_.Differences(), IsEmpty());
}

TEST_P(Distributions, APostingSaysWhichRecordItBelongsTo) {
  const int64_t lot = milkway_.Buy(10);
  const auto recorded = milkway_.Record(MakeDistribution({{lot, 25, Students(1, 30), 40}}));
  ASSERT_THAT(recorded, IsOk());

  const auto posting = milkway_.Posting(recorded->position());

  ASSERT_THAT(posting, IsOk());
  EXPECT_EQ(posting->kind(), inv::POSTING_KIND_DISTRIBUTION);
  EXPECT_EQ(posting->reference(), "distribution/1");
  EXPECT_THAT(posting->movements(), SizeIs(2));
}

TEST_P(Distributions, SeveralLotsAreOnePosting) {
  const int64_t lot = milkway_.Buy(10);
  const int64_t other = milkway_.Buy(10);
  const int64_t before = milkway_.PostingCount();

  ASSERT_THAT(milkway_.Record(
                  MakeDistribution({{lot, 25, Students(1, 10)}, {other, 30, Students(11, 10)}})),
              IsOk());

  EXPECT_EQ(milkway_.PostingCount(), before + 1);
  EXPECT_EQ(milkway_.Balance(lot, inv::ACCOUNT_KIND_SERVED), 250);
  EXPECT_EQ(milkway_.Balance(other, inv::ACCOUNT_KIND_SERVED), 300);
  EXPECT_EQ(milkway_.Servings({lot, other})->children(), 20);
}

TEST_P(Distributions, AnEventHasTwoClocks) {
  const int64_t lot = milkway_.Buy(10);
  v1::Distribution at_ten = MakeDistribution({{lot, 25, Students(1, 10)}});
  *at_ten.mutable_served_at() = June(10, 10, 30);
  milkway_.system().clock().Set(testing::InProcessSystem::kStartUs + 77);

  const auto timed = milkway_.Record(at_ten);
  const auto untimed = milkway_.Record(MakeDistribution({{lot, 25, Students(1, 10)}}, "1B"));

  ASSERT_THAT(timed, IsOk());
  ASSERT_THAT(untimed, IsOk());
  const auto posting = milkway_.Posting(timed->position());
  EXPECT_EQ(posting->occurred_at().DebugString(), June(10, 10, 30).DebugString());
  EXPECT_GE(posting->recorded_us(), testing::InProcessSystem::kStartUs + 77);
  const auto shown = milkway_.Get(timed->distribution_id());
  EXPECT_EQ(shown->distribution().served_at().DebugString(), June(10, 10, 30).DebugString());
  EXPECT_EQ(shown->revisions(0).recorded_us(), posting->recorded_us());
  // Nobody looked at the clock: the ledger has it at the end of the day.
  auto end_of_day = June(10, 23, 59);
  end_of_day.mutable_instant()->set_seconds(end_of_day.instant().seconds() + 59);
  EXPECT_EQ(milkway_.Posting(untimed->position())->occurred_at().DebugString(),
            end_of_day.DebugString());
  EXPECT_FALSE(milkway_.Get(untimed->distribution_id())->distribution().has_served_at());
}

TEST_P(Distributions, ATimeOfAnotherDayIsRefused) {
  const int64_t lot = milkway_.Buy(10);
  v1::Distribution distribution = MakeDistribution({{lot, 25, Students(1, 10)}});

  *distribution.mutable_served_at() = June(11, 0);
  EXPECT_THAT(milkway_.Record(distribution), NamesField("distribution.served_at"));
  *distribution.mutable_served_at() = June(9, 23, 59);
  EXPECT_THAT(milkway_.Record(distribution), NamesField("distribution.served_at"));

  *distribution.mutable_served_at() = June(10, 0);
  EXPECT_THAT(milkway_.Record(distribution), IsOk());
}

TEST_P(Distributions, TheSameRequestAgainIsAnsweredAsBefore) {
  const int64_t lot = milkway_.Buy(10);
  const auto request = milkway_.MakeRequest(MakeDistribution({{lot, 25, Students(1, 30)}}));
  const auto first = milkway_.Record(request);
  ASSERT_THAT(first, IsOk());

  const auto again = milkway_.Record(request);

  ASSERT_THAT(again, IsOk());
  EXPECT_EQ(again->DebugString(), first->DebugString());
  EXPECT_EQ(milkway_.Balance(lot, inv::ACCOUNT_KIND_SERVED), 750);
  EXPECT_EQ(milkway_.Servings({lot})->servings(0).servings(), 30);
}

TEST_P(Distributions, TheSameRequestIsRememberedOverARestart) {
  const int64_t lot = milkway_.Buy(10);
  const auto request = milkway_.MakeRequest(MakeDistribution({{lot, 25, Students(1, 30)}}));
  const auto first = milkway_.Record(request);
  ASSERT_THAT(first, IsOk());
  ASSERT_TRUE(milkway_.Restart());

  const auto again = milkway_.Record(request);

  ASSERT_THAT(again, IsOk());
  EXPECT_EQ(again->DebugString(), first->DebugString());
}

TEST_P(Distributions, ARequestIdBelongsToOneRequest) {
  const int64_t lot = milkway_.Buy(10);
  const auto request = milkway_.MakeRequest(MakeDistribution({{lot, 25, Students(1, 30)}}));
  ASSERT_THAT(milkway_.Record(request), IsOk());

  auto other_class = request;
  other_class.mutable_distribution()->set_class_name("1B");
  auto with_reason = request;
  with_reason.set_discrepancy_reason("a bag more");

  EXPECT_THAT(milkway_.Record(other_class), IsRefusal("REQUEST_ID_REUSED"));
  EXPECT_THAT(milkway_.Record(with_reason), IsRefusal("REQUEST_ID_REUSED"));
  EXPECT_EQ(milkway_.Balance(lot, inv::ACCOUNT_KIND_SERVED), 750);
}

TEST_P(Distributions, TwoPhonesThatRecordTheSameClassDoNotDoubleIt) {
  const int64_t lot = milkway_.Buy(10);
  const v1::Distribution distribution = MakeDistribution({{lot, 25, Students(1, 30)}});
  const auto first = milkway_.Record(distribution);
  ASSERT_THAT(first, IsOk());

  const auto second = milkway_.Record(distribution);

  EXPECT_THAT(second, IsRefusal("DISTRIBUTION_RECORDED"));
  EXPECT_THAT(second, StatusIs(absl::StatusCode::kAlreadyExists));
  EXPECT_EQ(MetadataOf(second.status(), "distribution_id"), "1");
  EXPECT_EQ(milkway_.Balance(lot, inv::ACCOUNT_KIND_SERVED), 750);
}

TEST_P(Distributions, AnotherSessionClassDayOrSchoolIsAnotherRecord) {
  const int64_t lot = milkway_.Buy(10);
  const int64_t elsewhere = milkway_.Buy(10, "2026-06-01", kOtherSchool);
  const std::vector<Cups> cups = {{lot, 25, Students(1, 10)}};
  ASSERT_THAT(milkway_.Record(MakeDistribution(cups)), IsOk());
  v1::Distribution second_break = MakeDistribution(cups);
  second_break.set_session("second break");
  v1::Distribution daily = MakeDistribution(cups);
  daily.set_session("daily");

  EXPECT_THAT(milkway_.Record(daily), IsRefusal("DISTRIBUTION_RECORDED"));
  EXPECT_THAT(milkway_.Record(second_break), IsOk());
  EXPECT_THAT(milkway_.Record(MakeDistribution(cups, "1B")), IsOk());
  EXPECT_THAT(milkway_.Record(MakeDistribution(cups, "1A", 11)), IsOk());
  EXPECT_THAT(
      milkway_.Record(MakeDistribution({{elsewhere, 25, Students(1, 10)}}, "1A", 10, kOtherSchool)),
      IsOk());
}

TEST_P(Distributions, ChildrenServedTwiceOnADayAreCountedNotRefused) {
  const int64_t lot = milkway_.Buy(10);
  ASSERT_THAT(milkway_.Record(MakeDistribution({{lot, 25, Students(1, 10)}})), IsOk());

  const auto second = milkway_.Record(MakeDistribution({{lot, 25, Students(8, 10)}}, "1B"));
  const auto next_day = milkway_.Record(MakeDistribution({{lot, 25, Students(1, 10)}}, "1A", 11));

  EXPECT_EQ(second->served_twice_count(), 3);
  EXPECT_EQ(next_day->served_twice_count(), 0);
  EXPECT_EQ(milkway_.Servings({lot})->servings(0).servings(), 30);
  EXPECT_EQ(milkway_.Servings({lot})->children(), 17);
}

TEST_P(Distributions, MilkThatTheBooksMissIsRefusedWithItsGrams) {
  const int64_t lot = milkway_.Buy(1);

  const auto refused = milkway_.Record(MakeDistribution({{lot, 25, Students(1, 45), 5}}));

  EXPECT_THAT(refused, IsRefusal("STOCK_MISSING"));
  EXPECT_THAT(refused, StatusIs(absl::StatusCode::kFailedPrecondition));
  EXPECT_EQ(MetadataOf(refused.status(), "missing_g"), "130");
  EXPECT_EQ(milkway_.Balance(lot, inv::ACCOUNT_KIND_USABLE), 1'000);
  EXPECT_THAT(milkway_.Get(1), IsRefusal("DISTRIBUTION_UNKNOWN"));
  EXPECT_EQ(milkway_.Servings({lot})->children(), 0);
}

TEST_P(Distributions, WhatReallyHappenedIsRecordedThoughTheBooksDisagree) {
  const int64_t lot = milkway_.Buy(1);
  auto request = milkway_.MakeRequest(MakeDistribution({{lot, 25, Students(1, 45), 5}}));
  ASSERT_THAT(milkway_.Record(request), IsRefusal("STOCK_MISSING"));
  request.set_discrepancy_reason("the bag was fuller than it said");

  // A refused request is forgotten, so its id may carry the reason now.
  const auto recorded = milkway_.Record(request);

  ASSERT_THAT(recorded, IsOk());
  EXPECT_EQ(recorded->found_g(), 130);
  EXPECT_EQ(milkway_.Balance(lot, inv::ACCOUNT_KIND_USABLE), 0);
  EXPECT_EQ(milkway_.Balance(lot, inv::ACCOUNT_KIND_FOUND), -130);
  EXPECT_EQ(milkway_.Balance(lot, inv::ACCOUNT_KIND_SERVED), 1'125);
  EXPECT_EQ(milkway_.Posting(recorded->position())->discrepancy_reason(),
            "the bag was fuller than it said");
  EXPECT_THAT(milkway_.Differences(), IsEmpty());
}

TEST_P(Distributions, AReasonWithoutAShortfallFindsNothing) {
  const int64_t lot = milkway_.Buy(1);
  auto request = milkway_.MakeRequest(MakeDistribution({{lot, 25, Students(1, 40)}}));
  request.set_discrepancy_reason("to be on the safe side");

  EXPECT_EQ(milkway_.Record(request)->found_g(), 0);
}

TEST_P(Distributions, ExpiredMilkIsNotServed) {
  const int64_t lot = milkway_.Buy(10, "2025-06-10");

  EXPECT_THAT(milkway_.Record(MakeDistribution({{lot, 25, Students(1, 10)}}, "1A", 11)),
              IsRefusal("LOT_EXPIRED"));
  EXPECT_THAT(milkway_.Record(MakeDistribution({{lot, 25, Students(1, 10)}}, "1A", 10)), IsOk());
}

TEST_P(Distributions, QuarantinedMilkIsServedOnlyIfSomebodySaysThatItReallyWas) {
  const int64_t lot = milkway_.Buy(1);
  milkway_.Quarantine(lot, 900);
  auto request = milkway_.MakeRequest(MakeDistribution({{lot, 25, Students(1, 10)}}));

  EXPECT_THAT(milkway_.Record(request), IsRefusal("LOT_QUARANTINED"));
  request.set_discrepancy_reason("the notice came too late");
  const auto recorded = milkway_.Record(request);

  ASSERT_THAT(recorded, IsOk());
  // 100 g were usable, and the other 150 g come out of quarantine.
  EXPECT_EQ(recorded->found_g(), 0);
}

TEST_P(Distributions, LotsThatExpireEarlierGoFirstUnlessThereIsAReason) {
  const int64_t early = milkway_.Buy(1, "2026-01-01");
  const int64_t late = milkway_.Buy(1, "2026-06-01");
  auto request = milkway_.MakeRequest(MakeDistribution({{late, 25, Students(1, 10)}}));

  const auto refused = milkway_.Record(request);
  EXPECT_THAT(refused, IsRefusal("FEFO_OVERRIDE_REASON_REQUIRED"));
  EXPECT_EQ(MetadataOf(refused.status(), "earlier_lot_id"), absl::StrCat(early));
  request.set_fefo_override_reason("the early lot is behind the door");
  const auto recorded = milkway_.Record(request);

  ASSERT_THAT(recorded, IsOk());
  EXPECT_EQ(milkway_.Posting(recorded->position())->fefo_override_reason(),
            "the early lot is behind the door");
}

TEST_P(Distributions, TheLastOfAnEarlyLotMayBeServedWithTheNextOne) {
  const int64_t early = milkway_.Buy(1, "2026-01-01");
  const int64_t late = milkway_.Buy(1, "2026-06-01");

  EXPECT_THAT(milkway_.Record(
                  MakeDistribution({{late, 25, Students(1, 10)}, {early, 25, Students(11, 40)}})),
              IsOk());
}

TEST_P(Distributions, NobodyIsServedBeforeEnrolmentAfterLeavingOrWhileExcluded) {
  const int64_t lot = milkway_.Buy(10);
  v1::Student gone = MakeStudent(102);
  gone.set_left_on("2025-06-10");
  v1::Student allergic = MakeStudent(103);
  allergic.set_exclusion(v1::EXCLUSION_MILK_ALLERGY);
  ASSERT_THAT(milkway_.Enrol(kSchool, {MakeStudent(101, "2025-06-11"), gone, allergic}), IsOk());
  const auto record = [&](int32_t student, int day) {
    return milkway_.Record(MakeDistribution({{lot, 25, {1, student}}}, "1A", day));
  };

  const auto early = record(101, 10);
  EXPECT_THAT(early, IsRefusal("STUDENT_NOT_ENROLLED"));
  EXPECT_EQ(MetadataOf(early.status(), "student_numbers"), "101");
  EXPECT_THAT(record(102, 10), IsRefusal("STUDENT_NOT_ENROLLED"));
  EXPECT_THAT(record(103, 10), IsRefusal("STUDENT_EXCLUDED"));
  EXPECT_THAT(record(104, 10), IsRefusal("STUDENT_UNKNOWN"));
  EXPECT_THAT(record(102, 9), IsOk());
  EXPECT_THAT(record(101, 11), IsOk());
  EXPECT_EQ(milkway_.Balance(lot, inv::ACCOUNT_KIND_SERVED), 4 * 25);
}

TEST_P(Distributions, AFieldThatIsWrongIsNamedFromTheRequestOn) {
  const int64_t lot = milkway_.Buy(10);
  const auto record = [&](const std::vector<Cups>& cups) {
    return milkway_.Record(MakeDistribution(cups));
  };

  EXPECT_THAT(record({}), NamesField("distribution.lines"));
  EXPECT_THAT(record({{lot, 0, {1}}}), NamesField("distribution.lines[0].serving_g"));
  EXPECT_THAT(record({{lot, 25, {1}}, {lot, 25, {2}}}), NamesField("distribution.lines[1].lot_id"));
  EXPECT_THAT(record({{lot, 25, {3, 1, 3}}}), NamesField("distribution.lines[0].student_numbers"));
  EXPECT_THAT(record({{lot, 25, {}}}), NamesField("distribution.lines[0].student_numbers"));
  EXPECT_THAT(record({{lot, 25, {}, 10}}), IsOk());
  EXPECT_THAT(milkway_.Record(milkway_.MakeRequest(MakeDistribution({{lot, 25, {1}}}), "no uuid")),
              NamesField("request_id"));
}

TEST_P(Distributions, WhatDoesNotExistIsRefusedByItsName) {
  EXPECT_THAT(milkway_.Record(MakeDistribution({{77, 25, {1}}})), IsRefusal("LOT_UNKNOWN"));
  EXPECT_THAT(milkway_.Record(MakeDistribution({{1, 25, {1}}}, "1A", 10, "nowhere")),
              IsRefusal("SCHOOL_UNKNOWN"));
  EXPECT_THAT(milkway_.Get(1), IsRefusal("DISTRIBUTION_UNKNOWN"));
}

TEST_P(Distributions, ATeacherRecordsForTheOwnSchoolOnly) {
  const int64_t lot = milkway_.Buy(10);
  const auto request = milkway_.MakeRequest(MakeDistribution({{lot, 25, {1}}}));

  EXPECT_THAT(milkway_.Record(request, kOtherTeacher),
              StatusIs(absl::StatusCode::kPermissionDenied));
  EXPECT_THAT(milkway_.Record(request, "donor:ann"), StatusIs(absl::StatusCode::kPermissionDenied));
  EXPECT_THAT(milkway_.Batch({request}, kTeacher), StatusIs(absl::StatusCode::kPermissionDenied));
  EXPECT_THAT(milkway_.Record(request, kTeacher), IsOk());
}

}  // namespace
}  // namespace milkway::consumption
