// What class 1A of a school in China drinks in June 2025, as callers say it.

#ifndef MILKWAY_TESTS_CONSUMPTION_CONSUMPTION_MESSAGES_H_
#define MILKWAY_TESTS_CONSUMPTION_CONSUMPTION_MESSAGES_H_

#include <cstdint>
#include <string>
#include <vector>

#include "milkway/consumption/v1/distributions.pb.h"
#include "milkway/consumption/v1/schools.pb.h"

namespace milkway::consumption {

inline constexpr char kFarm[] = "farm";      // a supplier
inline constexpr char kSchool[] = "school";  // schools, in China
inline constexpr char kOtherSchool[] = "other-school";
inline constexpr char kMilk[] = "milk-1kg";
inline constexpr int kStudents = 60;  // of each school: 1 to 60, there since 2025-05-01

// 2025-06-`day` at `hour`:`minute` in China.
common::v1::ZonedTime June(int day, int hour, int minute = 0);
// The date: "2025-06-07".
std::string JuneDate(int day);

// `count` roster numbers from `first` on.
std::vector<int32_t> Students(int32_t first, int count);

struct Cups {
  int64_t lot = 0;
  int64_t serving_g = 25;
  std::vector<int32_t> students;
  int64_t wasted_g = 0;
};
std::vector<v1::DistributionLine> MakeLines(const std::vector<Cups>& cups);
// What class 1A drank on 2025-06-10 at the school.
v1::Distribution MakeDistribution(const std::vector<Cups>& cups,
                                  const std::string& class_name = "1A", int day = 10,
                                  const std::string& school_id = kSchool);

// A child of class 1A.
v1::Student MakeStudent(int32_t number, const std::string& enrolled_on = "2025-05-01");

}  // namespace milkway::consumption

#endif  // MILKWAY_TESTS_CONSUMPTION_CONSUMPTION_MESSAGES_H_
