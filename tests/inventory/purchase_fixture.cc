#include "tests/inventory/purchase_fixture.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "milkway/inventory/v1/purchases.pb.h"

namespace milkway::inventory {

using ::milkway::testing::IsOk;

std::vector<int64_t> LandedCosts(const std::vector<LotOnRecord>& lots) {
  std::vector<int64_t> costs;
  for (const LotOnRecord& lot : lots) costs.push_back(LandedCostMinor(lot.record));
  return costs;
}

std::vector<int64_t> Ids(const std::vector<LotOnRecord>& lots) {
  std::vector<int64_t> ids;
  for (const LotOnRecord& lot : lots) ids.push_back(lot.id.value);
  return ids;
}

void PurchaseTest::AddProduct(const std::string& id, int64_t net_weight_g) {
  rec::ProductRecord product;
  product.set_net_weight_g(net_weight_g);
  EXPECT_THAT(Transact([&](storage::Transaction& transaction) {
                return CreateProduct(transaction, id, product);
              }),
              IsOk());
}

void PurchaseTest::AddRate(const std::string& currency, const std::string& rate, int day) {
  const ExchangeRate record = {LocalDateOf(March(day)), currency, "AUD",
                               *ParseDecimal("rate", rate), "bank"};
  EXPECT_THAT(Transact([&](storage::Transaction& transaction) {
                return RecordExchangeRate(transaction, record);
              }),
              IsOk());
}

Purchase PurchaseTest::PurchaseOfLines(std::vector<PurchaseLine> lines) {
  Purchase purchase;
  purchase.purchase_id = absl::StrCat("purchase-", ++last_id_);
  purchase.purchased_on = LocalDateOf(March(10));
  purchase.supplier_id = kFarm;
  purchase.destination_id = kPort;
  purchase.lines = std::move(lines);
  return purchase;
}

PurchaseLine PurchaseTest::Line(int64_t packs, Money unit_price, const std::string& product) {
  PurchaseLine line;
  line.product_id = product;
  line.lot_number = absl::StrCat("lot-", ++last_id_);
  line.expires_on = LocalDateOf(March(300));
  line.packs = packs;
  line.unit_price = std::move(unit_price);
  return line;
}

PurchaseCost PurchaseTest::Cost(Money amount, int day) {
  return {absl::StrCat("cost-", ++last_id_), v1::COST_KIND_FREIGHT, LocalDateOf(March(day)),
          std::move(amount)};
}

absl::StatusOr<PurchaseRecorded> PurchaseTest::Record(const Purchase& purchase) {
  return Transact([&](storage::Transaction& transaction) {
    return RecordPurchase(transaction, purchase, runtime::RequestId{7, 7}, "somebody", now_us_);
  });
}

absl::StatusOr<std::vector<LotOnRecord>> PurchaseTest::AddCost(const std::string& purchase_id,
                                                               const PurchaseCost& cost) {
  return Transact([&](storage::Transaction& transaction) {
    return AddPurchaseCost(transaction, purchase_id, cost, now_us_);
  });
}

}  // namespace milkway::inventory
