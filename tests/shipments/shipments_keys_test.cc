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
}

}  // namespace
}  // namespace milkway::shipments
