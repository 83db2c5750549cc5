// Stores for tests: the real engine, in memory or in a folder that goes away.

#ifndef MILKWAY_TESTS_SUPPORT_STORES_H_
#define MILKWAY_TESTS_SUPPORT_STORES_H_

#include <memory>
#include <string>

#include "rocksdb/env.h"
#include "storage/rocksdb_store.h"
#include "storage/store.h"

namespace milkway::testing {

// A fresh folder below the test's temporary folder, removed at the end.
class TempFolder {
 public:
  TempFolder();
  ~TempFolder();
  TempFolder(const TempFolder&) = delete;
  TempFolder& operator=(const TempFolder&) = delete;

  const std::string& path() const { return path_; }
  std::string operator/(const std::string& name) const { return path_ + "/" + name; }

 private:
  std::string path_;
};

// True if a file in `folder` or below has `bytes` in it.
bool FilesHold(const std::string& folder, const std::string& bytes);

// A store whose files are in memory: real in everything but the disk. It can be
// closed and opened again.
class MemoryStore {
 public:
  MemoryStore();

  storage::Store& operator*() { return *store_; }
  storage::Store* operator->() { return store_.get(); }
  storage::Store* get() { return store_.get(); }

  // Closes the store and opens it again, as a restart of the server does.
  void Reopen();

 private:
  std::unique_ptr<rocksdb::Env> env_;
  std::unique_ptr<storage::Store> store_;
};

}  // namespace milkway::testing

#endif  // MILKWAY_TESTS_SUPPORT_STORES_H_
