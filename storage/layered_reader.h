// Reading through writes that the engine does not have yet.

#ifndef MILKWAY_STORAGE_LAYERED_READER_H_
#define MILKWAY_STORAGE_LAYERED_READER_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "storage/store.h"
#include "storage/write_set.h"

namespace rocksdb {
class DB;
class Snapshot;
}  // namespace rocksdb

namespace milkway::storage {

// The rows of `db` as `layers` change them; an earlier layer wins over a later
// one. Layers must not change during a Scan. Not thread-safe if a layer is not.
class LayeredReader : public Reader {
 public:
  // `snapshot` may be null: the newest rows. All must outlive the reader.
  LayeredReader(rocksdb::DB* db, const rocksdb::Snapshot* snapshot,
                std::vector<const WriteSet*> layers)
      : db_(*db), snapshot_(snapshot), layers_(std::move(layers)) {}

  absl::StatusOr<std::optional<std::string>> Get(absl::string_view key) const override;
  absl::Status Scan(const KeyRange& range, ScanOrder order, Visitor visit) const override;

 private:
  rocksdb::DB& db_;
  const rocksdb::Snapshot* snapshot_;
  std::vector<const WriteSet*> layers_;
};

}  // namespace milkway::storage

#endif  // MILKWAY_STORAGE_LAYERED_READER_H_
