// The parts of a gift's statement that a certificate and a yearly report share.

#ifndef MILKWAY_CLIENTS_CLI_PRINT_GIFT_PARTS_H_
#define MILKWAY_CLIENTS_CLI_PRINT_GIFT_PARTS_H_

#include <cstddef>
#include <cstdint>
#include <string>

#include "clients/cli/print/texts.h"
#include "milkway/impact/v1/statements.pb.h"

namespace milkway::print {

// Schools of which the statement tells that they served milk of the gift.
int64_t SchoolsServed(const impact::v1::GiftStatement& statement);

// What kind of gift it is, where it is not money for any lot; else nothing.
std::string KindNote(Language language, const impact::v1::GiftStatement& statement);

// Whether it says anything of money; of milk it does not.
bool TellsMoney(const impact::v1::GiftStatement& statement);

// Its worth and, if something is published, what became of it; nothing if it tells no money.
std::string MoneyTable(Language language, const impact::v1::GiftStatement& statement);

std::string NutrientTable(Language language, const impact::v1::GiftStatement& statement);

// A row for each lot, but at most `rows_max` (2 or more): the last one then adds up the
// rest. Below them the sums over all lots.
std::string LotTable(Language language, const impact::v1::GiftStatement& statement,
                     size_t rows_max);

// What the words of the tables mean; also why a number of children may be missing, where one
// is.
std::string Notes(Language language, bool are_children_told);

// What to do to check it; for a statement that is published.
std::string CheckSteps(Language language, const impact::v1::GiftStatement& statement);

// Which publication tells it, and up to when.
std::string ToldBy(Language language, const impact::v1::Publication& publication);

}  // namespace milkway::print

#endif  // MILKWAY_CLIENTS_CLI_PRINT_GIFT_PARTS_H_
