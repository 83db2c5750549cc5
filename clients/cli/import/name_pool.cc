#include "clients/cli/import/name_pool.h"

#include <algorithm>

namespace milkway::cli {

namespace {

constexpr size_t kBlockBytes = 64 << 10;

}  // namespace

char* NamePool::Allocate(size_t size) {
  if (size > free_bytes_) {
    free_bytes_ = std::max(size, kBlockBytes);
    blocks_.push_back(std::make_unique<char[]>(free_bytes_));
    free_ = blocks_.back().get();
  }
  char* allocated = free_;
  free_ += size;
  free_bytes_ -= size;
  return allocated;
}

Name NamePool::Intern(absl::string_view text) {
  if (text.empty()) return Name();
  const auto found = names_.find(text);
  if (found != names_.end()) return *found;
  const auto size = static_cast<uint32_t>(text.size());
  char* data = Allocate(sizeof(size) + text.size());
  std::memcpy(data, &size, sizeof(size));
  std::memcpy(data + sizeof(size), text.data(), text.size());
  return *names_.insert(Name(data)).first;
}

}  // namespace milkway::cli
