#include "services/consumption/student_set.h"

#include <algorithm>
#include <iterator>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"

namespace milkway::consumption {

namespace {

void PutVarint(uint32_t value, std::string* bytes) {
  while (value >= 0x80) {
    bytes->push_back(static_cast<char>(value | 0x80));
    value >>= 7;
  }
  bytes->push_back(static_cast<char>(value));
}

// Takes a varint of at most three bytes (student numbers need no more) off the
// front; false if it is malformed or longer than needed.
bool TakeVarint(absl::string_view* bytes, int32_t* value) {
  *value = 0;
  for (int shift = 0; shift < 21 && !bytes->empty(); shift += 7) {
    const uint8_t byte = static_cast<uint8_t>(bytes->front());
    bytes->remove_prefix(1);
    *value |= (byte & 0x7f) << shift;
    if ((byte & 0x80) == 0) return byte != 0 || shift == 0;
  }
  return false;
}

}  // namespace

std::string EncodeStudents(const StudentSet& students) {
  std::string bytes;
  int32_t end = 0;  // one past the run before
  for (size_t first = 0; first < students.size();) {
    size_t next = first + 1;
    while (next < students.size() && students[next] == students[next - 1] + 1) ++next;
    PutVarint(static_cast<uint32_t>(students[first] - end), &bytes);
    PutVarint(static_cast<uint32_t>(next - first - 1), &bytes);
    end = students[next - 1] + 1;
    first = next;
  }
  return bytes;
}

absl::StatusOr<StudentSet> DecodeStudents(absl::string_view bytes) {
  const absl::string_view whole = bytes;
  const auto damaged = [whole] {
    return absl::DataLossError(absl::StrCat("the bytes ", absl::BytesToHexString(whole),
                                            " are not a set of students; restore the store from a "
                                            "backup"));
  };
  StudentSet students;
  int32_t end = 0;
  while (!bytes.empty()) {
    int32_t gap = 0;
    int32_t more = 0;
    if (!TakeVarint(&bytes, &gap) || !TakeVarint(&bytes, &more)) return damaged();
    const int32_t first = end + gap;
    // Two runs that touch would be one, and nobody has number 0.
    if (gap == 0 || first + more > kStudentNumberMax) return damaged();
    for (int32_t number = first; number <= first + more; ++number) students.push_back(number);
    end = first + more + 1;
  }
  return students;
}

StudentSet UnionOf(const StudentSet& a, const StudentSet& b) {
  StudentSet both;
  both.reserve(a.size() + b.size());
  std::set_union(a.begin(), a.end(), b.begin(), b.end(), std::back_inserter(both));
  return both;
}

StudentSet Without(const StudentSet& a, const StudentSet& b) {
  if (b.empty()) return a;
  StudentSet rest;
  std::set_difference(a.begin(), a.end(), b.begin(), b.end(), std::back_inserter(rest));
  return rest;
}

StudentSet InBoth(const StudentSet& a, const StudentSet& b) {
  StudentSet both;
  std::set_intersection(a.begin(), a.end(), b.begin(), b.end(), std::back_inserter(both));
  return both;
}

bool Holds(const StudentSet& students, int32_t student) {
  return std::binary_search(students.begin(), students.end(), student);
}

size_t CountOfBoth(const StudentSet& a, const StudentSet& b) {
  size_t count = 0;
  for (auto x = a.begin(), y = b.begin(); x != a.end() && y != b.end();) {
    if (*x == *y) {
      ++count;
      ++x;
      ++y;
    } else {
      *x < *y ? ++x : ++y;
    }
  }
  return count;
}

}  // namespace milkway::consumption
