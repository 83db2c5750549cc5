// Rows of records.csv: what has no file with columns of its own.

#ifndef MILKWAY_CLIENTS_CLI_EXPORT_EXPORT_RECORDS_H_
#define MILKWAY_CLIENTS_CLI_EXPORT_EXPORT_RECORDS_H_

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "clients/cli/export/export_parts.h"
#include "google/protobuf/message.h"
#include "milkway/consumption/v1/schools.pb.h"
#include "milkway/shipments/v1/shipments.pb.h"

namespace milkway::cli {

// Where in the log something was recorded: at its posting or, where nothing moved (0), at
// a time. Neither: anything else may come before it.
struct LogMoment {
  int64_t position = 0;
  int64_t recorded_us = 0;
};

// Writes a request as a row, unless the export does not show it. `lot_ids`: the lots whose
// numbers stand in it.
absl::Status WriteRecord(const ExportParts& parts, absl::string_view kind,
                         absl::string_view subject, const google::protobuf::Message& request,
                         LogMoment place, const std::set<int64_t>& lot_ids);

// Papers, legs, temperatures, the release and what became of missing packs, in an order in
// which they can be recorded again. Readings are read page by page.
absl::Status WriteShipmentRecords(const ExportParts& parts,
                                  const shipments::v1::GetShipmentResponse& shipment);

// The ids of all schools, in order.
absl::StatusOr<std::vector<std::string>> ListSchoolIds(const ExportParts& parts);

// Recalls, their lifting, and which places have heard of them.
absl::Status WriteRecalls(const ExportParts& parts);

// Later changes of the students of a school: updates, transfers, roll-overs.
absl::Status WriteStudentChanges(const ExportParts& parts, const std::string& school_id);

// The students of a school that were changed, as they were before that.
using StudentsByNumber = std::map<int32_t, consumption::v1::Student>;
absl::StatusOr<StudentsByNumber> FindAsEnrolled(const ExportParts& parts,
                                                const std::string& school_id);

// What belongs to no shipment: contacts, papers of purchases, returns to suppliers,
// recalls, calendars, packs that are open, changes of students. Goes on where the folder's
// cursor says, if it says so.
absl::Status WriteOtherRecords(const ExportParts& parts);
// True if that is where the export was stopped: all shipments are written.
bool AreShipmentsWritten(const ExportParts& parts);

}  // namespace milkway::cli

#endif  // MILKWAY_CLIENTS_CLI_EXPORT_EXPORT_RECORDS_H_
