// Audits hash millions of leaves; see storage/merkle_hash.cc.
#define OPENSSL_SUPPRESS_DEPRECATED

#include "clients/verify/merkle_proof.h"

#include <algorithm>

#include "openssl/sha.h"

namespace milkway::proof {

namespace {

constexpr absl::string_view kLeafPrefix("\x00", 1);
constexpr absl::string_view kNodePrefix("\x01", 1);

Hash HashParts(absl::string_view prefix, absl::string_view first, absl::string_view second) {
  SHA256_CTX context;
  SHA256_Init(&context);
  SHA256_Update(&context, prefix.data(), prefix.size());
  SHA256_Update(&context, first.data(), first.size());
  SHA256_Update(&context, second.data(), second.size());
  Hash hash;
  SHA256_Final(hash.data(), &context);
  return hash;
}

}  // namespace

Hash Sha256(absl::string_view bytes) { return HashParts("", bytes, ""); }

std::optional<Hash> ParseHash(absl::string_view bytes) {
  if (bytes.size() != kHashBytes) return std::nullopt;
  Hash hash;
  std::copy(bytes.begin(), bytes.end(), hash.begin());
  return hash;
}

Hash HashLeaf(absl::string_view data) { return HashParts(kLeafPrefix, data, ""); }

Hash HashNode(const Hash& left, const Hash& right) {
  return HashParts(kNodePrefix, BytesOf(left), BytesOf(right));
}

// RFC 9162, 2.1.3.2, which states how to check the proofs of RFC 6962.
bool IsIncluded(uint64_t index, uint64_t size, const Hash& leaf, const std::vector<Hash>& proof,
                const Hash& root) {
  if (index >= size) return false;
  uint64_t node = index;
  uint64_t last = size - 1;
  Hash hash = leaf;
  for (const Hash& sibling : proof) {
    if (last == 0) return false;
    if (node % 2 == 1 || node == last) {
      hash = HashNode(sibling, hash);
      while (node % 2 == 0 && node != 0) {
        node /= 2;
        last /= 2;
      }
    } else {
      hash = HashNode(hash, sibling);
    }
    node /= 2;
    last /= 2;
  }
  return last == 0 && hash == root;
}

// RFC 9162, 2.1.4.2.
bool IsConsistent(uint64_t old_size, const Hash& old_root, uint64_t new_size, const Hash& new_root,
                  const std::vector<Hash>& proof) {
  if (old_size > new_size) return false;
  if (old_size == 0) return proof.empty() && old_root == Sha256("");
  if (old_size == new_size) return proof.empty() && old_root == new_root;
  // A whole tree of the old log is a node of the new one, and then not in the proof.
  std::vector<Hash> path;
  if ((old_size & (old_size - 1)) == 0) path.push_back(old_root);
  path.insert(path.end(), proof.begin(), proof.end());
  if (path.empty()) return false;
  uint64_t node = old_size - 1;
  uint64_t last = new_size - 1;
  while (node % 2 == 1) {
    node /= 2;
    last /= 2;
  }
  Hash old_hash = path[0];
  Hash new_hash = path[0];
  for (size_t at = 1; at < path.size(); ++at) {
    if (last == 0) return false;
    if (node % 2 == 1 || node == last) {
      old_hash = HashNode(path[at], old_hash);
      new_hash = HashNode(path[at], new_hash);
      while (node % 2 == 0 && node != 0) {
        node /= 2;
        last /= 2;
      }
    } else {
      new_hash = HashNode(new_hash, path[at]);
    }
    node /= 2;
    last /= 2;
  }
  return last == 0 && old_hash == old_root && new_hash == new_root;
}

void RootBuilder::Add(const Hash& leaf) {
  Hash hash = leaf;
  for (uint64_t rest = size_; rest % 2 == 1; rest /= 2) {
    hash = HashNode(roots_.back(), hash);
    roots_.pop_back();
  }
  roots_.push_back(hash);
  ++size_;
}

Hash RootBuilder::Root() const {
  if (roots_.empty()) return Sha256("");
  Hash root = roots_.back();
  for (size_t at = roots_.size() - 1; at-- > 0;) root = HashNode(roots_[at], root);
  return root;
}

}  // namespace milkway::proof
