#include "services/runtime/dates.h"

#include <cstdlib>
#include <filesystem>
#include <optional>
#include <string>
#include <system_error>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "services/runtime/check.h"
#include "services/runtime/errors.h"

namespace milkway {

namespace {

using runtime::InvalidField;

constexpr absl::CivilDay kEpoch(1970, 1, 1);
constexpr absl::CivilDay kDateMin(1900, 1, 1);
constexpr absl::CivilDay kDateMax(2199, 12, 31);
constexpr char kDateRule[] =
    "must be a day that exists, from 1900-01-01 to 2199-12-31, written \"2025-03-01\"";

constexpr int64_t kMicrosPerSecond = 1'000'000;
constexpr int32_t kNanosPerMicro = 1000;
constexpr int32_t kNanosMax = 999'999'999;
constexpr int64_t kInstantSecondsMin = 946'684'800;    // 2000-01-01 UTC
constexpr int64_t kInstantSecondsMax = 4'102'444'800;  // 2100-01-01 UTC
constexpr size_t kTimeZoneBytesMax = 64;

absl::CivilDay ToCivilDay(LocalDate date) { return kEpoch + date.days; }
LocalDate ToLocalDate(absl::CivilDay day) { return {static_cast<int32_t>(day - kEpoch)}; }

int64_t FloorDivide(int64_t number, int64_t divisor) {
  return number / divisor - (number % divisor < 0 ? 1 : 0);
}

// `text` as a number, if it is nothing but digits.
std::optional<int> ParseDigits(absl::string_view text) {
  int number = 0;
  for (const char digit : text) {
    if (!absl::ascii_isdigit(digit)) return std::nullopt;
    number = 10 * number + (digit - '0');
  }
  return number;
}

// Not "localtime" or "posixrules", which differ between machines, and not
// "right/…", which counts leap seconds: the names of IANA begin with a capital.
bool IsTimeZoneName(absl::string_view name) {
  if (name.empty() || name.size() > kTimeZoneBytesMax || !absl::ascii_isupper(name.front()) ||
      absl::StrContains(name, "//")) {
    return false;
  }
  return name.find_first_not_of(
             "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
             "0123456789_+-/") == absl::string_view::npos;
}

// Where Abseil looks for time zones.
std::filesystem::path TimeZoneFile(absl::string_view name) {
  const char* folder = std::getenv("TZDIR");
  return std::filesystem::path(folder != nullptr ? folder : "/usr/share/zoneinfo") /
         std::string(name);
}

// Abseil remembers every name that it could not load for as long as the program
// runs. Names come from callers, so it is asked only for those that have a file.
std::optional<absl::TimeZone> FindTimeZone(absl::string_view name) {
  std::error_code error;
  if (!IsTimeZoneName(name) || !std::filesystem::is_regular_file(TimeZoneFile(name), error)) {
    return std::nullopt;
  }
  absl::TimeZone zone;
  if (!absl::LoadTimeZone(name, &zone)) return std::nullopt;
  return zone;
}

absl::Time FirstInstantOf(absl::CivilDay day, absl::TimeZone zone) {
  const absl::TimeZone::TimeInfo midnight = zone.At(absl::CivilSecond(day));
  return midnight.kind == absl::TimeZone::TimeInfo::SKIPPED ? midnight.trans : midnight.pre;
}

absl::Time LastSecondOf(absl::CivilDay day, absl::TimeZone zone) {
  const absl::TimeZone::TimeInfo last = zone.At(absl::CivilSecond(day + 1) - 1);
  return last.kind == absl::TimeZone::TimeInfo::SKIPPED ? last.trans - absl::Seconds(1) : last.post;
}

using InstantOfDay = absl::Time (*)(absl::CivilDay, absl::TimeZone);

absl::StatusOr<OccurredAt> AtDay(LocalDate date, absl::string_view time_zone,
                                 InstantOfDay instant_of) {
  const std::optional<absl::TimeZone> zone = FindTimeZone(time_zone);
  if (!zone.has_value()) {
    return InvalidField("time_zone", "must be an IANA time zone, such as \"Asia/Shanghai\"");
  }
  const absl::CivilDay day = ToCivilDay(date);
  const absl::Time instant = instant_of(day, *zone);
  const absl::TimeZone::CivilInfo clock = zone->At(instant);
  if (absl::CivilDay(clock.cs) != day) {
    return InvalidField("date", absl::StrCat("must be a day that the calendar of ", time_zone,
                                             " had; it went without ", FormatDate(date)));
  }
  return OccurredAt{absl::ToUnixMicros(instant),
                    static_cast<int32_t>(FloorDivide(clock.offset, 60))};
}

}  // namespace

absl::StatusOr<LocalDate> ParseDate(absl::string_view field, absl::string_view text) {
  if (text.size() != 10 || text[4] != '-' || text[7] != '-') return InvalidField(field, kDateRule);
  const std::optional<int> year = ParseDigits(text.substr(0, 4));
  const std::optional<int> month = ParseDigits(text.substr(5, 2));
  const std::optional<int> day = ParseDigits(text.substr(8, 2));
  if (!year.has_value() || !month.has_value() || !day.has_value()) {
    return InvalidField(field, kDateRule);
  }
  // A civil day carries what is too much over into the next month.
  const absl::CivilDay date(*year, *month, *day);
  if (date.month() != *month || date.day() != *day || date < kDateMin || date > kDateMax) {
    return InvalidField(field, kDateRule);
  }
  return ToLocalDate(date);
}

std::string FormatDate(LocalDate date) { return absl::FormatCivilTime(ToCivilDay(date)); }

absl::StatusOr<OccurredAt> ParseZonedTime(absl::string_view field,
                                          const common::v1::ZonedTime& time) {
  if (!time.has_instant()) return InvalidField(field, "must have an instant");
  const int64_t seconds = time.instant().seconds();
  const int32_t nanos = time.instant().nanos();
  if (nanos < 0 || nanos > kNanosMax || nanos % kNanosPerMicro != 0) {
    return InvalidField(field, "must have an instant in whole microseconds");
  }
  if (seconds < kInstantSecondsMin || seconds > kInstantSecondsMax ||
      (seconds == kInstantSecondsMax && nanos > 0)) {
    return InvalidField(field, "must have an instant from 2000-01-01 to 2100-01-01 UTC");
  }
  const int32_t offset_minutes = time.utc_offset_minutes();
  if (offset_minutes < -kOffsetMinutesMax || offset_minutes > kOffsetMinutesMax) {
    return InvalidField(
        field, absl::StrCat("must have utc_offset_minutes from -840 to 840, not ", offset_minutes));
  }
  return OccurredAt{seconds * kMicrosPerSecond + nanos / kNanosPerMicro, offset_minutes};
}

common::v1::ZonedTime ToZonedTime(OccurredAt occurred) {
  const int64_t seconds = FloorDivide(occurred.us, kMicrosPerSecond);
  common::v1::ZonedTime time;
  time.mutable_instant()->set_seconds(seconds);
  time.mutable_instant()->set_nanos(static_cast<int32_t>(occurred.us - seconds * kMicrosPerSecond) *
                                    kNanosPerMicro);
  time.set_utc_offset_minutes(occurred.offset_minutes);
  return time;
}

std::string FormatOccurredAt(OccurredAt occurred) {
  return absl::FormatTime("%Y-%m-%dT%H:%M:%E*S%Ez", absl::FromUnixMicros(occurred.us),
                          absl::FixedTimeZone(occurred.offset_minutes * 60));
}

LocalDate LocalDateOf(OccurredAt occurred) {
  const int64_t clock_us = occurred.us + occurred.offset_minutes * kMicrosPerMinute;
  return {static_cast<int32_t>(FloorDivide(clock_us, kMicrosPerDay))};
}

bool IsTimeZone(absl::string_view name) { return FindTimeZone(name).has_value(); }

absl::StatusOr<OccurredAt> StartOfDay(LocalDate date, absl::string_view time_zone) {
  return AtDay(date, time_zone, FirstInstantOf);
}

absl::StatusOr<OccurredAt> EndOfDay(LocalDate date, absl::string_view time_zone) {
  return AtDay(date, time_zone, LastSecondOf);
}

LocalDate LocalDateIn(int64_t us, absl::string_view time_zone) {
  const std::optional<absl::TimeZone> zone = FindTimeZone(time_zone);
  MILKWAY_CHECK(zone.has_value());
  return ToLocalDate(absl::ToCivilDay(absl::FromUnixMicros(us), *zone));
}

}  // namespace milkway
