// The order in which dispatches, milestones, receipts, distributions and counts are
// posted.

#include <map>
#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "milkway/consumption/v1/distributions.pb.h"
#include "milkway/inventory/v1/stock.pb.h"
#include "milkway/shipments/v1/shipments.pb.h"
#include "tests/cli/cli_runner.h"
#include "tests/cli/fake_server.h"

namespace milkway::cli {
namespace {

using ::testing::ElementsAre;
using testing::FakeServer;
using ::testing::IsEmpty;
using testing::RunCli;
using testing::TemporaryFolder;
using testing::WriteProgramme;

// "dispatch S-1", "milestone S-1", "receipt R-1", "distribution 2025-02-11", "count 8900";
// empty for requests that are no event.
std::string EventOf(const google::protobuf::Message& message) {
  if (const auto* dispatch =
          dynamic_cast<const shipments::v1::DispatchShipmentRequest*>(&message)) {
    return "dispatch " + dispatch->shipment_id();
  }
  if (const auto* milestone =
          dynamic_cast<const shipments::v1::RecordMilestoneRequest*>(&message)) {
    return "milestone " + milestone->shipment_id();
  }
  if (const auto* receipt = dynamic_cast<const shipments::v1::RecordReceiptRequest*>(&message)) {
    return "receipt " + receipt->receipt().receipt_id();
  }
  if (const auto* record =
          dynamic_cast<const consumption::v1::RecordDistributionRequest*>(&message)) {
    return "distribution " + record->distribution().served_on();
  }
  if (const auto* count = dynamic_cast<const inventory::v1::RecordCountRequest*>(&message)) {
    return "count " + std::to_string(count->count().counted_g());
  }
  return "";
}

// The events of the good programme with `changed` files, in the order of their calls.
std::vector<std::string> EventsOf(const std::map<std::string, std::string>& changed) {
  FakeServer server;
  std::vector<std::string> events;
  server.SetHook([&events](const google::protobuf::Message& message) {
    const std::string event = EventOf(message);
    if (!event.empty()) events.push_back(event);
    return grpc::Status::OK;
  });
  TemporaryFolder folder;
  WriteProgramme(&folder, changed);
  const auto result = RunCli({"import", folder.path(), "--server", server.address()});
  EXPECT_THAT(result.err, IsEmpty());
  return events;
}

constexpr char kShipmentHeader[] = "shipment_id,origin_id,destination_id,mode,dispatched_at\n";
constexpr char kShipmentLineHeader[] = "shipment_id,product_id,lot_number,packs\n";
constexpr char kReceiptHeader[] =
    "receipt_id,shipment_id,received_at,product_id,lot_number,received_packs,damaged_packs,"
    "missing_packs\n";
constexpr char kDistributionHeader[] =
    "distribution_id,school_id,served_on,class,product_id,lot_number,serving_g,students,wasted_g,"
    "served_at\n";
constexpr char kCountHeader[] =
    "count_id,location_id,counted_at,product_id,lot_number,counted_g,after_serving\n";
constexpr char kMilestoneHeader[] = "milestone_id,shipment_id,occurred_at,kind\n";

TEST(ImportOrder, EventsGoByTheirInstantWhateverTheirOffsetsSay) {
  EXPECT_THAT(EventsOf({}),
              ElementsAre("dispatch S-1", "milestone S-1", "receipt R-1", "distribution 2025-02-11",
                          "distribution 2025-02-12", "count 8900"));
}

TEST(ImportOrder, AtOneInstantGoodsComeInBeforeTheyGoOutAndCountsAreLast) {
  EXPECT_THAT(EventsOf({{"distributions.csv", std::string(kDistributionHeader) +
                                                  "D-1,school,2025-02-10,3A,dev-1kg,L1,25,1,0,"
                                                  "2025-02-10T15:00:00+08:00\n"},
                        {"counts.csv", std::string(kCountHeader) +
                                           "K-1,school,2025-02-10T15:00:00+08:00,dev-1kg,L1,1,\n"},
                        {"milestones.csv", std::string(kMilestoneHeader) +
                                               "M-1,S-1,2025-02-01T09:00:00+11:00,departed\n"}}),
              ElementsAre("dispatch S-1", "milestone S-1", "receipt R-1", "distribution 2025-02-10",
                          "count 1"));
}

TEST(ImportOrder, ABagReceivedInTheAfternoonCanBeServedOnThatDay) {
  EXPECT_THAT(EventsOf({{"distributions.csv", std::string(kDistributionHeader) +
                                                  "D-1,school,2025-02-10,3A,dev-1kg,L1,25,1,0,\n"},
                        {"counts.csv", kCountHeader},
                        {"milestones.csv", kMilestoneHeader}}),
              ElementsAre("dispatch S-1", "receipt R-1", "distribution 2025-02-10"));
}

TEST(ImportOrder, ACountAfterServingFollowsItsDaysDistributions) {
  EXPECT_THAT(EventsOf({{"distributions.csv", std::string(kDistributionHeader) +
                                                  "D-1,school,2025-02-11,3A,dev-1kg,L1,25,1,0,\n"},
                        {"counts.csv", std::string(kCountHeader) +
                                           "K-1,school,2025-02-11T08:00:00+08:00,dev-1kg,L1,1,no\n"
                                           "K-2,school,2025-02-11T09:00:00+08:00,dev-1kg,L2,2,yes\n"
                                           "K-3,school,2025-02-11T10:00:00+08:00,dev-1kg,L2,3,\n"},
                        {"milestones.csv", kMilestoneHeader}}),
              ElementsAre("dispatch S-1", "receipt R-1", "count 1", "count 3",
                          "distribution 2025-02-11", "count 2"));
}

TEST(ImportOrder, GoodsCanPassTwoPlacesAtOneInstant) {
  const std::string at = ",2025-02-01T09:00:00+11:00";

  EXPECT_THAT(
      EventsOf({{"locations.csv",
                 "location_id,kind,name_en,name_zh,country,time_zone\n"
                 "burra,supplier,Burra,布拉,AU,Australia/Melbourne\n"
                 "depot,warehouse,Depot,仓库,AU,Australia/Melbourne\n"
                 "port,port,Port,港,CN,Asia/Shanghai\n"
                 "school,school,School,学校,CN,Asia/Shanghai\n"},
                // The second leg stands first in the file.
                {"shipments.csv", kShipmentHeader + std::string("S-2,port,school,air") + at +
                                      "\nS-1,depot,port,air" + at + "\n"},
                {"shipment_lines.csv",
                 std::string(kShipmentLineHeader) + "S-1,dev-1kg,L1,10\nS-2,dev-1kg,L1,10\n"},
                {"receipts.csv", kReceiptHeader + std::string("R-2,S-2") + at +
                                     ",dev-1kg,L1,10,0,0\nR-1,S-1" + at + ",dev-1kg,L1,10,0,0\n"},
                {"milestones.csv", kMilestoneHeader},
                {"distributions.csv", kDistributionHeader},
                {"counts.csv", kCountHeader}}),
      ElementsAre("dispatch S-1", "receipt R-1", "dispatch S-2", "receipt R-2"));
}

TEST(ImportOrder, WhatMovedNothingFollowsThePostingItWasRecordedAfter) {
  const std::string header =
      "count_id,location_id,counted_at,product_id,lot_number,counted_g,recorded\n";
  const auto row = [](const std::string& grams, const std::string& recorded) {
    return "K-" + grams + ",school,2025-02-12T16:0" + grams + ":00+08:00,dev-1kg,L1," + grams +
           "," + recorded + "\n";
  };

  EXPECT_THAT(EventsOf({{"distributions.csv", kDistributionHeader},
                        {"milestones.csv", kMilestoneHeader},
                        {"receipts.csv", kReceiptHeader},
                        {"counts.csv", header + row("6", "") + row("5", "18") + row("4", "17+250") +
                                           row("3", "17+90") + row("2", "17") + row("1", "0+5")}}),
              ElementsAre("count 1", "count 2", "count 3", "count 4", "count 5", "dispatch S-1",
                          "count 6"));
}

TEST(ImportOrder, SchoolsOfSeveralTimeZonesEndTheirDaysAtTheirOwnMidnights) {
  const auto events =
      EventsOf({{"locations.csv",
                 "location_id,kind,name_en,name_zh,country,time_zone\n"
                 "burra,supplier,Burra,布拉,AU,Australia/Melbourne\n"
                 "depot,warehouse,Depot,仓库,AU,Australia/Melbourne\n"
                 "school,school,School,学校,CN,Asia/Shanghai\n"
                 "west,school,West,西,KZ,Asia/Almaty\n"},
                {"students.csv",
                 "school_id,student_number,class,birth_month,sex,enrolled_on\n"
                 "school,1,3A,2016-04,f,2024-09-01\nwest,1,3A,2016-04,f,2024-09-01\n"},
                {"distributions.csv", std::string(kDistributionHeader) +
                                          "D-1,west,2025-02-11,3A,dev-1kg,L1,25,1,0,\n"
                                          "D-2,school,2025-02-12,3A,dev-1kg,L1,25,1,0,"
                                          "2025-02-12T01:00:00+08:00\n"},
                {"counts.csv", kCountHeader},
                {"milestones.csv", kMilestoneHeader}});

  // 23:59:59 of the 11th in Almaty is 02:59:59 of the 12th in Shanghai.
  EXPECT_THAT(events, ElementsAre("dispatch S-1", "receipt R-1", "distribution 2025-02-12",
                                  "distribution 2025-02-11"));
}

}  // namespace
}  // namespace milkway::cli
