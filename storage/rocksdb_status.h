// The border where RocksDB's errors become ours.

#ifndef MILKWAY_STORAGE_ROCKSDB_STATUS_H_
#define MILKWAY_STORAGE_ROCKSDB_STATUS_H_

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "rocksdb/status.h"

namespace milkway::storage {

// DATA_LOSS for damaged bytes, RESOURCE_EXHAUSTED for a full disk, UNAVAILABLE
// for a disk that fails, INTERNAL for the rest.
inline absl::Status FromRocksDb(const rocksdb::Status& status) {
  if (status.ok()) return absl::OkStatus();
  const std::string text = status.ToString();
  if (status.IsCorruption()) {
    return absl::DataLossError(
        absl::StrCat("the store is damaged (", text, "); restore it from a backup"));
  }
  if (status.IsNoSpace()) {
    return absl::ResourceExhaustedError(
        absl::StrCat("the disk of the store is full (", text, "); free some space"));
  }
  if (status.IsIOError()) {
    return absl::UnavailableError(
        absl::StrCat("the disk of the store fails (", text, "); check it, then restart"));
  }
  return absl::InternalError(absl::StrCat("the store failed: ", text));
}

}  // namespace milkway::storage

#endif  // MILKWAY_STORAGE_ROCKSDB_STATUS_H_
