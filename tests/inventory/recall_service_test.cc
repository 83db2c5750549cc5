// Recalls as their callers see them.

#include <string>
#include <vector>

#include "tests/inventory/inventory_system.h"

namespace milkway::inventory {
namespace {

using ::milkway::testing::IsOk;
using ::milkway::testing::IsRefusal;
using ::milkway::testing::NamesField;
using ::milkway::testing::StatusIs;

class RecallServiceTest : public InventorySystemTest {};

v1::PlaceRecallRequest Asked() {
  v1::PlaceRecallRequest request;
  request.set_request_id("00000000-0000-4000-9000-000000000001");
  v1::Recall& recall = *request.mutable_recall();
  recall.set_recall_id("R-1");
  recall.mutable_scope()->set_product_id("milk");
  recall.mutable_scope()->set_lot_number("L1");
  *recall.mutable_ordered_at() = May(20);
  recall.set_reason("notice 17");
  return request;
}

TEST_F(RecallServiceTest, ARecallSaysWhichLotsItFoundAndWhatIsQuarantinedWhere) {
  const int64_t at_depot = Buy("L1", 3);
  const int64_t at_school = Buy("L1", 2, "east");
  Buy("L2", 1);

  const v1::PlaceRecallResponse placed = Recall("R-1", "L1");

  EXPECT_EQ(placed.quarantined_g(), 5'000);
  ASSERT_EQ(placed.lots_size(), 2);
  EXPECT_EQ(placed.lots(0).lot_id(), at_depot);
  EXPECT_EQ(placed.lots(1).lot_id(), at_school);
  ASSERT_EQ(placed.stock_size(), 2);
  EXPECT_EQ(placed.stock(1).location_id(), "east");
  EXPECT_EQ(placed.stock(1).quarantined_g(), 2'000);
}

TEST_F(RecallServiceTest, TheSameRequestIsAnsweredOnce) {
  Buy("L1", 3);
  const auto first = Call(&v1::RecallService::Stub::PlaceRecall, Asked());
  Buy("L1", 2, "east");

  const auto second = Call(&v1::RecallService::Stub::PlaceRecall, Asked());

  ASSERT_THAT(second, IsOk());
  EXPECT_EQ(second->SerializeAsString(), first->SerializeAsString());
}

TEST_F(RecallServiceTest, StockComesInPages) {
  Buy("L1", 3);
  Buy("L1", 2, "east");
  Buy("L1", 1, "west");
  Recall("R-1", "L1");
  v1::GetRecallRequest request;
  request.set_recall_id("R-1");
  request.set_page_size(1);

  std::vector<std::string> places;
  do {
    const auto page = Call(&v1::RecallService::Stub::GetRecall, request);
    ASSERT_THAT(page, IsOk());
    ASSERT_EQ(page->stock_size(), 1);
    places.push_back(page->stock(0).location_id());
    request.set_page_token(page->next_page_token());
  } while (!request.page_token().empty());

  EXPECT_THAT(places, ::testing::ElementsAre("depot", "east", "west"));
}

TEST_F(RecallServiceTest, AnInputThatIsWrongNamesItsField) {
  const auto refuses = [&](const char* field, const v1::PlaceRecallRequest& request) {
    EXPECT_THAT(Call(&v1::RecallService::Stub::PlaceRecall, request), NamesField(field));
  };
  v1::PlaceRecallRequest request = Asked();
  request.mutable_recall()->mutable_scope()->clear_lot_number();
  refuses("recall.scope.lot_number", request);
  request.mutable_recall()->mutable_scope()->set_expires_from("2025-13-01");
  refuses("recall.scope.expires_from", request);
  request.mutable_recall()->mutable_scope()->set_expires_from("2025-12-01");
  request.mutable_recall()->mutable_scope()->set_expires_to("2025-11-01");
  refuses("recall.scope.expires_to", request);
  request = Asked();
  request.mutable_recall()->clear_ordered_at();
  refuses("recall.ordered_at", request);
  request = Asked();
  request.mutable_recall()->clear_reason();
  refuses("recall.reason", request);
  request = Asked();
  request.mutable_recall()->set_recall_id("two words");
  refuses("recall.recall_id", request);
}

TEST_F(RecallServiceTest, WhatIsNotThereIsSaidByName) {
  EXPECT_THAT(Call(&v1::RecallService::Stub::PlaceRecall, Asked()),
              IsRefusal("RECALL_MATCHES_NO_LOT"));
  v1::GetRecallRequest get;
  get.set_recall_id("R-9");
  EXPECT_THAT(Call(&v1::RecallService::Stub::GetRecall, get), IsRefusal("RECALL_UNKNOWN"));
  v1::PlaceRecallRequest other = Asked();
  other.mutable_recall()->mutable_scope()->set_product_id("cheese");
  EXPECT_THAT(Call(&v1::RecallService::Stub::PlaceRecall, other), IsRefusal("PRODUCT_UNKNOWN"));
}

TEST_F(RecallServiceTest, OnlyThoseThatStandAreListedIfAsked) {
  Buy("L1", 1);
  Buy("L2", 1);
  Recall("R-1", "L1");
  Recall("R-2", "L2");
  v1::LiftRecallRequest lift;
  lift.set_recall_id("R-1");
  *lift.mutable_lifted_at() = May(25);
  lift.set_reason("tested and good");
  lift.set_release(true);
  EXPECT_EQ(Write(&v1::RecallService::Stub::LiftRecall, lift).released_g(), 1'000);

  v1::ListRecallsRequest request;
  const auto all = Call(&v1::RecallService::Stub::ListRecalls, request);
  request.set_open_only(true);
  const auto open = Call(&v1::RecallService::Stub::ListRecalls, request);

  ASSERT_EQ(all->recalls_size(), 2);
  EXPECT_EQ(all->recalls(0).lift_reason(), "tested and good");
  ASSERT_EQ(open->recalls_size(), 1);
  EXPECT_EQ(open->recalls(0).recall_id(), "R-2");
}

TEST_F(RecallServiceTest, ASchoolReadsRecallsAndDoesNotPlaceThem) {
  Buy("L1", 1);

  EXPECT_THAT(Call(&v1::RecallService::Stub::PlaceRecall, Asked(), "school_contact:wang:east"),
              StatusIs(absl::StatusCode::kPermissionDenied));
  EXPECT_THAT(Call(&v1::RecallService::Stub::ListRecalls, v1::ListRecallsRequest(),
                   "school_contact:wang:east"),
              IsOk());
}

TEST_F(RecallServiceTest, StockIsNotReleasedByHandWhileItIsRecalled) {
  const int64_t lot = Buy("L1", 1);
  Recall("R-1", "L1");
  v1::AdjustStockRequest request;
  request.set_request_id(NextRequestId());
  v1::Adjustment& adjustment = *request.mutable_adjustment();
  adjustment.set_location_id("depot");
  adjustment.set_lot_id(lot);
  adjustment.set_condition(v1::ACCOUNT_KIND_QUARANTINED);
  adjustment.set_quantity_g(1);
  adjustment.set_reason(v1::ADJUSTMENT_REASON_RELEASE);
  *adjustment.mutable_occurred_at() = May(21);

  EXPECT_THAT(Call(&v1::StockService::Stub::AdjustStock, request), IsRefusal("LOT_RECALLED"));
}

}  // namespace
}  // namespace milkway::inventory
