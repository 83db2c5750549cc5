#include "clients/cli/days.h"

#include <cstdlib>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/time/civil_time.h"

namespace milkway::cli {

namespace {

constexpr int64_t kMicrosPerSecond = 1'000'000;
constexpr int64_t kMicrosPerMinute = 60 * kMicrosPerSecond;
constexpr int64_t kMicrosPerDay = 1440 * kMicrosPerMinute;
constexpr int64_t kInstantMinUs = 946'684'800 * kMicrosPerSecond;    // 2000-01-01
constexpr int64_t kInstantMaxUs = 4'102'444'800 * kMicrosPerSecond;  // 2100-01-01
constexpr int kOffsetMinutesMax = 14 * 60;
constexpr size_t kFractionDigitsMax = 6;
constexpr absl::CivilDay kEpoch(1970, 1, 1);

// Takes `width` digits off the front of `*text`; -1 if they are not there.
int TakeDigits(size_t width, absl::string_view* text) {
  if (text->size() < width) return -1;
  int number = 0;
  for (size_t i = 0; i < width; ++i) {
    const auto digit = static_cast<unsigned char>((*text)[i]);
    if (!absl::ascii_isdigit(digit)) return -1;
    number = number * 10 + (digit - '0');
  }
  text->remove_prefix(width);
  return number;
}

bool Take(absl::string_view expected, absl::string_view* text) {
  if (!absl::StartsWithIgnoreCase(*text, expected)) return false;
  text->remove_prefix(expected.size());
  return true;
}

std::optional<Day> TakeDay(absl::string_view* text) {
  const int year = TakeDigits(4, text);
  if (year < 0 || !Take("-", text)) return std::nullopt;
  const int month = TakeDigits(2, text);
  if (month < 0 || !Take("-", text)) return std::nullopt;
  const int day = TakeDigits(2, text);
  const absl::CivilDay civil(year, month, day);
  // A civil day is normalised: 30 February would have become 2 March.
  if (civil.month() != month || civil.day() != day || year < 1900 || year > 2199) {
    return std::nullopt;
  }
  return Day{static_cast<int32_t>(civil - kEpoch)};
}

// Microseconds of "hh:mm:ss[.ffffff]".
std::optional<int64_t> TakeTimeOfDay(absl::string_view* text) {
  const int hour = TakeDigits(2, text);
  if (hour < 0 || hour > 23 || !Take(":", text)) return std::nullopt;
  const int minute = TakeDigits(2, text);
  if (minute < 0 || minute > 59 || !Take(":", text)) return std::nullopt;
  const int second = TakeDigits(2, text);
  if (second < 0 || second > 59) return std::nullopt;
  int64_t us = (hour * 60 + minute) * kMicrosPerMinute + second * kMicrosPerSecond;
  if (!Take(".", text)) return us;

  size_t digits = 0;
  int64_t unit = kMicrosPerSecond;
  while (!text->empty() && absl::ascii_isdigit(static_cast<unsigned char>(text->front()))) {
    if (++digits > kFractionDigitsMax) return std::nullopt;
    unit /= 10;
    us += TakeDigits(1, text) * unit;
  }
  if (digits == 0) return std::nullopt;
  return us;
}

// Minutes of "Z" or "+hh:mm".
std::optional<int32_t> TakeOffset(absl::string_view* text) {
  if (Take("Z", text)) return 0;
  const bool behind = absl::StartsWith(*text, "-");
  if (!Take("+", text) && !Take("-", text)) return std::nullopt;
  const int hours = TakeDigits(2, text);
  if (hours < 0 || !Take(":", text)) return std::nullopt;
  const int minutes = TakeDigits(2, text);
  if (minutes < 0 || minutes > 59) return std::nullopt;
  const int offset = hours * 60 + minutes;
  if (offset > kOffsetMinutesMax) return std::nullopt;
  return behind ? -offset : offset;
}

int64_t LocalUs(Instant instant) { return instant.us + instant.offset_minutes * kMicrosPerMinute; }

std::string FormatLocal(Instant instant, absl::string_view format) {
  return absl::FormatTime(format, absl::FromUnixMicros(LocalUs(instant)), absl::UTCTimeZone());
}

// "+08:00".
std::string FormatOffset(Instant instant) {
  const int offset = std::abs(instant.offset_minutes);
  return absl::StrFormat("%c%02d:%02d", instant.offset_minutes < 0 ? '-' : '+', offset / 60,
                         offset % 60);
}

}  // namespace

std::optional<Day> ParseDay(absl::string_view text) {
  const std::optional<Day> day = TakeDay(&text);
  if (!text.empty()) return std::nullopt;
  return day;
}

std::string FormatDay(Day day) {
  const absl::CivilDay civil = kEpoch + day.days;
  return absl::StrFormat("%04d-%02d-%02d", civil.year(), civil.month(), civil.day());
}

bool CanBeDated(Day day) {
  const auto year = (kEpoch + day.days).year();
  return year >= 2000 && year <= 2099;
}

std::optional<Instant> ParseTime(absl::string_view text) {
  const std::optional<Day> day = TakeDay(&text);
  if (!day.has_value() || !Take("T", &text)) return std::nullopt;
  const std::optional<int64_t> time_us = TakeTimeOfDay(&text);
  if (!time_us.has_value()) return std::nullopt;
  const std::optional<int32_t> offset = TakeOffset(&text);
  if (!offset.has_value() || !text.empty()) return std::nullopt;

  const int64_t us = day->days * kMicrosPerDay + *time_us - *offset * kMicrosPerMinute;
  if (us < kInstantMinUs || us >= kInstantMaxUs) return std::nullopt;
  return Instant{us, *offset};
}

std::string FormatTime(Instant instant) {
  const bool has_seconds = LocalUs(instant) % kMicrosPerMinute != 0;
  return absl::StrCat(FormatLocal(instant, has_seconds ? "%Y-%m-%d %H:%M:%E*S" : "%Y-%m-%d %H:%M"),
                      " ", FormatOffset(instant));
}

std::string FormatRfc3339(Instant instant) {
  return absl::StrCat(FormatLocal(instant, "%Y-%m-%dT%H:%M:%E*S"), FormatOffset(instant));
}

common::v1::ZonedTime ToZonedTime(Instant instant) {
  common::v1::ZonedTime time;
  time.mutable_instant()->set_seconds(instant.us / kMicrosPerSecond);
  time.mutable_instant()->set_nanos(static_cast<int32_t>(instant.us % kMicrosPerSecond * 1000));
  time.set_utc_offset_minutes(instant.offset_minutes);
  return time;
}

Instant FromZonedTime(const common::v1::ZonedTime& time) {
  return {time.instant().seconds() * kMicrosPerSecond + time.instant().nanos() / 1000,
          time.utc_offset_minutes()};
}

Day DayOf(Instant instant) { return Day{static_cast<int32_t>(LocalUs(instant) / kMicrosPerDay)}; }

std::optional<absl::TimeZone> FindTimeZone(absl::string_view name) {
  // The library would also take a file's path and names of its own making.
  if (name.empty() || !absl::ascii_isupper(static_cast<unsigned char>(name.front())) ||
      absl::StartsWith(name, "Fixed/") || absl::StrContains(name, "..")) {
    return std::nullopt;
  }
  absl::TimeZone time_zone;
  if (!absl::LoadTimeZone(std::string(name), &time_zone)) return std::nullopt;
  return time_zone;
}

int64_t EndOfDayUs(Day day, const absl::TimeZone& time_zone) {
  const absl::CivilDay civil = kEpoch + day.days;
  const absl::CivilSecond last(civil.year(), civil.month(), civil.day(), 23, 59, 59);
  return absl::ToUnixMicros(absl::FromCivil(last, time_zone));
}

Instant InstantIn(int64_t us, const absl::TimeZone& time_zone) {
  return {us, time_zone.At(absl::FromUnixMicros(us)).offset / 60};
}

Day DayIn(int64_t us, const absl::TimeZone& time_zone) {
  const absl::CivilDay civil = absl::ToCivilDay(absl::FromUnixMicros(us), time_zone);
  return Day{static_cast<int32_t>(civil - kEpoch)};
}

std::string FormatUtc(int64_t us) {
  return absl::FormatTime("%Y-%m-%d %H:%M:%S UTC", absl::FromUnixMicros(us), absl::UTCTimeZone());
}

}  // namespace milkway::cli
