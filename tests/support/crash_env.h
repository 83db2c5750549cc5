// A file system that can lose what was not synced, as a machine without power does.

#ifndef MILKWAY_TESTS_SUPPORT_CRASH_ENV_H_
#define MILKWAY_TESTS_SUPPORT_CRASH_ENV_H_

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <utility>

#include "absl/base/thread_annotations.h"
#include "absl/functional/function_ref.h"
#include "absl/synchronization/mutex.h"
#include "rocksdb/env.h"

namespace milkway::testing {

// The machine's own file system until the power is gone. Names of files are durable
// at once; their bytes are when they are synced. Files are written from their start
// only. Thread-safe.
class CrashEnv : public rocksdb::EnvWrapper {
 public:
  // How many bytes of a file survive beyond the synced ones, of `unsynced`.
  using Survivors = std::function<uint64_t(uint64_t unsynced)>;

  // The power goes away before change number `crash_at`, counted from 1: appending,
  // syncing, making, renaming, removing. From then on every change fails with an I/O
  // error, and every file that was written through this object is cut to its synced
  // bytes and the survivors.
  CrashEnv(uint64_t crash_at, Survivors survivors)
      : EnvWrapper(rocksdb::Env::Default()),
        changes_left_(crash_at - 1),
        survivors_(std::move(survivors)) {}

  bool PowerIsGone();

  const char* Name() const override { return "CrashEnv"; }
  rocksdb::Status NewWritableFile(const std::string& name,
                                  std::unique_ptr<rocksdb::WritableFile>* result,
                                  const rocksdb::EnvOptions& options) override;
  rocksdb::Status ReopenWritableFile(const std::string& name,
                                     std::unique_ptr<rocksdb::WritableFile>* result,
                                     const rocksdb::EnvOptions& options) override;
  rocksdb::Status ReuseWritableFile(const std::string& name, const std::string& old_name,
                                    std::unique_ptr<rocksdb::WritableFile>* result,
                                    const rocksdb::EnvOptions& options) override;
  rocksdb::Status Truncate(const std::string& name, size_t size) override;
  rocksdb::Status DeleteFile(const std::string& name) override;
  rocksdb::Status RenameFile(const std::string& from, const std::string& to) override;
  rocksdb::Status LinkFile(const std::string& from, const std::string& to) override;
  rocksdb::Status CreateDir(const std::string& name) override;
  rocksdb::Status CreateDirIfMissing(const std::string& name) override;
  rocksdb::Status DeleteDir(const std::string& name) override;
  void SleepForMicroseconds(int us) override;

 private:
  friend class CrashingFile;
  struct Bytes {
    uint64_t written = 0;
    uint64_t synced = 0;
  };

  // Runs `change` unless the power is gone.
  rocksdb::Status Change(absl::FunctionRef<rocksdb::Status()> change);
  void Crash() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  absl::Mutex mutex_;
  bool is_down_ ABSL_GUARDED_BY(mutex_) = false;
  uint64_t changes_left_ ABSL_GUARDED_BY(mutex_);
  const Survivors survivors_;
  // By the name that a file has now.
  std::map<std::string, std::shared_ptr<Bytes>> files_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace milkway::testing

#endif  // MILKWAY_TESTS_SUPPORT_CRASH_ENV_H_
