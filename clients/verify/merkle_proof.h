// Checking Merkle proofs (RFC 6962), with nothing but SHA-256.
//
// This is written apart from the server's tree on purpose: who checks must not rely on
// what is checked.

#ifndef MILKWAY_CLIENTS_VERIFY_MERKLE_PROOF_H_
#define MILKWAY_CLIENTS_VERIFY_MERKLE_PROOF_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "absl/strings/string_view.h"

namespace milkway::proof {

inline constexpr size_t kHashBytes = 32;
using Hash = std::array<uint8_t, kHashBytes>;

Hash Sha256(absl::string_view bytes);

// nullopt unless `bytes` are 32.
std::optional<Hash> ParseHash(absl::string_view bytes);
inline absl::string_view BytesOf(const Hash& hash) {
  return {reinterpret_cast<const char*>(hash.data()), hash.size()};
}

// SHA-256(00 || data), SHA-256(01 || left || right).
Hash HashLeaf(absl::string_view data);
Hash HashNode(const Hash& left, const Hash& right);

// True if `proof` shows that `leaf` (a leaf hash) is number `index` (from 0) of the
// `size` leaves under `root`.
bool IsIncluded(uint64_t index, uint64_t size, const Hash& leaf, const std::vector<Hash>& proof,
                const Hash& root);

// True if `proof` shows that the tree of `new_size` leaves under `new_root` begins with
// the `old_size` leaves under `old_root`.
bool IsConsistent(uint64_t old_size, const Hash& old_root, uint64_t new_size, const Hash& new_root,
                  const std::vector<Hash>& proof);

// The root of leaves that come one after another. Memory grows with the height only.
class RootBuilder {
 public:
  void Add(const Hash& leaf);
  uint64_t size() const { return size_; }
  // Of the leaves added so far.
  Hash Root() const;

 private:
  uint64_t size_ = 0;
  std::vector<Hash> roots_;  // of perfect trees, the largest first
};

}  // namespace milkway::proof

#endif  // MILKWAY_CLIENTS_VERIFY_MERKLE_PROOF_H_
