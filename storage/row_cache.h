// Rows that the one writer reads again and again.

#ifndef MILKWAY_STORAGE_ROW_CACHE_H_
#define MILKWAY_STORAGE_ROW_CACHE_H_

#include <cstddef>
#include <string>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/string_view.h"
#include "storage/write_set.h"

namespace milkway::storage {

// Values by key, at most about `bytes_max` of them: half of it the ones used lately,
// the rest those used before. All changes go through one writer, so what it read
// stays true until it writes. Not thread-safe.
class RowCache {
 public:
  explicit RowCache(size_t bytes_max) : generation_bytes_max_(bytes_max / 2) {}

  // nullptr if the row is not cached; valid until the next call.
  const std::string* Find(absl::string_view key);

  void Insert(absl::string_view key, std::string value);

  // The rows that `writes` change are as it says from now on.
  void Update(const WriteSet& writes);

 private:
  using Rows = absl::flat_hash_map<std::string, std::string>;

  Rows young_;
  Rows old_;
  size_t young_bytes_ = 0;
  const size_t generation_bytes_max_;
};

}  // namespace milkway::storage

#endif  // MILKWAY_STORAGE_ROW_CACHE_H_
