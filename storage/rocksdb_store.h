// The store on RocksDB: the default engine.

#ifndef MILKWAY_STORAGE_ROCKSDB_STORE_H_
#define MILKWAY_STORAGE_ROCKSDB_STORE_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "storage/store.h"

namespace rocksdb {
class Env;
}  // namespace rocksdb

namespace milkway::storage {

// The format that this program writes, and the oldest that it reads. Format 1 had no
// sums by lot and day in it: records of then could not be corrected.
inline constexpr uint32_t kStoreFormatVersion = 2;
inline constexpr uint32_t kOldestStoreFormatVersion = 2;

struct RocksDbStoreOptions {
  // Made if it does not exist; its parent must.
  std::string folder;
  // Writes are refused while the disk has less left than this. It leaves room to
  // compact, to back up and to shut down.
  int64_t free_bytes_floor = int64_t{256} << 20;
  // More waiting bodies than this are refused.
  size_t queued_bodies_max = 100'000;
  // Memory for blocks read from disk and for rows not on disk in sorted form.
  size_t block_cache_bytes = size_t{64} << 20;
  size_t memtable_bytes = size_t{32} << 20;
  // Memory for rows that changes read again and again.
  size_t row_cache_bytes = size_t{16} << 20;
  // How long a purge waits for those who read, twice at most.
  absl::Duration purge_patience = absl::Seconds(30);
  // For tests: files in memory or failing ones (must outlive the store), and
  // another answer to how full the disk is.
  rocksdb::Env* env = nullptr;
  std::function<int64_t()> free_bytes;
};

// Opens or makes a store.
//   FAILED_PRECONDITION  another process has it open; or its format is newer
//                        or older than this program knows;
//   DATA_LOSS            the folder holds something else, or damaged files;
//   UNAVAILABLE          the folder cannot be made or read.
// Snapshots of the store must be gone before the store is. Its destructor
// commits what is queued.
absl::StatusOr<std::unique_ptr<Store>> OpenRocksDbStore(const RocksDbStoreOptions& options);

}  // namespace milkway::storage

#endif  // MILKWAY_STORAGE_ROCKSDB_STORE_H_
