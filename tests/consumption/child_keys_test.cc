// The store of children's keys and its backups.

#include "services/consumption/child_keys.h"

#include <algorithm>
#include <filesystem>
#include <fstream>

#include "absl/synchronization/notification.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/runtime/call_log.h"
#include "services/runtime/dates.h"
#include "storage/rocksdb_store.h"
#include "tests/support/refusal_matchers.h"
#include "tests/support/status_matchers.h"
#include "tests/support/stores.h"

namespace milkway::consumption {
namespace {

namespace fs = std::filesystem;
using ::milkway::testing::IsOk;
using ::milkway::testing::IsRefusal;
using ::milkway::testing::StatusIs;
using ::milkway::testing::TempFolder;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Optional;
using ::testing::SizeIs;

// 2025-06-01T00:00:00Z.
constexpr int64_t kStartUs = int64_t{1'748'736'000'000'000};

ChildKeyName NameOf(uint32_t student, uint32_t number = 1) {
  return {"school", student, KeySubject::kPersonal, number};
}

rec::DoomedKeysRecord Doomed(uint32_t student, uint32_t destroyed) {
  rec::DoomedKeysRecord doomed;
  doomed.set_school_id("school");
  doomed.set_student_number(student);
  doomed.set_subject(static_cast<uint32_t>(KeySubject::kPersonal));
  doomed.set_destroyed(destroyed);
  return doomed;
}

class ChildKeysTest : public ::testing::Test {
 protected:
  static std::unique_ptr<storage::Store> Open(const std::string& folder) {
    storage::RocksDbStoreOptions options;
    options.folder = folder;
    return *storage::OpenRocksDbStore(options);
  }

  absl::StatusOr<std::string> Obtain(const ChildKeyName& name) {
    absl::StatusOr<std::string> key = absl::UnknownError("no answer");
    absl::Notification is_done;
    keys_.Obtain({name}, [&](absl::StatusOr<KeyRing> ring) {
      key = ring.ok() ? absl::StatusOr<std::string>(*ring->Find(name)) : ring.status();
      is_done.Notify();
    });
    is_done.WaitForNotification();
    return key;
  }

  std::optional<std::string> Find(const ChildKeyName& name) { return FindIn(keys_, name); }

  static std::optional<std::string> FindIn(const ChildKeys& keys, const ChildKeyName& name) {
    const auto ring = keys.NewView().Find(name);
    EXPECT_THAT(ring, IsOk());
    const auto key = ring->Find(name);
    return key.has_value() ? std::optional(std::string(*key)) : std::nullopt;
  }

  void PassDays(int64_t days) { clock_.Set(clock_.NowUs() + days * kMicrosPerDay); }

  std::vector<std::string> BackupNames() {
    std::vector<std::string> names;
    const std::vector<std::string> folders = *backups_.Folders();
    for (const std::string& folder : folders) {
      names.push_back(fs::path(folder).filename());
    }
    return names;
  }

  const TempFolder folder_;
  runtime::FakeClock clock_{kStartUs};
  const std::unique_ptr<storage::Store> store_ = Open(folder_ / "keys");
  const runtime::MasterKey master_key_ = runtime::MasterKey::Generate();
  ChildKeyBackups backups_{{store_.get(), &clock_, nullptr, folder_ / "backups", 30}};
  ChildKeys keys_{store_.get(), &master_key_, &backups_};
};

TEST_F(ChildKeysTest, AKeyIsMadeOnceAndStays) {
  const auto key = Obtain(NameOf(7));

  ASSERT_THAT(key, IsOk());
  EXPECT_EQ(key->size(), 32u);
  EXPECT_EQ(*Obtain(NameOf(7)), *key);
  EXPECT_THAT(Find(NameOf(7)), Optional(*key));
  EXPECT_NE(*Obtain(NameOf(8)), *key);
  EXPECT_EQ(Find(NameOf(9)), std::nullopt);
}

TEST_F(ChildKeysTest, AKeyIsOfNoUseWithoutTheMasterKey) {
  ASSERT_THAT(Obtain(NameOf(7)), IsOk());
  const runtime::MasterKey other = runtime::MasterKey::Generate();

  EXPECT_THAT(ChildKeys(store_.get(), &other, nullptr).NewView().Find(NameOf(7)),
              StatusIs(absl::StatusCode::kDataLoss));
}

TEST_F(ChildKeysTest, AKeyThatIsMovedToAnotherChildCannotBeOpened) {
  ASSERT_THAT(Obtain(NameOf(7)), IsOk());
  ASSERT_THAT(store_->TransactAndWait([](storage::Transaction& transaction) -> absl::Status {
    const auto row = ChildKeyTable::Find(transaction, std::string("school"), 7u, 1u, 1u);
    return ChildKeyTable::Put(transaction, **row, std::string("school"), 8u, 1u, 1u);
  }),
              IsOk());

  EXPECT_THAT(keys_.NewView().Find(NameOf(8)), StatusIs(absl::StatusCode::kDataLoss));
}

TEST_F(ChildKeysTest, ADestroyedKeyIsNeverMadeAgain) {
  ASSERT_THAT(Obtain(NameOf(7)), IsOk());

  ASSERT_THAT(keys_.Destroy({Doomed(7, 1)}), IsOk());

  EXPECT_EQ(Find(NameOf(7)), std::nullopt);
  EXPECT_THAT(Obtain(NameOf(7)), IsRefusal("CHILD_KEY_DESTROYED"));
  EXPECT_THAT(Obtain(NameOf(7, 2)), IsOk());
  EXPECT_THAT(keys_.Destroy({Doomed(7, 1)}), IsOk());
  EXPECT_NE(Find(NameOf(7, 2)), std::nullopt) << "the next key is another one";
  ASSERT_THAT(keys_.Destroyed(), IsOk());
  ASSERT_THAT(*keys_.Destroyed(), SizeIs(1));
  EXPECT_EQ((*keys_.Destroyed())[0].destroyed(), 1u);
}

TEST_F(ChildKeysTest, ABackupIsMadeADayAndRemovedAfterItsTime) {
  ASSERT_THAT(backups_.MakeWhatIsDue(), IsOk());
  ASSERT_THAT(backups_.MakeWhatIsDue(), IsOk());
  EXPECT_THAT(BackupNames(), ElementsAre("20250601T000000Z"));
  PassDays(1);
  ASSERT_THAT(backups_.MakeWhatIsDue(), IsOk());
  EXPECT_THAT(BackupNames(), ElementsAre("20250601T000000Z", "20250602T000000Z"));

  PassDays(30);
  ASSERT_THAT(backups_.MakeWhatIsDue(), IsOk());

  EXPECT_THAT(BackupNames(), ElementsAre("20250602T000000Z", "20250702T000000Z"));
}

TEST_F(ChildKeysTest, ABackupOpensAsAStoreOfKeys) {
  const std::string key = *Obtain(NameOf(7));
  ASSERT_THAT(backups_.MakeWhatIsDue(), IsOk());

  const auto restored = Open((*backups_.Folders())[0]);

  EXPECT_THAT(FindIn(ChildKeys(restored.get(), &master_key_, nullptr), NameOf(7)), Optional(key));
}

TEST_F(ChildKeysTest, DestroyingReachesEveryBackupAndADamagedOneIsRemoved) {
  ASSERT_THAT(Obtain(NameOf(7)), IsOk());
  const std::string other = *Obtain(NameOf(8));
  for (int day = 0; day < 3; ++day) {
    ASSERT_THAT(backups_.MakeWhatIsDue(), IsOk());
    PassDays(1);
  }
  fs::remove((*backups_.Folders())[1] + "/CURRENT");
  fs::create_directory((*backups_.Folders())[1] + "/CURRENT");

  ASSERT_THAT(keys_.Destroy({Doomed(7, 1)}), IsOk());

  EXPECT_THAT(BackupNames(), ElementsAre("20250601T000000Z", "20250603T000000Z"));
  const std::vector<std::string> folders = *backups_.Folders();
  for (const std::string& folder : folders) {
    const auto backup = Open(folder);
    const ChildKeys kept(backup.get(), &master_key_, nullptr);
    EXPECT_EQ(FindIn(kept, NameOf(7)), std::nullopt);
    EXPECT_THAT(FindIn(kept, NameOf(8)), Optional(other));
  }
}

TEST_F(ChildKeysTest, ABackupThatCannotBeOpenedJustNowIsNotRemoved) {
  ASSERT_THAT(Obtain(NameOf(7)), IsOk());
  ASSERT_THAT(backups_.MakeWhatIsDue(), IsOk());
  const std::string backup = (*backups_.Folders())[0];
  {
    const auto somebody = Open(backup);
    EXPECT_FALSE(keys_.Destroy({Doomed(7, 1)}).ok());
  }
  ASSERT_TRUE(fs::exists(backup));
  EXPECT_EQ(keys_.Destroyed()->size(), 0u) << "or a start would think that all is done";

  EXPECT_THAT(keys_.Destroy({Doomed(7, 1)}), IsOk());

  const auto opened = Open(backup);
  EXPECT_EQ(FindIn(ChildKeys(opened.get(), &master_key_, nullptr), NameOf(7)), std::nullopt);
  EXPECT_EQ(Find(NameOf(7)), std::nullopt);
}

TEST_F(ChildKeysTest, ABackupThatStopsErasuresIsToldOnce) {
  runtime::CallLog log;
  ChildKeyBackups backups({store_.get(), &clock_, &log, folder_ / "backups", 30});
  ChildKeys keys(store_.get(), &master_key_, &backups);
  ASSERT_THAT(backups.MakeWhatIsDue(), IsOk());
  const std::string backup = (*backups.Folders())[0];
  const auto somebody = Open(backup);

  ::testing::internal::CaptureStderr();
  for (int attempt = 0; attempt < 3; ++attempt) EXPECT_FALSE(keys.Destroy({Doomed(7, 1)}).ok());
  const std::string told = ::testing::internal::GetCapturedStderr();

  EXPECT_THAT(told, HasSubstr(backup));
  EXPECT_EQ(std::count(told.begin(), told.end(), '\n'), 1) << told;
}

TEST_F(ChildKeysTest, AFolderThatCannotBeReadIsNotOneWithoutBackups) {
  ASSERT_THAT(Obtain(NameOf(7)), IsOk());
  std::ofstream(folder_ / "backups") << "no folder";

  EXPECT_THAT(backups_.Folders(), StatusIs(absl::StatusCode::kUnavailable));
  EXPECT_THAT(keys_.Destroy({Doomed(7, 1)}), StatusIs(absl::StatusCode::kUnavailable));
  EXPECT_NE(Find(NameOf(7)), std::nullopt);
}

TEST_F(ChildKeysTest, WithNoDaysNoBackupIsKeptNorThoseOfBefore) {
  ASSERT_THAT(backups_.MakeWhatIsDue(), IsOk());
  fs::create_directory(folder_ / "backups/partial");
  ChildKeyBackups none({store_.get(), &clock_, nullptr, folder_ / "backups", 0});

  ASSERT_THAT(none.MakeWhatIsDue(), IsOk());

  EXPECT_TRUE(fs::is_empty(folder_ / "backups"));
}

TEST_F(ChildKeysTest, WithoutAStoreThereIsNoKeyAndNothingToDestroy) {
  ChildKeys none(nullptr, &master_key_, nullptr);

  EXPECT_THAT(none.CheckCanSeal(), IsRefusal("CHILD_KEYS_MISSING"));
  EXPECT_EQ(FindIn(none, NameOf(7)), std::nullopt);
  EXPECT_THAT(none.Destroy({Doomed(7, 1)}), IsOk());
}

}  // namespace
}  // namespace milkway::consumption
