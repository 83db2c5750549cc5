// Recalls of a small catalogue, for tests.

#ifndef MILKWAY_TESTS_INVENTORY_RECALL_FIXTURE_H_
#define MILKWAY_TESTS_INVENTORY_RECALL_FIXTURE_H_

#include <cstdint>
#include <string>
#include <vector>

#include "services/inventory/recalls.h"
#include "tests/inventory/inventory_fixture.h"

namespace milkway::inventory {

MATCHER_P(IsOkAndHolds, value, "is OK and holds " + ::testing::PrintToString(value)) {
  return arg.ok() && *arg == value;
}

class RecallTest : public InventoryTest {
 protected:
  // A recall of kMilk for a reason.
  Recall RecallOf(const std::string& recall_id, const std::string& lot_number,
                  OccurredAt ordered_at);

  absl::Status Place(const Recall& recall, bool expected = false);
  absl::Status PlaceRecallOfNumber(const std::string& recall_id, const std::string& lot_number,
                                   OccurredAt ordered_at);
  absl::Status PlaceRecallOf(LotId lot, OccurredAt ordered_at, const std::string& recall_id = "R1");
  absl::StatusOr<int64_t> Lift(const std::string& recall_id, OccurredAt lifted_at,
                               bool release = true);

  // A purchase of packs with a lot number, to kPort.
  LotId BuyNumber(const std::string& lot_number, int64_t packs, int day = 1);
  // One pack each at as many new places, from 2025-03-02 on.
  LotId SpreadOver(int places);

  // "school 700", in order.
  std::vector<std::string> StockOf(const std::string& recall_id);
  int64_t BalanceAt(const Account& account, OccurredAt at, uint8_t rank = Moment::kOut);
  int64_t LogEnd();
};

}  // namespace milkway::inventory

#endif  // MILKWAY_TESTS_INVENTORY_RECALL_FIXTURE_H_
