#include "clients/cli/line_syntax.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "clients/cli/failure.h"
#include "clients/cli/numbers.h"
#include "clients/cli/students.h"
#include "clients/cli/text.h"
#include "clients/cpp/status_macros.h"

namespace milkway::cli {

namespace {

// Takes a value off the front of `*rest`, up to the next comma; nullopt if its
// quotes are wrong.
std::optional<std::string> TakeValue(absl::string_view* rest) {
  if (rest->empty() || rest->front() != '"') {
    const absl::string_view value = rest->substr(0, rest->find(','));
    rest->remove_prefix(value.size());
    if (value.find('"') != absl::string_view::npos) return std::nullopt;
    return std::string(value);
  }
  rest->remove_prefix(1);
  std::string value;
  while (!rest->empty()) {
    const char character = rest->front();
    rest->remove_prefix(1);
    if (character == '"') {
      if (rest->empty() || rest->front() != '"') return value;
      rest->remove_prefix(1);
    }
    value.push_back(character);
  }
  return std::nullopt;
}

}  // namespace

absl::Status LineFields::Wrong(absl::string_view rule) const {
  return UsageError(absl::StrCat("--line ", text_, ": ", rule));
}

absl::StatusOr<LineFields> LineFields::Parse(absl::string_view text,
                                             std::vector<std::string> keys) {
  LineFields line;
  line.text_ = Printable(text);
  const std::string expected = absl::StrCat("expected KEY=VALUE pairs with commas between them; ",
                                            "the keys are ", absl::StrJoin(keys, ", "));
  for (absl::string_view rest = text;;) {
    const size_t equals = rest.find('=');
    if (equals == absl::string_view::npos) return line.Wrong(expected);
    const std::string key(rest.substr(0, equals));
    rest.remove_prefix(equals + 1);
    if (std::find(keys.begin(), keys.end(), key) == keys.end()) {
      return line.Wrong(absl::StrCat(Quoted(key), " is not a key of this line; ", expected));
    }
    std::optional<std::string> value = TakeValue(&rest);
    if (!value.has_value()) {
      return line.Wrong(absl::StrCat("the quotes of ", key, " do not close; expected ", key,
                                     "=\"VALUE\" with each quote inside written twice"));
    }
    if (!line.values_.emplace(key, *std::move(value)).second) {
      return line.Wrong(absl::StrCat("has ", key, " twice"));
    }
    if (rest.empty()) return line;
    if (rest.front() != ',') {
      return line.Wrong(absl::StrCat("expected a comma after the value of ", key));
    }
    rest.remove_prefix(1);
  }
}

std::optional<std::string> LineFields::Find(absl::string_view key) const {
  const auto found = values_.find(std::string(key));
  if (found == values_.end()) return std::nullopt;
  return found->second;
}

absl::StatusOr<int64_t> LineFields::Whole(absl::string_view key, int64_t minimum, int64_t maximum,
                                          std::optional<int64_t> missing) const {
  const std::optional<std::string> text = Find(key);
  if (!text.has_value()) {
    if (missing.has_value()) return *missing;
    return Wrong(absl::StrCat("expected ", key, "=NUMBER"));
  }
  const std::optional<int64_t> number = ParseWhole(*text);
  if (!number.has_value() || *number < minimum || *number > maximum) {
    return Wrong(absl::StrCat(key, " must be a whole number from ", minimum, " to ", maximum,
                              ", is ", Quoted(*text)));
  }
  return *number;
}

absl::StatusOr<std::vector<int32_t>> LineFields::Students(absl::string_view key) const {
  const std::string text = Find(key).value_or("");
  absl::StatusOr<std::vector<int32_t>> numbers = ParseStudents(text);
  if (!numbers.ok()) {
    return Wrong(absl::StrCat(key, " ", numbers.status().message(), ", is ", Quoted(text)));
  }
  return numbers;
}

}  // namespace milkway::cli
