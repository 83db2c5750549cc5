// Proofs as files: what holds is said in words; a single changed byte fails.

#include "clients/verify/proof_file.h"

#include <string>

#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "clients/verify/verify_proof.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support/status_matchers.h"
#include "tests/verify/proof_maker.h"

namespace milkway::proof {
namespace {

using ::milkway::testing::IsOk;
using ::milkway::testing::ProofMaker;
using ::milkway::testing::StatusIs;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr auto kWrong = absl::StatusCode::kInvalidArgument;

class ProofFileTest : public ::testing::Test {
 protected:
  // Verifies with the log's key.
  absl::StatusOr<std::string> Verify(absl::string_view text, const std::string& kept = "") {
    const auto sentences = VerifyProof(text, {log_.log_key(), kept});
    if (!sentences.ok()) return sentences.status();
    return absl::StrJoin(*sentences, "\n");
  }

  ProofMaker log_{21};
  ProofFile proof_ = log_.Proof(13);
};

TEST_F(ProofFileTest, AProofThatHoldsSaysWhatItProves) {
  const auto words = Verify(FormatProof(proof_));

  ASSERT_THAT(words, IsOk());
  EXPECT_THAT(
      *words,
      AllOf(HasSubstr("The log milkway.test/log signed that it held exactly 21 records"),
            HasSubstr("Record 1 of that log is this posting:\n  distribution at 2025-03-03"),
            HasSubstr("275 g of lot 11: usable at school -> served at school"),
            HasSubstr("Its first 13 records are those of the earlier checkpoint"),
            Not(HasSubstr("Not checked"))));
}

TEST_F(ProofFileTest, WithoutAKeyItSaysWhatWasNotChecked) {
  const auto sentences = VerifyProof(FormatProof(proof_), {});

  ASSERT_THAT(sentences, IsOk());
  EXPECT_THAT(sentences->front(), HasSubstr("Not checked: whose key milkway.test/log+"));
}

TEST_F(ProofFileTest, WhatIsWrittenIsRead) {
  const auto read = ParseProof(FormatProof(proof_));

  ASSERT_THAT(read, IsOk());
  EXPECT_EQ(FormatProof(*read), FormatProof(proof_));
}

// Each byte in turn, changed in several ways; with and without knowing the key.
TEST_F(ProofFileTest, AnyChangedByteFails) {
  const std::string text = FormatProof(proof_);
  for (size_t at = 0; at < text.size(); ++at) {
    for (const int change : {0x01, 0x02, 0x04, 0x20, 0x29, 0x80, 0xff}) {
      std::string changed = text;
      changed[at] = static_cast<char>(changed[at] ^ change);
      EXPECT_THAT(Verify(changed), StatusIs(kWrong)) << at;
      EXPECT_THAT(VerifyProof(changed, {}).status(), StatusIs(kWrong)) << at << " without a key";
    }
  }
}

TEST_F(ProofFileTest, AByteLessOrMoreFails) {
  const std::string text = FormatProof(proof_);
  for (size_t at = 0; at < text.size(); ++at) {
    std::string shorter = text;
    shorter.erase(at, 1);
    EXPECT_THAT(Verify(shorter), StatusIs(kWrong)) << at;
  }
  EXPECT_THAT(Verify(text + " "), StatusIs(kWrong));
  EXPECT_THAT(Verify(text + "\n"), StatusIs(kWrong));
}

TEST_F(ProofFileTest, SpacesOtherMembersAndSecondMembersAreRefused) {
  const std::string text = FormatProof(proof_);

  EXPECT_THAT(Verify(absl::StrReplaceAll(text, {{"\": \"", "\":  \""}})), StatusIs(kWrong));
  EXPECT_THAT(
      Verify(absl::StrReplaceAll(text, {{"{\n  \"format\"", "{\n  \"x\": 1,\n  \"format\""}})),
      StatusIs(kWrong));
  EXPECT_THAT(Verify(absl::StrReplaceAll(text, {{"\"position\": 1,", "\"position\": 1.0,"}})),
              StatusIs(kWrong));
  EXPECT_THAT(Verify(absl::StrReplaceAll(
                  text, {{"\"position\": 1,", "\"position\": 2,\n      \"position\": 1,"}})),
              StatusIs(kWrong));
}

TEST_F(ProofFileTest, AnOpeningThatWasMadeUpFails) {
  proof_.leaves[1].opening = log_.opening(2);

  const auto words = Verify(FormatProof(proof_));

  EXPECT_THAT(words, StatusIs(kWrong));
  EXPECT_THAT(words.status().message(), HasSubstr("record 11 is not in the log"));
}

TEST_F(ProofFileTest, ARecordShownAsAnotherPositionFails) {
  proof_.leaves[1].position += 1;

  EXPECT_THAT(Verify(FormatProof(proof_)), StatusIs(kWrong));
}

TEST_F(ProofFileTest, ARewrittenHistoryFailsConsistency) {
  const ProofMaker rewritten(21, "/rewritten");
  ProofFile proof = rewritten.Proof(13);
  proof.log_key = log_.log_key();
  // Both checkpoints are signed by the same key: the log itself lies.
  proof.checkpoint = rewritten.Checkpoint(21, log_.signer());
  proof.earlier->checkpoint = log_.Checkpoint(13);

  const auto words = Verify(FormatProof(proof));

  EXPECT_THAT(words, StatusIs(kWrong));
  EXPECT_THAT(words.status().message(), HasSubstr("the log was rewritten"));
}

TEST_F(ProofFileTest, ACheckpointThatWasKeptMustBeTheOneThatIsContinued) {
  const ProofMaker rewritten(21, "/rewritten");
  const std::string text = FormatProof(proof_);

  EXPECT_THAT(Verify(text, log_.Checkpoint(13)), IsOk());
  EXPECT_THAT(Verify(text, log_.Checkpoint(21)), IsOk());
  EXPECT_THAT(Verify(text, log_.Checkpoint(12)).status().message(),
              HasSubstr("says nothing about the checkpoint of 12"));
  EXPECT_THAT(Verify(text, rewritten.Checkpoint(13, log_.signer())).status().message(),
              HasSubstr("the log was rewritten"));
  EXPECT_THAT(Verify(text, "not a checkpoint"), StatusIs(kWrong));
}

TEST_F(ProofFileTest, AnotherKeyThanTheOneGivenFails) {
  const ProofMaker other(21);

  const auto sentences = VerifyProof(FormatProof(proof_), {other.log_key(), ""});

  EXPECT_THAT(sentences.status(), StatusIs(kWrong));
  EXPECT_THAT(sentences.status().message(), HasSubstr("names another key"));
}

TEST_F(ProofFileTest, WhatIsNoProofIsRefused) {
  for (const char* text :
       {"", "[]", "{}", "null", "{\"format\": \"milkway-proof/2\"}\n", "[[[[[[[[[[[[[[[[[[[["}) {
    EXPECT_THAT(Verify(text), StatusIs(kWrong)) << text;
  }
}

}  // namespace
}  // namespace milkway::proof
