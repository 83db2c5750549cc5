// What an import sends, and that it may be repeated.

#include <map>
#include <string>

#include "absl/strings/str_cat.h"
#include "clients/cli/import/request_ids.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "milkway/consumption/v1/distributions.pb.h"
#include "milkway/impact/v1/gifts.pb.h"
#include "milkway/inventory/v1/catalog.pb.h"
#include "milkway/inventory/v1/purchases.pb.h"
#include "milkway/inventory/v1/stock.pb.h"
#include "milkway/shipments/v1/shipments.pb.h"
#include "tests/cli/cli_runner.h"
#include "tests/cli/fake_server.h"

namespace milkway::cli {
namespace {

using testing::CliResult;
using ::testing::Contains;
using ::testing::ElementsAre;
using testing::FakeServer;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using testing::RunCli;
using ::testing::SizeIs;
using testing::TemporaryFolder;
using testing::WriteProgramme;

class Import : public ::testing::Test {
 protected:
  CliResult Run(const std::map<std::string, std::string>& changed = {}) {
    WriteProgramme(&folder_, changed);
    return RunCli({"import", folder_.path(), "--server", server_.address()});
  }

  FakeServer server_;
  TemporaryFolder folder_;
};

TEST_F(Import, RecordsAGoodFolderInTheOrderOfTheProgramme) {
  const CliResult result = Run();

  EXPECT_EQ(result.exit_code, 0) << result.out << result.err;
  EXPECT_THAT(result.err, IsEmpty());
  EXPECT_THAT(
      server_.Writes(),
      ElementsAre("SetProgramme", "CreateProduct", "CreateLocation", "CreateLocation",
                  "CreateLocation", "RegisterSchool", "RecordExchangeRate", "RecordPurchase",
                  "RecordGift", "AllocateGift", "AllocateGift", "CreateShipment", "EnrolStudents",
                  "DispatchShipment", "RecordMilestone", "RecordReceipt", "RecordDistribution",
                  "RecordDistribution", "RecordCount"));
  EXPECT_EQ(server_.last_caller(), "admin:dev");
}

TEST_F(Import, SecondTimeChangesNothing) {
  Run();
  const int first = server_.new_writes();

  const CliResult again = Run();

  EXPECT_EQ(again.exit_code, 0) << again.err;
  EXPECT_EQ(server_.new_writes(), first);
}

TEST_F(Import, SortingTheRowsOfARecordAgainChangesNoRequest) {
  Run();
  const int first = server_.new_writes();

  const CliResult again =
      Run({{"shipment_lines.csv",
            "packs,lot_number,product_id,shipment_id\n5,L2,dev-1kg,S-1\n10,L1,dev-1kg,S-1\n"},
           {"receipts.csv",
            "receipt_id,shipment_id,received_at,product_id,lot_number,received_packs,damaged_packs,"
            "missing_packs,note\n"
            "R-1,S-1,2025-02-10T15:00:00+08:00,dev-1kg,L2,5,0,0,\n"
            "R-1,S-1,2025-02-10T15:00:00+08:00,dev-1kg,L1,9,1,0,one torn\n"}});

  EXPECT_EQ(again.exit_code, 0) << again.err;
  EXPECT_EQ(server_.new_writes(), first);
}

TEST_F(Import, TellsTheServerExactlyWhatTheCellsSay) {
  Run();

  const auto product = server_.Requests<inventory::v1::CreateProductRequest>().at(0).product();
  EXPECT_EQ(product.name_zh(), "全脂奶粉");
  EXPECT_EQ(product.nutrition().energy_j_100g(), 2'080'000);
  EXPECT_EQ(product.nutrition().protein_mg_100g(), 25'500);
  EXPECT_EQ(product.nutrition().calcium_ug_100g(), 950'000);
  const auto depot = server_.Requests<inventory::v1::CreateLocationRequest>().at(1).location();
  EXPECT_EQ(depot.position().latitude_e7(), -378'136'000);
  const auto purchase = server_.Requests<inventory::v1::RecordPurchaseRequest>().at(0).purchase();
  EXPECT_EQ(purchase.lines(0).unit_price().minor_units(), 1150);
  EXPECT_EQ(purchase.costs(0).amount().currency_code(), "CNY");
  const auto receipt = server_.Requests<shipments::v1::RecordReceiptRequest>().at(0).receipt();
  EXPECT_EQ(receipt.destination_id(), "school");
  EXPECT_EQ(receipt.note(), "one torn");
  EXPECT_EQ(receipt.lines_size(), 2);
  const auto count = server_.Requests<inventory::v1::RecordCountRequest>().at(0).count();
  EXPECT_TRUE(count.after_serving());
}

TEST_F(Import, ADistributionWithoutSessionGetsItsLotAsSession) {
  Run();

  const auto records = server_.Requests<consumption::v1::RecordDistributionRequest>();
  ASSERT_THAT(records, SizeIs(2));
  EXPECT_EQ(records[0].distribution().session(), "P-1/dev-1kg/L1");
  EXPECT_EQ(records[0].fefo_override_reason(), "imported");
  EXPECT_FALSE(records[0].distribution().has_served_at());
  EXPECT_EQ(records[1].distribution().served_at().utc_offset_minutes(), 480);
}

TEST_F(Import, SeveralLotsOfARecordTogetherNameItsSessionInOneOrder) {
  Run({{"distributions.csv",
        "distribution_id,school_id,served_on,class,product_id,lot_number,serving_g,students,"
        "wasted_g\n"
        "D-1,school,2025-02-11,3A,dev-1kg,L2,25,1,0\n"
        "D-1,school,2025-02-11,3A,dev-1kg,L1,25,2,0\n"}});

  const auto records = server_.Requests<consumption::v1::RecordDistributionRequest>();
  ASSERT_THAT(records, SizeIs(1));
  EXPECT_EQ(records[0].distribution().session(), "P-1/dev-1kg/L1+P-1/dev-1kg/L2");
  EXPECT_THAT(records[0].distribution().lines(), SizeIs(2));
}

TEST_F(Import, TheRequestIdsAreThoseThatTheContractStates) {
  Run();

  EXPECT_EQ(server_.Requests<inventory::v1::CreateProductRequest>().at(0).request_id(),
            RowRequestId(Table::kProducts, {"dev-1kg"}));
  EXPECT_EQ(server_.Requests<inventory::v1::RecordExchangeRateRequest>().at(0).request_id(),
            RowRequestId(Table::kExchangeRates, {"2025-01-02", "CNY", "AUD"}));
  EXPECT_EQ(server_.Requests<shipments::v1::DispatchShipmentRequest>().at(0).request_id(),
            RowRequestId(Table::kShipments, {"S-1", "dispatch"}));
  EXPECT_EQ(server_.Requests<consumption::v1::RecordDistributionRequest>().at(0).request_id(),
            RowRequestId(Table::kDistributions, {"D-1"}));
}

TEST_F(Import, ARecordThatIsOnlyDelayedIsSentAgainWithTheSameId) {
  int attempts = 0;
  server_.RefuseSome<consumption::v1::RecordDistributionRequest>([&attempts](const auto& record) {
    const bool delayed = record.distribution().served_on() == "2025-02-11" && ++attempts < 3;
    return delayed ? grpc::Status(grpc::StatusCode::ABORTED, "busy") : grpc::Status::OK;
  });

  const CliResult result = Run();

  EXPECT_EQ(result.exit_code, 0) << result.err;
  EXPECT_EQ(attempts, 3);
}

TEST_F(Import, DistributionsThatFollowEachOtherShareMessagesOfAtMost200) {
  std::string distributions =
      "distribution_id,school_id,served_on,class,product_id,lot_number,serving_g,students,"
      "wasted_g,session\n";
  for (int i = 0; i < 450; ++i) {
    absl::StrAppend(&distributions, "D-", i, ",school,2025-02-11,3A,dev-1kg,L1,25,1,0,s", i, "\n");
  }

  Run({{"distributions.csv", distributions}});

  const auto batches = server_.Requests<consumption::v1::BatchRecordDistributionsRequest>();
  ASSERT_THAT(batches, SizeIs(3));
  EXPECT_THAT(batches[0].records(), SizeIs(200));
  EXPECT_THAT(batches[2].records(), SizeIs(50));
  EXPECT_EQ(batches[1].records(0).distribution().session(), "s200");
}

TEST_F(Import, ACostOfAPurchaseThatTheServerHasIsAddedToIt) {
  Run();

  const CliResult result =
      Run({{"purchases.csv", "purchase_id,purchased_on,supplier_id,destination_id\n"},
           {"purchase_lines.csv",
            "purchase_id,product_id,lot_number,expires_on,packs,unit_price,currency\n"},
           {"purchase_costs.csv",
            "cost_id,purchase_id,kind,incurred_on,amount,currency\n"
            "C-2,P-1,duty,2025-02-20,120.00,AUD\n"}});

  EXPECT_EQ(result.exit_code, 0) << result.err;
  const auto costs = server_.Requests<inventory::v1::AddPurchaseCostRequest>();
  ASSERT_THAT(costs, SizeIs(1));
  EXPECT_EQ(costs[0].purchase_id(), "P-1");
}

TEST_F(Import, ALotOfAnEarlierImportIsFoundOnTheServer) {
  Run();
  TemporaryFolder later;
  later.Write("counts.csv",
              "count_id,location_id,counted_at,product_id,lot_number,counted_g\n"
              "K-2,school,2025-03-01T16:00:00+08:00,dev-1kg,L2,5000\n");

  const CliResult result = RunCli({"import", later.path(), "--server", server_.address()});

  EXPECT_EQ(result.exit_code, 0) << result.err;
  EXPECT_EQ(server_.Requests<inventory::v1::RecordCountRequest>().back().count().lot_id(), 2);
}

TEST_F(Import, AnotherBaseCurrencyThanTheProgrammesStopsTheImportBeforeItStarts) {
  server_.books().base_currency = "CNY";

  const CliResult result = Run();

  EXPECT_EQ(result.exit_code, 1);
  EXPECT_THAT(result.err, HasSubstr("import with --base-currency CNY"));
  EXPECT_THAT(server_.Writes(), IsEmpty());
}

TEST_F(Import, AServerThatGoesAwayInTheMiddleStopsTheImportWithItsOwnExitCode) {
  server_.RefuseSome<impact::v1::RecordGiftRequest>(
      [](const auto&) { return grpc::Status(grpc::StatusCode::UNAVAILABLE, "gone"); });

  const CliResult result = Run();

  EXPECT_EQ(result.exit_code, 3);
  EXPECT_THAT(result.err, HasSubstr("what is recorded stays, import again to go on"));
  EXPECT_THAT(server_.Writes(), Contains("RecordPurchase"));
  EXPECT_THAT(server_.Writes(), Not(Contains("AllocateGift")));
}

TEST_F(Import, AnImportThatStoppedGoesOnWhereItWas) {
  server_.RefuseSome<impact::v1::RecordGiftRequest>(
      [](const auto&) { return grpc::Status(grpc::StatusCode::PERMISSION_DENIED, "no"); });
  EXPECT_EQ(Run().exit_code, 1);
  server_.SetHook(nullptr);
  FakeServer fresh;
  TemporaryFolder folder;
  WriteProgramme(&folder);
  RunCli({"import", folder.path(), "--server", fresh.address()});

  const CliResult again = Run();

  EXPECT_EQ(again.exit_code, 0) << again.err;
  EXPECT_EQ(server_.new_writes(), fresh.new_writes());
}

TEST_F(Import, WithoutAServerNothingIsSaidToBeRecorded) {
  WriteProgramme(&folder_);

  const CliResult result = RunCli({"import", folder_.path(), "--server", "127.0.0.1:1"});

  EXPECT_EQ(result.exit_code, 3);
  EXPECT_THAT(result.err, HasSubstr("no answer from the server at 127.0.0.1:1"));
  EXPECT_THAT(result.out, IsEmpty());
}

TEST_F(Import, AFolderThatIsNoProgrammeIsWrongUsage) {
  EXPECT_EQ(RunCli({"import", folder_.path(), "--server", server_.address()}).exit_code, 2);
  EXPECT_EQ(RunCli({"import", "/no/such/folder", "--server", server_.address()}).exit_code, 2);
  EXPECT_EQ(Run().exit_code, 0);
  EXPECT_EQ(RunCli({"import", folder_.path(), "--base-currency", "dollars", "--server",
                    server_.address()})
                .exit_code,
            2);
}

}  // namespace
}  // namespace milkway::cli
