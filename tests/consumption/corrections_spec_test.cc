// What correcting a distribution promises, step by step.

#include "services/runtime/errors.h"
#include "tests/consumption/consumption_fixture.h"

namespace milkway::consumption {
namespace {

using ::milkway::testing::IsOk;
using ::milkway::testing::IsRefusal;
using ::milkway::testing::StatusIs;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class CorrectionTest : public DistributionTest {
 protected:
  // Distribution 1: three children of class 3A drank 25 g each.
  CorrectionTest() { EXPECT_EQ(RecordedId(Lunch({{kLot, 25, {1, 2, 3}, 30}})), 1); }

  static Correction Seen(int32_t revision, Correction correction) {
    correction.seen_revision = revision;
    return correction;
  }
};

TEST_F(CorrectionTest, EveryVersionIsKept) {
  const rec::RevisionRecord first = Distribution(1).revisions(0);

  EXPECT_EQ(*Correct(CorrectionOf(1, {{kOtherLot, 20, {2}}})), 2);
  EXPECT_EQ(*Correct(CorrectionOf(1, {{kLot, 15, {4}}})), 3);

  const rec::DistributionRecord record = Distribution(1);
  ASSERT_THAT(record.revisions(), SizeIs(3));
  EXPECT_EQ(record.revisions(0).DebugString(), first.DebugString());
  EXPECT_EQ(record.revisions(1).lines(0).lot_id(), kOtherLot.value);
  EXPECT_EQ(record.revisions(1).position(), 2);
  EXPECT_EQ(record.revisions(1).recorded_us(), 2'000'000);
  EXPECT_EQ(record.revisions(1).reason(), "counted again");
  EXPECT_EQ(record.revisions(1).recorded_by(), "head");
  EXPECT_EQ(record.revisions(2).lines(0).serving_g(), 15);
}

TEST_F(CorrectionTest, WhatIsPendingHoldsAllThatTheLedgerNeeds) {
  ASSERT_THAT(Correct(CorrectionOf(1, {{kLot, 25, {1, 2}}})), IsOk());
  Correction correction = CorrectionOf(1, {{kLot, 25, {1}}});
  correction.discrepancy_reason = "a bag more";
  correction.fefo_override_reason = "it stood behind";

  const auto pending = ReserveChange(correction);

  ASSERT_THAT(pending, IsOk());
  EXPECT_EQ(pending->school_id(), kSchool);
  EXPECT_EQ(pending->distribution_id(), 1);
  EXPECT_EQ(pending->corrects_position(), 2);
  EXPECT_EQ(pending->occurred_at().us(), Distribution(1).occurred_at().us());
  EXPECT_EQ(pending->occurred_at().offset_minutes(), 480);
  EXPECT_EQ(pending->discrepancy_reason(), "a bag more");
  EXPECT_EQ(pending->fefo_override_reason(), "it stood behind");
  const runtime::RequestId posting = runtime::DeriveRequestId(correction.request_id, "posting");
  EXPECT_EQ(pending->posting_request_high(), posting.high);
  EXPECT_EQ(pending->posting_request_low(), posting.low);
}

TEST_F(CorrectionTest, TheSumsFollow) {
  ASSERT_THAT(Correct(CorrectionOf(1, {{kLot, 20, {3, 4}}, {kOtherLot, 10, {9}}})), IsOk());

  EXPECT_THAT(Servings(kLot), Sums(2, 40));
  EXPECT_THAT(StudentsOf(Servings(kLot)), ElementsAre(3, 4));
  EXPECT_THAT(Servings(kOtherLot), Sums(1, 10));
  EXPECT_THAT(ServedOn(June(2)), ElementsAre(3, 4, 9));
}

TEST_F(CorrectionTest, AChildWhomAnotherRecordServedStaysServed) {
  RecordedId(Lunch({{kLot, 25, {2, 7}}}, June(2), "3B"));

  ASSERT_THAT(Correct(CorrectionOf(1, {{kLot, 25, {1}}})), IsOk());

  EXPECT_THAT(Servings(kLot), Sums(3, 75));
  EXPECT_THAT(StudentsOf(Servings(kLot)), ElementsAre(1, 2, 7));
  EXPECT_THAT(ServedOn(June(2)), ElementsAre(1, 2, 7));
}

TEST_F(CorrectionTest, WhoIsServedTwiceFollowsTheCorrection) {
  ASSERT_THAT(Correct(CorrectionOf(1, {{kLot, 25, {1, 4}}})), IsOk());

  const auto second = Record(Lunch({{kLot, 25, {2, 3, 4}}}, June(2), "3B"));

  ASSERT_THAT(second, IsOk());
  EXPECT_EQ(second->served_twice_count, 1);
}

TEST_F(CorrectionTest, AWithdrawnRecordServesNobody) {
  ASSERT_THAT(Correct(CorrectionOf(1, {})), IsOk());

  EXPECT_THAT(Distribution(1).revisions(), SizeIs(2));
  EXPECT_THAT(Distribution(1).revisions(1).lines(), IsEmpty());
  EXPECT_THAT(Servings(kLot), Sums(0, 0));
  EXPECT_THAT(StudentsOf(Servings(kLot)), IsEmpty());
  EXPECT_THAT(ServedOn(June(2)), IsEmpty());
}

TEST_F(CorrectionTest, TheClassAndDayOfAWithdrawnRecordMayBeRecordedAgain) {
  ASSERT_THAT(Correct(CorrectionOf(1, {})), IsOk());

  const int64_t second = RecordedId(Lunch({{kLot, 25, {5}}}));

  EXPECT_EQ(second, 2);
  EXPECT_EQ(Session().distribution_id(), second);
  EXPECT_THAT(Session().withdrawn_ids(), ElementsAre(1));
  EXPECT_THAT(Reserve(Lunch({{kLot, 25, {6}}})), IsRefusal("DISTRIBUTION_RECORDED"));
  ASSERT_THAT(Correct(CorrectionOf(second, {})), IsOk());
  EXPECT_EQ(Session().distribution_id(), 0);
  EXPECT_THAT(Session().withdrawn_ids(), ElementsAre(1, 2));
}

TEST_F(CorrectionTest, WhatTheLedgerRefusedDoesNotForgetWhatWasWithdrawn) {
  ASSERT_THAT(Correct(CorrectionOf(1, {})), IsOk());
  const auto pending = Reserve(Lunch({{kLot, 25, {5}}}));
  ASSERT_THAT(pending, IsOk());

  ASSERT_THAT(Release(*pending), IsOk());

  EXPECT_EQ(Session().recording_intent(), 0u);
  EXPECT_THAT(Session().withdrawn_ids(), ElementsAre(1));
}

TEST_F(CorrectionTest, AWithdrawnRecordStaysWithdrawn) {
  ASSERT_THAT(Correct(CorrectionOf(1, {})), IsOk());

  EXPECT_THAT(ReserveChange(CorrectionOf(1, {{kLot, 25, {1}}})),
              IsRefusal("DISTRIBUTION_WITHDRAWN"));
  EXPECT_THAT(ReserveChange(CorrectionOf(1, {})), IsRefusal("DISTRIBUTION_WITHDRAWN"));
}

TEST_F(CorrectionTest, WhileOneIsUnderWayNoOtherIsTaken) {
  const auto pending = ReserveChange(CorrectionOf(1, {{kLot, 25, {1}}}));
  ASSERT_THAT(pending, IsOk());

  const auto refused = ReserveChange(CorrectionOf(1, {{kLot, 25, {2}}}));
  EXPECT_THAT(refused, IsRefusal("CORRECTION_UNDER_WAY"));
  EXPECT_THAT(refused, StatusIs(absl::StatusCode::kAborted));

  ASSERT_THAT(StoreChange(*pending), IsOk());
  EXPECT_THAT(ReserveChange(CorrectionOf(1, {{kLot, 25, {2}}})), IsOk());
}

TEST_F(CorrectionTest, NothingChangesBeforeTheLedgerHasTakenIt) {
  ASSERT_THAT(ReserveChange(CorrectionOf(1, {})), IsOk());

  EXPECT_THAT(Distribution(1).revisions(), SizeIs(1));
  EXPECT_THAT(Servings(kLot), Sums(3, 75));
  EXPECT_THAT(ServedOn(June(2)), ElementsAre(1, 2, 3));
  EXPECT_THAT(Reserve(Lunch({{kLot, 25, {5}}})), IsRefusal("DISTRIBUTION_RECORDED"));
}

TEST_F(CorrectionTest, WhatTheLedgerRefusedLeavesTheRecordAsItWas) {
  const std::string before = Distribution(1).DebugString();
  const auto pending = ReserveChange(CorrectionOf(1, {}));
  ASSERT_THAT(pending, IsOk());

  ASSERT_THAT(ReleaseChange(*pending), IsOk());

  EXPECT_EQ(Distribution(1).DebugString(), before);
  EXPECT_THAT(Servings(kLot), Sums(3, 75));
  EXPECT_THAT(ReserveChange(CorrectionOf(1, {{kLot, 25, {2}}})), IsOk());
}

TEST_F(CorrectionTest, WhoSawAnEarlierVersionLooksAgainFirst) {
  ASSERT_THAT(Correct(Seen(1, CorrectionOf(1, {{kLot, 25, {1, 2}}}))), IsOk());

  const auto refused = ReserveChange(Seen(1, CorrectionOf(1, {{kLot, 25, {1}}})));

  EXPECT_THAT(refused, IsRefusal("REVISION_CHANGED"));
  EXPECT_THAT(refused, StatusIs(absl::StatusCode::kAborted));
  EXPECT_EQ(runtime::PartsOf(refused.status()).metadata.at("revision"), "2");
  EXPECT_THAT(ReserveChange(Seen(3, CorrectionOf(1, {}))), IsRefusal("REVISION_CHANGED"));
  EXPECT_EQ(*Correct(Seen(2, CorrectionOf(1, {{kLot, 25, {1}}}))), 3);
}

TEST_F(CorrectionTest, WhoDoesNotSayWhatWasSeenCorrectsWhatStands) {
  ASSERT_THAT(Correct(CorrectionOf(1, {{kLot, 25, {1, 2}}})), IsOk());

  EXPECT_EQ(*Correct(Seen(0, CorrectionOf(1, {{kLot, 25, {1}}}))), 3);
}

TEST_F(CorrectionTest, TheRosterSaysWhoCanHaveDrunkOnThatDay) {
  ASSERT_THAT(Enrol(kSchool, {NewChild(201, June(3)), NewChild(202)}), IsOk());
  ASSERT_THAT(Update({1, std::nullopt, 1}, /*today=*/5), IsOk());
  ASSERT_THAT(Update({202, std::nullopt, 1}, /*today=*/2), IsOk());

  EXPECT_THAT(ReserveChange(CorrectionOf(1, {{kLot, 25, {203}}})), IsRefusal("STUDENT_UNKNOWN"));
  EXPECT_THAT(ReserveChange(CorrectionOf(1, {{kLot, 25, {201}}})),
              IsRefusal("STUDENT_NOT_ENROLLED"));
  EXPECT_THAT(ReserveChange(CorrectionOf(1, {{kLot, 25, {202}}})), IsRefusal("STUDENT_EXCLUDED"));
  EXPECT_THAT(ReserveChange(CorrectionOf(1, {{kLot, 25, {1}}})), IsOk());
}

TEST_F(CorrectionTest, ADistributionIsOneOfTheSchool) {
  Correction elsewhere = CorrectionOf(1, {});
  elsewhere.school_id = kOtherSchool;
  Correction nowhere = CorrectionOf(1, {});
  nowhere.school_id = "nowhere";

  EXPECT_THAT(ReserveChange(elsewhere), IsRefusal("DISTRIBUTION_UNKNOWN"));
  EXPECT_THAT(ReserveChange(CorrectionOf(2, {})), IsRefusal("DISTRIBUTION_UNKNOWN"));
  EXPECT_THAT(ReserveChange(nowhere), IsRefusal("SCHOOL_UNKNOWN"));
}

TEST_F(CorrectionTest, RefusesInItsOrder) {
  Correction wrong = Seen(9, CorrectionOf(7, {{kLot, 25, {999}}}));
  wrong.school_id = "nowhere";

  EXPECT_THAT(ReserveChange(wrong), IsRefusal("SCHOOL_UNKNOWN"));
  wrong.school_id = kSchool;
  EXPECT_THAT(ReserveChange(wrong), IsRefusal("DISTRIBUTION_UNKNOWN"));
  wrong.distribution_id = 1;
  EXPECT_THAT(ReserveChange(wrong), IsRefusal("REVISION_CHANGED"));
  wrong.seen_revision = 1;
  EXPECT_THAT(ReserveChange(wrong), IsRefusal("STUDENT_UNKNOWN"));
  const auto withdrawal = ReserveChange(CorrectionOf(1, {}));
  ASSERT_THAT(withdrawal, IsOk());
  wrong.seen_revision = 9;
  EXPECT_THAT(ReserveChange(wrong), IsRefusal("CORRECTION_UNDER_WAY"));
  ASSERT_THAT(StoreChange(*withdrawal), IsOk());
  EXPECT_THAT(ReserveChange(wrong), IsRefusal("DISTRIBUTION_WITHDRAWN"));
}

TEST_F(CorrectionTest, ADamagedVersionIsNotCounted) {
  const auto pending = ReserveChange(CorrectionOf(1, {{kLot, 25, {1}}}));
  ASSERT_THAT(pending, IsOk());
  rec::DistributionRecord record = Distribution(1);
  record.mutable_revisions(0)->mutable_lines(0)->set_students(std::string(1, '\x80'));
  ASSERT_THAT(testing::Transact(*store_,
                                [&](storage::Transaction& transaction) {
                                  return DistributionTable::Put(transaction, record, int64_t{1});
                                }),
              IsOk());

  EXPECT_THAT(StoreChange(*pending), StatusIs(absl::StatusCode::kDataLoss));

  EXPECT_THAT(Servings(kLot), Sums(3, 75));
}

}  // namespace
}  // namespace milkway::consumption
