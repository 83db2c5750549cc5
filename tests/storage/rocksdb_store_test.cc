// What the RocksDB engine does beside the contract of a store: folders, formats,
// failing and full disks, checkpoints.

#include "storage/rocksdb_store.h"

#include <filesystem>
#include <fstream>

#include "absl/strings/str_cat.h"
#include "absl/synchronization/blocking_counter.h"
#include "absl/synchronization/notification.h"
#include "absl/time/clock.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "rocksdb/db.h"
#include "tests/support/failing_env.h"
#include "tests/support/status_matchers.h"
#include "tests/support/stores.h"

namespace milkway::storage {
namespace {

using ::milkway::testing::FailingEnv;
using ::milkway::testing::IsOk;
using ::milkway::testing::StatusIs;
using ::milkway::testing::TempFolder;
using ::testing::HasSubstr;
using ::testing::Optional;

absl::StatusOr<std::unique_ptr<Store>> Open(const std::string& folder) {
  RocksDbStoreOptions options;
  options.folder = folder;
  return OpenRocksDbStore(options);
}

absl::Status Put(Store& store, const std::string& key, const std::string& value) {
  return store.TransactAndWait(
      [&](Transaction& transaction) { return transaction.Put(key, value); });
}

TEST(RocksDbStore, IsMadeWhereThereIsNone) {
  const TempFolder folder;

  const auto store = Open(folder / "store");

  ASSERT_THAT(store, IsOk());
  EXPECT_EQ((*store)->FormatVersion(), kStoreFormatVersion);
}

TEST(RocksDbStore, KeepsItsRowsOnDisk) {
  const TempFolder folder;
  ASSERT_THAT(Put(**Open(folder / "store"), "key", "value"), IsOk());

  const auto again = Open(folder / "store");

  EXPECT_THAT(*(*again)->NewSnapshot()->Get("key"), Optional(std::string("value")));
}

TEST(RocksDbStore, TwoCannotOpenOneFolder) {
  const TempFolder folder;
  const auto first = Open(folder / "store");
  ASSERT_THAT(first, IsOk());

  const auto second = Open(folder / "store");

  EXPECT_THAT(second, StatusIs(absl::StatusCode::kFailedPrecondition));
  EXPECT_THAT(second.status().message(), HasSubstr("another process has the store"));
}

TEST(RocksDbStore, ANewerFormatIsRefused) {
  const TempFolder folder;
  ASSERT_THAT(Put(**Open(folder / "store"), std::string("\0\0", 2), std::string("\0\0\0\x2a", 4)),
              IsOk());

  const auto store = Open(folder / "store");

  EXPECT_THAT(store, StatusIs(absl::StatusCode::kFailedPrecondition));
  EXPECT_THAT(store.status().message(), HasSubstr("format 42"));
}

TEST(RocksDbStore, AFormatThatIsTooOldIsRefusedAndTheRefusalSaysWhatToDo) {
  const TempFolder folder;
  ASSERT_THAT(Put(**Open(folder / "store"), std::string("\0\0", 2), std::string("\0\0\0\x01", 4)),
              IsOk());

  const auto store = Open(folder / "store");

  EXPECT_THAT(store, StatusIs(absl::StatusCode::kFailedPrecondition));
  EXPECT_THAT(store.status().message(), HasSubstr("format 1, and this program reads formats from"));
  EXPECT_THAT(store.status().message(), HasSubstr("import"));
}

TEST(RocksDbStore, ADatabaseOfSomethingElseIsRefused) {
  const TempFolder folder;
  rocksdb::Options options;
  options.create_if_missing = true;
  rocksdb::DB* db = nullptr;
  ASSERT_TRUE(rocksdb::DB::Open(options, folder / "store", &db).ok());
  ASSERT_TRUE(db->Put({}, "something", "else").ok());
  delete db;

  EXPECT_THAT(Open(folder / "store"), StatusIs(absl::StatusCode::kDataLoss));
}

TEST(RocksDbStore, AFolderThatCannotBeMadeIsAnError) {
  const TempFolder folder;
  std::ofstream(folder / "file") << "not a folder";

  EXPECT_FALSE(Open(folder / "file/store").ok());
}

// A damaged record in the middle of the log must not let later, acknowledged
// records vanish in silence.
TEST(RocksDbStore, ADamagedLogIsAnErrorAndNotALoss) {
  const TempFolder folder;
  const std::string copy = folder / "copy";
  {
    const auto store = Open(folder / "store");
    for (int number = 0; number < 100; ++number) {
      ASSERT_THAT(Put(**store, absl::StrCat("key", number), std::string(1000, 'v')), IsOk());
    }
    // As it is after a crash: the log has not been flushed.
    std::filesystem::copy(folder / "store", copy);
  }
  for (const auto& file : std::filesystem::directory_iterator(copy)) {
    if (file.path().extension() != ".log") continue;
    std::fstream log(file.path(), std::ios::in | std::ios::out | std::ios::binary);
    log.seekp(50'000);
    log.put('\x55').put('\xaa');
  }

  EXPECT_THAT(Open(copy), StatusIs(absl::StatusCode::kDataLoss));
}

class StoreOnAFailingDisk : public ::testing::Test {
 protected:
  absl::StatusOr<std::unique_ptr<Store>> Open() {
    RocksDbStoreOptions options;
    options.folder = folder_ / "store";
    options.env = &env_;
    return OpenRocksDbStore(options);
  }

  TempFolder folder_;
  FailingEnv env_{rocksdb::Env::Default()};
};

TEST_F(StoreOnAFailingDisk, AFailedCommitIsReportedAndEndsAllWrites) {
  auto store = *Open();
  ASSERT_THAT(Put(*store, "before", "1"), IsOk());

  env_.Fail();
  EXPECT_THAT(Put(*store, "during", "2"), StatusIs(absl::StatusCode::kUnavailable));
  env_.Work();

  EXPECT_THAT(Put(*store, "after", "3"), StatusIs(absl::StatusCode::kUnavailable));
  EXPECT_THAT(store->Health(), StatusIs(absl::StatusCode::kUnavailable));
  EXPECT_THAT(*store->NewSnapshot()->Get("before"), Optional(std::string("1")));
}

TEST_F(StoreOnAFailingDisk, ARestartGoesOnWithWhatWasAcknowledged) {
  {
    auto store = *Open();
    ASSERT_THAT(Put(*store, "before", "1"), IsOk());
    env_.Fail();
    EXPECT_FALSE(Put(*store, "during", "2").ok());
  }
  env_.Work();

  auto store = *Open();

  EXPECT_THAT(store->Health(), IsOk());
  EXPECT_THAT(*store->NewSnapshot()->Get("before"), Optional(std::string("1")));
  EXPECT_THAT(Put(*store, "after", "3"), IsOk());
}

TEST_F(StoreOnAFailingDisk, EveryWaitingCallHears) {
  auto store = *Open();
  env_.Fail();
  constexpr int kBodies = 100;
  absl::BlockingCounter running(kBodies);
  for (int number = 0; number < kBodies; ++number) {
    store->Transact([](Transaction& transaction) { return transaction.Put("key", "value"); },
                    [&](absl::Status status) {
                      EXPECT_THAT(status, StatusIs(absl::StatusCode::kUnavailable));
                      running.DecrementCount();
                    });
  }
  running.Wait();
}

TEST(RocksDbStore, RefusesWritesBeforeTheDiskIsFullAndGoesOnAfterwards) {
  const TempFolder folder;
  std::atomic<int64_t> free_bytes{1'000};
  RocksDbStoreOptions options;
  options.folder = folder / "store";
  options.free_bytes_floor = 500;
  options.free_bytes = [&] { return free_bytes.load(); };
  const auto store = *OpenRocksDbStore(options);
  ASSERT_THAT(Put(*store, "key", "1"), IsOk());
  const auto put_soon = [&](const std::string& value) {
    absl::SleepFor(absl::Milliseconds(250));  // the disk is looked at five times a second
    return Put(*store, "key", value);
  };

  free_bytes = 499;
  EXPECT_THAT(put_soon("2"), StatusIs(absl::StatusCode::kResourceExhausted));
  EXPECT_THAT(*store->NewSnapshot()->Get("key"), Optional(std::string("1")));
  EXPECT_THAT(store->Health(), IsOk());

  free_bytes = 500;
  EXPECT_THAT(put_soon("3"), IsOk());
}

TEST(RocksDbStore, RefusesMoreBodiesThanMayWait) {
  const TempFolder folder;
  RocksDbStoreOptions options;
  options.folder = folder / "store";
  options.queued_bodies_max = 10;
  const auto store = *OpenRocksDbStore(options);
  absl::Notification started;
  absl::Notification release;
  absl::BlockingCounter running(30);
  std::atomic<int> refused{0};
  const auto transact = [&](Store::Body body) {
    store->Transact(std::move(body), [&](absl::Status status) {
      if (absl::IsResourceExhausted(status)) ++refused;
      running.DecrementCount();
    });
  };

  transact([&](Transaction&) {
    started.Notify();
    release.WaitForNotification();
    return absl::OkStatus();
  });
  started.WaitForNotification();
  for (int number = 1; number < 30; ++number) {
    transact([](Transaction&) { return absl::OkStatus(); });
  }
  release.Notify();
  running.Wait();

  EXPECT_EQ(refused, 19);
}

TEST(RocksDbStore, ACheckpointIsAStoreOfItsOwn) {
  const TempFolder folder;
  const auto store = *Open(folder / "store");
  ASSERT_THAT(Put(*store, "key", "then"), IsOk());

  const auto bytes = store->WriteCheckpoint(folder / "copy");
  ASSERT_THAT(bytes, IsOk());
  ASSERT_THAT(Put(*store, "key", "now"), IsOk());

  EXPECT_GT(*bytes, 0);
  const auto copy = *Open(folder / "copy");
  EXPECT_THAT(*copy->NewSnapshot()->Get("key"), Optional(std::string("then")));
  ASSERT_THAT(Put(*copy, "key", "elsewhere"), IsOk());
  EXPECT_THAT(*store->NewSnapshot()->Get("key"), Optional(std::string("now")));
}

TEST(RocksDbStore, ACheckpointNeverOverwrites) {
  const TempFolder folder;
  const auto store = *Open(folder / "store");
  std::filesystem::create_directory(folder / "taken");

  EXPECT_THAT(store->WriteCheckpoint(folder / "taken"), StatusIs(absl::StatusCode::kAlreadyExists));
}

TEST(RocksDbStore, WritesTheFormatVersionThatIsDocumented) {
  const TempFolder folder;
  const auto store = *Open(folder / "store");

  EXPECT_THAT(*store->NewSnapshot()->Get(absl::string_view("\0\0", 2)),
              Optional(std::string("\0\0\0\x02", 4)));
}

}  // namespace
}  // namespace milkway::storage
