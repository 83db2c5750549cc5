// Books with schools and milk at them, for a measurement.

#ifndef MILKWAY_TESTS_BENCH_ENGINE_BENCH_BOOKS_H_
#define MILKWAY_TESTS_BENCH_ENGINE_BENCH_BOOKS_H_

#include <cstdint>
#include <string>

#include "services/inventory/ledger.h"
#include "services/runtime/dates.h"
#include "services/runtime/strong_id.h"
#include "storage/store.h"

namespace milkway::bench {

inline constexpr char kTimeZone[] = "Asia/Shanghai";
// Every posting and class record is after this day.
inline constexpr LocalDate kFirstDay{20'000};  // 2024-10-04

std::string SchoolName(int school);

// Makes `schools` known to the ledger and buys one lot for each, with more milk than
// is ever served. The lot of school number n (from 0) is n + 1.
void BuyMilk(storage::Store& store, int schools);

// A serving of 1500 g at a school at noon on day number `day` after kFirstDay.
inventory::PostingDraft Serving(int school, int64_t day, uint64_t request);

}  // namespace milkway::bench

#endif  // MILKWAY_TESTS_BENCH_ENGINE_BENCH_BOOKS_H_
