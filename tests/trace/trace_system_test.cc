// Trace on the real services: recall lists equal to brute force, ways forward and back.

#include <algorithm>
#include <map>
#include <random>
#include <set>
#include <string>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "milkway/trace/v1/trace.grpc.pb.h"
#include "tests/support/refusal_matchers.h"
#include "tests/support/status_matchers.h"
#include "tests/trace/programme.h"

namespace milkway::trace {
namespace {

using ::milkway::testing::IsOk;
using ::milkway::testing::IsRefusal;
using ::milkway::testing::NamesField;
using ::testing::HasSubstr;
using ::testing::SizeIs;
namespace inv = inventory::v1;

class TraceSystemTest : public ::testing::Test {
 protected:
  TraceSystemTest() {
    programme_.AddPlace("depot", inv::LOCATION_KIND_WAREHOUSE);
    programme_.AddSchool("east", 40);
    programme_.AddSchool("west", 30);
    lot_ = programme_.Buy("L1", 100, "depot");
    programme_.Send("S-1", "depot", "east", lot_, 20, 5);
    programme_.Receive("S-1", lot_, 18, 1, 1, 8);
    programme_.Send("S-2", "depot", "west", lot_, 10, 28);
    programme_.Serve("east", "1A", lot_, 1, 40, 10);
    programme_.Serve("east", "1A", lot_, 1, 30, 11);
  }

  absl::StatusOr<v1::GetRecallListResponse> List(const std::string& recall_id,
                                                 bool unacknowledged_only = false,
                                                 int page_size = 0, const std::string& token = "") {
    v1::GetRecallListRequest request;
    request.set_recall_id(recall_id);
    request.set_unacknowledged_only(unacknowledged_only);
    request.set_page_size(page_size);
    request.set_page_token(token);
    return programme_.Call(&v1::RecallListService::Stub::GetRecallList, request);
  }

  v1::AcknowledgeRecallRequest Acknowledgement(const std::string& location_id) {
    v1::AcknowledgeRecallRequest request;
    request.set_request_id(programme_.NextRequestId());
    v1::RecallAcknowledgement& acknowledgement = *request.mutable_acknowledgement();
    acknowledgement.set_recall_id("R-1");
    acknowledgement.set_location_id(location_id);
    *acknowledgement.mutable_acknowledged_at() = Programme::At(31, 2);
    v1::FoundLot& lot = *acknowledgement.add_lots();
    lot.set_lot_id(lot_);
    lot.set_found_packs(17);
    lot.set_set_aside_packs(17);
    return request;
  }

  Programme programme_;
  int64_t lot_ = 0;
};

TEST_F(TraceSystemTest, ALotIsFollowedToEveryShipmentPlaceAndClass) {
  v1::TraceLotRequest request;
  request.add_lot_ids(lot_);
  request.set_page_size(1);

  const auto first = programme_.Call(&v1::TraceService::Stub::TraceLot, request);

  ASSERT_THAT(first, IsOk());
  EXPECT_THAT(first->shipments(), SizeIs(2));
  EXPECT_EQ(first->shipments(0).lots(0).missing_g(), 1000);
  ASSERT_THAT(first->stock(), SizeIs(2));
  EXPECT_EQ(first->stock(1).location_id(), "east");
  EXPECT_EQ(first->stock(1).usable_g(), 18'000 - 70 * 25);
  EXPECT_EQ(first->stock(1).damaged_g(), 1000);
  ASSERT_THAT(first->schools(), SizeIs(1));
  EXPECT_EQ(first->schools(0).children(), 40);
  EXPECT_EQ(first->schools(0).servings(), 70);
  const inv::LotPosition& position = first->positions(0);
  EXPECT_EQ(position.purchased_g() + position.found_g(),
            position.usable_g() + position.quarantined_g() + position.damaged_g() +
                position.in_transit_g() + position.served_g() + position.lost_g() +
                position.destroyed_g() + position.returned_g());
  ASSERT_THAT(first->class_days(), SizeIs(1));
  EXPECT_EQ(first->class_days(0).served_on(), "2025-05-11");
  request.set_page_token(first->next_page_token());
  const auto second = programme_.Call(&v1::TraceService::Stub::TraceLot, request);
  ASSERT_THAT(second, IsOk());
  EXPECT_THAT(second->class_days(), SizeIs(1));
  EXPECT_THAT(second->shipments(), SizeIs(0));
  EXPECT_EQ(second->next_page_token(), "");
}

TEST_F(TraceSystemTest, ACupIsFollowedBackToItsPurchase) {
  v1::TraceServingRequest request;
  request.set_location_id("east");
  request.set_served_on("2025-05-12");
  request.set_class_name("1A");

  const auto answer =
      programme_.Call(&v1::TraceService::Stub::TraceServing, request, "school_contact:wang:east");

  ASSERT_THAT(answer, IsOk());
  ASSERT_THAT(answer->origins(), SizeIs(1));
  EXPECT_EQ(answer->origins(0).lot().lot_number(), "L1");
  EXPECT_EQ(answer->origins(0).supplier_id(), "farm");
  EXPECT_EQ(answer->origins(0).servings(), 30);
  ASSERT_THAT(answer->origins(0).shipments(), SizeIs(1));
  EXPECT_EQ(answer->origins(0).shipments(0).shipment_id(), "S-1");
}

TEST_F(TraceSystemTest, ADayWithoutMilkHasNoOrigin) {
  v1::TraceServingRequest request;
  request.set_location_id("east");
  request.set_served_on("2025-05-20");
  const auto answer = programme_.Call(&v1::TraceService::Stub::TraceServing, request);
  ASSERT_THAT(answer, IsOk());
  EXPECT_THAT(answer->origins(), SizeIs(0));
}

TEST_F(TraceSystemTest, ARecallListNamesEveryPlaceWithGramsChildrenAndShipments) {
  programme_.PlaceRecall("R-1", "L1");

  const auto list = List("R-1");

  ASSERT_THAT(list, IsOk());
  ASSERT_THAT(list->places(), SizeIs(3));
  EXPECT_EQ(list->places(0).location().location_id(), "depot");
  EXPECT_EQ(list->places(0).quarantined_g(), 70'000);
  EXPECT_EQ(list->places(1).location().location_id(), "east");
  EXPECT_EQ(list->places(1).quarantined_g(), 18'000 - 70 * 25);
  EXPECT_EQ(list->places(1).children(), 40);
  EXPECT_EQ(list->places(1).class_records(), 2);
  EXPECT_EQ(list->places(2).arriving_g(), 10'000);
  ASSERT_THAT(list->places(2).arriving(), SizeIs(1));
  EXPECT_EQ(list->places(2).arriving(0).carrier(), "Carrier");
  EXPECT_EQ(list->totals().places(), 3);
  EXPECT_EQ(list->totals().usable_g(), 0);
  EXPECT_EQ(list->totals().shipments_on_the_way(), 1);
}

TEST_F(TraceSystemTest, AListComesInPages) {
  programme_.PlaceRecall("R-1", "L1");

  const auto first = List("R-1", false, 2);
  ASSERT_THAT(first, IsOk());
  const auto second = List("R-1", false, 2, first->next_page_token());
  ASSERT_THAT(second, IsOk());

  EXPECT_THAT(first->places(), SizeIs(2));
  ASSERT_THAT(second->places(), SizeIs(1));
  EXPECT_EQ(second->places(0).location().location_id(), "west");
  EXPECT_EQ(second->totals().places(), 3);
  EXPECT_EQ(second->next_page_token(), "");
}

TEST_F(TraceSystemTest, APlaceAcknowledgesItsRecall) {
  programme_.PlaceRecall("R-1", "L1");
  const v1::AcknowledgeRecallRequest request = Acknowledgement("east");

  const auto answer = programme_.Call(&v1::RecallListService::Stub::AcknowledgeRecall, request,
                                      "school_contact:wang:east");
  ASSERT_THAT(answer, IsOk());
  EXPECT_EQ(answer->acknowledgement().number(), 1);
  EXPECT_FALSE(answer->acknowledgement().on_behalf());
  // The same request again changes nothing.
  const auto again = programme_.Call(&v1::RecallListService::Stub::AcknowledgeRecall, request,
                                     "school_contact:wang:east");
  ASSERT_THAT(again, IsOk());
  EXPECT_EQ(again->acknowledgement().number(), 1);

  const auto list = List("R-1", /*unacknowledged_only=*/true);
  ASSERT_THAT(list, IsOk());
  EXPECT_THAT(list->places(), SizeIs(2));
  EXPECT_EQ(list->totals().acknowledged_places(), 1);
  v1::ListRecallAcknowledgementsRequest history;
  history.set_recall_id("R-1");
  const auto listed =
      programme_.Call(&v1::RecallListService::Stub::ListRecallAcknowledgements, history);
  ASSERT_THAT(listed, IsOk());
  EXPECT_THAT(listed->acknowledgements(), SizeIs(1));
}

TEST_F(TraceSystemTest, AContactSpeaksForTheOwnPlaceOnly) {
  programme_.PlaceRecall("R-1", "L1");
  EXPECT_EQ(programme_
                .Call(&v1::RecallListService::Stub::AcknowledgeRecall, Acknowledgement("west"),
                      "school_contact:wang:east")
                .status()
                .code(),
            absl::StatusCode::kPermissionDenied);
}

TEST_F(TraceSystemTest, WhatCannotBeIsNotAcknowledged) {
  programme_.PlaceRecall("R-1", "L1");
  const int64_t other = programme_.Buy("L2", 1, "depot");
  const auto acknowledge = [&](auto change) {
    v1::AcknowledgeRecallRequest request = Acknowledgement("east");
    change(request.mutable_acknowledgement());
    return programme_.Call(&v1::RecallListService::Stub::AcknowledgeRecall, request).status();
  };
  EXPECT_THAT(acknowledge([&](auto* a) { a->mutable_lots(0)->set_lot_id(other); }),
              IsRefusal("LOT_NOT_RECALLED"));
  EXPECT_THAT(acknowledge([](auto* a) { a->set_recall_id("R-9"); }), IsRefusal("RECALL_UNKNOWN"));
  EXPECT_THAT(acknowledge([](auto* a) { a->set_location_id("nowhere"); }),
              IsRefusal("LOCATION_UNKNOWN"));
  EXPECT_THAT(acknowledge([](auto* a) { *a->mutable_acknowledged_at() = Programme::At(3, 1); }),
              NamesField("acknowledgement.acknowledged_at"));
}

TEST_F(TraceSystemTest, APlaceSeesItsOwnPartAndPrintsItsNotice) {
  programme_.PlaceRecall("R-1", "L1");
  v1::GetRecallNoticeRequest notice;
  notice.set_recall_id("R-1");
  notice.set_location_id("east");
  const auto printed = programme_.Call(&v1::RecallListService::Stub::GetRecallNotice, notice,
                                       "school_contact:wang:east");
  ASSERT_THAT(printed, IsOk());
  EXPECT_THAT(printed->html(), HasSubstr("地点east"));
  v1::GetRecallPlaceRequest place;
  place.set_recall_id("R-1");
  place.set_location_id("farm");
  EXPECT_THAT(programme_.Call(&v1::RecallListService::Stub::GetRecallPlace, place).status(),
              IsRefusal("PLACE_NOT_CONCERNED"));
  v1::ListRecallClassDaysRequest days;
  days.set_recall_id("R-1");
  days.set_location_id("east");
  const auto listed = programme_.Call(&v1::RecallListService::Stub::ListRecallClassDays, days,
                                      "school_contact:wang:east");
  ASSERT_THAT(listed, IsOk());
  EXPECT_THAT(listed->class_days(), SizeIs(2));
}

// What brute force over everything that happened says of a place.
struct Expected {
  int64_t good_g = 0;
  int64_t damaged_g = 0;
  int64_t arriving_g = 0;
  int64_t servings = 0;
  std::set<int> children;
  std::set<int> days;
  int64_t class_records = 0;
};

std::map<std::string, Expected> CountAgain(const Programme& programme,
                                           const std::set<int64_t>& lots) {
  std::map<std::string, Expected> places;
  for (const auto& [key, grams] : programme.good_g) {
    if (lots.count(key.second) > 0 && grams > 0) places[key.first].good_g += grams;
  }
  for (const auto& [key, grams] : programme.damaged_g) {
    if (lots.count(key.second) > 0 && grams > 0) places[key.first].damaged_g += grams;
  }
  for (const auto& [id, sent] : programme.sent) {
    if (lots.count(sent.lot) == 0) continue;
    places[sent.from];
    places[sent.to].arriving_g += sent.in_transit_g;
  }
  for (const Programme::Served& served : programme.served) {
    if (lots.count(served.lot) == 0) continue;
    Expected& place = places[served.school_id];
    for (int child = served.first; child <= served.last; ++child) place.children.insert(child);
    place.servings += served.last - served.first + 1;
    place.days.insert(served.day);
    ++place.class_records;
  }
  return places;
}

TEST(RecallListRandomTest, EqualsBruteForceOverEverythingThatHappened) {
  constexpr uint64_t kSeed = 20260;
  std::mt19937_64 random(kSeed);
  const auto draw = [&random](int low, int high) {
    return low + static_cast<int>(random() % static_cast<uint64_t>(high - low + 1));
  };
  Programme programme;
  programme.AddPlace("depot", inv::LOCATION_KIND_WAREHOUSE);
  std::vector<int64_t> lots;
  for (const char* number : {"L1", "L2", "L1", "L3"}) {
    lots.push_back(programme.Buy(number, 500, "depot"));
  }
  std::map<std::string, int> last_day;
  for (int school = 0; school < 8; ++school) {
    programme.AddSchool(absl::StrCat("school-", school), 60);
  }
  for (int step = 0; step < 60; ++step) {
    const std::string school = absl::StrCat("school-", draw(0, 7));
    const int64_t lot = lots[static_cast<size_t>(draw(0, 3))];
    const std::string shipment = absl::StrCat("S-", step);
    const int packs = draw(2, 8);
    programme.Send(shipment, "depot", school, lot, packs, 1 + step / 6);
    if (draw(1, 4) == 1) continue;  // still on the way
    const int damaged = draw(0, 1);
    const int missing = draw(0, packs - damaged - 1);
    programme.Receive(shipment, lot, packs - damaged - missing, damaged, missing, 2 + step / 6);
    const int day = 12 + step / 4;
    const int first = draw(1, 30);
    const int last = std::min(first + draw(0, 29), 60);
    if (programme.good_g[{school, lot}] < (last - first + 1) * 25) continue;
    programme.Serve(school, absl::StrCat("c", step), lot, first, last, day);
  }
  programme.PlaceRecall("R-1", "L1");

  v1::GetRecallListRequest request;
  request.set_recall_id("R-1");
  const auto list = programme.Call(&v1::RecallListService::Stub::GetRecallList, request);

  ASSERT_THAT(list, IsOk()) << "seed " << kSeed;
  EXPECT_THAT(list->lots(), SizeIs(2));
  const std::map<std::string, Expected> expected =
      CountAgain(programme, {programme.lots["L1"].begin(), programme.lots["L1"].end()});
  ASSERT_EQ(list->places_size(), static_cast<int>(expected.size()));
  for (const v1::RecallPlace& place : list->places()) {
    const std::string& id = place.location().location_id();
    ASSERT_EQ(expected.count(id), 1U) << id;
    const Expected& brute = expected.at(id);
    EXPECT_EQ(place.quarantined_g(), brute.good_g) << id;
    EXPECT_EQ(place.usable_g(), 0) << id;
    EXPECT_EQ(place.damaged_g(), brute.damaged_g) << id;
    EXPECT_EQ(place.arriving_g(), brute.arriving_g) << id;
    EXPECT_EQ(place.servings(), brute.servings) << id;
    EXPECT_EQ(place.served_g(), brute.servings * 25) << id;
    EXPECT_EQ(place.children(), static_cast<int64_t>(brute.children.size())) << id;
    EXPECT_EQ(place.class_records(), brute.class_records) << id;
    EXPECT_EQ(place.first_day(), brute.days.empty() ? "" : Programme::DateOf(*brute.days.begin()));
    EXPECT_EQ(place.last_day(), brute.days.empty() ? "" : Programme::DateOf(*brute.days.rbegin()));
  }
}

}  // namespace
}  // namespace milkway::trace
