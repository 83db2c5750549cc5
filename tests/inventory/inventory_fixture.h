// A store with a small catalogue, for tests of the inventory's use cases.

#ifndef MILKWAY_TESTS_INVENTORY_INVENTORY_FIXTURE_H_
#define MILKWAY_TESTS_INVENTORY_INVENTORY_FIXTURE_H_

#include <string>
#include <utility>
#include <vector>

#include "absl/strings/string_view.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/inventory/catalog.h"
#include "services/inventory/ledger.h"
#include "services/inventory/purchases.h"
#include "services/inventory/verify.h"
#include "tests/support/refusal_matchers.h"
#include "tests/support/stores.h"

namespace milkway::inventory {

inline constexpr char kFarm[] = "farm";
inline constexpr char kPort[] = "port";
inline constexpr char kSchool[] = "school";
inline constexpr char kOtherSchool[] = "other-school";
inline constexpr char kMilk[] = "milk-1kg";

// 2025-03-`day` at `hour`:00 in China.
OccurredAt March(int day, int hour = 12);

class InventoryTest : public ::testing::Test {
 protected:
  // Base currency AUD; places kFarm (supplier), kPort (warehouse), kSchool and
  // kOtherSchool; product kMilk of 1000 g.
  InventoryTest();

  const storage::Reader& reader() {
    snapshot_ = store_->NewSnapshot();
    return *snapshot_;
  }

  template <typename Body>
  auto Transact(Body body) {
    decltype(body(std::declval<storage::Transaction&>())) result =
        absl::UnknownError("the body did not run");
    const absl::Status status =
        store_->TransactAndWait([&](storage::Transaction& transaction) -> absl::Status {
          result = body(transaction);
          return testing::StatusOf(result);
        });
    if (testing::StatusOf(result).ok() && !status.ok()) result = status;
    return result;
  }

  // A purchase of `packs` of one lot on 2025-03-`day`, to `destination`.
  LotId Buy(int64_t packs, int day = 1, const std::string& destination = kPort,
            const std::string& expires_on = "2026-01-01");

  absl::StatusOr<Posted> Post(PostingDraft draft);
  // Drafts of the usual kinds, with a request id of their own.
  PostingDraft Draft(PostingKind kind, OccurredAt at, std::vector<Movement> movements);
  PostingDraft Ship(LotId lot, int64_t grams, OccurredAt at, const std::string& shipment = "S");
  PostingDraft Receive(LotId lot, int64_t grams, OccurredAt at, const std::string& to = kSchool,
                       const std::string& shipment = "S");
  PostingDraft Serve(LotId lot, int64_t grams, OccurredAt at,
                     const std::string& at_school = kSchool);
  absl::StatusOr<Counted> Count(LotId lot, int64_t grams, OccurredAt at, bool after_serving = false,
                                const std::string& place = kSchool);
  // Grams that lie at the school from the start of 2025-03-`day`.
  LotId Stock(int64_t packs, int day = 1);

  int64_t Balance(LotId lot, AccountKind kind, const std::string& place);
  std::vector<std::string> Differences();

  testing::MemoryStore store_;
  int64_t now_us_ = 0;

 private:
  std::shared_ptr<const storage::Snapshot> snapshot_;
  uint64_t last_request_ = 0;
  int last_purchase_ = 0;
};

}  // namespace milkway::inventory

#endif  // MILKWAY_TESTS_INVENTORY_INVENTORY_FIXTURE_H_
