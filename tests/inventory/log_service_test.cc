// The log as its callers see it: checkpoints, proofs and leaves through a real server,
// and the commands of the command line program on top.

#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <thread>
#include <vector>

#include "clients/verify/checkpoint.h"
#include "clients/verify/leaf.h"
#include "clients/verify/merkle_proof.h"
#include "clients/verify/verify_proof.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "milkway/inventory/v1/log.grpc.pb.h"
#include "services/inventory/inventory_keys.h"
#include "services/inventory/log_tree.h"
#include "tests/cli/cli_runner.h"
#include "tests/inventory/inventory_system.h"
#include "tests/support/transact.h"

namespace milkway::inventory {
namespace {

using ::milkway::testing::IsOk;
using ::milkway::testing::IsRefusal;
using ::milkway::testing::StatusIs;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::SizeIs;

using Log = v1::LogService::Stub;

std::vector<proof::Hash> Hashes(const google::protobuf::RepeatedPtrField<std::string>& message) {
  std::vector<proof::Hash> hashes;
  for (const std::string& bytes : message) hashes.push_back(proof::ParseHash(bytes).value());
  return hashes;
}

// Of five purchases, and what their lots cost.
constexpr int64_t kEntries = 10;

class LogServiceTest : public InventorySystemTest {
 protected:
  LogServiceTest() {
    for (const char* lot : {"A", "B", "C", "D", "E"}) Buy(lot, 10);
  }

  proof::LogKey Key() {
    return proof::ParseLogKey(Call(&Log::GetLogKey, v1::GetLogKeyRequest())->verifier_key())
        .value();
  }

  v1::Checkpoint CheckpointOf(int64_t size = 0) {
    v1::GetCheckpointRequest request;
    request.set_size(size);
    const auto response = Call(&Log::GetCheckpoint, request);
    EXPECT_THAT(response, IsOk());
    return response.value_or(v1::GetCheckpointResponse()).checkpoint();
  }

  cli::testing::CliResult Run(std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), "log");
    arguments.insert(arguments.end(), {"--server", system_.AddressOf("inventory")});
    return cli::testing::RunCli(arguments);
  }

  std::string ReadFile(const std::string& name) {
    std::ifstream file(folder_.path() + "/" + name, std::ios::binary);
    std::ostringstream text;
    text << file.rdbuf();
    return text.str();
  }
  std::string Path(const std::string& name) { return folder_.path() + "/" + name; }

  cli::testing::TemporaryFolder folder_;
};

TEST_F(LogServiceTest, ACheckpointIsSignedForWhatTheLogHolds) {
  const v1::Checkpoint message = CheckpointOf();

  const auto checkpoint = proof::OpenCheckpoint(message.note(), Key());

  ASSERT_THAT(checkpoint, IsOk());
  EXPECT_EQ(checkpoint->size, 10u);
  EXPECT_EQ(checkpoint->origin, "milkway.local/log");
  EXPECT_EQ(proof::BytesOf(checkpoint->root), message.root_hash());
  EXPECT_EQ(message.size(), kEntries);
}

TEST_F(LogServiceTest, EveryLeafIsProvenUnderEveryCheckpoint) {
  for (int64_t size = 1; size <= kEntries; ++size) {
    const auto checkpoint = proof::OpenCheckpoint(CheckpointOf(size).note(), Key()).value();
    for (int64_t position = 1; position <= size; ++position) {
      v1::GetInclusionProofRequest request;
      request.set_position(position);
      request.set_size(size);
      const auto response = Call(&Log::GetInclusionProof, request);
      ASSERT_THAT(response, IsOk());
      EXPECT_EQ(response->leaf().kind(),
                position % 2 == 1 ? v1::LEAF_KIND_POSTING : v1::LEAF_KIND_COST);
      EXPECT_TRUE(proof::IsIncluded(
          static_cast<uint64_t>(position - 1), static_cast<uint64_t>(size),
          proof::LeafHashOf({response->leaf().canonical(), response->leaf().salt()}).value(),
          Hashes(response->hashes()), checkpoint.root));
    }
  }
}

TEST_F(LogServiceTest, EveryCheckpointContinuesEveryEarlierOne) {
  for (int64_t from = 0; from <= kEntries; ++from) {
    for (int64_t to = std::max<int64_t>(from, 1); to <= kEntries; ++to) {
      v1::GetConsistencyProofRequest request;
      request.set_from_size(from);
      request.set_to_size(to);
      const auto response = Call(&Log::GetConsistencyProof, request);
      ASSERT_THAT(response, IsOk());
      const proof::Hash old_root =
          from == 0 ? proof::Sha256("") : proof::ParseHash(CheckpointOf(from).root_hash()).value();
      EXPECT_TRUE(proof::IsConsistent(
          static_cast<uint64_t>(from), old_root, static_cast<uint64_t>(to),
          proof::ParseHash(CheckpointOf(to).root_hash()).value(), Hashes(response->hashes())));
    }
  }
}

TEST_F(LogServiceTest, WhatTheLogNeverHeldIsRefusedByName) {
  v1::GetCheckpointRequest checkpoint;
  checkpoint.set_size(kEntries + 1);
  EXPECT_THAT(Call(&Log::GetCheckpoint, checkpoint), IsRefusal("LOG_SHORTER"));
  checkpoint.set_size(-1);
  EXPECT_THAT(Call(&Log::GetCheckpoint, checkpoint), StatusIs(absl::StatusCode::kInvalidArgument));
  v1::GetInclusionProofRequest inclusion;
  EXPECT_THAT(Call(&Log::GetInclusionProof, inclusion),
              StatusIs(absl::StatusCode::kInvalidArgument));
  inclusion.set_position(kEntries + 1);
  EXPECT_THAT(Call(&Log::GetInclusionProof, inclusion), IsRefusal("LOG_SHORTER"));
  inclusion.set_position(3);
  inclusion.set_size(2);
  EXPECT_THAT(Call(&Log::GetInclusionProof, inclusion), IsRefusal("LOG_SHORTER"));
  v1::GetConsistencyProofRequest consistency;
  consistency.set_from_size(3);
  consistency.set_to_size(2);
  EXPECT_THAT(Call(&Log::GetConsistencyProof, consistency), IsRefusal("LOG_SHORTER"));
}

TEST_F(LogServiceTest, LeavesComeInPages) {
  proof::RootBuilder tree;
  v1::ListLeavesRequest request;
  request.set_page_size(2);
  int pages = 0;
  do {
    const auto page = Call(&Log::ListLeaves, request);
    ASSERT_THAT(page, IsOk());
    ++pages;
    for (const v1::Leaf& leaf : page->leaves()) {
      tree.Add(proof::LeafHashOf({leaf.canonical(), leaf.salt()}).value());
      EXPECT_EQ(leaf.position(), static_cast<int64_t>(tree.size()));
    }
    request.set_page_token(page->next_page_token());
  } while (!request.page_token().empty());
  v1::ListLeavesRequest rest;
  rest.set_after_position(3);

  EXPECT_EQ(pages, 5);
  EXPECT_EQ(proof::BytesOf(tree.Root()), CheckpointOf().root_hash());
  EXPECT_EQ(Call(&Log::ListLeaves, rest)->leaves(0).position(), 4);
}

TEST_F(LogServiceTest, LeavesOfOneKindCanBeAskedFor) {
  v1::AppendLeavesRequest append;
  append.set_request_id("01976b0e-7c1e-7000-8000-5e0a1b2c3d4e");
  v1::NewLeaf& leaf = *append.add_leaves();
  leaf.set_kind(v1::LEAF_KIND_AUDIT);
  leaf.set_body("where an audit log ended");
  ASSERT_THAT(Call(&Log::AppendLeaves, append, "service:runtime"), IsOk());
  v1::ListLeavesRequest request;
  request.set_kind(v1::LEAF_KIND_AUDIT);

  const auto found = Call(&Log::ListLeaves, request);

  ASSERT_THAT(found, IsOk());
  ASSERT_THAT(found->leaves(), SizeIs(1));
  EXPECT_EQ(found->leaves(0).position(), kEntries + 1);
  EXPECT_EQ(found->leaves(0).kind(), v1::LEAF_KIND_AUDIT);
  request.set_kind(v1::LEAF_KIND_COST);
  EXPECT_THAT(Call(&Log::ListLeaves, request)->leaves(), SizeIs(5));
}

TEST_F(LogServiceTest, SchoolsAndDonorsDoNotSeeTheLog) {
  for (const char* caller : {"school_contact:wang:east", "donor:li:G-1", "warehouse:xu:depot"}) {
    EXPECT_THAT(Call(&Log::GetCheckpoint, v1::GetCheckpointRequest(), caller),
                StatusIs(absl::StatusCode::kPermissionDenied));
    EXPECT_THAT(Call(&Log::ListLeaves, v1::ListLeavesRequest(), caller),
                StatusIs(absl::StatusCode::kPermissionDenied));
  }
  EXPECT_THAT(Call(&Log::GetCheckpoint, v1::GetCheckpointRequest(), "auditor:chen"), IsOk());
}

TEST_F(LogServiceTest, ADayOfServingHasItsCheckpoint) {
  system_.Stop();
  ASSERT_TRUE(system_.Start());  // keeps the first one of the day at once

  v1::ListCheckpointsResponse kept;
  for (int tries = 0; kept.checkpoints_size() == 0 && tries < 1'000; ++tries) {
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
    kept = Call(&Log::ListCheckpoints, v1::ListCheckpointsRequest()).value();
  }

  ASSERT_THAT(kept.checkpoints(), SizeIs(1));
  EXPECT_EQ(kept.checkpoints(0).day(), "2025-06-01");
  EXPECT_EQ(kept.checkpoints(0).checkpoint().size(), kEntries);
  EXPECT_THAT(Run({"checkpoints"}).out, HasSubstr("2025-06-01"));
}

TEST_F(LogServiceTest, TheCommandsMakeAProofThatTheVerifierTakes) {
  const auto key = Run({"key"});
  ASSERT_EQ(key.exit_code, 0) << key.err;
  ASSERT_EQ(Run({"checkpoint", "--out", Path("kept.txt")}).exit_code, 0);
  Buy("F", 10);

  const auto proved =
      Run({"prove", "3", "11", "--since", Path("kept.txt"), "--out", Path("proof.json")});

  ASSERT_EQ(proved.exit_code, 0) << proved.err;
  const auto sentences =
      proof::VerifyProof(ReadFile("proof.json"), {key.out, ReadFile("kept.txt")});
  ASSERT_THAT(sentences, IsOk());
  EXPECT_THAT(*sentences, SizeIs(9));
  EXPECT_THAT((*sentences)[1], HasSubstr("Record 3 of that log is this posting"));
  EXPECT_THAT((*sentences)[3], HasSubstr("10000 g of lot 2: purchased at farm"));
}

TEST_F(LogServiceTest, ConsistencyWithAKeptCheckpointIsSaidInWords) {
  ASSERT_EQ(Run({"checkpoint", "--out", Path("kept.txt")}).exit_code, 0);
  Buy("F", 10);

  const auto result = Run({"consistency", Path("kept.txt")});

  EXPECT_EQ(result.exit_code, 0) << result.err;
  EXPECT_THAT(result.out, AllOf(HasSubstr("held exactly 12 records"),
                                HasSubstr("first 10 records are those of the earlier")));
}

TEST_F(LogServiceTest, AnAuditComparesWithCheckpointsThatWereKept) {
  ASSERT_EQ(Run({"checkpoint", "--size", "2", "--out", Path("two.txt")}).exit_code, 0);
  ASSERT_EQ(Run({"checkpoint", "--out", Path("five.txt")}).exit_code, 0);

  const auto result =
      Run({"audit", "--checkpoint", Path("five.txt"), "--checkpoint", Path("two.txt")});

  EXPECT_EQ(result.exit_code, 0) << result.err;
  EXPECT_THAT(result.out, AllOf(HasSubstr("two.txt: an unchanged beginning"),
                                HasSubstr("five.txt: an unchanged beginning"),
                                HasSubstr("log audited: 10 records"), HasSubstr("0 differences")));
}

TEST_F(LogServiceTest, AnAuditFindsARewrittenPostingEvenIfTheTreeWasRewrittenToo) {
  ASSERT_EQ(Run({"checkpoint", "--out", Path("kept.txt")}).exit_code, 0);
  // The whole tree is made anew over a changed posting, as a forger with the server in
  // his hands would do.
  storage::Store& store = system_.StoreOf("inventory");
  ASSERT_THAT(
      testing::Transact(store,
                        [](storage::Transaction& transaction) -> absl::Status {
                          auto record = LogTable::Find(transaction, 2).value().value();
                          record.mutable_salt()->front() ^= 1;
                          auto status = LogTable::Put(transaction, record, 2);
                          std::vector<std::string> keys;
                          status.Update(transaction.Scan(
                              storage::PrefixRange("\x01\x40"), storage::ScanOrder::kAscending,
                              [&](absl::string_view key, absl::string_view) {
                                keys.emplace_back(key);
                                return true;
                              }));
                          for (const std::string& key : keys)
                            status.Update(transaction.Delete(key));
                          return status;
                        }),
      IsOk());
  ASSERT_THAT(BuildLogTree(store), IsOk());

  EXPECT_EQ(Run({"audit"}).exit_code, 0);  // all of a piece, but not what was signed
  const auto audit = Run({"audit", "--checkpoint", Path("kept.txt")});
  const auto consistency = Run({"consistency", Path("kept.txt")});

  EXPECT_EQ(audit.exit_code, 1);
  EXPECT_THAT(audit.out, HasSubstr("history was rewritten"));
  EXPECT_EQ(consistency.exit_code, 1);
  EXPECT_THAT(consistency.err, HasSubstr("rewritten"));
}

TEST_F(LogServiceTest, WrongKeysFilesAndPositionsAreRefused) {
  ASSERT_EQ(Run({"checkpoint", "--out", Path("kept.txt")}).exit_code, 0);
  std::string text = ReadFile("kept.txt");
  const std::string key = Run({"key"}).out;

  // Another key than the one given, and a file that is none of this log's.
  EXPECT_EQ(Run({"audit", "--key", "x+00000000+AAAA"}).exit_code, 1);
  text[0] = 'X';
  folder_.Write("forged.txt", text);
  EXPECT_EQ(Run({"audit", "--checkpoint", Path("forged.txt")}).exit_code, 1);
  EXPECT_EQ(Run({"audit", "--checkpoint", Path("none.txt")}).exit_code, 2);
  EXPECT_EQ(Run({"prove", "0"}).exit_code, 2);
  EXPECT_EQ(Run({"prove", "11"}).exit_code, 1);
  EXPECT_EQ(Run({"audit", "--key", key.substr(0, key.size() - 1)}).exit_code, 0);
}

}  // namespace
}  // namespace milkway::inventory
