// Donors, pools and suggestions over gRPC, with other services that answer.

#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/impact/impact_system.h"

namespace milkway::impact {
namespace {

using ::milkway::testing::IsOk;
using ::milkway::testing::IsRefusal;
using ::milkway::testing::NamesField;
using ::milkway::testing::StatusIs;
using ::testing::ElementsAre;

class DonorServiceTest : public ImpactSystemTest {
 protected:
  absl::StatusOr<v1::PutDonorResponse> Put(const std::string& name, const std::string& etag) {
    v1::PutDonorRequest request;
    request.set_request_id(NextId());
    request.mutable_donor()->set_donor_id("D-1");
    request.mutable_donor()->set_display_name(name);
    request.mutable_donor()->set_language("zh");
    request.mutable_donor()->set_etag(etag);
    return Call(&v1::DonorService::Stub::PutDonor, request);
  }
  absl::StatusOr<v1::GetDonorImpactResponse> ImpactOf(const std::string& donor_id) {
    v1::GetDonorImpactRequest request;
    request.set_donor_id(donor_id);
    return Call(&v1::DonorService::Stub::GetDonorImpact, request);
  }
  absl::StatusOr<v1::SetAsideResponse> PutAside(const std::string& school, int64_t grams) {
    v1::SetAsideRequest request;
    request.set_request_id(NextId());
    request.mutable_set_aside()->set_set_aside_id("S-" + school);
    request.mutable_set_aside()->set_lot_id(7);
    request.mutable_set_aside()->set_school_id(school);
    request.mutable_set_aside()->set_quantity_g(grams);
    request.mutable_set_aside()->set_set_aside_on("2025-02-04");
    return Call(&v1::PoolService::Stub::SetAside, request);
  }
  v1::RecordGiftRequest SchoolGift(const std::string& gift_id, const std::string& school) {
    v1::RecordGiftRequest request = RecordRequest(gift_id, "AUD", 2'000);
    request.mutable_gift()->set_kind(v1::GIFT_KIND_SCHOOL);
    request.mutable_gift()->set_school_id(school);
    return request;
  }

 private:
  std::string NextId() { return runtime::FormatRequestId({9, ++last_id_}); }
  uint64_t last_id_ = 0;
};

TEST_F(DonorServiceTest, ADonorIsReplacedByWhoHasSeenThem) {
  const auto first = Put("李女士", "");
  ASSERT_THAT(first, IsOk());
  EXPECT_THAT(Put("somebody else", ""), IsRefusal("DONOR_CHANGED"));

  ASSERT_THAT(Put("", first->donor().etag()), IsOk());

  v1::GetDonorRequest request;
  request.set_donor_id("D-1");
  const auto donor = Call(&v1::DonorService::Stub::GetDonor, request);
  EXPECT_EQ(donor->donor().display_name(), "");
  EXPECT_EQ(donor->donor().language(), "zh");
  request.set_donor_id("D-2");
  EXPECT_THAT(Call(&v1::DonorService::Stub::GetDonor, request), IsRefusal("DONOR_UNKNOWN"));
  EXPECT_EQ(Call(&v1::DonorService::Stub::ListDonors, v1::ListDonorsRequest())->donors_size(), 1);
}

TEST_F(DonorServiceTest, DonorsAndThePublicAreNotTold) {
  v1::GetDonorImpactRequest request;
  request.set_donor_id("D-1");
  EXPECT_THAT(Call(&v1::DonorService::Stub::GetDonorImpact, request, "donor:D-1"),
              StatusIs(absl::StatusCode::kPermissionDenied));
  EXPECT_THAT(Call(&v1::DonorService::Stub::GetProgrammeImpact, v1::GetProgrammeImpactRequest(),
                   "donor:D-1"),
              StatusIs(absl::StatusCode::kPermissionDenied));
}

TEST_F(DonorServiceTest, OfAllGiftsOfADonorEachChildCountsOnce) {
  fakes_.SetLot(8, 10'000, 10'000);
  ASSERT_THAT(Record(RecordRequest("G-1", "AUD", 4'000)), IsOk());
  ASSERT_THAT(Record(RecordRequest("G-2", "AUD", 4'000)), IsOk());
  ASSERT_THAT(Allocate(AllocateRequest("A-1", "G-1", 7, "AUD", 4'000)), IsOk());
  ASSERT_THAT(Allocate(AllocateRequest("A-2", "G-2", 7, "AUD", 1'000)), IsOk());
  ASSERT_THAT(Allocate(AllocateRequest("A-3", "G-2", 8, "AUD", 2'000)), IsOk());
  fakes_.Serve(7, "school-a", 1, 40, 25);
  fakes_.Serve(8, "school-a", 21, 40, 25);

  const auto all = ImpactOf("D-1");

  ASSERT_THAT(all, IsOk());
  const auto first = GetImpact("G-1");
  const auto second = GetImpact("G-2");
  EXPECT_EQ(all->impact().gift_count(), 2);
  EXPECT_EQ(all->impact().amount().minor_units(), 8'000);
  EXPECT_EQ(all->impact().unspent().minor_units(), 1'000);
  EXPECT_EQ(all->impact().served_g(), first->served_g() + second->served_g());
  EXPECT_EQ(all->impact().servings(), first->servings() + second->servings());
  EXPECT_EQ(all->impact().lots_size(), 2);
  // 40 cups in all times 0.5 and 0.2 are 28 cups; 60 different children drank.
  EXPECT_EQ(all->impact().children_reached(), 28);
  EXPECT_THAT(fakes_.PairsAsked().at(0).size(), 2);
}

TEST_F(DonorServiceTest, ADonorWithoutGiftsIsToldNothingAndAStrangerIsUnknown) {
  EXPECT_THAT(ImpactOf("D-1"), IsRefusal("DONOR_UNKNOWN"));
  ASSERT_THAT(Put("李女士", ""), IsOk());

  EXPECT_EQ(ImpactOf("D-1")->impact().gift_count(), 0);
}

TEST_F(DonorServiceTest, TheProgrammeIsItsGiftsAndWhatNobodyPaidFor) {
  fakes_.SetLot(8, 5'000, 2'000);
  ASSERT_THAT(Record(RecordRequest("G-1", "AUD", 6'000)), IsOk());
  ASSERT_THAT(Allocate(AllocateRequest("A-1", "G-1", 7, "AUD", 5'000)), IsOk());
  fakes_.Serve(7, "school-a", 1, 40, 25);
  fakes_.Serve(8, "school-b", 1, 20, 25);
  fakes_.Lose(7, 100);
  fakes_.Return(8, 1'000);

  const auto answer =
      Call(&v1::DonorService::Stub::GetProgrammeImpact, v1::GetProgrammeImpactRequest());

  ASSERT_THAT(answer, IsOk());
  const v1::ProgrammeImpact& programme = answer->impact();
  EXPECT_EQ(programme.lot_count(), 2);
  EXPECT_EQ(programme.landed_cost().minor_units(), 12'000);
  EXPECT_EQ(programme.unpaid_cost().minor_units(), 7'000);
  EXPECT_EQ(programme.unspent().minor_units(), 1'000);
  EXPECT_EQ(programme.all().ShortDebugString(),
            "funded_g: 15000 served_g: 1500 servings: 60 lost_g: 100 returned_g: 1000 "
            "remaining_g: 12400");
  EXPECT_EQ(programme.gifts().ShortDebugString(),
            "funded_g: 5000 served_g: 500 servings: 20 lost_g: 50 remaining_g: 4450");
  EXPECT_EQ(programme.unpaid().ShortDebugString(),
            "funded_g: 10000 served_g: 1000 servings: 40 lost_g: 50 returned_g: 1000 "
            "remaining_g: 7950");
  EXPECT_EQ(programme.children_reached(), 60);
  EXPECT_EQ(programme.protein_mg(), 367'500);
}

TEST_F(DonorServiceTest, MilkSetAsideForASchoolIsDrunkByIt) {
  ASSERT_THAT(Record(SchoolGift("G-1", "school-a")), IsOk());
  ASSERT_THAT(PutAside("school-a", 2'000), IsOk());
  ASSERT_THAT(Allocate(AllocateRequest("A-1", "G-1", 7, "AUD", 2'000)), IsOk());
  fakes_.Serve(7, "school-a", 1, 20, 25);
  fakes_.Serve(7, "school-b", 1, 40, 25);

  const auto impact = GetImpact("G-1");

  ASSERT_THAT(impact, IsOk());
  EXPECT_EQ(impact->school_id(), "school-a");
  EXPECT_EQ(impact->served_g(), 500);
  EXPECT_EQ(impact->servings(), 20);
  EXPECT_EQ(impact->children_reached(), 20);
  ASSERT_EQ(impact->lots(0).schools_size(), 1);
  EXPECT_EQ(impact->lots(0).remaining_g(), 1'500);
  EXPECT_EQ(Call(&v1::PoolService::Stub::ListSetAsides, v1::ListSetAsidesRequest())
                ->set_asides(0)
                .quantity_g(),
            2'000);
}

TEST_F(DonorServiceTest, WhatIsReturnedOrCreditedShowsAtTheGift) {
  ASSERT_THAT(Record(RecordRequest("G-1", "AUD", 10'000)), IsOk());
  ASSERT_THAT(Allocate(AllocateRequest("A-1", "G-1", 7, "AUD", 10'000)), IsOk());
  fakes_.Return(7, 400);
  fakes_.SetLot(7, 10'000, 9'700);

  const auto impact = GetImpact("G-1");

  EXPECT_EQ(impact->lots(0).returned_g(), 400);
  EXPECT_EQ(impact->lots(0).remaining_g(), 9'600);
  EXPECT_EQ(impact->refund_due().minor_units(), 300);
  EXPECT_EQ(impact->allocated().minor_units(), 10'000);
}

TEST_F(DonorServiceTest, ASuggestionCanBeAllocatedAsItIs) {
  fakes_.SetLot(8, 5'000, 2'000);
  fakes_.SetPurchaseDay(8, "2024-12-01");
  ASSERT_THAT(Record(RecordRequest("G-1", "CNY", 20'000)), IsOk());

  const auto answer =
      Call(&v1::PoolService::Stub::SuggestAllocations, v1::SuggestAllocationsRequest());

  ASSERT_THAT(answer, IsOk());
  ASSERT_EQ(answer->suggestions_size(), 2);
  int number = 0;
  for (const v1::Suggestion& suggestion : answer->suggestions()) {
    const auto made =
        Allocate(AllocateRequest(absl::StrCat("A-", ++number), "G-1", suggestion.lot_id(), "CNY",
                                 suggestion.amount().minor_units()));
    ASSERT_THAT(made, IsOk());
    EXPECT_EQ(made->bought_g(), suggestion.bought_g());
    EXPECT_EQ(made->base_amount().minor_units(), suggestion.base_amount().minor_units());
  }
  EXPECT_EQ(answer->suggestions(0).lot_id(), 8);
  EXPECT_EQ(Call(&v1::PoolService::Stub::SuggestAllocations, v1::SuggestAllocationsRequest())
                ->suggestions_size(),
            0);
}

TEST_F(DonorServiceTest, FeesAndRefundsAreListedWithTheirReasons) {
  ASSERT_THAT(Record(RecordRequest("G-1", "CNY", 1'000)), IsOk());
  v1::RecordFeeRequest request;
  request.set_request_id(runtime::FormatRequestId({8, 1}));
  request.mutable_fee()->set_fee_id("F-1");
  request.mutable_fee()->set_gift_id("G-1");
  request.mutable_fee()->set_charged_on("2025-02-04");
  request.mutable_fee()->set_reason("card fee");
  request.mutable_fee()->mutable_amount()->set_currency_code("CNY");
  request.mutable_fee()->mutable_amount()->set_minor_units(1'001);
  EXPECT_THAT(Call(&v1::GiftService::Stub::RecordFee, request), IsRefusal("GIFT_OVERSPENT"));
  request.mutable_fee()->mutable_amount()->set_minor_units(1'000);
  ASSERT_THAT(Call(&v1::GiftService::Stub::RecordFee, request), IsOk());

  v1::ListFeesRequest list;
  list.set_gift_id("G-1");
  EXPECT_EQ(Call(&v1::GiftService::Stub::ListFees, list)->fees(0).ShortDebugString(),
            "fee_id: \"F-1\" gift_id: \"G-1\" charged_on: \"2025-02-04\" "
            "amount { currency_code: \"CNY\" minor_units: 1000 } reason: \"card fee\" "
            "base_amount { currency_code: \"AUD\" minor_units: 200 }");
  EXPECT_EQ(GetImpact("G-1")->fees().minor_units(), 200);
  EXPECT_EQ(GetImpact("G-1")->unspent().minor_units(), 0);
}

TEST_F(DonorServiceTest, WrongFieldsAreNamed) {
  v1::SuggestAllocationsRequest too_many;
  too_many.set_suggestions_max(1'001);
  EXPECT_THAT(Call(&v1::PoolService::Stub::SuggestAllocations, too_many),
              NamesField("suggestions_max"));
  EXPECT_THAT(PutAside("school a", 1), NamesField("set_aside.set_aside_id"));
  EXPECT_THAT(PutAside("school-a", 0), NamesField("set_aside.quantity_g"));
  EXPECT_THAT(PutAside("school-a", 10'001), IsRefusal("LOT_GRAMS_TAKEN"));
}

}  // namespace
}  // namespace milkway::impact
