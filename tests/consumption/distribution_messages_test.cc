// What the answers about distributions say.

#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/consumption/consumption_errors.h"
#include "services/consumption/distribution_convert.h"
#include "services/runtime/errors.h"
#include "tests/support/refusal_matchers.h"

namespace milkway::consumption {
namespace {

using ::milkway::testing::IsOk;
using ::milkway::testing::IsRefusal;
using ::milkway::testing::StatusIs;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Pair;
using ::testing::SizeIs;
using ::testing::UnorderedElementsAre;

rec::DistributionRecord SomeRecord() {
  rec::DistributionRecord record;
  record.set_school_number(1);
  record.set_day(ParseDate("day", "2025-06-02")->days);
  record.set_class_name("3A");
  record.set_session("daily");
  record.mutable_occurred_at()->set_us(1'748'850'000'000'000);
  record.mutable_occurred_at()->set_offset_minutes(480);
  rec::RevisionRecord& revision = *record.add_revisions();
  *revision.add_lines() = ToRecord({LotId{5}, 25, {1, 2, 3, 9}, 30});
  revision.set_position(11);
  revision.set_recorded_us(12);
  revision.set_recorded_by("teacher");
  return record;
}

TEST(RecordedDistribution, ShowsWhatStands) {
  const auto message = ToMessage("school", 7, SomeRecord());

  ASSERT_THAT(message, IsOk());
  EXPECT_EQ(message->distribution_id(), 7);
  const v1::Distribution& standing = message->distribution();
  EXPECT_EQ(standing.school_id(), "school");
  EXPECT_EQ(standing.served_on(), "2025-06-02");
  EXPECT_EQ(standing.class_name(), "3A");
  EXPECT_EQ(standing.session(), "daily");
  ASSERT_THAT(standing.lines(), SizeIs(1));
  EXPECT_EQ(standing.lines(0).lot_id(), 5);
  EXPECT_EQ(standing.lines(0).serving_g(), 25);
  EXPECT_THAT(standing.lines(0).student_numbers(), ElementsAre(1, 2, 3, 9));
  EXPECT_EQ(standing.lines(0).wasted_g(), 30);
}

TEST(RecordedDistribution, ShowsWhenOnlyIfSomebodyLookedAtTheClock) {
  rec::DistributionRecord record = SomeRecord();
  EXPECT_FALSE(ToMessage("school", 7, record)->distribution().has_served_at());

  record.set_has_served_at(true);

  const v1::Distribution standing = ToMessage("school", 7, record)->distribution();
  EXPECT_EQ(standing.served_at().instant().seconds(), 1'748'850'000);
  EXPECT_EQ(standing.served_at().utc_offset_minutes(), 480);
}

TEST(RecordedDistribution, ShowsEveryVersionAndTheLastOneStands) {
  rec::DistributionRecord record = SomeRecord();
  rec::RevisionRecord& second = *record.add_revisions();
  *second.add_lines() = ToRecord({LotId{6}, 20, {2}, 0});
  second.set_position(21);
  second.set_recorded_us(22);
  second.set_reason("another lot");

  const auto message = ToMessage("school", 7, record);

  ASSERT_THAT(message, IsOk());
  ASSERT_THAT(message->revisions(), SizeIs(2));
  EXPECT_EQ(message->revisions(0).revision(), 1);
  EXPECT_EQ(message->revisions(0).lines(0).lot_id(), 5);
  EXPECT_EQ(message->revisions(0).position(), 11);
  EXPECT_EQ(message->revisions(0).recorded_us(), 12);
  EXPECT_EQ(message->revisions(0).reason(), "");
  EXPECT_EQ(message->revisions(1).revision(), 2);
  EXPECT_EQ(message->revisions(1).position(), 21);
  EXPECT_EQ(message->revisions(1).recorded_us(), 22);
  EXPECT_EQ(message->revisions(1).reason(), "another lot");
  ASSERT_THAT(message->distribution().lines(), SizeIs(1));
  EXPECT_EQ(message->distribution().lines(0).lot_id(), 6);
}

TEST(RecordedDistribution, HasNoLinesOnceWithdrawn) {
  rec::DistributionRecord record = SomeRecord();
  record.add_revisions()->set_reason("it was a holiday");

  const auto message = ToMessage("school", 7, record);

  ASSERT_THAT(message, IsOk());
  EXPECT_THAT(message->distribution().lines(), IsEmpty());
  EXPECT_THAT(message->revisions(0).lines(), SizeIs(1));
}

TEST(RecordedDistribution, IsDamagedIfItsChildrenCannotBeRead) {
  rec::DistributionRecord record = SomeRecord();
  record.mutable_revisions(0)->mutable_lines(0)->set_students(std::string(1, '\x80'));

  EXPECT_THAT(ToMessage("school", 7, record), StatusIs(absl::StatusCode::kDataLoss));
}

TEST(DistributionResult, IsTheAnswerOrTheRefusal) {
  v1::RecordDistributionResponse response;
  response.set_distribution_id(7);

  EXPECT_EQ(ToResult(response).recorded().distribution_id(), 7);
  EXPECT_FALSE(ToResult(response).has_refusal());
  EXPECT_EQ(ToResult(SchoolUnknown("school")).refusal().reason(), "SCHOOL_UNKNOWN");
  EXPECT_FALSE(ToResult(SchoolUnknown("school")).has_recorded());
}

TEST(Refusal, SaysWhatTheUnaryCallWouldSay) {
  const absl::Status status = DistributionWithdrawn(7);

  const v1::Refusal refusal = ToRefusal(status);

  EXPECT_EQ(refusal.code(), static_cast<int>(absl::StatusCode::kFailedPrecondition));
  EXPECT_EQ(refusal.message(), status.message());
  EXPECT_EQ(refusal.reason(), "DISTRIBUTION_WITHDRAWN");
  EXPECT_THAT(refusal.metadata(), UnorderedElementsAre(Pair("distribution_id", "7")));
  EXPECT_EQ(refusal.field(), "");
}

TEST(Refusal, NamesTheFieldThatIsWrong) {
  const v1::Refusal refusal =
      ToRefusal(runtime::InvalidField("distribution.lines[0].lot_id", "must be a lot"));

  EXPECT_EQ(refusal.code(), static_cast<int>(absl::StatusCode::kInvalidArgument));
  EXPECT_EQ(refusal.field(), "distribution.lines[0].lot_id");
  EXPECT_EQ(refusal.message(), "distribution.lines[0].lot_id must be a lot");
}

TEST(Refusal, OfTheLedgerComesThroughAsItIs) {
  inventory::v1::PostingRefusal posting;
  posting.set_code(static_cast<int32_t>(absl::StatusCode::kFailedPrecondition));
  posting.set_message("250 g are missing");
  posting.set_reason("STOCK_MISSING");
  (*posting.mutable_metadata())["missing_g"] = "250";

  const absl::Status status = ToStatus(ToRefusal(posting));

  EXPECT_THAT(status, StatusIs(absl::StatusCode::kFailedPrecondition));
  EXPECT_THAT(status, IsRefusal("STOCK_MISSING"));
  EXPECT_EQ(status.message(), "250 g are missing");
  EXPECT_THAT(runtime::PartsOf(status).metadata, ElementsAre(Pair("missing_g", "250")));
}

}  // namespace
}  // namespace milkway::consumption
