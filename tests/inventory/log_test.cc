// The log and its Merkle tree are one: appended together, checked together, built anew
// where a store has none, and whole after every power cut.

#include <fcntl.h>
#include <sys/stat.h>

#include <fstream>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "clients/verify/leaf.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/inventory/checkpoints.h"
#include "services/inventory/log_signer.h"
#include "services/inventory/log_tree.h"
#include "tests/inventory/inventory_fixture.h"
#include "tests/support/crash_env.h"
#include "tests/support/stores.h"

namespace milkway::inventory {
namespace {

using ::milkway::testing::IsOk;
using ::milkway::testing::IsRefusal;
using ::milkway::testing::StatusIs;
using ::milkway::testing::TempFolder;
using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class LogTest : public InventoryTest {
 protected:
  // A purchase, what its lot costs, and `servings` class records.
  void Fill(int servings) {
    const LotId lot = Stock(1'000);
    for (int number = 0; number < servings; ++number) {
      ASSERT_THAT(Post(Serve(lot, 25, March(2, 1 + number % 20))), IsOk());
    }
  }

  uint64_t TreeSize() { return kLogTree.ReadEdge(reader())->size(); }

  absl::Status Put(const std::string& key, const std::string& value) {
    return Transact([&](storage::Transaction& transaction) { return transaction.Put(key, value); });
  }

  // Takes the tree out of the store, as one that was written before there was a tree.
  void RemoveTree() {
    std::vector<std::string> keys;
    ASSERT_THAT(reader().Scan(storage::PrefixRange("\x01\x40"), storage::ScanOrder::kAscending,
                              [&](absl::string_view key, absl::string_view) {
                                keys.emplace_back(key);
                                return true;
                              }),
                IsOk());
    ASSERT_THAT(Transact([&](storage::Transaction& transaction) {
                  absl::Status status;
                  for (const std::string& key : keys) status.Update(transaction.Delete(key));
                  return status;
                }),
                IsOk());
  }
};

TEST_F(LogTest, EveryPostingIsALeafOverItsCanonicalBytesAndSalt) {
  Fill(5);

  ASSERT_EQ(TreeSize(), 7u);
  const auto leaves = kLogTree.Leaves(reader(), 0, 100).value();
  for (int64_t position = 1; position <= 7; ++position) {
    const auto record = LogTable::Find(reader(), position).value();
    ASSERT_TRUE(record.has_value());
    EXPECT_EQ(leaves[static_cast<size_t>(position - 1)],
              proof::LeafHashOf({record->canonical(), record->salt()}).value());
  }
}

TEST_F(LogTest, ARefusedPostingIsNoLeaf) {
  Fill(1);

  EXPECT_THAT(Post(Serve(LotId{1}, 100'000'000, March(3))), IsRefusal("STOCK_MISSING"));

  EXPECT_EQ(TreeSize(), 3u);
  EXPECT_THAT(Differences(), IsEmpty());
}

TEST_F(LogTest, VerifyBooksFindsAChangedPostingByItsLeaf) {
  Fill(5);
  auto record = LogTable::Find(reader(), 3).value().value();
  record.mutable_salt()->front() ^= 1;
  ASSERT_THAT(Put(LogKey::Encode(3), record.SerializeAsString()), IsOk());

  EXPECT_THAT(Differences(), Contains(HasSubstr("the leaf of posting 3 ")));
}

TEST_F(LogTest, VerifyBooksFindsAChangedTree) {
  Fill(300);
  ASSERT_THAT(Differences(), IsEmpty());

  // The root of the first tile.
  ASSERT_THAT(Put(std::string("\x01\x40\x08\0\0\0\0\0\0\0\0", 11), std::string(32, 'x')), IsOk());
  EXPECT_THAT(Differences(), Contains(HasSubstr("node 0 of level 8")));
  // A leaf too many.
  ASSERT_THAT(Put(std::string("\x01\x40\0\0\0\0\0\0\0\x02\0", 11), std::string(32, 'x')), IsOk());
  EXPECT_THAT(Differences(), Contains(HasSubstr("has 303 leaves")));
  // The edge.
  ASSERT_THAT(Put(std::string("\x01\x40\xff\0\0\0\0\0\0\0\0", 11), "x"), IsOk());
  EXPECT_THAT(Differences(), Contains(HasSubstr("the right edge")));
}

TEST_F(LogTest, AStoreWithoutATreeGetsTheSameTree) {
  Fill(600);
  const auto root = kLogTree.Root(reader(), 601).value();
  RemoveTree();
  ASSERT_EQ(TreeSize(), 0u);
  EXPECT_THAT(Post(Serve(LotId{1}, 25, March(4))), StatusIs(absl::StatusCode::kDataLoss));

  ASSERT_THAT(BuildLogTree(*store_), IsOk());

  EXPECT_EQ(kLogTree.Root(reader(), 601).value(), root);
  EXPECT_THAT(Differences(), IsEmpty());
  EXPECT_THAT(Post(Serve(LotId{1}, 25, March(4))), IsOk());
  EXPECT_THAT(BuildLogTree(*store_), IsOk());
}

TEST_F(LogTest, ATreeLongerThanTheLogIsDamage) {
  Fill(3);
  ASSERT_THAT(Put(LogHeadTable::Schema::Encode(), ""), IsOk());

  EXPECT_THAT(BuildLogTree(*store_), StatusIs(absl::StatusCode::kDataLoss));
}

TEST_F(LogTest, OneCheckpointIsKeptForEachDay) {
  const LogSigner signer = LogSigner::Open("", "").value();
  const auto keep = [&](int64_t now_us) {
    return Transact([&](storage::Transaction& transaction) {
      return KeepDailyCheckpoint(transaction, signer, now_us);
    });
  };
  const auto kept = [&] {
    std::vector<int64_t> sizes;
    EXPECT_THAT(
        CheckpointTable::Scan(reader(), CheckpointKey::Range(),
                              [&](const CheckpointKey::Key&, const rec::CheckpointRecord& record) {
                                sizes.push_back(record.size());
                                return true;
                              }),
        IsOk());
    return sizes;
  };

  EXPECT_THAT(keep(kMicrosPerDay), IsOk());
  EXPECT_THAT(kept(), IsEmpty());  // of nothing
  Fill(2);
  EXPECT_THAT(keep(kMicrosPerDay + 5), IsOk());
  ASSERT_THAT(Post(Serve(LotId{1}, 25, March(4))), IsOk());
  EXPECT_THAT(keep(kMicrosPerDay + 6), IsOk());
  EXPECT_THAT(keep(2 * kMicrosPerDay), IsOk());

  EXPECT_THAT(kept(), ::testing::ElementsAre(4, 5));
}

TEST(LogSigner, AKeyIsMadeOnceForItsOwnerOnly) {
  const TempFolder folder;
  const std::string file = folder / "log.key";

  const auto first = LogSigner::Open(file, "milkway.test/log");
  const auto again = LogSigner::Open(file, "");

  ASSERT_THAT(first, IsOk());
  ASSERT_THAT(again, IsOk());
  EXPECT_EQ(again->verifier_key(), first->verifier_key());
  EXPECT_EQ(again->origin(), "milkway.test/log");
  struct stat status {};
  ASSERT_EQ(stat(file.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777, 0600u);
}

TEST(LogSigner, AKeyThatOthersMayReadOrOfAnotherLogOrDamagedIsRefused) {
  const TempFolder folder;
  const std::string file = folder / "log.key";
  ASSERT_THAT(LogSigner::Open(file, "milkway.test/log"), IsOk());
  constexpr auto kRefused = absl::StatusCode::kFailedPrecondition;

  EXPECT_THAT(LogSigner::Open(file, "other.test/log"), StatusIs(kRefused));
  ASSERT_EQ(chmod(file.c_str(), 0644), 0);
  EXPECT_THAT(LogSigner::Open(file, ""), StatusIs(kRefused));
  ASSERT_EQ(chmod(file.c_str(), 0600), 0);
  std::ofstream(file) << "PRIVATE+KEY+milkway.test/log+00000000+AAAA\n";
  EXPECT_THAT(LogSigner::Open(file, ""), StatusIs(kRefused));
  EXPECT_THAT(LogSigner::Open("", "two words"), StatusIs(kRefused));
  EXPECT_THAT(LogSigner::Open("", "a+b"), StatusIs(kRefused));
  EXPECT_THAT(LogSigner::Open(folder / "none" + "/log.key", ""), StatusIs(kRefused));
}

// Books on a disk that loses its power.
absl::Status PostUntilPowerIsGone(storage::Store& store, int64_t* acknowledged) {
  const auto transact = [&](auto body) { return store.TransactAndWait(body); };
  absl::Status status = transact([](storage::Transaction& transaction) -> absl::Status {
    auto log = LogWriter::Begin(transaction, 1);
    if (!log.ok()) return log.status();
    Posting posting;
    posting.occurred_at = March(1);
    for (int number = 0; number < 3; ++number) {
      posting.request_id.low += 1;
      absl::Status appended = log->Append(&posting);
      if (!appended.ok()) return appended;
    }
    return log->End();
  });
  if (status.ok()) *acknowledged += 3;
  return status;
}

TEST(LogCrash, AfterEveryPowerCutTreeAndPostingsEndTogether) {
  const TempFolder folder;
  storage::RocksDbStoreOptions options;
  options.folder = folder / "store";
  options.free_bytes_floor = 0;
  int64_t acknowledged = 0;
  for (uint64_t cut_at = 1; cut_at < 60; ++cut_at) {
    SCOPED_TRACE(absl::StrCat("power cut before change ", cut_at));
    {
      testing::CrashEnv env(cut_at, [&](uint64_t unsynced) { return unsynced / 2; });
      options.env = &env;
      auto store = storage::OpenRocksDbStore(options);
      while (store.ok() && PostUntilPowerIsGone(**store, &acknowledged).ok()) {
      }
    }
    options.env = nullptr;
    auto store = storage::OpenRocksDbStore(options);
    ASSERT_THAT(store, IsOk());
    const auto snapshot = (*store)->NewSnapshot();
    const int64_t position = ReadLogHead(*snapshot)->position();

    EXPECT_GE(position, acknowledged);
    EXPECT_EQ(position % 3, 0);
    EXPECT_EQ(kLogTree.ReadEdge(*snapshot)->size(), static_cast<uint64_t>(position));
    std::vector<std::string> differences;
    EXPECT_THAT(
        CheckLogTree(
            *snapshot, [&](absl::string_view difference) { differences.emplace_back(difference); },
            [] { return true; }),
        IsOk());
    EXPECT_THAT(differences, IsEmpty());
    acknowledged = position;
  }
  EXPECT_GT(acknowledged, 300);
}

}  // namespace
}  // namespace milkway::inventory
