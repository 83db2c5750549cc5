// What is found to be wrong at a school or on the way, and how urgent it is.

#include "services/planning/findings.h"

#include <optional>
#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/planning/lead_time.h"
#include "tests/planning/school_plan_fixture.h"

namespace milkway::planning {
namespace {

using ::testing::IsEmpty;
using ::testing::SizeIs;

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

}  // namespace
}  // namespace milkway::planning
