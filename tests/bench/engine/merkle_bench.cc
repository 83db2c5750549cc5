// What the Merkle tree of the log costs: hashing a leaf, appending leaves, proving.

#include <cstdint>
#include <string>

#include "absl/strings/str_cat.h"
#include "benchmark/benchmark.h"
#include "clients/cpp/status_macros.h"
#include "services/inventory/log_tree.h"
#include "services/inventory/posting_codec.h"
#include "storage/merkle_log.h"
#include "tests/bench/engine/bench_books.h"
#include "tests/bench/engine/bench_store.h"

namespace milkway::bench {
namespace {

constexpr storage::MerkleLog kLog(0x7f40);

inventory::Posting BenchPosting() {
  const inventory::PostingDraft draft = Serving(1, 1, 1);
  inventory::Posting posting;
  posting.kind = draft.kind;
  posting.occurred_at = draft.occurred_at;
  posting.recorded_us = draft.occurred_at.us;
  posting.request_id = draft.request_id;
  posting.reference = draft.reference;
  posting.movements = draft.movements;
  return posting;
}

void BM_HashLeafOfPosting(benchmark::State& state) {
  const std::string canonical = inventory::EncodePosting(BenchPosting());
  const std::string salt(16, 's');
  for (auto _ : state) benchmark::DoNotOptimize(inventory::LeafHashOf(canonical, salt));
}
BENCHMARK(BM_HashLeafOfPosting);

absl::Status AppendLeaves(storage::Transaction& transaction, int64_t count) {
  auto writer = storage::MerkleLogWriter::Begin(transaction, kLog);
  RETURN_IF_ERROR(writer.status());
  for (int64_t index = 0; index < count; ++index) {
    RETURN_IF_ERROR(writer->Append(storage::HashLeaf(absl::StrCat(writer->size()))));
  }
  return writer->End();
}

// All that the tree adds to a transaction of `range(0)` postings, but the disk's sync.
void BM_AppendLeaves(benchmark::State& state) {
  BenchStore store;
  const int64_t count = state.range(0);
  constexpr int kRounds = 100;
  for (auto _ : state) {
    // Many rounds in one transaction, so that the sync is spread thin.
    Require(store->TransactAndWait([&](storage::Transaction& transaction) {
      for (int round = 0; round < kRounds; ++round) {
        RETURN_IF_ERROR(AppendLeaves(transaction, count));
      }
      return absl::OkStatus();
    }));
  }
  state.SetItemsProcessed(state.iterations() * kRounds * count);
}
BENCHMARK(BM_AppendLeaves)->Arg(1)->Arg(100)->UseRealTime()->Unit(benchmark::kMicrosecond);

void BM_ProveInclusionInAMillion(benchmark::State& state) {
  constexpr int64_t kLeaves = 1'000'000;
  constexpr int64_t kAtOnce = 10'000;
  BenchStore store;
  for (int64_t done = 0; done < kLeaves; done += kAtOnce) {
    Require(store->TransactAndWait([&](storage::Transaction& transaction) {
      // As batches of 100 postings write them.
      for (int64_t batch = 0; batch < kAtOnce / 100; ++batch) {
        RETURN_IF_ERROR(AppendLeaves(transaction, 100));
      }
      return absl::OkStatus();
    }));
  }
  const auto snapshot = store->NewSnapshot();
  uint64_t index = 1;
  for (auto _ : state) {
    index = (index * 48'271) % kLeaves;
    const auto proof = kLog.InclusionProof(*snapshot, index, kLeaves);
    Require(proof.status());
    benchmark::DoNotOptimize(proof);
  }
}
BENCHMARK(BM_ProveInclusionInAMillion)->Unit(benchmark::kMicrosecond);

}  // namespace
}  // namespace milkway::bench
