// The tables of planning. docs/formats.md describes their bytes.

#ifndef MILKWAY_SERVICES_PLANNING_PLANNING_KEYS_H_
#define MILKWAY_SERVICES_PLANNING_PLANNING_KEYS_H_

#include <cstdint>
#include <string>

#include "milkway/planning/records/v1/records.pb.h"
#include "services/runtime/record_table.h"
#include "storage/key_codec.h"

namespace milkway::planning {

namespace rec = records::v1;
using runtime::RecordTable;
using storage::KeySchema;

// Alerts.
// kind, subject -> how often it was seen, and whether its last alert is open
using SubjectKey = KeySchema<0x0601, uint8_t, std::string>;
using SubjectTable = RecordTable<SubjectKey, rec::SubjectRecord>;
// alert id -> alert
using AlertTable = RecordTable<KeySchema<0x0602, std::string>, rec::AlertRecord>;
// severity, opened at, alert id of open alerts -> nothing
using OpenAlertKey = KeySchema<0x0603, uint8_t, int64_t, std::string>;
using OpenAlertTable = RecordTable<OpenAlertKey, rec::IndexRecord>;
// opened at, alert id of all alerts -> nothing
using AlertByTimeKey = KeySchema<0x0604, int64_t, std::string>;
using AlertByTimeTable = RecordTable<AlertByTimeKey, rec::IndexRecord>;
// number, which is the time or one more than the last -> change of an alert
using AlertEventKey = KeySchema<0x0605, int64_t>;
using AlertEventTable = RecordTable<AlertEventKey, rec::AlertEventRecord>;

// Plans.
// school id -> plan of the last evaluation
using SchoolPlanTable = RecordTable<KeySchema<0x0606, std::string>, rec::SchoolPlanRecord>;
// run-out day (kNoRunOut where there is none), school id -> nothing
using RunOutKey = KeySchema<0x0607, int64_t, std::string>;
using RunOutTable = RecordTable<RunOutKey, rec::IndexRecord>;
inline constexpr int64_t kNoRunOut = int64_t{1} << 40;

// () -> how far evaluations have come
using PassTable = RecordTable<KeySchema<0x0608>, rec::PassRecord>;

}  // namespace milkway::planning

#endif  // MILKWAY_SERVICES_PLANNING_PLANNING_KEYS_H_
