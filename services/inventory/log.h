// The append-only log: postings, and what else must never change (log_leaves.h).

#ifndef MILKWAY_SERVICES_INVENTORY_LOG_H_
#define MILKWAY_SERVICES_INVENTORY_LOG_H_

#include <algorithm>
#include <cstdint>
#include <string>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "services/inventory/account.h"
#include "services/inventory/inventory_keys.h"
#include "services/inventory/log_leaves.h"
#include "storage/store.h"

namespace milkway::inventory {

// Where the log ends as `reader` sees it.
absl::StatusOr<rec::LogHeadRecord> ReadLogHead(const storage::Reader& reader);

// When something is recorded that moves no grams: not before what the log holds by now.
absl::StatusOr<int64_t> RecordedAfterLog(const storage::Reader& reader, int64_t now_us);

// NOT_FOUND (POSTING_UNKNOWN), also where something else than a posting stands.
absl::StatusOr<Posting> ReadPosting(const storage::Reader& reader, int64_t position);

// Whether an entry of the log is a posting.
bool IsPosting(const rec::LogEntryRecord& entry);

// The posting that corrected the one at `position`; 0 if none did.
absl::StatusOr<int64_t> ReadCorrectedBy(const storage::Reader& reader, int64_t position);

// Visits the postings of `range` (of keys of LogTable) in order, until `visit` returns
// false. What else is in the log is passed over.
absl::Status ScanLog(const storage::Reader& reader, const storage::KeyRange& range,
                     absl::FunctionRef<bool(int64_t position, const Posting&)> visit);

// Appends what one transaction records. Not thread-safe.
class LogWriter {
 public:
  // `now_us`: the server's clock. DATA_LOSS if the Merkle tree and the log do not end
  // at one position.
  static absl::StatusOr<LogWriter> Begin(storage::Transaction& transaction, int64_t now_us);

  // When anything is recorded that follows what the log holds by now.
  int64_t recorded_us() const { return std::max(now_us_, head_.recorded_us()); }

  // The position that the next entry gets.
  int64_t next_position() const { return head_.position() + 1; }

  // Gives `posting` the next position and a recording time strictly later than
  // all before, and writes it with the salt of its leaf, which goes into the tree.
  absl::Status Append(Posting* posting);

  // Appends something else than a posting: the same time and place, and a leaf alike.
  // Returns its position.
  absl::StatusOr<int64_t> AppendLeaf(LeafKind kind, absl::string_view body);

  // Writes where the log ends now. Must be called once, last.
  absl::Status End();

 private:
  LogWriter(storage::Transaction* transaction, rec::LogHeadRecord head,
            storage::MerkleLogWriter tree, int64_t now_us)
      : transaction_(*transaction),
        head_(std::move(head)),
        tree_(std::move(tree)),
        now_us_(now_us) {}

  int64_t TakePlace();
  absl::Status Write(std::string canonical);

  storage::Transaction& transaction_;
  rec::LogHeadRecord head_;
  storage::MerkleLogWriter tree_;
  const int64_t now_us_;
};

}  // namespace milkway::inventory

#endif  // MILKWAY_SERVICES_INVENTORY_LOG_H_
