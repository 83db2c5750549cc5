#include "tests/consumption/consumption_messages.h"

#include <utility>

#include "absl/strings/str_format.h"
#include "services/runtime/dates.h"

namespace milkway::consumption {

namespace {

constexpr int kChinaMinutes = 8 * 60;
// 2025-06-01T00:00:00+08:00.
constexpr int64_t kJuneUs = int64_t{1'748'707'200'000'000};

}  // namespace

common::v1::ZonedTime June(int day, int hour, int minute) {
  return ToZonedTime({kJuneUs + (day - 1) * kMicrosPerDay + (hour * 60 + minute) * kMicrosPerMinute,
                      kChinaMinutes});
}

std::string JuneDate(int day) { return absl::StrFormat("2025-06-%02d", day); }

std::vector<int32_t> Students(int32_t first, int count) {
  std::vector<int32_t> students;
  for (int32_t number = first; number < first + count; ++number) students.push_back(number);
  return students;
}

std::vector<v1::DistributionLine> MakeLines(const std::vector<Cups>& cups) {
  std::vector<v1::DistributionLine> lines;
  for (const Cups& of_lot : cups) {
    v1::DistributionLine& line = lines.emplace_back();
    line.set_lot_id(of_lot.lot);
    line.set_serving_g(of_lot.serving_g);
    line.mutable_student_numbers()->Add(of_lot.students.begin(), of_lot.students.end());
    line.set_wasted_g(of_lot.wasted_g);
  }
  return lines;
}

v1::Distribution MakeDistribution(const std::vector<Cups>& cups, const std::string& class_name,
                                  int day, const std::string& school_id) {
  v1::Distribution distribution;
  distribution.set_school_id(school_id);
  distribution.set_served_on(JuneDate(day));
  distribution.set_class_name(class_name);
  for (v1::DistributionLine& line : MakeLines(cups)) *distribution.add_lines() = std::move(line);
  return distribution;
}

v1::Student MakeStudent(int32_t number, const std::string& enrolled_on) {
  v1::Student student;
  student.set_student_number(number);
  student.set_class_name("1A");
  student.set_birth_month("2018-03");
  student.set_sex(number % 2 == 0 ? v1::SEX_FEMALE : v1::SEX_MALE);
  student.set_enrolled_on(enrolled_on);
  return student;
}

}  // namespace milkway::consumption
