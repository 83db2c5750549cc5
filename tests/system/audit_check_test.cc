// Audit logs against very many leaves of the Merkle log.

#include "clients/cli/audit_check.h"

#include <string>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "clients/cli/connection.h"
#include "clients/cli/interrupt.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support/status_matchers.h"
#include "tests/system/audit_world.h"

namespace milkway::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::SizeIs;

// Of eight services there are so many in a year and a half.
TEST(AuditCheck, ComparesMoreAnchorsThanOneCallTakes) {
  AuditWorld world;
  ASSERT_EQ(world.RunCli({"audit", "anchor"}).exit_code, 0);
  operations::v1::ListAuditEntriesRequest anchored;
  anchored.set_service("runtime");
  ASSERT_THAT(world.Entries(anchored), SizeIs(1));
  const std::string hash = world.Entries(anchored)[0].hash();
  std::vector<proof::AuditLeaf> leaves;
  for (int64_t position = 1; position <= 100'001; ++position) {
    leaves.push_back({"elsewhere", position, position, std::string(32, 'h')});
  }
  leaves.push_back(
      {absl::StrCat("runtime.", absl::BytesToHexString(hash.substr(0, 4))), 1, 1, hash});
  cli::Interrupt interrupt;
  cli::Addresses addresses;
  for (std::string* address :
       {&addresses.inventory, &addresses.shipments, &addresses.consumption, &addresses.impact,
        &addresses.trace, &addresses.planning, &addresses.accounts}) {
    *address = world.address();
  }
  cli::Connection connection(addresses, cli::RetryPolicy(), &interrupt, [](absl::string_view) {});
  connection.ActAs("auditor:x");

  const auto check = cli::CheckAuditLogs(connection, leaves);

  ASSERT_THAT(check, IsOk());
  EXPECT_EQ(check->confirmed, 1);
  EXPECT_THAT(check->verdicts, SizeIs(1));
  EXPECT_THAT(check->differences, ElementsAre(HasSubstr("no server shows it as it was at 100001")));
}

}  // namespace
}  // namespace milkway::testing
