#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "milkway/inventory/v1/open_packs.grpc.pb.h"
#include "milkway/inventory/v1/stock.grpc.pb.h"
#include "services/runtime/dates.h"
#include "tests/programme/clerk.h"
#include "tests/programme/places.h"

namespace milkway::programme {

namespace {

// What a decision does to stock in a condition.
struct Decision {
  inv::AccountKind condition;
  inv::AdjustmentReason reason;
  inv::AccountKind to;
};
constexpr Decision kDecisions[] = {
    {inv::ACCOUNT_KIND_USABLE, inv::ADJUSTMENT_REASON_QUARANTINE, inv::ACCOUNT_KIND_QUARANTINED},
    {inv::ACCOUNT_KIND_USABLE, inv::ADJUSTMENT_REASON_QUARANTINE, inv::ACCOUNT_KIND_QUARANTINED},
    {inv::ACCOUNT_KIND_QUARANTINED, inv::ADJUSTMENT_REASON_RELEASE, inv::ACCOUNT_KIND_USABLE},
    {inv::ACCOUNT_KIND_QUARANTINED, inv::ADJUSTMENT_REASON_RELEASE, inv::ACCOUNT_KIND_USABLE},
    {inv::ACCOUNT_KIND_USABLE, inv::ADJUSTMENT_REASON_DAMAGED, inv::ACCOUNT_KIND_DAMAGED},
    {inv::ACCOUNT_KIND_USABLE, inv::ADJUSTMENT_REASON_PESTS, inv::ACCOUNT_KIND_LOSS_WRITTEN_OFF},
    {inv::ACCOUNT_KIND_USABLE, inv::ADJUSTMENT_REASON_STOLEN, inv::ACCOUNT_KIND_LOSS_WRITTEN_OFF},
    {inv::ACCOUNT_KIND_QUARANTINED, inv::ADJUSTMENT_REASON_EXPIRED,
     inv::ACCOUNT_KIND_LOSS_WRITTEN_OFF},
    {inv::ACCOUNT_KIND_DAMAGED, inv::ADJUSTMENT_REASON_WATER, inv::ACCOUNT_KIND_LOSS_WRITTEN_OFF},
    {inv::ACCOUNT_KIND_QUARANTINED, inv::ADJUSTMENT_REASON_DESTROYED, inv::ACCOUNT_KIND_DESTROYED},
    {inv::ACCOUNT_KIND_DAMAGED, inv::ADJUSTMENT_REASON_DESTROYED, inv::ACCOUNT_KIND_DESTROYED},
    {inv::ACCOUNT_KIND_QUARANTINED, inv::ADJUSTMENT_REASON_RETURNED, inv::ACCOUNT_KIND_RETURNED},
};

void EnterAdjustment(const Decision& decision, const inv::Adjustment& adjustment, Story* story) {
  const LotPlace at = {adjustment.lot_id(), adjustment.location_id()};
  const int64_t grams = adjustment.quantity_g();
  const auto is_held = [](inv::AccountKind kind) {
    return kind == inv::ACCOUNT_KIND_USABLE || kind == inv::ACCOUNT_KIND_QUARANTINED;
  };
  (is_held(decision.condition) ? story->held_g : story->damaged_g)[at] -= grams;
  if (is_held(decision.to)) story->held_g[at] += grams;
  if (decision.condition == inv::ACCOUNT_KIND_QUARANTINED) story->set_aside_g[at] -= grams;
  if (decision.to == inv::ACCOUNT_KIND_QUARANTINED) story->set_aside_g[at] += grams;
  if (decision.to == inv::ACCOUNT_KIND_DAMAGED) story->damaged_g[at] += grams;
  if (decision.to == inv::ACCOUNT_KIND_LOSS_WRITTEN_OFF) story->written_off_g[at] += grams;
  if (decision.to == inv::ACCOUNT_KIND_DESTROYED) story->destroyed_g[at] += grams;
  if (decision.to == inv::ACCOUNT_KIND_RETURNED) {
    story->returned_g[{at.first, story->lots.at(at.first).supplier_id}] += grams;
  }
}

}  // namespace

void Clerk::Adjust() {
  if (story_.lots.empty()) return;
  const Decision decision = AnyOf(kDecisions);
  std::vector<LotPlace> lying;
  for (const char* place : kPlaces) {
    for (int tries = 0; tries < 6; ++tries) {
      const int64_t lot = AnyOf(story_.lots).first;
      if (books_.Balance({lot, decision.condition, place}) > 0) lying.emplace_back(lot, place);
    }
  }
  if (lying.empty()) return;
  const auto [lot, place] = AnyOf(lying);
  inv::AdjustStockRequest request;
  request.set_request_id(NextRequestId());
  inv::Adjustment& adjustment = *request.mutable_adjustment();
  adjustment.set_location_id(place);
  adjustment.set_lot_id(lot);
  adjustment.set_condition(decision.condition);
  const int64_t lies_g = books_.Balance({lot, decision.condition, place});
  adjustment.set_quantity_g(OneIn(8) ? lies_g + Below(2) : Upto(std::min<int64_t>(lies_g, 9'000)));
  adjustment.set_reason(decision.reason);
  const int64_t us = When();
  *adjustment.mutable_occurred_at() = InChina(us);
  adjustment.set_note("seen");
  const Expected expected = {
      .may = LedgerRefusals(),
      .leaves_g = {{{lot, decision.condition, place}, adjustment.quantity_g()}},
      .leaves_us = us};
  Ask<inv::StockService, inv::AdjustStockResponse>(
      &inv::StockService::Stub::async::AdjustStock, request, expected,
      [this, decision, adjustment](const inv::AdjustStockResponse& answer) {
        story_.TakeClaim(answer.position(), inv::POSTING_KIND_ADJUSTMENT,
                         absl::StrCat("adjustment/", adjustment.location_id()));
        EnterAdjustment(decision, adjustment, &story_);
      });
}

inv::StockCount Clerk::SomeCount(const std::string& place, int64_t lot, int64_t us) {
  inv::StockCount count;
  count.set_location_id(place);
  *count.mutable_counted_at() = InChina(us);
  count.set_lot_id(lot);
  const int64_t lies_g = books_.Balance({lot, inv::ACCOUNT_KIND_USABLE, place});
  const int64_t differs_g = OneIn(3) ? 0 : Below(4'000) - 2'000;
  count.set_counted_g(OneIn(15) ? 0 : std::max<int64_t>(0, lies_g + differs_g));
  count.set_after_serving(OneIn(2));
  return count;
}

void Clerk::EnterCount(const inv::StockCount& count, const inv::RecordCountResponse& answer) {
  EXPECT_EQ(answer.expected_g() + answer.variance_g(), count.counted_g());
  EXPECT_EQ(answer.position() != 0, answer.variance_g() != 0);
  if (answer.position() != 0) {
    story_.TakeClaim(answer.position(), inv::POSTING_KIND_COUNT,
                     absl::StrCat("count/", count.location_id(), "/", count.lot_id()));
  }
  story_.counts.push_back({{count.lot_id(), count.location_id()},
                           count.counted_at().instant().seconds() * 1'000'000 +
                               count.counted_at().instant().nanos() / 1'000,
                           count.counted_g(),
                           answer.variance_g(),
                           count.after_serving(),
                           answer.position()});
}

void Clerk::CountStock() {
  const std::string place = AnyOf(kPlaces);
  const std::map<int64_t, int64_t>& usable = books_.UsableAt(place);
  if (usable.empty()) return;
  inv::RecordCountRequest request;
  request.set_request_id(NextRequestId());
  *request.mutable_count() = SomeCount(place, AnyOf(usable).first, When());
  const inv::StockCount& count = request.count();
  Ask<inv::StockService, inv::RecordCountResponse>(
      &inv::StockService::Stub::async::RecordCount, request,
      {{}, {"COUNT_RECORDED", "STOCK_MISSING"}},
      [this, count](const inv::RecordCountResponse& answer) { EnterCount(count, answer); });
}

void Clerk::CountShelf() {
  const std::string place = AnyOf(kPlaces);
  const int64_t us = When();
  inv::RecordCountsRequest request;
  request.set_request_id(NextRequestId());
  request.set_location_id(place);
  for (const auto& [lot, usable_g] : books_.UsableAt(place)) {
    if (OneIn(2) && request.counts_size() < 5) *request.add_counts() = SomeCount(place, lot, us);
  }
  if (request.counts().empty()) return;
  Ask<inv::StockService, inv::RecordCountsResponse>(
      &inv::StockService::Stub::async::RecordCounts, request,
      {{}, {"COUNT_RECORDED", "STOCK_MISSING"}},
      [this, counts = request.counts()](const inv::RecordCountsResponse& answer) {
        ASSERT_EQ(answer.results_size(), counts.size());
        for (int index = 0; index < counts.size(); ++index) {
          EnterCount(counts[index], answer.results(index));
        }
      });
}

void Clerk::OpenPacks() {
  const std::string place = AnyOf(kSchools);
  const std::map<int64_t, int64_t>& usable = books_.UsableAt(place);
  if (usable.empty()) return;
  inv::OpenPacksRequest request;
  request.set_request_id(NextRequestId());
  request.set_location_id(place);
  request.set_lot_id(AnyOf(usable).first);
  request.set_packs(Upto(4));
  const int64_t us = When();
  *request.mutable_opened_at() = InChina(us);
  Ask<inv::OpenPackService, inv::OpenPacksResponse>(
      &inv::OpenPackService::Stub::async::OpenPacks, request,
      {{}, {"PACKS_MISSING", "LOT_RECALLED"}}, [this, us](const inv::OpenPacksResponse& answer) {
        const inv::OpenedPacks& opened = answer.opened();
        const bool is_new =
            story_.openings
                .emplace(opened.opening_id(),
                         Opening{{opened.lot_id(), opened.location_id()}, us, opened.packs()})
                .second;
        EXPECT_TRUE(is_new) << opened.ShortDebugString();
      });
}

void Clerk::FinishPacks() {
  if (story_.openings.empty()) return;
  const auto& [opening_id, opening] = AnyOf(story_.openings);
  if (!Touch(absl::StrCat("opening ", opening_id))) return;
  inv::FinishPacksRequest request;
  request.set_request_id(NextRequestId());
  request.set_location_id(opening.at.second);
  request.set_opening_id(opening_id);
  request.set_packs(Upto(2));
  *request.mutable_finished_at() = InChina(WhenFrom(opening.opened_us));
  const int64_t pack_g = story_.lots.at(opening.at.first).pack_g;
  if (OneIn(2)) request.set_discarded_g(Below(request.packs() * pack_g + 1));
  Expected expected = {{}, LedgerRefusals()};
  if (request.packs() > opening.open_packs) expected.must = {"PACKS_FINISHED"};
  Ask<inv::OpenPackService, inv::FinishPacksResponse>(
      &inv::OpenPackService::Stub::async::FinishPacks, request, expected,
      [this, request](const inv::FinishPacksResponse& answer) {
        Opening& finished = story_.openings.at(request.opening_id());
        finished.open_packs -= request.packs();
        EXPECT_EQ(answer.opened().open_packs(), finished.open_packs);
        EXPECT_EQ(answer.position() != 0, request.discarded_g() > 0);
        if (answer.position() == 0) return;
        story_.TakeClaim(answer.position(), inv::POSTING_KIND_ADJUSTMENT,
                         absl::StrCat("opening/", request.opening_id()));
        story_.held_g[finished.at] -= request.discarded_g();
        story_.written_off_g[finished.at] += request.discarded_g();
      });
}

}  // namespace milkway::programme
