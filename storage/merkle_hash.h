// The hashing of RFC 6962: a tree whose leaves and nodes cannot be taken for each other.
//
//   leaf = SHA-256(00 || data), node = SHA-256(01 || left || right)
//   the root of no leaves is SHA-256 of nothing

#ifndef MILKWAY_STORAGE_MERKLE_HASH_H_
#define MILKWAY_STORAGE_MERKLE_HASH_H_

#include <array>
#include <cstddef>
#include <cstdint>

#include "absl/strings/string_view.h"

namespace milkway::storage {

inline constexpr size_t kMerkleHashBytes = 32;
using MerkleHash = std::array<uint8_t, kMerkleHashBytes>;

// SHA-256 of the two texts, one behind the other.
MerkleHash Sha256(absl::string_view first, absl::string_view second = {});

MerkleHash HashLeaf(absl::string_view data);
MerkleHash HashNode(const MerkleHash& left, const MerkleHash& right);
MerkleHash EmptyRoot();

inline absl::string_view BytesOf(const MerkleHash& hash) {
  return {reinterpret_cast<const char*>(hash.data()), hash.size()};
}

}  // namespace milkway::storage

#endif  // MILKWAY_STORAGE_MERKLE_HASH_H_
