// Distributions that follow each other, in one message.

#ifndef MILKWAY_CLIENTS_CLI_IMPORT_DISTRIBUTION_BATCH_H_
#define MILKWAY_CLIENTS_CLI_IMPORT_DISTRIBUTION_BATCH_H_

#include <cstdint>
#include <optional>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "clients/cli/import/apply_folder.h"

namespace milkway::cli {

inline constexpr int kBatchRecordsMax = 200;
// Below the server's limit of 4 MiB a message.
inline constexpr size_t kBatchBytesMax = 3 << 20;

// Errors end the import. Not thread-safe.
class DistributionBatch {
 public:
  // `parts` must outlive the batch, and the students must have been applied.
  explicit DistributionBatch(const ApplyParts& parts);

  // Adds the record that starts in row `first`, if it can be sent; sends when full. A
  // correction is sent at once, after what was added before it.
  absl::Status Add(RowRef first);

  // Sends what was added and keeps the report of it.
  absl::Status Send();

 private:
  // What keeps the rows from being sent, beside themselves.
  absl::StatusOr<std::optional<RowRef>> FindBlocker(const RequestRows& rows) const;
  std::optional<RowRef> FindLostStudent(const DistributionRow& row) const;
  absl::StatusOr<consumption::v1::RecordDistributionRequest> ToMessage(
      const RequestRows& rows) const;

  absl::Status SendCorrection(const RequestRows& rows);

  // One attempt: settles every record that was taken or refused, and leaves those
  // whose turn may come a little later.
  absl::Status SendOnce();
  absl::Status SendOneByOne();
  void Settle(const consumption::v1::DistributionResult& result, const RequestRows& rows);

  const ApplyParts& parts_;
  bool some_students_lost_;
  consumption::v1::BatchRecordDistributionsRequest request_;
  size_t request_bytes_ = 0;
  // The server's numbers of records that are corrected later; 0 while not recorded.
  absl::flat_hash_map<Name, int64_t> numbers_;
  std::vector<RequestRows> rows_;  // by record
  absl::Status why_left_;          // of the last attempt
};

}  // namespace milkway::cli

#endif  // MILKWAY_CLIENTS_CLI_IMPORT_DISTRIBUTION_BATCH_H_
