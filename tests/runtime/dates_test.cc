// Days and instants: what is accepted, how it is written, where a day begins.

#include "services/runtime/dates.h"

#include <limits>
#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support/refusal_matchers.h"

namespace milkway {
namespace {

using ::milkway::testing::IsOk;
using ::milkway::testing::NamesField;
using ::milkway::testing::StatusIs;

constexpr int64_t kSecondUs = 1'000'000;
constexpr int64_t kMinuteUs = 60 * kSecondUs;

LocalDate Day(absl::string_view text) { return *ParseDate("day", text); }

std::string Start(absl::string_view day, absl::string_view time_zone) {
  return FormatOccurredAt(*StartOfDay(Day(day), time_zone));
}

std::string End(absl::string_view day, absl::string_view time_zone) {
  return FormatOccurredAt(*EndOfDay(Day(day), time_zone));
}

common::v1::ZonedTime Zoned(int64_t seconds, int32_t nanos, int32_t offset_minutes) {
  common::v1::ZonedTime time;
  time.mutable_instant()->set_seconds(seconds);
  time.mutable_instant()->set_nanos(nanos);
  time.set_utc_offset_minutes(offset_minutes);
  return time;
}

TEST(Date, CountsDaysSince1970) {
  EXPECT_EQ(Day("1970-01-01").days, 0);
  EXPECT_EQ(Day("1969-12-31").days, -1);
  EXPECT_EQ(Day("2025-03-01").days, 20148);
}

TEST(Date, IsWrittenAsItWasRead) {
  for (const char* text : {"1900-01-01", "1970-01-01", "2000-02-29", "2024-02-29", "2199-12-31"}) {
    EXPECT_EQ(FormatDate(Day(text)), text);
  }
}

TEST(Date, OfEveryDayIsReadAsItWasWritten) {
  for (LocalDate day = Day("1900-01-01"); day <= Day("2199-12-31"); ++day.days) {
    ASSERT_EQ(Day(FormatDate(day)), day);
  }
}

TEST(Date, IsRefusedIfItIsNotADayThatExists) {
  for (const char* text :
       {"",           "2025",       "2025-3-1",    "2025-03-1",   "2025-03-001",
        "20250301",   "2025/03/01", "2025-03-01 ", " 2025-03-01", "2025-03-01T00:00:00Z",
        "2025-00-01", "2025-13-01", "2025-01-00",  "2025-01-32",  "2025-02-29",
        "2100-02-29", "1900-02-29", "2025-04-31",  "-025-03-01",  "+025-03-01",
        "2025-+3-01", "2025-03- 1", "2025-03-0x",  "2025-03-0:",  "20250:03-01",
        "٢٠٢٥-",      "1899-12-31", "2200-01-01",  "0000-00-00",  "9999-12-31"}) {
    EXPECT_THAT(ParseDate("line.expires_on", text), NamesField("line.expires_on")) << text;
  }
}

TEST(Date, IsRefusedWithAZeroByteInIt) {
  EXPECT_THAT(ParseDate("day", absl::string_view("2025-03-0\0", 10)), NamesField("day"));
}

TEST(ZonedTime, IsReadInMicroseconds) {
  const auto occurred = ParseZonedTime("at", Zoned(1740795600, 250'001'000, 480));

  ASSERT_THAT(occurred, IsOk());
  EXPECT_EQ(occurred->us, 1740795600250001);
  EXPECT_EQ(occurred->offset_minutes, 480);
}

TEST(ZonedTime, IsWrittenAsItWasRead) {
  for (const auto& time : {Zoned(946684800, 0, -840), Zoned(1740795600, 999'999'000, 480),
                           Zoned(4102444800, 0, 840)}) {
    const auto occurred = ParseZonedTime("at", time);

    ASSERT_THAT(occurred, IsOk());
    EXPECT_EQ(ToZonedTime(*occurred).SerializeAsString(), time.SerializeAsString());
  }
}

TEST(ZonedTime, BeforeTheEpochIsWrittenWithNanosAboveZero) {
  const common::v1::ZonedTime time = ToZonedTime({-1, 0});

  EXPECT_EQ(time.instant().seconds(), -1);
  EXPECT_EQ(time.instant().nanos(), 999'999'000);
}

TEST(ZonedTime, MustHaveAnInstant) {
  EXPECT_THAT(ParseZonedTime("receipt.received_at", {}), NamesField("receipt.received_at"));
}

TEST(ZonedTime, IsRefusedOutsideItsLimits) {
  constexpr int64_t kMin = std::numeric_limits<int64_t>::min();
  constexpr int64_t kMax = std::numeric_limits<int64_t>::max();
  for (const auto& time :
       {Zoned(946684799, 999'999'000, 0), Zoned(4102444800, 1'000, 0), Zoned(4102444801, 0, 0),
        Zoned(kMin, 0, 0), Zoned(kMax, 0, 0), Zoned(1740795600, 1, 0), Zoned(1740795600, 999, 0),
        Zoned(1740795600, -1'000, 0), Zoned(1740795600, 1'000'000'000, 0),
        Zoned(1740795600, 0, 841), Zoned(1740795600, 0, -841)}) {
    EXPECT_THAT(ParseZonedTime("at", time), NamesField("at")) << time.ShortDebugString();
  }
}

TEST(OccurredAt, IsWrittenWithItsLocalOffset) {
  EXPECT_EQ(FormatOccurredAt({1740795600 * kSecondUs, 480}), "2025-03-01T10:20:00+08:00");
  EXPECT_EQ(FormatOccurredAt({1740795600 * kSecondUs, 0}), "2025-03-01T02:20:00+00:00");
  EXPECT_EQ(FormatOccurredAt({1740795600 * kSecondUs, -210}), "2025-02-28T22:50:00-03:30");
}

TEST(OccurredAt, IsWrittenWithAFractionOnlyWhereThereIsOne) {
  EXPECT_EQ(FormatOccurredAt({1740795600 * kSecondUs + 250'000, 480}),
            "2025-03-01T10:20:00.25+08:00");
  EXPECT_EQ(FormatOccurredAt({1740795600 * kSecondUs + 1, 480}),
            "2025-03-01T10:20:00.000001+08:00");
}

TEST(OccurredAt, IsOnTheDayThatTheLocalClockShowed) {
  const int64_t midnight_us = Day("2025-03-01").days * kMicrosPerDay;

  EXPECT_EQ(LocalDateOf({midnight_us, 0}), Day("2025-03-01"));
  EXPECT_EQ(LocalDateOf({midnight_us - 1, 0}), Day("2025-02-28"));
  EXPECT_EQ(LocalDateOf({midnight_us, -1}), Day("2025-02-28"));
  EXPECT_EQ(LocalDateOf({midnight_us - 480 * kMinuteUs, 480}), Day("2025-03-01"));
  EXPECT_EQ(LocalDateOf({-1, 0}), Day("1969-12-31"));
  EXPECT_EQ(LocalDateOf({-kMicrosPerDay, 0}), Day("1969-12-31"));
}

TEST(TimeZone, IsKnownByItsIanaName) {
  for (const char* name : {"Asia/Shanghai", "Australia/Sydney", "America/Argentina/Buenos_Aires",
                           "UTC", "Etc/GMT+5", "America/Port-au-Prince", "GB-Eire"}) {
    EXPECT_TRUE(IsTimeZone(name)) << name;
  }
}

TEST(TimeZone, IsNeitherAFileNorALocalSetting) {
  for (const std::string name : {"",
                                 "Asia",
                                 "Asia/",
                                 "Asia/Atlantis",
                                 "asia/shanghai",
                                 "/usr/share/zoneinfo/Asia/Shanghai",
                                 "../zoneinfo/UTC",
                                 "Asia/../UTC",
                                 "Asia//Shanghai",
                                 "localtime",
                                 "posixrules",
                                 "right/Asia/Shanghai",
                                 "tzdata.zi",
                                 "leapseconds",
                                 "file:Asia/Shanghai",
                                 "libc:localtime",
                                 "Fixed/UTC+08:00:00",
                                 "UTC+8",
                                 "+08:00",
                                 "Asia/Shanghai ",
                                 "CST"}) {
    EXPECT_FALSE(IsTimeZone(name)) << name;
  }
  EXPECT_FALSE(IsTimeZone(absl::string_view("UTC\0", 4)));
  EXPECT_FALSE(IsTimeZone(std::string(10'000, 'A')));
}

TEST(Day, InChinaIsTwentyFourHoursFromMidnight) {
  EXPECT_EQ(Start("2025-03-01", "Asia/Shanghai"), "2025-03-01T00:00:00+08:00");
  EXPECT_EQ(End("2025-03-01", "Asia/Shanghai"), "2025-03-01T23:59:59+08:00");
}

TEST(Day, InSydneyEndsWithTheOffsetOfItsEvening) {
  // The clock goes back at 3:00 and forward at 2:00.
  EXPECT_EQ(Start("2025-04-06", "Australia/Sydney"), "2025-04-06T00:00:00+11:00");
  EXPECT_EQ(End("2025-04-06", "Australia/Sydney"), "2025-04-06T23:59:59+10:00");
  EXPECT_EQ(Start("2025-10-05", "Australia/Sydney"), "2025-10-05T00:00:00+10:00");
  EXPECT_EQ(End("2025-10-05", "Australia/Sydney"), "2025-10-05T23:59:59+11:00");
}

TEST(Day, WhoseMidnightIsSkippedBeginsAtItsFirstInstant) {
  EXPECT_EQ(Start("2018-11-04", "America/Sao_Paulo"), "2018-11-04T01:00:00-02:00");
  EXPECT_EQ(End("2018-11-03", "America/Sao_Paulo"), "2018-11-03T23:59:59-03:00");
}

TEST(Day, WhoseLastHourIsSkippedEndsAtItsLastSecond) {
  EXPECT_EQ(End("2024-03-30", "America/Nuuk"), "2024-03-30T22:59:59-02:00");
  EXPECT_EQ(Start("2024-03-31", "America/Nuuk"), "2024-03-31T00:00:00-01:00");
}

TEST(Day, WhoseMidnightComesTwiceBeginsAtTheFirst) {
  EXPECT_EQ(Start("2024-11-03", "America/Havana"), "2024-11-03T00:00:00-04:00");
}

TEST(Day, WhoseLastHourComesTwiceEndsAtTheLast) {
  EXPECT_EQ(End("2018-02-17", "America/Sao_Paulo"), "2018-02-17T23:59:59-03:00");
  EXPECT_EQ(Start("2018-02-18", "America/Sao_Paulo"), "2018-02-18T00:00:00-03:00");
}

TEST(Day, ThatAZoneNeverHadIsRefused) {
  for (const auto& instant : {StartOfDay(Day("2011-12-30"), "Pacific/Apia"),
                              EndOfDay(Day("2011-12-30"), "Pacific/Apia")}) {
    EXPECT_THAT(instant, StatusIs(absl::StatusCode::kInvalidArgument));
    EXPECT_THAT(instant, NamesField("date"));
  }
  EXPECT_EQ(End("2011-12-29", "Pacific/Apia"), "2011-12-29T23:59:59-10:00");
  EXPECT_EQ(Start("2011-12-31", "Pacific/Apia"), "2011-12-31T00:00:00+14:00");
}

TEST(Day, InAnUnknownZoneIsRefused) {
  EXPECT_THAT(StartOfDay(Day("2025-03-01"), "Asia/Atlantis"), NamesField("time_zone"));
  EXPECT_THAT(EndOfDay(Day("2025-03-01"), "/etc/localtime"), NamesField("time_zone"));
}

// Every day of a century, in zones that change their clocks in different ways.
TEST(Day, HoldsItsOwnStartAndEndAndNothingBeyond) {
  for (const char* zone : {"Asia/Shanghai", "Australia/Sydney", "Australia/Lord_Howe",
                           "America/Sao_Paulo", "America/Nuuk", "Asia/Kathmandu", "UTC"}) {
    for (LocalDate day = Day("2000-01-01"); day < Day("2100-01-01"); ++day.days) {
      const OccurredAt start = *StartOfDay(day, zone);
      const OccurredAt end = *EndOfDay(day, zone);

      ASSERT_LT(start.us, end.us);
      ASSERT_EQ(LocalDateOf(start), day) << zone;
      ASSERT_EQ(LocalDateOf(end), day) << zone;
      ASSERT_EQ(LocalDateIn(start.us, zone), day) << zone;
      ASSERT_EQ(LocalDateIn(end.us + kSecondUs - 1, zone), day) << zone;
      ASSERT_EQ(LocalDateIn(start.us - 1, zone), LocalDate{day.days - 1}) << zone;
      ASSERT_EQ(LocalDateIn(end.us + kSecondUs, zone), LocalDate{day.days + 1}) << zone;
    }
  }
}

TEST(LocalDateIn, NeedsAKnownZone) {
  EXPECT_DEATH((void)LocalDateIn(0, "Asia/Atlantis"), "check failed");
}

}  // namespace
}  // namespace milkway
