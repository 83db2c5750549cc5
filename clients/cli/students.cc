#include "clients/cli/students.h"

#include <algorithm>
#include <optional>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "clients/cli/numbers.h"

namespace milkway::cli {

namespace {

constexpr char kExpected[] =
    "must be student numbers (1 to 100000) and ranges with \";\" between them, such as "
    "1-12;15;20-24";

std::optional<int32_t> ParseNumber(absl::string_view text) {
  const std::optional<int64_t> number = ParseWhole(text);
  if (!number.has_value() || *number < 1 || *number > kStudentNumberMax) return std::nullopt;
  return static_cast<int32_t>(*number);
}

}  // namespace

absl::StatusOr<std::vector<int32_t>> ParseStudents(absl::string_view text) {
  std::vector<int32_t> numbers;
  if (text.empty()) return numbers;
  for (const absl::string_view part : absl::StrSplit(text, ';')) {
    const size_t hyphen = part.find('-');
    const std::optional<int32_t> first = ParseNumber(part.substr(0, hyphen));
    const std::optional<int32_t> last =
        hyphen == absl::string_view::npos ? first : ParseNumber(part.substr(hyphen + 1));
    if (!first.has_value() || !last.has_value() || *last < *first) {
      return absl::InvalidArgumentError(kExpected);
    }
    if (numbers.size() + static_cast<size_t>(*last - *first) + 1 > kStudentsPerLineMax) {
      return absl::InvalidArgumentError(
          absl::StrCat("must list at most ", kStudentsPerLineMax, " students"));
    }
    for (int32_t number = *first; number <= *last; ++number) numbers.push_back(number);
  }
  std::sort(numbers.begin(), numbers.end());
  const auto twice = std::adjacent_find(numbers.begin(), numbers.end());
  if (twice != numbers.end()) {
    return absl::InvalidArgumentError(absl::StrCat("lists student ", *twice, " twice"));
  }
  return numbers;
}

std::string FormatStudents(absl::Span<const int32_t> numbers) {
  std::string text;
  for (size_t first = 0; first < numbers.size();) {
    size_t last = first;
    while (last + 1 < numbers.size() && numbers[last + 1] == numbers[last] + 1) ++last;
    absl::StrAppend(&text, text.empty() ? "" : ";", numbers[first]);
    if (last > first) absl::StrAppend(&text, "-", numbers[last]);
    first = last + 1;
  }
  return text;
}

}  // namespace milkway::cli
