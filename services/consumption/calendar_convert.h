// Between the messages of calendars and their records. INVALID_ARGUMENT names the field
// from the message given on.

#ifndef MILKWAY_SERVICES_CONSUMPTION_CALENDAR_CONVERT_H_
#define MILKWAY_SERVICES_CONSUMPTION_CALENDAR_CONVERT_H_

#include <string>
#include <utility>

#include "absl/status/statusor.h"
#include "milkway/consumption/v1/calendar.pb.h"
#include "services/consumption/calendar.h"

namespace milkway::consumption {

// A range of days, both included; `days_max`: how far apart they may be.
struct DaysAsked {
  LocalDate from;
  LocalDate to;
};
absl::StatusOr<DaysAsked> ParseDaysAsked(const std::string& from_day, const std::string& to_day,
                                         int32_t days_max);
// The same where both may be empty: then there is no end.
absl::StatusOr<DaysAsked> ParseAnyDays(const std::string& from_day, const std::string& to_day);

// Without version, recorded_us and recorded_by.
absl::StatusOr<Term> ParseTerm(const v1::Term& message);
v1::Term ToMessage(const Term& term);

// Without recorded_us and recorded_by.
absl::StatusOr<std::pair<LocalDate, rec::ServingPolicyRecord>> ParsePolicy(
    const v1::ServingPolicy& message);
v1::ServingPolicy ToMessage(LocalDate from, const rec::ServingPolicyRecord& policy);

}  // namespace milkway::consumption

#endif  // MILKWAY_SERVICES_CONSUMPTION_CALENDAR_CONVERT_H_
