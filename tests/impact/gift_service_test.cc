// Recording gifts and spending them, over gRPC and with other services that answer,
// refuse or are away.

#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/runtime/once.h"
#include "tests/impact/impact_system.h"

namespace milkway::impact {
namespace {

using ::milkway::testing::IsOk;
using ::milkway::testing::IsRefusal;
using ::milkway::testing::NamesField;
using ::milkway::testing::StatusIs;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Not;

class GiftServiceTest : public ImpactSystemTest {};

TEST_F(GiftServiceTest, AGiftIsConvertedAtTheRateOfItsDay) {
  const auto gift = Record(RecordRequest("G-1", "CNY", 100'001));

  ASSERT_THAT(gift, IsOk());
  EXPECT_EQ(gift->ShortDebugString(),
            "gift_id: \"G-1\" donor_id: \"D-1\" received_on: \"2025-02-03\" "
            "amount { currency_code: \"CNY\" minor_units: 100001 } "
            "base_amount { currency_code: \"AUD\" minor_units: 20000 } "
            "allocated { currency_code: \"CNY\" } base_allocated { currency_code: \"AUD\" } "
            "kind: GIFT_KIND_MONEY fees { currency_code: \"CNY\" } "
            "base_fees { currency_code: \"AUD\" } refunded { currency_code: \"CNY\" } "
            "base_refunded { currency_code: \"AUD\" }");
  EXPECT_EQ(GetGift("G-1")->SerializeAsString(), gift->SerializeAsString());
  EXPECT_THAT(fakes_.TakeCalls(), ElementsAre("GetProgramme", "GetExchangeRate"));
}

TEST_F(GiftServiceTest, TheFirstGiftFixesTheBaseCurrency) {
  fakes_.SetBaseCurrency("");
  const v1::RecordGiftRequest request = RecordRequest("G-1", "CNY", 100'000);

  ASSERT_THAT(Record(request), IsOk());

  EXPECT_THAT(fakes_.TakeCalls(), ElementsAre("GetProgramme", "SetProgramme", "GetExchangeRate"));
  const auto id = runtime::ParseRequestId("request_id", fakes_.SetProgrammeIds().at(0));
  ASSERT_THAT(id, IsOk());
  EXPECT_NE(*id, *runtime::ParseRequestId("request_id", request.request_id()));
}

TEST_F(GiftServiceTest, FixingTheBaseCurrencyIsTheSameRequestEachTime) {
  fakes_.SetBaseCurrency("");
  v1::RecordGiftRequest request = RecordRequest("G-1", "EUR", 100'000);
  ASSERT_THAT(Record(request), IsRefusal("EXCHANGE_RATE_MISSING"));
  fakes_.SetBaseCurrency("");

  ASSERT_THAT(Record(request), IsRefusal("EXCHANGE_RATE_MISSING"));

  ASSERT_EQ(fakes_.SetProgrammeIds().size(), 2);
  EXPECT_EQ(fakes_.SetProgrammeIds()[0], fakes_.SetProgrammeIds()[1]);
}

TEST_F(GiftServiceTest, ABaseCurrencyThatSomebodyElseFixedMeanwhileStands) {
  fakes_.SetBaseCurrency("");
  fakes_.FixMeanwhile("CNY");

  const auto gift = Record(RecordRequest("G-1", "CNY", 100'000));

  ASSERT_THAT(gift, IsOk());
  EXPECT_EQ(gift->base_amount().currency_code(), "CNY");
  EXPECT_EQ(gift->base_amount().minor_units(), 100'000);
}

TEST_F(GiftServiceTest, AMissingRateIsSaidAndNothingIsStored) {
  const v1::RecordGiftRequest request = RecordRequest("G-1", "EUR", 100'000);

  const auto refused = Record(request);

  EXPECT_THAT(refused, IsRefusal("EXCHANGE_RATE_MISSING"));
  EXPECT_THAT(refused, StatusIs(absl::StatusCode::kFailedPrecondition));
  EXPECT_EQ(runtime::PartsOf(refused.status()).metadata.at("on"), "2025-02-03");
  EXPECT_THAT(GetGift("G-1"), IsRefusal("GIFT_UNKNOWN"));

  fakes_.SetRate("EUR", "AUD", "1.7");
  EXPECT_EQ(Record(request)->base_amount().minor_units(), 170'000);
}

TEST_F(GiftServiceTest, AWrongFieldIsNamedAndNobodyIsAsked) {
  v1::RecordGiftRequest gift = RecordRequest("G-1", "CNY", 0);
  v1::AllocateGiftRequest allocation = AllocateRequest("A-1", "G-1", 0, "CNY", 1);
  v1::RecordGiftRequest no_id = RecordRequest("G-1", "CNY", 1);
  no_id.set_request_id("1");

  EXPECT_THAT(Record(gift), NamesField("gift.amount"));
  EXPECT_THAT(Allocate(allocation), NamesField("allocation.lot_id"));
  EXPECT_THAT(Record(no_id), NamesField("request_id"));
  EXPECT_THAT(GetGift(""), NamesField("gift_id"));
  EXPECT_THAT(GetImpact("a b"), NamesField("gift_id"));
  EXPECT_THAT(fakes_.TakeCalls(), IsEmpty());
}

TEST_F(GiftServiceTest, ARepeatedRequestIsAnsweredWhileTheInventoryIsAway) {
  const v1::RecordGiftRequest gift_request = RecordRequest("G-1", "CNY", 100'000);
  const v1::AllocateGiftRequest allocation_request = AllocateRequest("A-1", "G-1", 7, "CNY", 500);
  const auto gift = Record(gift_request);
  const auto allocation = Allocate(allocation_request);
  ASSERT_THAT(allocation, IsOk());
  fakes_.GoAway();

  EXPECT_EQ(Record(gift_request)->SerializeAsString(), gift->SerializeAsString());
  EXPECT_EQ(Allocate(allocation_request)->SerializeAsString(), allocation->SerializeAsString());
  v1::RecordGiftRequest other_body = gift_request;
  other_body.mutable_gift()->mutable_amount()->set_minor_units(1);
  EXPECT_THAT(Record(other_body), IsRefusal("REQUEST_ID_REUSED"));
}

TEST_F(GiftServiceTest, WhatIsStoredAlreadyNeedsNobodyElse) {
  ASSERT_THAT(Record(RecordRequest("G-1", "CNY", 100'000)), IsOk());
  const auto allocation = Allocate(AllocateRequest("A-1", "G-1", 7, "CNY", 500));
  fakes_.GoAway();

  // Under request ids of their own.
  const auto gift = Record(RecordRequest("G-1", "CNY", 100'000));
  EXPECT_EQ(gift->allocated().minor_units(), 500);
  EXPECT_EQ(Allocate(AllocateRequest("A-1", "G-1", 7, "CNY", 500))->SerializeAsString(),
            allocation->SerializeAsString());
  EXPECT_THAT(Record(RecordRequest("G-1", "CNY", 100'001)), IsRefusal("GIFT_EXISTS"));
  EXPECT_THAT(Allocate(AllocateRequest("A-1", "G-1", 7, "CNY", 501)),
              IsRefusal("ALLOCATION_EXISTS"));
}

TEST_F(GiftServiceTest, WhileTheInventoryIsAwayNothingNewIsStored) {
  ASSERT_THAT(Record(RecordRequest("G-1", "CNY", 100'000)), IsOk());
  fakes_.GoAway();
  const v1::RecordGiftRequest gift_request = RecordRequest("G-2", "CNY", 100'000);
  const v1::AllocateGiftRequest allocation_request = AllocateRequest("A-1", "G-1", 7, "CNY", 500);

  EXPECT_THAT(Record(gift_request), StatusIs(absl::StatusCode::kUnavailable));
  EXPECT_THAT(Allocate(allocation_request), StatusIs(absl::StatusCode::kUnavailable));

  EXPECT_THAT(GetGift("G-2"), IsRefusal("GIFT_UNKNOWN"));
  EXPECT_EQ(GetGift("G-1")->allocated().minor_units(), 0);
  fakes_.ComeBack();
  EXPECT_THAT(Record(gift_request), IsOk());
  EXPECT_THAT(Allocate(allocation_request), IsOk());
}

TEST_F(GiftServiceTest, WithoutAWayToTheInventoryNothingIsStored) {
  Start(runtime::Peers());

  EXPECT_THAT(Record(RecordRequest("G-1", "CNY", 1)), StatusIs(absl::StatusCode::kUnavailable));
  EXPECT_THAT(Allocate(AllocateRequest("A-1", "G-1", 7, "CNY", 1)),
              StatusIs(absl::StatusCode::kUnavailable));
  EXPECT_THAT(GetGift("G-1"), IsRefusal("GIFT_UNKNOWN"));
}

TEST_F(GiftServiceTest, AnAllocationBuysAtTheLandedCostOfTheMoment) {
  ASSERT_THAT(Record(RecordRequest("G-1", "AUD", 10'000)), IsOk());
  ASSERT_THAT(Allocate(AllocateRequest("A-1", "G-1", 7, "AUD", 3'333)), IsOk());
  fakes_.SetLot(7, 10'000, 12'000);

  const auto second = Allocate(AllocateRequest("A-2", "G-1", 7, "AUD", 5'000));

  ASSERT_THAT(second, IsOk());
  EXPECT_EQ(second->ShortDebugString(),
            "allocation_id: \"A-2\" gift_id: \"G-1\" lot_id: 7 allocated_on: \"2025-02-04\" "
            "amount { currency_code: \"AUD\" minor_units: 5000 } "
            "base_amount { currency_code: \"AUD\" minor_units: 5000 } "
            "bought_g: 3846 lot_weight_g: 10000 lot_cost_minor: 12000 earlier_paid_minor: 3333 "
            "earlier_bought_g: 3333 sequence: 3");
}

TEST_F(GiftServiceTest, TheLabelOfALotIsAskedForOnce) {
  ASSERT_THAT(Record(RecordRequest("G-1", "AUD", 10'000)), IsOk());
  fakes_.TakeCalls();

  ASSERT_THAT(Allocate(AllocateRequest("A-1", "G-1", 7, "AUD", 1)), IsOk());
  EXPECT_THAT(fakes_.TakeCalls(), ElementsAre("GetLots", "GetProduct"));
  ASSERT_THAT(Allocate(AllocateRequest("A-2", "G-1", 7, "AUD", 1)), IsOk());
  EXPECT_THAT(fakes_.TakeCalls(), ElementsAre("GetLots"));
}

TEST_F(GiftServiceTest, ARefusedAllocationSaysWhyWithNumbers) {
  ASSERT_THAT(Record(RecordRequest("G-1", "AUD", 20'000)), IsOk());

  const auto unknown_lot = Allocate(AllocateRequest("A-1", "G-1", 8, "AUD", 1));
  const auto unknown_gift = Allocate(AllocateRequest("A-1", "G-2", 7, "AUD", 1));
  const auto currency = Allocate(AllocateRequest("A-1", "G-1", 7, "CNY", 1));
  const auto overspent = Allocate(AllocateRequest("A-1", "G-1", 7, "AUD", 20'001));
  const auto overpaid = Allocate(AllocateRequest("A-1", "G-1", 7, "AUD", 10'001));

  EXPECT_THAT(unknown_lot, IsRefusal("LOT_UNKNOWN"));
  EXPECT_THAT(unknown_gift, IsRefusal("GIFT_UNKNOWN"));
  EXPECT_THAT(currency, NamesField("allocation.amount"));
  EXPECT_THAT(overspent, IsRefusal("GIFT_OVERSPENT"));
  EXPECT_EQ(runtime::PartsOf(overspent.status()).metadata.at("left_minor"), "20000");
  EXPECT_THAT(overpaid, IsRefusal("LOT_OVERPAID"));
  EXPECT_EQ(runtime::PartsOf(overpaid.status()).metadata.at("left_minor"), "10000");
  EXPECT_EQ(GetGift("G-1")->allocated().minor_units(), 0);
}

TEST_F(GiftServiceTest, AnAnswerThatCannotBeIsNotStored) {
  ASSERT_THAT(Record(RecordRequest("G-1", "AUD", 20'000)), IsOk());
  const auto is_internal = StatusIs(absl::StatusCode::kInternal);
  const auto allocate = [&] { return Allocate(AllocateRequest("A-1", "G-1", 7, "AUD", 1)); };

  fakes_.spoil_lots = [](inventory::v1::GetLotsResponse* answer) { answer->clear_lots(); };
  EXPECT_THAT(allocate(), is_internal);
  fakes_.spoil_lots = [](auto* answer) { answer->mutable_lots(0)->set_lot_id(8); };
  EXPECT_THAT(allocate(), is_internal);
  fakes_.spoil_lots = [](auto* answer) { answer->mutable_lots(0)->set_quantity_g(0); };
  EXPECT_THAT(allocate(), is_internal);
  fakes_.spoil_lots = [](auto* answer) {
    answer->mutable_lots(0)->mutable_landed_cost()->set_minor_units(-1);
  };
  EXPECT_THAT(allocate(), is_internal);
  fakes_.spoil_lots = nullptr;
  fakes_.SetCostCurrency("CNY");
  EXPECT_THAT(allocate(), is_internal);
  fakes_.spoil_rate = [](auto* answer) { answer->mutable_exchange_rate()->set_rate("a lot"); };
  EXPECT_THAT(Record(RecordRequest("G-2", "CNY", 1)), is_internal);
  fakes_.SetBaseCurrency("milk");
  EXPECT_THAT(Record(RecordRequest("G-2", "CNY", 1)), is_internal);

  EXPECT_EQ(GetGift("G-1")->allocated().minor_units(), 0);
  EXPECT_THAT(GetGift("G-2"), IsRefusal("GIFT_UNKNOWN"));
}

TEST_F(GiftServiceTest, AllocationsAtTheSameTimeNeverOverpayALot) {
  ASSERT_THAT(Record(RecordRequest("G-1", "AUD", 1'000'000)), IsOk());
  constexpr int kThreads = 8;
  constexpr int kAllocations = 20;
  std::vector<std::vector<v1::AllocateGiftRequest>> requests(kThreads);
  for (int thread = 0; thread < kThreads; ++thread) {
    for (int k = 0; k < kAllocations; ++k) {
      requests[thread].push_back(
          AllocateRequest(absl::StrCat("A-", thread, "-", k), "G-1", 7, "AUD", 73));
    }
  }

  std::vector<std::thread> threads;
  for (const auto& mine : requests) {
    threads.emplace_back([this, &mine] {
      for (const v1::AllocateGiftRequest& request : mine) {
        const auto first = Allocate(request);
        EXPECT_EQ(Allocate(request).ok(), first.ok());
      }
    });
  }
  for (std::thread& thread : threads) thread.join();

  // 136 · 73 = 9,928; one more would be above 10,000.
  EXPECT_EQ(GetGift("G-1")->allocated().minor_units(), 9'928);
  EXPECT_EQ(Allocate(AllocateRequest("last", "G-1", 7, "AUD", 72))->earlier_paid_minor(), 9'928);
}

TEST_F(GiftServiceTest, EverythingOutlivesARestart) {
  const v1::RecordGiftRequest request = RecordRequest("G-1", "CNY", 100'000);
  ASSERT_THAT(Record(request), IsOk());
  ASSERT_THAT(Allocate(AllocateRequest("A-1", "G-1", 7, "CNY", 500)), IsOk());
  Stop();
  store_.Reopen();
  Start(runtime::Peers());

  EXPECT_THAT(Record(request), IsOk());
  EXPECT_EQ(GetGift("G-1")->allocated().minor_units(), 500);
  EXPECT_THAT(Record(RecordRequest("G-2", "CNY", 1)), Not(IsOk()));
}

}  // namespace
}  // namespace milkway::impact
