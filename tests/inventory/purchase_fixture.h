// Purchases to record, for tests of purchases and of what they cost.

#ifndef MILKWAY_TESTS_INVENTORY_PURCHASE_FIXTURE_H_
#define MILKWAY_TESTS_INVENTORY_PURCHASE_FIXTURE_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "services/inventory/log.h"
#include "tests/inventory/inventory_fixture.h"

namespace milkway::inventory {

inline constexpr char kHalfKilo[] = "milk-500g";

std::vector<int64_t> LandedCosts(const std::vector<LotOnRecord>& lots);
std::vector<int64_t> Ids(const std::vector<LotOnRecord>& lots);

class PurchaseTest : public InventoryTest {
 protected:
  // Adds product kHalfKilo of 500 g.
  PurchaseTest() { AddProduct(kHalfKilo, 500); }

  void AddProduct(const std::string& id, int64_t net_weight_g);
  // What 1 of the currency is worth in AUD from 2025-03-`day` on.
  void AddRate(const std::string& currency, const std::string& rate, int day = 1);

  // A purchase on 2025-03-10, from kFarm to kPort. Ids and lot numbers are new.
  Purchase PurchaseOfLines(std::vector<PurchaseLine> lines);
  PurchaseLine Line(int64_t packs, Money unit_price, const std::string& product = kMilk);
  PurchaseCost Cost(Money amount, int day = 10);

  absl::StatusOr<PurchaseRecorded> Record(const Purchase& purchase);
  absl::StatusOr<std::vector<LotOnRecord>> AddCost(const std::string& purchase_id,
                                                   const PurchaseCost& cost);
  int64_t LogEnd() { return ReadLogHead(reader())->position(); }

 private:
  int last_id_ = 0;
};

}  // namespace milkway::inventory

#endif  // MILKWAY_TESTS_INVENTORY_PURCHASE_FIXTURE_H_
