// What donors ask beside the figures: the journey, links, a stream; and staff of a lot.

#include <string>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "clients/verify/merkle_proof.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/runtime/access.h"
#include "tests/impact/statements_fixture.h"
#include "tests/support/refusal_matchers.h"
#include "tests/support/status_matchers.h"

namespace milkway::impact {
namespace {

using ::milkway::testing::IsOk;
using ::milkway::testing::IsRefusal;
using ::milkway::testing::StatusIs;
using ::testing::ElementsAre;

TEST_F(StatementsTest, TheJourneyIsToldInOrderOfItsDaysWithWhatComesNext) {
  programme().Serve("east", "1A", lot_, 1, 40, 5);
  ASSERT_THAT(Publish(), IsOk());
  programme().Send("S-3", "depot", "east", lot_, 2, 6, "2025-06-20");

  v1::GetGiftJourneyRequest request;
  request.set_gift_id("gift-may");
  const auto answer =
      programme().Call(&v1::StatementService::Stub::GetGiftJourney, request, kDonor);

  ASSERT_THAT(answer, IsOk());
  std::vector<std::string> steps;
  for (const v1::JourneyStep& step : answer->journey().steps()) {
    steps.push_back(absl::StrCat(step.expected() ? "expected " : "", step.on(), " ",
                                 v1::JourneyStepKind_Name(step.kind()).substr(18), " ",
                                 step.place()));
  }
  EXPECT_THAT(steps,
              ElementsAre("2025-05-01 BOUGHT ", "2025-05-03 SENT depot", "2025-05-03 SENT depot",
                          "2025-05-04 ARRIVED east", "2025-05-04 ARRIVED west",
                          "2025-05-07 SENT depot", "2025-06-01 SERVED east",
                          "expected 2025-06-08 TOLD_NEXT ", "expected 2025-06-20 ARRIVED east"));
}

TEST_F(StatementsTest, ACupHasACostAndItsNutrientsAreDaysOfAChildsNeed) {
  programme().Serve("east", "1A", lot_, 1, 40, 5);
  programme().Serve("west", "1A", lot_, 1, 30, 5);
  ASSERT_THAT(Publish(), IsOk());

  const v1::GiftStatement told = Statement("gift-may");

  // 15,000 cents bought 15,000 g: 25 cents a cup of 25 g, a little less of rounded grams.
  EXPECT_EQ(told.cost_per_serving().minor_units(),
            told.served_g() * 15'000 / told.lots(0).funded_g() / told.servings());
  EXPECT_EQ(told.calcium_need_days(), told.calcium_mg() / 850);
  EXPECT_EQ(told.protein_need_days(), told.protein_mg() / 50'000);
}

TEST_F(StatementsTest, AWatcherHearsOfAGiftWhenItsFiguresChange) {
  programme().Serve("east", "1A", lot_, 1, 40, 5);
  ASSERT_THAT(Publish(), IsOk());
  const auto stub = v1::StatementService::NewStub(programme().system().ChannelTo("impact"));
  grpc::ClientContext context;
  context.AddMetadata(runtime::kDevelopmentHeader, kDonor);
  v1::WatchGiftRequest request;
  request.set_gift_id("gift-may");
  const auto stream = stub->WatchGift(&context, request);
  v1::WatchGiftResponse message;
  ASSERT_TRUE(stream->Read(&message));
  EXPECT_EQ(message.statement().publication().publication(), 1);

  AWeekPasses();
  ASSERT_THAT(Publish(), IsOk());  // tells nothing new
  programme().Serve("east", "1B", lot_, 1, 40, 6);
  AWeekPasses();
  ASSERT_THAT(Publish(), IsOk());

  ASSERT_TRUE(stream->Read(&message));
  EXPECT_EQ(message.statement().publication().publication(), 3);
  EXPECT_EQ(message.statement().SerializeAsString(), Statement("gift-may").SerializeAsString());
  context.TryCancel();
  EXPECT_FALSE(stream->Read(&message));
}

TEST_F(StatementsTest, ALotLeadsToTheGiftsThatBoughtIt) {
  ASSERT_THAT(SetAside(lot_, "east", 20'000), IsOk());
  ASSERT_THAT(GiveMilk("gift-milk", lot_, 20'000), IsOk());
  v1::ListLotGiftsRequest request;
  request.set_lot_id(lot_);

  const auto answer = programme().Call(&v1::GiftService::Stub::ListLotGifts, request);

  ASSERT_THAT(answer, IsOk());
  std::vector<std::string> gifts;
  for (const v1::LotGift& gift : answer->gifts()) {
    gifts.push_back(absl::StrCat(gift.gift_id(), " ", gift.bought_g(), " g for ",
                                 gift.base_amount().minor_units()));
  }
  EXPECT_THAT(gifts, ElementsAre("gift-may 15000 g for 15000", "gift-ann 5000 g for 5000",
                                 "gift-milk 20000 g for 0"));
}

TEST_F(StatementsTest, AShareLinkOpensOneGiftUntilItIsClosed) {
  programme().Serve("east", "1A", lot_, 1, 40, 5);
  ASSERT_THAT(Publish(), IsOk());
  const std::string token(32, 'k');
  v1::CreateShareLinkRequest request;
  request.set_request_id(programme().NextRequestId());
  request.set_gift_id("gift-may");
  request.set_token_sha256(std::string(proof::BytesOf(proof::Sha256(token))));
  const auto link = programme().Call(&v1::StatementService::Stub::CreateShareLink, request, kDonor);
  ASSERT_THAT(link, IsOk());
  v1::GetSharedGiftRequest open;
  open.set_token(absl::WebSafeBase64Escape(token));
  const auto shared =
      programme().Call(&v1::StatementService::Stub::GetSharedGift, open, "service:gateway");
  ASSERT_THAT(shared, IsOk());
  EXPECT_EQ(shared->statement().gift_id(), "gift-may");
  v1::RevokeShareLinkRequest close;
  close.set_request_id(programme().NextRequestId());
  close.set_gift_id("gift-may");
  close.set_link_id(link->link().link_id());
  ASSERT_THAT(programme().Call(&v1::StatementService::Stub::RevokeShareLink, close, kDonor),
              IsOk());

  EXPECT_THAT(programme().Call(&v1::StatementService::Stub::GetSharedGift, open, "service:gateway"),
              IsRefusal("SHARE_LINK_UNKNOWN"));
  v1::GetSharedGiftJourneyRequest journey;
  journey.set_token(open.token());
  EXPECT_THAT(programme().Call(&v1::StatementService::Stub::GetSharedGiftJourney, journey, ""),
              IsRefusal("SHARE_LINK_UNKNOWN"));
  v1::GetSharedGiftProofRequest proof;
  proof.set_token(open.token());
  EXPECT_THAT(programme().Call(&v1::StatementService::Stub::GetSharedGiftProof, proof, ""),
              IsRefusal("SHARE_LINK_UNKNOWN"));
  open.set_token("guessed");
  EXPECT_THAT(programme().Call(&v1::StatementService::Stub::GetSharedGift, open, "service:gateway"),
              IsRefusal("SHARE_LINK_UNKNOWN"));
}

TEST_F(StatementsTest, AShareLinkTellsAStrangerTheJourneyAndTheProofThatTheDonorHears) {
  programme().Serve("east", "1A", lot_, 1, 40, 5);
  ASSERT_THAT(Publish(), IsOk());
  const std::string token(32, 'k');
  v1::CreateShareLinkRequest request;
  request.set_request_id(programme().NextRequestId());
  request.set_gift_id("gift-may");
  request.set_token_sha256(std::string(proof::BytesOf(proof::Sha256(token))));
  ASSERT_THAT(programme().Call(&v1::StatementService::Stub::CreateShareLink, request, kDonor),
              IsOk());

  v1::GetSharedGiftJourneyRequest open_journey;
  open_journey.set_token(absl::WebSafeBase64Escape(token));
  const auto journey =
      programme().Call(&v1::StatementService::Stub::GetSharedGiftJourney, open_journey, "");
  v1::GetSharedGiftProofRequest open_proof;
  open_proof.set_token(absl::WebSafeBase64Escape(token));
  const auto proof =
      programme().Call(&v1::StatementService::Stub::GetSharedGiftProof, open_proof, "");

  v1::GetGiftJourneyRequest own_journey;
  own_journey.set_gift_id("gift-may");
  const auto told =
      programme().Call(&v1::StatementService::Stub::GetGiftJourney, own_journey, kDonor);
  ASSERT_THAT(journey, IsOk());
  ASSERT_THAT(told, IsOk());
  EXPECT_GT(journey->journey().steps_size(), 0);
  EXPECT_EQ(journey->journey().SerializeAsString(), told->journey().SerializeAsString());
  v1::GetGiftProofRequest own_proof;
  own_proof.set_gift_id("gift-may");
  const auto proven =
      programme().Call(&v1::StatementService::Stub::GetGiftProof, own_proof, kDonor);
  ASSERT_THAT(proof, IsOk());
  ASSERT_THAT(proven, IsOk());
  EXPECT_GT(proof->proof().leaves_size(), 0);
  EXPECT_EQ(proof->statement().SerializeAsString(), proven->statement().SerializeAsString());
}

TEST_F(StatementsTest, ADonorSeesStatementsOfTheirOwnGiftsOnly) {
  v1::GetGiftStatementRequest statement;
  statement.set_gift_id("gift-ann");
  EXPECT_THAT(programme().Call(&v1::StatementService::Stub::GetGiftStatement, statement, kDonor),
              StatusIs(absl::StatusCode::kPermissionDenied));
  v1::GetGiftImpactRequest live;
  live.set_gift_id("gift-may");
  EXPECT_THAT(programme().Call(&v1::GiftService::Stub::GetGiftImpact, live, kDonor),
              StatusIs(absl::StatusCode::kPermissionDenied));
}

}  // namespace
}  // namespace milkway::impact
