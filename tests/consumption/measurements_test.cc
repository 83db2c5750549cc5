// What measurements promise: once a child and day, versions kept, groups only.

#include "services/consumption/measurements.h"

#include "clients/cpp/status_macros.h"
#include "milkway/consumption/v1/consents.pb.h"
#include "services/consumption/growth_summary.h"
#include "services/consumption/measurement_convert.h"
#include "tests/consumption/consumption_fixture.h"
#include "tests/cpp/growth_tables.h"

namespace milkway::consumption {
namespace {

using ::milkway::testing::IsOk;
using ::milkway::testing::IsRefusal;
using ::milkway::testing::NamesField;
using ::milkway::testing::Transact;

// 2025-06-10 in China.
constexpr int64_t kNowUs = int64_t{1'749'520'000'000'000};

// Children of school 1 are there since 2025-03-01, born in 2015-09.
class MeasurementsTest : public DistributionTest {
 protected:
  // The mothers agreed to measurements when their children were enrolled.
  MeasurementsTest() {
    EXPECT_THAT(Transact(*store_,
                         [&](storage::Transaction& transaction) -> absl::Status {
                           rec::ConsentRecord consent;
                           consent.set_purpose(v1::CONSENT_PURPOSE_MEASUREMENTS);
                           consent.set_given_day(DayOf("2025-03-01").days);
                           for (uint32_t number = 1; number <= 200; ++number) {
                             RETURN_IF_ERROR(ConsentTable::Put(transaction, consent, uint32_t{1},
                                                               number, uint32_t{1}));
                           }
                           return absl::OkStatus();
                         }),
                IsOk());
  }

  void Put(uint32_t number, const rec::ConsentRecord& consent) {
    ASSERT_THAT(Transact(*store_,
                         [&](storage::Transaction& transaction) {
                           return ConsentTable::Put(transaction, consent, uint32_t{1}, number,
                                                    uint32_t{1});
                         }),
                IsOk());
  }
  void GiveConsentOn(uint32_t number, LocalDate day) {
    rec::ConsentRecord consent;
    consent.set_purpose(v1::CONSENT_PURPOSE_MEASUREMENTS);
    consent.set_given_day(day.days);
    Put(number, consent);
  }
  void WithdrawConsentOf(uint32_t number) {
    rec::ConsentRecord consent;
    consent.set_purpose(v1::CONSENT_PURPOSE_MEASUREMENTS);
    consent.set_given_day(DayOf("2025-03-01").days);
    consent.set_withdrawn_day(June(9).days);
    Put(number, consent);
  }

  absl::StatusOr<int32_t> Measure(LocalDate on, const std::vector<Measured>& measured) {
    return Transact(*store_, [&](storage::Transaction& transaction) {
      return RecordMeasurements(transaction, {kSchool, on, measured}, {"teacher", kNowUs});
    });
  }
  absl::StatusOr<rec::MeasurementRecord> Correct(const Measured& measured, int32_t version,
                                                 LocalDate on = June(2)) {
    return Transact(*store_, [&](storage::Transaction& transaction) {
      return CorrectMeasurement(transaction, {kSchool, on, measured, version, "read again"},
                                {"head", kNowUs + 1});
    });
  }
  // `children` from number 1 on, each `step_mm` taller than the one before.
  void MeasureGroup(LocalDate on, int32_t children, int64_t height_mm, int64_t step_mm = 0) {
    std::vector<Measured> group;
    for (int32_t number = 1; number <= children; ++number) {
      group.push_back({number, height_mm + (number - 1) * step_mm, 0, false});
    }
    ASSERT_THAT(Measure(on, group), IsOk());
  }
  GrowthSummary Summary() {
    const auto summary =
        SummarizeGrowth(*store_->NewSnapshot(), reference_, kSchool,
                        {DayOf("2025-03-01"), DayOf("2025-04-30")}, {June(1), June(9)});
    EXPECT_THAT(summary, IsOk());
    return summary.value_or(GrowthSummary());
  }

  const growth::GrowthReference reference_ = growth::MadeUpTables().Load();
};

TEST_F(MeasurementsTest, AChildIsMeasuredOnceADay) {
  EXPECT_EQ(*Measure(June(2), {{1, 1200, 25'000, false}, {2, 0, 26'000, true}}), 2);

  EXPECT_EQ(*Measure(June(2), {{1, 1200, 25'000, false}, {3, 1210, 0, false}}), 1);
  EXPECT_THAT(Measure(June(2), {{4, 1200, 0, false}, {1, 1201, 25'000, false}}),
              IsRefusal("MEASUREMENT_RECORDED"));

  EXPECT_EQ(*Measure(June(2), {{4, 1200, 0, false}}), 1) << "a refusal leaves nothing";
}

TEST_F(MeasurementsTest, OnlyChildrenOfThatDayAreMeasured) {
  EXPECT_THAT(Measure(DayOf("2025-02-28"), {{1, 1200, 0, false}}),
              IsRefusal("STUDENT_NOT_ENROLLED"));
  EXPECT_THAT(Measure(June(2), {{201, 1200, 0, false}}), IsRefusal("STUDENT_UNKNOWN"));
  EXPECT_THAT(Measure(June(11), {{1, 1200, 0, false}}), NamesField("measured_on"));
}

TEST_F(MeasurementsTest, NobodyIsMeasuredWhoseGuardiansDidNotAgree) {
  ASSERT_THAT(Measure(June(2), {{3, 1200, 0, false}}), IsOk());
  WithdrawConsentOf(3);

  EXPECT_THAT(Measure(June(3), {{1, 1200, 0, false}, {3, 1200, 0, false}}),
              IsRefusal("CONSENT_MISSING"));
  EXPECT_THAT(Correct({3, 1210, 0, false}, 1), IsRefusal("CONSENT_MISSING"));

  EXPECT_THAT(Correct({3, 0, 0, false}, 1), IsOk()) << "to take a figure back needs no consent";
  EXPECT_THAT(Measure(June(3), {{1, 1200, 0, false}}), IsOk());
}

TEST_F(MeasurementsTest, AConsentDoesNotReachBack) {
  GiveConsentOn(7, June(5));

  EXPECT_THAT(Measure(June(4), {{7, 1200, 0, false}}), IsRefusal("CONSENT_MISSING"));
  EXPECT_THAT(Measure(June(5), {{7, 1200, 0, false}}), IsOk());
}

TEST_F(MeasurementsTest, ACorrectionKeepsEveryVersion) {
  ASSERT_THAT(Measure(June(2), {{1, 1200, 25'000, false}}), IsOk());

  const auto corrected = Correct({1, 1250, 0, false}, 1);

  ASSERT_THAT(corrected, IsOk());
  ASSERT_EQ(corrected->versions_size(), 2);
  EXPECT_EQ(corrected->versions(0).height_mm(), 1200);
  EXPECT_EQ(corrected->versions(1).height_mm(), 1250);
  EXPECT_EQ(corrected->versions(1).reason(), "read again");
  EXPECT_EQ(corrected->versions(1).recorded_by(), "head");
  EXPECT_THAT(Correct({1, 1260, 0, false}, 1), IsRefusal("MEASUREMENT_CHANGED"));
  EXPECT_THAT(Correct({2, 1260, 0, false}, 1), IsRefusal("MEASUREMENT_UNKNOWN"));
}

TEST_F(MeasurementsTest, CorrectionsHaveAnEnd) {
  ASSERT_THAT(Measure(June(2), {{1, 1200, 0, false}}), IsOk());
  for (int32_t version = 1; version < kMeasurementVersionsMax; ++version) {
    ASSERT_THAT(Correct({1, 1200 + version, 0, false}, version), IsOk());
  }

  EXPECT_THAT(Correct({1, 1300, 0, false}, kMeasurementVersionsMax),
              IsRefusal("MEASUREMENT_CORRECTED_TOO_OFTEN"));
}

TEST_F(MeasurementsTest, AgeCountsFromTheMiddleOfTheMonthOfBirth) {
  EXPECT_DOUBLE_EQ(AgeMonths(0, DayOf("1970-01-15")), 0);
  EXPECT_DOUBLE_EQ(AgeMonths(0, DayOf("1974-01-15")), 1461 / 30.4375);
  EXPECT_NEAR(AgeMonths(548, DayOf("2025-09-15")), 120, 0.03);
}

// A standard deviation of height is 60 mm.
TEST_F(MeasurementsTest, AGroupIsComparedWithItself) {
  MeasureGroup(DayOf("2025-03-10"), 12, 1140);
  MeasureGroup(June(2), 12, 1155);

  const GrowthSummary summary = Summary();

  ASSERT_TRUE(summary.height_for_age.change.has_value());
  EXPECT_EQ(summary.height_for_age.first->mean_milli, -1'000);
  EXPECT_EQ(summary.height_for_age.second->mean_milli, -750);
  EXPECT_EQ(summary.height_for_age.change->mean_milli, 250);
  EXPECT_EQ(summary.height_for_age.change->children, 12);
  EXPECT_FALSE(summary.bmi_for_age.first.has_value());
}

TEST_F(MeasurementsTest, FewerThanTenChildrenAreNeverDescribed) {
  MeasureGroup(DayOf("2025-03-10"), 9, 1140);
  MeasureGroup(June(2), 12, 1155);

  const GrowthSummary summary = Summary();

  EXPECT_FALSE(summary.height_for_age.first.has_value());
  EXPECT_TRUE(summary.height_for_age.second.has_value());
  EXPECT_FALSE(summary.height_for_age.change.has_value());
}

TEST_F(MeasurementsTest, TheLastPlausibleScoreOfAPeriodCounts) {
  MeasureGroup(DayOf("2025-03-10"), 10, 1140);
  MeasureGroup(DayOf("2025-04-10"), 10, 1146);
  // Child 1 cannot be 2.2 m tall: 16.67.
  ASSERT_THAT(Measure(DayOf("2025-04-20"), {{1, 2200, 0, false}}), IsOk());

  EXPECT_EQ(Summary().height_for_age.first->mean_milli, -900);
}

TEST_F(MeasurementsTest, WhatWasWithdrawnDoesNotCount) {
  MeasureGroup(June(2), 10, 1200);
  ASSERT_TRUE(Summary().height_for_age.second.has_value());

  ASSERT_THAT(Correct({1, 0, 0, false}, 1), IsOk());

  EXPECT_FALSE(Summary().height_for_age.second.has_value());
}

v1::RecordMeasurementsRequest Request() {
  v1::RecordMeasurementsRequest request;
  request.set_school_id(kSchool);
  request.set_measured_on("2025-06-02");
  v1::Measurement& measurement = *request.add_measurements();
  measurement.set_student_number(1);
  measurement.set_height_mm(1200);
  measurement.set_weight_g(25'000);
  return request;
}

TEST(MeasurementConvert, LimitsNameTheField) {
  ASSERT_THAT(ParseMeasuringDay(Request()), IsOk());
  const auto with = [](auto change) {
    v1::RecordMeasurementsRequest request = Request();
    change(&request);
    return ParseMeasuringDay(request);
  };
  const auto with_row = [&](auto change) {
    return with([&](auto* request) { change(request->mutable_measurements(0)); });
  };
  EXPECT_THAT(with([](auto* request) { request->set_measured_on("today"); }),
              NamesField("measured_on"));
  EXPECT_THAT(with([](auto* request) { request->clear_measurements(); }),
              NamesField("measurements"));
  EXPECT_THAT(with([](auto* request) { *request->add_measurements() = request->measurements(0); }),
              NamesField("measurements[1].student_number"));
  EXPECT_THAT(with_row([](auto* row) { row->set_student_number(0); }),
              NamesField("measurements[0].student_number"));
  for (const int64_t height_mm : {-1, 499, 2201}) {
    EXPECT_THAT(with_row([&](auto* row) { row->set_height_mm(height_mm); }),
                NamesField("measurements[0].height_mm"));
  }
  for (const int64_t weight_g : {-1, 4'999, 150'001}) {
    EXPECT_THAT(with_row([&](auto* row) { row->set_weight_g(weight_g); }),
                NamesField("measurements[0].weight_g"));
  }
  EXPECT_THAT(with_row([](auto* row) {
                row->set_height_mm(0);
                row->set_weight_g(0);
              }),
              NamesField("measurements[0].height_mm"));
}

TEST(MeasurementConvert, PeriodsFollowEachOther) {
  v1::GetGrowthSummaryRequest request;
  request.mutable_first()->set_from_day("2025-03-01");
  request.mutable_first()->set_to_day("2025-05-31");
  request.mutable_second()->set_from_day("2025-06-01");
  request.mutable_second()->set_to_day("2025-06-01");
  EXPECT_THAT(ParsePeriods(request), IsOk());

  request.mutable_first()->set_to_day("2025-06-01");
  EXPECT_THAT(ParsePeriods(request), NamesField("first.to_day")) << "93 days";
  request.mutable_first()->set_from_day("2025-05-01");
  EXPECT_THAT(ParsePeriods(request), NamesField("second.from_day"));
  request.mutable_second()->set_from_day("");
  EXPECT_THAT(ParsePeriods(request), NamesField("second.from_day"));
}

}  // namespace
}  // namespace milkway::consumption
