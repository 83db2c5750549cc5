// Texts and values as people write them: days, times, numbers, money, ids, students.

#include <string>
#include <vector>

#include "clients/cli/days.h"
#include "clients/cli/import/name_pool.h"
#include "clients/cli/import/request_ids.h"
#include "clients/cli/numbers.h"
#include "clients/cli/students.h"
#include "clients/cli/text.h"
#include "clients/cli/uuid.h"
#include "clients/cpp/currency.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support/status_matchers.h"

namespace milkway::cli {
namespace {

using ::milkway::testing::IsOk;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

TEST(Uuid, OfANameIsTheOneThatEverybodyComputes) {
  const Uuid dns = ParseUuid("6ba7b810-9dad-11d1-80b4-00c04fd430c8").value();

  EXPECT_EQ(FormatUuid(NameUuid(dns, "www.example.com")), "2ed6657d-e927-568b-95e1-2665a8aea6a2");
  EXPECT_EQ(FormatUuid(NameUuid(dns, "python.org")), "886313e1-3b8a-5372-9b90-0c9aee199e5d");
}

TEST(Uuid, OfAnImportedRowNeverChanges) {
  EXPECT_EQ(RowRequestId(Table::kProducts, {"dev-1kg"}), "9f51b0cb-032c-57c1-acf7-51f0a1fac72a");
  EXPECT_EQ(RowRequestId(Table::kStudents, {"school", "1"}),
            "9d3120df-baac-5220-9fb8-a9407b9c9607");
}

TEST(Uuid, OfRowsWhoseKeysReadTheSameTogetherDiffers) {
  EXPECT_NE(RowRequestId(Table::kPurchaseLines, {"a", "bc", "d"}),
            RowRequestId(Table::kPurchaseLines, {"ab", "c", "d"}));
  EXPECT_NE(RowRequestId(Table::kPurchaseLines, {"a,1:b"}),
            RowRequestId(Table::kPurchaseLines, {"a", "b"}));
}

TEST(Uuid, ThatIsRandomIsOfVersionSevenAndNew) {
  const std::string first = FormatUuid(RandomUuid());

  EXPECT_EQ(first[14], '7');
  EXPECT_THAT(std::string("89ab"), HasSubstr(first.substr(19, 1)));
  EXPECT_NE(first, FormatUuid(RandomUuid()));
}

TEST(Uuid, RefusesWhatIsNone) {
  for (const char* text :
       {"", "2ed6657d", "2ed6657d-e927-568b-95e1-2665a8aea6ag",
        "2ed6657de927-568b-95e1-2665a8aea6a2-", "00000000-0000-0000-0000-000000000000"}) {
    EXPECT_FALSE(ParseUuid(text).has_value()) << text;
  }
}

TEST(Days, ExistOrAreRefused) {
  EXPECT_EQ(ParseDay("1970-01-02")->days, 1);
  EXPECT_EQ(FormatDay(*ParseDay("2024-02-29")), "2024-02-29");
  for (const char* text : {"2025-02-29", "2025-13-01", "2025-00-01", "2025-1-1", "25-01-01",
                           "2025-01-01 ", "2025/01/01", "", "1899-12-31", "2200-01-01"}) {
    EXPECT_FALSE(ParseDay(text).has_value()) << text;
  }
}

TEST(Times, NeedAnOffsetAndAtMostMicroseconds) {
  EXPECT_EQ(ParseTime("2025-03-01T10:20:00+08:00")->us, 1'740'795'600'000'000);
  EXPECT_EQ(ParseTime("2025-03-01T10:20:00+08:00")->offset_minutes, 480);
  EXPECT_EQ(ParseTime("2025-03-01T02:20:00.000001Z")->us, 1'740'795'600'000'001);
  EXPECT_EQ(ParseTime("2025-03-01t02:20:00z")->offset_minutes, 0);
  for (const char* text :
       {"2025-03-01T10:20:00", "2025-03-01 10:20:00+08:00", "2025-03-01T24:00:00+08:00",
        "2025-03-01T10:20:60+08:00", "2025-03-01T10:20+08:00", "2025-03-01T10:20:00+15:00",
        "2025-03-01T10:20:00.0000001Z", "2025-03-01T10:20:00.Z", "2025-03-01T10:20:00+0800",
        "1999-12-31T23:59:59Z", "2100-01-01T00:00:00Z", "2025-02-30T10:20:00Z"}) {
    EXPECT_FALSE(ParseTime(text).has_value()) << text;
  }
}

TEST(Times, AreShownAsTheLocalClockReadThem) {
  const Instant instant = ParseTime("2025-03-01T10:20:00-03:30").value();

  EXPECT_EQ(FormatTime(instant), "2025-03-01 10:20 -03:30");
  EXPECT_EQ(FormatRfc3339(instant), "2025-03-01T10:20:00-03:30");
  EXPECT_EQ(FromZonedTime(ToZonedTime(instant)), instant);
  EXPECT_EQ(FormatDay(DayOf(ParseTime("2025-03-01T23:30:00-05:00").value())), "2025-03-01");
}

TEST(TimeZones, AreThoseOfTheIanaDatabase) {
  EXPECT_TRUE(FindTimeZone("Asia/Shanghai").has_value());
  for (const char* name : {"", "China", "localtime", "Fixed/UTC+08:00:00", "/etc/localtime",
                           "Asia/../Asia/Shanghai", "asia/shanghai"}) {
    EXPECT_FALSE(FindTimeZone(name).has_value()) << name;
  }
}

TEST(TimeZones, EndTheDayAtTheSecondBeforeLocalMidnight) {
  const auto end = [](const char* day, const char* zone) {
    return FormatUtc(EndOfDayUs(ParseDay(day).value(), FindTimeZone(zone).value()));
  };

  EXPECT_EQ(end("2025-03-01", "Asia/Shanghai"), "2025-03-01 15:59:59 UTC");
  EXPECT_EQ(end("2025-10-05", "Australia/Melbourne"), "2025-10-05 12:59:59 UTC");
}

TEST(Numbers, AreExact) {
  EXPECT_EQ(ParseWhole("007"), 7);
  EXPECT_EQ(ParseDecimal("25.5", 3), 25'500);
  EXPECT_EQ(ParseDecimal("25.5000", 3), 25'500);
  EXPECT_EQ(ParseDecimal("12", 2), 1'200);
  for (const char* text : {"", "-1", "+1", "1e3", "1,000", "1.", ".5", "1.2.3", " 1", "1.2345",
                           "1234567890123456789"}) {
    EXPECT_FALSE(ParseDecimal(text, 3).has_value()) << text;
  }
  EXPECT_EQ(FormatDecimal(-5, 2), "-0.05");
  EXPECT_EQ(FormatDecimal(1200, 2), "12.00");
  EXPECT_EQ(WithThousands(-1234567), "-1,234,567");
  EXPECT_EQ(WithThousands(999), "999");
}

TEST(Numbers, OfDegreesAreRoundedToTheirSeventhDecimal) {
  EXPECT_EQ(ParseDegreesE7("-37.81360", 90), -378'136'000);
  EXPECT_EQ(ParseDegreesE7("0.00000005", 90), 1);
  EXPECT_EQ(ParseDegreesE7("90", 90), 900'000'000);
  EXPECT_FALSE(ParseDegreesE7("90.0000001", 90).has_value());
  EXPECT_FALSE(ParseDegreesE7("north", 90).has_value());
}

TEST(Currencies, HaveTheDigitsOfIso4217) {
  EXPECT_EQ(clients::FindMinorDigits("AUD"), 2);
  EXPECT_EQ(clients::FindMinorDigits("JPY"), 0);
  EXPECT_EQ(clients::FindMinorDigits("KWD"), 3);
  for (const char* code : {"", "AU", "aud", "XXX", "D A", "AUD "}) {
    EXPECT_FALSE(clients::FindMinorDigits(code).has_value()) << code;
  }
  EXPECT_EQ(FormatMoney(1250, "AUD"), "12.50 AUD");
}

TEST(Students, AreNumbersAndRanges) {
  EXPECT_THAT(*ParseStudents("20-22;15;1-3"), ElementsAre(1, 2, 3, 15, 20, 21, 22));
  EXPECT_THAT(*ParseStudents(""), IsEmpty());
  EXPECT_EQ(FormatStudents({1, 2, 3, 15, 20, 21, 22}), "1-3;15;20-22");
  for (const char* text :
       {"1,2", "1;", ";1", "3-1", "0", "100001", "1-", "-1", "1 ;2", "a", "1-100000", "1;1"}) {
    EXPECT_THAT(ParseStudents(text), Not(IsOk())) << text;
  }
}

TEST(Names, OfOnePoolAreEqualIfTheirTextsAre) {
  NamePool names;
  const Name first = names.Intern("devondale");
  const Name again = names.Intern(std::string("devon") + "dale");
  for (int i = 0; i < 10'000; ++i) names.Intern("filler " + std::to_string(i));

  EXPECT_EQ(first, again);
  EXPECT_EQ(first.view(), "devondale");
  EXPECT_TRUE(names.Intern("").empty());
  EXPECT_EQ(names.Intern("filler 7"), names.Intern("filler 7"));
}

}  // namespace
}  // namespace milkway::cli
