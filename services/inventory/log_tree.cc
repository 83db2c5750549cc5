#include "services/inventory/log_tree.h"

#include <array>
#include <cstring>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "clients/cpp/status_macros.h"
#include "services/inventory/inventory_keys.h"
#include "services/inventory/log.h"

namespace milkway::inventory {

namespace {

using storage::kTileLeaves;
using storage::MerkleEdge;
using storage::MerkleHash;

// Leaves that one transaction adds to a tree that lacks them.
constexpr int64_t kLeavesBuiltAtOnce = 20'000;

// Compares tile by tile what the postings make with what the rows hold.
class TreeChecker {
 public:
  TreeChecker(const storage::Reader& reader, absl::FunctionRef<void(absl::string_view)> differ)
      : reader_(reader), differ_(differ) {}

  absl::Status Add(const MerkleHash& leaf) {
    tile_.push_back(leaf);
    expected_.Append(leaf, &completed_);
    return expected_.size() % kTileLeaves == 0 ? CompareTile() : absl::OkStatus();
  }

  absl::Status End() {
    RETURN_IF_ERROR(CompareTile());
    const absl::StatusOr<MerkleEdge> edge = kLogTree.ReadEdge(reader_);
    if (!edge.ok() || *edge != expected_) {
      RETURN_IF_ERROR(IfUnreadable(edge.status()));
      differ_("the right edge of the Merkle tree is not what the postings make");
    }
    ASSIGN_OR_RETURN(const storage::MerkleLog::Counts counts, kLogTree.CountRows(reader_));
    if (counts.leaves != expected_.size() || counts.nodes != nodes_) {
      differ_(absl::StrCat("the Merkle tree has ", counts.leaves, " leaves and ", counts.nodes,
                           " nodes, the postings make ", expected_.size(), " and ", nodes_));
    }
    return absl::OkStatus();
  }

 private:
  // Damaged rows are a difference, a disk that cannot be read is an error.
  static absl::Status IfUnreadable(const absl::Status& status) {
    return absl::IsDataLoss(status) ? absl::OkStatus() : status;
  }

  absl::Status CompareTile() {
    if (tile_.empty()) return absl::OkStatus();
    const uint64_t number = (expected_.size() - 1) / kTileLeaves;
    const auto stored = kLogTree.ReadGroup(reader_, 0, number);
    if (!stored.ok() || *stored != tile_) {
      RETURN_IF_ERROR(IfUnreadable(stored.status()));
      DifferAt(number, stored.value_or(std::vector<MerkleHash>()));
    }
    tile_.clear();
    nodes_ += completed_.size();
    for (const MerkleEdge::Node& node : completed_) {
      const auto kept = kLogTree.ReadNode(reader_, node.level, node.index);
      if (kept.ok() && *kept == node.hash) continue;
      RETURN_IF_ERROR(IfUnreadable(kept.status()));
      differ_(absl::StrCat("node ", node.index, " of level ", node.level,
                           " of the Merkle tree is not what the postings make"));
    }
    completed_.clear();
    return absl::OkStatus();
  }

  void DifferAt(uint64_t number, const std::vector<MerkleHash>& stored) {
    size_t same = 0;
    while (same < stored.size() && same < tile_.size() && stored[same] == tile_[same]) ++same;
    differ_(absl::StrCat("the leaf of posting ", number * kTileLeaves + same + 1,
                         " in the Merkle tree is not what the posting makes"));
  }

  const storage::Reader& reader_;
  absl::FunctionRef<void(absl::string_view)> differ_;
  MerkleEdge expected_;
  std::vector<MerkleHash> tile_;
  std::vector<MerkleEdge::Node> completed_;
  uint64_t nodes_ = 0;
};

absl::Status AppendLeaves(storage::Transaction& transaction) {
  ASSIGN_OR_RETURN(storage::MerkleLogWriter tree,
                   storage::MerkleLogWriter::Begin(transaction, kLogTree));
  int64_t left = kLeavesBuiltAtOnce;
  std::vector<MerkleHash> leaves;
  const auto next = static_cast<int64_t>(tree.size()) + 1;
  RETURN_IF_ERROR(LogTable::Scan(transaction, {LogKey::Encode(next), LogKey::Range().to},
                                 [&](const LogKey::Key&, const rec::LogEntryRecord& record) {
                                   leaves.push_back(LeafHashOf(record.canonical(), record.salt()));
                                   return --left > 0;
                                 }));
  for (const MerkleHash& leaf : leaves) RETURN_IF_ERROR(tree.Append(leaf));
  return tree.End();
}

}  // namespace

MerkleHash LeafHashOf(absl::string_view canonical, absl::string_view salt) {
  const MerkleHash commitment = storage::Sha256(salt, canonical);
  std::array<char, 1 + storage::kMerkleHashBytes> data;
  data[0] = canonical.empty() ? '\0' : canonical[0];
  std::memcpy(&data[1], commitment.data(), commitment.size());
  return storage::HashLeaf({data.data(), data.size()});
}

absl::Status LogTreeDiffers(uint64_t leaves, int64_t position) {
  return absl::DataLossError(absl::StrCat("the Merkle tree has ", leaves,
                                          " leaves, the log ends at posting ", position,
                                          "; restart the server, or restore the store from a "
                                          "backup"));
}

absl::Status BuildLogTree(storage::Store& store) {
  for (std::optional<uint64_t> before;;) {
    const auto snapshot = store.NewSnapshot();
    ASSIGN_OR_RETURN(const rec::LogHeadRecord head, ReadLogHead(*snapshot));
    ASSIGN_OR_RETURN(const MerkleEdge edge, kLogTree.ReadEdge(*snapshot));
    if (edge.size() == static_cast<uint64_t>(head.position())) return absl::OkStatus();
    if (edge.size() > static_cast<uint64_t>(head.position()) || edge.size() == before) {
      return LogTreeDiffers(edge.size(), head.position());
    }
    RETURN_IF_ERROR(store.TransactAndWait(AppendLeaves));
    before = edge.size();
  }
}

absl::Status CheckLogTree(const storage::Reader& reader,
                          absl::FunctionRef<void(absl::string_view)> differ,
                          absl::FunctionRef<bool()> go_on) {
  TreeChecker checker(reader, differ);
  absl::Status status;
  int64_t checked = 0;
  RETURN_IF_ERROR(LogTable::Scan(
      reader, LogKey::Range(), [&](const LogKey::Key&, const rec::LogEntryRecord& record) {
        status = checker.Add(LeafHashOf(record.canonical(), record.salt()));
        if (++checked % kLeavesBuiltAtOnce == 0 && !go_on()) {
          status.Update(absl::CancelledError("the caller has gone"));
        }
        return status.ok();
      }));
  RETURN_IF_ERROR(status);
  return checker.End();
}

}  // namespace milkway::inventory
