// A page of a yearly report for one gift.

#ifndef MILKWAY_CLIENTS_CLI_PRINT_GIFT_YEAR_H_
#define MILKWAY_CLIENTS_CLI_PRINT_GIFT_YEAR_H_

#include <string>

#include "clients/cli/print/programme_year.h"
#include "clients/cli/print/texts.h"

namespace milkway::print {

// What the gift became before the year, in it and in total, and its lots as the year's
// last publication tells them.
std::string GiftYearPage(const GiftYear& gift, int year, Language language);

}  // namespace milkway::print

#endif  // MILKWAY_CLIENTS_CLI_PRINT_GIFT_YEAR_H_
