#include "services/consumption/child_key_backups.h"

#include <algorithm>
#include <filesystem>
#include <memory>
#include <optional>
#include <system_error>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "clients/cpp/status_macros.h"
#include "services/consumption/child_keys.h"
#include "storage/rocksdb_store.h"

namespace milkway::consumption {

namespace {

namespace fs = std::filesystem;

constexpr absl::Duration kLookEvery = absl::Minutes(1);
constexpr absl::Duration kMakeEvery = absl::Hours(24);
constexpr char kNameFormat[] = "%E4Y%m%dT%H%M%SZ";
// A backup that is being written; one of an earlier run was never finished.
constexpr char kPartial[] = "partial";
constexpr size_t kSmallCacheBytes = size_t{1} << 20;

absl::Status CannotReach(const std::string& folder, const std::error_code& error) {
  return absl::UnavailableError(absl::StrCat("cannot reach the backups of children's keys in ",
                                             folder, ": ", error.message(),
                                             "; see to the disk, or name another folder"));
}

// Removing what is not there is OK.
absl::Status Remove(const std::string& folder) {
  std::error_code error;
  fs::remove_all(folder, error);
  return error ? CannotReach(folder, error) : absl::OkStatus();
}

// When a backup was made; nullopt if the folder is none.
std::optional<absl::Time> MadeAt(const std::string& folder) {
  absl::Time made;
  const std::string name = fs::path(folder).filename().string();
  if (!absl::ParseTime(kNameFormat, name, &made, nullptr)) return std::nullopt;
  return made;
}

// DATA_LOSS if it is damaged, or no store.
absl::Status DestroyInBackup(const std::string& folder,
                             const std::vector<rec::DoomedKeysRecord>& doomed) {
  std::error_code error;
  const fs::file_type current = fs::status(folder + "/CURRENT", error).type();
  if (current == fs::file_type::none) return CannotReach(folder, error);
  if (current != fs::file_type::regular) return absl::DataLossError("it is no store");
  storage::RocksDbStoreOptions options;
  options.folder = folder;
  options.block_cache_bytes = kSmallCacheBytes;
  options.row_cache_bytes = kSmallCacheBytes;
  ASSIGN_OR_RETURN(const std::unique_ptr<storage::Store> store, storage::OpenRocksDbStore(options));
  return DestroyIn(*store, doomed);
}

absl::Status CannotDestroyIn(const std::string& folder, const absl::Status& status) {
  return absl::Status(
      status.code(),
      absl::StrCat("keys of erased children stay in the backup ", folder, ": ", status.message(),
                   "; mend what keeps it from being opened, or remove the folder"));
}

}  // namespace

void ChildKeyBackups::Start() {
  thread_ = std::thread([this] { Look(); });
}

void ChildKeyBackups::Stop() {
  {
    absl::MutexLock lock(&mutex_);
    stopping_ = true;
  }
  if (thread_.joinable()) thread_.join();
}

void ChildKeyBackups::Look() {
  absl::Status last;
  while (true) {
    Tell("child_keys_backup_failed", MakeWhatIsDue(), &last);
    absl::MutexLock lock(&mutex_);
    if (mutex_.AwaitWithTimeout(absl::Condition(&stopping_), kLookEvery)) return;
  }
}

void ChildKeyBackups::Tell(absl::string_view event, const absl::Status& status,
                           absl::Status* last) const {
  if (!status.ok() && status != *last && parts_.log != nullptr) {
    parts_.log->Event(parts_.clock->NowUs(), event, status.message());
  }
  *last = status;
}

absl::Status ChildKeyBackups::MakeWhatIsDue() {
  const absl::MutexLock lock(&changing_);
  const absl::Time now = absl::FromUnixMicros(parts_.clock->NowUs());
  const bool keeps_some = parts_.days > 0;
  bool is_due = keeps_some;
  if (!keeps_some) RETURN_IF_ERROR(Remove(absl::StrCat(parts_.folder, "/", kPartial)));
  ASSIGN_OR_RETURN(const std::vector<std::string> folders, Folders());
  for (const std::string& folder : folders) {
    const absl::Time made = *MadeAt(folder);
    if (!keeps_some || made + parts_.days * kMakeEvery < now) RETURN_IF_ERROR(Remove(folder));
    if (made + kMakeEvery > now) is_due = false;
  }
  return is_due ? MakeOne(parts_.clock->NowUs()) : absl::OkStatus();
}

absl::Status ChildKeyBackups::MakeOne(int64_t now_us) {
  const std::string partial = absl::StrCat(parts_.folder, "/", kPartial);
  std::error_code error;
  fs::create_directories(parts_.folder, error);
  if (!error) fs::permissions(parts_.folder, fs::perms::owner_all, error);
  if (!error) fs::remove_all(partial, error);
  if (error) return CannotReach(parts_.folder, error);
  RETURN_IF_ERROR(parts_.store->WriteCheckpoint(partial).status());
  const std::string name =
      absl::FormatTime(kNameFormat, absl::FromUnixMicros(now_us), absl::UTCTimeZone());
  fs::rename(partial, absl::StrCat(parts_.folder, "/", name), error);
  return error ? CannotReach(parts_.folder, error) : absl::OkStatus();
}

absl::Status ChildKeyBackups::Destroy(const std::vector<rec::DoomedKeysRecord>& doomed) {
  absl::Status status = DestroyInAll(doomed);
  Tell("child_keys_not_destroyed", status, &last_destruction_);
  return status;
}

absl::Status ChildKeyBackups::DestroyInAll(const std::vector<rec::DoomedKeysRecord>& doomed) {
  RETURN_IF_ERROR(Remove(absl::StrCat(parts_.folder, "/", kPartial)));
  ASSIGN_OR_RETURN(const std::vector<std::string> folders, Folders());
  for (const std::string& folder : folders) {
    const absl::Status status = DestroyInBackup(folder, doomed);
    // It must not keep what is destroyed; there are others.
    if (absl::IsDataLoss(status)) {
      RETURN_IF_ERROR(Remove(folder));
    } else if (!status.ok()) {
      return CannotDestroyIn(folder, status);
    }
  }
  return absl::OkStatus();
}

absl::StatusOr<std::vector<std::string>> ChildKeyBackups::Folders() const {
  std::vector<std::string> folders;
  std::error_code error;
  fs::directory_iterator entry(parts_.folder, error);
  if (error == std::errc::no_such_file_or_directory) return folders;  // none were made yet
  for (; !error && entry != fs::directory_iterator(); entry.increment(error)) {
    if (MadeAt(entry->path().string()).has_value()) folders.push_back(entry->path().string());
  }
  if (error) return CannotReach(parts_.folder, error);
  std::sort(folders.begin(), folders.end());
  return folders;
}

}  // namespace milkway::consumption
