// A store on disk for a measurement.

#ifndef MILKWAY_TESTS_BENCH_ENGINE_BENCH_STORE_H_
#define MILKWAY_TESTS_BENCH_ENGINE_BENCH_STORE_H_

#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "storage/store.h"
#include "tests/support/stores.h"

namespace milkway::bench {

// Ends the program with a message if `status` is not OK: a measurement of what
// failed says nothing.
inline void Require(const absl::Status& status) {
  if (status.ok()) return;
  std::fprintf(stderr, "error: %s\n", status.ToString().c_str());
  std::abort();
}

// A fresh store in the folder for temporary files, removed at the end. Set TMPDIR to
// measure another disk.
class BenchStore {
 public:
  BenchStore() {
    storage::RocksDbStoreOptions options;
    options.folder = folder_ / "store";
    auto store = storage::OpenRocksDbStore(options);
    Require(store.status());
    store_ = *std::move(store);
  }

  storage::Store& operator*() { return *store_; }
  storage::Store* operator->() { return store_.get(); }
  storage::Store* get() { return store_.get(); }

 private:
  const testing::TempFolder folder_;
  std::unique_ptr<storage::Store> store_;
};

}  // namespace milkway::bench

#endif  // MILKWAY_TESTS_BENCH_ENGINE_BENCH_STORE_H_
