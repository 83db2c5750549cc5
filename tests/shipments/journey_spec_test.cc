// What a journey tells: what happened in order, and what is expected next.

#include "absl/strings/str_cat.h"
#include "milkway/shipments/v1/journeys.pb.h"
#include "services/shipments/journey.h"
#include "services/shipments/legs.h"
#include "tests/shipments/shipments_fixture.h"

namespace milkway::shipments {
namespace {

using ::milkway::testing::IsOk;
using ::milkway::testing::IsRefusal;
using ::milkway::testing::Transact;
using ::testing::ElementsAre;
using ::testing::SizeIs;

class JourneyTest : public ShipmentsTest {
 protected:
  void Record(const Leg& leg) {
    ASSERT_THAT(Transact(*store_,
                         [&](storage::Transaction& transaction) {
                           return RecordLeg(transaction, "S-1", leg, {"clerk", kNowUs});
                         }),
                IsOk());
  }
  void Pass(OccurredAt at, const std::string& place) {
    ASSERT_THAT(
        Transact(
            *store_,
            [&](storage::Transaction& transaction) {
              return RecordMilestone(transaction, "S-1", {at, 2, place, ""}, {"clerk", kNowUs});
            }),
        IsOk());
  }
  Journey Tell(const std::string& shipment_id = "S-1") {
    const auto journey = JourneyOfShipment(*store_->NewSnapshot(), shipment_id);
    EXPECT_THAT(journey, IsOk());
    return journey.value_or(Journey());
  }
  // A shipment that left on June 1 and whose first packs arrived on that day of June.
  void Finish(const std::string& shipment_id, int day) {
    Ship(shipment_id);
    ASSERT_THAT(Receive(Delivery(absl::StrCat("R-", shipment_id), {{kLot, 100, 0, 0}}, June(day),
                                 shipment_id)),
                IsOk());
  }
};

std::vector<std::string> TextsOf(const Journey& journey) {
  std::vector<std::string> texts;
  for (const JourneyEvent& event : journey.events) {
    texts.push_back(absl::StrCat(
        event.source == Expected::kHappened ? "" : "expected ",
        v1::ShipmentEventKind_Name(static_cast<v1::ShipmentEventKind>(event.kind)).substr(20), " ",
        event.place));
  }
  return texts;
}

Leg ByRoad() {
  Leg leg;
  leg.sequence = 1;
  leg.mode = 3;
  leg.from_place = "Qingdao";
  leg.to_place = "Changyuan";
  leg.planned_departure_at = June(2);
  leg.planned_arrival_at = June(9);
  return leg;
}

TEST_F(JourneyTest, WhatHappenedIsToldInOrderOfItsTimeAndThenWhatIsExpected) {
  Ship("S-1");
  Pass(June(8), "Zhengzhou");
  Pass(June(5), "Jinan");
  Leg leg = ByRoad();
  leg.departed_at = June(3);
  Record(leg);
  ASSERT_THAT(Receive(Delivery("R-1", {{kLot, 60, 0, 0}}, June(7))), IsOk());

  EXPECT_THAT(TextsOf(Tell()),
              ElementsAre("DISPATCHED port", "LEG_DEPARTED Qingdao", "MILESTONE Jinan",
                          "RECEIVED school", "MILESTONE Zhengzhou",
                          "expected LEG_ARRIVED Changyuan", "expected ARRIVAL school"));
}

TEST_F(JourneyTest, AShipmentThatIsReceivedExpectsNothing) {
  Ship("S-1");
  Record(ByRoad());
  ASSERT_THAT(Receive(Delivery("R-1", {{kLot, 100, 0, 0}})), IsOk());

  EXPECT_THAT(TextsOf(Tell()), ElementsAre("DISPATCHED port", "RECEIVED school"));
}

TEST_F(JourneyTest, AReceiptThatWasWithdrawnNeverHappened) {
  Ship("S-1");
  ASSERT_THAT(Receive(Delivery("R-1", {{kLot, 100, 0, 0}})), IsOk());
  ASSERT_THAT(Correct(Delivery("R-1", {})), IsOk());

  EXPECT_THAT(TextsOf(Tell()), ElementsAre("DISPATCHED port"));
}

TEST_F(JourneyTest, TheLaneTeachesWhenAShipmentArrives) {
  for (int day = 4; day <= 13; ++day) Finish(absl::StrCat("old-", day), day);  // 3 to 12 days
  ASSERT_THAT(Create(Draft("S-1")), IsOk());
  ASSERT_THAT(Dispatch("S-1", June(20)), IsOk());

  const Journey journey = Tell();

  ASSERT_THAT(journey.events, SizeIs(2));
  const JourneyEvent& arrival = journey.events[1];
  EXPECT_EQ(arrival.source, Expected::kLane);
  EXPECT_EQ(arrival.sample_count, 10);
  EXPECT_EQ(arrival.at, June(27));        // the 5th of 10: 7 days
  EXPECT_EQ(*arrival.late_at, June(31));  // the 9th of 10: 11 days
}

TEST_F(JourneyTest, ALaneOfTwoTeachesNothing) {
  Finish("old-1", 4);
  Finish("old-2", 5);
  ShipmentDraft draft = Draft("S-1");
  draft.expected_on = LocalDate{20'253};
  ASSERT_THAT(Create(draft), IsOk());
  ASSERT_THAT(Dispatch("S-1", June(20)), IsOk());

  const Journey journey = Tell();

  ASSERT_THAT(journey.events, SizeIs(2));
  EXPECT_EQ(journey.events[1].source, Expected::kExpectedOn);
  EXPECT_EQ(LocalDateOf(journey.events[1].at), LocalDate{20'253});
}

TEST(QuantilesOf, AreByNearestRank) {
  EXPECT_FALSE(QuantilesOf({1, 2}).has_value());
  const auto three = QuantilesOf({30, 10, 20});
  EXPECT_EQ(three->median_us, 20);
  EXPECT_EQ(three->late_us, 30);
  const auto eleven = QuantilesOf({1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11});
  EXPECT_EQ(eleven->median_us, 6);
  EXPECT_EQ(eleven->late_us, 10);
  const auto ten = QuantilesOf({1, 2, 3, 4, 5, 6, 7, 8, 9, 10});
  EXPECT_EQ(ten->median_us, 5);
  EXPECT_EQ(ten->late_us, 9);
}

TEST_F(JourneyTest, ALotIsFollowedOverAllItsShipments) {
  Finish("S-1", 4);
  Ship("S-2", {{kOtherLot, 5}});
  ASSERT_THAT(Receive(Delivery("R-2", {{kLot, 1, 0, 0}}, June(6), "S-2")), IsOk());
  ASSERT_THAT(Create(Draft("S-3")), IsOk());  // has not left

  const auto journey = JourneyOfLot(*store_->NewSnapshot(), kLot);

  ASSERT_THAT(journey, IsOk());
  EXPECT_THAT(TextsOf(*journey), ElementsAre("DISPATCHED port", "DISPATCHED port",
                                             "RECEIVED school", "RECEIVED school"));
  EXPECT_FALSE(journey->is_incomplete);
}

TEST_F(JourneyTest, ALotInVeryManyShipmentsIsToldInPart) {
  for (size_t number = 0; number <= kJourneyShipmentsMax; ++number) {
    Ship(absl::StrCat("S-", 1'000 + number));
  }

  const auto journey = JourneyOfLot(*store_->NewSnapshot(), kLot);

  ASSERT_THAT(journey, IsOk());
  EXPECT_TRUE(journey->is_incomplete);
  EXPECT_THAT(journey->events, SizeIs(kJourneyShipmentsMax));
}

TEST_F(JourneyTest, AnUnknownShipmentHasNone) {
  EXPECT_THAT(JourneyOfShipment(*store_->NewSnapshot(), "S-9"), IsRefusal("SHIPMENT_UNKNOWN"));
}

}  // namespace
}  // namespace milkway::shipments
