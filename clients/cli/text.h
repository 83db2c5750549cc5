// Text as people and terminals see it.

#ifndef MILKWAY_CLIENTS_CLI_TEXT_H_
#define MILKWAY_CLIENTS_CLI_TEXT_H_

#include <cstdint>
#include <string>

#include "absl/strings/string_view.h"

namespace milkway::cli {

// True if `bytes` are well-formed UTF-8 (no overlong forms, no surrogates).
bool IsUtf8(absl::string_view bytes);

// `text` without what could move a terminal's cursor: control characters and
// malformed bytes become "?".
std::string Printable(absl::string_view text);

// Printable `text` in double quotes for a message, cut after about 60 bytes.
std::string Quoted(absl::string_view text);

// Columns that `text` takes on a terminal: 2 for a Chinese character, 0 for a
// combining mark.
int DisplayWidth(absl::string_view text);

// "1,234,567".
std::string WithThousands(int64_t number);

}  // namespace milkway::cli

#endif  // MILKWAY_CLIENTS_CLI_TEXT_H_
