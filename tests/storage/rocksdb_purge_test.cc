// That a purge leaves no bytes: not in files that others read in, nor in those of a
// checkpoint that is being made.

#include <random>
#include <thread>

#include "absl/strings/str_cat.h"
#include "absl/synchronization/notification.h"
#include "absl/time/time.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "rocksdb/env.h"
#include "storage/rocksdb_store.h"
#include "tests/support/status_matchers.h"
#include "tests/support/stores.h"

namespace milkway::storage {
namespace {

using ::milkway::testing::FilesHold;
using ::milkway::testing::IsOk;
using ::milkway::testing::StatusIs;
using ::milkway::testing::TempFolder;
using ::testing::Optional;

absl::StatusOr<std::unique_ptr<Store>> Open(const std::string& folder,
                                            rocksdb::Env* env = nullptr) {
  RocksDbStoreOptions options;
  options.folder = folder;
  options.env = env;
  return OpenRocksDbStore(options);
}

absl::Status Put(Store& store, const std::string& key, const std::string& value) {
  return store.TransactAndWait(
      [&](Transaction& transaction) { return transaction.Put(key, value); });
}

// What no compression can hide.
std::string RandomBytes(size_t size) {
  std::mt19937 random(20'250'601);  // NOLINT(cert-msc51-cpp): the same each time
  std::string bytes;
  while (bytes.size() < size) bytes.push_back(static_cast<char>(random()));
  return bytes;
}

TEST(RocksDbPurge, APurgeLeavesNoByteOfWhatWasDeleted) {
  const TempFolder folder;
  const auto store = *Open(folder / "store");
  const std::string deleted = RandomBytes(32);
  ASSERT_THAT(Put(*store, "b", deleted), IsOk());
  const std::string again(deleted.rbegin(), deleted.rend());
  ASSERT_THAT(store->WriteCheckpoint(folder / "flushes"), IsOk());
  ASSERT_THAT(Put(*store, "a", "stays"), IsOk());
  ASSERT_THAT(Put(*store, "c", again), IsOk());
  ASSERT_TRUE(FilesHold(folder / "store", deleted));
  ASSERT_TRUE(FilesHold(folder / "store", again));

  ASSERT_THAT(store->TransactAndWait([](Transaction& transaction) {
    EXPECT_THAT(transaction.Delete("b"), IsOk());
    return transaction.Put("c", "overwritten");
  }),
              IsOk());
  ASSERT_TRUE(FilesHold(folder / "store", deleted));
  ASSERT_THAT(store->Purge(KeyRange{}), IsOk());

  EXPECT_FALSE(FilesHold(folder / "store", deleted));
  EXPECT_FALSE(FilesHold(folder / "store", again));
  EXPECT_THAT(*store->NewSnapshot()->Get("a"), Optional(std::string("stays")));
}

TEST(RocksDbPurge, APurgeWaitsForThoseWhoReadInTheOldFiles) {
  const TempFolder folder;
  RocksDbStoreOptions options;
  options.folder = folder / "store";
  options.purge_patience = absl::Seconds(1);
  const auto store = *OpenRocksDbStore(options);
  const std::string deleted = RandomBytes(32);
  ASSERT_THAT(Put(*store, "b", deleted), IsOk());
  ASSERT_THAT(Put(*store, "c", "stays"), IsOk());
  ASSERT_THAT(store->WriteCheckpoint(folder / "flushes"), IsOk());
  ASSERT_THAT(Put(*store, "b", "overwritten"), IsOk());
  absl::Notification reads;
  absl::Notification may_end;
  // It sees nothing of what was deleted, but reads in the file that holds it.
  std::thread reader([&] {
    const auto visit = [&](absl::string_view, absl::string_view) {
      if (!reads.HasBeenNotified()) reads.Notify();
      may_end.WaitForNotification();
      return true;
    };
    EXPECT_THAT(store->NewSnapshot()->Scan(KeyRange{}, ScanOrder::kAscending, visit), IsOk());
  });
  reads.WaitForNotification();

  EXPECT_THAT(store->Purge(KeyRange{}), StatusIs(absl::StatusCode::kUnavailable));
  EXPECT_THAT(store->Purge(KeyRange{}), StatusIs(absl::StatusCode::kUnavailable))
      << "the file was replaced before, and is there all the same";

  absl::Notification is_purged;
  std::thread purging([&] {
    EXPECT_THAT(store->Purge(KeyRange{}), IsOk());
    EXPECT_FALSE(FilesHold(folder / "store", deleted));
    is_purged.Notify();
  });
  EXPECT_FALSE(is_purged.WaitForNotificationWithTimeout(absl::Milliseconds(300)));
  may_end.Notify();
  reader.join();
  purging.join();
}

// Stops a checkpoint half-way, when no file may be removed.
class SlowLinks : public rocksdb::EnvWrapper {
 public:
  SlowLinks() : rocksdb::EnvWrapper(rocksdb::Env::Default()) {}
  const char* Name() const override { return "SlowLinks"; }
  rocksdb::Status LinkFile(const std::string& from, const std::string& to) override {
    if (!is_linking.HasBeenNotified()) is_linking.Notify();
    may_link.WaitForNotification();
    return rocksdb::EnvWrapper::LinkFile(from, to);
  }

  absl::Notification is_linking;
  absl::Notification may_link;
};

TEST(RocksDbPurge, APurgeWaitsForACheckpointThatIsBeingMade) {
  const TempFolder folder;
  SlowLinks env;
  const auto store = *Open(folder / "store", &env);
  const std::string deleted = RandomBytes(32);
  ASSERT_THAT(Put(*store, "b", deleted), IsOk());
  std::thread backing_up([&] { EXPECT_THAT(store->WriteCheckpoint(folder / "copy"), IsOk()); });
  env.is_linking.WaitForNotification();
  ASSERT_THAT(Put(*store, "b", "overwritten"), IsOk());
  absl::Notification is_purged;

  std::thread purging([&] {
    EXPECT_THAT(store->Purge(KeyRange{}), IsOk());
    EXPECT_FALSE(FilesHold(folder / "store", deleted));
    is_purged.Notify();
  });

  EXPECT_FALSE(is_purged.WaitForNotificationWithTimeout(absl::Milliseconds(300)));
  env.may_link.Notify();
  backing_up.join();
  purging.join();
}

TEST(RocksDbPurge, APurgeOfOneRangeFreesItOfItsBytesAmongManyRows) {
  const TempFolder folder;
  const auto store = *Open(folder / "store");
  const std::string deleted = RandomBytes(32);
  for (int number = 0; number < 2'000; ++number) {
    ASSERT_THAT(Put(*store, absl::StrCat("key ", number), RandomBytes(100) + "end"), IsOk());
  }
  ASSERT_THAT(Put(*store, "key 77", "x" + deleted), IsOk());
  ASSERT_THAT(store->Purge(KeyRange{}), IsOk());
  ASSERT_THAT(Put(*store, "key 77", ""), IsOk());

  ASSERT_THAT(store->Purge(PrefixRange("key 77")), IsOk());

  EXPECT_FALSE(FilesHold(folder / "store", "x" + deleted));
  EXPECT_THAT(*store->NewSnapshot()->Get("key 78"), Optional(RandomBytes(100) + "end"));
}

}  // namespace
}  // namespace milkway::storage
