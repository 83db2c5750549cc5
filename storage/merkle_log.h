// An append-only Merkle tree (RFC 6962) over leaf hashes, kept in one table of a store.
//
//   key   = table tag, level (uint8), index (uint64)
//   edge  level 255, index 0: size (8 bytes, big-endian), then the roots of the perfect
//         trees that the leaves fall into, the largest first: one for each bit of size
//   leaves level 0, index of the first: hashes of consecutive leaves. A row never holds
//         leaves of two tiles (256 leaves whose first index is a multiple of 256)
//   nodes level 8, 16, 24 …, index: the root of the 2^level leaves from index · 2^level,
//         written once they are all there
//
// Rows of leaves and nodes are never changed. Appending costs one row for the edge and
// one or two for the leaves a transaction, and one row a tile: O(1) a leaf. Everything
// between is derived: a node below a tile's root from the tile, one above from the
// roots of up to 256 tiles.

#ifndef MILKWAY_STORAGE_MERKLE_LOG_H_
#define MILKWAY_STORAGE_MERKLE_LOG_H_

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "storage/merkle_hash.h"
#include "storage/store.h"

namespace milkway::storage {

inline constexpr int kTileLevels = 8;
inline constexpr uint64_t kTileLeaves = uint64_t{1} << kTileLevels;

// The right edge of a tree: what is needed to append, and the root. Pure.
class MerkleEdge {
 public:
  // The root of a perfect tree of 2^level leaves, number `index` of its level.
  struct Node {
    int level = 0;
    uint64_t index = 0;
    MerkleHash hash;
  };

  uint64_t size() const { return size_; }
  MerkleHash Root() const;

  // Adds a leaf. Roots of complete tiles and of 256 of them, and so on, are added to
  // `completed`.
  void Append(const MerkleHash& leaf, std::vector<Node>* completed);

  std::string Encode() const;
  // DATA_LOSS if the bytes are not an edge.
  static absl::StatusOr<MerkleEdge> Decode(absl::string_view bytes);

  friend bool operator==(const MerkleEdge&, const MerkleEdge&) = default;

 private:
  uint64_t size_ = 0;
  std::vector<MerkleHash> roots_;  // one for each bit of the size, the highest first
};

// The tree in the table `tag`. Errors are those of the store, and DATA_LOSS where rows
// are missing or malformed.
class MerkleLog {
 public:
  explicit constexpr MerkleLog(uint16_t tag) : tag_(tag) {}

  absl::StatusOr<MerkleEdge> ReadEdge(const Reader& reader) const;

  // The root that the tree had when it held `size` leaves. OUT_OF_RANGE if it never did.
  absl::StatusOr<MerkleHash> Root(const Reader& reader, uint64_t size) const;

  // Up to `count` leaf hashes from `first` on; fewer where the tree ends.
  absl::StatusOr<std::vector<MerkleHash>> Leaves(const Reader& reader, uint64_t first,
                                                 uint64_t count) const;

  // That leaf `index` is in the tree of `size` leaves (RFC 6962, 2.1.1). OUT_OF_RANGE
  // unless index < size <= the size of the tree.
  absl::StatusOr<std::vector<MerkleHash>> InclusionProof(const Reader& reader, uint64_t index,
                                                         uint64_t size) const;

  // That the tree of `from` leaves is a beginning of the one of `to` (RFC 6962, 2.1.2);
  // empty if from is 0 or to. OUT_OF_RANGE unless from <= to <= the size of the tree.
  absl::StatusOr<std::vector<MerkleHash>> ConsistencyProof(const Reader& reader, uint64_t from,
                                                           uint64_t to) const;

  // How many leaves and nodes the rows hold, whatever the edge says.
  struct Counts {
    uint64_t leaves = 0;
    uint64_t nodes = 0;
  };
  absl::StatusOr<Counts> CountRows(const Reader& reader) const;

  // The stored root of 2^level leaves (level 8, 16, …); DATA_LOSS if it is not there.
  absl::StatusOr<MerkleHash> ReadNode(const Reader& reader, int level, uint64_t index) const;

  // The hashes of level `level` (0, 8, 16, …) number 256 · number and following, up to
  // 256: fewer where the rows end.
  absl::StatusOr<std::vector<MerkleHash>> ReadGroup(const Reader& reader, int level,
                                                    uint64_t number) const;

 private:
  friend class MerkleLogWriter;

  std::string KeyOf(uint8_t level, uint64_t index) const;

  uint16_t tag_;
};

// Appends leaves in one transaction. Not thread-safe.
class MerkleLogWriter {
 public:
  // `transaction` must outlive the writer.
  static absl::StatusOr<MerkleLogWriter> Begin(Transaction& transaction, MerkleLog log);

  uint64_t size() const { return edge_.size(); }
  MerkleHash Root() const { return edge_.Root(); }

  absl::Status Append(const MerkleHash& leaf);

  // Writes what was appended. Must be called once, last.
  absl::Status End();

 private:
  MerkleLogWriter(Transaction* transaction, MerkleLog log, MerkleEdge edge)
      : transaction_(transaction), log_(log), edge_(std::move(edge)) {}

  absl::Status WriteLeaves();

  Transaction* transaction_;
  MerkleLog log_;
  MerkleEdge edge_;
  std::string leaves_;  // of the last tile, not written yet
  std::vector<MerkleEdge::Node> completed_;
  bool changed_ = false;
};

}  // namespace milkway::storage

#endif  // MILKWAY_STORAGE_MERKLE_LOG_H_
