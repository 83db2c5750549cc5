// Nutrients and shares of the daily needs in what was drunk. Pure.

#ifndef MILKWAY_SERVICES_CONSUMPTION_NUTRITION_H_
#define MILKWAY_SERVICES_CONSUMPTION_NUTRITION_H_

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "services/consumption/daily_needs.h"
#include "services/consumption/milk_drunk.h"
#include "services/consumption/nutrients.h"

namespace milkway::consumption {

using LabelByLot = std::map<LotId, Label>;

// Who is told of groups.
enum class GroupsTold {
  kAll,        // who sees the roster
  kTenOrMore,  // as GroupsThatMayBeTold says
  kNone,       // others could be compared with what is told elsewhere
};

struct NutritionGroup {
  NeedBand band;  // without years and needs: those of no band
  int64_t children = 0;
  int64_t child_days = 0;
  int64_t served_g = 0;
  Amounts average_day;
  Shares share;
};

struct Nutrition {
  int64_t served_days = 0;
  int64_t children = 0;
  int64_t servings = 0;  // packs taken home included
  int64_t served_g = 0;
  int64_t take_home_servings = 0;
  int64_t take_home_g = 0;
  Amounts total;
  Amounts average_serving;             // at school
  std::vector<NutritionGroup> groups;  // with children
  bool groups_withheld = false;
};

// INTERNAL if the label of a lot is missing.
absl::StatusOr<Nutrition> SumUpNutrition(const MilkDrunk& milk, const LabelByLot& labels,
                                         const DailyNeeds& needs, GroupsTold told);

}  // namespace milkway::consumption

#endif  // MILKWAY_SERVICES_CONSUMPTION_NUTRITION_H_
