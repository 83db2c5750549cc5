// The tables of consumption. docs/formats.md describes their bytes.

#ifndef MILKWAY_SERVICES_CONSUMPTION_CONSUMPTION_KEYS_H_
#define MILKWAY_SERVICES_CONSUMPTION_CONSUMPTION_KEYS_H_

#include <string>

#include "milkway/consumption/records/v1/keys.pb.h"
#include "milkway/consumption/records/v1/personal.pb.h"
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
// lot, school number -> what was published of them
using PublishedServingsTable =
    RecordTable<KeySchema<0x0351, int64_t, uint32_t>, rec::PublishedServingsRecord>;
// lot, school number, page of students -> times served
using ServingCountsKey = KeySchema<0x030A, int64_t, uint32_t, uint32_t>;
using ServingCountsTable = RecordTable<ServingCountsKey, rec::ServingCountsRecord>;

// school number -> its id
using SchoolIdTable = RecordTable<KeySchema<0x030B, uint32_t>, rec::SchoolIdRecord>;

// Where a lot was drunk.
// lot, school number, day, class, session -> what of it was drunk there
using LotDayKey = KeySchema<0x030C, int64_t, uint32_t, int64_t, std::string, std::string>;
using LotDayTable = RecordTable<LotDayKey, rec::LotDayRecord>;
// lot, school number, distribution id -> this record has other lots too
using MixedKey = KeySchema<0x030D, int64_t, uint32_t, int64_t>;
using MixedTable = RecordTable<MixedKey, rec::MixedRecord>;

// Calendar.
// school number, first day -> term
using TermKey = KeySchema<0x030E, uint32_t, int64_t>;
using TermTable = RecordTable<TermKey, rec::TermRecord>;
// school number, day from which it holds -> policy
using ServingPolicyKey = KeySchema<0x030F, uint32_t, int64_t>;
using ServingPolicyTable = RecordTable<ServingPolicyKey, rec::ServingPolicyRecord>;

// Rosters over time.
// school number, day -> how many more are given milk
using RosterDayKey = KeySchema<0x0310, uint32_t, int64_t>;
using RosterDayTable = RecordTable<RosterDayKey, rec::RosterDayRecord>;
// school number, student number, change number from 1 -> change
using StudentChangeKey = KeySchema<0x0311, uint32_t, uint32_t, uint32_t>;
using StudentChangeTable = RecordTable<StudentChangeKey, rec::StudentChangeRecord>;

// recorded at, distribution id -> incident
using IncidentKey = KeySchema<0x0312, int64_t, int64_t>;
using IncidentTable = RecordTable<IncidentKey, rec::IncidentRecord>;
// school number, recorded at, distribution id -> there is an incident
using SchoolIncidentKey = KeySchema<0x0313, uint32_t, int64_t, int64_t>;
using SchoolIncidentTable = RecordTable<SchoolIncidentKey, rec::SchoolIncidentRecord>;

// Growth.
// school number, day, student number -> height and weight
using MeasurementKey = KeySchema<0x0350, uint32_t, int64_t, uint32_t>;
using MeasurementTable = RecordTable<MeasurementKey, rec::MeasurementRecord>;

// Children as persons; text is sealed (sealed_text.h).
// school number, student number -> name and note
using PersonalKey = KeySchema<0x0362, uint32_t, uint32_t>;
using PersonalTable = RecordTable<PersonalKey, rec::PersonalRecord>;
// school number, student number, consent number from 1 -> consent
using ConsentKey = KeySchema<0x0363, uint32_t, uint32_t, uint32_t>;
using ConsentTable = RecordTable<ConsentKey, rec::ConsentRecord>;
// school number, student number, key subject -> which keys are destroyed
using KeyStateKey = KeySchema<0x0364, uint32_t, uint32_t, uint32_t>;
using KeyStateTable = RecordTable<KeyStateKey, rec::KeyStateRecord>;
// school number, student number -> that the child was erased
using ErasureKey = KeySchema<0x0365, uint32_t, uint32_t>;
using ErasureTable = RecordTable<ErasureKey, rec::ErasureRecord>;
// school number, 0 for all -> how long personal data is kept
using RetentionRuleKey = KeySchema<0x0366, uint32_t>;
using RetentionRuleTable = RecordTable<RetentionRuleKey, rec::RetentionRuleRecord>;

// In the store of children's keys, never in that of the data.
// school id, student number, key subject, key number -> key
using ChildKeyKey = KeySchema<0x0360, std::string, uint32_t, uint32_t, uint32_t>;
using ChildKeyTable = RecordTable<ChildKeyKey, rec::ChildKeyRecord>;
// school id, student number, key subject -> keys that were destroyed
using DestroyedKeysKey = KeySchema<0x0361, std::string, uint32_t, uint32_t>;
using DestroyedKeysTable = RecordTable<DestroyedKeysKey, rec::DestroyedKeysRecord>;

}  // namespace milkway::consumption

#endif  // MILKWAY_SERVICES_CONSUMPTION_CONSUMPTION_KEYS_H_
