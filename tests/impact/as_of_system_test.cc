// Reports of staff as they were: byte for byte, whatever was recorded since; and why they
// are different now.

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "milkway/consumption/v1/distributions.grpc.pb.h"
#include "milkway/impact/v1/donors.grpc.pb.h"
#include "milkway/inventory/v1/log.grpc.pb.h"
#include "milkway/inventory/v1/stock.grpc.pb.h"
#include "tests/impact/statements_world.h"
#include "tests/support/refusal_matchers.h"
#include "tests/support/status_matchers.h"

namespace milkway::impact {
namespace {

using ::milkway::testing::IsOk;
using ::milkway::testing::IsRefusal;
using ::milkway::testing::NamesField;
using ::testing::Contains;
using ::testing::SizeIs;
namespace inv = inventory::v1;

constexpr int kBackdated = 1'000;

class AsOfTest : public ::testing::Test, public StatementsWorld {
 protected:
  AsOfTest() {
    programme().AddPlace("depot", inv::LOCATION_KIND_WAREHOUSE);
    programme().AddSchool("east", 40);
    programme().AddSchool("west", 30);
    lot_ = programme().Buy("L1", 1'000, "depot");
    programme().Send("S-1", "depot", "east", lot_, 400, 2);
    programme().Receive("S-1", lot_, 398, 1, 1, 3);
    programme().Send("S-2", "depot", "west", lot_, 300, 2);
    programme().Receive("S-2", lot_, 300, 0, 0, 3);
    EXPECT_THAT(GiveMoney("gift-may", 300'000), IsOk());
    EXPECT_THAT(Allocate("gift-may", lot_, 150'000), IsOk());
    EXPECT_THAT(ChargeFee("gift-may", 200), IsOk());
    EXPECT_THAT(SetAside(lot_, "east", 100'000), IsOk());
    EXPECT_THAT(GiveMoney("gift-east", 300'000, "east"), IsOk());
    EXPECT_THAT(Allocate("gift-east", lot_, 50'000), IsOk());
    programme().Serve("east", "1A", lot_, 1, 40, 5);
    programme().Serve("west", "1A", lot_, 1, 30, 5);
  }

  // The monthly report: every figure that staff can ask for. An absent moment is now.
  std::vector<std::string> Report(const v1::AsOf& as_of) {
    std::vector<std::string> pages;
    for (const char* gift : {"gift-may", "gift-east"}) {
      v1::GetGiftImpactRequest request;
      request.set_gift_id(gift);
      *request.mutable_as_of() = as_of;
      pages.push_back(Ask(&v1::GiftService::Stub::GetGiftImpact, request));
    }
    v1::GetDonorImpactRequest donor;
    donor.set_donor_id("somebody");
    *donor.mutable_as_of() = as_of;
    pages.push_back(Ask(&v1::DonorService::Stub::GetDonorImpact, donor));
    v1::GetProgrammeImpactRequest all;
    *all.mutable_as_of() = as_of;
    pages.push_back(Ask(&v1::DonorService::Stub::GetProgrammeImpact, all));
    inv::ListBalancesRequest balances;
    balances.set_include_virtual(true);
    balances.set_as_of_position(as_of.position());
    pages.push_back(Ask(&inv::StockService::Stub::ListBalances, balances));
    for (const auto grouping : {inv::STOCK_GROUPING_LOCATION, inv::STOCK_GROUPING_LOT,
                                inv::STOCK_GROUPING_PRODUCT, inv::STOCK_GROUPING_EXPIRY}) {
      inv::SummarizeStockRequest sums;
      sums.set_grouping(grouping);
      sums.set_on("2025-06-01");
      sums.set_as_of_position(as_of.position());
      pages.push_back(Ask(&inv::StockService::Stub::SummarizeStock, sums));
    }
    inv::GetLotPositionsRequest positions;
    positions.add_lot_ids(lot_);
    positions.set_as_of_position(as_of.position());
    pages.push_back(Ask(&inv::StockService::Stub::GetLotPositions, positions));
    inv::GetStockCardRequest card;
    card.set_location_id("east");
    card.set_lot_id(lot_);
    card.set_as_of_position(as_of.position());
    pages.push_back(Ask(&inv::StockService::Stub::GetStockCard, card));
    return pages;
  }

  template <typename Stub, typename Request, typename Response>
  std::string Ask(grpc::Status (Stub::*method)(grpc::ClientContext*, const Request&, Response*),
                  const Request& request) {
    const auto answer = programme().Call(method, request);
    EXPECT_THAT(answer, IsOk());
    return answer.ok() ? answer->DebugString() : "";
  }

  v1::AsOf Now() {
    const v1::GiftImpact impact = Live("gift-may");
    v1::AsOf as_of;
    as_of.set_position(impact.as_of_position());
    as_of.set_sequence(impact.as_of_sequence());
    return as_of;
  }

  v1::ExplainChangeResponse Explain(const std::string& gift_id, const v1::AsOf& from) {
    v1::ExplainChangeRequest request;
    request.set_gift_id(gift_id);
    *request.mutable_from() = from;
    const auto answer = programme().Call(&v1::GiftService::Stub::ExplainChange, request);
    EXPECT_THAT(answer, IsOk());
    return answer.ok() ? *answer : v1::ExplainChangeResponse();
  }

  // Takes back a class record that stands.
  void Withdraw(const std::string& school_id, const std::string& class_name, int day) {
    consumption::v1::ListDistributionsRequest list;
    list.set_school_id(school_id);
    list.set_from_day(trace::Programme::DateOf(day));
    list.set_to_day(trace::Programme::DateOf(day));
    list.set_class_name(class_name);
    const auto records =
        programme().Call(&consumption::v1::DistributionService::Stub::ListDistributions, list);
    ASSERT_THAT(records, IsOk());
    for (const auto& record : records->distributions()) {
      consumption::v1::CorrectDistributionRequest request;
      request.set_request_id(programme().NextRequestId());
      request.set_school_id(school_id);
      request.set_distribution_id(record.distribution_id());
      request.set_reason("another day");
      EXPECT_THAT(programme().Call(&consumption::v1::DistributionService::Stub::CorrectDistribution,
                                   request),
                  IsOk());
    }
  }

  int64_t lot_ = 0;
};

TEST_F(AsOfTest, AnOldReportIsTheSameToTheByteAfterAThousandBackdatedEntries) {
  const v1::AsOf then = Now();
  const std::vector<std::string> report = Report(v1::AsOf());
  ASSERT_EQ(Report(then), report);

  for (int entry = 0; entry < kBackdated; ++entry) {
    programme().Serve(entry % 2 == 0 ? "east" : "west", absl::StrCat("c", entry), lot_,
                      1 + entry % 20, 1 + entry % 20, 3 + entry % 2);
  }
  Withdraw("east", "1A", 5);
  EXPECT_THAT(AddCost(lot_, inv::COST_KIND_CREDIT, 70'000), IsOk());
  EXPECT_THAT(SendBack(lot_, "depot", 200'000, 4), IsOk());
  EXPECT_THAT(Allocate("gift-may", lot_, 10'000), IsOk());
  EXPECT_THAT(Refund("gift-may", 700), IsOk());
  EXPECT_THAT(SetAside(lot_, "west", 5'000), IsOk());
  EXPECT_THAT(GiveMilk("gift-milk", lot_, 1'000), IsOk());
  const int64_t later = programme().Buy("L2", 10, "depot");
  EXPECT_THAT(GiveMilk("gift-more", later, 1'000), IsOk());

  EXPECT_NE(Report(v1::AsOf()), report);
  EXPECT_EQ(Report(then), report);
}

TEST_F(AsOfTest, ATimeIsAMoment) {
  const v1::GiftImpact before = Live("gift-may");
  v1::AsOf then;
  // Entries of one moment stand microseconds apart.
  then.set_recorded_us(programme().system().clock().NowUs() + 500'000);
  programme().system().clock().Set(then.recorded_us() + 500'000);
  programme().Serve("east", "1B", lot_, 1, 20, 4);
  EXPECT_THAT(ChargeFee("gift-may", 200), IsOk());

  v1::GetGiftImpactRequest request;
  request.set_gift_id("gift-may");
  *request.mutable_as_of() = then;
  const auto answer = programme().Call(&v1::GiftService::Stub::GetGiftImpact, request);

  ASSERT_THAT(answer, IsOk());
  EXPECT_EQ(answer->impact().fees().minor_units(), 200);
  EXPECT_EQ(answer->impact().served_g(), before.served_g());
  EXPECT_EQ(answer->impact().as_of_sequence(), before.as_of_sequence());
}

TEST_F(AsOfTest, WhatIsNoMomentIsRefusedByItsField) {
  v1::GetGiftImpactRequest request;
  request.set_gift_id("gift-may");
  request.mutable_as_of()->set_sequence(1);
  EXPECT_THAT(programme().Call(&v1::GiftService::Stub::GetGiftImpact, request),
              NamesField("as_of.position"));
  request.mutable_as_of()->set_position(1'000'000);
  request.mutable_as_of()->set_sequence(Now().sequence());
  EXPECT_THAT(programme().Call(&v1::GiftService::Stub::GetGiftImpact, request),
              IsRefusal("LOG_SHORTER"));
  request.mutable_as_of()->set_recorded_us(1);
  EXPECT_THAT(programme().Call(&v1::GiftService::Stub::GetGiftImpact, request),
              NamesField("as_of.recorded_us"));
  request.mutable_as_of()->Clear();
  request.mutable_as_of()->set_recorded_us(1);
  EXPECT_THAT(programme().Call(&v1::GiftService::Stub::GetGiftImpact, request),
              IsRefusal("LOG_YOUNGER"));
  request.mutable_as_of()->Clear();
  request.mutable_as_of()->set_position(1);
  EXPECT_THAT(programme().Call(&v1::GiftService::Stub::GetGiftImpact, request),
              IsRefusal("GIFT_UNKNOWN"));
}

TEST_F(AsOfTest, AChangeIsExplainedByWhatWasRecordedInBetween) {
  const v1::AsOf then = Now();
  programme().Serve("east", "1B", lot_, 1, 20, 4);
  Withdraw("west", "1A", 5);
  EXPECT_THAT(ChargeFee("gift-may", 300), IsOk());
  EXPECT_THAT(Allocate("gift-east", lot_, 1'000), IsOk());
  EXPECT_THAT(AddCost(lot_, inv::COST_KIND_FREIGHT, 4'000), IsOk());

  const v1::ExplainChangeResponse answer = Explain("gift-may", then);

  EXPECT_EQ(answer.after().DebugString(), Live("gift-may").DebugString());
  ASSERT_THAT(answer.changes(), SizeIs(5));
  EXPECT_EQ(answer.changes(0).served_g(), 500);
  EXPECT_EQ(answer.changes(0).kind(), v1::CHANGE_KIND_POSTING);
  EXPECT_EQ(answer.changes(1).served_g(), -750);
  EXPECT_GT(answer.changes(1).corrects_position(), 0);
  EXPECT_EQ(answer.changes(2).kind(), v1::CHANGE_KIND_COST);
  EXPECT_EQ(answer.changes(2).amount().minor_units(), 4'000);
  EXPECT_EQ(answer.changes(3).kind(), v1::CHANGE_KIND_FEE);
  EXPECT_EQ(answer.changes(3).amount().minor_units(), 300);
  EXPECT_EQ(answer.changes(3).reason(), "bank");
  EXPECT_EQ(answer.changes(4).kind(), v1::CHANGE_KIND_ALLOCATION);
}

TEST_F(AsOfTest, WhatIsExplainedGoesForward) {
  v1::ExplainChangeRequest request;
  request.set_gift_id("gift-may");
  EXPECT_THAT(programme().Call(&v1::GiftService::Stub::ExplainChange, request), NamesField("from"));
  *request.mutable_from() = Now();
  request.mutable_to()->set_position(Now().position() - 1);
  request.mutable_to()->set_sequence(Now().sequence());
  EXPECT_THAT(programme().Call(&v1::GiftService::Stub::ExplainChange, request), NamesField("to"));
}

}  // namespace
}  // namespace milkway::impact
