// Where every gram lies, as scripts and people ask for it.

#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "milkway/inventory/v1/stock.pb.h"
#include "milkway/shipments/v1/shipments.pb.h"
#include "nlohmann/json.hpp"
#include "tests/cli/commands_fixture.h"

namespace milkway::cli {
namespace {

using ::testing::AllOf;
using testing::CliResult;
using ::testing::HasSubstr;
using ::testing::Not;

class StockCommandsTest : public CommandsTest {};

TEST_F(StockCommandsTest, StockJsonSumsWhatIsInTransitUnderItsDestination) {
  *server_.books().shipments["S-2"].mutable_shipment() =
      server_.books().shipments["S-1"].shipment();
  AddBalance(inventory::v1::ACCOUNT_KIND_IN_TRANSIT, "S-1", 1, 400);
  AddBalance(inventory::v1::ACCOUNT_KIND_IN_TRANSIT, "S-2", 1, 600);
  AddBalance(inventory::v1::ACCOUNT_KIND_DAMAGED, "school", 1, 25);
  AddBalance(inventory::v1::ACCOUNT_KIND_USABLE, "school", 1, 9'000);
  AddBalance(inventory::v1::ACCOUNT_KIND_USABLE, "depot", 2, 1);
  AddBalance(inventory::v1::ACCOUNT_KIND_SERVED, "school", 1, 77);

  const CliResult result = Run({"stock", "--json"});

  EXPECT_EQ(result.exit_code, 0) << result.err;
  const auto json = nlohmann::ordered_json::parse(result.out);
  ASSERT_EQ(json.size(), 4U);
  EXPECT_EQ(json[0].dump(), R"({"location_id":"depot","purchase_id":"P-1","product_id":"dev-1kg",)"
                            R"("lot_number":"L2","condition":"usable","quantity_g":1})");
  EXPECT_EQ(json[1]["condition"], "usable");
  EXPECT_EQ(json[2]["condition"], "damaged");
  EXPECT_EQ(json[3]["condition"], "in_transit");
  EXPECT_EQ(json[3]["location_id"], "school");
  EXPECT_EQ(json[3]["quantity_g"], 1'000);
}

// A contact may ask for no other place, and a country's stock is not read for one school.
TEST_F(StockCommandsTest, StockOfALocationAsksForNoMoreThanThatPlace) {
  AddBalance(inventory::v1::ACCOUNT_KIND_USABLE, "school", 1, 9'000);

  const CliResult result =
      Run({"stock", "--location", "school", "--as", "school_contact:wang:school"});

  EXPECT_EQ(result.exit_code, 0) << result.err;
  EXPECT_EQ(server_.Requests<inventory::v1::ListBalancesRequest>().at(0).location_id(), "school");
  EXPECT_EQ(server_.Requests<shipments::v1::ListShipmentsRequest>().at(0).destination_id(),
            "school");
}

TEST_F(StockCommandsTest, StockOfALocationIsWhatLiesThereOrGoesThere) {
  AddBalance(inventory::v1::ACCOUNT_KIND_IN_TRANSIT, "S-1", 1, 400);
  AddBalance(inventory::v1::ACCOUNT_KIND_USABLE, "depot", 2, 12'345);
  auto& line = *server_.books().shipments["S-1"].mutable_shipment()->add_line_statuses();
  line.set_lot_id(1);
  line.set_in_transit_g(400);

  EXPECT_THAT(Run({"stock"}).out, AllOf(HasSubstr("12,345"), HasSubstr("12,745")));
  EXPECT_THAT(Run({"stock", "--location", "school"}).out,
              AllOf(HasSubstr("in_transit"), HasSubstr("400"), Not(HasSubstr("12,345"))));
  EXPECT_EQ(Run({"stock", "--location", "nowhere"}).exit_code, 1);
  EXPECT_EQ(nlohmann::json::parse(Run({"stock", "--json", "--location", "school"}).out).size(), 1U);
}

}  // namespace
}  // namespace milkway::cli
