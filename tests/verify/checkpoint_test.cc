// Signed checkpoints: what the server writes the verifier reads, and nothing else.

#include "clients/verify/checkpoint.h"

#include <string>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support/status_matchers.h"
#include "tests/verify/proof_maker.h"

namespace milkway::proof {
namespace {

using ::milkway::testing::IsOk;
using ::milkway::testing::ProofMaker;
using ::milkway::testing::StatusIs;
using ::testing::HasSubstr;
using ::testing::StartsWith;

constexpr auto kWrong = absl::StatusCode::kInvalidArgument;

class CheckpointTest : public ::testing::Test {
 protected:
  ProofMaker log_{5};
  const std::string note_ = log_.Checkpoint(5);
  const LogKey key_ = ParseLogKey(log_.log_key()).value();
};

TEST_F(CheckpointTest, WhatTheServerSignsIsRead) {
  const auto checkpoint = OpenCheckpoint(note_, key_);

  ASSERT_THAT(checkpoint, IsOk());
  EXPECT_EQ(checkpoint->origin, "milkway.test/log");
  EXPECT_EQ(checkpoint->size, 5u);
}

TEST_F(CheckpointTest, TheTextIsThatOfTheTlogCheckpointFormat) {
  const auto checkpoint = OpenCheckpoint(note_, key_);

  ASSERT_THAT(checkpoint, IsOk());
  EXPECT_THAT(note_, StartsWith(absl::StrCat("milkway.test/log\n5\n",
                                             absl::Base64Escape(BytesOf(checkpoint->root)),
                                             "\n\n\xE2\x80\x94 milkway.test/log ")));
  EXPECT_EQ(note_.back(), '\n');
}

// The example of the Go checksum database: golang.org/x/mod/sumdb/note.
TEST(Checkpoint, KeysAndSignaturesAreThoseOfSignedNotes) {
  const auto key =
      ParseLogKey("PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW");
  ASSERT_THAT(key, IsOk());

  // The signature is good, so that the first complaint is about the text: it is a note,
  // but no checkpoint.
  const auto opened = OpenCheckpoint(
      "If you think cryptography is the answer to your problem,\n"
      "then you don't know what your problem is.\n"
      "\n"
      "\xE2\x80\x94 PeterNeumann "
      "x08go/ZJkuBS9UG/"
      "SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n",
      *key);

  EXPECT_THAT(opened, StatusIs(kWrong));
  EXPECT_THAT(opened.status().message(), HasSubstr("origin, a size and a root"));
}

TEST_F(CheckpointTest, AChangedByteIsNoticed) {
  for (size_t at = 0; at < note_.size(); ++at) {
    for (const char change : {'\x01', '\x20', '\x80'}) {
      std::string changed = note_;
      changed[at] = static_cast<char>(changed[at] ^ change);
      EXPECT_THAT(OpenCheckpoint(changed, key_), StatusIs(kWrong)) << at;
    }
  }
}

TEST_F(CheckpointTest, ACutOrALongerCheckpointIsNoticed) {
  for (size_t size = 0; size < note_.size(); ++size) {
    EXPECT_THAT(OpenCheckpoint(note_.substr(0, size), key_), StatusIs(kWrong)) << size;
  }
  EXPECT_THAT(OpenCheckpoint(note_ + "\n", key_), StatusIs(kWrong));
  EXPECT_THAT(OpenCheckpoint(note_ + "x\n", key_), StatusIs(kWrong));
  EXPECT_THAT(OpenCheckpoint(note_ + std::string(kNoteBytesMax, '\n'), key_), StatusIs(kWrong));
}

TEST_F(CheckpointTest, SignaturesOfWitnessesAreAllowed) {
  const std::string witnessed =
      absl::StrCat(note_, "\xE2\x80\x94 witness.test ", absl::Base64Escape("0123456789"), "\n");

  EXPECT_THAT(OpenCheckpoint(witnessed, key_), IsOk());
}

TEST_F(CheckpointTest, AnotherKeyDoesNotSignForThisLog) {
  const ProofMaker stranger(5);

  const auto opened = OpenCheckpoint(log_.Checkpoint(5, stranger.signer()), key_);

  EXPECT_THAT(opened, StatusIs(kWrong));
  EXPECT_THAT(opened.status().message(), HasSubstr("not signed by milkway.test/log+"));
}

TEST_F(CheckpointTest, AKeySignsForItsOwnLogOnly) {
  const auto other = inventory::LogSigner::Open("", "other.test/log").value();
  // A text about milkway.test/log under a signature of other.test/log.
  const std::string text = note_.substr(0, note_.find("\n\n") + 1);
  const std::string its_own = log_.Checkpoint(5, other);
  const std::string mixed = absl::StrCat(text, its_own.substr(its_own.find("\n\n") + 1));

  EXPECT_THAT(OpenCheckpoint(mixed, ParseLogKey(other.verifier_key()).value()), StatusIs(kWrong));
}

TEST_F(CheckpointTest, AKeyIsReadOnlyIfEveryPartOfItFits) {
  EXPECT_THAT(ParseLogKey(log_.log_key() + "\n"), IsOk());
  for (size_t at = 0; at < log_.log_key().size(); ++at) {
    std::string changed = log_.log_key();
    changed[at] = static_cast<char>(changed[at] ^ 1);
    EXPECT_THAT(ParseLogKey(changed), StatusIs(kWrong)) << at;
  }
  EXPECT_THAT(ParseLogKey(""), StatusIs(kWrong));
  EXPECT_THAT(ParseLogKey("name+12345678"), StatusIs(kWrong));
}

}  // namespace
}  // namespace milkway::proof
