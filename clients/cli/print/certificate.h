// A certificate: one A4 page that says what a gift became.

#ifndef MILKWAY_CLIENTS_CLI_PRINT_CERTIFICATE_H_
#define MILKWAY_CLIENTS_CLI_PRINT_CERTIFICATE_H_

#include <string>

#include "clients/cli/print/texts.h"
#include "milkway/impact/v1/statements.pb.h"

namespace milkway::print {

// HTML. Every number on it is one of the statement's, or a sum of them. Before the first
// publication it says that nothing is published yet.
std::string Certificate(const impact::v1::GiftStatement& statement, Language language);

}  // namespace milkway::print

#endif  // MILKWAY_CLIENTS_CLI_PRINT_CERTIFICATE_H_
