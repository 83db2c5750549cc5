#include "clients/cli/enum_words.h"

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "clients/cli/failure.h"
#include "clients/cli/text.h"

namespace milkway::cli {

std::string WordOfValue(const google::protobuf::EnumValueDescriptor& value) {
  const std::string& unspecified = value.type()->value(0)->name();
  absl::string_view word = value.name();
  absl::ConsumePrefix(&word, absl::StripSuffix(unspecified, "UNSPECIFIED"));
  return absl::AsciiStrToLower(word);
}

std::optional<int> FindWord(const google::protobuf::EnumDescriptor& words, absl::string_view word) {
  for (int index = 1; index < words.value_count(); ++index) {
    if (WordOfValue(*words.value(index)) == word) return words.value(index)->number();
  }
  return std::nullopt;
}

std::string ListOfWords(const google::protobuf::EnumDescriptor& words) {
  std::string list;
  for (int index = 1; index < words.value_count(); ++index) {
    const bool is_last = index + 1 == words.value_count();
    absl::StrAppend(&list,
                    index == 1 ? ""
                    : is_last  ? " or "
                               : ", ",
                    WordOfValue(*words.value(index)));
  }
  return list;
}

absl::StatusOr<int> WordOption(absl::string_view option,
                               const google::protobuf::EnumDescriptor& words,
                               absl::string_view word) {
  const std::optional<int> value = FindWord(words, word);
  if (value.has_value()) return *value;
  return UsageError(absl::StrCat(option, " must be ", ListOfWords(words), ", is ", Quoted(word)));
}

}  // namespace milkway::cli
