// Bytes are a set of students in one way only, or refused.

#include <algorithm>
#include <functional>

#include "services/consumption/student_set.h"
#include "tests/fuzz/fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  namespace con = milkway::consumption;
  using milkway::fuzz::Require;
  const absl::string_view bytes = milkway::fuzz::BytesOf(data, size);
  const auto students = con::DecodeStudents(bytes);
  if (!students.ok()) {
    Require(absl::IsDataLoss(students.status()), "damaged bytes are DATA_LOSS");
    return 0;
  }
  Require(con::EncodeStudents(*students) == bytes, "a set has one encoding");
  Require(std::is_sorted(students->begin(), students->end(), std::less_equal<>()),
          "numbers ascend, each once");
  Require(
      students->empty() || (students->front() >= 1 && students->back() <= con::kStudentNumberMax),
      "numbers are those of a roster");
  return 0;
}
