// The commands of a shipment's life, as scripts and people use them.

#include <string>
#include <vector>

#include "clients/cli/days.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "milkway/common/v1/document.pb.h"
#include "milkway/inventory/v1/purchases.pb.h"
#include "milkway/shipments/v1/journeys.pb.h"
#include "milkway/shipments/v1/kinds.pb.h"
#include "milkway/shipments/v1/shipments.pb.h"
#include "milkway/shipments/v1/shortages.pb.h"
#include "milkway/shipments/v1/transport.pb.h"
#include "nlohmann/json.hpp"
#include "tests/cli/cli_runner.h"
#include "tests/cli/fake_server.h"

namespace milkway::cli {
namespace {

namespace ship = shipments::v1;

using ::testing::AllOf;
using testing::CliResult;
using testing::FakeServer;
using ::testing::HasSubstr;
using testing::RunCli;

constexpr char kAt[] = "2025-03-20T12:00:00+08:00";
const std::string& Hash() {
  static const std::string& hash = *new std::string(64, 'a');
  return hash;
}

class ShipmentCommandsTest : public ::testing::Test {
 protected:
  ShipmentCommandsTest() {
    inventory::v1::Lot lot;
    lot.set_lot_id(1);
    lot.set_purchase_id("P-1");
    lot.set_product_id("dev-1kg");
    lot.set_lot_number("L1");
    server_.books().lots.push_back(lot);
    auto& shipment = *server_.books().shipments["S-1"].mutable_shipment();
    shipment.set_shipment_id("S-1");
    shipment.set_origin_id("depot");
    shipment.set_destination_id("school");
    server_.books().locations["school"].set_time_zone("Asia/Shanghai");
  }

  CliResult Run(std::vector<std::string> arguments) {
    arguments.insert(arguments.end(), {"--server", server_.address()});
    return RunCli(arguments);
  }
  template <typename Request>
  Request Sent() {
    const auto requests = server_.Requests<Request>();
    EXPECT_FALSE(requests.empty());
    return requests.empty() ? Request() : requests.back();
  }

  FakeServer server_;
};

TEST_F(ShipmentCommandsTest, AShipmentIsPlannedAndGivenUp) {
  const CliResult result = Run({"plan-shipment", "S-2", "--from", "depot", "--to", "school",
                                "--mode", "road", "--line", "product=dev-1kg,lot=L1,packs=40",
                                "--expected-on", "2025-03-20", "--needs-certificate"});

  EXPECT_EQ(result.exit_code, 0) << result.err;
  const ship::Shipment shipment = Sent<ship::CreateShipmentRequest>().shipment();
  EXPECT_EQ(shipment.lines(0).lot_id(), 1);
  EXPECT_EQ(shipment.lines(0).packs(), 40);
  EXPECT_EQ(shipment.mode(), ship::TRANSPORT_MODE_ROAD);
  EXPECT_TRUE(shipment.requires_release_certificate());
  EXPECT_EQ(Run({"plan-shipment", "S-2", "--from", "depot", "--to", "school", "--mode", "balloon",
                 "--line", "lot=L1,packs=1"})
                .exit_code,
            2);
  EXPECT_EQ(Run({"cancel-shipment", "S-1"}).exit_code, 0);
}

TEST_F(ShipmentCommandsTest, AShipmentIsLostOrClosed) {
  EXPECT_THAT(Run({"declare-lost", "S-1", "--at", kAt, "--reason", "burnt"}).out,
              HasSubstr("(posting 9)"));
  EXPECT_EQ(Sent<ship::DeclareLostRequest>().reason(), "burnt");
  EXPECT_EQ(Run({"declare-lost", "S-1", "--at", kAt}).exit_code, 2);
  EXPECT_EQ(Run({"close-shipment", "S-1", "--at", kAt, "--reason", "no more"}).exit_code, 0);
  EXPECT_EQ(Sent<ship::CloseShipmentRequest>().shipment_id(), "S-1");
}

TEST_F(ShipmentCommandsTest, GoodsReturnToTheOriginOfTheShipment) {
  EXPECT_EQ(Run({"return-shipment", "S-1", "--at", kAt, "--reason", "refused", "--line",
                 "lot=L1,packs=3,damaged_packs=1"})
                .exit_code,
            0);

  const auto request = Sent<ship::RecordReturnRequest>();
  EXPECT_EQ(request.origin_id(), "depot");
  EXPECT_EQ(request.lines(0).packs(), 3);
  EXPECT_EQ(request.lines(0).damaged_packs(), 1);
}

TEST_F(ShipmentCommandsTest, ACertificateIsAttachedAndReleases) {
  EXPECT_EQ(Run({"shipment-document", "S-1", "CIQ-1", "--type", "inspection_certificate",
                 "--number", "77", "--issued-on", "2025-03-04", "--sha256", Hash()})
                .exit_code,
            0);
  const auto document = Sent<ship::AttachShipmentDocumentRequest>().document();
  EXPECT_EQ(document.type(), common::v1::DOCUMENT_TYPE_INSPECTION_CERTIFICATE);
  EXPECT_EQ(document.sha256().size(), 32U);
  EXPECT_EQ(Run({"shipment-document", "S-1", "X", "--type", "other", "--sha256", "abc"}).exit_code,
            2);
  EXPECT_THAT(Run({"release", "S-1", "--document", "CIQ-1", "--at", kAt}).out,
              HasSubstr("60,000 g are usable now"));
  EXPECT_THAT(Run({"shipments", "S-1"}).out,
              AllOf(HasSubstr("CIQ-1"), HasSubstr("inspection certificate")));
}

TEST_F(ShipmentCommandsTest, ALegKeepsWhatIsNotStatedAnew) {
  ASSERT_EQ(Run({"leg", "S-1", "--sequence", "1", "--mode", "sea", "--from", "Melbourne", "--to",
                 "Shanghai", "--container", "MSKU1234565"})
                .exit_code,
            0);

  ASSERT_EQ(Run({"leg", "S-1", "--sequence", "1", "--departed-at", kAt}).exit_code, 0);

  const ship::Leg leg = Sent<ship::RecordLegRequest>().leg();
  EXPECT_EQ(leg.mode(), ship::TRANSPORT_MODE_SEA);
  EXPECT_EQ(leg.container_number(), "MSKU1234565");
  EXPECT_TRUE(leg.has_departed_at());
  EXPECT_THAT(Run({"shipments", "S-1"}).out, HasSubstr("MSKU1234565"));
  EXPECT_EQ(nlohmann::json::parse(Run({"shipments", "S-1", "--json"}).out)["legs"][0]["mode"],
            "sea");
}

TEST_F(ShipmentCommandsTest, TemperaturesAreDegreesWithASign) {
  EXPECT_EQ(Run({"record-temperatures", "S-1", "--logger", "L-7", "--highest", "25", "--lowest",
                 "-1.5", "--reading", "2025-02-12T00:00:00+00:00=18.25", "--reading",
                 "2025-02-12T01:00:00+00:00=-0.5"})
                .exit_code,
            0);

  const auto request = Sent<ship::RecordTemperaturesRequest>();
  EXPECT_EQ(request.readings(0).temperature_milli_c(), 18'250);
  EXPECT_EQ(request.readings(1).temperature_milli_c(), -500);
  EXPECT_EQ(request.lowest_milli_c(), -1'500);
  EXPECT_EQ(Run({"record-temperatures", "S-1", "--logger", "L-7", "--reading",
                 "2025-02-12T00:00:00+00:00"})
                .exit_code,
            2);
  EXPECT_THAT(Run({"temperatures", "S-1"}).out, HasSubstr("L-7"));
}

TEST_F(ShipmentCommandsTest, AReceiptSaysHowPacksWereSpoiltAndWhoTookThem) {
  EXPECT_EQ(Run({"receive", "S-1", "--receipt-id", "R-1", "--received-at", kAt, "--line",
                 "lot=L1,damaged_packs=2,damage_reason=wet,refused_packs=3,wrong=yes",
                 "--received-by", "Wang", "--photo", Hash() + "@https://photos/1"})
                .exit_code,
            0);

  const ship::Receipt receipt = Sent<ship::RecordReceiptRequest>().receipt();
  EXPECT_EQ(receipt.lines(0).damage_reason(), ship::DAMAGE_REASON_WET);
  EXPECT_EQ(receipt.lines(0).refused_packs(), 3);
  EXPECT_TRUE(receipt.lines(0).wrong());
  EXPECT_EQ(receipt.received_by(), "Wang");
  EXPECT_EQ(receipt.photos(0).uri(), "https://photos/1");
  EXPECT_EQ(Run({"receive", "S-1", "--receipt-id", "R-1", "--received-at", kAt, "--line",
                 "lot=L1,damaged_packs=2,damage_reason=ghosts"})
                .exit_code,
            2);
  EXPECT_THAT(Run({"shipments", "S-1"}).out, HasSubstr("wet 受潮"));
}

TEST_F(ShipmentCommandsTest, ASecondPersonSignsUnderTheirOwnName) {
  ASSERT_EQ(Run({"receive", "S-1", "--receipt-id", "R-1", "--received-at", kAt, "--line",
                 "lot=L1,received_packs=2"})
                .exit_code,
            0);
  EXPECT_THAT(Run({"receipts-to-countersign", "school"}).out, HasSubstr("R-1"));

  const CliResult result = Run({"countersign", "S-1", "--receipt-id", "R-1", "--at", kAt,
                                "--version", "1", "--as", "school_contact:li:school"});

  EXPECT_EQ(result.exit_code, 0) << result.err;
  EXPECT_THAT(result.out, HasSubstr("as li"));
  EXPECT_EQ(server_.last_caller(), "school_contact:li:school");
  EXPECT_EQ(Sent<ship::CountersignReceiptRequest>().destination_id(), "school");
  EXPECT_EQ(Sent<ship::CountersignReceiptRequest>().version(), 1);
}

TEST_F(ShipmentCommandsTest, AShortageIsListedAndResolved) {
  ship::Shortage& shortage = *server_.books().shipments["S-1"].add_shortages();
  shortage.set_shipment_id("S-1");
  shortage.set_lot_id(1);
  shortage.set_missing_packs(7);
  shortage.set_open_packs(4);
  shortage.add_resolutions()->set_outcome(ship::SHORTAGE_OUTCOME_STOLEN);
  EXPECT_THAT(Run({"shortages"}).out, AllOf(HasSubstr("(declared lost)"), HasSubstr("被盗")));
  EXPECT_EQ(nlohmann::json::parse(Run({"shortages", "--json"}).out)[0]["open_packs"], 4);

  EXPECT_EQ(Run({"resolve-shortage", "S-1", "--receipt-id", "R-1", "--outcome", "stolen", "--line",
                 "lot=L1,packs=4", "--at", kAt, "--note", "police report", "--claim", "12000 CNY"})
                .exit_code,
            0);

  const auto request = Sent<ship::ResolveShortageRequest>();
  EXPECT_EQ(request.receipt_id(), "R-1");
  EXPECT_EQ(request.resolution().packs(), 4);
  EXPECT_EQ(request.resolution().claim().minor_units(), 12'000);
  EXPECT_EQ(request.resolution().claim().currency_code(), "CNY");
  EXPECT_EQ(Run({"resolve-shortage", "S-1", "--outcome", "lost", "--line", "lot=L1,packs=4", "--at",
                 kAt, "--note", "x", "--claim", "much"})
                .exit_code,
            2);
}

TEST_F(ShipmentCommandsTest, AJourneySaysWhatIsExpectedAndHowItIsKnown) {
  EXPECT_EQ(Run({"shipment-journey", "S-1"}).out,
            "  2025-03-01 10:20 +11:00  S-1 arrived at the port\n"
            "expected:\n"
            "  2025-03-20  S-1 arrives (median of 12 shipments; 9 of 10 by 2025-03-25)\n");
  EXPECT_EQ(Run({"shipment-journey", "--lot", "lot=L1"}).exit_code, 0);
  EXPECT_EQ(Sent<ship::GetJourneyRequest>().lot_id(), 1);
  EXPECT_EQ(Run({"shipment-journey"}).exit_code, 2);
  EXPECT_THAT(Run({"lane-times", "--from", "depot", "--to", "school"}).out, HasSubstr("2\n"));
}

TEST_F(ShipmentCommandsTest, AShipmentReadsAsPeopleSpeak) {
  ship::GetShipmentResponse& shipment = server_.books().shipments["S-1"];
  shipment.mutable_shipment()->set_state(ship::SHIPMENT_STATE_PARTLY_RECEIVED);
  ship::Milestone& milestone = *shipment.add_milestones();
  milestone.set_kind(ship::MILESTONE_KIND_CUSTOMS_HELD);
  *milestone.mutable_occurred_at() = ToZonedTime(*ParseTime("2025-03-01T10:20:00+11:00"));
  shipment.add_documents()->set_type(common::v1::DOCUMENT_TYPE_BILL_OF_LADING);

  EXPECT_THAT(Run({"shipments"}).out, HasSubstr("partly received"));
  EXPECT_THAT(Run({"shipments", "S-1"}).out,
              AllOf(HasSubstr("S-1: partly received"), HasSubstr("bill of lading"),
                    HasSubstr("2025-03-01 10:20 +11:00  held by customs 海关扣留\n")));
}

TEST_F(ShipmentCommandsTest, TemperaturesAreReadByTheClockOfTheDestination) {
  ship::TemperatureSummary& summary = *server_.books().shipments["S-1"].add_temperatures();
  summary.set_logger_id("L-7");
  summary.set_first_read_us(ParseTime("2025-02-12T00:30:00+00:00")->us);

  EXPECT_THAT(Run({"temperatures", "S-1"}).out,
              AllOf(HasSubstr("(time of school)"), HasSubstr("2025-02-12 08:30 +08:00")));
}

TEST_F(ShipmentCommandsTest, AContactOfTwoPlacesFindsWhatConcernsTheSecond) {
  EXPECT_THAT(Run({"shipments", "S-1", "--as", "school_contact:wang:far,school"}).out,
              HasSubstr("S-1: "));
  EXPECT_EQ(Sent<ship::GetShipmentRequest>().place_id(), "school");
  EXPECT_THAT(Run({"shipments", "S-1", "--as", "school_contact:wang:far,near"}).err,
              HasSubstr("SHIPMENT_UNKNOWN"));
}

TEST_F(ShipmentCommandsTest, AWatchGoesOnWhereAStreamBroke) {
  const CliResult result = Run({"watch-shipments", "--after", "0", "--retry-for", "30"});

  EXPECT_THAT(result.out, AllOf(HasSubstr("1  "), HasSubstr("2  "), HasSubstr("3  ")));
  EXPECT_THAT(result.err, HasSubstr("END_OF_TEST"));
  EXPECT_THAT(Run({"shipment-changes", "--after", "4"}).out, HasSubstr("5  "));
}

TEST_F(ShipmentCommandsTest, ListsAreFiltered) {
  EXPECT_EQ(
      Run({"shipments", "--from", "depot", "--to", "school", "--state", "lost", "--lot", "lot=L1"})
          .exit_code,
      0);

  const auto request = Sent<ship::ListShipmentsRequest>();
  EXPECT_EQ(request.origin_id(), "depot");
  EXPECT_EQ(request.destination_id(), "school");
  EXPECT_EQ(request.state(), ship::SHIPMENT_STATE_LOST);
  EXPECT_EQ(request.lot_id(), 1);
  EXPECT_EQ(Run({"shipments", "--state", "sunk"}).exit_code, 2);
}

}  // namespace
}  // namespace milkway::cli
