// The bytes of keys that are on disk, and what is stored is read as it was.

#include "services/shipments/shipments_keys.h"

#include "absl/strings/escaping.h"
#include "gtest/gtest.h"

namespace milkway::shipments {
namespace {

TEST(ShipmentsKeys, AreTheBytesThatAreOnDisk) {
  EXPECT_EQ(absl::BytesToHexString(ShipmentKey::Encode("S-1")), "0201532d310001");
  EXPECT_EQ(absl::BytesToHexString(ShipmentByDestinationKey::Encode("a", "S-1")),
            "0202610001532d310001");
  EXPECT_EQ(absl::BytesToHexString(MilestoneKey::Encode("S", 1, 2)),
            "020353000180000000000000018000000000000002");
  EXPECT_EQ(absl::BytesToHexString(ReceiptKey::Encode("R-1")), "0204522d310001");
  EXPECT_EQ(absl::BytesToHexString(ReceiptByShipmentKey::Encode("S", 1, "R")),
            "02055300018000000000000001520001");
  EXPECT_EQ(absl::BytesToHexString(ShipmentByOriginKey::Encode("a", "S")), "0206610001530001");
  EXPECT_EQ(absl::BytesToHexString(ShipmentByLotKey::Encode(1, "S")), "02078000000000000001530001");
  EXPECT_EQ(absl::BytesToHexString(LaneKey::Encode("a", "b", -1, "S")),
            "02086100016200017fffffffffffffff530001");
  EXPECT_EQ(absl::BytesToHexString(ToCountersignKey::Encode("a", 1, "R")),
            "02096100018000000000000001520001");
  EXPECT_EQ(absl::BytesToHexString(ShortageKey::Encode("S", "", 1)),
            "020a53000100018000000000000001");
  EXPECT_EQ(absl::BytesToHexString(ShortageByStateKey::Encode(1, "S", "R", 1)),
            "020b015300015200018000000000000001");
  EXPECT_EQ(absl::BytesToHexString(TransitExitKey::Encode("S", 1)), "020c5300018000000000000001");
  EXPECT_EQ(absl::BytesToHexString(LegKey::Encode("S", 1)), "020d5300018000000000000001");
  EXPECT_EQ(absl::BytesToHexString(DocumentKey::Encode("S", "D")), "020e530001440001");
  EXPECT_EQ(absl::BytesToHexString(LoggerKey::Encode("S", "L")), "020f5300014c0001");
  EXPECT_EQ(absl::BytesToHexString(TemperatureKey::Encode("S", "L", 1)),
            "02105300014c00018000000000000001");
  EXPECT_EQ(absl::BytesToHexString(ChangeKey::Encode(1)), "02118000000000000001");
  EXPECT_EQ(absl::BytesToHexString(ChangeHeadKey::Encode()), "0212");
}

}  // namespace
}  // namespace milkway::shipments
