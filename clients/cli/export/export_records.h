// What happened to a shipment and has no file of its own: papers, legs, temperatures, its
// release, and what became of missing packs.

#ifndef MILKWAY_CLIENTS_CLI_EXPORT_EXPORT_RECORDS_H_
#define MILKWAY_CLIENTS_CLI_EXPORT_EXPORT_RECORDS_H_

#include "absl/status/status.h"
#include "clients/cli/export/export_parts.h"

namespace milkway::cli {

// Writes rows of records.csv, in an order in which they can be recorded again. Readings
// are read page by page.
absl::Status WriteShipmentRecords(const ExportParts& parts,
                                  const shipments::v1::GetShipmentResponse& shipment);

// The same for what the inventory keeps: contacts, papers of purchases, returns to
// suppliers, recalls and packs that are open;
// and the calendars of schools.
absl::Status WriteInventoryRecords(const ExportParts& parts);

}  // namespace milkway::cli

#endif  // MILKWAY_CLIENTS_CLI_EXPORT_EXPORT_RECORDS_H_
