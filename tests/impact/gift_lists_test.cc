// Lists of gifts and allocations, and who may ask for what, over gRPC.

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
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
using ::testing::IsEmpty;

class GiftListsTest : public ImpactSystemTest {
 protected:
  void Give(const std::string& gift_id, const std::string& donor_id) {
    v1::RecordGiftRequest request = RecordRequest(gift_id, "AUD", 1'000);
    request.mutable_gift()->set_donor_id(donor_id);
    ASSERT_THAT(Record(request), IsOk());
  }

  // The ids on all pages, with "|" between pages.
  std::vector<std::string> Gifts(const std::string& donor_id, int page_size) {
    std::vector<std::string> ids;
    v1::ListGiftsRequest request;
    request.set_donor_id(donor_id);
    request.set_page_size(page_size);
    while (true) {
      const auto page = Call(&v1::GiftService::Stub::ListGifts, request);
      EXPECT_THAT(page, IsOk());
      if (!page.ok()) return ids;
      for (const v1::Gift& gift : page->gifts()) ids.push_back(gift.gift_id());
      if (page->next_page_token().empty()) return ids;
      ids.push_back("|");
      request.set_page_token(page->next_page_token());
    }
  }
};

TEST_F(GiftListsTest, GiftsComeInOrderOfTheirIdsPageByPage) {
  for (const char* id : {"G-3", "G-10", "G-1", "g", "G-2"}) Give(id, "D-1");

  EXPECT_THAT(Gifts("", 2), ElementsAre("G-1", "G-10", "|", "G-2", "G-3", "|", "g"));
  EXPECT_THAT(Gifts("", 0), ElementsAre("G-1", "G-10", "G-2", "G-3", "g"));
}

TEST_F(GiftListsTest, OnlyTheGiftsOfOneDonorAreListedIfAskedFor) {
  Give("G-1", "D-1");
  Give("G-2", "D-2");
  Give("G-3", "D-1");
  Give("G-4", "D-10");

  EXPECT_THAT(Gifts("D-1", 1), ElementsAre("G-1", "|", "G-3"));
  EXPECT_THAT(Gifts("D-10", 0), ElementsAre("G-4"));
  EXPECT_THAT(Gifts("D-3", 0), IsEmpty());
}

TEST_F(GiftListsTest, AListedGiftIsTheGift) {
  Give("G-1", "D-1");
  ASSERT_THAT(Allocate(AllocateRequest("A-1", "G-1", 7, "AUD", 30)), IsOk());

  v1::ListGiftsRequest request;
  const auto all = Call(&v1::GiftService::Stub::ListGifts, request);
  request.set_donor_id("D-1");
  const auto of_donor = Call(&v1::GiftService::Stub::ListGifts, request);

  ASSERT_THAT(all, IsOk());
  ASSERT_THAT(of_donor, IsOk());
  EXPECT_EQ(all->gifts(0).SerializeAsString(), GetGift("G-1")->SerializeAsString());
  EXPECT_EQ(of_donor->gifts(0).SerializeAsString(), GetGift("G-1")->SerializeAsString());
  EXPECT_EQ(all->gifts(0).allocated().minor_units(), 30);
}

TEST_F(GiftListsTest, APageTokenIsOfOneQuery) {
  for (const char* id : {"G-1", "G-2"}) Give(id, "D-1");
  v1::ListGiftsRequest request;
  request.set_page_size(1);
  const auto page = Call(&v1::GiftService::Stub::ListGifts, request);
  ASSERT_THAT(page, IsOk());

  request.set_page_token(page->next_page_token());
  request.set_donor_id("D-1");
  EXPECT_THAT(Call(&v1::GiftService::Stub::ListGifts, request), NamesField("page_token"));
  request.clear_donor_id();
  request.set_page_size(1'001);
  EXPECT_THAT(Call(&v1::GiftService::Stub::ListGifts, request), NamesField("page_size"));
  request.set_page_size(1);
  request.set_donor_id("a b");
  EXPECT_THAT(Call(&v1::GiftService::Stub::ListGifts, request), NamesField("donor_id"));
}

TEST_F(GiftListsTest, AllocationsComeInTheOrderInWhichTheyWereMadePageByPage) {
  Give("G-1", "D-1");
  Give("G-2", "D-1");
  for (const char* id : {"zebra", "ant", "mule"}) {
    ASSERT_THAT(Allocate(AllocateRequest(id, "G-1", 7, "AUD", 30)), IsOk());
    ASSERT_THAT(Allocate(AllocateRequest(absl::StrCat(id, "-2"), "G-2", 7, "AUD", 30)), IsOk());
  }

  v1::ListAllocationsRequest request;
  request.set_gift_id("G-1");
  request.set_page_size(2);
  const auto first = Call(&v1::GiftService::Stub::ListAllocations, request);
  ASSERT_THAT(first, IsOk());
  request.set_page_token(first->next_page_token());
  const auto second = Call(&v1::GiftService::Stub::ListAllocations, request);
  ASSERT_THAT(second, IsOk());

  ASSERT_EQ(first->allocations_size(), 2);
  EXPECT_EQ(first->allocations(0).allocation_id(), "zebra");
  EXPECT_EQ(first->allocations(1).allocation_id(), "ant");
  ASSERT_EQ(second->allocations_size(), 1);
  EXPECT_EQ(second->allocations(0).allocation_id(), "mule");
  EXPECT_EQ(second->allocations(0).gift_id(), "G-1");
  EXPECT_EQ(second->allocations(0).amount().currency_code(), "AUD");
  EXPECT_EQ(second->next_page_token(), "");
}

TEST_F(GiftListsTest, AllocationsOfAnUnknownGiftAreRefused) {
  v1::ListAllocationsRequest request;
  request.set_gift_id("G-1");

  EXPECT_THAT(Call(&v1::GiftService::Stub::ListAllocations, request), IsRefusal("GIFT_UNKNOWN"));
}

TEST_F(GiftListsTest, DonorsAndPlacesSeeNothingNotEvenWhatExists) {
  Give("G-1", "D-1");
  const auto is_denied = StatusIs(absl::StatusCode::kPermissionDenied);

  for (const char* caller :
       {"donor:d:G-1", "school_contact:li:S-1", "warehouse:w:W-1", "service:shipments"}) {
    for (const char* gift : {"G-1", "G-2"}) {
      v1::GetGiftRequest get;
      get.set_gift_id(gift);
      EXPECT_THAT(Call(&v1::GiftService::Stub::GetGift, get, caller), is_denied);
      v1::GetGiftImpactRequest impact;
      impact.set_gift_id(gift);
      EXPECT_THAT(Call(&v1::GiftService::Stub::GetGiftImpact, impact, caller), is_denied);
      v1::ListAllocationsRequest list;
      list.set_gift_id(gift);
      EXPECT_THAT(Call(&v1::GiftService::Stub::ListAllocations, list, caller), is_denied);
    }
    EXPECT_THAT(Call(&v1::GiftService::Stub::ListGifts, v1::ListGiftsRequest(), caller), is_denied);
    EXPECT_THAT(Call(&v1::GiftService::Stub::RecordGift, RecordRequest("G-9", "AUD", 1), caller),
                is_denied);
    EXPECT_THAT(Call(&v1::GiftService::Stub::AllocateGift,
                     AllocateRequest("A-9", "G-1", 7, "AUD", 1), caller),
                is_denied);
  }
}

TEST_F(GiftListsTest, AuditorsReadAndDoNotWrite) {
  Give("G-1", "D-1");
  v1::GetGiftImpactRequest impact;
  impact.set_gift_id("G-1");

  EXPECT_THAT(Call(&v1::GiftService::Stub::GetGiftImpact, impact, "auditor:a"), IsOk());
  EXPECT_THAT(Call(&v1::GiftService::Stub::RecordGift, RecordRequest("G-9", "AUD", 1), "auditor:a"),
              StatusIs(absl::StatusCode::kPermissionDenied));
}

}  // namespace
}  // namespace milkway::impact
