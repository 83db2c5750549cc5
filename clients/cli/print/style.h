// How the pages look, on paper and on a screen.

#ifndef MILKWAY_CLIENTS_CLI_PRINT_STYLE_H_
#define MILKWAY_CLIENTS_CLI_PRINT_STYLE_H_

#include "absl/strings/string_view.h"

namespace milkway::print {

// CSS. Fonts are those of the reader's system; a page is A4.
absl::string_view Style();

}  // namespace milkway::print

#endif  // MILKWAY_CLIENTS_CLI_PRINT_STYLE_H_
