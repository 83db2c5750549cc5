// Leaves that say where audit logs ended: read as docs/formats.md describes them.

#include "clients/verify/audit_leaf.h"

#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/inventory/log_leaves.h"
#include "services/runtime/canonical.h"
#include "tests/support/status_matchers.h"

namespace milkway::proof {
namespace {

using ::milkway::testing::IsOk;
using ::milkway::testing::StatusIs;
using ::testing::ElementsAre;

std::string Canonical(const std::string& hash = std::string(32, 'h')) {
  std::string body;
  runtime::PutString("inventory", &body);
  runtime::PutNumber(300, &body);
  runtime::PutNumber(1'741'000'060'000'000, &body);
  runtime::PutString(hash, &body);
  return inventory::EncodeLeaf({inventory::LeafKind::kAudit, 1'741'000'120'000'000}, body);
}

TEST(AuditLeafTest, IsReadAsTheServerWritesIt) {
  const auto leaf = ParseAuditLeaf(Canonical());

  ASSERT_THAT(leaf, IsOk());
  EXPECT_EQ(leaf->service, "inventory");
  EXPECT_EQ(leaf->position, 300);
  EXPECT_EQ(leaf->recorded_us, 1'741'000'060'000'000);
  EXPECT_EQ(leaf->hash, std::string(32, 'h'));
}

TEST(AuditLeafTest, IsPutIntoWords) {
  EXPECT_THAT(*DescribeAuditLeaf(Canonical()),
              ElementsAre("the audit log of inventory had 300 rows, the last of "
                          "2025-03-03 11:07:40 UTC",
                          "their hash is 6868686868686868686868686868686868686868686868686868686868"
                          "686868"));
}

TEST(AuditLeafTest, IsReadWholeOrNotAtAll) {
  const std::string canonical = Canonical();
  for (size_t size = 0; size < canonical.size(); ++size) {
    EXPECT_THAT(ParseAuditLeaf(canonical.substr(0, size)),
                StatusIs(absl::StatusCode::kInvalidArgument));
  }
  EXPECT_THAT(ParseAuditLeaf(canonical + "x"), StatusIs(absl::StatusCode::kInvalidArgument));
  EXPECT_THAT(ParseAuditLeaf(Canonical("short")), StatusIs(absl::StatusCode::kInvalidArgument));
  std::string other = canonical;
  other[0] = 4;
  EXPECT_THAT(ParseAuditLeaf(other), StatusIs(absl::StatusCode::kInvalidArgument));
}

}  // namespace
}  // namespace milkway::proof
