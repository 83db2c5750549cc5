// Between the messages of nutrition and their domain types. INVALID_ARGUMENT names the
// field from the message given on.

#ifndef MILKWAY_SERVICES_CONSUMPTION_NUTRITION_CONVERT_H_
#define MILKWAY_SERVICES_CONSUMPTION_NUTRITION_CONVERT_H_

#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "milkway/consumption/v1/nutrition.pb.h"
#include "services/consumption/calendar_convert.h"
#include "services/consumption/nutrition.h"

namespace milkway::consumption {

// Days, or a term: one of the two.
struct DaysOrTerm {
  std::optional<DaysAsked> days;
  std::string term_id;  // empty with days
};

struct NutritionAsked {
  std::string class_name;  // empty: the whole school
  DaysOrTerm when;
};
absl::StatusOr<NutritionAsked> ParseNutritionAsked(const v1::GetNutritionRequest& message);

struct StudentNutritionAsked {
  int32_t student_number = 0;
  DaysOrTerm when;
};
absl::StatusOr<StudentNutritionAsked> ParseStudentNutritionAsked(
    const v1::GetStudentNutritionRequest& message);

v1::Nutrition ToMessage(const Nutrition& nutrition, const DaysAsked& days,
                        const std::string& needs_source);

}  // namespace milkway::consumption

#endif  // MILKWAY_SERVICES_CONSUMPTION_NUTRITION_CONVERT_H_
