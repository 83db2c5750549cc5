// Names that repeat over millions of rows, each kept once.

#ifndef MILKWAY_CLIENTS_CLI_IMPORT_NAME_POOL_H_
#define MILKWAY_CLIENTS_CLI_IMPORT_NAME_POOL_H_

#include <cstdint>
#include <cstring>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_set.h"
#include "absl/hash/hash.h"
#include "absl/strings/string_view.h"

namespace milkway::cli {

// Eight bytes that stand for a text of a NamePool, and live as long as it. Two
// names of one pool are equal if their texts are.
class Name {
 public:
  Name() = default;

  bool empty() const { return data_ == nullptr; }

  absl::string_view view() const {
    if (data_ == nullptr) return {};
    uint32_t size = 0;
    std::memcpy(&size, data_, sizeof(size));
    return {data_ + sizeof(size), size};
  }
  std::string str() const { return std::string(view()); }

  friend bool operator==(Name a, Name b) { return a.data_ == b.data_; }
  template <typename H>
  friend H AbslHashValue(H state, Name name) {
    return H::combine(std::move(state), name.data_);
  }

 private:
  friend class NamePool;
  explicit Name(const char* data) : data_(data) {}

  // The size in four bytes, then the text; nullptr for the empty text.
  const char* data_ = nullptr;
};

// Not thread-safe.
class NamePool {
 public:
  NamePool() = default;
  NamePool(const NamePool&) = delete;
  NamePool& operator=(const NamePool&) = delete;

  Name Intern(absl::string_view text);

 private:
  struct Hash {
    using is_transparent = void;
    size_t operator()(absl::string_view text) const { return absl::HashOf(text); }
    size_t operator()(Name name) const { return absl::HashOf(name.view()); }
  };
  struct Equal {
    using is_transparent = void;
    static absl::string_view Text(absl::string_view text) { return text; }
    static absl::string_view Text(Name name) { return name.view(); }
    template <typename A, typename B>
    bool operator()(const A& a, const B& b) const {
      return Text(a) == Text(b);
    }
  };

  char* Allocate(size_t size);

  std::vector<std::unique_ptr<char[]>> blocks_;
  char* free_ = nullptr;
  size_t free_bytes_ = 0;
  absl::flat_hash_set<Name, Hash, Equal> names_;
};

}  // namespace milkway::cli

#endif  // MILKWAY_CLIENTS_CLI_IMPORT_NAME_POOL_H_
