#include <algorithm>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "milkway/trace/v1/recalls.grpc.pb.h"
#include "services/runtime/dates.h"
#include "tests/programme/checks.h"
#include "tests/support/status_matchers.h"

namespace milkway::programme {

namespace {

using ::milkway::testing::IsOk;

// Places where a lot of the recall lies, was served, or was at either end of a shipment
// that left with it.
std::set<std::string> PlacesConcerned(const Story& story, const Books& books,
                                      const Recall& recall) {
  std::set<std::string> places;
  for (const auto& [account, card] : books.cards()) {
    const bool lies_there = account.kind <= inv::ACCOUNT_KIND_DAMAGED && card.balance_g > 0;
    const bool was_served = account.kind == inv::ACCOUNT_KIND_SERVED && card.balance_g > 0;
    if ((lies_there || was_served) && recall.lots.count(account.lot) > 0) {
      places.insert(account.place);
    }
  }
  for (const auto& [id, shipment] : story.shipments) {
    if (shipment.model == nullptr) continue;
    for (const auto& [lot, totals] : shipment.model->AllTotals()) {
      if (recall.lots.count(lot) == 0) continue;
      if (totals.shipped + totals.over == 0) continue;
      places.insert(shipment.origin);
      places.insert(shipment.destination);
    }
  }
  return places;
}

}  // namespace

void Checks::CheckRecallLists(const ServedAt& served) {
  for (const auto& [recall_id, recall] : story_.recalls) {
    trace::v1::GetRecallListRequest request;
    request.set_page_size(1000);
    request.set_recall_id(recall_id);
    const auto list = system_.Ask(&trace::v1::RecallListService::Stub::GetRecallList, request);
    ASSERT_THAT(list, IsOk());
    std::set<int64_t> lots;
    for (const inv::Lot& lot : list->lots()) lots.insert(lot.lot_id());
    EXPECT_EQ(lots, recall.lots) << recall_id;
    std::set<std::string> places;
    for (const trace::v1::RecallPlace& place : list->places()) {
      places.insert(place.location().location_id());
      CheckPlace(recall, place, served);
    }
    EXPECT_EQ(places, PlacesConcerned(story_, books_, recall)) << recall_id;
    if (recall.stands) CheckRecallClassDays(recall_id, recall);
  }
}

void Checks::CheckPlace(const Recall& recall, const trace::v1::RecallPlace& place,
                        const ServedAt& served) const {
  const std::string& id = place.location().location_id();
  const std::string told = place.ShortDebugString();
  Served all;
  int64_t usable_g = 0;
  int64_t quarantined_g = 0;
  int64_t damaged_g = 0;
  int64_t arriving_g = 0;
  for (const int64_t lot : recall.lots) {
    usable_g += books_.Balance({lot, inv::ACCOUNT_KIND_USABLE, id});
    quarantined_g += books_.Balance({lot, inv::ACCOUNT_KIND_QUARANTINED, id});
    damaged_g += books_.Balance({lot, inv::ACCOUNT_KIND_DAMAGED, id});
    const auto drunk = served.find({lot, id});
    if (drunk == served.end()) continue;
    all.servings += drunk->second.servings;
    all.grams += drunk->second.grams;
    all.children.insert(drunk->second.children.begin(), drunk->second.children.end());
  }
  for (const auto& [shipment_id, shipment] : story_.shipments) {
    if (shipment.model == nullptr || shipment.destination != id) continue;
    for (const int64_t lot : recall.lots) {
      arriving_g += books_.Balance({lot, inv::ACCOUNT_KIND_IN_TRANSIT, shipment_id});
    }
  }
  EXPECT_EQ(place.usable_g(), usable_g) << told;
  EXPECT_EQ(place.quarantined_g(), quarantined_g) << told;
  EXPECT_EQ(place.damaged_g(), damaged_g) << told;
  EXPECT_EQ(place.arriving_g(), arriving_g) << told;
  EXPECT_EQ(place.served_g(), all.grams) << told;
  EXPECT_EQ(place.servings(), all.servings) << told;
  EXPECT_EQ(place.children(), static_cast<int64_t>(all.children.size())) << told;
  const auto heard = recall.acknowledgements.find(id);
  EXPECT_EQ(place.acknowledgement().number(),
            heard == recall.acknowledgements.end() ? 0 : heard->second)
      << told;
}

void Checks::CheckRecallClassDays(const std::string& recall_id, const Recall& recall) {
  std::set<std::pair<int64_t, int64_t>> expected;
  for (const auto& [id, record] : story_.records) {
    for (const con::DistributionLine& line : record.standing().lines()) {
      const bool is_drunk = !line.student_numbers().empty();
      if (is_drunk && recall.lots.count(line.lot_id()) > 0) expected.emplace(line.lot_id(), id);
    }
  }
  std::set<std::pair<int64_t, int64_t>> listed;
  trace::v1::ListRecallClassDaysRequest request;
  request.set_page_size(1000);
  request.set_recall_id(recall_id);
  do {
    const auto page =
        system_.Ask(&trace::v1::RecallListService::Stub::ListRecallClassDays, request);
    ASSERT_THAT(page, IsOk());
    for (const trace::v1::TracedClassDay& row : page->class_days()) {
      EXPECT_TRUE(listed.emplace(row.lot_id(), row.distribution_id()).second);
    }
    request.set_page_token(page->next_page_token());
  } while (!request.page_token().empty());
  EXPECT_EQ(listed, expected) << recall_id;
}

}  // namespace milkway::programme
