// The rules of planning: calendars, lead times, how long stock lasts, what to order.

#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/planning/findings.h"
#include "services/planning/lead_time.h"
#include "services/planning/order_pool.h"
#include "services/planning/school_calendar.h"
#include "services/planning/school_plan.h"
#include "services/planning/stock_walk.h"

namespace milkway::planning {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

LocalDate Date(const std::string& text) { return *ParseDate("date", text); }

Term Autumn() {
  Term term;
  term.first_day = Date("2025-09-01");
  term.last_day = Date("2026-01-16");
  term.holidays = {{Date("2025-10-01"), Date("2025-10-08")}};
  term.extra_days = {Date("2025-09-28")};  // a Sunday
  return term;
}

TEST(SchoolCalendar, WeekdaysStartOnMonday) {
  EXPECT_EQ(WeekdayOf(Date("2025-09-01")), 1);
  EXPECT_EQ(WeekdayOf(Date("2025-09-28")), 7);
  EXPECT_EQ(WeekdayOf(Date("1969-12-31")), 3);
  EXPECT_EQ(WeekOf(Date("2025-09-28")), Date("2025-09-22"));
}

TEST(SchoolCalendar, ADayIsASchoolDayInATermOnAWeekdayAndNotInAHoliday) {
  const SchoolCalendar calendar({Autumn()});

  EXPECT_TRUE(calendar.IsSchoolDay(Date("2025-09-01")));
  EXPECT_FALSE(calendar.IsSchoolDay(Date("2025-09-06")));  // Saturday
  EXPECT_FALSE(calendar.IsSchoolDay(Date("2025-10-01")));
  EXPECT_FALSE(calendar.IsSchoolDay(Date("2025-10-08")));
  EXPECT_TRUE(calendar.IsSchoolDay(Date("2025-10-09")));
  EXPECT_FALSE(calendar.IsSchoolDay(Date("2025-08-29")));  // before the term
}

TEST(SchoolCalendar, AWorkedWeekendIsASchoolDay) {
  EXPECT_TRUE(SchoolCalendar({Autumn()}).IsSchoolDay(Date("2025-09-28")));
}

TEST(SchoolCalendar, AfterTheLastKnownTermEveryWeekdayCounts) {
  const SchoolCalendar calendar({Autumn()});

  EXPECT_TRUE(calendar.IsSchoolDay(Date("2026-01-19")));
  EXPECT_FALSE(calendar.IsKnown(Date("2026-01-19")));
  EXPECT_TRUE(SchoolCalendar().IsSchoolDay(Date("2025-10-01")));
}

TEST(SchoolCalendar, SchoolDaysBeforeSkipsTheHolidays) {
  const SchoolCalendar calendar({Autumn()});

  EXPECT_THAT(calendar.SchoolDaysBefore(Date("2025-10-09"), 3),
              ElementsAre(Date("2025-09-30"), Date("2025-09-29"), Date("2025-09-28")));
  EXPECT_EQ(calendar.NextSchoolDay(Date("2025-10-01")), Date("2025-10-09"));
}

TEST(LeadTime, DaysAreRoundedUp) {
  EXPECT_EQ(DaysBetween(0, kMicrosPerDay), 1);
  EXPECT_EQ(DaysBetween(0, kMicrosPerDay + 1), 2);
  EXPECT_EQ(DaysBetween(5, 5), 1);
  EXPECT_EQ(DaysBetween(10, 0), 1);
}

TEST(LeadTime, WithoutASampleItIsThePrior) {
  const LeadTime lead = EstimateLeadTime({}, {7, 21});

  EXPECT_EQ(lead.samples, 0);
  EXPECT_EQ(lead.p50_days, 7);
  EXPECT_EQ(lead.p95_days, 21);
}

TEST(LeadTime, FewSamplesLeanOnThePriorAndNeverFallBelowTheLongest) {
  // ceil((2 x 6 + 4 x 21) / 6) = 16; the second sample is longer than that.
  EXPECT_EQ(EstimateLeadTime({5, 6}, {7, 21}).p95_days, 16);
  EXPECT_EQ(EstimateLeadTime({5, 40}, {7, 21}).p95_days, 40);
  // ceil((2 x 5 + 4 x 7) / 6) = 7
  EXPECT_EQ(EstimateLeadTime({5, 6}, {7, 21}).p50_days, 7);
}

TEST(LeadTime, ManySamplesSpeakForThemselves) {
  std::vector<int32_t> days;
  for (int32_t day = 1; day <= 100; ++day) days.push_back(day);

  const LeadTime lead = EstimateLeadTime(days, {7, 21});

  EXPECT_EQ(lead.p50_days, 51);  // ceil(0.5 x 101)
  EXPECT_EQ(lead.p95_days, 96);  // ceil(0.95 x 101)
}

TEST(LeadTime, NineteenSamplesAreTheFewestThatSaySomethingAboutNineteenOfTwenty) {
  std::vector<int32_t> days(19, 3);
  days.back() = 9;
  EXPECT_EQ(EstimateLeadTime(days, {7, 21}).p95_days, 9);
  days.pop_back();
  EXPECT_GT(EstimateLeadTime(days, {7, 21}).p95_days, 3);
}

// Monday to Friday, 10 g a day.
int64_t TenGrams(LocalDate day) { return WeekdayOf(day) <= 5 ? 10 : 0; }

TEST(StockWalk, CountsTheSchoolDaysThatTheStockServesInFull) {
  const LocalDate monday = Date("2025-09-01");

  const StockWalk walk = WalkStock({{65, Date("2026-01-01"), monday}}, monday, TenGrams);

  EXPECT_EQ(walk.days_served, 6);
  EXPECT_EQ(walk.run_out_day, Date("2025-09-09"));  // 5 days, a weekend, one day more
  EXPECT_THAT(walk.left_g, ElementsAre(0));
}

TEST(StockWalk, TakesWhatExpiresFirstAndCountsWhatExpiresUnused) {
  const LocalDate monday = Date("2025-09-01");

  const StockWalk walk = WalkStock(
      {{100, Date("2026-01-01"), monday}, {50, Date("2025-09-03"), monday}}, monday, TenGrams);

  // Three days of the second lot, then ten of the first.
  EXPECT_EQ(walk.days_served, 13);
  EXPECT_THAT(walk.expired_g, ElementsAre(0, 20));
}

TEST(StockWalk, WhatArrivesLaterIsNotUsedEarlier) {
  const LocalDate monday = Date("2025-09-01");
  const StockLot later = {100, Date("2026-01-01"), Date("2025-09-03")};

  EXPECT_EQ(WalkStock({later}, monday, TenGrams).run_out_day, monday);
  EXPECT_EQ(WalkStock({{20, Date("2026-01-01"), monday}, later}, monday, TenGrams).days_served, 12);
}

TEST(StockWalk, EndsAfterFourHundredSchoolDays) {
  const LocalDate monday = Date("2025-09-01");

  const StockWalk walk = WalkStock({{1'000'000, Date("2099-01-01"), monday}}, monday, TenGrams);

  EXPECT_EQ(walk.days_served, kWalkSchoolDaysMax);
  EXPECT_FALSE(walk.run_out_day.has_value());
  EXPECT_THAT(walk.expired_g, ElementsAre(0));
}

class SchoolPlanTest : public ::testing::Test {
 protected:
  SchoolPlanTest() {
    facts_.today = Date("2025-09-08");  // a Monday
    facts_.drinking_children = 100;
    facts_.calendar = SchoolCalendar({Autumn()});
    facts_.policies = {{Date("2025-01-01"), 25, 1, 0}};
    facts_.lead_time = LeadTime{30, 4, 8, kDomesticPrior};
  }

  void Stock(int64_t grams, const std::string& expires_on = "2026-06-30") {
    facts_.stock.push_back({grams, Date(expires_on), facts_.today});
  }

  SchoolFacts facts_;
};

TEST_F(SchoolPlanTest, ADayNeedsChildrenTimesServingTimesSessions) {
  facts_.policies[0].sessions = 2;
  EXPECT_EQ(MakePlan(facts_).daily_need_g, 5000);
}

TEST_F(SchoolPlanTest, ObservedUseScalesTheNeed) {
  facts_.used = {{Date("2025-09-03"), 2000}, {Date("2025-09-04"), 2500}};

  const Plan plan = MakePlan(facts_);

  EXPECT_EQ(plan.use_ppm, 900'000);
  EXPECT_EQ(plan.daily_need_g, 2250);
}

TEST_F(SchoolPlanTest, ObservedUseIsBounded) {
  facts_.used = {{Date("2025-09-04"), 99'000}};
  EXPECT_EQ(MakePlan(facts_).use_ppm, kUsePpmMax);
}

TEST_F(SchoolPlanTest, WithoutAPolicyTheNeedIsTheAverageUsed) {
  facts_.policies.clear();
  facts_.used = {{Date("2025-09-03"), 1000}, {Date("2025-09-04"), 2001}};

  const Plan plan = MakePlan(facts_);

  EXPECT_TRUE(plan.need_is_known);
  EXPECT_EQ(plan.daily_need_g, 1501);
}

TEST_F(SchoolPlanTest, WithoutAPolicyAndRecordsNothingIsKnown) {
  facts_.policies.clear();
  Stock(5000);

  const Plan plan = MakePlan(facts_);

  EXPECT_FALSE(plan.need_is_known);
  EXPECT_EQ(plan.usable_g, 5000);
  EXPECT_FALSE(plan.order_by.has_value());
}

TEST_F(SchoolPlanTest, TakeHomeBagsCountOnTheFirstSchoolDayOfAWeek) {
  facts_.policies[0].take_home_g = 100;
  const Need need(facts_);

  EXPECT_EQ(need.Of(Date("2025-09-08")), 12'500);
  EXPECT_EQ(need.Of(Date("2025-09-09")), 2500);
  EXPECT_EQ(need.Of(Date("2025-09-13")), 0);
  // The Thursday after the holidays is the first of its week.
  EXPECT_EQ(need.Of(Date("2025-10-09")), 12'500);
}

TEST_F(SchoolPlanTest, ALaterPolicyHoldsFromItsDay) {
  facts_.policies.push_back({Date("2025-09-15"), 50, 1, 0});
  const Need need(facts_);

  EXPECT_EQ(need.Of(Date("2025-09-12")), 2500);
  EXPECT_EQ(need.Of(Date("2025-09-15")), 5000);
}

TEST_F(SchoolPlanTest, TheOrderIsDueALeadTimeAndTheHandlingBeforeTheMilkRunsOut) {
  Stock(25'000);  // ten days: until Friday 19 September

  const Plan plan = MakePlan(facts_);

  EXPECT_EQ(plan.without.days_served, 10);
  EXPECT_EQ(plan.with_arrivals.run_out_day, Date("2025-09-22"));
  EXPECT_EQ(plan.order_by, Date("2025-09-12"));
  EXPECT_EQ(plan.order_there_by, Date("2025-09-22"));
  EXPECT_EQ(plan.order_lasts_until, Date("2025-10-30"));
}

TEST_F(SchoolPlanTest, TheOrderCoversTheDaysUntilTheNextDeliveryAndASafetyStock) {
  Stock(25'000);
  facts_.used = {
      {Date("2025-09-03"), 2400}, {Date("2025-09-04"), 2500}, {Date("2025-09-05"), 2600}};

  const Plan plan = MakePlan(facts_);

  // From 22 September, without the holidays but with the worked Sunday: 8 + 15 days.
  EXPECT_EQ(plan.order_need_g, 23 * 2500);
  EXPECT_EQ(plan.deviation_g, 100);
  // ceil(1.645 x 100 x sqrt(23))
  EXPECT_EQ(plan.safety_g, 789);
  EXPECT_EQ(plan.order_g, 23 * 2500 + 789);
}

TEST_F(SchoolPlanTest, WhatIsOnTheWayCountsFromTheDayItIsThere) {
  Stock(25'000);
  facts_.arrivals = {{25'000, Date("2026-06-30"), Date("2025-09-18")}};
  EXPECT_EQ(MakePlan(facts_).with_arrivals.days_served, 20);

  facts_.arrivals[0].there_from = Date("2025-09-24");
  EXPECT_EQ(MakePlan(facts_).with_arrivals.days_served, 10);
}

TEST_F(SchoolPlanTest, StockThatExpiresDoesNotHelpLater) {
  Stock(25'000, "2025-09-09");

  const Plan plan = MakePlan(facts_);

  EXPECT_EQ(plan.without.days_served, 2);
  EXPECT_THAT(plan.without.expired_g, ElementsAre(20'000));
}

TEST_F(SchoolPlanTest, ExpiredStockIsNotUsable) {
  Stock(25'000, "2025-09-07");
  EXPECT_EQ(MakePlan(facts_).usable_g, 0);
}

TEST_F(SchoolPlanTest, NothingIsOrderedTwice) {
  Stock(5000);  // two days; the next delivery comes a week later
  facts_.arrivals = {{250'000, Date("2026-06-30"), Date("2025-09-17")}};

  const Plan plan = MakePlan(facts_);

  // A gap to be warned of, but the order is due when all of it is used up.
  EXPECT_EQ(plan.with_arrivals.run_out_day, Date("2025-09-10"));
  EXPECT_EQ(plan.act_by, Date("2025-08-31"));
  EXPECT_GT(*plan.order_by, Date("2025-12-01"));
}

TEST_F(SchoolPlanTest, TheOrderIsLessWhatWillBeLeft) {
  Stock(500'000);
  facts_.lead_time->p95_days = 400;  // so that an order is due at once

  const Plan plan = MakePlan(facts_);

  ASSERT_TRUE(plan.order_by.has_value());
  EXPECT_LT(plan.order_g, plan.order_need_g + plan.safety_g + 1);
}

TEST(SquareRoot, IsTheLargestWholeNumberWhoseSquareFits) {
  for (int64_t number = 0; number < 5000; ++number) {
    const int64_t root = SquareRoot(number);
    EXPECT_LE(root * root, number);
    EXPECT_GT((root + 1) * (root + 1), number);
  }
  EXPECT_EQ(SquareRoot(int64_t{1'000'000'000'000'000'000}), 1'000'000'000);
}

class FindingsTest : public SchoolPlanTest {
 protected:
  std::vector<Finding> Find(std::optional<LocalDate> last_record) {
    std::vector<LotAt> lots;
    for (const StockLot& lot : facts_.stock) lots.push_back({7, "L7", lot});
    return SchoolFindings({"changyuan", "Changyuan", "长源"}, facts_.today, facts_,
                          MakePlan(facts_), lots, last_record);
  }
};

TEST_F(FindingsTest, ASchoolWithPlentyIsNotAnAlert) {
  Stock(500'000);
  EXPECT_THAT(Find(Date("2025-09-05")), IsEmpty());
}

TEST_F(FindingsTest, MilkIsLowAWeekBeforeTheLastDayToOrder) {
  Stock(12 * 2500);  // runs out on 24 September; order by the 14th

  const std::vector<Finding> findings = Find(Date("2025-09-05"));

  ASSERT_THAT(findings, SizeIs(1));
  EXPECT_EQ(findings[0].kind, v1::ALERT_KIND_LOW);
  EXPECT_EQ(findings[0].severity, v1::ALERT_SEVERITY_WARNING);
  EXPECT_EQ(findings[0].facts.day(), Date("2025-09-24").days);
  EXPECT_EQ(findings[0].facts.other_day(), Date("2025-09-14").days);
}

TEST_F(FindingsTest, LowIsUrgentOnceTheLastDayToOrderHasPassed) {
  Stock(4 * 2500);
  const std::vector<Finding> findings = Find(Date("2025-09-05"));
  ASSERT_THAT(findings, SizeIs(1));
  EXPECT_EQ(findings[0].severity, v1::ALERT_SEVERITY_URGENT);
}

TEST_F(FindingsTest, ASchoolThatCannotServeItsNextSchoolDayIsOut) {
  Stock(2499);
  facts_.arrivals = {{250'000, Date("2026-06-30"), Date("2025-09-09")}};

  const std::vector<Finding> findings = Find(Date("2025-09-05"));

  ASSERT_THAT(findings, SizeIs(1));
  EXPECT_EQ(findings[0].kind, v1::ALERT_KIND_OUT);
  EXPECT_EQ(findings[0].severity, v1::ALERT_SEVERITY_CRITICAL);
}

TEST_F(FindingsTest, ASchoolWithMilkThatRecordsNothingForThreeSchoolDaysIsSilent) {
  Stock(500'000);

  EXPECT_THAT(Find(Date("2025-09-03")), IsEmpty());
  const std::vector<Finding> findings = Find(Date("2025-09-02"));

  ASSERT_THAT(findings, SizeIs(1));
  EXPECT_EQ(findings[0].kind, v1::ALERT_KIND_SCHOOL_SILENT);
  EXPECT_EQ(findings[0].facts.count(), 3);
}

TEST_F(FindingsTest, HolidaysAreNotSilence) {
  Stock(500'000);
  facts_.today = Date("2025-10-08");
  EXPECT_THAT(Find(Date("2025-09-30")), IsEmpty());
}

TEST_F(FindingsTest, WithoutTermsSilenceTakesTenWeekdays) {
  Stock(500'000);
  facts_.calendar = SchoolCalendar();
  EXPECT_THAT(Find(Date("2025-08-26")), IsEmpty());
  EXPECT_THAT(Find(Date("2025-08-22")), SizeIs(1));
}

TEST_F(FindingsTest, OnlyWhatIsNotUsedInTimeExpires) {
  Stock(10 * 2500, "2025-10-10");
  Stock(500'000);
  EXPECT_THAT(Find(Date("2025-09-05")), IsEmpty());

  facts_.stock[0].grams = 50 * 2500;
  const std::vector<Finding> findings = Find(Date("2025-09-05"));
  ASSERT_THAT(findings, SizeIs(1));
  EXPECT_EQ(findings[0].kind, v1::ALERT_KIND_EXPIRING);
  EXPECT_EQ(findings[0].subject, "changyuan/7");
  // 18 days until the holidays with the worked Sunday, 2 after them, and the day itself.
  EXPECT_EQ(findings[0].facts.grams(), (50 - 20) * 2500);
}

TEST(ShipmentFindings, AShipmentIsLateBeyondNineteenOfTwentyOfItsLane) {
  const Travelling shipment = {
      "S-1", {"changyuan", "Changyuan", "长源"}, "depot", Date("2025-09-01"), std::nullopt, 40'000};
  const LeadTime lead = {30, 4, 8, kDomesticPrior};

  EXPECT_THAT(ShipmentFindings(shipment, Date("2025-09-09"), lead), IsEmpty());
  EXPECT_THAT(ShipmentFindings(shipment, Date("2025-09-10"), lead), SizeIs(1));
  EXPECT_EQ(ShipmentFindings(shipment, Date("2025-09-18"), lead)[0].severity,
            v1::ALERT_SEVERITY_URGENT);
}

TEST(ShipmentFindings, AShipmentIsLateAfterTheDayItWasExpected) {
  const Travelling shipment = {
      "S-1", {"changyuan", "Changyuan", "长源"}, "depot", Date("2025-09-01"), Date("2025-09-04"),
      40'000};
  const LeadTime lead = {30, 4, 8, kDomesticPrior};

  EXPECT_THAT(ShipmentFindings(shipment, Date("2025-09-04"), lead), IsEmpty());
  EXPECT_THAT(ShipmentFindings(shipment, Date("2025-09-05"), lead), SizeIs(1));
}

TEST(OrderPool, AGramIsPromisedOnce) {
  OrderPool pool;
  pool.Add("depot", "milk", 5000, Date("2026-06-30"));

  EXPECT_EQ(pool.Take("depot", "milk", 3, 1000, Date("2026-01-01"))[0].packs, 3);
  EXPECT_EQ(pool.Take("depot", "milk", 3, 1000, Date("2026-01-01"))[0].packs, 2);
  EXPECT_THAT(pool.Take("depot", "milk", 3, 1000, Date("2026-01-01")), IsEmpty());
}

TEST(OrderPool, WhatExpiresTooEarlyStays) {
  OrderPool pool;
  pool.Add("depot", "milk", 5000, Date("2025-12-31"));
  EXPECT_THAT(pool.Take("depot", "milk", 3, 1000, Date("2026-01-01")), IsEmpty());
}

TEST(OrderPool, TheUsualWarehouseComesFirstAndOthersHelp) {
  OrderPool pool;
  pool.Add("a-depot", "milk", 5000, Date("2026-06-30"));
  pool.Add("b-depot", "milk", 2500, Date("2026-06-30"));

  const std::vector<Portion> portions = pool.Take("b-depot", "milk", 4, 1000, Date("2026-01-01"));

  ASSERT_THAT(portions, SizeIs(2));
  EXPECT_EQ(portions[0].origin_id, "b-depot");
  EXPECT_EQ(portions[0].packs, 2);  // half a pack is not sent
  EXPECT_EQ(portions[1].packs, 2);
}

}  // namespace
}  // namespace milkway::planning
