// Statements on the real services: published, proven, shared.

#include <string>

#include "absl/strings/str_join.h"
#include "clients/verify/leaf.h"
#include "clients/verify/proof_file.h"
#include "clients/verify/verify_proof.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/impact/statements_fixture.h"
#include "tests/support/refusal_matchers.h"
#include "tests/support/status_matchers.h"

namespace milkway::impact {
namespace {

using ::milkway::testing::IsOk;
using ::milkway::testing::IsRefusal;
using ::milkway::testing::StatusIs;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;
namespace inv = inventory::v1;

TEST_F(StatementsTest, BeforeTheFirstPublicationThereIsOnlyTheGift) {
  programme().Serve("east", "1A", lot_, 1, 40, 5);

  const v1::GiftStatement statement = Statement("gift-may");

  EXPECT_EQ(statement.amount().minor_units(), 30'000);
  EXPECT_EQ(statement.served_g(), 0);
  EXPECT_FALSE(statement.has_publication());
}

TEST_F(StatementsTest, WhatIsPublishedIsWhatTheBooksSaid) {
  programme().Serve("east", "1A", lot_, 1, 40, 5);
  programme().Serve("west", "1A", lot_, 1, 30, 5);

  ASSERT_THAT(Publish(), IsOk());

  const v1::GiftStatement told = Statement("gift-may");
  const v1::GiftImpact live = Live("gift-may");
  EXPECT_GT(told.served_g(), 0);
  EXPECT_EQ(told.served_g(), live.served_g());
  EXPECT_EQ(told.servings(), live.servings());
  EXPECT_EQ(told.children_reached(), live.children_reached());
  ASSERT_THAT(told.lots(), SizeIs(1));
  EXPECT_EQ(told.lots(0).DebugString(), live.lots(0).DebugString());
}

TEST_F(StatementsTest, WhatAFewChildrenDrankIsNotTold) {
  programme().Serve("east", "1A", lot_, 1, 40, 5);
  programme().Serve("west", "1A", lot_, 1, 9, 5);

  ASSERT_THAT(Publish(), IsOk());

  const v1::GiftStatement told = Statement("gift-may");
  ASSERT_THAT(told.lots(0).schools(), SizeIs(1));
  EXPECT_EQ(told.lots(0).schools(0).school_id(), "east");
  const v1::LotShare& lot = told.lots(0);
  EXPECT_EQ(lot.served_g() + lot.lost_g() + lot.remaining_g(), lot.funded_g());
}

TEST_F(StatementsTest, AStatementStaysAsItWasTold) {
  programme().Serve("east", "1A", lot_, 1, 40, 5);
  ASSERT_THAT(Publish(), IsOk());
  const std::string before = Statement("gift-may").SerializeAsString();

  programme().Serve("east", "1A", lot_, 1, 40, 4);  // backdated
  EXPECT_EQ(Statement("gift-may").SerializeAsString(), before);

  AWeekPasses();
  ASSERT_THAT(Publish(), IsOk());
  EXPECT_NE(Statement("gift-may").SerializeAsString(), before);
  EXPECT_EQ(Statement("gift-may", 1).SerializeAsString(), before);
}

TEST_F(StatementsTest, TwoPublicationsAreAWeekApart) {
  const std::string request_id = programme().NextRequestId();
  const auto first = Publish(request_id);
  ASSERT_THAT(first, IsOk());

  EXPECT_THAT(Publish(), IsRefusal("PUBLISHED_RECENTLY"));
  // The answer that was lost is given again.
  EXPECT_EQ(Publish(request_id)->DebugString(), first->DebugString());
  AWeekPasses();
  EXPECT_EQ(Publish()->publication(), 2);
}

TEST_F(StatementsTest, ChildrenMoveByTenOrMore) {
  const int64_t lot = programme().Buy("L2", 10, "depot");
  programme().Send("S-9", "depot", "east", lot, 10, 2);
  programme().Receive("S-9", lot, 10, 0, 0, 3);
  ASSERT_THAT(GiveMoney("gift-all", 10'000), IsOk());
  ASSERT_THAT(Allocate("gift-all", lot, 10'000), IsOk());
  const auto publish = [this](int first, int last, int day, int64_t lot_id) {
    programme().Serve("east", "1A", lot_id, first, last, day);
    AWeekPasses();
    EXPECT_THAT(Publish(), IsOk());
    return Statement("gift-all").children_reached();
  };

  EXPECT_EQ(publish(1, 20, 5, lot), 20);
  EXPECT_EQ(publish(21, 29, 6, lot), 20);
  EXPECT_EQ(publish(30, 30, 7, lot), 30);
  // Of few cups no more children than cups: gift-ann has one of twenty.
  EXPECT_FALSE(Statement("gift-ann").has_children_reached());
}

TEST_F(StatementsTest, TheProgrammeIsTheSumOfWhatIsTold) {
  programme().Serve("east", "1A", lot_, 1, 40, 5);
  programme().Serve("west", "1A", lot_, 1, 9, 5);
  ASSERT_THAT(Publish(), IsOk());

  const auto answer = programme().Call(&v1::StatementService::Stub::GetProgrammeStatement,
                                       v1::GetProgrammeStatementRequest(), kDonor);

  ASSERT_THAT(answer, IsOk());
  EXPECT_EQ(answer->statement().served_g(), 1'000);
  EXPECT_EQ(answer->statement().servings(), 40);
  EXPECT_EQ(answer->statement().schools(), 1);
  EXPECT_EQ(answer->statement().purchased_g(), 100'000);
}

TEST_F(StatementsTest, AProofHoldsOffline) {
  programme().Serve("east", "1A", lot_, 1, 40, 5);
  programme().Serve("west", "1A", lot_, 1, 30, 5);
  ASSERT_THAT(Publish(), IsOk());

  const proof::ProofFile file = Proof("gift-may");
  const auto sentences = proof::VerifyProof(proof::FormatProof(file), {file.log_key, ""});

  ASSERT_THAT(sentences, IsOk());
  EXPECT_THAT(absl::StrJoin(*sentences, "\n"), HasSubstr("gift gift-may bought"));
  EXPECT_GT(file.gift->served_g, 0);
}

TEST_F(StatementsTest, OtherFiguresThanTheRecordsMakeAreFoundOut) {
  programme().Serve("east", "1A", lot_, 1, 40, 5);
  ASSERT_THAT(Publish(), IsOk());
  const proof::ProofFile file = Proof("gift-may");

  proof::ProofFile more = file;
  more.gift->served_g += 1;
  EXPECT_THAT(proof::VerifyProof(proof::FormatProof(more), {}),
              StatusIs(absl::StatusCode::kInvalidArgument));
  proof::ProofFile other = file;
  other.gift->gift_id = "gift-ann";
  EXPECT_THAT(proof::VerifyProof(proof::FormatProof(other), {}),
              StatusIs(absl::StatusCode::kInvalidArgument));
  for (size_t leaf = 0; leaf < file.leaves.size(); ++leaf) {
    if (proof::KindOf(file.leaves[leaf].opening) == proof::LeafKind::kPosting) continue;
    proof::ProofFile less = file;
    less.leaves.erase(less.leaves.begin() + static_cast<std::ptrdiff_t>(leaf));
    EXPECT_THAT(proof::VerifyProof(proof::FormatProof(less), {}),
                StatusIs(absl::StatusCode::kInvalidArgument))
        << leaf;
  }
}

TEST_F(StatementsTest, WhicheverByteIsChangedTheProofFails) {
  programme().Serve("east", "1A", lot_, 1, 40, 5);
  ASSERT_THAT(Publish(), IsOk());
  const proof::ProofFile file = Proof("gift-may");
  const std::string text = proof::FormatProof(file);

  for (size_t at = 0; at < text.size(); ++at) {
    std::string changed = text;
    changed[at] = static_cast<char>(changed[at] ^ 1);
    ASSERT_FALSE(proof::VerifyProof(changed, {file.log_key, ""}).ok()) << "byte " << at;
  }
}

TEST_F(StatementsTest, AGiftForASchoolIsToldWhatItsPoolBecame) {
  ASSERT_THAT(SetAside(lot_, "east", 20'000), IsOk());
  ASSERT_THAT(GiveMoney("gift-east", 30'000, "east"), IsOk());
  ASSERT_THAT(Allocate("gift-east", lot_, 20'000), IsOk());
  programme().Serve("east", "1A", lot_, 1, 40, 5);
  programme().Serve("west", "1A", lot_, 1, 30, 5);

  ASSERT_THAT(Publish(), IsOk());

  const v1::GiftStatement told = Statement("gift-east");
  EXPECT_EQ(told.kind(), v1::GIFT_KIND_SCHOOL);
  EXPECT_EQ(told.served_g(), 1'000);
  EXPECT_EQ(told.servings(), 40);
  ASSERT_THAT(told.lots(0).schools(), SizeIs(1));
  EXPECT_EQ(told.lots(0).DebugString(), Live("gift-east").lots(0).DebugString());
  EXPECT_EQ(Statement("gift-may").lots(0).DebugString(), Live("gift-may").lots(0).DebugString());
  const proof::ProofFile file = Proof("gift-east");
  EXPECT_THAT(proof::VerifyProof(proof::FormatProof(file), {file.log_key, ""}), IsOk());
}

// What a school drank up to the moment when milk is set aside stays with the others'
// gifts, and would tell what was drunk since a publication if it were told.
TEST_F(StatementsTest, WhatWasDrunkBeforeMilkWasSetAsideIsToldAsAPublicationToldIt) {
  programme().Serve("east", "1A", lot_, 1, 40, 5);
  ASSERT_THAT(Publish(), IsOk());
  programme().Serve("east", "1A", lot_, 1, 3, 6);
  ASSERT_THAT(SetAside(lot_, "east", 20'000), IsOk());
  ASSERT_THAT(GiveMoney("gift-east", 30'000, "east"), IsOk());
  ASSERT_THAT(Allocate("gift-east", lot_, 20'000), IsOk());
  programme().Serve("east", "1A", lot_, 1, 40, 7);

  AWeekPasses();
  ASSERT_THAT(Publish(), IsOk());
  // 43 children's cups more than were told, of which nobody may know the first three.
  EXPECT_EQ(Statement("gift-east").served_g(), 0);
  EXPECT_EQ(Live("gift-east").served_g(), 1'000);

  programme().Serve("east", "1A", lot_, 1, 40, 8);
  AWeekPasses();
  ASSERT_THAT(Publish(), IsOk());
  EXPECT_EQ(Statement("gift-east").served_g(), 1'000);
  EXPECT_THAT(Audit().differences, IsEmpty());
}

TEST_F(StatementsTest, MilkThatWasGivenIsProvenLikeMoney) {
  ASSERT_THAT(GiveMilk("gift-milk", lot_, 20'000), IsOk());
  programme().Serve("east", "1A", lot_, 1, 40, 5);

  ASSERT_THAT(Publish(), IsOk());

  const v1::GiftStatement told = Statement("gift-milk");
  EXPECT_EQ(told.kind(), v1::GIFT_KIND_IN_KIND);
  EXPECT_EQ(told.lots(0).funded_g(), 20'000);
  EXPECT_EQ(told.lots(0).DebugString(), Live("gift-milk").lots(0).DebugString());
  const proof::ProofFile file = Proof("gift-milk");
  const auto sentences = proof::VerifyProof(proof::FormatProof(file), {file.log_key, ""});
  ASSERT_THAT(sentences, IsOk());
  EXPECT_THAT(absl::StrJoin(*sentences, "\n"), HasSubstr("gift gift-milk is 20000 g of lot"));
}

TEST_F(StatementsTest, FeesRefundsAndReturnsAreToldAsOfThePublication) {
  ASSERT_THAT(ChargeFee("gift-may", 300), IsOk());
  ASSERT_THAT(Publish(), IsOk());
  const std::string first = Statement("gift-may").SerializeAsString();
  ASSERT_THAT(Refund("gift-may", 1'000), IsOk());
  ASSERT_THAT(AddCost(lot_, inv::COST_KIND_CREDIT, 90'000), IsOk());
  ASSERT_THAT(SendBack(lot_, "depot", 30'000, 9), IsOk());
  ASSERT_THAT(SendBack(lot_, "east", 40'000, 9), IsOk());
  EXPECT_EQ(Statement("gift-may").SerializeAsString(), first);
  EXPECT_EQ(Statement("gift-may").fees().minor_units(), 300);
  EXPECT_EQ(Statement("gift-may").refunded().minor_units(), 0);

  AWeekPasses();
  ASSERT_THAT(Publish(), IsOk());

  const v1::GiftStatement told = Statement("gift-ann");
  EXPECT_EQ(Statement("gift-may").refunded().minor_units(), 1'000);
  EXPECT_EQ(Statement("gift-may").unspent().minor_units(), 13'700);
  // The lot costs 10,000 now, and the first gift paid 15,000 of it.
  EXPECT_EQ(Statement("gift-may").refund_due().minor_units(), 5'000);
  EXPECT_EQ(told.refund_due().minor_units(), 5'000);
  EXPECT_EQ(told.lots(0).DebugString(), Live("gift-ann").lots(0).DebugString());
  EXPECT_EQ(Statement("gift-may", 1).SerializeAsString(), first);
  const proof::ProofFile file = Proof("gift-ann");
  EXPECT_THAT(proof::VerifyProof(proof::FormatProof(file), {file.log_key, ""}), IsOk());
  EXPECT_THAT(Audit().differences, IsEmpty());
}

}  // namespace
}  // namespace milkway::impact
