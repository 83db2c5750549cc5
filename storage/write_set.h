// Writes that are not in the engine yet, in key order.

#ifndef MILKWAY_STORAGE_WRITE_SET_H_
#define MILKWAY_STORAGE_WRITE_SET_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/container/btree_map.h"
#include "absl/strings/string_view.h"

namespace milkway::storage {

// The last value written to each key. What one body wrote can be undone until it
// is kept. Not thread-safe; may be read by many threads once nobody writes.
class WriteSet {
 public:
  using Value = std::optional<std::string>;  // nullopt: the key is deleted
  using Rows = absl::btree_map<std::string, Value>;

  // nullptr if nothing was written to `key`.
  const Value* Find(absl::string_view key) const;

  void Write(absl::string_view key, Value value);

  // What was written since the last Keep or Undo stays, or was never written.
  void Keep();
  void Undo();

  const Rows& rows() const { return rows_; }
  // Size of keys and values, those overwritten included: a bound for batches.
  size_t bytes() const { return bytes_; }
  bool empty() const { return rows_.empty(); }

 private:
  struct Undoing {
    size_t key_from;
    size_t key_bytes;
    bool was_there;
    Value before;
  };

  Rows rows_;
  size_t bytes_ = 0;
  std::string undo_keys_;  // one after another, so that a write allocates no key of its own
  std::vector<Undoing> undo_;
};

}  // namespace milkway::storage

#endif  // MILKWAY_STORAGE_WRITE_SET_H_
