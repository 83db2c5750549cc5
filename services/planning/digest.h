// The day in plain text.

#ifndef MILKWAY_SERVICES_PLANNING_DIGEST_H_
#define MILKWAY_SERVICES_PLANNING_DIGEST_H_

#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "services/runtime/dates.h"
#include "storage/store.h"

namespace milkway::planning {

inline constexpr size_t kDigestAlertsMax = 200;
inline constexpr size_t kDigestRowsMax = 20'000;
inline constexpr char kDigestTimeZone[] = "Asia/Shanghai";

// The digest of a day in kDigestTimeZone: alerts that stood at its end (or now, if the
// day is not over; snoozed ones left out), those opened and closed on it, and schools to
// order for as the last evaluation saw them (for the current day only, with the time at
// which it looked). INVALID_ARGUMENT (date) for a day to come.
absl::StatusOr<std::string> MakeDigest(const storage::Reader& reader, LocalDate day, int64_t now_us,
                                       bool in_chinese);

}  // namespace milkway::planning

#endif  // MILKWAY_SERVICES_PLANNING_DIGEST_H_
