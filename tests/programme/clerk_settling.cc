#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "milkway/consumption/v1/schools.grpc.pb.h"
#include "milkway/inventory/v1/catalog.grpc.pb.h"
#include "services/runtime/dates.h"
#include "tests/programme/clerk.h"
#include "tests/programme/money.h"
#include "tests/programme/places.h"
#include "tests/support/catalogue.h"
#include "tests/support/status_matchers.h"

namespace milkway::programme {

namespace {

using ::milkway::testing::IsOk;

constexpr int kChildren = 45;
constexpr int32_t kEnrolledBefore = 160;  // days before the beginning
constexpr int kFirstPurchases = 10;
constexpr char kSydney[] = "Australia/Sydney";

}  // namespace

void Clerk::MakeProduct(const std::string& product_id, int64_t pack_g, int64_t protein_mg) {
  inv::CreateProductRequest request = testing::MakeMilk(product_id, pack_g);
  request.set_request_id(NextRequestId());
  inv::Nutrition& nutrition = *request.mutable_product()->mutable_nutrition();
  nutrition.set_protein_mg_100g(protein_mg);
  nutrition.set_calcium_ug_100g(protein_mg * 40);
  nutrition.set_energy_j_100g(protein_mg * 90);
  EXPECT_THAT(system_.Ask(&inv::CatalogService::Stub::CreateProduct, request), IsOk());
}

void Clerk::MakePlace(const std::string& location_id, inv::LocationKind kind,
                      const std::string& zone) {
  inv::CreateLocationRequest request =
      testing::MakePlace(location_id, kind, zone == kSydney ? "AU" : "CN", zone);
  request.set_request_id(NextRequestId());
  EXPECT_THAT(system_.Ask(&inv::CatalogService::Stub::CreateLocation, request), IsOk());
}

void Clerk::MakeSchool(const std::string& school_id) {
  MakePlace(school_id, inv::LOCATION_KIND_SCHOOL, "Asia/Shanghai");
  con::RegisterSchoolRequest school;
  school.set_request_id(NextRequestId());
  school.set_school_id(school_id);
  EXPECT_THAT(system_.Ask(&con::SchoolService::Stub::RegisterSchool, school), IsOk());
  con::EnrolStudentsRequest request;
  request.set_request_id(NextRequestId());
  request.set_school_id(school_id);
  for (int number = 1; number <= kChildren; ++number) {
    const int32_t enrolled_day = Today() - (OneIn(8) ? 40 : kEnrolledBefore);
    const std::string class_name = kClasses[number % std::size(kClasses)];
    con::Student& student = *request.add_students();
    student.set_student_number(number);
    student.set_class_name(class_name);
    student.set_birth_month("2018-03");
    student.set_sex(con::SEX_FEMALE);
    student.set_enrolled_on(DateOf(enrolled_day));
    Child child = {.enrolled_day = enrolled_day};
    child.classes[enrolled_day] = class_name;
    if (OneIn(12)) {
      student.set_exclusion(con::EXCLUSION_MILK_ALLERGY);
      child.excluded[enrolled_day] = true;
    }
    story_.schools[school_id].children[number] = child;
  }
  EXPECT_THAT(system_.Ask(&con::SchoolService::Stub::EnrolStudents, request), IsOk());
}

void Clerk::Settle() {
  MakeProduct("milk-1kg", 1000, 24'100);
  MakeProduct("milk-400g", 400, 21'703);
  for (const char* supplier : kSuppliers) {
    MakePlace(supplier, inv::LOCATION_KIND_SUPPLIER, kSydney);
  }
  MakePlace(kMelbourne, inv::LOCATION_KIND_WAREHOUSE, kSydney);
  MakePlace(kQingdao, inv::LOCATION_KIND_PORT, "Asia/Shanghai");
  MakePlace(kXian, inv::LOCATION_KIND_WAREHOUSE, "Asia/Shanghai");
  for (const char* school : kSchools) MakeSchool(school);
  inv::RecordExchangeRateRequest rate;
  rate.set_request_id(NextRequestId());
  rate.mutable_exchange_rate()->set_on("2024-01-01");
  rate.mutable_exchange_rate()->set_from_currency("CNY");
  rate.mutable_exchange_rate()->set_to_currency("AUD");
  rate.mutable_exchange_rate()->set_rate(kRateOfYuan);
  rate.mutable_exchange_rate()->set_source("a bank");
  EXPECT_THAT(system_.Ask(&inv::CatalogService::Stub::RecordExchangeRate, rate), IsOk());
  for (int purchase = 0; purchase < kFirstPurchases; ++purchase) BuyOn(Today() - 140);
  AnswerAll();
}

}  // namespace milkway::programme
