// Corrections of class records over gRPC.

#include <string>
#include <vector>

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

class Corrections : public testing::InEveryDeployment<ConsumptionSystem> {
 protected:
  // Records and gives the id.
  int64_t Recorded(const std::vector<Cups>& cups, const std::string& class_name = "1A") {
    const auto recorded = milkway_.Record(MakeDistribution(cups, class_name));
    EXPECT_THAT(recorded, IsOk());
    return recorded.ok() ? recorded->distribution_id() : 0;
  }

  int64_t lot_ = milkway_.Buy(10);
};

INSTANTIATE_TEST_SUITE_P(EveryDeployment, Corrections, testing::EveryDeployment(),
                         testing::NameOfDeployment);

TEST_P(Corrections, ACorrectionReversesAndReplacesInOnePosting) {
  const auto recorded = milkway_.Record(MakeDistribution({{lot_, 25, Students(1, 30), 40}}));
  ASSERT_THAT(recorded, IsOk());

  const auto corrected = milkway_.Correct(1, {{lot_, 20, Students(1, 28), 10}});

  ASSERT_THAT(corrected, IsOk());
  EXPECT_EQ(corrected->revision(), 2);
  EXPECT_EQ(milkway_.Balance(lot_, inv::ACCOUNT_KIND_SERVED), 560);
  EXPECT_EQ(milkway_.Balance(lot_, inv::ACCOUNT_KIND_LOSS_WASTED), 10);
  EXPECT_EQ(milkway_.Balance(lot_, inv::ACCOUNT_KIND_USABLE), 10'000 - 570);
  const auto posting = milkway_.Posting(corrected->position());
  ASSERT_THAT(posting, IsOk());
  EXPECT_EQ(posting->linked_position(), recorded->position());
  EXPECT_EQ(posting->occurred_at().DebugString(),
            milkway_.Posting(recorded->position())->occurred_at().DebugString());
  EXPECT_THAT(posting->reversal_movements(), SizeIs(2));
  EXPECT_THAT(milkway_.Differences(), IsEmpty());
}

TEST_P(Corrections, ServingsAndChildrenFollowACorrection) {
  const int64_t other = milkway_.Buy(10);
  Recorded({{lot_, 25, Students(1, 30)}});
  Recorded({{lot_, 25, Students(1, 5)}}, "1B");

  ASSERT_THAT(milkway_.Correct(1, {{lot_, 20, Students(6, 5)}, {other, 25, Students(11, 4)}}),
              IsOk());

  const auto servings = milkway_.Servings({lot_, other});
  ASSERT_THAT(servings, IsOk());
  EXPECT_EQ(servings->servings(0).servings(), 10);
  EXPECT_EQ(servings->servings(0).served_g(), 5 * 20 + 5 * 25);
  EXPECT_EQ(servings->servings(1).servings(), 4);
  EXPECT_EQ(servings->children(), 14);
  EXPECT_EQ(milkway_.Servings({lot_})->children(), 10);
}

TEST_P(Corrections, EveryVersionIsKeptAndShown) {
  const int64_t id = Recorded({{lot_, 25, Students(1, 30)}});
  ASSERT_THAT(milkway_.Correct(id, {{lot_, 25, Students(1, 29)}}), IsOk());
  ASSERT_THAT(milkway_.Correct(id, {{lot_, 25, Students(1, 28)}}), IsOk());

  const auto shown = milkway_.Get(id);

  ASSERT_THAT(shown, IsOk());
  ASSERT_THAT(shown->revisions(), SizeIs(3));
  int64_t position = 0;
  for (int index = 0; index < 3; ++index) {
    const v1::DistributionRevision& revision = shown->revisions(index);
    EXPECT_EQ(revision.revision(), index + 1);
    EXPECT_EQ(revision.lines(0).student_numbers_size(), 30 - index);
    EXPECT_GT(revision.position(), position);
    EXPECT_EQ(revision.recorded_us(), milkway_.Posting(revision.position())->recorded_us());
    position = revision.position();
  }
  EXPECT_EQ(shown->revisions(0).reason(), "");
  EXPECT_EQ(shown->revisions(1).reason(), "counted again");
  EXPECT_EQ(shown->distribution().lines(0).student_numbers_size(), 28);
}

TEST_P(Corrections, ARecordThatChangedMeanwhileIsNotOverwritten) {
  const int64_t id = Recorded({{lot_, 25, Students(1, 30)}});
  auto seen_first = milkway_.MakeCorrection(id, {{lot_, 25, Students(1, 29)}});
  seen_first.set_revision(1);
  auto seen_first_too = milkway_.MakeCorrection(id, {{lot_, 25, Students(1, 20)}});
  seen_first_too.set_revision(1);
  ASSERT_THAT(milkway_.Correct(seen_first), IsOk());

  const auto refused = milkway_.Correct(seen_first_too);

  EXPECT_THAT(refused, IsRefusal("REVISION_CHANGED"));
  EXPECT_THAT(refused, StatusIs(absl::StatusCode::kAborted));
  EXPECT_EQ(milkway_.Balance(lot_, inv::ACCOUNT_KIND_SERVED), 29 * 25);
  seen_first_too.set_revision(2);
  EXPECT_EQ(milkway_.Correct(seen_first_too)->revision(), 3);
}

TEST_P(Corrections, TheSameCorrectionAgainIsAnsweredAsBefore) {
  const int64_t id = Recorded({{lot_, 25, Students(1, 30)}});
  auto request = milkway_.MakeCorrection(id, {{lot_, 25, Students(1, 29)}});
  request.set_revision(1);
  const auto first = milkway_.Correct(request);
  ASSERT_THAT(first, IsOk());
  ASSERT_THAT(milkway_.Correct(id, {{lot_, 25, Students(1, 20)}}), IsOk());

  const auto again = milkway_.Correct(request);

  ASSERT_THAT(again, IsOk());
  EXPECT_EQ(again->DebugString(), first->DebugString());
  EXPECT_EQ(milkway_.Balance(lot_, inv::ACCOUNT_KIND_SERVED), 20 * 25);
  request.set_reason("for another reason");
  EXPECT_THAT(milkway_.Correct(request), IsRefusal("REQUEST_ID_REUSED"));
}

TEST_P(Corrections, ARequestIdIsOneOverRecordsAndCorrections) {
  const auto recorded = milkway_.MakeRequest(MakeDistribution({{lot_, 25, Students(1, 30)}}));
  ASSERT_THAT(milkway_.Record(recorded), IsOk());

  EXPECT_THAT(milkway_.Correct(
                  milkway_.MakeCorrection(1, {{lot_, 25, Students(1, 29)}}, recorded.request_id())),
              IsRefusal("REQUEST_ID_REUSED"));
}

TEST_P(Corrections, ARecordThatNeverHappenedLeavesNoServingAndItsClassIsFree) {
  const int64_t id = Recorded({{lot_, 25, Students(1, 30), 40}});

  const auto withdrawn = milkway_.Correct(id, {});

  ASSERT_THAT(withdrawn, IsOk());
  EXPECT_EQ(withdrawn->revision(), 2);
  EXPECT_EQ(milkway_.Balance(lot_, inv::ACCOUNT_KIND_USABLE), 10'000);
  EXPECT_EQ(milkway_.Balance(lot_, inv::ACCOUNT_KIND_SERVED), 0);
  EXPECT_EQ(milkway_.Servings({lot_})->servings(0).servings(), 0);
  EXPECT_EQ(milkway_.Servings({lot_})->children(), 0);
  EXPECT_THAT(milkway_.Correct(id, {{lot_, 25, {1}}}), IsRefusal("DISTRIBUTION_WITHDRAWN"));
  const auto again = milkway_.Record(MakeDistribution({{lot_, 25, Students(1, 10)}}));
  ASSERT_THAT(again, IsOk());
  EXPECT_EQ(again->distribution_id(), id + 1);
  EXPECT_EQ(again->served_twice_count(), 0);
  EXPECT_EQ(milkway_.Servings({lot_})->children(), 10);
  EXPECT_THAT(milkway_.Get(id)->distribution().lines(), IsEmpty());
  EXPECT_THAT(milkway_.Get(id)->revisions(), SizeIs(2));
}

TEST_P(Corrections, AWithdrawnRequestIdStillAnswersForItself) {
  const auto request = milkway_.MakeRequest(MakeDistribution({{lot_, 25, Students(1, 30)}}));
  const auto first = milkway_.Record(request);
  ASSERT_THAT(first, IsOk());
  ASSERT_THAT(milkway_.Correct(first->distribution_id(), {}), IsOk());

  const auto again = milkway_.Record(request);

  // A phone that repeats what it once sent does not bring the record back.
  EXPECT_EQ(again->DebugString(), first->DebugString());
  EXPECT_EQ(milkway_.Balance(lot_, inv::ACCOUNT_KIND_SERVED), 0);
}

TEST_P(Corrections, ARecordCanBeWithdrawnAgainAndAgain) {
  std::vector<int64_t> ids;
  for (int round = 0; round < 3; ++round) {
    ids.push_back(Recorded({{lot_, 25, Students(1, 10 + round)}}));
    ASSERT_THAT(milkway_.Correct(ids.back(), {}), IsOk());
  }
  ids.push_back(Recorded({{lot_, 25, Students(1, 20)}}));

  std::vector<int64_t> listed;
  for (const auto& distribution : milkway_.ListAll()) {
    listed.push_back(distribution.distribution_id());
  }
  EXPECT_EQ(listed, ids);
  EXPECT_EQ(milkway_.Balance(lot_, inv::ACCOUNT_KIND_SERVED), 20 * 25);
}

TEST_P(Corrections, WhoWasServedTwiceFollowsWhatStands) {
  Recorded({{lot_, 25, Students(1, 10)}});
  ASSERT_THAT(milkway_.Correct(1, {{lot_, 25, Students(6, 10)}}), IsOk());

  const auto second = milkway_.Record(MakeDistribution({{lot_, 25, Students(1, 10)}}, "1B"));

  EXPECT_EQ(second->served_twice_count(), 5);
}

TEST_P(Corrections, ACorrectionThatNeedsMoreThanThereIsNamesTheGrams) {
  const int64_t small = milkway_.Buy(1);
  const int64_t id = Recorded({{small, 25, Students(1, 40)}});
  auto more = milkway_.MakeCorrection(id, {{small, 25, Students(1, 44)}});

  const auto refused = milkway_.Correct(more);

  EXPECT_THAT(refused, IsRefusal("STOCK_MISSING"));
  EXPECT_EQ(runtime::PartsOf(refused.status()).metadata.at("missing_g"), "100");
  EXPECT_THAT(milkway_.Get(id)->revisions(), SizeIs(1));
  more.set_discrepancy_reason("the bag was fuller than it said");
  const auto corrected = milkway_.Correct(more);
  ASSERT_THAT(corrected, IsOk());
  EXPECT_EQ(corrected->found_g(), 100);
  EXPECT_EQ(milkway_.Balance(small, inv::ACCOUNT_KIND_FOUND), -100);
  EXPECT_EQ(milkway_.Balance(small, inv::ACCOUNT_KIND_USABLE), 0);
}

TEST_P(Corrections, WhatWasFoundGoesBackWithTheRecord) {
  const int64_t small = milkway_.Buy(1);
  auto request = milkway_.MakeRequest(MakeDistribution({{small, 25, Students(1, 44)}}));
  request.set_discrepancy_reason("the bag was fuller than it said");
  const auto recorded = milkway_.Record(request);
  ASSERT_THAT(recorded, IsOk());
  ASSERT_EQ(recorded->found_g(), 100);

  ASSERT_THAT(milkway_.Correct(recorded->distribution_id(), {}), IsOk());

  EXPECT_EQ(milkway_.Balance(small, inv::ACCOUNT_KIND_FOUND), 0);
  EXPECT_EQ(milkway_.Balance(small, inv::ACCOUNT_KIND_USABLE), 1'000);
  EXPECT_THAT(milkway_.Differences(), IsEmpty());
}

TEST_P(Corrections, TheRosterHoldsForCorrectionsToo) {
  ASSERT_THAT(milkway_.Enrol(kSchool, {MakeStudent(101, "2025-06-11")}), IsOk());
  const int64_t id = Recorded({{lot_, 25, Students(1, 30)}});

  EXPECT_THAT(milkway_.Correct(id, {{lot_, 25, {101}}}), IsRefusal("STUDENT_NOT_ENROLLED"));
  EXPECT_THAT(milkway_.Correct(id, {{lot_, 25, {102}}}), IsRefusal("STUDENT_UNKNOWN"));
  EXPECT_THAT(milkway_.Correct(id, {{lot_, 25, {1}}}), IsOk());
}

TEST_P(Corrections, ACorrectionNamesARecordOfItsSchoolAndItsFields) {
  const int64_t id = Recorded({{lot_, 25, Students(1, 30)}});
  auto of_other_school = milkway_.MakeCorrection(id, {{lot_, 25, {1}}});
  of_other_school.set_school_id(kOtherSchool);
  auto without_reason = milkway_.MakeCorrection(id, {{lot_, 25, {1}}});
  without_reason.clear_reason();
  const auto malformed = milkway_.MakeCorrection(id, {{lot_, 25, {1}}, {lot_, 25, {2}}});

  EXPECT_THAT(milkway_.Correct(of_other_school), IsRefusal("DISTRIBUTION_UNKNOWN"));
  EXPECT_THAT(milkway_.Correct(id + 1, {{lot_, 25, {1}}}), IsRefusal("DISTRIBUTION_UNKNOWN"));
  EXPECT_THAT(milkway_.Correct(without_reason), NamesField("reason"));
  EXPECT_THAT(milkway_.Correct(malformed), NamesField("lines[1].lot_id"));
  EXPECT_THAT(milkway_.Correct(milkway_.MakeCorrection(id, {{lot_, 25, {1}}}),
                               "school_contact:zhao:other-school"),
              StatusIs(absl::StatusCode::kPermissionDenied));
  EXPECT_THAT(milkway_.Correct(milkway_.MakeCorrection(id, {{lot_, 25, {1}}}),
                               "school_contact:wang:school"),
              IsOk());
}

}  // namespace
}  // namespace milkway::consumption
