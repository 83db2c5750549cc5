// What drafts and milestones promise.

#include "absl/strings/str_cat.h"
#include "services/runtime/errors.h"
#include "tests/shipments/shipments_fixture.h"

namespace milkway::shipments {
namespace {

using ::milkway::testing::IsOk;
using ::milkway::testing::IsRefusal;
using ::milkway::testing::NamesField;
using ::milkway::testing::StatusIs;
using ::milkway::testing::Transact;
using ::testing::ElementsAre;
using ::testing::Field;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class ShipmentTest : public ShipmentsTest {
 protected:
  absl::Status Record(const Milestone& milestone, const std::string& shipment_id = "S-1") {
    return Transact(*store_, [&](storage::Transaction& transaction) {
      return RecordMilestone(transaction, shipment_id, milestone, {"clerk", 1});
    });
  }
  std::vector<Milestone> Milestones() { return *MilestonesOf(*store_->NewSnapshot(), "S-1"); }
};

Milestone At(OccurredAt occurred_at, const std::string& place = "Qingdao") {
  return {occurred_at, 2, place, ""};
}

TEST_F(ShipmentTest, ADraftKeepsWhatItsPacksWeigh) {
  ASSERT_THAT(Create(Draft("S-1", {{kLot, 100}, {kOtherLot, 5}})), IsOk());

  const rec::ShipmentRecord shipment = Shipment("S-1");
  EXPECT_EQ(StateOf(shipment), ShipmentState::kDraft);
  EXPECT_EQ(DraftOf("S-1", shipment), Draft("S-1", {{kLot, 100}, {kOtherLot, 5}}));
  EXPECT_EQ(shipment.lines(1).pack_weight_g(), 400);
  EXPECT_EQ(shipment.created_by(), "planner");
  EXPECT_THAT(shipment.lots(), IsEmpty());
}

TEST_F(ShipmentTest, TheSameDraftAgainIsTheShipmentAsItStands) {
  Ship("S-1");

  const auto again = Create(Draft("S-1"));

  ASSERT_THAT(again, IsOk());
  EXPECT_EQ(StateOf(*again), ShipmentState::kDispatched);
}

TEST_F(ShipmentTest, AnIdBelongsToOneDraft) {
  ASSERT_THAT(Create(Draft("S-1")), IsOk());
  ShipmentDraft other_carrier = Draft("S-1");
  other_carrier.carrier = "a train";
  ShipmentDraft with_day = Draft("S-1");
  with_day.expected_on = LocalDate{20'000};

  EXPECT_THAT(Create(other_carrier), IsRefusal("SHIPMENT_EXISTS"));
  EXPECT_THAT(Create(with_day), IsRefusal("SHIPMENT_EXISTS"));
  EXPECT_THAT(Create(Draft("S-1", {{kLot, 99}})), StatusIs(absl::StatusCode::kAlreadyExists));
}

TEST_F(ShipmentTest, ALineWeighsNoMoreThanTheLedgerMoves) {
  constexpr int64_t kPacksMax = 1'000'000'000'000 / 400;

  EXPECT_THAT(Create(Draft("S-1", {{kLot, 1}, {kOtherLot, kPacksMax + 1}})),
              NamesField("lines[1].packs"));
  EXPECT_THAT(Create(Draft("S-1", {{kLot, 1}, {kOtherLot, kPacksMax}})), IsOk());
}

TEST_F(ShipmentTest, ADraftCanBeGivenUpAgainAndAgain) {
  ASSERT_THAT(Create(Draft("S-1")), IsOk());

  EXPECT_THAT(Cancel("S-1"), IsOk());
  const auto again = Cancel("S-1");

  ASSERT_THAT(again, IsOk());
  EXPECT_EQ(StateOf(*again), ShipmentState::kCancelled);
}

TEST_F(ShipmentTest, WhatHasLeftCannotBeGivenUp) {
  Ship("S-1");

  const auto refused = Cancel("S-1");

  EXPECT_THAT(refused, IsRefusal("SHIPMENT_NOT_DRAFT"));
  EXPECT_THAT(refused.status().message(), HasSubstr("is dispatched"));
  EXPECT_EQ(StateOf(Shipment("S-1")), ShipmentState::kDispatched);
}

TEST_F(ShipmentTest, ADraftWhoseDispatchIsUnderWayCannotBeGivenUp) {
  ASSERT_THAT(Create(Draft("S-1")), IsOk());
  ASSERT_THAT(BeginDispatchOf("S-1"), IsOk());

  EXPECT_THAT(Cancel("S-1"), IsRefusal("SHIPMENT_BUSY"));
}

TEST_F(ShipmentTest, AnUnknownShipmentIsNamed) {
  const auto refused = Cancel("S-9");

  EXPECT_THAT(refused, IsRefusal("SHIPMENT_UNKNOWN"));
  EXPECT_EQ(runtime::PartsOf(refused.status()).metadata.at("shipment_id"), "S-9");
}

TEST_F(ShipmentTest, MilestonesStandInTheOrderInWhichTheyHappened) {
  Ship("S-1");

  ASSERT_THAT(Record(At(June(5), "Qingdao")), IsOk());
  ASSERT_THAT(Record(At(June(3), "at sea")), IsOk());
  ASSERT_THAT(Record(At(June(5), "Jinan")), IsOk());

  EXPECT_THAT(Milestones(),
              ElementsAre(Field(&Milestone::place, "at sea"), Field(&Milestone::place, "Qingdao"),
                          Field(&Milestone::place, "Jinan")));
  EXPECT_EQ(Milestones()[0].occurred_at, June(3));
}

TEST_F(ShipmentTest, AMilestoneIsNotBeforeTheDispatch) {
  Ship("S-1");
  OccurredAt before = June(1);
  --before.us;

  EXPECT_THAT(Record(At(before)), IsRefusal("MILESTONE_BEFORE_DISPATCH"));
  EXPECT_THAT(Record(At(June(1))), IsOk());
}

TEST_F(ShipmentTest, OnlyWhatHasLeftHasMilestones) {
  ASSERT_THAT(Create(Draft("S-1")), IsOk());
  EXPECT_THAT(Record(At(June(2))), IsRefusal("SHIPMENT_NOT_DISPATCHED"));
  ASSERT_THAT(Cancel("S-1"), IsOk());
  EXPECT_THAT(Record(At(June(2))), IsRefusal("SHIPMENT_NOT_DISPATCHED"));

  EXPECT_THAT(Milestones(), IsEmpty());
}

TEST_F(ShipmentTest, AMilestoneWaitsForADispatchUnderWayButNotForAReceipt) {
  ASSERT_THAT(Create(Draft("S-1")), IsOk());
  ASSERT_THAT(BeginDispatchOf("S-1"), IsOk());
  Ship("S-2");
  ASSERT_THAT(BeginReceiptOf(Delivery("R-1", {{kLot, 1, 0, 0}}, June(10), "S-2")), IsOk());

  EXPECT_THAT(Record(At(June(2))), IsRefusal("SHIPMENT_BUSY"));
  EXPECT_THAT(Record(At(June(2)), "S-2"), IsOk());
}

TEST_F(ShipmentTest, AMilestoneIsKeptAfterTheReceipt) {
  Ship("S-1");
  ASSERT_THAT(Receive(Delivery("R-1", {{kLot, 100, 0, 0}})), IsOk());

  ASSERT_THAT(Record(At(June(12))), IsOk());

  EXPECT_EQ(Milestones().size(), 1);
  EXPECT_EQ(StateOf(Shipment("S-1")), ShipmentState::kReceived);
}

TEST_F(ShipmentTest, MilestonesHaveALimit) {
  Ship("S-1");
  for (int64_t number = 0; number < kMilestonesMax; ++number) {
    ASSERT_THAT(Record(At(June(2))), IsOk());
  }

  EXPECT_THAT(Record(At(June(2))), IsRefusal("SHIPMENT_FULL"));
  EXPECT_EQ(Milestones().size(), kMilestonesMax);
}

}  // namespace
}  // namespace milkway::shipments
