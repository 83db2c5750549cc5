// Heights and weights through the service, with and without WHO's tables.

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "milkway/consumption/v1/measurements.grpc.pb.h"
#include "milkway/consumption/v1/schools.grpc.pb.h"
#include "milkway/inventory/v1/catalog.grpc.pb.h"
#include "services/consumption/consumption_module.h"
#include "services/inventory/inventory_module.h"
#include "services/runtime/once.h"
#include "tests/cpp/growth_tables.h"
#include "tests/support/in_process_system.h"
#include "tests/support/refusal_matchers.h"

namespace milkway::consumption {
namespace {

namespace inv = inventory::v1;
using ::milkway::testing::CallAndWait;
using ::milkway::testing::InProcessSystem;
using ::milkway::testing::IsOk;
using ::milkway::testing::IsRefusal;
using ::milkway::testing::StatusIs;
using ::testing::HasSubstr;
using Service = v1::MeasurementService::Stub;

constexpr char kSchool[] = "hill";
constexpr char kContact[] = "school_contact:wang:hill";

absl::StatusOr<std::unique_ptr<runtime::Module>> MakeWithReference(runtime::ModuleParts parts) {
  static const growth::GrowthReference& reference =
      *new growth::GrowthReference(growth::MadeUpTables().Load());
  parts.growth_reference = &reference;
  return MakeConsumptionModule(parts);
}

// A school with the children 1 to 20, born in 2017-09.
class MeasurementsSystemTest : public ::testing::Test {
 protected:
  explicit MeasurementsSystemTest(InProcessSystem::ModuleFactory consumption = MakeWithReference)
      : system_({inventory::MakeInventoryModule, consumption}) {
    MakeSchool();
    EnrolChildren();
  }

  std::string NextRequestId() {
    return runtime::FormatRequestId({0x0197'0000'0000'7000, ++last_request_});
  }
  template <typename Stub, typename Request, typename Response>
  absl::StatusOr<Response> Call(grpc::Status (Stub::*method)(grpc::ClientContext*, const Request&,
                                                             Response*),
                                const Request& request, const std::string& caller = kContact) {
    return CallAndWait(system_.ChannelTo("consumption"), method, request, caller);
  }

  void MakeSchool() {
    inv::CreateLocationRequest location;
    location.set_request_id(NextRequestId());
    location.mutable_location()->set_location_id(kSchool);
    location.mutable_location()->set_kind(inv::LOCATION_KIND_SCHOOL);
    location.mutable_location()->set_name_en("Hill School");
    location.mutable_location()->set_name_zh("山小学");
    location.mutable_location()->set_country("CN");
    location.mutable_location()->set_time_zone("Asia/Shanghai");
    ASSERT_THAT(Call(&inv::CatalogService::Stub::CreateLocation, location, "admin:lin"), IsOk());
    v1::RegisterSchoolRequest school;
    school.set_request_id(NextRequestId());
    school.set_school_id(kSchool);
    ASSERT_THAT(Call(&v1::SchoolService::Stub::RegisterSchool, school, "admin:lin"), IsOk());
  }

  void EnrolChildren() {
    v1::EnrolStudentsRequest request;
    request.set_request_id(NextRequestId());
    request.set_school_id(kSchool);
    for (int32_t number = 1; number <= 20; ++number) {
      v1::Student& student = *request.add_students();
      student.set_student_number(number);
      student.set_class_name("1A");
      student.set_birth_month("2017-09");
      student.set_sex(number % 2 == 0 ? v1::SEX_FEMALE : v1::SEX_MALE);
      student.set_enrolled_on("2025-03-01");
      v1::EnrolmentConsent& consent = *request.add_consents();
      consent.set_student_number(number);
      v1::ConsentStatement& statement = *consent.mutable_statement();
      statement.set_purpose(v1::CONSENT_PURPOSE_MEASUREMENTS);
      statement.set_relation(v1::GUARDIAN_RELATION_FATHER);
      statement.set_given_on("2025-03-01");
      statement.set_manner(v1::CONSENT_MANNER_PAPER);
    }
    ASSERT_THAT(Call(&v1::SchoolService::Stub::EnrolStudents, request), IsOk());
  }

  v1::RecordMeasurementsRequest Group(const std::string& on, int32_t children, int64_t height_mm,
                                      int64_t weight_g) {
    v1::RecordMeasurementsRequest request;
    request.set_request_id(NextRequestId());
    request.set_school_id(kSchool);
    request.set_measured_on(on);
    for (int32_t number = 1; number <= children; ++number) {
      v1::Measurement& measurement = *request.add_measurements();
      measurement.set_student_number(number);
      measurement.set_height_mm(height_mm);
      measurement.set_weight_g(weight_g);
    }
    return request;
  }

  static v1::GetGrowthSummaryRequest Periods() {
    v1::GetGrowthSummaryRequest request;
    request.set_school_id(kSchool);
    request.mutable_first()->set_from_day("2025-03-01");
    request.mutable_first()->set_to_day("2025-03-31");
    request.mutable_second()->set_from_day("2025-05-01");
    request.mutable_second()->set_to_day("2025-05-31");
    return request;
  }

  InProcessSystem system_;
  uint64_t last_request_ = 0;
};

TEST_F(MeasurementsSystemTest, WhatASchoolMeasuresIsListedWithScores) {
  const auto request = Group("2025-05-20", 3, 1260, 25'000);
  ASSERT_THAT(Call(&Service::RecordMeasurements, request), IsOk());
  EXPECT_EQ(Call(&Service::RecordMeasurements, request)->added(), 3) << "sent again";

  v1::ListMeasurementsRequest list;
  list.set_school_id(kSchool);
  list.set_page_size(2);
  const auto page = Call(&Service::ListMeasurements, list);

  ASSERT_THAT(page, IsOk());
  ASSERT_EQ(page->measurements_size(), 2);
  const v1::RecordedMeasurement& first = page->measurements(0);
  EXPECT_EQ(first.measured_on(), "2025-05-20");
  EXPECT_EQ(first.version(), 1);
  EXPECT_EQ(first.measurement().height_mm(), 1260);
  EXPECT_EQ(first.height_for_age().hundredths(), 100);
  EXPECT_EQ(first.weight_for_age().hundredths(), 0);
  list.set_page_token(page->next_page_token());
  EXPECT_EQ(Call(&Service::ListMeasurements, list)->measurements(0).measurement().student_number(),
            3);
}

TEST_F(MeasurementsSystemTest, ACorrectionStandsInTheList) {
  ASSERT_THAT(Call(&Service::RecordMeasurements, Group("2025-05-20", 2, 1260, 25'000)), IsOk());
  v1::CorrectMeasurementRequest correction;
  correction.set_request_id(NextRequestId());
  correction.set_school_id(kSchool);
  correction.set_measured_on("2025-05-20");
  correction.mutable_measurement()->set_student_number(1);
  correction.mutable_measurement()->set_height_mm(1200);
  correction.set_version(1);
  correction.set_reason("read again");

  const auto corrected = Call(&Service::CorrectMeasurement, correction);

  ASSERT_THAT(corrected, IsOk());
  EXPECT_EQ(corrected->measurement().version(), 2);
  EXPECT_EQ(corrected->measurement().height_for_age().hundredths(), 0);
  EXPECT_FALSE(corrected->measurement().has_weight_for_age());
}

TEST_F(MeasurementsSystemTest, GrowthIsThatOfAGroup) {
  ASSERT_THAT(Call(&Service::RecordMeasurements, Group("2025-03-20", 9, 1140, 25'000)), IsOk());
  ASSERT_THAT(Call(&Service::RecordMeasurements, Group("2025-05-20", 12, 1155, 25'000)), IsOk());

  const auto few = Call(&Service::GetGrowthSummary, Periods());

  ASSERT_THAT(few, IsOk());
  EXPECT_EQ(few->height_for_age().first().children(), 0);
  EXPECT_EQ(few->height_for_age().second().children(), 12);
  EXPECT_EQ(few->height_for_age().change().children(), 0);

  v1::RecordMeasurementsRequest tenth = Group("2025-03-21", 10, 1140, 25'000);
  ASSERT_THAT(Call(&Service::RecordMeasurements, tenth), IsOk());
  const auto enough = Call(&Service::GetGrowthSummary, Periods());
  ASSERT_THAT(enough, IsOk());
  EXPECT_EQ(enough->height_for_age().change().children(), 10);
  EXPECT_EQ(enough->height_for_age().change().mean_milli(), 250);
}

TEST_F(MeasurementsSystemTest, OnlyTheSchoolSeesItsChildren) {
  v1::ListMeasurementsRequest list;
  list.set_school_id(kSchool);
  for (const char* caller : {"donor:chen:hill", "auditor:li", "procurement:zhao",
                             "school_contact:sun:valley", "service:impact"}) {
    EXPECT_THAT(Call(&Service::ListMeasurements, list, caller),
                StatusIs(absl::StatusCode::kPermissionDenied))
        << caller;
    EXPECT_THAT(Call(&Service::GetGrowthSummary, Periods(), caller),
                StatusIs(absl::StatusCode::kPermissionDenied))
        << caller;
  }
}

class WithoutReferenceTest : public MeasurementsSystemTest {
 protected:
  WithoutReferenceTest() : MeasurementsSystemTest(MakeConsumptionModule) {}
};

TEST_F(WithoutReferenceTest, MeasurementsAreKeptButNotScored) {
  ASSERT_THAT(Call(&Service::RecordMeasurements, Group("2025-05-20", 1, 1260, 25'000)), IsOk());
  v1::ListMeasurementsRequest list;
  list.set_school_id(kSchool);

  const auto page = Call(&Service::ListMeasurements, list);

  ASSERT_THAT(page, IsOk());
  ASSERT_EQ(page->measurements_size(), 1);
  EXPECT_FALSE(page->measurements(0).has_height_for_age());
}

TEST_F(WithoutReferenceTest, TheSummarySaysWhereTheTablesAre) {
  const auto summary = Call(&Service::GetGrowthSummary, Periods());

  EXPECT_THAT(summary, IsRefusal("GROWTH_REFERENCE_MISSING"));
  EXPECT_EQ(summary.status().code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_THAT(std::string(summary.status().message()), HasSubstr("https://www.who.int/"));
}

}  // namespace
}  // namespace milkway::consumption
