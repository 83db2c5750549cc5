// gs1 parse and gs1 link, as people use them.

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/cli/cli_runner.h"
#include "tests/cli/fake_server.h"

namespace milkway::cli {
namespace {

using testing::CliResult;
using testing::FakeServer;
using ::testing::HasSubstr;
using testing::RunCli;

TEST(Gs1Parse, ShowsWhatABarCodeSays) {
  const CliResult result =
      RunCli({"gs1", "parse", "]C101093006396010141726120010L2401\\x1d3103025000"});

  EXPECT_EQ(result.exit_code, 0) << result.err;
  EXPECT_EQ(result.out,
            "AI    NAME            VALUE           MEANS\n"
            "01    product (GTIN)  09300639601014\n"
            "17    expires on      261200          2026-12-31\n"
            "10    lot             L2401\n"
            "3103  net weight      025000          25000.000 g\n");
}

TEST(Gs1Parse, ReadsLinksAndGivesJson) {
  const CliResult result =
      RunCli({"gs1", "parse", "--json", "https://id.gs1.org/01/9300639601014/10/a%2FB"});

  EXPECT_EQ(result.exit_code, 0) << result.err;
  EXPECT_THAT(result.out, HasSubstr("\"value\": \"a/B\""));
  EXPECT_THAT(result.out, HasSubstr("\"ai\": \"01\""));
}

TEST(Gs1Parse, SaysWhatIsWrong) {
  const CliResult result = RunCli({"gs1", "parse", "0109300639601015"});

  EXPECT_EQ(result.exit_code, 1);
  EXPECT_THAT(result.err, HasSubstr("has a wrong last digit"));
  EXPECT_EQ(RunCli({"gs1"}).exit_code, 2);
}

class Gs1LinkTest : public ::testing::Test {
 protected:
  Gs1LinkTest() {
    inventory::v1::Lot lot;
    lot.set_lot_id(1);
    lot.set_product_id("milk");
    lot.set_lot_number("L/1");
    lot.set_expires_on("2026-12-01");
    server_.books().lots.push_back(lot);
    server_.books().products["milk"].set_product_id("milk");
  }

  CliResult Run(std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), {"gs1", "link"});
    arguments.insert(arguments.end(), {"--server", server_.address()});
    return RunCli(arguments);
  }

  FakeServer server_;
};

TEST_F(Gs1LinkTest, IsTheTextOfTheQrCode) {
  server_.books().products["milk"].set_gtin("9300639601014");

  const CliResult result = Run({"--product", "milk", "--lot", "L/1"});

  EXPECT_EQ(result.exit_code, 0) << result.err;
  EXPECT_EQ(result.out, "https://id.gs1.org/01/09300639601014/10/L%2F1?17=261201\n");
  EXPECT_EQ(Run({"--lot-id", "1", "--resolver", "https://milk.example"}).out,
            "https://milk.example/01/09300639601014/10/L%2F1?17=261201\n");
}

TEST_F(Gs1LinkTest, NeedsTheProductsGtin) {
  const CliResult result = Run({"--product", "milk", "--lot", "L/1"});

  EXPECT_EQ(result.exit_code, 1);
  EXPECT_THAT(result.err, HasSubstr("product milk has no GTIN"));
}

TEST_F(Gs1LinkTest, NeedsALot) { EXPECT_EQ(Run({"--product", "milk"}).exit_code, 2); }

}  // namespace
}  // namespace milkway::cli
