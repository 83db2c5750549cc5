// Closed-loop load: as many calls under way as asked for, for a while.

#ifndef MILKWAY_TESTS_BENCH_LOAD_LOAD_H_
#define MILKWAY_TESTS_BENCH_LOAD_LOAD_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "grpcpp/channel.h"
#include "tests/bench/load/latencies.h"
#include "tests/bench/load/programme.h"

namespace milkway::bench {

// What a load did.
struct LoadResult {
  int64_t calls = 0;
  int64_t records = 0;
  double seconds = 0;
  Latencies latencies;
  absl::Status first_error;  // OK if every call and every record was
};

struct LoadOptions {
  int outstanding = 1;
  // Ends after so long, or after so many records, whichever is first; 0: no limit.
  absl::Duration duration = absl::ZeroDuration();
  int64_t records_max = 0;
};

// Class records, one a call.
LoadResult RecordOneByOne(const std::vector<std::shared_ptr<grpc::Channel>>& channels,
                          Programme& programme, const LoadOptions& options);

// Class records, `batch_size` a call.
LoadResult RecordInBatches(const std::vector<std::shared_ptr<grpc::Channel>>& channels,
                           Programme& programme, int batch_size, const LoadOptions& options);

// Impact queries, statements and proofs of the programme's gifts in turn, and first pages
// of stock cards.
LoadResult AskImpact(const std::vector<std::shared_ptr<grpc::Channel>>& channels,
                     const Programme& programme, const LoadOptions& options);
LoadResult AskStatements(const std::vector<std::shared_ptr<grpc::Channel>>& channels,
                         const Programme& programme, const LoadOptions& options);
LoadResult AskProofs(const std::vector<std::shared_ptr<grpc::Channel>>& channels,
                     const Programme& programme, const LoadOptions& options);
LoadResult AskStockCards(const std::vector<std::shared_ptr<grpc::Channel>>& channels,
                         const Programme& programme, const LoadOptions& options);

// First pages of a recall list, which count everything.
LoadResult AskRecallList(const std::vector<std::shared_ptr<grpc::Channel>>& channels,
                         const std::string& recall_id, const LoadOptions& options);

// The differences that VerifyBooks finds.
absl::StatusOr<int64_t> Verify(const std::shared_ptr<grpc::Channel>& channel);

}  // namespace milkway::bench

#endif  // MILKWAY_TESTS_BENCH_LOAD_LOAD_H_
