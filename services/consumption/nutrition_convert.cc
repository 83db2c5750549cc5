#include "services/consumption/nutrition_convert.h"

#include "clients/cpp/status_macros.h"
#include "services/consumption/student_set.h"
#include "services/consumption/summary_convert.h"
#include "services/runtime/errors.h"
#include "services/runtime/fields.h"

namespace milkway::consumption {

namespace {

constexpr int32_t kNutritionDaysMax = 400;

template <typename Request>
absl::StatusOr<DaysOrTerm> ParseWhen(const Request& message) {
  DaysOrTerm when;
  if (message.term_id().empty()) {
    ASSIGN_OR_RETURN(when.days,
                     ParseDaysAsked(message.from_day(), message.to_day(), kNutritionDaysMax));
    return when;
  }
  if (!message.from_day().empty() || !message.to_day().empty()) {
    return runtime::InvalidField("term_id", "must be empty where from_day and to_day are given");
  }
  ASSIGN_OR_RETURN(when.term_id, runtime::ParseId("term_id", message.term_id()));
  return when;
}

void SetAmounts(const Amounts& amounts, v1::NutrientAmounts* message) {
  message->set_energy_kj(amounts[Nutrient::kEnergy]);
  message->set_protein_mg(amounts[Nutrient::kProtein]);
  message->set_fat_mg(amounts[Nutrient::kFat]);
  message->set_carbohydrate_mg(amounts[Nutrient::kCarbohydrate]);
  message->set_calcium_mg(amounts[Nutrient::kCalcium]);
  message->set_sodium_mg(amounts[Nutrient::kSodium]);
}

void SetShares(const Shares& shares, v1::NeedShares* message) {
  message->set_energy_permille(shares[Nutrient::kEnergy]);
  message->set_protein_permille(shares[Nutrient::kProtein]);
  message->set_fat_permille(shares[Nutrient::kFat]);
  message->set_carbohydrate_permille(shares[Nutrient::kCarbohydrate]);
  message->set_calcium_permille(shares[Nutrient::kCalcium]);
  message->set_sodium_permille(shares[Nutrient::kSodium]);
}

void SetGroup(const NutritionGroup& group, v1::NeedGroup* message) {
  message->set_from_years(group.band.from_years);
  message->set_to_years(group.band.to_years);
  message->set_sex(static_cast<v1::Sex>(group.band.sex));
  SetAmounts(group.band.need, message->mutable_daily_need());
  message->set_children(group.children);
  message->set_child_days(group.child_days);
  message->set_served_g(group.served_g);
  SetAmounts(group.average_day, message->mutable_average_day());
  SetShares(group.share, message->mutable_share());
}

}  // namespace

absl::StatusOr<NutritionAsked> ParseNutritionAsked(const v1::GetNutritionRequest& message) {
  NutritionAsked asked;
  ASSIGN_OR_RETURN(asked.class_name, ParseClassFilter(message.class_name()));
  ASSIGN_OR_RETURN(asked.when, ParseWhen(message));
  return asked;
}

absl::StatusOr<StudentNutritionAsked> ParseStudentNutritionAsked(
    const v1::GetStudentNutritionRequest& message) {
  StudentNutritionAsked asked;
  ASSIGN_OR_RETURN(
      const int64_t number,
      runtime::ParseNumber("student_number", message.student_number(), 1, kStudentNumberMax));
  asked.student_number = static_cast<int32_t>(number);
  ASSIGN_OR_RETURN(asked.when, ParseWhen(message));
  return asked;
}

v1::Nutrition ToMessage(const Nutrition& nutrition, const DaysAsked& days,
                        const std::string& needs_source) {
  v1::Nutrition message;
  message.set_from_day(FormatDate(days.from));
  message.set_to_day(FormatDate(days.to));
  message.set_served_days(nutrition.served_days);
  message.set_children(nutrition.children);
  message.set_servings(nutrition.servings);
  message.set_served_g(nutrition.served_g);
  message.set_take_home_servings(nutrition.take_home_servings);
  message.set_take_home_g(nutrition.take_home_g);
  SetAmounts(nutrition.total, message.mutable_total());
  SetAmounts(nutrition.average_serving, message.mutable_average_serving());
  for (const NutritionGroup& group : nutrition.groups) SetGroup(group, message.add_groups());
  message.set_groups_withheld(nutrition.groups_withheld);
  message.set_needs_source(needs_source);
  return message;
}

}  // namespace milkway::consumption
