// Element strings as scanners send them.

#include "clients/cpp/gs1/element_string.h"

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace milkway::gs1 {
namespace {

using ::testing::HasSubstr;

constexpr int kYear = 2026;

// The elements in brackets, with what they mean; or the error.
std::string Read(absl::string_view text, int this_year = kYear) {
  const auto elements = ParseElementString(text, this_year);
  if (!elements.ok()) return std::string(elements.status().message());
  std::string read;
  for (const Element& element : *elements) {
    absl::StrAppend(&read, "(", element.ai, ")", element.value);
    if (!element.day.empty()) absl::StrAppend(&read, "=", element.day);
    if (element.count != 0) absl::StrAppend(&read, "=", element.count);
    if (element.weight_mg != 0) absl::StrAppend(&read, "=", element.weight_mg, "mg");
  }
  return read;
}

TEST(ElementString, ACartonIsRead) {
  EXPECT_EQ(Read("]C101093006396010141726120110L2401\x1d"
                 "3712"),
            "(01)09300639601014(17)261201=2026-12-01(10)L2401(37)12=12");
}

TEST(ElementString, EverySymbologyOfGs1IsRead) {
  for (const char* symbology : {"]C1", "]d2", "]Q3", "]e0", "]J1", "", "\x1d", "]d2\x1d"}) {
    EXPECT_EQ(Read(absl::StrCat(symbology, "0109300639601014")), "(01)09300639601014");
  }
  EXPECT_THAT(Read("]E09300639601014"), HasSubstr("\"]E0\" is no symbology of a GS1 bar code"));
}

TEST(ElementString, EveryIdentifierIsRead) {
  EXPECT_EQ(Read("00376104250021234569"), "(00)376104250021234569");
  EXPECT_EQ(Read("11260102"
                 "13260103"
                 "15260104"),
            "(11)260102=2026-01-02(13)260103=2026-01-03(15)260104=2026-01-04");
  EXPECT_EQ(Read("21A/b-9"), "(21)A/b-9");
  for (int ai = 410; ai <= 417; ++ai) {
    EXPECT_EQ(Read(absl::StrCat(ai, "6291041500213")), absl::StrCat("(", ai, ")6291041500213"));
  }
}

TEST(ElementString, WeightsAreExact) {
  EXPECT_EQ(Read("3100000025"), "(3100)000025=25000000mg");
  EXPECT_EQ(Read("3103025000"), "(3103)025000=25000000mg");
  EXPECT_EQ(Read("3105000001"), "(3105)000001=10mg");
  EXPECT_EQ(Read("3100999999"), "(3100)999999=999999000000mg");
  EXPECT_THAT(Read("3106025000"), HasSubstr("starts none of the application identifiers"));
  EXPECT_THAT(Read("310"), HasSubstr("starts none of the application identifiers"));
}

TEST(ElementString, ASeparatorEndsWhatVariesAndIsAllowedElsewhere) {
  EXPECT_EQ(Read("10L1\x1d"
                 "21S1\x1d"
                 "375"),
            "(10)L1(21)S1(37)5=5");
  EXPECT_EQ(Read("0109300639601014\x1d"
                 "17261201\x1d"),
            "(01)09300639601014(17)261201=2026-12-01");
  EXPECT_EQ(Read("10L1"), "(10)L1");
}

TEST(ElementString, TheCenturyIsTheNearestOne) {
  EXPECT_EQ(*DayOf("761231", 2026), "2076-12-31");
  EXPECT_EQ(*DayOf("770101", 2026), "1977-01-01");
  EXPECT_EQ(*DayOf("000101", 2026), "2000-01-01");
  EXPECT_EQ(*DayOf("480101", 2098), "2148-01-01");
  EXPECT_EQ(*DayOf("490101", 2098), "2049-01-01");
  EXPECT_EQ(*DayOf("990101", 2001), "1999-01-01");
}

TEST(ElementString, DayZeroIsTheLastOfItsMonth) {
  EXPECT_EQ(*DayOf("260200", 2026), "2026-02-28");
  EXPECT_EQ(*DayOf("280200", 2026), "2028-02-29");
  EXPECT_EQ(*DayOf("261200", 2026), "2026-12-31");
}

TEST(ElementString, WrongValuesAreNamedWithTheirPlace) {
  EXPECT_EQ(
      Read("0109300639601015"),
      "at character 1: (01) product (GTIN) \"09300639601015\" has a wrong last digit; read it "
      "again from the pack");
  EXPECT_EQ(Read("010930063960101"),
            "at character 1: (01) product (GTIN) \"0930063960101\" must be 14 digits");
  EXPECT_THAT(Read("010930063960101417261301"),
              HasSubstr("at character 17: (17) expires on \"261301\" must be a date YYMMDD: there "
                        "is no such month"));
  EXPECT_THAT(Read("17260230"), HasSubstr("there is no such day"));
  EXPECT_THAT(Read("1726023"), HasSubstr("must be a date YYMMDD"));
  EXPECT_THAT(Read("10L23456789012345678901"), HasSubstr("must be 1 to 20 letters"));
  EXPECT_THAT(Read("10\x1d"), HasSubstr("(10) lot \"\" must be 1 to 20 letters"));
  EXPECT_THAT(Read("10L#1"), HasSubstr("must be 1 to 20 letters"));
  EXPECT_THAT(Read("37123456789"), HasSubstr("must be 1 to 8 digits"));
  EXPECT_THAT(Read("9912"), HasSubstr("at character 1: \"9912\" starts none"));
  EXPECT_THAT(Read("]C1"), HasSubstr("says nothing"));
  EXPECT_THAT(Read(""), HasSubstr("says nothing"));
  EXPECT_THAT(Read("(01)09300639601014"), HasSubstr("without the brackets"));
  EXPECT_THAT(Read(std::string(1001, '1')), HasSubstr("is longer than the 1000 bytes"));
}

TEST(ElementString, AnElementComesTwiceOnlyWithOneValue) {
  EXPECT_EQ(Read("10L1\x1d"
                 "10L1"),
            "(10)L1");
  EXPECT_THAT(Read("10L1\x1d"
                   "10L2"),
              HasSubstr("(10) is there twice, with \"L1\" and \"L2\""));
}

TEST(ElementString, WhatWasReadCanBeWritten) {
  const std::string text =
      "010930063960101410L2401\x1d"
      "1726120121S1\x1d"
      "3712";
  const auto elements = ParseElementString(text, kYear);

  ASSERT_TRUE(elements.ok());
  EXPECT_EQ(ToElementString(*elements), text);
  EXPECT_EQ(ToReadable(*elements), "(01)09300639601014(10)L2401(17)261201(21)S1(37)12");
}

}  // namespace
}  // namespace milkway::gs1
