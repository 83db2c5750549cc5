#include <algorithm>

#include "gtest/gtest.h"
#include "milkway/inventory/v1/recalls.grpc.pb.h"
#include "milkway/trace/v1/recalls.grpc.pb.h"
#include "services/runtime/dates.h"
#include "tests/programme/clerk.h"
#include "tests/programme/places.h"

namespace milkway::programme {

namespace {

constexpr int64_t kRecallsAtOnce = 3;

int64_t CountStanding(const Story& story) {
  return std::count_if(story.recalls.begin(), story.recalls.end(),
                       [](const auto& recall) { return recall.second.stands; });
}

}  // namespace

void Clerk::PlaceRecall() {
  if (story_.lots.empty() || CountStanding(story_) >= kRecallsAtOnce) return;
  const Lot& lot = AnyOf(story_.lots).second;
  Recall recall;
  recall.scope.set_product_id(lot.product_id);
  if (OneIn(3)) {
    recall.scope.set_expires_from(DateOf(lot.expires_day - static_cast<int32_t>(Below(10))));
    recall.scope.set_expires_to(DateOf(lot.expires_day + static_cast<int32_t>(Below(10))));
  } else {
    recall.scope.set_lot_number(OneIn(10) ? "L-nobody-has" : lot.lot_number);
    if (OneIn(3)) recall.scope.set_manufactured_to(DateOf(Today() - 40));
  }
  recall.ordered_us = When();
  inv::PlaceRecallRequest request;
  request.set_request_id(NextRequestId());
  request.mutable_recall()->set_recall_id(NextId("R"));
  *request.mutable_recall()->mutable_scope() = recall.scope;
  *request.mutable_recall()->mutable_ordered_at() = InChina(recall.ordered_us);
  request.mutable_recall()->set_reason("a notice");
  request.set_expected(OneIn(2));
  const bool finds_some = std::any_of(story_.lots.begin(), story_.lots.end(),
                                      [&](const auto& row) { return recall.Matches(row.second); });
  Expected expected;
  // A purchase of this very burst may bring one.
  if (!finds_some && !request.expected()) expected.may = {"RECALL_MATCHES_NO_LOT"};
  Ask<inv::RecallService, inv::PlaceRecallResponse>(
      &inv::RecallService::Stub::async::PlaceRecall, request, expected,
      [this, recall](const inv::PlaceRecallResponse& answer) {
        Recall placed = recall;
        for (const auto& [id, bought] : story_.lots) {
          if (placed.Matches(bought)) placed.lots.insert(id);
        }
        story_.recalls[answer.recall().recall_id()] = placed;
      });
}

void Clerk::LiftRecall() {
  // Whether a purchase of this burst came before the lifting would not be known.
  if (CountStanding(story_) < 2 || touched_.count("lots") > 0) return;
  auto& [recall_id, recall] = AnyOf(story_.recalls);
  if (!Touch(recall_id)) return;
  Touch("recalls lifted");
  inv::LiftRecallRequest request;
  request.set_request_id(NextRequestId());
  request.set_recall_id(recall_id);
  *request.mutable_lifted_at() = InChina(WhenFrom(recall.ordered_us));
  request.set_reason("found good");
  request.set_release(OneIn(2));
  Expected expected;
  if (!recall.stands) expected.must = {"RECALL_LIFTED"};
  Ask<inv::RecallService, inv::LiftRecallResponse>(
      &inv::RecallService::Stub::async::LiftRecall, request, expected,
      [this, id = recall_id](const inv::LiftRecallResponse&) {
        story_.recalls.at(id).stands = false;
      });
}

void Clerk::Acknowledge() {
  if (story_.recalls.empty()) return;
  const auto& [recall_id, recall] = AnyOf(story_.recalls);
  const std::string place = AnyOf(kPlaces);
  if (!Touch(recall_id + " at " + place)) return;
  trace::v1::AcknowledgeRecallRequest request;
  request.set_request_id(NextRequestId());
  trace::v1::RecallAcknowledgement& said = *request.mutable_acknowledgement();
  said.set_recall_id(recall_id);
  said.set_location_id(place);
  *said.mutable_acknowledged_at() = InChina(WhenFrom(recall.ordered_us));
  Expected expected;
  if (!recall.lots.empty() && OneIn(2)) {
    trace::v1::FoundLot& found = *said.add_lots();
    found.set_lot_id(AnyOf(recall.lots));
    found.set_found_packs(3);
    found.set_set_aside_packs(3);
  } else if (OneIn(8)) {
    const int64_t other = AnyOf(story_.lots).first;
    said.add_lots()->set_lot_id(other);
    if (recall.lots.count(other) == 0) expected.must = {"LOT_NOT_RECALLED"};
  }
  Ask<trace::v1::RecallListService, trace::v1::AcknowledgeRecallResponse>(
      &trace::v1::RecallListService::Stub::async::AcknowledgeRecall, request, expected,
      [this](const trace::v1::AcknowledgeRecallResponse& answer) {
        const trace::v1::RecallAcknowledgement& heard = answer.acknowledgement();
        const int number =
            ++story_.recalls.at(heard.recall_id()).acknowledgements[heard.location_id()];
        EXPECT_EQ(heard.number(), number);
      });
}

}  // namespace milkway::programme
