// Lists of shipments: their order, filters and pages, and who may read them.

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/shipments/shipments_system.h"
#include "tests/support/deployments.h"
#include "tests/support/refusal_matchers.h"

namespace milkway::shipments {
namespace {

using ::milkway::testing::IsOk;
using ::milkway::testing::StatusIs;
using ::testing::ElementsAre;

constexpr char kTeacher[] = "school_contact:wang:school";

class ShipmentLists : public testing::InEveryDeployment<ShipmentsSystem> {};

INSTANTIATE_TEST_SUITE_P(EveryDeployment, ShipmentLists, testing::EveryDeployment(),
                         testing::NameOfDeployment);

std::vector<std::string> IdsOf(const v1::ListShipmentsResponse& response) {
  std::vector<std::string> ids;
  for (const v1::Shipment& shipment : response.shipments()) ids.push_back(shipment.shipment_id());
  return ids;
}

TEST_P(ShipmentLists, ListsAreInOrderFilteredAndInPages) {
  const int64_t lot = milkway_.Buy(100);
  for (const char* id : {"S-3", "S-1", "S-5"}) {
    ASSERT_THAT(milkway_.Create(MakeShipment(id, {{lot, 1}})), IsOk());
  }
  for (const char* id : {"S-4", "S-2"}) {
    ASSERT_THAT(milkway_.Create(MakeShipment(id, {{lot, 1}}, kOtherSchool)), IsOk());
  }
  ASSERT_THAT(milkway_.Dispatch("S-3"), IsOk());
  ASSERT_THAT(milkway_.Dispatch("S-4"), IsOk());
  v1::ListShipmentsRequest request;

  EXPECT_THAT(IdsOf(*milkway_.List(request)), ElementsAre("S-1", "S-2", "S-3", "S-4", "S-5"));
  request.set_destination_id(kSchool);
  EXPECT_THAT(IdsOf(*milkway_.List(request, kTeacher)), ElementsAre("S-1", "S-3", "S-5"));
  request.set_state(v1::SHIPMENT_STATE_DRAFT);
  EXPECT_THAT(IdsOf(*milkway_.List(request)), ElementsAre("S-1", "S-5"));
  request.clear_destination_id();
  request.set_page_size(2);
  const auto first = milkway_.List(request);
  ASSERT_THAT(first, IsOk());
  EXPECT_THAT(IdsOf(*first), ElementsAre("S-1", "S-2"));
  request.set_page_token(first->next_page_token());
  EXPECT_THAT(IdsOf(*milkway_.List(request)), ElementsAre("S-5"));
  EXPECT_THAT(milkway_.List(v1::ListShipmentsRequest(), kTeacher),
              StatusIs(absl::StatusCode::kPermissionDenied));
}

TEST_P(ShipmentLists, PagesToOnePlaceHoldOnlyWhatGoesThere) {
  const int64_t lot = milkway_.Buy(100);
  for (int number = 10; number < 30; ++number) {
    const char* destination = number % 2 == 0 ? kSchool : kOtherSchool;
    ASSERT_THAT(milkway_.Create(MakeShipment(absl::StrCat("S-", number), {{lot, 1}}, destination)),
                IsOk());
  }
  v1::ListShipmentsRequest request;
  request.set_destination_id(kSchool);
  request.set_page_size(7);

  const auto first = milkway_.List(request);
  ASSERT_THAT(first, IsOk());
  request.set_page_token(first->next_page_token());
  const auto second = milkway_.List(request);

  ASSERT_THAT(second, IsOk());
  EXPECT_EQ(first->shipments_size(), 7);
  EXPECT_THAT(IdsOf(*second), ElementsAre("S-24", "S-26", "S-28"));
  EXPECT_EQ(second->next_page_token(), "");
}

}  // namespace
}  // namespace milkway::shipments
