// Hashes of a few dozen bytes are made for every posting. The interface that OpenSSL 3
// recommends spends more on finding the algorithm than on hashing, so the plain one is
// used, which is marked as deprecated.
#define OPENSSL_SUPPRESS_DEPRECATED

#include "storage/merkle_hash.h"

#include "openssl/sha.h"

namespace milkway::storage {

namespace {

class Hasher {
 public:
  Hasher() { SHA256_Init(&context_); }

  Hasher& Add(absl::string_view bytes) {
    SHA256_Update(&context_, bytes.data(), bytes.size());
    return *this;
  }

  MerkleHash End() {
    MerkleHash hash;
    SHA256_Final(hash.data(), &context_);
    return hash;
  }

 private:
  SHA256_CTX context_;
};

constexpr absl::string_view kLeafPrefix("\x00", 1);
constexpr absl::string_view kNodePrefix("\x01", 1);

}  // namespace

MerkleHash Sha256(absl::string_view first, absl::string_view second) {
  return Hasher().Add(first).Add(second).End();
}

MerkleHash HashLeaf(absl::string_view data) { return Hasher().Add(kLeafPrefix).Add(data).End(); }

MerkleHash HashNode(const MerkleHash& left, const MerkleHash& right) {
  return Hasher().Add(kNodePrefix).Add(BytesOf(left)).Add(BytesOf(right)).End();
}

MerkleHash EmptyRoot() { return Hasher().End(); }

}  // namespace milkway::storage
