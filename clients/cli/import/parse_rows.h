// From the cells of one row to the row: types, ranges and grammar. What a row says
// about other rows is checked later.

#ifndef MILKWAY_CLIENTS_CLI_IMPORT_PARSE_ROWS_H_
#define MILKWAY_CLIENTS_CLI_IMPORT_PARSE_ROWS_H_

#include "clients/cli/import/cells.h"
#include "clients/cli/import/rows.h"

namespace milkway::cli {

// Each appends exactly one row to its table, also where cells are wrong.
void ParseProduct(Cells& cells, Folder* folder);
void ParseLocation(Cells& cells, Folder* folder);
void ParseExchangeRate(Cells& cells, Folder* folder);
void ParsePurchase(Cells& cells, Folder* folder);
void ParsePurchaseLine(Cells& cells, Folder* folder);
void ParsePurchaseCost(Cells& cells, Folder* folder);
void ParseGift(Cells& cells, Folder* folder);
void ParseAllocation(Cells& cells, Folder* folder);
void ParseShipment(Cells& cells, Folder* folder);
void ParseShipmentLine(Cells& cells, Folder* folder);
void ParseMilestone(Cells& cells, Folder* folder);
void ParseReceipt(Cells& cells, Folder* folder);
void ParseStudent(Cells& cells, Folder* folder);
void ParseDistribution(Cells& cells, Folder* folder);
void ParseCount(Cells& cells, Folder* folder);
void ParseAdjustment(Cells& cells, Folder* folder);
void ParseOutcome(Cells& cells, Folder* folder);
void ParseRecord(Cells& cells, Folder* folder);
void ParsePastReceipt(Cells& cells, Folder* folder);
void ParsePastDistribution(Cells& cells, Folder* folder);

}  // namespace milkway::cli

#endif  // MILKWAY_CLIENTS_CLI_IMPORT_PARSE_ROWS_H_
