// The commands of the inventory, as scripts and people use them.

#include <string>
#include <vector>

#include "clients/cli/days.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "milkway/inventory/v1/open_packs.pb.h"
#include "milkway/inventory/v1/purchases.pb.h"
#include "milkway/inventory/v1/recalls.pb.h"
#include "milkway/inventory/v1/stock.pb.h"
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
using testing::TemporaryFolder;

class InventoryCommandsTest : public ::testing::Test {
 protected:
  InventoryCommandsTest() {
    inventory::v1::Lot lot;
    lot.set_lot_id(1);
    lot.set_purchase_id("P-1");
    lot.set_product_id("dev-1kg");
    lot.set_lot_number("L1");
    lot.set_expires_on("2026-12-01");
    server_.books().lots.push_back(lot);
  }

  CliResult Run(std::vector<std::string> arguments) {
    arguments.insert(arguments.end(), {"--server", server_.address()});
    return RunCli(arguments);
  }

  FakeServer server_;
};

TEST_F(InventoryCommandsTest, ARecallIsPlacedByLotNumber) {
  const CliResult result =
      Run({"recall-place", "R-1", "--product", "dev-1kg", "--lot", "L1", "--ordered-at",
           "2025-07-01T09:00:00+08:00", "--reason", "notice 17"});

  EXPECT_EQ(result.exit_code, 0) << result.err;
  EXPECT_THAT(result.out, HasSubstr("recalled lot L1 of dev-1kg: 0 lots, 5,000 g quarantined"));
  const auto request = server_.Requests<inventory::v1::PlaceRecallRequest>().at(0);
  EXPECT_EQ(request.recall().scope().lot_number(), "L1");
  EXPECT_FALSE(request.expected());
  EXPECT_THAT(Run({"recalls"}).out, AllOf(HasSubstr("R-1"), HasSubstr("stands")));
}

TEST_F(InventoryCommandsTest, ARecallIsShownWithAllPagesOfItsStock) {
  inventory::v1::GetRecallResponse& recall = server_.books().recalls["R-1"];
  recall.mutable_recall()->set_recall_id("R-1");
  recall.mutable_recall()->mutable_scope()->set_product_id("dev-1kg");
  *recall.add_lots() = server_.books().lots[0];
  for (const char* place : {"depot", "school"}) {
    inventory::v1::RecalledStock& stock = *recall.add_stock();
    stock.set_location_id(place);
    stock.set_lot_id(1);
    stock.set_quarantined_g(1'500);
  }

  const CliResult result = Run({"recalls", "R-1"});

  EXPECT_THAT(result.out, AllOf(HasSubstr("depot"), HasSubstr("school"), HasSubstr("3,000")));
  const auto json = nlohmann::json::parse(Run({"recalls", "R-1", "--json"}).out);
  EXPECT_EQ(json["stock"].size(), 2U);
  EXPECT_EQ(json["stock"][1]["quarantined_g"], 1'500);
  EXPECT_EQ(json["lots"].size(), 1U);
  EXPECT_EQ(Run({"recalls", "R-9"}).exit_code, 1);
}

TEST_F(InventoryCommandsTest, LiftingARecallReleasesOnlyIfAsked) {
  const std::vector<std::string> lift = {
      "recall-lift", "R-1", "--at", "2025-07-09T09:00:00+08:00", "--reason", "tested"};
  EXPECT_THAT(Run(lift).out, HasSubstr("0 g are usable again"));
  std::vector<std::string> release = lift;
  release.push_back("--release");

  EXPECT_THAT(Run(release).out, HasSubstr("5,000 g are usable again"));
}

TEST_F(InventoryCommandsTest, PacksAreOpenedListedAndFinished) {
  EXPECT_THAT(Run({"open-pack", "school", "--at", "2025-06-30T07:30:00+08:00", "--line",
                   "product=dev-1kg,lot=L1,packs=2"})
                  .out,
              HasSubstr("as number 12; use by 2025-07-14"));
  EXPECT_EQ(server_.Requests<inventory::v1::OpenPacksRequest>().at(0).packs(), 2);
  EXPECT_EQ(Run({"finish-pack", "school", "--opening", "12", "--discarded-g", "180", "--at",
                 "2025-07-15T07:30:00+08:00"})
                .exit_code,
            0);
  EXPECT_EQ(server_.Requests<inventory::v1::FinishPacksRequest>().at(0).discarded_g(), 180);
  inventory::v1::OpenedPacks opened;
  opened.set_location_id("school");
  opened.set_overdue(true);
  server_.books().open_packs = {opened};

  EXPECT_THAT(Run({"open-packs", "--overdue"}).out, HasSubstr("OVERDUE"));
  EXPECT_TRUE(server_.Requests<inventory::v1::ListOpenPacksRequest>().at(0).overdue_only());
}

TEST_F(InventoryCommandsTest, ContactsAreSetAndShown) {
  EXPECT_EQ(Run({"set-contacts", "school", "--line", "name=王校长,duty=校长,phone=+8613800000000"})
                .exit_code,
            0);

  EXPECT_THAT(Run({"contacts", "school", "depot"}).out,
              AllOf(HasSubstr("王校长"), HasSubstr("nobody known")));
  const auto json = nlohmann::json::parse(Run({"contacts", "school", "--json"}).out);
  EXPECT_EQ(json[0]["contacts"][0]["phone"], "+8613800000000");
}

TEST_F(InventoryCommandsTest, ACountSheetIsPrintedFilledInCheckedAndRecorded) {
  inventory::v1::CountSheetLine line;
  line.set_lot_id(1);
  line.set_lot_number("L1");
  line.set_pack_weight_g(1'000);
  server_.books().count_sheet = {line};
  EXPECT_THAT(Run({"count-sheet", "school"}).out, HasSubstr("1,,,,L1,,1000,,,,\r\n"));
  TemporaryFolder folder;
  folder.Write("sheet.csv",
               "lot_id,pack_weight_g,full_packs,loose_g,reason,note\n1,1000,3,400,spilled,torn\n");
  const std::vector<std::string> count = {"count",        "school",
                                          "--counted-at", "2025-06-30T16:00:00+08:00",
                                          "--sheet",      folder.path() + "/sheet.csv"};
  std::vector<std::string> dry_run = count;
  dry_run.push_back("--dry-run");
  EXPECT_THAT(Run(dry_run).out, HasSubstr("dry run: 1 counts would be recorded"));
  EXPECT_TRUE(server_.Requests<inventory::v1::RecordCountsRequest>().empty());

  const CliResult result = Run(count);

  EXPECT_EQ(result.exit_code, 0) << result.err;
  EXPECT_THAT(result.out, AllOf(HasSubstr("recorded 1 counts"), HasSubstr("3,400")));
  const auto request = server_.Requests<inventory::v1::RecordCountsRequest>().at(0);
  EXPECT_EQ(request.counts(0).counted_g(), 3'400);
  EXPECT_EQ(request.counts(0).note(), "torn");
}

TEST_F(InventoryCommandsTest, ASheetWithAWrongRowRecordsNothingAndNamesTheRow) {
  TemporaryFolder folder;
  folder.Write("sheet.csv", "lot_id,pack_weight_g,full_packs,loose_g\n1,1000,3,4oo\n");

  const CliResult result = Run({"count", "school", "--counted-at", "2025-06-30T16:00:00+08:00",
                                "--sheet", folder.path() + "/sheet.csv"});

  EXPECT_EQ(result.exit_code, 1);
  EXPECT_THAT(result.err, HasSubstr("row 2: loose_g must be a whole number, is \"4oo\""));
  EXPECT_TRUE(server_.Requests<inventory::v1::RecordCountsRequest>().empty());
}

TEST_F(InventoryCommandsTest, AWriteOffStatesAReasonOfTheList) {
  const std::vector<std::string> adjust = {
      "adjust",  "school", "--at", "2025-06-30T16:00:00+08:00", "--line", "lot=L1,quantity_g=2000",
      "--reason"};
  std::vector<std::string> wrong = adjust;
  wrong.push_back("bad_luck");
  EXPECT_THAT(Run(wrong).err, AllOf(HasSubstr("--reason must be"), HasSubstr("pests")));
  std::vector<std::string> right = adjust;
  right.insert(right.end(), {"destroyed", "--condition", "quarantined", "--witness", "李检验员",
                             "--document", "type=inspection_certificate,id=D-9,number=2025-77"});

  EXPECT_EQ(Run(right).exit_code, 0);

  const auto request = server_.Requests<inventory::v1::AdjustStockRequest>().at(0);
  EXPECT_EQ(request.adjustment().reason(), inventory::v1::ADJUSTMENT_REASON_DESTROYED);
  EXPECT_EQ(request.adjustment().condition(), inventory::v1::ACCOUNT_KIND_QUARANTINED);
  EXPECT_EQ(request.adjustment().document().number(), "2025-77");
  EXPECT_THAT(Run({"reasons"}).out, AllOf(HasSubstr("water"), HasSubstr("受潮或水浸")));
}

TEST_F(InventoryCommandsTest, APaperIsKeptByItsHash) {
  TemporaryFolder folder;
  folder.Write("invoice.pdf", "abc");

  const CliResult result = Run({"purchase-document", "P-1", "INV-1", "--type", "invoice", "--file",
                                folder.path() + "/invoice.pdf"});

  EXPECT_EQ(result.exit_code, 0) << result.err;
  const auto document =
      server_.Requests<inventory::v1::AttachPurchaseDocumentRequest>().at(0).document();
  EXPECT_EQ(document.sha256().substr(0, 4), "\xba\x78\x16\xbf");
  EXPECT_EQ(Run({"purchase-document", "P-1", "INV-1", "--type", "poem"}).exit_code, 2);
}

TEST_F(InventoryCommandsTest, ACostIsReadInItsCurrencysDecimals) {
  const std::vector<std::string> cost = {
      "purchase-cost", "P-1",        "F-1", "--kind",     "freight", "--incurred-on",
      "2025-03-01",    "--currency", "AUD", "--document", "INV-1",   "--amount"};
  std::vector<std::string> exact = cost;
  exact.push_back("1250.05");
  EXPECT_EQ(Run(exact).exit_code, 0);
  std::vector<std::string> too_fine = cost;
  too_fine.push_back("1.005");
  EXPECT_EQ(Run(too_fine).exit_code, 2);

  const auto request = server_.Requests<inventory::v1::AddPurchaseCostRequest>().at(0);
  EXPECT_EQ(request.cost().amount().minor_units(), 125'005);
  EXPECT_EQ(request.cost().document_id(), "INV-1");
}

TEST_F(InventoryCommandsTest, SeveralLotsGoBackToTheSupplier) {
  const CliResult result =
      Run({"supplier-return", "RT-1", "--supplier", "farm", "--from", "depot", "--reason",
           "recalled", "--at", "2025-07-03T09:00:00+08:00", "--line",
           "lot=L1,condition=quarantined,quantity_g=20000", "--line", "lot_id=1,quantity_g=500"});

  EXPECT_EQ(result.exit_code, 0) << result.err;
  EXPECT_THAT(result.out, HasSubstr("returned 2 lots to farm (posting 77)"));
  EXPECT_THAT(Run({"supplier-returns"}).out, AllOf(HasSubstr("recalled"), HasSubstr("20,000")));
}

TEST_F(InventoryCommandsTest, ASummaryEndsWithTheSumOfAll) {
  inventory::v1::StockSum sum;
  sum.set_group("0-30");
  sum.set_usable_g(1'000);
  server_.books().stock_sums = {sum, sum};
  server_.books().stock_sums[1].set_group("31-90");

  EXPECT_THAT(Run({"stock-summary", "--by", "expiry"}).out,
              AllOf(HasSubstr("EXPIRY"), HasSubstr("2,000")));
  EXPECT_EQ(Run({"stock-summary", "--by", "colour"}).exit_code, 2);
}

TEST_F(InventoryCommandsTest, PostingsAreAskedForByReference) {
  inventory::v1::Posting posting;
  posting.set_position(3);
  posting.set_kind(inventory::v1::POSTING_KIND_RECALL);
  posting.set_reference("recall/R-1");
  server_.books().postings = {posting};

  const CliResult result =
      Run({"postings", "--reference", "recall/R-1", "--kind", "recall", "--lot-id", "7"});

  EXPECT_THAT(result.out, HasSubstr("recall/R-1"));
  const auto request = server_.Requests<inventory::v1::ListPostingsRequest>().at(0);
  EXPECT_EQ(request.kind(), inventory::v1::POSTING_KIND_RECALL);
  EXPECT_EQ(request.lot_id(), 7);
}

TEST_F(InventoryCommandsTest, CountsAreListedAndExplained) {
  inventory::v1::RecordedCount count;
  count.mutable_count()->set_lot_id(1);
  count.mutable_count()->set_counted_g(3'400);
  count.mutable_count()->set_reason(inventory::v1::COUNT_REASON_STOLEN);
  server_.books().counts = {count};

  EXPECT_THAT(Run({"counts", "school"}).out, AllOf(HasSubstr("3,400"), HasSubstr("stolen")));
  EXPECT_EQ(Run({"explain-count", "school", "--lot-id", "1", "--counted-at",
                 "2025-06-30T16:00:00+08:00", "--reason", "pests"})
                .exit_code,
            0);
  EXPECT_EQ(server_.Requests<inventory::v1::ExplainCountRequest>().at(0).reason(),
            inventory::v1::COUNT_REASON_PESTS);
}

}  // namespace
}  // namespace milkway::cli
