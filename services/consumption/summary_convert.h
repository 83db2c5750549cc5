// Between the messages of sums and their domain types. INVALID_ARGUMENT names the field
// from the message given on.

#ifndef MILKWAY_SERVICES_CONSUMPTION_SUMMARY_CONVERT_H_
#define MILKWAY_SERVICES_CONSUMPTION_SUMMARY_CONVERT_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "milkway/consumption/v1/summaries.pb.h"
#include "services/consumption/lot_days.h"
#include "services/consumption/period_sums.h"
#include "services/runtime/strong_id.h"

namespace milkway::consumption {

// 1 to 1000 lots, in order of their numbers.
absl::StatusOr<std::vector<LotId>> ParseLots(
    const google::protobuf::RepeatedField<int64_t>& lot_ids);
absl::StatusOr<Period> ParsePeriod(v1::Period period);
// A class or none.
absl::StatusOr<std::string> ParseClassFilter(const std::string& class_name);

v1::LotSchool ToMessage(const std::string& school_id, const LotSchoolSums& sums);
v1::LotClassDay ToMessage(const std::string& school_id, const LotDayKey::Key& key,
                          const rec::LotDayRecord& record);
v1::ServedDay ToMessage(LocalDate day, const DaySums& sums);
v1::ServedPeriod ToMessage(const PeriodSums& period);
v1::LotCheck ToMessage(const CupsAndBags& lot);

}  // namespace milkway::consumption

#endif  // MILKWAY_SERVICES_CONSUMPTION_SUMMARY_CONVERT_H_
