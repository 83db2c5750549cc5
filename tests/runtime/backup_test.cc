// A backup can be checked by anybody, and opens as a store.

#include "services/runtime/backup.h"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "storage/rocksdb_store.h"
#include "tests/support/failing_env.h"
#include "tests/support/status_matchers.h"
#include "tests/support/stores.h"

namespace milkway::runtime {
namespace {

namespace fs = std::filesystem;
using ::milkway::testing::FailingEnv;
using ::milkway::testing::IsOk;
using ::milkway::testing::StatusIs;
using ::milkway::testing::TempFolder;
using ::testing::HasSubstr;
using ::testing::MatchesRegex;
using ::testing::Optional;

class BackupTest : public ::testing::Test {
 protected:
  BackupTest() : store_(Open(folder_ / "store", &env_)) {
    EXPECT_THAT(store_->TransactAndWait([](storage::Transaction& transaction) {
      absl::Status status;
      for (int number = 0; number < 100; ++number) {
        status.Update(transaction.Put(absl::StrCat("key", number), "then"));
      }
      return status;
    }),
                IsOk());
  }

  static std::unique_ptr<storage::Store> Open(const std::string& folder, rocksdb::Env* env) {
    storage::RocksDbStoreOptions options;
    options.folder = folder;
    options.env = env;
    return *storage::OpenRocksDbStore(options);
  }

  void Put(const std::string& key, const std::string& value) {
    EXPECT_THAT(store_->TransactAndWait(
                    [&](storage::Transaction& transaction) { return transaction.Put(key, value); }),
                IsOk());
  }

  // What a careful operator does.
  bool IsSound() const {
    const std::string command = absl::StrCat("cd '", backup_,
                                             "' && sha256sum --check --strict --quiet "
                                             "MANIFEST.sha256 >/dev/null 2>&1");
    return std::system(command.c_str()) == 0;
  }

  std::string Manifest() const {
    std::ifstream file(backup_ + "/MANIFEST.sha256");
    std::stringstream text;
    text << file.rdbuf();
    return text.str();
  }

  TempFolder folder_;
  FailingEnv env_{rocksdb::Env::Default()};
  const std::string backup_ = folder_ / "backups/20250301T102000";
  std::unique_ptr<storage::Store> store_;
};

TEST_F(BackupTest, PassesItsOwnManifest) {
  ASSERT_THAT(WriteBackup(*store_, backup_), IsOk());

  EXPECT_TRUE(IsSound());
}

TEST_F(BackupTest, ListsEveryFileOfTheStoreOnce) {
  ASSERT_THAT(WriteBackup(*store_, backup_), IsOk());

  std::multiset<std::string> listed;
  for (const absl::string_view line : absl::StrSplit(Manifest(), '\n', absl::SkipEmpty())) {
    EXPECT_THAT(std::string(line), MatchesRegex("[0-9a-f]{64}  store/[A-Za-z0-9.-]+"));
    listed.emplace(line.substr(66));
  }
  std::multiset<std::string> there;
  for (const fs::directory_entry& file : fs::directory_iterator(backup_ + "/store")) {
    there.insert("store/" + file.path().filename().string());
  }
  EXPECT_EQ(listed, there);
  EXPECT_FALSE(there.empty());
}

TEST_F(BackupTest, ShowsAChangedByteAndAMissingFile) {
  ASSERT_THAT(WriteBackup(*store_, backup_), IsOk());
  for (const fs::directory_entry& file : fs::directory_iterator(backup_ + "/store")) {
    if (file.file_size() == 0) continue;
    std::fstream bytes(file.path(), std::ios::in | std::ios::out | std::ios::binary);
    const char before = static_cast<char>(bytes.get());
    bytes.seekp(0).put(static_cast<char>(before ^ 1)).flush();
    EXPECT_FALSE(IsSound()) << file.path();
    bytes.seekp(0).put(before).flush();
  }
  ASSERT_TRUE(IsSound());

  fs::remove(fs::directory_iterator(backup_ + "/store")->path());

  EXPECT_FALSE(IsSound());
}

TEST_F(BackupTest, TellsTheSizeOfTheStoresFiles) {
  const auto bytes = WriteBackup(*store_, backup_);

  ASSERT_THAT(bytes, IsOk());
  int64_t there = 0;
  for (const fs::directory_entry& file : fs::directory_iterator(backup_ + "/store")) {
    there += static_cast<int64_t>(file.file_size());
  }
  EXPECT_EQ(*bytes, there);
}

TEST_F(BackupTest, OpensAsTheStoreThatItWasThen) {
  ASSERT_THAT(WriteBackup(*store_, backup_), IsOk());
  ASSERT_THAT(store_->TransactAndWait(
                  [](storage::Transaction& transaction) { return transaction.Put("key0", "now"); }),
              IsOk());

  const auto copy = Open(backup_ + "/store", nullptr);

  EXPECT_THAT(*copy->NewSnapshot()->Get("key0"), Optional(std::string("then")));
  EXPECT_THAT(*copy->NewSnapshot()->Get("key99"), Optional(std::string("then")));
  EXPECT_THAT(*store_->NewSnapshot()->Get("key0"), Optional(std::string("now")));
}

TEST_F(BackupTest, NeverOverwrites) {
  ASSERT_THAT(WriteBackup(*store_, backup_), IsOk());

  EXPECT_THAT(WriteBackup(*store_, backup_), StatusIs(absl::StatusCode::kAlreadyExists));

  EXPECT_TRUE(IsSound());
}

TEST_F(BackupTest, ThatFailsLeavesNothing) {
  env_.Fail();

  const auto failed = WriteBackup(*store_, backup_);

  EXPECT_THAT(failed, StatusIs(absl::StatusCode::kUnavailable));
  EXPECT_FALSE(fs::exists(backup_));
}

TEST_F(BackupTest, WhoseManifestCannotBeWrittenLeavesNothing) {
  // The copy of such a store is not where the manifest looks for it.
  ::milkway::testing::MemoryStore in_memory;

  EXPECT_THAT(WriteBackup(*in_memory, backup_), StatusIs(absl::StatusCode::kUnavailable));

  EXPECT_FALSE(fs::exists(backup_));
}

TEST_F(BackupTest, ThatHasNoPlaceSaysSo) {
  std::ofstream(folder_ / "file") << "not a folder";

  const auto failed = WriteBackup(*store_, folder_ / "file/backup");

  EXPECT_FALSE(failed.ok());
  EXPECT_THAT(std::string(failed.status().message()), HasSubstr("file/backup"));
}

}  // namespace
}  // namespace milkway::runtime
