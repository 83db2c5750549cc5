// A yearly report: the programme's year for everybody, and a page for each gift asked for.

#ifndef MILKWAY_CLIENTS_CLI_PRINT_YEARLY_REPORT_H_
#define MILKWAY_CLIENTS_CLI_PRINT_YEARLY_REPORT_H_

#include <string>

#include "clients/cli/print/programme_year.h"
#include "clients/cli/print/texts.h"

namespace milkway::print {

// HTML. Every number on it is one of the statements', or a difference or sum of them.
std::string YearlyReport(const ProgrammeYear& year, Language language);

}  // namespace milkway::print

#endif  // MILKWAY_CLIENTS_CLI_PRINT_YEARLY_REPORT_H_
