// Days and instants as people write them. Pure, but for the time zone files.

#ifndef MILKWAY_CLIENTS_CLI_DAYS_H_
#define MILKWAY_CLIENTS_CLI_DAYS_H_

#include <compare>
#include <cstdint>
#include <optional>
#include <string>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "milkway/common/v1/time.pb.h"

namespace milkway::cli {

// What a message says that a cell or an option must hold.
inline constexpr char kDayExpected[] = "must be a day YYYY-MM-DD";
inline constexpr char kTimeExpected[] =
    "must be a time with its UTC offset, such as 2025-03-01T10:20:00+08:00";

// A plain local date: days since 1970-01-01.
struct Day {
  int32_t days = 0;
  friend auto operator<=>(const Day&, const Day&) = default;
};

// An instant as a local clock read it.
struct Instant {
  int64_t us = 0;              // microseconds since 1970-01-01 UTC
  int32_t offset_minutes = 0;  // how far the local clock was ahead of UTC
  friend bool operator==(const Instant&, const Instant&) = default;
};

// "YYYY-MM-DD", a day that exists, between 1900-01-01 and 2199-12-31.
std::optional<Day> ParseDay(absl::string_view text);
std::string FormatDay(Day day);

// True between 2000-01-01 and 2099-12-31: days whose midnights Milkway can date.
bool CanBeDated(Day day);

// RFC 3339 with an offset, whole microseconds, between 2000-01-01 and 2100-01-01
// UTC, offset at most 14 hours.
std::optional<Instant> ParseTime(absl::string_view text);

// "2025-03-01 10:20 +08:00"; with seconds where they are not 0.
std::string FormatTime(Instant instant);

// RFC 3339: "2025-03-01T10:20:00+08:00".
std::string FormatRfc3339(Instant instant);

common::v1::ZonedTime ToZonedTime(Instant instant);
Instant FromZonedTime(const common::v1::ZonedTime& time);

// The local date that the person's clock showed.
Day DayOf(Instant instant);

// The IANA time zone `name`, if this machine knows it.
std::optional<absl::TimeZone> FindTimeZone(absl::string_view name);

// 23:59:59 of a local day, in microseconds since 1970-01-01 UTC.
int64_t EndOfDayUs(Day day, const absl::TimeZone& time_zone);

// An instant as a clock of a time zone reads it.
Instant InstantIn(int64_t us, const absl::TimeZone& time_zone);

// The local date of an instant in a time zone.
Day DayIn(int64_t us, const absl::TimeZone& time_zone);

// "2025-03-01 02:20:00 UTC", for what a server recorded.
std::string FormatUtc(int64_t us);

}  // namespace milkway::cli

#endif  // MILKWAY_CLIENTS_CLI_DAYS_H_
