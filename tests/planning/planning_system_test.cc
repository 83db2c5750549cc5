// Planning on the real services: plans, orders, alerts, the stream and the digest.

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "milkway/planning/v1/alerts.grpc.pb.h"
#include "milkway/planning/v1/plans.grpc.pb.h"
#include "services/runtime/dates.h"
#include "tests/support/refusal_matchers.h"
#include "tests/support/status_matchers.h"
#include "tests/trace/programme.h"

namespace milkway::planning {
namespace {

using ::milkway::testing::IsOk;
using ::milkway::testing::IsRefusal;
using ::milkway::testing::NamesField;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;
using ::testing::UnorderedElementsAre;
using trace::Programme;
namespace inv = inventory::v1;

// The clock stands at Sunday, 1 June 2025, 08:00 in China.
class PlanningSystemTest : public ::testing::Test {
 protected:
  PlanningSystemTest() {
    programme_.AddPlace("depot", inv::LOCATION_KIND_WAREHOUSE);
    programme_.AddSchool("east", 40);
    programme_.SetPolicy("east", 25);
    lot_ = programme_.Buy("L1", 100, "depot");
    programme_.Send("S-1", "depot", "east", lot_, 15, 5);
    programme_.Receive("S-1", lot_, 15, 0, 0, 8);
    // Monday to Friday of the last week of May: 36 of 40 children.
    for (int day = 25; day <= 29; ++day) programme_.Serve("east", "1A", lot_, 1, 36, day);
  }

  absl::StatusOr<v1::SchoolPlan> PlanOf(const std::string& school_id) {
    v1::GetSchoolPlanRequest request;
    request.set_school_id(school_id);
    auto answer = programme_.Call(&v1::PlanService::Stub::GetSchoolPlan, request);
    if (!answer.ok()) return answer.status();
    return answer->plan();
  }

  v1::EvaluateAlertsResponse Evaluate(bool verify_books = false) {
    v1::EvaluateAlertsRequest request;
    request.set_request_id(programme_.NextRequestId());
    request.set_verify_books(verify_books);
    const auto answer = programme_.Call(&v1::AlertService::Stub::EvaluateAlerts, request);
    EXPECT_THAT(answer, IsOk());
    if (!answer.ok()) return {};
    EXPECT_THAT(answer->problems(), IsEmpty()) << answer->DebugString();
    return *answer;
  }

  std::vector<std::string> AlertIds(v1::AlertFilter filter = v1::ALERT_FILTER_UNSPECIFIED) {
    v1::ListAlertsRequest request;
    request.set_filter(filter);
    const auto answer = programme_.Call(&v1::AlertService::Stub::ListAlerts, request);
    EXPECT_THAT(answer, IsOk());
    std::vector<std::string> ids;
    if (!answer.ok()) return ids;
    for (const v1::Alert& alert : answer->alerts()) ids.push_back(alert.alert_id());
    return ids;
  }

  // What is suggested, of which there is one.
  v1::OrderSuggestion Order() {
    const auto orders =
        programme_.Call(&v1::PlanService::Stub::SuggestOrders, v1::SuggestOrdersRequest());
    EXPECT_THAT(orders, IsOk());
    if (!orders.ok()) return {};
    EXPECT_THAT(orders->suggestions(), SizeIs(1));
    return orders->suggestions_size() == 1 ? orders->suggestions(0) : v1::OrderSuggestion();
  }

  Programme programme_;
  int64_t lot_ = 0;
};

TEST_F(PlanningSystemTest, APlanCountsChildrenUseStockAndDays) {
  const auto plan = PlanOf("east");

  ASSERT_THAT(plan, IsOk());
  EXPECT_EQ(plan->drinking_children(), 40);
  EXPECT_EQ(plan->observed_use_ppm(), 900'000);
  EXPECT_EQ(plan->daily_need_g(), 900);
  EXPECT_EQ(plan->usable_g(), 15'000 - 5 * 900);
  EXPECT_EQ(plan->days_left(), 11);
  // From Monday 2 June: ten days in two weeks, and Monday 16 June.
  EXPECT_EQ(plan->runs_out_on(), "2025-06-17");
  EXPECT_EQ(plan->product_id(), "milk-1kg");
  EXPECT_EQ(plan->lead_times().origin_id(), "depot");
  EXPECT_EQ(plan->lead_times().samples(), 1);
  EXPECT_GT(plan->order_g(), 0);
  EXPECT_THAT(plan->reasons(), Not(IsEmpty()));
  for (const v1::Reason& reason : plan->reasons()) {
    EXPECT_THAT(reason.text_en(), Not(IsEmpty()));
    EXPECT_THAT(reason.text_zh(), Not(IsEmpty()));
  }
}

TEST_F(PlanningSystemTest, AnUnknownSchoolHasNoPlan) {
  EXPECT_THAT(PlanOf("nowhere").status(), IsRefusal("SCHOOL_UNKNOWN"));
}

TEST_F(PlanningSystemTest, ALaneIsMeasured) {
  v1::GetLaneLeadTimesRequest request;
  request.set_origin_id("depot");
  request.set_destination_id("east");

  const auto answer = programme_.Call(&v1::PlanService::Stub::GetLaneLeadTimes, request);

  ASSERT_THAT(answer, IsOk());
  EXPECT_EQ(answer->lead_times().samples(), 1);
  // ceil((1 x 4 + 4 x 21) / 5): three days and an hour are four, and the prior weighs.
  EXPECT_EQ(answer->lead_times().p95_days(), 18);
}

TEST_F(PlanningSystemTest, EvaluationsKeepPlansAndOpenAlerts) {
  const v1::EvaluateAlertsResponse evaluated = Evaluate();

  EXPECT_EQ(evaluated.schools(), 1);
  EXPECT_THAT(AlertIds(), ElementsAre("low.east.1"));
  v1::ListSchoolPlansRequest request;
  request.set_days_left_max(20);
  const auto plans = programme_.Call(&v1::PlanService::Stub::ListSchoolPlans, request);
  ASSERT_THAT(plans, IsOk());
  ASSERT_THAT(plans->plans(), SizeIs(1));
  EXPECT_EQ(plans->plans(0).days_left(), 11);
  request.set_days_left_max(5);
  EXPECT_THAT(programme_.Call(&v1::PlanService::Stub::ListSchoolPlans, request)->plans(),
              SizeIs(0));
}

TEST_F(PlanningSystemTest, OrdersSayWhatToSendFromWhereAndWhy) {
  Evaluate();

  const v1::OrderSuggestion order = Order();

  EXPECT_EQ(order.source(), v1::ORDER_SOURCE_WAREHOUSE);
  EXPECT_EQ(order.origin_id(), "depot");
  EXPECT_EQ(order.quantity_g(), order.packs() * 1000);
  EXPECT_EQ(order.runs_out_on(), "2025-06-17");
  EXPECT_EQ(order.order_by(), "2025-05-28");  // 18 + 2 days before
  EXPECT_THAT(order.reasons(), Not(IsEmpty()));
}

TEST_F(PlanningSystemTest, WhatNoWarehouseHasMustBeBought) {
  programme_.Send("S-2", "depot", "east", lot_, 1, 28);
  programme_.AddPlace("far", inv::LOCATION_KIND_WAREHOUSE);
  programme_.Send("S-3", "depot", "far", lot_, 84, 28);
  Evaluate();

  EXPECT_EQ(Order().source(), v1::ORDER_SOURCE_PURCHASE);
}

TEST_F(PlanningSystemTest, PurchasesAreMeasuredFromTheOrderToTheFirstWarehouseInTheCountry) {
  programme_.AddPlace("melbourne", inv::LOCATION_KIND_WAREHOUSE, "AU");
  programme_.AddPlace("far", inv::LOCATION_KIND_WAREHOUSE);
  const int64_t shipped =
      programme_.Buy("L8", 50, "melbourne", "2026-12-31", Programme::DateOf(-20));
  programme_.AddPlace("qingdao", inv::LOCATION_KIND_PORT);
  programme_.Send("S-8", "melbourne", "qingdao", shipped, 50, 10);
  programme_.Receive("S-8", shipped, 50, 0, 0, 15);
  programme_.Send("S-9", "qingdao", "depot", shipped, 50, 16);
  programme_.Receive("S-9", shipped, 50, 0, 0, 20);
  const int64_t direct = programme_.Buy("L9", 1, "depot", "2026-12-31", Programme::DateOf(-10));
  // Ordered, and not there yet: nothing can be measured.
  programme_.Buy("L7", 50, "melbourne", "2026-12-31", Programme::DateOf(-25));
  programme_.Send("S-2", "depot", "east", lot_, 1, 28);
  programme_.Send("S-3", "depot", "far", lot_, 84, 28);
  programme_.Send("S-4", "depot", "far", shipped, 50, 28);
  programme_.Send("S-5", "depot", "far", direct, 1, 28);
  programme_.Send("S-6", "melbourne", "far", direct + 1, 50, 28);
  Evaluate();

  const v1::OrderSuggestion order = Order();

  EXPECT_EQ(order.source(), v1::ORDER_SOURCE_PURCHASE);
  EXPECT_EQ(order.purchase_lead_times().samples(), 2);
  // 10 and 41 days: ceil((2 x 41 + 4 x 120) / 6).
  EXPECT_EQ(order.purchase_lead_times().p95_days(), 94);
  const auto plan = PlanOf("east");
  ASSERT_THAT(plan, IsOk());
  EXPECT_EQ(ParseDate("", order.order_by())->days, ParseDate("", plan->order_by())->days - 94);
  EXPECT_THAT(order.reasons(order.reasons_size() - 1).text_en(),
              HasSubstr("a purchase takes up to 94 days (2 measured)"));
}

TEST_F(PlanningSystemTest, ADeliveryClosesTheAlertOfLowMilk) {
  Evaluate();
  programme_.Send("S-2", "depot", "east", lot_, 80, 30);
  programme_.Receive("S-2", lot_, 80, 0, 0, 30);

  const v1::EvaluateAlertsResponse evaluated = Evaluate();

  EXPECT_EQ(evaluated.closed(), 1);
  EXPECT_THAT(AlertIds(), IsEmpty());
  EXPECT_THAT(AlertIds(v1::ALERT_FILTER_ALL), ElementsAre("low.east.1"));
}

TEST_F(PlanningSystemTest, LateShipmentsMissingPacksAndSilentRecallsAreAlerts) {
  programme_.AddSchool("west", 10);
  programme_.Send("S-2", "depot", "west", lot_, 2, 20, "2025-05-25");
  programme_.Send("S-3", "depot", "east", lot_, 60, 20);
  programme_.Receive("S-3", lot_, 58, 0, 2, 29);
  programme_.PlaceRecall("R-1", "L1");

  Evaluate();

  const std::vector<std::string> ids = AlertIds();
  EXPECT_THAT(ids, Contains("late.S-2.1"));
  EXPECT_THAT(ids, Contains(HasSubstr("shortage.S-3/")));
  EXPECT_THAT(ids, Contains("recall.R-1/east.1"));
  EXPECT_THAT(ids, Contains("recall.R-1/depot.1"));
  EXPECT_THAT(ids, Contains("recall.R-1/west.1"));
  // All of its milk is held back.
  EXPECT_THAT(ids, Contains("out.east.1"));
}

TEST_F(PlanningSystemTest, BooksThatVerifyAreNoAlert) {
  Evaluate(/*verify_books=*/true);
  EXPECT_THAT(AlertIds(), Not(Contains(HasSubstr("books"))));
}

TEST_F(PlanningSystemTest, AnAlertIsTakenCareOfAndSnoozed) {
  Evaluate();
  v1::AcknowledgeAlertRequest acknowledge;
  acknowledge.set_request_id(programme_.NextRequestId());
  acknowledge.set_alert_id("low.east.1");
  acknowledge.set_note("order placed");
  const auto taken =
      programme_.Call(&v1::AlertService::Stub::AcknowledgeAlert, acknowledge, "procurement:pia");
  ASSERT_THAT(taken, IsOk());
  EXPECT_EQ(taken->alert().acknowledged_by(), "pia");

  v1::SnoozeAlertRequest snooze;
  snooze.set_request_id(programme_.NextRequestId());
  snooze.set_alert_id("low.east.1");
  snooze.set_until_us(programme_.system().clock().NowUs() + 3'600'000'000);
  snooze.set_note("comes tomorrow");
  ASSERT_THAT(programme_.Call(&v1::AlertService::Stub::SnoozeAlert, snooze), IsOk());
  EXPECT_THAT(AlertIds(), IsEmpty());
  EXPECT_THAT(AlertIds(v1::ALERT_FILTER_OPEN), SizeIs(1));
  programme_.system().clock().Set(programme_.system().clock().NowUs() + 3'600'000'001);
  EXPECT_THAT(AlertIds(), SizeIs(1));
}

TEST_F(PlanningSystemTest, BadInputIsRefusedByName) {
  v1::SnoozeAlertRequest snooze;
  snooze.set_request_id(programme_.NextRequestId());
  snooze.set_alert_id("low.east.1");
  snooze.set_until_us(int64_t{1} << 60);
  snooze.set_note("x");
  EXPECT_THAT(programme_.Call(&v1::AlertService::Stub::SnoozeAlert, snooze).status(),
              NamesField("until_us"));
  v1::SuggestOrdersRequest orders;
  orders.set_within_days(401);
  EXPECT_THAT(programme_.Call(&v1::PlanService::Stub::SuggestOrders, orders).status(),
              NamesField("within_days"));
  v1::GetDailyDigestRequest digest;
  digest.set_date("2025-6-1");
  EXPECT_THAT(programme_.Call(&v1::AlertService::Stub::GetDailyDigest, digest).status(),
              NamesField("date"));
  v1::AcknowledgeAlertRequest unknown;
  unknown.set_request_id(programme_.NextRequestId());
  unknown.set_alert_id("low.nowhere.1");
  EXPECT_THAT(programme_.Call(&v1::AlertService::Stub::AcknowledgeAlert, unknown).status(),
              IsRefusal("ALERT_UNKNOWN"));
}

TEST_F(PlanningSystemTest, AContactSeesAlertsAndPlanOfTheOwnSchoolOnly) {
  Evaluate();
  v1::ListAlertsRequest request;
  EXPECT_EQ(
      programme_.Call(&v1::AlertService::Stub::ListAlerts, request, "school_contact:wang:east")
          .status()
          .code(),
      absl::StatusCode::kPermissionDenied);
  request.set_location_id("east");
  const auto own =
      programme_.Call(&v1::AlertService::Stub::ListAlerts, request, "school_contact:wang:east");
  ASSERT_THAT(own, IsOk());
  EXPECT_THAT(own->alerts(), SizeIs(1));
}

TEST_F(PlanningSystemTest, AWatcherHearsEveryChangeAndGoesOnWithItsToken) {
  Evaluate();
  const std::shared_ptr<grpc::Channel> channel = programme_.system().ChannelTo("planning");
  v1::AlertService::Stub stub(channel);
  std::string token;
  {
    grpc::ClientContext context;
    clients::Prepare({"auditor:ann", std::chrono::seconds(30)}, &context);
    const auto stream = stub.WatchAlerts(&context, v1::WatchAlertsRequest());
    v1::WatchAlertsResponse change;
    ASSERT_TRUE(stream->Read(&change));
    EXPECT_EQ(change.change(), v1::ALERT_CHANGE_OPENED);
    EXPECT_EQ(change.alert().alert_id(), "low.east.1");
    token = change.token();
    context.TryCancel();
    EXPECT_FALSE(stream->Read(&change));
    EXPECT_FALSE(stream->Finish().ok());
  }
  programme_.Send("S-2", "depot", "east", lot_, 80, 30);
  programme_.Receive("S-2", lot_, 80, 0, 0, 30);
  grpc::ClientContext context;
  clients::Prepare({"auditor:ann", std::chrono::seconds(30)}, &context);
  v1::WatchAlertsRequest request;
  request.set_after_token(token);
  const auto stream = stub.WatchAlerts(&context, request);
  Evaluate();
  v1::WatchAlertsResponse change;
  ASSERT_TRUE(stream->Read(&change));
  EXPECT_EQ(change.change(), v1::ALERT_CHANGE_CLOSED);
  context.TryCancel();
  EXPECT_FALSE(stream->Finish().ok());
}

TEST_F(PlanningSystemTest, TheDigestTellsTheDayInBothLanguages) {
  Evaluate();
  v1::GetDailyDigestRequest request;
  const auto english = programme_.Call(&v1::AlertService::Stub::GetDailyDigest, request);
  ASSERT_THAT(english, IsOk());
  EXPECT_THAT(english->text(), HasSubstr("milk at Place east lasts 11 more school days"));
  EXPECT_THAT(english->text(), HasSubstr("To order within 14 days"));
  EXPECT_THAT(english->text(), HasSubstr("as seen at "));
  request.set_language(v1::DIGEST_LANGUAGE_ZH);
  const auto chinese = programme_.Call(&v1::AlertService::Stub::GetDailyDigest, request);
  ASSERT_THAT(chinese, IsOk());
  EXPECT_THAT(chinese->text(), HasSubstr("地点east的奶粉还够11个上学日"));
}

}  // namespace
}  // namespace milkway::planning
