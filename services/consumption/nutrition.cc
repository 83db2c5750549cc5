#include "services/consumption/nutrition.h"

#include "absl/strings/str_cat.h"
#include "clients/cpp/status_macros.h"

namespace milkway::consumption {

namespace {

absl::StatusOr<NutrientSum> SumOf(const GramsByLot& grams_by_lot, const LabelByLot& labels) {
  NutrientSum sum;
  for (const auto& [lot, grams] : grams_by_lot) {
    const auto label = labels.find(lot);
    if (label == labels.end()) {
      return absl::InternalError(
          absl::StrCat("the label of lot ", lot.value, " was not asked for"));
    }
    sum.Add(grams, label->second);
  }
  return sum;
}

GroupBits MayBeTold(const MilkDrunk& milk, GroupsTold told) {
  if (told == GroupsTold::kAll) return ~GroupBits{0};
  if (told == GroupsTold::kNone) return 0;
  return GroupsThatMayBeTold(milk.groups_of_children, milk.groups.size());
}

NutritionGroup MakeGroup(const MilkDrunk::Group& group, const NeedBand& band,
                         const NutrientSum& sum) {
  return {band,
          group.children,
          group.child_days,
          group.milk.served_g,
          sum.Of(group.child_days),
          sum.ShareOf(band.need, group.child_days)};
}

}  // namespace

absl::StatusOr<Nutrition> SumUpNutrition(const MilkDrunk& milk, const LabelByLot& labels,
                                         const DailyNeeds& needs, GroupsTold told) {
  const GroupBits may_be_told = MayBeTold(milk, told);
  const Milk at_school = milk.AtSchool();
  Nutrition nutrition;
  nutrition.served_days = milk.served_days;
  nutrition.children = milk.children;
  nutrition.servings = at_school.servings + milk.taken_home.servings;
  nutrition.served_g = at_school.served_g + milk.taken_home.served_g;
  nutrition.take_home_servings = milk.taken_home.servings;
  nutrition.take_home_g = milk.taken_home.served_g;
  NutrientSum all_at_school;
  for (size_t index = 0; index < milk.groups.size(); ++index) {
    const MilkDrunk::Group& group = milk.groups[index];
    if (group.children == 0) continue;
    ASSIGN_OR_RETURN(const NutrientSum sum, SumOf(group.milk.by_lot, labels));
    all_at_school.Add(sum);
    if ((may_be_told >> index & 1) == 0) {
      nutrition.groups_withheld = true;
      continue;
    }
    const NeedBand band = index < needs.bands().size() ? needs.bands()[index] : NeedBand();
    nutrition.groups.push_back(MakeGroup(group, band, sum));
  }
  nutrition.average_serving = all_at_school.Of(at_school.servings);
  ASSIGN_OR_RETURN(NutrientSum all, SumOf(milk.taken_home.by_lot, labels));
  all.Add(all_at_school);
  nutrition.total = all.Total();
  return nutrition;
}

}  // namespace milkway::consumption
