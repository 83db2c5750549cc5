// Words for the contract's long lists of kinds and reasons, made of their names:
// COUNT_REASON_WRONG_LOT is "wrong_lot".

#ifndef MILKWAY_CLIENTS_CLI_ENUM_WORDS_H_
#define MILKWAY_CLIENTS_CLI_ENUM_WORDS_H_

#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "google/protobuf/descriptor.h"
#include "google/protobuf/generated_enum_reflection.h"

namespace milkway::cli {

std::string WordOfValue(const google::protobuf::EnumValueDescriptor& value);

// "unknown" for a value of a newer server.
template <typename Enum>
std::string WordOfEnum(Enum value) {
  const auto* found = google::protobuf::GetEnumDescriptor<Enum>()->FindValueByNumber(value);
  return found == nullptr ? "unknown" : WordOfValue(*found);
}

// The value of a word, but for the unspecified one; nullopt if there is none.
std::optional<int> FindWord(const google::protobuf::EnumDescriptor& words, absl::string_view word);

// "wrong_quantity, wrong_lot or stolen", without the unspecified one.
std::string ListOfWords(const google::protobuf::EnumDescriptor& words);

// A usage error that names the option and lists the words.
absl::StatusOr<int> WordOption(absl::string_view option,
                               const google::protobuf::EnumDescriptor& words,
                               absl::string_view word);
template <typename Enum>
absl::StatusOr<Enum> WordOption(absl::string_view option, absl::string_view word) {
  const absl::StatusOr<int> value =
      WordOption(option, *google::protobuf::GetEnumDescriptor<Enum>(), word);
  if (!value.ok()) return value.status();
  return static_cast<Enum>(*value);
}

}  // namespace milkway::cli

#endif  // MILKWAY_CLIENTS_CLI_ENUM_WORDS_H_
