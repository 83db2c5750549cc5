#include "storage/merkle_log.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <map>

#include "absl/strings/str_cat.h"
#include "storage/key_codec.h"

namespace milkway::storage {

namespace {

constexpr uint8_t kEdgeLevel = 255;
constexpr size_t kSizeBytes = 8;

MerkleHash HashAt(absl::string_view bytes, size_t index) {
  MerkleHash hash;
  std::memcpy(hash.data(), bytes.data() + index * kMerkleHashBytes, kMerkleHashBytes);
  return hash;
}

absl::Status Damaged(absl::string_view what) {
  return absl::DataLossError(
      absl::StrCat("the Merkle log is damaged: ", what, "; restore the store from a backup"));
}

absl::Status NeverHeld(uint64_t asked, uint64_t size) {
  return absl::OutOfRangeError(
      absl::StrCat("the log has ", size, " leaves, ", asked, " were asked for"));
}

// The largest power of two below `size`, which is 2 or more: where RFC 6962 splits.
uint64_t SplitOf(uint64_t size) { return std::bit_floor(size - 1); }

// Takes a key of the table apart; false if it is none.
bool ParseKey(absl::string_view key, uint16_t tag, uint8_t* level, uint64_t* index) {
  return key_internal::ConsumeTag(&key, tag) && key_internal::Consume(&key, level) &&
         key_internal::Consume(&key, index) && key.empty();
}

// Reads hashes of trees, each row once. Lives for one question.
class NodeReader {
 public:
  NodeReader(const Reader& reader, MerkleLog log) : reader_(reader), log_(log) {}

  // The root of the leaves from `begin` to before `end`; begin < end, and begin is a
  // multiple of a power of two that is at least end - begin.
  absl::StatusOr<MerkleHash> RootOf(uint64_t begin, uint64_t end) {
    const uint64_t count = end - begin;
    if (std::has_single_bit(count)) return PerfectRoot(std::bit_width(count) - 1, begin);
    const uint64_t split = begin + SplitOf(count);
    auto left = RootOf(begin, split);
    if (!left.ok()) return left;
    auto right = RootOf(split, end);
    if (!right.ok()) return right;
    return HashNode(*left, *right);
  }

 private:
  // The root of the 2^level leaves from `begin` on.
  absl::StatusOr<MerkleHash> PerfectRoot(int level, uint64_t begin) {
    const int base = level / kTileLevels * kTileLevels;
    const uint64_t first = begin >> base;
    if (base == level && base > 0) return log_.ReadNode(reader_, base, first);
    auto group = Group(base, first / kTileLeaves);
    if (!group.ok()) return group.status();
    const uint64_t offset = first % kTileLeaves;
    const uint64_t count = uint64_t{1} << (level - base);
    if ((*group)->size() < offset + count) return Damaged("hashes are missing");
    std::vector<MerkleHash> row((*group)->begin() + static_cast<ptrdiff_t>(offset),
                                (*group)->begin() + static_cast<ptrdiff_t>(offset + count));
    for (; row.size() > 1; row.resize(row.size() / 2)) {
      for (size_t pair = 0; pair < row.size() / 2; ++pair) {
        row[pair] = HashNode(row[2 * pair], row[2 * pair + 1]);
      }
    }
    return row[0];
  }

  // The hashes of level `base` that have a node in common 8 levels higher.
  absl::StatusOr<const std::vector<MerkleHash>*> Group(int base, uint64_t number) {
    const auto key = std::make_pair(base, number);
    const auto known = groups_.find(key);
    if (known != groups_.end()) return &known->second;
    auto read = log_.ReadGroup(reader_, base, number);
    if (!read.ok()) return read.status();
    return &groups_.emplace(key, *std::move(read)).first->second;
  }

  const Reader& reader_;
  const MerkleLog log_;
  std::map<std::pair<int, uint64_t>, std::vector<MerkleHash>> groups_;
};

}  // namespace

MerkleHash MerkleEdge::Root() const {
  if (roots_.empty()) return EmptyRoot();
  MerkleHash root = roots_.back();
  for (size_t index = roots_.size() - 1; index-- > 0;) root = HashNode(roots_[index], root);
  return root;
}

void MerkleEdge::Append(const MerkleHash& leaf, std::vector<Node>* completed) {
  MerkleHash hash = leaf;
  int level = 0;
  for (; (size_ >> level) & 1; ++level) {
    hash = HashNode(roots_.back(), hash);
    roots_.pop_back();
    const int above = level + 1;
    if (above % kTileLevels == 0) completed->push_back({above, size_ >> above, hash});
  }
  roots_.push_back(hash);
  ++size_;
}

std::string MerkleEdge::Encode() const {
  std::string bytes;
  bytes.reserve(kSizeBytes + roots_.size() * kMerkleHashBytes);
  key_internal::Append(size_, &bytes);
  for (const MerkleHash& root : roots_) bytes.append(BytesOf(root).data(), root.size());
  return bytes;
}

absl::StatusOr<MerkleEdge> MerkleEdge::Decode(absl::string_view bytes) {
  MerkleEdge edge;
  if (!key_internal::Consume(&bytes, &edge.size_)) return Damaged("its edge has no size");
  const size_t roots = static_cast<size_t>(std::popcount(edge.size_));
  if (bytes.size() != roots * kMerkleHashBytes) {
    return Damaged("its edge does not have a hash for each bit of its size");
  }
  for (size_t index = 0; index < roots; ++index) edge.roots_.push_back(HashAt(bytes, index));
  return edge;
}

std::string MerkleLog::KeyOf(uint8_t level, uint64_t index) const {
  std::string key;
  key_internal::AppendTag(tag_, &key);
  key_internal::Append(level, &key);
  key_internal::Append(index, &key);
  return key;
}

absl::StatusOr<MerkleEdge> MerkleLog::ReadEdge(const Reader& reader) const {
  auto bytes = reader.Get(KeyOf(kEdgeLevel, 0));
  if (!bytes.ok()) return bytes.status();
  if (!bytes->has_value()) return MerkleEdge();
  return MerkleEdge::Decode(**bytes);
}

absl::StatusOr<MerkleHash> MerkleLog::ReadNode(const Reader& reader, int level,
                                               uint64_t index) const {
  const auto bytes = reader.Get(KeyOf(static_cast<uint8_t>(level), index));
  if (!bytes.ok()) return bytes.status();
  if (!bytes->has_value() || (*bytes)->size() != kMerkleHashBytes) {
    return Damaged(absl::StrCat("node ", index, " of level ", level, " is missing"));
  }
  return HashAt(**bytes, 0);
}

absl::StatusOr<std::vector<MerkleHash>> MerkleLog::ReadGroup(const Reader& reader, int level,
                                                             uint64_t number) const {
  const uint64_t first = number * kTileLeaves;
  const auto row_level = static_cast<uint8_t>(level);
  std::vector<MerkleHash> hashes;
  absl::Status damage;
  const absl::Status scanned = reader.Scan(
      {KeyOf(row_level, first), KeyOf(row_level, first + kTileLeaves)}, ScanOrder::kAscending,
      [&](absl::string_view key, absl::string_view value) {
        uint8_t level_found = 0;
        uint64_t index = 0;
        const bool fits = ParseKey(key, tag_, &level_found, &index) &&
                          index == first + hashes.size() && !value.empty() &&
                          value.size() % kMerkleHashBytes == 0 &&
                          hashes.size() + value.size() / kMerkleHashBytes <= kTileLeaves;
        if (!fits) {
          damage = Damaged(absl::StrCat("a row of level ", level, " is not where it should be"));
          return false;
        }
        for (size_t at = 0; at < value.size() / kMerkleHashBytes; ++at) {
          hashes.push_back(HashAt(value, at));
        }
        return true;
      });
  if (!scanned.ok()) return scanned;
  if (!damage.ok()) return damage;
  return hashes;
}

absl::StatusOr<MerkleHash> MerkleLog::Root(const Reader& reader, uint64_t size) const {
  const auto edge = ReadEdge(reader);
  if (!edge.ok()) return edge.status();
  if (size > edge->size()) return NeverHeld(size, edge->size());
  if (size == edge->size()) return edge->Root();
  if (size == 0) return EmptyRoot();
  return NodeReader(reader, *this).RootOf(0, size);
}

absl::StatusOr<std::vector<MerkleHash>> MerkleLog::Leaves(const Reader& reader, uint64_t first,
                                                          uint64_t count) const {
  const auto edge = ReadEdge(reader);
  if (!edge.ok()) return edge.status();
  std::vector<MerkleHash> leaves;
  if (first >= edge->size()) return leaves;
  const uint64_t end = first + std::min(count, edge->size() - first);
  for (uint64_t next = first; next < end;) {
    const auto tile = ReadGroup(reader, 0, next / kTileLeaves);
    if (!tile.ok()) return tile.status();
    const uint64_t tile_begin = next / kTileLeaves * kTileLeaves;
    const uint64_t tile_end = std::min(end, tile_begin + kTileLeaves);
    if (tile_begin + tile->size() < tile_end) return Damaged("leaves are missing");
    leaves.insert(leaves.end(), tile->begin() + static_cast<ptrdiff_t>(next - tile_begin),
                  tile->begin() + static_cast<ptrdiff_t>(tile_end - tile_begin));
    next = tile_end;
  }
  return leaves;
}

absl::StatusOr<std::vector<MerkleHash>> MerkleLog::InclusionProof(const Reader& reader,
                                                                  uint64_t index,
                                                                  uint64_t size) const {
  const auto edge = ReadEdge(reader);
  if (!edge.ok()) return edge.status();
  if (size > edge->size()) return NeverHeld(size, edge->size());
  if (index >= size) return NeverHeld(index + 1, size);
  NodeReader nodes(reader, *this);
  std::vector<MerkleHash> proof;
  // From the root down; the proof is told from the leaf up.
  for (uint64_t begin = 0, end = size; end - begin > 1;) {
    const uint64_t split = begin + SplitOf(end - begin);
    const bool is_left = index < split;
    const auto sibling = is_left ? nodes.RootOf(split, end) : nodes.RootOf(begin, split);
    if (!sibling.ok()) return sibling.status();
    proof.push_back(*sibling);
    (is_left ? end : begin) = split;
  }
  std::reverse(proof.begin(), proof.end());
  return proof;
}

absl::StatusOr<std::vector<MerkleHash>> MerkleLog::ConsistencyProof(const Reader& reader,
                                                                    uint64_t from,
                                                                    uint64_t to) const {
  const auto edge = ReadEdge(reader);
  if (!edge.ok()) return edge.status();
  if (to > edge->size()) return NeverHeld(to, edge->size());
  if (from > to) return NeverHeld(from, to);
  std::vector<MerkleHash> proof;
  if (from == 0 || from == to) return proof;
  NodeReader nodes(reader, *this);
  uint64_t begin = 0;
  uint64_t end = to;
  // Down to the tree that ends where the old one did.
  while (end != from) {
    const uint64_t split = begin + SplitOf(end - begin);
    const bool is_left = from <= split;
    const auto sibling = is_left ? nodes.RootOf(split, end) : nodes.RootOf(begin, split);
    if (!sibling.ok()) return sibling.status();
    proof.push_back(*sibling);
    (is_left ? end : begin) = split;
  }
  // Who knows the old root knows this one already if it is the whole old tree.
  if (begin != 0) {
    const auto old = nodes.RootOf(begin, end);
    if (!old.ok()) return old.status();
    proof.push_back(*old);
  }
  std::reverse(proof.begin(), proof.end());
  return proof;
}

absl::StatusOr<MerkleLog::Counts> MerkleLog::CountRows(const Reader& reader) const {
  Counts counts;
  bool damaged = false;
  const absl::Status scanned =
      reader.Scan({KeyOf(0, 0), KeyOf(kEdgeLevel, 0)}, ScanOrder::kAscending,
                  [&](absl::string_view key, absl::string_view value) {
                    uint8_t level = 0;
                    uint64_t index = 0;
                    damaged = !ParseKey(key, tag_, &level, &index);
                    (level == 0 ? counts.leaves : counts.nodes) += value.size() / kMerkleHashBytes;
                    return !damaged;
                  });
  if (!scanned.ok()) return scanned;
  if (damaged) return Damaged("a row has a malformed key");
  return counts;
}

absl::StatusOr<MerkleLogWriter> MerkleLogWriter::Begin(Transaction& transaction, MerkleLog log) {
  auto edge = log.ReadEdge(transaction);
  if (!edge.ok()) return edge.status();
  return MerkleLogWriter(&transaction, log, *std::move(edge));
}

absl::Status MerkleLogWriter::Append(const MerkleHash& leaf) {
  changed_ = true;
  leaves_.append(BytesOf(leaf).data(), leaf.size());
  edge_.Append(leaf, &completed_);
  return edge_.size() % kTileLeaves == 0 ? WriteLeaves() : absl::OkStatus();
}

absl::Status MerkleLogWriter::WriteLeaves() {
  const uint64_t count = leaves_.size() / kMerkleHashBytes;
  if (count == 0) return absl::OkStatus();
  absl::Status status = transaction_->Put(log_.KeyOf(0, edge_.size() - count), leaves_);
  leaves_.clear();
  for (const MerkleEdge::Node& node : completed_) {
    status.Update(transaction_->Put(log_.KeyOf(static_cast<uint8_t>(node.level), node.index),
                                    BytesOf(node.hash)));
  }
  completed_.clear();
  return status;
}

absl::Status MerkleLogWriter::End() {
  if (!changed_) return absl::OkStatus();
  absl::Status status = WriteLeaves();
  status.Update(transaction_->Put(log_.KeyOf(kEdgeLevel, 0), edge_.Encode()));
  return status;
}

}  // namespace milkway::storage
