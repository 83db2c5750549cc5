// A school, two kinds of milk with labels, and what NutritionService says of them.

#ifndef MILKWAY_TESTS_CONSUMPTION_NUTRITION_FIXTURE_H_
#define MILKWAY_TESTS_CONSUMPTION_NUTRITION_FIXTURE_H_

#include <cstdint>
#include <string>
#include <vector>

#include "milkway/consumption/v1/nutrition.grpc.pb.h"
#include "tests/consumption/consumption_system.h"
#include "tests/support/deployments.h"
#include "tests/support/refusal_matchers.h"

namespace milkway::consumption {

inline constexpr char kPlace[] = "place";
inline constexpr char kContact[] = "school_contact:wu:place";

// 24.5 g protein, 945 mg calcium and 2,060 kJ in 100 g.
inv::Nutrition WholeMilkLabel();
// 35 g protein, 1,200 mg calcium and 1,500 kJ in 100 g.
inv::Nutrition SkimmedMilkLabel();

class NutritionFixture : public testing::InEveryDeployment<ConsumptionSystem> {
 protected:
  NutritionFixture();

  // A lot of 5,000 packs of a product of its own, with this label, at the school.
  int64_t BuyWithLabel(const std::string& product_id, const inv::Nutrition& label);
  void Enrol(const std::vector<int32_t>& students, const std::string& class_name,
             const std::string& birth_month, v1::Sex sex);
  // From 2025-06-`first` to 2025-06-`last`.
  void PutTerm(const std::string& term_id, int first, int last);

  // On 2025-06-`day`. Gives the record's number.
  int64_t Record(const std::vector<Cups>& cups, const std::string& class_name, int day,
                 const std::string& session = "");
  // A pack of `pack_g` to each.
  int64_t RecordTakeHome(int64_t lot, const std::vector<int32_t>& students, int64_t pack_g,
                         const std::string& class_name, int day);

  static v1::GetNutritionRequest Days(int first, int last);
  static v1::GetNutritionRequest Term(const std::string& term_id);
  absl::StatusOr<v1::GetNutritionResponse> Of(const v1::GetNutritionRequest& request,
                                              const std::string& caller = kContact);
  absl::StatusOr<v1::GetNutritionResponse> OfTerm(const std::string& term_id,
                                                  const std::string& caller = kContact);
  // In the whole of June.
  absl::StatusOr<v1::GetStudentNutritionResponse> OfStudent(int32_t number,
                                                            const std::string& caller = kContact);

  int64_t whole_ = 0;
  int64_t skimmed_ = 0;

 private:
  int64_t RecordedId(const v1::Distribution& distribution);
};

}  // namespace milkway::consumption

#endif  // MILKWAY_TESTS_CONSUMPTION_NUTRITION_FIXTURE_H_
