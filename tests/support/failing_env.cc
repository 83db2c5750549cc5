#include "tests/support/failing_env.h"

#include <utility>

namespace milkway::testing {

namespace {

class FailingFile : public rocksdb::WritableFileWrapper {
 public:
  FailingFile(std::unique_ptr<rocksdb::WritableFile> file, const std::atomic<bool>* fails)
      : WritableFileWrapper(file.get()), file_(std::move(file)), fails_(*fails) {}

  rocksdb::Status Append(const rocksdb::Slice& data) override {
    return fails_ ? Failed() : WritableFileWrapper::Append(data);
  }
  rocksdb::Status Append(const rocksdb::Slice& data,
                         const rocksdb::DataVerificationInfo& info) override {
    return fails_ ? Failed() : WritableFileWrapper::Append(data, info);
  }
  rocksdb::Status Sync() override { return fails_ ? Failed() : WritableFileWrapper::Sync(); }
  rocksdb::Status Fsync() override { return fails_ ? Failed() : WritableFileWrapper::Fsync(); }

 private:
  static rocksdb::Status Failed() { return rocksdb::Status::IOError("the disk was unplugged"); }

  std::unique_ptr<rocksdb::WritableFile> file_;
  const std::atomic<bool>& fails_;
};

}  // namespace

rocksdb::Status FailingEnv::NewWritableFile(const std::string& name,
                                            std::unique_ptr<rocksdb::WritableFile>* result,
                                            const rocksdb::EnvOptions& options) {
  std::unique_ptr<rocksdb::WritableFile> file;
  rocksdb::Status status = EnvWrapper::NewWritableFile(name, &file, options);
  if (status.ok()) *result = std::make_unique<FailingFile>(std::move(file), &fails_);
  return status;
}

}  // namespace milkway::testing
