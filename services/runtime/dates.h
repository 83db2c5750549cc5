// Days and instants as the domain knows them. Pure, but for the time zone files.

#ifndef MILKWAY_SERVICES_RUNTIME_DATES_H_
#define MILKWAY_SERVICES_RUNTIME_DATES_H_

#include <compare>
#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "milkway/common/v1/time.pb.h"

namespace milkway {

// A plain local date: days since 1970-01-01. Between 1900-01-01 and 2199-12-31.
struct LocalDate {
  int32_t days = 0;
  friend auto operator<=>(const LocalDate&, const LocalDate&) = default;
};

// An instant as a local clock read it.
struct OccurredAt {
  int64_t us = 0;              // microseconds since 1970-01-01 UTC
  int32_t offset_minutes = 0;  // how far the local clock was ahead of UTC
  friend bool operator==(const OccurredAt&, const OccurredAt&) = default;
};

inline constexpr int64_t kMicrosPerDay = int64_t{86'400'000'000};
inline constexpr int64_t kMicrosPerMinute = int64_t{60'000'000};
// No local clock may be further from UTC, before or behind.
inline constexpr int32_t kOffsetMinutesMax = 14 * 60;

// "YYYY-MM-DD", a day that exists; INVALID_ARGUMENT naming `field` otherwise.
absl::StatusOr<LocalDate> ParseDate(absl::string_view field, absl::string_view text);
std::string FormatDate(LocalDate date);

// The limits of milkway.common.v1.ZonedTime, both ends included; INVALID_ARGUMENT
// naming `field`.
absl::StatusOr<OccurredAt> ParseZonedTime(absl::string_view field,
                                          const common::v1::ZonedTime& time);
common::v1::ZonedTime ToZonedTime(OccurredAt occurred);

// RFC 3339 with the local offset: "2025-03-01T10:20:00+08:00"; with a fraction
// where there is one: "2025-03-01T10:20:00.25+08:00".
std::string FormatOccurredAt(OccurredAt occurred);

// The local date that the person's clock showed.
LocalDate LocalDateOf(OccurredAt occurred);

// True if `name` is an IANA time zone that this machine knows: not a file path, nor
// a name that means another zone on another machine ("localtime").
bool IsTimeZone(absl::string_view name);

// 00:00:00 and 23:59:59 of a local day. Where the clock skips one of them, the first
// instant or the last second of the day; where it shows one twice, the first 00:00:00
// and the last 23:59:59. An offset of the years before 1972 with seconds in it is
// rounded down. INVALID_ARGUMENT naming time_zone if it is not known, or date if the
// zone never had that day (Pacific/Apia, 2011-12-30).
absl::StatusOr<OccurredAt> StartOfDay(LocalDate date, absl::string_view time_zone);
absl::StatusOr<OccurredAt> EndOfDay(LocalDate date, absl::string_view time_zone);

// The local date of an instant in a time zone (which IsTimeZone accepts).
LocalDate LocalDateIn(int64_t us, absl::string_view time_zone);

}  // namespace milkway

#endif  // MILKWAY_SERVICES_RUNTIME_DATES_H_
