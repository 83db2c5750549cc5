// How fast the store commits, reads and scans.

#include <atomic>
#include <cstdint>
#include <string>

#include "absl/synchronization/blocking_counter.h"
#include "benchmark/benchmark.h"
#include "storage/key_codec.h"
#include "tests/bench/engine/bench_store.h"

namespace milkway::bench {
namespace {

constexpr int64_t kRows = 200'000;
constexpr size_t kRowBytes = 100;

// Tag 0x0f is no service's.
using RowKey = storage::KeySchema<0x0f01, int64_t>;

// Durable commits of one row each, `range(0)` of them waiting at once: how many share
// one synced write.
void BM_CommitOneRow(benchmark::State& state) {
  BenchStore store;
  const int outstanding = static_cast<int>(state.range(0));
  const std::string value(kRowBytes, 'v');
  int64_t row = 0;
  for (auto _ : state) {
    absl::BlockingCounter left(outstanding);
    for (int index = 0; index < outstanding; ++index) {
      store->Transact(
          [&value, key = RowKey::Encode(++row)](storage::Transaction& transaction) {
            return transaction.Put(key, value);
          },
          [&left](absl::Status status) {
            Require(status);
            left.DecrementCount();
          });
    }
    left.Wait();
  }
  state.SetItemsProcessed(state.iterations() * outstanding);
}
BENCHMARK(BM_CommitOneRow)->Arg(1)->Arg(64)->Arg(1024)->UseRealTime();

void Fill(storage::Store& store) {
  const std::string value(kRowBytes, 'v');
  for (int64_t first = 0; first < kRows; first += 1000) {
    Require(store.TransactAndWait([&](storage::Transaction& transaction) {
      for (int64_t row = first; row < first + 1000; ++row) {
        if (absl::Status put = transaction.Put(RowKey::Encode(row), value); !put.ok()) return put;
      }
      return absl::OkStatus();
    }));
  }
}

void BM_GetOneOf200kRows(benchmark::State& state) {
  BenchStore store;
  Fill(*store);
  const auto snapshot = store->NewSnapshot();
  uint64_t row = 0;
  for (auto _ : state) {
    row = (row * 6'364'136'223'846'793'005u + 1'442'695'040'888'963'407u);
    const auto value = snapshot->Get(RowKey::Encode(static_cast<int64_t>((row >> 33) % kRows)));
    Require(value.status());
    benchmark::DoNotOptimize(value);
  }
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(BM_GetOneOf200kRows);

void BM_ScanARow(benchmark::State& state) {
  BenchStore store;
  Fill(*store);
  const auto snapshot = store->NewSnapshot();
  int64_t rows = 0;
  for (auto _ : state) {
    Require(snapshot->Scan(RowKey::Range(), storage::ScanOrder::kAscending,
                           [&rows](absl::string_view, absl::string_view) {
                             ++rows;
                             return true;
                           }));
  }
  state.SetItemsProcessed(rows);
}
BENCHMARK(BM_ScanARow)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace milkway::bench
