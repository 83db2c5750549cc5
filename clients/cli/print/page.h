// What every printed page shares: the frame of the document, its look, rows of tables.

#ifndef MILKWAY_CLIENTS_CLI_PRINT_PAGE_H_
#define MILKWAY_CLIENTS_CLI_PRINT_PAGE_H_

#include <string>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "clients/cli/print/texts.h"

namespace milkway::print {

// A document of its own: no script, nothing loaded from anywhere. `title` and `main` are
// HTML; `title` without elements.
std::string Document(Language language, absl::string_view title, absl::string_view main);

// A glass of milk, for decoration.
absl::string_view Emblem();

// A big number and what it counts.
std::string Headline(absl::string_view figure, absl::string_view label);
// A smaller one beside others.
std::string SideFigure(absl::string_view figure, absl::string_view label);

// The title row of a table: a column for each text.
std::string TitleRow(absl::Span<const std::string> titles);
// A row whose first cell is its title.
std::string Row(absl::string_view title, absl::Span<const std::string> cells);

// A step of a list: what to do, and the command that does it, both HTML.
std::string Step(absl::string_view what, absl::string_view command);

std::string Paragraph(absl::string_view html);

}  // namespace milkway::print

#endif  // MILKWAY_CLIENTS_CLI_PRINT_PAGE_H_
