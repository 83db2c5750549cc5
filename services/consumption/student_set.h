// Sets of students of one school, by roster number. Pure.
//
// A class is nearly always a few runs of numbers, and so are its bytes:
//
//   for each run, in order: varint (first number − end of the run before),
//                           varint (length of the run − 1)
//
// with varint as in posting_codec.h; the end before the first run is 0. A set has
// exactly one encoding. These bytes are on disk (docs/formats.md).

#ifndef MILKWAY_SERVICES_CONSUMPTION_STUDENT_SET_H_
#define MILKWAY_SERVICES_CONSUMPTION_STUDENT_SET_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace milkway::consumption {

inline constexpr int32_t kStudentNumberMax = 100'000;

// Different numbers from 1 to kStudentNumberMax, ascending.
using StudentSet = std::vector<int32_t>;

std::string EncodeStudents(const StudentSet& students);

// DATA_LOSS if the bytes are not the encoding of a set.
absl::StatusOr<StudentSet> DecodeStudents(absl::string_view bytes);

StudentSet UnionOf(const StudentSet& a, const StudentSet& b);
// Those of `a` that are not in `b`.
StudentSet Without(const StudentSet& a, const StudentSet& b);
StudentSet InBoth(const StudentSet& a, const StudentSet& b);
size_t CountOfBoth(const StudentSet& a, const StudentSet& b);
bool Holds(const StudentSet& students, int32_t student);

}  // namespace milkway::consumption

#endif  // MILKWAY_SERVICES_CONSUMPTION_STUDENT_SET_H_
