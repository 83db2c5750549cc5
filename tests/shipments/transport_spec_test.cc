// What legs, papers and temperatures promise.

#include "absl/strings/str_cat.h"
#include "services/shipments/documents.h"
#include "services/shipments/legs.h"
#include "services/shipments/sscc.h"
#include "services/shipments/temperatures.h"
#include "tests/shipments/shipments_fixture.h"

namespace milkway::shipments {
namespace {

using ::milkway::testing::IsOk;
using ::milkway::testing::IsRefusal;
using ::milkway::testing::Transact;
using ::testing::IsEmpty;
using ::testing::SizeIs;

constexpr int64_t kMinuteUs = 60'000'000;

class TransportTest : public ShipmentsTest {
 protected:
  absl::StatusOr<std::vector<Leg>> Record(const Leg& leg, const std::string& shipment_id = "S-1") {
    return Transact(*store_, [&](storage::Transaction& transaction) {
      return RecordLeg(transaction, shipment_id, leg, {"clerk", kNowUs});
    });
  }
  absl::Status Attach(const DocumentOnRecord& document, const std::string& shipment_id = "S-1") {
    return Transact(*store_, [&](storage::Transaction& transaction) {
      return AttachDocument(transaction, shipment_id, document, {"clerk", kNowUs});
    });
  }
  absl::StatusOr<rec::LoggerRecord> Measure(std::vector<Reading> readings,
                                            const std::string& logger_id = "L-1") {
    Readings stated;
    stated.shipment_id = "S-1";
    stated.logger_id = logger_id;
    stated.readings = std::move(readings);
    stated.highest_milli_c = 25'000;
    return Measure(stated);
  }
  absl::StatusOr<rec::LoggerRecord> Measure(const Readings& readings) {
    return Transact(*store_, [&](storage::Transaction& transaction) {
      return RecordTemperatures(transaction, readings, {"clerk", kNowUs});
    });
  }
  std::vector<Change> Changes() {
    const auto read = ReadChanges(*store_->NewSnapshot(), 0, "", 1'000, 1'000);
    EXPECT_THAT(read, IsOk());
    return read->changes;
  }
};

Leg SeaLeg(int32_t sequence = 1) {
  Leg leg;
  leg.sequence = sequence;
  leg.mode = 1;
  leg.carrier = "a line";
  leg.from_place = "Melbourne";
  leg.to_place = "Shanghai";
  leg.planned_arrival_at = June(20);
  return leg;
}

DocumentOnRecord Waybill(const std::string& id, const std::string& number = "77") {
  DocumentOnRecord document;
  document.document_id = id;
  document.record.set_type(4);
  document.record.set_number(number);
  return document;
}

// Minutes after a morning, and thousandths of a degree.
Reading At(int64_t minute, int32_t milli_c) { return {June(2).us + minute * kMinuteUs, milli_c}; }

TEST(Sscc, HasACheckDigit) {
  EXPECT_TRUE(IsSscc("106141412345678908"));  // GS1 General Specifications
  EXPECT_TRUE(IsSscc("340123450000000000"));
  EXPECT_FALSE(IsSscc("106141412345678909"));
  EXPECT_FALSE(IsSscc("160141412345678908"));  // two digits changed places
  EXPECT_FALSE(IsSscc("10614141234567890"));
  EXPECT_FALSE(IsSscc("1061414123456789O8"));
  EXPECT_FALSE(IsSscc(""));
}

TEST_F(TransportTest, ALegIsKnownBetterAndBetter) {
  ASSERT_THAT(Create(Draft("S-1")), IsOk());
  ASSERT_THAT(Record(SeaLeg(2)), IsOk());
  ASSERT_THAT(Record(SeaLeg(1)), IsOk());
  Leg sailed = SeaLeg(1);
  sailed.departed_at = June(3);

  const auto legs = Record(sailed);

  ASSERT_THAT(legs, IsOk());
  ASSERT_THAT(*legs, SizeIs(2));
  EXPECT_EQ((*legs)[0], sailed);
  EXPECT_EQ((*legs)[1], SeaLeg(2));
  const auto record = LegTable::Find(*store_->NewSnapshot(), "S-1", 1);
  ASSERT_THAT(record, IsOk());
  EXPECT_EQ((*record)->versions_size(), 2);
  EXPECT_EQ((*record)->versions(1).recorded_by(), "clerk");
}

TEST_F(TransportTest, SayingTheSameOfALegChangesNothing) {
  ASSERT_THAT(Create(Draft("S-1")), IsOk());
  ASSERT_THAT(Record(SeaLeg()), IsOk());

  ASSERT_THAT(Record(SeaLeg()), IsOk());

  EXPECT_THAT(Changes(), SizeIs(2));  // the draft and the leg
}

TEST_F(TransportTest, ALegHasALimitedStory) {
  ASSERT_THAT(Create(Draft("S-1")), IsOk());
  Leg leg = SeaLeg();
  for (int version = 0; version < kLegVersionsMax; ++version) {
    leg.seal_number = absl::StrCat(version);
    ASSERT_THAT(Record(leg), IsOk());
  }
  leg.seal_number = "one more";

  EXPECT_THAT(Record(leg), IsRefusal("SHIPMENT_FULL"));
}

TEST_F(TransportTest, WhatWasGivenUpTravelsNoMore) {
  ASSERT_THAT(Create(Draft("S-1")), IsOk());
  ASSERT_THAT(Cancel("S-1"), IsOk());

  EXPECT_THAT(Record(SeaLeg()), IsRefusal("SHIPMENT_CANCELLED"));
  EXPECT_THAT(Attach(Waybill("D-1")), IsRefusal("SHIPMENT_CANCELLED"));
  EXPECT_THAT(Record(SeaLeg(), "S-9"), IsRefusal("SHIPMENT_UNKNOWN"));
}

TEST_F(TransportTest, AnIdBelongsToOnePaper) {
  ASSERT_THAT(Create(Draft("S-1")), IsOk());
  ASSERT_THAT(Create(Draft("S-2")), IsOk());
  ASSERT_THAT(Attach(Waybill("D-1")), IsOk());

  EXPECT_THAT(Attach(Waybill("D-1")), IsOk());
  EXPECT_THAT(Attach(Waybill("D-1", "78")), IsRefusal("DOCUMENT_EXISTS"));
  EXPECT_THAT(Attach(Waybill("D-1", "78"), "S-2"), IsOk());
  const auto documents = DocumentsOf(*store_->NewSnapshot(), "S-1");
  ASSERT_THAT(documents, IsOk());
  ASSERT_THAT(*documents, SizeIs(1));
  EXPECT_EQ((*documents)[0].record.recorded_us(), kNowUs);
}

TEST_F(TransportTest, PapersHaveALimit) {
  ASSERT_THAT(Create(Draft("S-1")), IsOk());
  for (int64_t paper = 0; paper < kDocumentsMax; ++paper) {
    ASSERT_THAT(Attach(Waybill(absl::StrCat("D-", paper))), IsOk());
  }

  EXPECT_THAT(Attach(Waybill("one-more")), IsRefusal("SHIPMENT_FULL"));
}

TEST_F(TransportTest, ReadingsAreSummedUpExactly) {
  Ship("S-1");

  const auto logger = Measure({At(0, -5), At(1, 2), At(2, 4)});

  ASSERT_THAT(logger, IsOk());
  EXPECT_EQ(logger->reading_count(), 3);
  EXPECT_EQ(logger->minimum_milli_c(), -5);
  EXPECT_EQ(logger->maximum_milli_c(), 4);
  EXPECT_EQ(logger->sum_milli_c(), 1);
  EXPECT_EQ(MeanMilliC(*logger), 0);
  EXPECT_EQ(logger->outside_count(), 0);
  EXPECT_EQ(logger->longest_excursion_us(), 0);
}

TEST(MeanMilliC, IsRoundedHalvesAwayFromZero) {
  const auto mean = [](int64_t sum, int64_t count) {
    rec::LoggerRecord logger;
    logger.set_sum_milli_c(sum);
    logger.set_reading_count(count);
    return MeanMilliC(logger);
  };
  EXPECT_EQ(mean(5, 2), 3);
  EXPECT_EQ(mean(-5, 2), -3);
  EXPECT_EQ(mean(4, 3), 1);
  EXPECT_EQ(mean(-4, 3), -1);
  EXPECT_EQ(mean(2'000'000'000, 20'000), 100'000);
}

TEST_F(TransportTest, TheLongestTimeOutsideEndsWithTheNextReadingInside) {
  Ship("S-1");

  const auto logger = Measure({At(0, 26'000), At(10, 24'000),                   // 10 minutes
                               At(20, 25'001), At(30, 30'000), At(50, 25'000),  // 30 minutes
                               At(60, 27'000)});

  ASSERT_THAT(logger, IsOk());
  EXPECT_EQ(logger->outside_count(), 4);
  EXPECT_EQ(logger->longest_excursion_us(), 30 * kMinuteUs);
  EXPECT_EQ(logger->longest_excursion_from_us(), At(20, 0).read_us);
}

TEST_F(TransportTest, ATimeOutsideGoesOnOverBatches) {
  Ship("S-1");
  ASSERT_THAT(Measure({At(0, 26'000)}), IsOk());
  ASSERT_THAT(Measure({At(5, 26'000)}), IsOk());

  const auto logger = Measure({At(9, 26'000)});

  ASSERT_THAT(logger, IsOk());
  EXPECT_EQ(logger->longest_excursion_us(), 9 * kMinuteUs);
}

TEST_F(TransportTest, ReadingsThatComeLateCountAsIfTheyHadComeInOrder) {
  Ship("S-1");
  const std::vector<Reading> all = {At(0, 26'000), At(4, 27'000), At(7, 20'000), At(9, 26'000)};
  const auto in_order = Measure(all, "L-1");
  ASSERT_THAT(Measure({all[0], all[3]}, "L-2"), IsOk());

  const auto late = Measure({all[1], all[2]}, "L-2");

  ASSERT_THAT(late, IsOk());
  EXPECT_EQ(late->SerializeAsString(), in_order->SerializeAsString());
}

TEST_F(TransportTest, AReadingCountsOnceAndCannotChange) {
  Ship("S-1");
  ASSERT_THAT(Measure({At(0, 20'000), At(1, 21'000)}), IsOk());

  const auto again = Measure({At(1, 21'000), At(2, 22'000)});

  ASSERT_THAT(again, IsOk());
  EXPECT_EQ(again->reading_count(), 3);
  EXPECT_THAT(Measure({At(1, 21'001)}), IsRefusal("TEMPERATURE_EXISTS"));
  EXPECT_THAT(Measure({At(3, 1), At(1, 21'001)}), IsRefusal("TEMPERATURE_EXISTS"));
  EXPECT_THAT(Measure({At(2, 22'000)})->reading_count(), 3);
}

TEST_F(TransportTest, ALoggerHasOneRange) {
  Ship("S-1");
  ASSERT_THAT(Measure({At(0, 20'000)}), IsOk());
  Readings other;
  other.shipment_id = "S-1";
  other.logger_id = "L-1";
  other.readings = {At(1, 20'000)};

  EXPECT_THAT(Measure(other), IsOk());  // says nothing of a range
  other.lowest_milli_c = 1;
  EXPECT_THAT(Measure(other), IsRefusal("TEMPERATURE_RANGE_DIFFERS"));
  other.lowest_milli_c.reset();
  other.highest_milli_c = 30'000;
  EXPECT_THAT(Measure(other), IsRefusal("TEMPERATURE_RANGE_DIFFERS"));
}

TEST_F(TransportTest, LoggersHaveALimit) {
  Ship("S-1");
  for (int64_t logger = 0; logger < kLoggersMax; ++logger) {
    ASSERT_THAT(Measure({At(0, 1)}, absl::StrCat("L-", logger)), IsOk());
  }

  EXPECT_THAT(Measure({At(0, 1)}, "one-more"), IsRefusal("SHIPMENT_FULL"));
  EXPECT_THAT(Measure({At(1, 1)}, "L-0"), IsOk());
}

TEST_F(TransportTest, OnlyWhatHasLeftIsMeasured) {
  ASSERT_THAT(Create(Draft("S-1")), IsOk());

  EXPECT_THAT(Measure({At(0, 1)}), IsRefusal("SHIPMENT_NOT_DISPATCHED"));
}

TEST_F(TransportTest, EveryChangeIsInTheLogOnceInOrder) {
  ASSERT_THAT(Create(Draft("S-1")), IsOk());
  ASSERT_THAT(Create(Draft("S-1")), IsOk());  // the same again
  ASSERT_THAT(Record(SeaLeg()), IsOk());
  ASSERT_THAT(Dispatch("S-1"), IsOk());
  ASSERT_THAT(Attach(Waybill("D-1")), IsOk());
  ASSERT_THAT(Measure({At(0, 1)}), IsOk());
  ASSERT_THAT(Measure({At(0, 1)}), IsOk());  // nothing new
  ASSERT_THAT(Receive(Delivery("R-1", {{kLot, 100, 0, 0}})), IsOk());

  const std::vector<Change> changes = Changes();

  ASSERT_THAT(changes, SizeIs(6));
  const std::vector<EventKind> kinds = {EventKind::kCreated,      EventKind::kLeg,
                                        EventKind::kDispatched,   EventKind::kDocument,
                                        EventKind::kTemperatures, EventKind::kReceived};
  for (size_t index = 0; index < changes.size(); ++index) {
    EXPECT_EQ(changes[index].position, static_cast<int64_t>(index) + 1);
    EXPECT_EQ(changes[index].record.kind(), static_cast<uint32_t>(kinds[index]));
  }
  EXPECT_EQ(changes[5].record.subject(), "R-1");
  EXPECT_EQ(changes[5].record.state(), static_cast<uint32_t>(ShipmentState::kReceived));
  EXPECT_EQ(changes[5].record.recorded_by(), "recorder");
}

TEST_F(TransportTest, ChangesAreReadFromAPositionOnAndForAPlace) {
  for (const char* id : {"S-1", "S-2", "S-3", "S-4"}) ASSERT_THAT(Create(Draft(id)), IsOk());
  const auto snapshot = store_->NewSnapshot();

  const auto some = ReadChanges(*snapshot, 1, "", 2, 1'000);
  ASSERT_THAT(some, IsOk());
  EXPECT_THAT(some->changes, SizeIs(2));
  EXPECT_EQ(some->read_to, 3);
  EXPECT_TRUE(some->has_more);
  const auto elsewhere = ReadChanges(*snapshot, 0, "nowhere", 2, 3);
  ASSERT_THAT(elsewhere, IsOk());
  EXPECT_THAT(elsewhere->changes, IsEmpty());
  EXPECT_EQ(elsewhere->read_to, 3);
  EXPECT_TRUE(elsewhere->has_more);
  EXPECT_EQ(ReadChanges(*snapshot, 9, "", 2, 3)->read_to, 9);
}

}  // namespace
}  // namespace milkway::shipments
