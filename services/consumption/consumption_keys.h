// The tables of consumption. docs/formats.md describes their bytes.

#ifndef MILKWAY_SERVICES_CONSUMPTION_CONSUMPTION_KEYS_H_
#define MILKWAY_SERVICES_CONSUMPTION_CONSUMPTION_KEYS_H_

#include <string>

#include "milkway/consumption/records/v1/records.pb.h"
#include "services/runtime/record_table.h"
#include "storage/key_codec.h"

namespace milkway::consumption {

namespace rec = records::v1;
using runtime::RecordTable;
using storage::KeySchema;

// Schools and rosters.
// school id -> school
using SchoolKey = KeySchema<0x0301, std::string>;
using SchoolTable = RecordTable<SchoolKey, rec::SchoolRecord>;
// () -> last school number
using LastSchoolTable = RecordTable<KeySchema<0x0302>, rec::CounterRecord>;
// school number -> its roster as a whole
using RosterHeadTable = RecordTable<KeySchema<0x0303, uint32_t>, rec::RosterHeadRecord>;
// school number, student number -> student
using StudentKey = KeySchema<0x0304, uint32_t, uint32_t>;
using StudentTable = RecordTable<StudentKey, rec::StudentRecord>;

// Distributions.
// () -> last distribution id
using LastDistributionTable = RecordTable<KeySchema<0x0305>, rec::CounterRecord>;
// distribution id -> distribution
using DistributionTable = RecordTable<KeySchema<0x0306, int64_t>, rec::DistributionRecord>;
// school number, day, class, session -> what is known of it
using SessionKey = KeySchema<0x0307, uint32_t, int64_t, std::string, std::string>;
using SessionTable = RecordTable<SessionKey, rec::SessionRecord>;
// school number, day -> who drank
using DayTable = RecordTable<KeySchema<0x0308, uint32_t, int64_t>, rec::DayRecord>;

// What the distributions add up to.
// lot, school number -> servings
using ServingTotalsTable =
    RecordTable<KeySchema<0x0309, int64_t, uint32_t>, rec::ServingTotalsRecord>;
// lot, school number, page of students -> times served
using ServingCountsKey = KeySchema<0x030A, int64_t, uint32_t, uint32_t>;
using ServingCountsTable = RecordTable<ServingCountsKey, rec::ServingCountsRecord>;

}  // namespace milkway::consumption

#endif  // MILKWAY_SERVICES_CONSUMPTION_CONSUMPTION_KEYS_H_
