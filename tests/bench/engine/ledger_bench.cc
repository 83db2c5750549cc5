// How fast the ledger posts: at the end of a card, and far back in it.

#include <cstdint>
#include <string>

#include "benchmark/benchmark.h"
#include "clients/cpp/status_macros.h"
#include "services/inventory/ledger.h"
#include "services/inventory/posting_codec.h"
#include "tests/bench/engine/bench_books.h"
#include "tests/bench/engine/bench_store.h"

namespace milkway::bench {
namespace {

constexpr int kSchools = 100;
constexpr int64_t kPostingsInTransaction = 100;

void PostInOne(storage::Store& store, int64_t count, int64_t (*day_of)(uint64_t),
               uint64_t* request) {
  const uint64_t first = *request;
  Require(store.TransactAndWait([&](storage::Transaction& transaction) {
    *request = first;
    ASSIGN_OR_RETURN(inventory::Ledger ledger, inventory::Ledger::Begin(transaction, 0));
    for (int64_t index = 0; index < count; ++index) {
      const uint64_t number = (*request)++;
      const int school = static_cast<int>(number % kSchools);
      RETURN_IF_ERROR(ledger.Post(Serving(school, day_of(number), number)).status());
    }
    return ledger.End();
  }));
}

// A school day after the other, as it usually is.
int64_t NextDay(uint64_t request) { return 1 + static_cast<int64_t>(request / (kSchools * 10)); }

void BM_PostServing(benchmark::State& state) {
  BenchStore store;
  BuyMilk(*store, kSchools);
  uint64_t request = 1;
  for (auto _ : state) PostInOne(*store, kPostingsInTransaction, NextDay, &request);
  state.SetItemsProcessed(state.iterations() * kPostingsInTransaction);
}
BENCHMARK(BM_PostServing)->UseRealTime()->Unit(benchmark::kMillisecond);

// A serving that comes to light when the card has `range(0)` later days: each of them
// is checked.
void BM_PostServingBackdatedByDays(benchmark::State& state) {
  BenchStore store;
  BuyMilk(*store, 1);
  uint64_t request = 1;
  const auto post = [&](int64_t day) {
    Require(store->TransactAndWait([&](storage::Transaction& transaction) {
      ASSIGN_OR_RETURN(inventory::Ledger ledger, inventory::Ledger::Begin(transaction, 0));
      RETURN_IF_ERROR(ledger.Post(Serving(0, day, ++request)).status());
      return ledger.End();
    }));
  };
  for (int64_t day = 1; day <= state.range(0); ++day) post(day);
  for (auto _ : state) {
    Require(store->TransactAndWait([&](storage::Transaction& transaction) {
      ASSIGN_OR_RETURN(inventory::Ledger ledger, inventory::Ledger::Begin(transaction, 0));
      for (int64_t index = 0; index < kPostingsInTransaction; ++index) {
        RETURN_IF_ERROR(ledger.Post(Serving(0, 0, ++request)).status());
      }
      return ledger.End();
    }));
  }
  state.SetItemsProcessed(state.iterations() * kPostingsInTransaction);
}
// The card's first day holds the purchase, so there is milk on it.
BENCHMARK(BM_PostServingBackdatedByDays)
    ->Arg(1)
    ->Arg(100)
    ->Arg(1000)
    ->UseRealTime()
    ->Iterations(5)
    ->Unit(benchmark::kMillisecond);

void BM_EncodeAndDecodePosting(benchmark::State& state) {
  inventory::Posting posting;
  const inventory::PostingDraft draft = Serving(1, 1, 1);
  posting.kind = draft.kind;
  posting.occurred_at = draft.occurred_at;
  posting.recorded_us = draft.occurred_at.us;
  posting.request_id = draft.request_id;
  posting.reference = draft.reference;
  posting.movements = draft.movements;
  for (auto _ : state) {
    const auto decoded = inventory::DecodePosting(inventory::EncodePosting(posting));
    Require(decoded.status());
    benchmark::DoNotOptimize(decoded);
  }
}
BENCHMARK(BM_EncodeAndDecodePosting);

}  // namespace
}  // namespace milkway::bench
