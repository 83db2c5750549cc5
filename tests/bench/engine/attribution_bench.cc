// How long a donor's question takes to work out once its figures are there.

#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "benchmark/benchmark.h"
#include "services/impact/gift_impact.h"
#include "tests/bench/engine/bench_store.h"

namespace milkway::bench {
namespace {

using impact::BooksOfLot;
using impact::FundedLot;
using impact::GiftImpact;
using impact::LotAtSchool;
using impact::LotShare;

constexpr int kSchools = 10;

// A gift of 100 kg of each of `range(0)` lots of 10 t, drunk at ten schools.
void BM_AttributeGift(benchmark::State& state) {
  const int64_t lots = state.range(0);
  GiftImpact start;
  std::vector<BooksOfLot> books;
  for (int64_t lot = 1; lot <= lots; ++lot) {
    LotShare& share = start.lots.emplace_back();
    share.lot = LotId{lot};
    share.label = {20'770'000, 26'300, 912'000};
    share.pools.bought_g = 100'000;
    FundedLot funded;
    funded.bought_g = 100'000;
    funded.runs = {{0, 100'000, 0, 500'000}};
    impact::AddPart("", funded, &share);
    BooksOfLot& book = books.emplace_back();
    book.lot = LotId{lot};
    book.books = {10'000'000, 0, 1000, 2000, 0, 500'000 * kSchools};
    for (int school = 0; school < kSchools; ++school) {
      book.schools.push_back({absl::StrCat("school-", school), 500'000});
    }
  }
  for (auto _ : state) {
    GiftImpact gift = start;
    for (size_t lot = 0; lot < gift.lots.size(); ++lot) {
      Require(impact::AddGrams(books[lot], &gift.lots[lot]));
    }
    for (const LotAtSchool& pair : impact::PairsWithServings(gift)) {
      impact::AddServings(pair, 20'000, &gift);
    }
    benchmark::DoNotOptimize(impact::SumUp(gift));
  }
  state.SetItemsProcessed(state.iterations() * lots);
}
BENCHMARK(BM_AttributeGift)->Arg(1)->Arg(100);

}  // namespace
}  // namespace milkway::bench
