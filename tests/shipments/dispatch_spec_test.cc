// What a dispatch promises.

#include "services/runtime/errors.h"
#include "tests/shipments/shipments_fixture.h"

namespace milkway::shipments {
namespace {

using ::milkway::testing::IsOk;
using ::milkway::testing::IsRefusal;
using ::milkway::testing::StatusIs;
using ::milkway::testing::Transact;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class DispatchTest : public ShipmentsTest {};

TEST_F(DispatchTest, TheLinesLeaveTheOriginAndAreInTransit) {
  ASSERT_THAT(Create(Draft("S-1", {{kOtherLot, 5}, {kLot, 100}})), IsOk());

  const auto step = BeginDispatchOf("S-1", June(1));

  ASSERT_THAT(step, IsOk());
  EXPECT_THAT(MovementsOf(*step), ElementsAre("2: usable port > in transit S-1: 2000",
                                              "1: usable port > in transit S-1: 100000"));
  EXPECT_EQ(step->draft().reference(), "shipment/S-1");
  EXPECT_EQ(step->draft().kind(), static_cast<uint32_t>(PostingKind::kDispatch));
  EXPECT_EQ(FromRecord(step->draft().occurred_at()), June(1));
}

TEST_F(DispatchTest, ThePostingsIdComesFromTheRequest) {
  ASSERT_THAT(Create(Draft("S-1")), IsOk());
  const runtime::RequestId request = {3, 4};

  const auto step = Transact(*store_, [&](storage::Transaction& transaction) {
    return BeginDispatch(transaction, {"S-1", June(1), "promised"}, request);
  });

  ASSERT_THAT(step, IsOk());
  const runtime::RequestId posted = {step->draft().request_id_high(),
                                     step->draft().request_id_low()};
  EXPECT_EQ(posted, runtime::DeriveRequestId(request, "dispatch"));
  EXPECT_EQ(step->draft().fefo_override_reason(), "promised");
}

TEST_F(DispatchTest, AShipmentThatLeftHasAStatusForEachLotInOrder) {
  ASSERT_THAT(Create(Draft("S-1", {{kOtherLot, 5}, {kLot, 100}})), IsOk());

  const auto shipment = Dispatch("S-1", June(1));

  ASSERT_THAT(shipment, IsOk());
  EXPECT_EQ(StateOf(*shipment), ShipmentState::kDispatched);
  EXPECT_EQ(FromRecord(shipment->dispatched_at()), June(1));
  EXPECT_EQ(shipment->dispatch_position(), 1);
  EXPECT_EQ(shipment->dispatched_by(), "recorder");
  ASSERT_EQ(shipment->lots_size(), 2);
  EXPECT_EQ(shipment->lots(0).lot_id(), kLot.value);
  EXPECT_THAT(StatusOf(kLot), Has(100'000, 0, 0, 0, 0, 100'000));
  EXPECT_THAT(StatusOf(kOtherLot), Has(2'000, 0, 0, 0, 0, 2'000));
}

TEST_F(DispatchTest, AShipmentLeavesOnce) {
  Ship("S-1");

  EXPECT_THAT(Dispatch("S-1"), IsRefusal("SHIPMENT_NOT_DRAFT"));
}

TEST_F(DispatchTest, ACancelledShipmentDoesNotLeave) {
  ASSERT_THAT(Create(Draft("S-1")), IsOk());
  ASSERT_THAT(Cancel("S-1"), IsOk());

  const auto refused = Dispatch("S-1");

  EXPECT_THAT(refused, IsRefusal("SHIPMENT_NOT_DRAFT"));
  EXPECT_THAT(refused.status().message(), HasSubstr("is cancelled"));
}

TEST_F(DispatchTest, WhileADispatchIsUnderWayNoOtherStepBegins) {
  ASSERT_THAT(Create(Draft("S-1")), IsOk());
  ASSERT_THAT(BeginDispatchOf("S-1"), IsOk());

  const auto refused = BeginDispatchOf("S-1");

  EXPECT_THAT(refused, IsRefusal("SHIPMENT_BUSY"));
  EXPECT_THAT(refused, StatusIs(absl::StatusCode::kAborted));
  EXPECT_THAT(BeginReceiptOf(Delivery("R-1", {{kLot, 1, 0, 0}})), IsRefusal("SHIPMENT_BUSY"));
}

TEST_F(DispatchTest, ARefusedDispatchLeavesTheDraftAsItWas) {
  ASSERT_THAT(Create(Draft("S-1")), IsOk());
  const auto step = BeginDispatchOf("S-1");
  ASSERT_THAT(step, IsOk());

  ASSERT_THAT(Abandon(*step), IsOk());

  const rec::ShipmentRecord shipment = Shipment("S-1");
  EXPECT_EQ(StateOf(shipment), ShipmentState::kDraft);
  EXPECT_FALSE(shipment.has_dispatched_at());
  EXPECT_THAT(shipment.lots(), IsEmpty());
  EXPECT_THAT(Dispatch("S-1"), IsOk());
}

}  // namespace
}  // namespace milkway::shipments
