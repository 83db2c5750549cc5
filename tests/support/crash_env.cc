#include "tests/support/crash_env.h"

#include <algorithm>
#include <filesystem>
#include <utility>

namespace milkway::testing {

// Counts what is written and what of it is synced.
class CrashingFile : public rocksdb::WritableFileWrapper {
 public:
  CrashingFile(CrashEnv* env, std::shared_ptr<CrashEnv::Bytes> bytes,
               std::unique_ptr<rocksdb::WritableFile> file)
      : WritableFileWrapper(file.get()),
        env_(*env),
        bytes_(std::move(bytes)),
        file_(std::move(file)) {}

  rocksdb::Status Append(const rocksdb::Slice& data) override {
    return env_.Change([&] {
      const rocksdb::Status status = WritableFileWrapper::Append(data);
      if (status.ok()) bytes_->written += data.size();
      return status;
    });
  }
  rocksdb::Status Append(const rocksdb::Slice& data,
                         const rocksdb::DataVerificationInfo& info) override {
    return Append(data);
  }
  rocksdb::Status Truncate(uint64_t size) override {
    return env_.Change([&] {
      const rocksdb::Status status = WritableFileWrapper::Truncate(size);
      if (status.ok()) {
        bytes_->written = size;
        bytes_->synced = std::min(bytes_->synced, size);
      }
      return status;
    });
  }
  rocksdb::Status Sync() override { return Synced(); }
  rocksdb::Status Fsync() override { return Synced(); }

  // Starts writing back, but promises nothing.
  rocksdb::Status RangeSync(uint64_t offset, uint64_t size) override {
    return rocksdb::Status::OK();
  }
  // Space reserved beyond the end would be cut off again when the file is closed,
  // which is after the crash.
  void PrepareWrite(size_t offset, size_t size) override {}
  rocksdb::Status Allocate(uint64_t offset, uint64_t size) override {
    return rocksdb::Status::OK();
  }

 private:
  // Nobody takes the power from the real disk, so it need not be asked.
  rocksdb::Status Synced() {
    return env_.Change([&] {
      bytes_->synced = bytes_->written;
      return rocksdb::Status::OK();
    });
  }

  CrashEnv& env_;
  const std::shared_ptr<CrashEnv::Bytes> bytes_;  // guarded by the mutex of env_
  const std::unique_ptr<rocksdb::WritableFile> file_;
};

bool CrashEnv::PowerIsGone() {
  absl::MutexLock lock(&mutex_);
  return is_down_;
}

rocksdb::Status CrashEnv::Change(absl::FunctionRef<rocksdb::Status()> change) {
  absl::MutexLock lock(&mutex_);
  if (!is_down_ && changes_left_ == 0) Crash();
  if (is_down_) return rocksdb::Status::IOError("the power is gone");
  --changes_left_;
  return change();
}

void CrashEnv::Crash() {
  is_down_ = true;
  for (const auto& [name, bytes] : files_) {
    const uint64_t unsynced = bytes->written - bytes->synced;
    if (unsynced == 0) continue;
    std::filesystem::resize_file(name, bytes->synced + survivors_(unsynced));
  }
}

rocksdb::Status CrashEnv::NewWritableFile(const std::string& name,
                                          std::unique_ptr<rocksdb::WritableFile>* result,
                                          const rocksdb::EnvOptions& options) {
  return Change([&]() ABSL_NO_THREAD_SAFETY_ANALYSIS {
    std::unique_ptr<rocksdb::WritableFile> file;
    const rocksdb::Status status = EnvWrapper::NewWritableFile(name, &file, options);
    if (!status.ok()) return status;
    const auto bytes = std::make_shared<Bytes>();
    files_[name] = bytes;
    *result = std::make_unique<CrashingFile>(this, bytes, std::move(file));
    return status;
  });
}

rocksdb::Status CrashEnv::ReopenWritableFile(const std::string& name,
                                             std::unique_ptr<rocksdb::WritableFile>* result,
                                             const rocksdb::EnvOptions& options) {
  return rocksdb::Status::NotSupported("no file is opened again to be written");
}

rocksdb::Status CrashEnv::ReuseWritableFile(const std::string& name, const std::string& old_name,
                                            std::unique_ptr<rocksdb::WritableFile>* result,
                                            const rocksdb::EnvOptions& options) {
  return rocksdb::Status::NotSupported("no file is used again");
}

rocksdb::Status CrashEnv::Truncate(const std::string& name, size_t size) {
  return rocksdb::Status::NotSupported("no file is cut");
}

rocksdb::Status CrashEnv::DeleteFile(const std::string& name) {
  return Change([&]() ABSL_NO_THREAD_SAFETY_ANALYSIS {
    files_.erase(name);
    return EnvWrapper::DeleteFile(name);
  });
}

rocksdb::Status CrashEnv::RenameFile(const std::string& from, const std::string& to) {
  return Change([&]() ABSL_NO_THREAD_SAFETY_ANALYSIS {
    files_.erase(to);
    auto moved = files_.extract(from);
    if (!moved.empty()) {
      moved.key() = to;
      files_.insert(std::move(moved));
    }
    return EnvWrapper::RenameFile(from, to);
  });
}

rocksdb::Status CrashEnv::LinkFile(const std::string& from, const std::string& to) {
  return Change([&]() ABSL_NO_THREAD_SAFETY_ANALYSIS {
    if (const auto linked = files_.find(from); linked != files_.end()) files_[to] = linked->second;
    return EnvWrapper::LinkFile(from, to);
  });
}

rocksdb::Status CrashEnv::CreateDir(const std::string& name) {
  return Change([&] { return EnvWrapper::CreateDir(name); });
}

rocksdb::Status CrashEnv::CreateDirIfMissing(const std::string& name) {
  return Change([&] { return EnvWrapper::CreateDirIfMissing(name); });
}

rocksdb::Status CrashEnv::DeleteDir(const std::string& name) {
  return Change([&] { return EnvWrapper::DeleteDir(name); });
}

void CrashEnv::SleepForMicroseconds(int us) {
  // The engine waits for the disk to come back, and it will not.
  if (!PowerIsGone()) EnvWrapper::SleepForMicroseconds(us);
}

}  // namespace milkway::testing
