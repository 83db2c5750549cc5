#include "services/inventory/checkpoints.h"

#include <string>

#include "clients/cpp/status_macros.h"
#include "services/inventory/inventory_errors.h"
#include "services/inventory/stock_card.h"

namespace milkway::inventory {

absl::StatusOr<int64_t> ResolveSize(const storage::Reader& reader, int64_t size) {
  ASSIGN_OR_RETURN(const storage::MerkleEdge edge, kLogTree.ReadEdge(reader));
  const auto all = static_cast<int64_t>(edge.size());
  if (size > all) return LogShorter(size, all);
  return size == 0 ? all : size;
}

absl::StatusOr<rec::CheckpointRecord> SignCheckpoint(const storage::Reader& reader,
                                                     const LogSigner& signer, int64_t size) {
  ASSIGN_OR_RETURN(const int64_t leaves, ResolveSize(reader, size));
  ASSIGN_OR_RETURN(const storage::MerkleHash root,
                   kLogTree.Root(reader, static_cast<uint64_t>(leaves)));
  rec::CheckpointRecord record;
  record.set_note(signer.Sign(static_cast<uint64_t>(leaves), root));
  record.set_size(leaves);
  record.set_root_hash(std::string(storage::BytesOf(root)));
  return record;
}

absl::Status KeepDailyCheckpoint(storage::Transaction& transaction, const LogSigner& signer,
                                 int64_t now_us) {
  const int64_t day = UtcDay(now_us);
  ASSIGN_OR_RETURN(const auto kept, CheckpointTable::Find(transaction, day));
  if (kept.has_value()) return absl::OkStatus();
  ASSIGN_OR_RETURN(rec::CheckpointRecord record, SignCheckpoint(transaction, signer, 0));
  if (record.size() == 0) return absl::OkStatus();
  record.set_signed_us(now_us);
  return CheckpointTable::Put(transaction, record, day);
}

}  // namespace milkway::inventory
