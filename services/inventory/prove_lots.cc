#include "services/inventory/prove_lots.h"

#include <tuple>

#include "clients/cpp/status_macros.h"
#include "services/inventory/checkpoints.h"
#include "services/inventory/inventory_errors.h"
#include "services/inventory/inventory_keys.h"
#include "services/inventory/log_convert.h"
#include "services/inventory/purchases.h"

namespace milkway::inventory {

absl::StatusOr<std::set<int64_t>> LeavesOfLot(const storage::Reader& reader, LotId lot) {
  ASSIGN_OR_RETURN(const rec::LotRecord record, ReadLot(reader, lot));
  ASSIGN_OR_RETURN(const rec::PurchaseRecord purchase, ReadPurchase(reader, record.purchase_id()));
  std::set<int64_t> positions(record.cost_positions().begin(), record.cost_positions().end());
  positions.insert(purchase.position());
  // Everything that leaves a place or comes to one passes through transit.
  RETURN_IF_ERROR(EntryTable::Scan(
      reader, EntryKey::Range(lot.value, static_cast<uint8_t>(AccountKind::kInTransit)),
      [&](const EntryKey::Key& key, const rec::EntryRecord&) {
        positions.insert(std::get<5>(key));
        return true;
      }));
  return positions;
}

absl::StatusOr<v1::ProveLotsResponse> ProveLeaves(const storage::Reader& reader,
                                                  const LogSigner& signer,
                                                  const std::set<int64_t>& positions) {
  if (positions.size() > kLeavesProvenMax) {
    return ProofTooLarge(positions.size(), kLeavesProvenMax);
  }
  v1::ProveLotsResponse answer;
  answer.set_verifier_key(signer.verifier_key());
  ASSIGN_OR_RETURN(const rec::CheckpointRecord checkpoint, SignCheckpoint(reader, signer, 0));
  *answer.mutable_checkpoint() = ToMessage(checkpoint);
  for (const int64_t position : positions) {
    if (position > checkpoint.size()) return LogShorter(position, checkpoint.size());
    ASSIGN_OR_RETURN(const auto record, LogTable::Find(reader, position));
    if (!record.has_value()) return PostingUnknown(position);
    ASSIGN_OR_RETURN(const auto hashes,
                     kLogTree.InclusionProof(reader, static_cast<uint64_t>(position - 1),
                                             static_cast<uint64_t>(checkpoint.size())));
    v1::ProvenLeaf& leaf = *answer.add_leaves();
    *leaf.mutable_leaf() = ToLeafMessage(position, *record);
    ToMessage(hashes, leaf.mutable_hashes());
  }
  return answer;
}

}  // namespace milkway::inventory
