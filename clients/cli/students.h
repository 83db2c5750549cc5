// Who drank: "1-12;15;20-24".

#ifndef MILKWAY_CLIENTS_CLI_STUDENTS_H_
#define MILKWAY_CLIENTS_CLI_STUDENTS_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"

namespace milkway::cli {

inline constexpr int32_t kStudentNumberMax = 100'000;
inline constexpr size_t kStudentsPerLineMax = 5'000;

// The numbers in ascending order; none for an empty text. INVALID_ARGUMENT with
// a rule that reads on from a column's name: "must be student numbers …",
// "lists student 5 twice".
absl::StatusOr<std::vector<int32_t>> ParseStudents(absl::string_view text);

// The shortest text for numbers in ascending order.
std::string FormatStudents(absl::Span<const int32_t> numbers);

}  // namespace milkway::cli

#endif  // MILKWAY_CLIENTS_CLI_STUDENTS_H_
