// The bytes of keys that are on disk.

#include "services/consumption/consumption_keys.h"

#include "absl/strings/escaping.h"
#include "gtest/gtest.h"

namespace milkway::consumption {
namespace {

constexpr int64_t kJuneFirst = 20'240;  // 2025-06-01

template <typename Table, typename... Fields>
std::string HexOf(const Fields&... fields) {
  return absl::BytesToHexString(Table::Schema::Encode(fields...));
}

TEST(ConsumptionKeys, OfSchoolsAndRostersAreTheBytesThatAreOnDisk) {
  EXPECT_EQ(HexOf<SchoolTable>("S-1"), "0301532d310001");
  EXPECT_EQ(HexOf<LastSchoolTable>(), "0302");
  EXPECT_EQ(HexOf<RosterHeadTable>(258u), "030300000102");
  EXPECT_EQ(HexOf<StudentTable>(1u, 100'000u), "030400000001000186a0");
}

TEST(ConsumptionKeys, OfDistributionsAreTheBytesThatAreOnDisk) {
  EXPECT_EQ(HexOf<LastDistributionTable>(), "0305");
  EXPECT_EQ(HexOf<DistributionTable>(int64_t{7}), "03068000000000000007");
  EXPECT_EQ(HexOf<SessionTable>(1u, kJuneFirst, "3A", "daily"),
            "0307000000018000000000004f103341000164"
            "61696c790001");
  EXPECT_EQ(HexOf<SessionTable>(1u, int64_t{-1}, "三", ""),
            "0307000000017fffffffffffffffe4b88900010001");
  EXPECT_EQ(HexOf<DayTable>(1u, kJuneFirst), "0308000000018000000000004f10");
}

TEST(ConsumptionKeys, OfSumsAreTheBytesThatAreOnDisk) {
  EXPECT_EQ(HexOf<ServingTotalsTable>(int64_t{3}, 1u), "0309800000000000000300000001");
  EXPECT_EQ(HexOf<ServingCountsTable>(int64_t{3}, 1u, 1'562u),
            "030a8000000000000003000000010000061a");
}

TEST(ConsumptionKeys, OfMeasurementsAreTheBytesThatAreOnDisk) {
  EXPECT_EQ(HexOf<MeasurementTable>(1u, kJuneFirst, 12u), "0350000000018000000000004f100000000c");
}

TEST(ConsumptionKeys, OfLotsByDayAreTheBytesThatAreOnDisk) {
  EXPECT_EQ(HexOf<SchoolIdTable>(258u), "030b00000102");
  EXPECT_EQ(HexOf<LotDayTable>(int64_t{3}, 1u, kJuneFirst, "3A", "daily"),
            "030c8000000000000003000000018000000000004f1033410001"
            "6461696c790001");
  EXPECT_EQ(HexOf<MixedTable>(int64_t{3}, 1u, int64_t{7}),
            "030d8000000000000003000000018000000000000007");
}

TEST(ConsumptionKeys, OfCalendarsAndRostersOverTimeAreTheBytesThatAreOnDisk) {
  EXPECT_EQ(HexOf<TermTable>(1u, kJuneFirst), "030e000000018000000000004f10");
  EXPECT_EQ(HexOf<ServingPolicyTable>(1u, kJuneFirst), "030f000000018000000000004f10");
  EXPECT_EQ(HexOf<RosterDayTable>(1u, kJuneFirst), "0310000000018000000000004f10");
  EXPECT_EQ(HexOf<StudentChangeTable>(1u, 7u, 2u), "0311000000010000000700000002");
  EXPECT_EQ(HexOf<SchoolIncidentTable>(2u, int64_t{1}, int64_t{7}),
            "03130000000280000000000000018000000000000007");
  EXPECT_EQ(HexOf<IncidentTable>(int64_t{1}, int64_t{7}), "031280000000000000018000000000000007");
}

TEST(ConsumptionKeys, SessionsOfASchoolAreInOrderOfDayClassAndSession) {
  const std::string key = SessionKey::Encode(1, kJuneFirst, "3A", "daily");

  EXPECT_LT(key, SessionKey::Encode(1, kJuneFirst, "3A", "evening"));
  EXPECT_LT(SessionKey::Encode(1, kJuneFirst, "3A", "evening"),
            SessionKey::Encode(1, kJuneFirst, "3AB", ""));
  EXPECT_LT(SessionKey::Encode(1, kJuneFirst, "9Z", "z"),
            SessionKey::Encode(1, kJuneFirst + 1, "1A", ""));
  EXPECT_LT(SessionKey::Encode(1, int64_t{-1}, "9Z", "z"), SessionKey::Encode(1, 0, "1A", ""));
  EXPECT_LT(SessionKey::Encode(1, kJuneFirst, "9Z", "z"), SessionKey::Encode(2, -1, "1A", ""));
}

}  // namespace
}  // namespace milkway::consumption
