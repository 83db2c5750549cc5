// Acknowledgements on disk.

#include "services/trace/acknowledgements.h"

#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support/status_matchers.h"
#include "tests/support/stores.h"

namespace milkway::trace {
namespace {

using ::milkway::testing::IsOk;
using ::testing::SizeIs;

constexpr int64_t kOrderedUs = int64_t{1'757'289'600'000'000};

class AcknowledgementsTest : public ::testing::Test {
 protected:
  static Acknowledgement Of(const std::string& location_id) {
    Acknowledgement acknowledgement;
    acknowledgement.recall_id = "R-1";
    acknowledgement.location_id = location_id;
    acknowledgement.acknowledged_at = {kOrderedUs + 60'000'000, 480};
    acknowledgement.lots = {{7, 3, 2}};
    acknowledgement.person = "彭老师";
    return acknowledgement;
  }

  Numbered Add(const Acknowledgement& acknowledgement, common::v1::Role role) {
    runtime::Call call;
    call.caller.id = "pia";
    call.caller.role = role;
    call.now_us = kOrderedUs + 120'000'000;
    Numbered added;
    EXPECT_THAT(store_->TransactAndWait([&](storage::Transaction& transaction) -> absl::Status {
      auto result = AddAcknowledgement(transaction, acknowledgement, call);
      if (result.ok()) added = *result;
      return result.status();
    }),
                IsOk());
    return added;
  }

  testing::MemoryStore store_;
};

TEST_F(AcknowledgementsTest, ALaterOneStandsBesideTheEarlier) {
  EXPECT_EQ(Add(Of("changyuan"), common::v1::ROLE_SCHOOL_CONTACT).first, 1);
  Acknowledgement second = Of("changyuan");
  second.note = "counted again";
  EXPECT_EQ(Add(second, common::v1::ROLE_SCHOOL_CONTACT).first, 2);

  const auto last = LastAcknowledgements(*store_->NewSnapshot(), "R-1");
  ASSERT_THAT(last, IsOk());
  ASSERT_THAT(*last, SizeIs(1));
  EXPECT_EQ(last->at("changyuan").second.note(), "counted again");
  const auto first = AcknowledgementTable::Find(*store_->NewSnapshot(), std::string("R-1"),
                                                std::string("changyuan"), int64_t{1});
  EXPECT_TRUE(first.ok() && first->has_value());
}

TEST_F(AcknowledgementsTest, OtherRecallsAndPlacesAreApart) {
  Add(Of("changyuan"), common::v1::ROLE_SCHOOL_CONTACT);
  Add(Of("depot"), common::v1::ROLE_WAREHOUSE);

  EXPECT_THAT(*LastAcknowledgements(*store_->NewSnapshot(), "R-1"), SizeIs(2));
  EXPECT_THAT(*LastAcknowledgements(*store_->NewSnapshot(), "R-10"), SizeIs(0));
}

TEST_F(AcknowledgementsTest, StaffActOnBehalfOfAPlace) {
  EXPECT_TRUE(Add(Of("changyuan"), common::v1::ROLE_PROCUREMENT).second.on_behalf());
  EXPECT_FALSE(Add(Of("changyuan"), common::v1::ROLE_SCHOOL_CONTACT).second.on_behalf());
}

TEST_F(AcknowledgementsTest, OnlyRecalledLotsAndPossibleTimesAreTaken) {
  const RecallFacts recall = {kOrderedUs, {7, 8}};
  const int64_t now_us = kOrderedUs + 120'000'000;
  EXPECT_THAT(CheckAcknowledgement(Of("changyuan"), recall, now_us), IsOk());

  Acknowledgement early = Of("changyuan");
  early.acknowledged_at.us = kOrderedUs - 1;
  EXPECT_EQ(CheckAcknowledgement(early, recall, now_us).code(), absl::StatusCode::kInvalidArgument);
  Acknowledgement late = Of("changyuan");
  late.acknowledged_at.us = now_us + kMicrosPerDay + 1;
  EXPECT_EQ(CheckAcknowledgement(late, recall, now_us).code(), absl::StatusCode::kInvalidArgument);
  Acknowledgement other = Of("changyuan");
  other.lots[0].lot_id = 9;
  EXPECT_EQ(CheckAcknowledgement(other, recall, now_us).code(),
            absl::StatusCode::kFailedPrecondition);
}

}  // namespace
}  // namespace milkway::trace
