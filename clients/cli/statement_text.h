// What was published of a gift, as people and programs read it.

#ifndef MILKWAY_CLIENTS_CLI_STATEMENT_TEXT_H_
#define MILKWAY_CLIENTS_CLI_STATEMENT_TEXT_H_

#include <string>

#include "milkway/impact/v1/statements.pb.h"

namespace milkway::cli {

// A page, or JSON with the keys of an impact (impact_text.h).
std::string StatementText(const impact::v1::GiftStatement& statement, bool json);

// "as told by publication 3, recorded up to …".
std::string PublicationLine(const impact::v1::Publication& publication);

// A step of a gift's journey in a line.
std::string StepLine(const impact::v1::JourneyStep& step);

}  // namespace milkway::cli

#endif  // MILKWAY_CLIENTS_CLI_STATEMENT_TEXT_H_
