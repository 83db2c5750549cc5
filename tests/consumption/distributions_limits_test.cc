// What is the largest that a recorder sends, and what the ledger's server takes.

#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/consumption/distribution_recorder.h"
#include "services/consumption/posting_draft.h"
#include "services/runtime/server.h"
#include "tests/support/status_matchers.h"

namespace milkway::consumption {
namespace {

using ::milkway::testing::IsOk;

constexpr int kLinesMax = 20;
constexpr size_t kGroupMax = 500;
constexpr int64_t kLargest = int64_t{1'000'000'000'000'000'000};  // many bytes as a varint

TEST(DistributionLimits, GroupsOfTheLargestRecordsFitIntoOneMessage) {
  rec::PendingRecord pending;
  pending.set_request_id_high(0x0197'0000'0000'7000);
  pending.set_school_id(std::string(64, 's'));
  pending.set_distribution_id(kLargest);
  pending.set_discrepancy_reason(std::string(500, 'r'));
  pending.set_fefo_override_reason(std::string(200, 'r'));
  rec::DistributionRecord& distribution = *pending.mutable_distribution();
  distribution.mutable_occurred_at()->set_us(1'748'736'000'123'456);
  distribution.mutable_occurred_at()->set_offset_minutes(-840);
  rec::RevisionRecord& revision = *distribution.add_revisions();
  for (int64_t line = 0; line < kLinesMax; ++line) {
    *revision.add_lines() = ToRecord({LotId{kLargest + line}, 1'000, {1, 2, 3}, 1'000'000});
  }
  inventory::v1::PostingDraft draft;
  ASSERT_THAT(FillDraft(pending, &draft), IsOk());

  const DistributionRecorder recorder({});

  ASSERT_EQ(draft.movements_size(), 2 * kLinesMax);
  EXPECT_LE(recorder.BatchMax() * kGroupMax * draft.ByteSizeLong(),
            static_cast<size_t>(runtime::kMessageBytesMax));
}

}  // namespace
}  // namespace milkway::consumption
