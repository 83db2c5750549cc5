#include "tests/consumption/nutrition_fixture.h"

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "milkway/consumption/v1/calendar.grpc.pb.h"
#include "tests/support/catalogue.h"

namespace milkway::consumption {

using ::milkway::testing::CallAndWait;
using ::milkway::testing::IsOk;

inv::Nutrition WholeMilkLabel() {
  inv::Nutrition label;
  label.set_energy_j_100g(2'060'000);
  label.set_protein_mg_100g(24'500);
  label.set_fat_mg_100g(27'000);
  label.set_carbohydrate_mg_100g(39'000);
  label.set_calcium_ug_100g(945'000);
  label.set_sodium_ug_100g(370'000);
  return label;
}

inv::Nutrition SkimmedMilkLabel() {
  inv::Nutrition label;
  label.set_energy_j_100g(1'500'000);
  label.set_protein_mg_100g(35'000);
  label.set_fat_mg_100g(900);
  label.set_carbohydrate_mg_100g(52'000);
  label.set_calcium_ug_100g(1'200'000);
  label.set_sodium_ug_100g(505'000);
  return label;
}

NutritionFixture::NutritionFixture() {
  milkway_.MakeSchool(kPlace);
  whole_ = BuyWithLabel("whole", WholeMilkLabel());
  skimmed_ = BuyWithLabel("skimmed", SkimmedMilkLabel());
}

int64_t NutritionFixture::BuyWithLabel(const std::string& product_id, const inv::Nutrition& label) {
  const auto inventory = milkway_.system().ChannelTo("inventory");
  inv::CreateProductRequest product = testing::MakeMilk(product_id);
  product.set_request_id(milkway_.NextRequestId());
  *product.mutable_product()->mutable_nutrition() = label;
  EXPECT_THAT(CallAndWait(inventory, &inv::CatalogService::Stub::CreateProduct, product), IsOk());
  inv::RecordPurchaseRequest request;
  request.set_request_id(milkway_.NextRequestId());
  inv::Purchase& purchase = *request.mutable_purchase();
  purchase.set_purchase_id(absl::StrCat("P-", product_id));
  purchase.set_purchased_on("2025-06-01");
  purchase.set_supplier_id(kFarm);
  purchase.set_destination_id(kPlace);
  inv::PurchaseLine& line = *purchase.add_lines();
  line.set_product_id(product_id);
  line.set_lot_number(absl::StrCat("L-", product_id));
  line.set_expires_on("2026-06-01");
  line.set_packs(5'000);
  line.mutable_unit_price()->set_currency_code("AUD");
  line.mutable_unit_price()->set_minor_units(1000);
  const auto recorded =
      CallAndWait(inventory, &inv::PurchaseService::Stub::RecordPurchase, request);
  EXPECT_THAT(recorded, IsOk());
  return recorded.ok() ? recorded->lots(0).lot_id() : 0;
}

void NutritionFixture::Enrol(const std::vector<int32_t>& students, const std::string& class_name,
                             const std::string& birth_month, v1::Sex sex) {
  std::vector<v1::Student> enrolled;
  for (const int32_t number : students) {
    v1::Student& student = enrolled.emplace_back(MakeStudent(number));
    student.set_class_name(class_name);
    student.set_birth_month(birth_month);
    student.set_sex(sex);
  }
  ASSERT_THAT(milkway_.Enrol(kPlace, enrolled), IsOk());
}

void NutritionFixture::PutTerm(const std::string& term_id, int first, int last) {
  v1::PutTermRequest request;
  request.set_request_id(milkway_.NextRequestId());
  request.set_school_id(kPlace);
  request.mutable_term()->set_term_id(term_id);
  request.mutable_term()->set_first_day(JuneDate(first));
  request.mutable_term()->set_last_day(JuneDate(last));
  ASSERT_THAT(CallAndWait(milkway_.channel(), &v1::CalendarService::Stub::PutTerm, request),
              IsOk());
}

int64_t NutritionFixture::RecordedId(const v1::Distribution& distribution) {
  const auto recorded = milkway_.Record(distribution);
  EXPECT_THAT(recorded, IsOk());
  return recorded.ok() ? recorded->distribution_id() : 0;
}

int64_t NutritionFixture::Record(const std::vector<Cups>& cups, const std::string& class_name,
                                 int day, const std::string& session) {
  v1::Distribution distribution = MakeDistribution(cups, class_name, day, kPlace);
  distribution.set_session(session);
  return RecordedId(distribution);
}

int64_t NutritionFixture::RecordTakeHome(int64_t lot, const std::vector<int32_t>& students,
                                         int64_t pack_g, const std::string& class_name, int day) {
  v1::Distribution distribution =
      MakeDistribution({{lot, pack_g, students}}, class_name, day, kPlace);
  distribution.mutable_lines(0)->set_pack_g(pack_g);
  distribution.mutable_lines(0)->set_take_home_packs(1);
  return RecordedId(distribution);
}

v1::GetNutritionRequest NutritionFixture::Days(int first, int last) {
  v1::GetNutritionRequest request;
  request.set_school_id(kPlace);
  request.set_from_day(JuneDate(first));
  request.set_to_day(JuneDate(last));
  return request;
}

v1::GetNutritionRequest NutritionFixture::Term(const std::string& term_id) {
  v1::GetNutritionRequest request;
  request.set_school_id(kPlace);
  request.set_term_id(term_id);
  return request;
}

absl::StatusOr<v1::GetNutritionResponse> NutritionFixture::Of(
    const v1::GetNutritionRequest& request, const std::string& caller) {
  return CallAndWait(milkway_.channel(), &v1::NutritionService::Stub::GetNutrition, request,
                     caller);
}

absl::StatusOr<v1::GetNutritionResponse> NutritionFixture::OfTerm(const std::string& term_id,
                                                                  const std::string& caller) {
  return Of(Term(term_id), caller);
}

absl::StatusOr<v1::GetStudentNutritionResponse> NutritionFixture::OfStudent(
    int32_t number, const std::string& caller) {
  v1::GetStudentNutritionRequest request;
  request.set_school_id(kPlace);
  request.set_student_number(number);
  request.set_from_day(JuneDate(1));
  request.set_to_day(JuneDate(30));
  return CallAndWait(milkway_.channel(), &v1::NutritionService::Stub::GetStudentNutrition, request,
                     caller);
}

}  // namespace milkway::consumption
