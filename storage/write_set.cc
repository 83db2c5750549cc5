#include "storage/write_set.h"

#include <utility>

namespace milkway::storage {

const WriteSet::Value* WriteSet::Find(absl::string_view key) const {
  const auto row = rows_.find(key);
  return row == rows_.end() ? nullptr : &row->second;
}

void WriteSet::Write(absl::string_view key, Value value) {
  bytes_ += key.size() + (value.has_value() ? value->size() : 0);
  const auto [row, is_new] = rows_.try_emplace(key);
  undo_.push_back({undo_keys_.size(), key.size(), !is_new, std::move(row->second)});
  undo_keys_.append(key.data(), key.size());
  row->second = std::move(value);
}

void WriteSet::Keep() {
  undo_.clear();
  undo_keys_.clear();
}

void WriteSet::Undo() {
  for (auto undoing = undo_.rbegin(); undoing != undo_.rend(); ++undoing) {
    const auto row =
        rows_.find(absl::string_view(undo_keys_).substr(undoing->key_from, undoing->key_bytes));
    if (undoing->was_there) {
      row->second = std::move(undoing->before);
    } else {
      rows_.erase(row);
    }
  }
  Keep();
}

}  // namespace milkway::storage
