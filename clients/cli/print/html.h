// Text as HTML.

#ifndef MILKWAY_CLIENTS_CLI_PRINT_HTML_H_
#define MILKWAY_CLIENTS_CLI_PRINT_HTML_H_

#include <string>

#include "absl/strings/string_view.h"

namespace milkway::print {

// UTF-8 `text` as the content of an element or a quoted attribute; a control character
// becomes U+FFFD.
std::string Escaped(absl::string_view text);

// What somebody typed, in running text: whatever its direction, what stands around it keeps
// its order. What would turn its own characters round (U+202A to U+202E, U+2066 to U+2069)
// is left out. Not to be translated.
std::string UserText(absl::string_view text);

// The same where no element can be (a title), without any mark of direction.
std::string PlainUserText(absl::string_view text);

}  // namespace milkway::print

#endif  // MILKWAY_CLIENTS_CLI_PRINT_HTML_H_
