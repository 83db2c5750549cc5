// The commands, as scripts and people use them.

#include <string>
#include <vector>

#include "clients/cli/days.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "milkway/consumption/v1/distributions.pb.h"
#include "milkway/impact/v1/gifts.pb.h"
#include "milkway/inventory/v1/purchases.pb.h"
#include "milkway/inventory/v1/stock.pb.h"
#include "milkway/shipments/v1/shipments.pb.h"
#include "nlohmann/json.hpp"
#include "tests/cli/commands_fixture.h"

namespace milkway::cli {
namespace {

using ::testing::AllOf;
using testing::CliResult;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

TEST_F(CommandsTest, ImpactJsonHasTheKeysOfTheContract) {
  impact::v1::GiftImpact& impact = server_.books().impact;
  impact.set_gift_id("G-1");
  impact.mutable_amount()->set_currency_code("AUD");
  impact.mutable_amount()->set_minor_units(50'000);
  impact.mutable_unspent()->set_minor_units(20'000);
  impact.set_servings(8);
  auto& lot = *impact.add_lots();
  lot.set_lot_number("L1");
  lot.set_funded_g(26'086);
  lot.add_schools()->set_school_id("school");

  const CliResult result = Run({"impact", "G-1", "--json"});

  EXPECT_EQ(result.exit_code, 0) << result.err;
  EXPECT_EQ(nlohmann::ordered_json::parse(result.out).dump(),
            R"({"gift_id":"G-1","currency":"AUD","amount_minor":50000,"allocated_minor":0,)"
            R"("unspent_minor":20000,"served_g":0,"servings":8,"children_reached":null,)"
            R"("protein_mg":0,"calcium_mg":0,"energy_kj":0,"lots":[{"purchase_id":"",)"
            R"("product_id":"","lot_number":"L1","funded_g":26086,"served_g":0,"servings":0,)"
            R"("lost_g":0,"remaining_g":0,"schools":[{"school_id":"school","served_g":0,)"
            R"("servings":0}]}]})");
  impact.set_kind(impact::v1::GIFT_KIND_SCHOOL);
  impact.mutable_fees()->set_minor_units(250);
  lot.set_returned_g(7);
  const auto more = nlohmann::json::parse(Run({"impact", "G-1", "--json"}).out);
  EXPECT_EQ(more["kind"], "school");
  EXPECT_EQ(more["fees_minor"], 250);
  EXPECT_EQ(more["lots"][0]["returned_g"], 7);
  impact.set_children_reached(57);
  EXPECT_EQ(nlohmann::json::parse(Run({"impact", "G-1", "--json"}).out)["children_reached"], 57);
  EXPECT_THAT(Run({"impact", "G-1"}).out, HasSubstr("this gift helped to buy: 57\n"));
}

TEST_F(CommandsTest, VerifyPrintsTheLineThatScriptsRelyOn) {
  inventory::v1::VerifyBooksResponse progress;
  progress.set_checked_postings(5);
  inventory::v1::VerifyBooksResponse end;
  end.set_finished(true);
  server_.books().verification = {progress, end};

  const CliResult result = Run({"verify"});

  EXPECT_EQ(result.exit_code, 0);
  EXPECT_EQ(result.out, "books verified: 0 differences\n");
}

TEST_F(CommandsTest, VerifyPrintsDifferencesAndExitsWithOne) {
  inventory::v1::VerifyBooksResponse end;
  end.set_finished(true);
  end.add_differences("usable school lot 1: 5 g kept, 6 g recomputed");
  end.set_difference_count(1);
  server_.books().verification = {end};

  const CliResult result = Run({"verify"});

  EXPECT_EQ(result.exit_code, 1);
  EXPECT_THAT(result.out, HasSubstr("5 g kept, 6 g recomputed\n"));
}

TEST_F(CommandsTest, VerifyTrustsNoCheckThatWasNotFinished) {
  server_.books().verification = {inventory::v1::VerifyBooksResponse()};

  EXPECT_EQ(Run({"verify"}).exit_code, 1);
}

TEST_F(CommandsTest, ReceiveRecordsAtTheDestinationOfTheShipment) {
  const CliResult result =
      Run({"receive", "S-1", "--receipt-id", "R-1", "--received-at", "2025-02-10T15:00:00+08:00",
           "--line", "product=dev-1kg,lot=L1,received_packs=9,damaged_packs=1", "--line",
           "lot_id=3,missing_packs=2", "--request-id", "0195A1F0-7c1e-7bb2-9a53-4f1d2c3b4a59"});

  EXPECT_EQ(result.exit_code, 0) << result.err;
  const auto request = server_.Requests<shipments::v1::RecordReceiptRequest>().at(0);
  EXPECT_EQ(request.request_id(), "0195a1f0-7c1e-7bb2-9a53-4f1d2c3b4a59");
  EXPECT_EQ(request.receipt().destination_id(), "school");
  EXPECT_EQ(request.receipt().lines(0).lot_id(), 1);
  EXPECT_EQ(request.receipt().lines(0).received_packs(), 9);
  EXPECT_EQ(request.receipt().lines(1).lot_id(), 3);
  EXPECT_EQ(request.receipt().lines(1).missing_packs(), 2);
}

TEST_F(CommandsTest, ALotThatIsNotTheOnlyOneAsksForItsPurchase) {
  const CliResult result = Run({"count", "school", "--counted-at", "2025-02-12T16:00:00+08:00",
                                "--line", "product=dev-1kg,lot=L2,counted_g=8900"});

  EXPECT_EQ(result.exit_code, 1);
  EXPECT_THAT(result.err, HasSubstr("product=dev-1kg,lot=L2,purchase=P-1, product=dev-1kg,lot=L2,"
                                    "purchase=P-2"));
  EXPECT_EQ(Run({"count", "school", "--counted-at", "2025-02-12T16:00:00+08:00", "--line",
                 "product=dev-1kg,lot=L2,purchase=P-2,counted_g=8900"})
                .exit_code,
            0);
  EXPECT_EQ(server_.Requests<inventory::v1::RecordCountRequest>().at(0).count().lot_id(), 3);
}

TEST_F(CommandsTest, DistributeRecordsOneClass) {
  const CliResult result =
      Run({"distribute", "school", "--on", "2025-02-11", "--class", "3A", "--line",
           "product=dev-1kg,lot=L1,serving_g=25,students=\"1-3;15\",wasted_g=5",
           "--discrepancy-reason", "the bag was there"});

  EXPECT_EQ(result.exit_code, 0) << result.err;
  EXPECT_THAT(result.out, HasSubstr("recorded distribution 1: 4 cups"));
  const auto request = server_.Requests<consumption::v1::RecordDistributionRequest>().at(0);
  EXPECT_THAT(request.distribution().lines(0).student_numbers(), ElementsAre(1, 2, 3, 15));
  EXPECT_EQ(request.distribution().session(), "");
  EXPECT_EQ(request.discrepancy_reason(), "the bag was there");
  EXPECT_EQ(request.request_id()[14], '7');
}

TEST_F(CommandsTest, ARefusedWriteIsNotWorthRepeating) {
  server_.RefuseSome<consumption::v1::RecordDistributionRequest>([](const auto&) {
    return testing::Refusal(grpc::StatusCode::FAILED_PRECONDITION, "STOCK_MISSING",
                            "school lacks 75 g of lot L1");
  });

  const CliResult result = Run({"distribute", "school", "--on", "2025-02-11", "--class", "3A",
                                "--line", "lot=L1,serving_g=25,students=1-3"});

  EXPECT_EQ(result.exit_code, 1);
  EXPECT_THAT(result.err, HasSubstr("milkway: school lacks 75 g of lot L1 (STOCK_MISSING)"));
  EXPECT_THAT(result.err, Not(HasSubstr("--request-id")));
}

TEST_F(CommandsTest, AWriteWithoutAnAnswerTellsHowToRepeatIt) {
  server_.RefuseSome<consumption::v1::RecordDistributionRequest>(
      [](const auto&) { return grpc::Status(grpc::StatusCode::UNAVAILABLE, "the line is down"); });

  const CliResult result = Run({"distribute", "school", "--on", "2025-02-11", "--class", "3A",
                                "--line", "lot=L1,serving_g=25,students=1-3", "--retry-for", "0"});

  EXPECT_EQ(result.exit_code, 3);
  const std::string request_id =
      server_.Requests<consumption::v1::RecordDistributionRequest>().at(0).request_id();
  EXPECT_THAT(result.err, HasSubstr("repeat with --request-id " + request_id));
}

class CorrectDistributionTest : public CommandsTest {
 protected:
  void AddRecord(int64_t distribution_id, const std::string& session, bool stands = true) {
    consumption::v1::RecordedDistribution record;
    record.set_distribution_id(distribution_id);
    record.mutable_distribution()->set_class_name("3A");
    record.mutable_distribution()->set_session(session);
    if (stands) record.mutable_distribution()->add_lines()->set_lot_id(1);
    server_.books().distributions.push_back(record);
  }

  CliResult Correct(const std::vector<std::string>& more) {
    std::vector<std::string> arguments = {"correct-distribution", "school", "--reason", "mistake"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return Run(arguments);
  }

  int64_t CorrectedId() {
    return server_.Requests<consumption::v1::CorrectDistributionRequest>().back().distribution_id();
  }
};

TEST_F(CorrectDistributionTest, FindsTheRecordOfTheClassAndDay) {
  AddRecord(7, "daily", /*stands=*/false);
  AddRecord(8, "daily");

  EXPECT_EQ(
      Correct({"--on", "2025-02-11", "--class", "3A", "--line", "lot=L1,serving_g=25,students=1-2"})
          .exit_code,
      0);
  EXPECT_EQ(CorrectedId(), 8);
}

TEST_F(CorrectDistributionTest, AsksWhichOfSeveralSessionsIsMeant) {
  AddRecord(7, "morning");
  AddRecord(8, "noon");

  const CliResult result = Correct({"--on", "2025-02-11", "--class", "3A", "--withdraw"});

  EXPECT_EQ(result.exit_code, 1);
  EXPECT_THAT(result.err, HasSubstr("7 (session morning), 8 (session noon)"));
  EXPECT_EQ(
      Correct({"--on", "2025-02-11", "--class", "3A", "--session", "noon", "--withdraw"}).exit_code,
      0);
  EXPECT_EQ(CorrectedId(), 8);
}

TEST_F(CorrectDistributionTest, NeverHappenedMustBeSaidInSoManyWords) {
  EXPECT_EQ(Correct({"--id", "7"}).exit_code, 2);
  EXPECT_EQ(Correct({"--id", "7", "--withdraw", "--line", "lot=L1,serving_g=25"}).exit_code, 2);
  EXPECT_EQ(Correct({"--id", "7", "--withdraw"}).exit_code, 0);
  EXPECT_EQ(CorrectedId(), 7);
  EXPECT_EQ(Correct({"--withdraw"}).exit_code, 2);
  EXPECT_EQ(Correct({"--withdraw", "--on", "2025-02-11", "--class", "9Z"}).exit_code, 1);
}

TEST_F(CommandsTest, CorrectReceiptReplacesTheLines) {
  EXPECT_EQ(
      Run({"correct-receipt", "S-1", "--receipt-id", "R-1", "--reason", "recounted"}).exit_code, 2);
  EXPECT_EQ(Run({"correct-receipt", "S-1", "--receipt-id", "R-1", "--reason", "recounted", "--line",
                 "lot=L1,received_packs=10"})
                .exit_code,
            0);
  const auto request = server_.Requests<shipments::v1::CorrectReceiptRequest>().at(0);
  EXPECT_EQ(request.reason(), "recounted");
  EXPECT_EQ(request.receipt().lines(0).received_packs(), 10);
  EXPECT_FALSE(request.receipt().has_received_at());
}

TEST_F(CommandsTest, DispatchAndMilestoneMoveAShipmentOn) {
  EXPECT_EQ(Run({"dispatch", "S-1", "--at", "2025-02-01T09:00:00+11:00"}).exit_code, 0);
  EXPECT_EQ(Run({"milestone", "S-1", "--kind", "customs_held", "--at", "2025-02-03T09:00:00+08:00",
                 "--place", "上海"})
                .exit_code,
            0);
  EXPECT_EQ(
      Run({"milestone", "S-1", "--kind", "sunk", "--at", "2025-02-03T09:00:00+08:00"}).exit_code,
      2);

  const CliResult result = Run({"shipments", "S-1"});
  EXPECT_THAT(result.out, AllOf(HasSubstr("2025-02-01 09:00 +11:00  dispatched"),
                                HasSubstr("held by customs 海关扣留, 上海")));
  const auto json = nlohmann::json::parse(Run({"shipments", "S-1", "--json"}).out);
  EXPECT_EQ(json["dispatched_at"], "2025-02-01T09:00:00+11:00");
  EXPECT_EQ(json["milestones"][0]["kind"], "customs_held");
  EXPECT_EQ(nlohmann::json::parse(Run({"shipments", "--json"}).out).size(), 1U);
}

TEST_F(CommandsTest, JourneyTellsTheWholeWay) {
  inventory::v1::Purchase& purchase = server_.books().purchases["P-1"];
  purchase.set_purchase_id("P-1");
  purchase.set_purchased_on("2025-01-10");
  purchase.set_supplier_id("burra");
  server_.books().locations["school"].set_name_en("Changyuan School");
  server_.books().locations["school"].set_name_zh("长源小学");
  auto& shipment = server_.books().shipments["S-1"];
  shipment.mutable_shipment()->add_lines()->set_lot_id(1);
  *shipment.mutable_shipment()->mutable_dispatched_at() =
      ToZonedTime(*ParseTime("2025-02-01T09:00:00+11:00"));
  auto& receipt = *shipment.add_receipts()->mutable_receipt();
  receipt.set_receipt_id("R-1");
  *receipt.mutable_received_at() = ToZonedTime(*ParseTime("2025-02-10T15:00:00+08:00"));
  receipt.set_destination_id("school");
  receipt.add_lines()->set_lot_id(1);
  receipt.mutable_lines(0)->set_received_packs(9);
  inventory::v1::LotPosition position;
  position.set_lot_id(1);
  position.set_served_g(12'000);
  auto& served = *position.add_schools();
  served.set_school_id("school");
  served.set_served_g(12'000);
  server_.books().positions = {position};

  const CliResult result = Run({"journey", "--purchase", "P-1"});

  EXPECT_EQ(result.exit_code, 0) << result.err;
  EXPECT_THAT(result.out, HasSubstr("purchase P-1, 2025-01-10: burra"));
  EXPECT_THAT(result.out, HasSubstr("2025-02-01 09:00 +11:00  S-1 left depot"));
  EXPECT_THAT(result.out,
              HasSubstr("2025-02-10 15:00 +08:00  S-1 received at Changyuan School 长源小学 (R-1)\n"
                        "      9 good, 0 damaged, 0 missing packs of lot L1 of dev-1kg (P-1)\n"));
  EXPECT_THAT(result.out, HasSubstr("Changyuan School 长源小学  L1   12,000   480\n"));
  EXPECT_EQ(Run({"journey", "--purchase", "P-9"}).exit_code, 1);
}

TEST_F(CommandsTest, BackupPrintsThePathAlone) {
  const CliResult result = Run({"backup"});

  EXPECT_EQ(result.exit_code, 0);
  EXPECT_EQ(result.out, "/backups/1\n");
}

TEST_F(CommandsTest, InfoTellsWhatRuns) {
  EXPECT_THAT(Run({"info"}).out, AllOf(HasSubstr("milkwayd 0.1.0 with inventory"),
                                       HasSubstr("base currency: not fixed yet\n")));
}

}  // namespace
}  // namespace milkway::cli
