// A file system whose writes can be made to fail.

#ifndef MILKWAY_TESTS_SUPPORT_FAILING_ENV_H_
#define MILKWAY_TESTS_SUPPORT_FAILING_ENV_H_

#include <atomic>
#include <memory>
#include <string>

#include "rocksdb/env.h"

namespace milkway::testing {

// Passes everything on to `base` until Fail is called; from then on appending
// to and syncing any file fails with an I/O error.
class FailingEnv : public rocksdb::EnvWrapper {
 public:
  explicit FailingEnv(rocksdb::Env* base) : EnvWrapper(base) {}

  void Fail() { fails_.store(true); }
  void Work() { fails_.store(false); }

  const char* Name() const override { return "FailingEnv"; }
  rocksdb::Status NewWritableFile(const std::string& name,
                                  std::unique_ptr<rocksdb::WritableFile>* result,
                                  const rocksdb::EnvOptions& options) override;

 private:
  std::atomic<bool> fails_{false};
};

}  // namespace milkway::testing

#endif  // MILKWAY_TESTS_SUPPORT_FAILING_ENV_H_
