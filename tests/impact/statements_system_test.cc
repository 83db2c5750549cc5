// Statements on the real services: published, proven, shared.

#include <string>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "clients/cli/log_proofs.h"
#include "clients/verify/leaf.h"
#include "clients/verify/merkle_proof.h"
#include "clients/verify/proof_file.h"
#include "clients/verify/verify_proof.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "milkway/consumption/v1/distributions.grpc.pb.h"
#include "milkway/impact/v1/gifts.grpc.pb.h"
#include "milkway/impact/v1/statements.grpc.pb.h"
#include "milkway/inventory/v1/stock.grpc.pb.h"
#include "tests/support/refusal_matchers.h"
#include "tests/support/status_matchers.h"
#include "tests/trace/programme.h"

namespace milkway::impact {
namespace {

using ::milkway::testing::IsOk;
using ::milkway::testing::IsRefusal;
using ::milkway::testing::StatusIs;
using ::testing::HasSubstr;
using ::testing::SizeIs;
namespace inv = inventory::v1;

constexpr char kDonor[] = "donor:may:gift-may";
constexpr int64_t kDayUs = int64_t{24} * 60 * 60 * 1'000'000;

class StatementsTest : public ::testing::Test {
 protected:
  StatementsTest() {
    programme_.AddPlace("depot", inv::LOCATION_KIND_WAREHOUSE);
    programme_.AddSchool("east", 40);
    programme_.AddSchool("west", 30);
    lot_ = programme_.Buy("L1", 100, "depot");
    programme_.Send("S-1", "depot", "east", lot_, 40, 2);
    programme_.Receive("S-1", lot_, 40, 0, 0, 3);
    programme_.Send("S-2", "depot", "west", lot_, 30, 2);
    programme_.Receive("S-2", lot_, 28, 1, 1, 3);
    Give("gift-may", 30'000);
    Give("gift-ann", 10'000);
  }

  // A gift, half of which buys of the lot.
  void Give(const std::string& gift_id, int64_t minor) {
    v1::RecordGiftRequest gift;
    gift.set_request_id(programme_.NextRequestId());
    gift.mutable_gift()->set_gift_id(gift_id);
    gift.mutable_gift()->set_donor_id("somebody");
    gift.mutable_gift()->set_received_on("2025-05-01");
    gift.mutable_gift()->mutable_amount()->set_currency_code("AUD");
    gift.mutable_gift()->mutable_amount()->set_minor_units(minor);
    ASSERT_THAT(programme_.Call(&v1::GiftService::Stub::RecordGift, gift), IsOk());
    v1::AllocateGiftRequest request;
    request.set_request_id(programme_.NextRequestId());
    request.mutable_allocation()->set_allocation_id(gift_id + "-1");
    request.mutable_allocation()->set_gift_id(gift_id);
    request.mutable_allocation()->set_lot_id(lot_);
    request.mutable_allocation()->set_allocated_on("2025-05-02");
    request.mutable_allocation()->mutable_amount()->set_currency_code("AUD");
    request.mutable_allocation()->mutable_amount()->set_minor_units(minor / 2);
    ASSERT_THAT(programme_.Call(&v1::GiftService::Stub::AllocateGift, request), IsOk());
  }

  absl::StatusOr<v1::Publication> Publish(std::string request_id = "") {
    v1::PublishRequest request;
    request.set_request_id(request_id.empty() ? programme_.NextRequestId() : request_id);
    const auto answer = programme_.Call(&v1::StatementService::Stub::Publish, request);
    if (!answer.ok()) return answer.status();
    return answer->publication();
  }
  void AWeekPasses() {
    programme_.system().clock().Set(programme_.system().clock().NowUs() + 7 * kDayUs);
  }

  v1::GiftStatement Statement(const std::string& gift_id, int64_t publication = 0) {
    v1::GetGiftStatementRequest request;
    request.set_gift_id(gift_id);
    request.set_publication(publication);
    const auto answer = programme_.Call(&v1::StatementService::Stub::GetGiftStatement, request,
                                        absl::StrCat("donor:somebody:", gift_id));
    EXPECT_THAT(answer, IsOk());
    return answer.ok() ? answer->statement() : v1::GiftStatement();
  }
  v1::GiftImpact Live(const std::string& gift_id) {
    v1::GetGiftImpactRequest request;
    request.set_gift_id(gift_id);
    const auto answer = programme_.Call(&v1::GiftService::Stub::GetGiftImpact, request);
    EXPECT_THAT(answer, IsOk());
    return answer.ok() ? answer->impact() : v1::GiftImpact();
  }
  proof::ProofFile Proof(const std::string& gift_id) {
    v1::GetGiftProofRequest request;
    request.set_gift_id(gift_id);
    const auto answer = programme_.Call(&v1::StatementService::Stub::GetGiftProof, request,
                                        absl::StrCat("donor:somebody:", gift_id));
    EXPECT_THAT(answer, IsOk());
    const auto file = cli::ProofFileOf(*answer);
    EXPECT_THAT(file, IsOk());
    return *file;
  }

  trace::Programme programme_;
  int64_t lot_ = 0;
};

TEST_F(StatementsTest, BeforeTheFirstPublicationThereIsOnlyTheGift) {
  programme_.Serve("east", "1A", lot_, 1, 40, 5);

  const v1::GiftStatement statement = Statement("gift-may");

  EXPECT_EQ(statement.amount().minor_units(), 30'000);
  EXPECT_EQ(statement.served_g(), 0);
  EXPECT_FALSE(statement.has_publication());
}

TEST_F(StatementsTest, WhatIsPublishedIsWhatTheBooksSaid) {
  programme_.Serve("east", "1A", lot_, 1, 40, 5);
  programme_.Serve("west", "1A", lot_, 1, 30, 5);

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
  programme_.Serve("east", "1A", lot_, 1, 40, 5);
  programme_.Serve("west", "1A", lot_, 1, 9, 5);

  ASSERT_THAT(Publish(), IsOk());

  const v1::GiftStatement told = Statement("gift-may");
  ASSERT_THAT(told.lots(0).schools(), SizeIs(1));
  EXPECT_EQ(told.lots(0).schools(0).school_id(), "east");
  const v1::LotShare& lot = told.lots(0);
  EXPECT_EQ(lot.served_g() + lot.lost_g() + lot.remaining_g(), lot.funded_g());
}

TEST_F(StatementsTest, AStatementStaysAsItWasTold) {
  programme_.Serve("east", "1A", lot_, 1, 40, 5);
  ASSERT_THAT(Publish(), IsOk());
  const std::string before = Statement("gift-may").SerializeAsString();

  programme_.Serve("east", "1A", lot_, 1, 40, 4);  // backdated
  EXPECT_EQ(Statement("gift-may").SerializeAsString(), before);

  AWeekPasses();
  ASSERT_THAT(Publish(), IsOk());
  EXPECT_NE(Statement("gift-may").SerializeAsString(), before);
  EXPECT_EQ(Statement("gift-may", 1).SerializeAsString(), before);
}

TEST_F(StatementsTest, TwoPublicationsAreAWeekApart) {
  const std::string request_id = programme_.NextRequestId();
  const auto first = Publish(request_id);
  ASSERT_THAT(first, IsOk());

  EXPECT_THAT(Publish(), IsRefusal("PUBLISHED_RECENTLY"));
  // The answer that was lost is given again.
  EXPECT_EQ(Publish(request_id)->DebugString(), first->DebugString());
  AWeekPasses();
  EXPECT_EQ(Publish()->publication(), 2);
}

TEST_F(StatementsTest, ChildrenMoveByTenOrMore) {
  programme_.Serve("east", "1A", lot_, 1, 20, 5);
  ASSERT_THAT(Publish(), IsOk());
  EXPECT_EQ(Statement("gift-may").children_reached(), 20);

  programme_.Serve("east", "1A", lot_, 21, 29, 6);
  AWeekPasses();
  ASSERT_THAT(Publish(), IsOk());
  EXPECT_EQ(Statement("gift-may").children_reached(), 20);

  programme_.Serve("east", "1A", lot_, 30, 30, 7);
  AWeekPasses();
  ASSERT_THAT(Publish(), IsOk());
  EXPECT_EQ(Statement("gift-may").children_reached(), 30);
}

TEST_F(StatementsTest, ADonorSeesStatementsOfTheirOwnGiftsOnly) {
  v1::GetGiftStatementRequest statement;
  statement.set_gift_id("gift-ann");
  EXPECT_THAT(programme_.Call(&v1::StatementService::Stub::GetGiftStatement, statement, kDonor),
              StatusIs(absl::StatusCode::kPermissionDenied));
  v1::GetGiftImpactRequest live;
  live.set_gift_id("gift-may");
  EXPECT_THAT(programme_.Call(&v1::GiftService::Stub::GetGiftImpact, live, kDonor),
              StatusIs(absl::StatusCode::kPermissionDenied));
}

TEST_F(StatementsTest, TheProgrammeIsTheSumOfWhatIsTold) {
  programme_.Serve("east", "1A", lot_, 1, 40, 5);
  programme_.Serve("west", "1A", lot_, 1, 9, 5);
  ASSERT_THAT(Publish(), IsOk());

  const auto answer = programme_.Call(&v1::StatementService::Stub::GetProgrammeStatement,
                                      v1::GetProgrammeStatementRequest(), kDonor);

  ASSERT_THAT(answer, IsOk());
  EXPECT_EQ(answer->statement().served_g(), 1'000);
  EXPECT_EQ(answer->statement().servings(), 40);
  EXPECT_EQ(answer->statement().schools(), 1);
  EXPECT_EQ(answer->statement().purchased_g(), 100'000);
}

TEST_F(StatementsTest, AProofHoldsOffline) {
  programme_.Serve("east", "1A", lot_, 1, 40, 5);
  programme_.Serve("west", "1A", lot_, 1, 30, 5);
  ASSERT_THAT(Publish(), IsOk());

  const proof::ProofFile file = Proof("gift-may");
  const auto sentences = proof::VerifyProof(proof::FormatProof(file), {file.log_key, ""});

  ASSERT_THAT(sentences, IsOk());
  EXPECT_THAT(absl::StrJoin(*sentences, "\n"), HasSubstr("gift-may bought"));
  EXPECT_GT(file.gift->served_g, 0);
}

TEST_F(StatementsTest, OtherFiguresThanTheRecordsMakeAreFoundOut) {
  programme_.Serve("east", "1A", lot_, 1, 40, 5);
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
  programme_.Serve("east", "1A", lot_, 1, 40, 5);
  ASSERT_THAT(Publish(), IsOk());
  const proof::ProofFile file = Proof("gift-may");
  const std::string text = proof::FormatProof(file);

  for (size_t at = 0; at < text.size(); ++at) {
    std::string changed = text;
    changed[at] = static_cast<char>(changed[at] ^ 1);
    ASSERT_FALSE(proof::VerifyProof(changed, {file.log_key, ""}).ok()) << "byte " << at;
  }
}

TEST_F(StatementsTest, AShareLinkOpensOneGiftUntilItIsClosed) {
  const std::string token(32, 'k');
  v1::CreateShareLinkRequest request;
  request.set_request_id(programme_.NextRequestId());
  request.set_gift_id("gift-may");
  request.set_token_sha256(std::string(proof::BytesOf(proof::Sha256(token))));
  const auto link = programme_.Call(&v1::StatementService::Stub::CreateShareLink, request, kDonor);
  ASSERT_THAT(link, IsOk());
  v1::GetSharedGiftRequest open;
  open.set_token(absl::WebSafeBase64Escape(token));
  const auto shared =
      programme_.Call(&v1::StatementService::Stub::GetSharedGift, open, "service:gateway");
  ASSERT_THAT(shared, IsOk());
  EXPECT_EQ(shared->statement().gift_id(), "gift-may");

  v1::RevokeShareLinkRequest close;
  close.set_request_id(programme_.NextRequestId());
  close.set_gift_id("gift-may");
  close.set_link_id(link->link().link_id());
  ASSERT_THAT(programme_.Call(&v1::StatementService::Stub::RevokeShareLink, close, kDonor), IsOk());

  EXPECT_THAT(programme_.Call(&v1::StatementService::Stub::GetSharedGift, open, "service:gateway"),
              IsRefusal("SHARE_LINK_UNKNOWN"));
  open.set_token("guessed");
  EXPECT_THAT(programme_.Call(&v1::StatementService::Stub::GetSharedGift, open, "service:gateway"),
              IsRefusal("SHARE_LINK_UNKNOWN"));
}

}  // namespace
}  // namespace milkway::impact
