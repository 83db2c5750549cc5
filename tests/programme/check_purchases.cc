#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "milkway/inventory/v1/open_packs.grpc.pb.h"
#include "milkway/inventory/v1/purchases.grpc.pb.h"
#include "tests/programme/checks.h"
#include "tests/support/status_matchers.h"

namespace milkway::programme {

namespace {

using ::milkway::testing::IsOk;

}  // namespace

// Each cost and each paper is there once, and landed costs add up to what was paid.
void Checks::CheckPurchases() {
  for (const auto& [id, expected] : story_.purchases) {
    inv::GetPurchaseRequest request;
    request.set_purchase_id(id);
    const auto answer = system_.Ask(&inv::PurchaseService::Stub::GetPurchase, request);
    ASSERT_THAT(answer, IsOk());
    std::set<std::string> costs;
    for (const inv::PurchaseCost& cost : answer->purchase().costs()) costs.insert(cost.cost_id());
    EXPECT_EQ(costs, expected.costs) << id;
    EXPECT_EQ(static_cast<size_t>(answer->purchase().costs_size()), expected.costs.size()) << id;
    EXPECT_EQ(answer->documents_size(), expected.documents) << id;
    ASSERT_EQ(static_cast<size_t>(answer->lots_size()), expected.lots.size()) << id;
    for (const inv::Lot& lot : answer->lots()) {
      EXPECT_EQ(lot.landed_cost().minor_units(), story_.lots.at(lot.lot_id()).cost_minor) << id;
    }
  }
}

void Checks::CheckOpenPacks() {
  std::map<int64_t, int64_t> expected;
  for (const auto& [id, opening] : story_.openings) {
    if (opening.open_packs > 0) expected[id] = opening.open_packs;
  }
  std::map<int64_t, int64_t> listed;
  inv::ListOpenPacksRequest request;
  request.set_page_size(1000);
  do {
    const auto page = system_.Ask(&inv::OpenPackService::Stub::ListOpenPacks, request);
    ASSERT_THAT(page, IsOk());
    for (const inv::OpenedPacks& opened : page->opened()) {
      EXPECT_TRUE(listed.emplace(opened.opening_id(), opened.open_packs()).second);
    }
    request.set_page_token(page->next_page_token());
  } while (!request.page_token().empty());
  EXPECT_EQ(listed, expected);
}

}  // namespace milkway::programme
