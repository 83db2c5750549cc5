// trace, trace-back, recall-list, recall-ack, recall-notice.

#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "nlohmann/json.hpp"
#include "tests/cli/cli_runner.h"
#include "tests/cli/fake_server.h"

namespace milkway::cli {
namespace {

using ::testing::AllOf;
using testing::CliResult;
using testing::FakeServer;
using ::testing::HasSubstr;
using testing::RunCli;
using ::testing::SizeIs;

class TraceCommands : public ::testing::Test {
 protected:
  TraceCommands() {
    inventory::v1::Lot lot;
    lot.set_lot_id(7);
    lot.set_purchase_id("P-1");
    lot.set_product_id("dev-1kg");
    lot.set_lot_number("L1");
    lot.set_expires_on("2026-12-01");
    server_.books().lots.push_back(lot);
    for (const char* id : {"depot", "east", "west"}) {
      trace::v1::RecallPlace& place = *server_.books().recall_list.add_places();
      place.mutable_location()->set_location_id(id);
      place.set_quarantined_g(12'345);
    }
    trace::v1::RecallPlace& east = *server_.books().recall_list.mutable_places(1);
    east.set_children(41);
    east.add_contacts()->set_name("彭老师");
    east.mutable_contacts(0)->set_phone("+8613800000000");
    server_.books().recall_list.mutable_recall()->set_recall_id("R-1");
    server_.books().recall_list.mutable_totals()->set_places(3);
  }

  CliResult Run(std::vector<std::string> arguments) {
    arguments.insert(arguments.end(), {"--server", server_.address()});
    return RunCli(arguments);
  }

  FakeServer server_;
};

TEST_F(TraceCommands, TraceShowsThatTheGramsAddUpAndWhereTheyAre) {
  auto& position = *server_.books().trace.add_positions();
  position.set_purchased_g(100'000);
  position.set_served_g(1'750);
  auto& stock = *server_.books().trace.add_stock();
  stock.set_location_id("east");
  stock.set_usable_g(16'250);
  auto& school = *server_.books().trace.add_schools();
  school.set_school_id("east");
  school.set_children(40);

  const CliResult result = Run({"trace", "L1", "--product", "dev-1kg"});

  EXPECT_EQ(result.exit_code, 0) << result.err;
  EXPECT_THAT(result.out, AllOf(HasSubstr("bought 100,000 g"), HasSubstr("served 1,750"),
                                HasSubstr("16,250"), HasSubstr("who drank of it")));
  EXPECT_EQ(server_.Requests<trace::v1::TraceLotRequest>().at(0).lot_ids(0), 7);
}

TEST_F(TraceCommands, TraceNeedsALot) {
  EXPECT_EQ(Run({"trace"}).exit_code, 2);
  EXPECT_EQ(Run({"trace", "L9"}).exit_code, 1);
}

TEST_F(TraceCommands, TraceBackNamesPurchaseAndSupplier) {
  auto& origin = *server_.books().origins.add_origins();
  *origin.mutable_lot() = server_.books().lots[0];
  origin.set_supplier_id("farm");
  origin.add_shipments()->set_shipment_id("S-1");

  const CliResult result = Run({"trace-back", "east", "--day", "2025-03-10", "--class", "3A"});

  EXPECT_EQ(result.exit_code, 0) << result.err;
  EXPECT_THAT(result.out, AllOf(HasSubstr("lot L1 of dev-1kg (P-1)"), HasSubstr("from farm"),
                                HasSubstr("S-1")));
  EXPECT_EQ(server_.Requests<trace::v1::TraceServingRequest>().at(0).served_on(), "2025-03-10");
  EXPECT_EQ(Run({"trace-back", "east", "--day", "10 March"}).exit_code, 2);
}

TEST_F(TraceCommands, RecallListReadsEveryPageAndSaysWhomToCall) {
  const CliResult result = Run({"recall-list", "R-1"});

  EXPECT_EQ(result.exit_code, 0) << result.err;
  EXPECT_THAT(result.out, AllOf(HasSubstr("depot"), HasSubstr("west"), HasSubstr("12,345"),
                                HasSubstr("彭老师 +8613800000000"), HasSubstr("41"),
                                HasSubstr("0 of 3 places have acknowledged")));
  EXPECT_THAT(server_.Requests<trace::v1::GetRecallListRequest>(), SizeIs(2));
}

TEST_F(TraceCommands, RecallListJsonHoldsAllPlaces) {
  const CliResult result = Run({"recall-list", "R-1", "--waiting", "--json"});

  EXPECT_EQ(nlohmann::json::parse(result.out)["places"].size(), 3U);
  EXPECT_TRUE(server_.Requests<trace::v1::GetRecallListRequest>().at(0).unacknowledged_only());
}

TEST_F(TraceCommands, RecallAckSendsWhatWasFound) {
  const CliResult result =
      Run({"recall-ack", "R-1", "east", "--at", "2025-03-01T10:20:00+08:00", "--person", "彭老师",
           "--line", "product=dev-1kg,lot=L1,found_packs=3"});

  EXPECT_EQ(result.exit_code, 0) << result.err;
  EXPECT_THAT(result.out, HasSubstr("recorded acknowledgement 1 of east"));
  const auto sent = server_.Requests<trace::v1::AcknowledgeRecallRequest>().at(0);
  EXPECT_EQ(sent.acknowledgement().lots(0).lot_id(), 7);
  EXPECT_EQ(sent.acknowledgement().lots(0).set_aside_packs(), 3);
  EXPECT_EQ(sent.acknowledgement().person(), "彭老师");
}

TEST_F(TraceCommands, RecallAckNeedsATimeWithItsOffset) {
  EXPECT_EQ(Run({"recall-ack", "R-1", "east", "--at", "2025-03-01"}).exit_code, 2);
  EXPECT_EQ(Run({"recall-ack", "R-1", "east"}).exit_code, 2);
}

TEST_F(TraceCommands, RecallNoticePrintsHtml) {
  EXPECT_EQ(Run({"recall-notice", "R-1", "east"}).out, "<html>east</html>\n");
}

}  // namespace
}  // namespace milkway::cli
