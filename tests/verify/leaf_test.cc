// Opened leaves: the commitment is pinned, and postings are put into words.

#include "clients/verify/leaf.h"

#include <string>

#include "absl/strings/escaping.h"
#include "clients/verify/posting.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/inventory/log_tree.h"
#include "services/inventory/posting_codec.h"
#include "tests/support/status_matchers.h"

namespace milkway::proof {
namespace {

using ::milkway::testing::IsOk;
using ::milkway::testing::StatusIs;
using ::testing::ElementsAre;

constexpr auto kWrong = absl::StatusCode::kInvalidArgument;

inventory::Posting FullPosting() {
  inventory::Posting posting;
  posting.kind = inventory::PostingKind::kDistribution;
  posting.occurred_at = {1'741'000'000'000'000, 8 * 60};
  posting.recorded_us = 1'741'000'060'000'000;
  posting.request_id = {1, 2};
  posting.reference = "distribution/7";
  posting.movements = {{LotId{1}, inventory::AccountKind::kUsable, "s-1",
                        inventory::AccountKind::kServed, "s-1", 250},
                       {LotId{300}, inventory::AccountKind::kFound, "s-1",
                        inventory::AccountKind::kUsable, "s-2", 70'000}};
  posting.linked_position = 129;
  posting.discrepancy_reason = "a bag";
  posting.fefo_override_reason = "behind";
  return posting;
}

TEST(Leaf, TheHashOfAnOpeningIsPinned) {
  const auto hash = LeafHashOf({std::string("\x01 bytes"), std::string(16, 's')});

  ASSERT_THAT(hash, IsOk());
  // printf '\001 bytes' behind 16 "s", SHA-256; then 00, 01 and that, SHA-256.
  EXPECT_EQ(absl::BytesToHexString(BytesOf(*hash)),
            "d7f2790c8416d5dffb6cf6878775ae56429ffd3f5fc0376d9b4bd08208e59a6d");
}

TEST(Leaf, ServerAndVerifierMakeTheSameHash) {
  const Opening opening = {inventory::EncodePosting(FullPosting()), std::string(16, '\x5a')};

  const auto hash = LeafHashOf(opening);

  ASSERT_THAT(hash, IsOk());
  EXPECT_EQ(*hash, inventory::LeafHashOf(opening.canonical, opening.salt));
}

TEST(Leaf, AnOpeningWithoutAKindOrWithAnotherSaltIsRefused) {
  EXPECT_THAT(LeafHashOf({"", std::string(16, 's')}), StatusIs(kWrong));
  EXPECT_THAT(LeafHashOf({std::string("\x00x", 2), std::string(16, 's')}), StatusIs(kWrong));
  EXPECT_THAT(LeafHashOf({"\x06x", std::string(16, 's')}), StatusIs(kWrong));
  EXPECT_THAT(LeafHashOf({"\x01x", std::string(15, 's')}), StatusIs(kWrong));
  EXPECT_THAT(LeafHashOf({"\x01x", std::string(17, 's')}), StatusIs(kWrong));
}

TEST(Leaf, APostingIsPutIntoWords) {
  const auto lines = DescribePosting(inventory::EncodePosting(FullPosting()));

  ASSERT_THAT(lines, IsOk());
  EXPECT_THAT(*lines, ElementsAre("distribution at 2025-03-03 19:06:40 +08:00, recorded 2025-03-03 "
                                  "11:07:40 +00:00, for distribution/7, linked to record 129",
                                  "discrepancy: a bag", "earlier expiry left behind: behind",
                                  "250 g of lot 1: usable at s-1 -> served at s-1",
                                  "70000 g of lot 300: found at s-1 -> usable at s-2"));
}

TEST(Leaf, BytesThatAreNoPostingAreNotPutIntoWords) {
  const std::string bytes = inventory::EncodePosting(FullPosting());

  for (size_t size = 0; size < bytes.size(); ++size) {
    EXPECT_THAT(DescribePosting(bytes.substr(0, size)), StatusIs(kWrong)) << size;
  }
  EXPECT_THAT(DescribePosting(bytes + "x"), StatusIs(kWrong));
}

TEST(Leaf, WordsCannotMoveATerminalsCursor) {
  inventory::Posting posting = FullPosting();
  posting.reference = "a\x1b[2Jb";

  const auto lines = DescribePosting(inventory::EncodePosting(posting));

  ASSERT_THAT(lines, IsOk());
  EXPECT_THAT((*lines)[0], ::testing::HasSubstr("a?[2Jb"));
}

}  // namespace
}  // namespace milkway::proof
