#include "storage/row_cache.h"

#include <utility>

namespace milkway::storage {

namespace {

// What a row costs beside its bytes.
constexpr size_t kRowOverheadBytes = 64;

}  // namespace

const std::string* RowCache::Find(absl::string_view key) {
  const auto young = young_.find(key);
  if (young != young_.end()) return &young->second;
  const auto old = old_.find(key);
  if (old == old_.end()) return nullptr;
  std::string value = std::move(old->second);
  old_.erase(old);
  Insert(key, std::move(value));
  return &young_.find(key)->second;
}

void RowCache::Insert(absl::string_view key, std::string value) {
  if (young_bytes_ >= generation_bytes_max_) {
    old_ = std::exchange(young_, {});
    young_bytes_ = 0;
  }
  young_bytes_ += key.size() + value.size() + kRowOverheadBytes;
  young_.insert_or_assign(std::string(key), std::move(value));
}

void RowCache::Update(const WriteSet& writes) {
  for (const auto& [key, value] : writes.rows()) {
    for (Rows* rows : {&young_, &old_}) {
      const auto row = rows->find(key);
      if (row == rows->end()) continue;
      if (value.has_value()) {
        row->second = *value;
      } else {
        rows->erase(row);
      }
    }
  }
}

}  // namespace milkway::storage
