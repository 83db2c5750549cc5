// The append-only log of postings.

#ifndef MILKWAY_SERVICES_INVENTORY_LOG_H_
#define MILKWAY_SERVICES_INVENTORY_LOG_H_

#include <algorithm>
#include <cstdint>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "services/inventory/account.h"
#include "services/inventory/inventory_keys.h"
#include "storage/store.h"

namespace milkway::inventory {

// Where the log ends as `reader` sees it.
absl::StatusOr<rec::LogHeadRecord> ReadLogHead(const storage::Reader& reader);

// When something is recorded that moves no grams: not before what the log holds by now.
absl::StatusOr<int64_t> RecordedAfterLog(const storage::Reader& reader, int64_t now_us);

// NOT_FOUND (POSTING_UNKNOWN).
absl::StatusOr<Posting> ReadPosting(const storage::Reader& reader, int64_t position);

// The posting that corrected the one at `position`; 0 if none did.
absl::StatusOr<int64_t> ReadCorrectedBy(const storage::Reader& reader, int64_t position);

// Visits the postings of `range` (of keys of PostingTable) in order, until
// `visit` returns false.
absl::Status ScanLog(const storage::Reader& reader, const storage::KeyRange& range,
                     absl::FunctionRef<bool(int64_t position, const Posting&)> visit);

// Appends postings of one transaction. Not thread-safe.
class LogWriter {
 public:
  // `now_us`: the server's clock. DATA_LOSS if the Merkle tree and the log do not end
  // at one position.
  static absl::StatusOr<LogWriter> Begin(storage::Transaction& transaction, int64_t now_us);

  // When anything is recorded that follows what the log holds by now.
  int64_t recorded_us() const { return std::max(now_us_, head_.recorded_us()); }

  // The position that the next posting gets.
  int64_t next_position() const { return head_.position() + 1; }

  // Gives `posting` the next position and a recording time strictly later than
  // all before, and writes it with the salt of its leaf, which goes into the tree.
  absl::Status Append(Posting* posting);

  // Writes where the log ends now. Must be called once, last.
  absl::Status End();

 private:
  LogWriter(storage::Transaction* transaction, rec::LogHeadRecord head,
            storage::MerkleLogWriter tree, int64_t now_us)
      : transaction_(*transaction),
        head_(std::move(head)),
        tree_(std::move(tree)),
        now_us_(now_us) {}

  storage::Transaction& transaction_;
  rec::LogHeadRecord head_;
  storage::MerkleLogWriter tree_;
  const int64_t now_us_;
};

}  // namespace milkway::inventory

#endif  // MILKWAY_SERVICES_INVENTORY_LOG_H_
