// The rules of trace: the ways back, whom a recall concerns, the notice.

#include <limits>
#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/trace/recall_convert.h"
#include "services/trace/recall_list.h"
#include "services/trace/recall_notice.h"
#include "services/trace/ways.h"

namespace milkway::trace {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

constexpr int64_t kAlways = std::numeric_limits<int64_t>::max();

TEST(LegsBack, FollowsThePlacesBetween) {
  const std::vector<Leg> legs = {{"S-1", "sydney", "chengdu", 10},
                                 {"S-2", "chengdu", "changyuan", 20},
                                 {"S-3", "chengdu", "elsewhere", 30}};
  EXPECT_THAT(LegsBack(legs, "changyuan", kAlways), ElementsAre(1, 0));
}

TEST(LegsBack, WhatLeftLaterBroughtNothing) {
  const std::vector<Leg> legs = {{"S-1", "sydney", "chengdu", 10},
                                 {"S-2", "chengdu", "changyuan", 20},
                                 {"S-3", "sydney", "chengdu", 25},
                                 {"S-4", "chengdu", "changyuan", 40},
                                 {"S-5", "chengdu", "changyuan", 0}};
  // Until 30 only S-2 came, and what left for Chengdu before it.
  EXPECT_THAT(LegsBack(legs, "changyuan", 30), ElementsAre(1, 0));
  EXPECT_THAT(LegsBack(legs, "changyuan", kAlways), ElementsAre(3, 2, 1, 0));
}

TEST(LegsBack, ACircleEnds) {
  const std::vector<Leg> legs = {{"S-1", "a", "b", 10}, {"S-2", "b", "a", 9}};
  EXPECT_THAT(LegsBack(legs, "b", kAlways), ElementsAre(0, 1));
}

TEST(LegsBack, IsBounded) {
  std::vector<Leg> legs;
  for (int i = 0; i < 300; ++i) legs.push_back({"S-" + std::to_string(i), "a", "b", i + 1});
  EXPECT_THAT(LegsBack(legs, "b", kAlways), SizeIs(kLegsBackMax));
}

TEST(PutTogether, APlaceIsConcernedByStockServingsOrShipments) {
  const std::vector<StockAt> stock = {{"depot", 7, StockAt::Condition::kQuarantined, 4000},
                                      {"depot", 7, StockAt::Condition::kDamaged, 100},
                                      {"depot", 8, StockAt::Condition::kUsable, 50}};
  const std::vector<ShipmentWithLots> shipments = {
      {"depot", "on-the-way", true, {{7, 900}, {8, 0}}},
      {"port", "had-it", true, {{7, 0}}},
      {"depot", "only-planned", false, {}}};
  const std::vector<ServedAt> served = {{"school", {250, 10, 5, 2, "2025-03-01", "2025-03-02"}}};

  const ConcernedPlaces places = PutTogether(stock, shipments, served);

  EXPECT_THAT(places, SizeIs(5));
  EXPECT_EQ(places.at("depot").lots.at(7), (PlaceGrams{0, 4000, 100, 0}));
  EXPECT_EQ(places.at("depot").lots.at(8), (PlaceGrams{50, 0, 0, 0}));
  EXPECT_EQ(places.at("on-the-way").lots.at(7), (PlaceGrams{0, 0, 0, 900}));
  EXPECT_THAT(places.at("on-the-way").lots, SizeIs(1));
  EXPECT_THAT(places.at("on-the-way").arriving, ElementsAre(0));
  EXPECT_THAT(places.at("had-it").lots, IsEmpty());
  EXPECT_EQ(places.count("port"), 1U);
  EXPECT_EQ(places.count("only-planned"), 0U);
  EXPECT_EQ(places.at("school").servings.children, 5);
}

v1::GetRecallPlaceResponse Notice() {
  v1::GetRecallPlaceResponse place;
  place.mutable_recall()->set_recall_id("R-1");
  place.mutable_recall()->set_reason("<script>alert(1)</script> & more");
  auto& lot = *place.add_lots();
  lot.set_lot_id(7);
  lot.set_lot_number("L2401");
  place.mutable_place()->mutable_location()->set_name_zh("长源小学");
  place.mutable_place()->mutable_location()->set_name_en("Changyuan");
  auto& grams = *place.mutable_place()->add_lots();
  grams.set_lot_id(7);
  grams.set_quarantined_g(4321);
  place.mutable_place()->set_servings(12);
  place.mutable_place()->set_children(11);
  return place;
}

TEST(RecallNotice, SpeaksBothLanguagesAndNamesLotsAndGrams) {
  EXPECT_THAT(RecallNotice(Notice()),
              AllOf(HasSubstr("召回通知"), HasSubstr("Recall notice"), HasSubstr("长源小学"),
                    HasSubstr("L2401"), HasSubstr("4321"), HasSubstr("11 children"),
                    HasSubstr("11 名儿童")));
}

TEST(RecallNotice, EscapesWhatPeopleTyped) {
  EXPECT_THAT(RecallNotice(Notice()),
              AllOf(Not(HasSubstr("<script>")), HasSubstr("&lt;script&gt;alert(1)"),
                    HasSubstr("&amp; more")));
}

TEST(RecallNotice, LoadsNothingElse) {
  EXPECT_THAT(RecallNotice(Notice()), AllOf(Not(HasSubstr("http")), Not(HasSubstr("src="))));
}

v1::RecallAcknowledgement Message() {
  v1::RecallAcknowledgement message;
  message.set_recall_id("R-1");
  message.set_location_id("changyuan");
  message.mutable_acknowledged_at()->mutable_instant()->set_seconds(1'757'289'600);
  auto& lot = *message.add_lots();
  lot.set_lot_id(7);
  lot.set_found_packs(3);
  lot.set_set_aside_packs(3);
  return message;
}

TEST(ParseAcknowledgement, TakesWhatIsWhole) {
  const auto parsed = ParseAcknowledgement(Message());
  ASSERT_TRUE(parsed.ok()) << parsed.status();
  EXPECT_EQ(parsed->lots.at(0).found_packs, 3);
}

TEST(ParseAcknowledgement, NamesTheFieldThatIsWrong) {
  const auto refusal = [](auto change) {
    v1::RecallAcknowledgement message = Message();
    change(message);
    return std::string(ParseAcknowledgement(message).status().message());
  };
  EXPECT_THAT(refusal([](auto& m) { m.set_recall_id("?"); }), HasSubstr("recall_id"));
  EXPECT_THAT(refusal([](auto& m) { m.set_location_id(""); }), HasSubstr("location_id"));
  EXPECT_THAT(refusal([](auto& m) { m.clear_acknowledged_at(); }), HasSubstr("acknowledged_at"));
  EXPECT_THAT(refusal([](auto& m) { m.mutable_lots(0)->set_lot_id(0); }),
              HasSubstr("lots[0].lot_id"));
  EXPECT_THAT(refusal([](auto& m) { m.mutable_lots(0)->set_set_aside_packs(4); }),
              HasSubstr("lots[0].set_aside_packs"));
  EXPECT_THAT(refusal([](auto& m) { *m.add_lots() = m.lots(0); }), HasSubstr("lots[1].lot_id"));
  EXPECT_THAT(refusal([](auto& m) { m.set_note(std::string(501, 'x')); }), HasSubstr("note"));
}

}  // namespace
}  // namespace milkway::trace
