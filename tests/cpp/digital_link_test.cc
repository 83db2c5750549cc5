// GS1 Digital Link URIs of lots.

#include "clients/cpp/gs1/digital_link.h"

#include "clients/cpp/gs1/element_string.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace milkway::gs1 {
namespace {

using ::testing::HasSubstr;

constexpr int kYear = 2026;

std::string Link(const LotOnPack& pack, absl::string_view resolver = kDefaultResolver) {
  const auto link = LinkOf(pack, resolver);
  return link.ok() ? *link : std::string(link.status().message());
}

std::string Read(absl::string_view link) {
  const auto elements = ParseLink(link, kYear);
  return elements.ok() ? ToReadable(*elements) : std::string(elements.status().message());
}

TEST(DigitalLink, NamesProductLotAndExpiry) {
  EXPECT_EQ(Link({"9300639601014", "L2401", "2026-12-01"}),
            "https://id.gs1.org/01/09300639601014/10/L2401?17=261201");
  EXPECT_EQ(Link({"96385074", "7", ""}), "https://id.gs1.org/01/00000096385074/10/7");
}

TEST(DigitalLink, StartsWithTheResolverOfTheProgramme) {
  EXPECT_EQ(Link({"9300639601014", "7", ""}, "https://milk.example/trace/"),
            "https://milk.example/trace/01/09300639601014/10/7");
  for (const char* resolver : {"", "milk.example", "https://", "https:///x", "ftp://x",
                               "https://x?y", "https://x#y", "https://a b"}) {
    EXPECT_THAT(Link({"9300639601014", "7", ""}, resolver), HasSubstr("the resolver must be"));
  }
}

TEST(DigitalLink, EverythingButUnreservedCharactersIsEncoded) {
  const std::string lot = "a/B?%&+ \"";
  EXPECT_THAT(Link({"9300639601014", lot, ""}), HasSubstr("the lot"));
  EXPECT_EQ(Link({"9300639601014", "a/B?%&+=;:", ""}),
            "https://id.gs1.org/01/09300639601014/10/a%2FB%3F%25%26%2B%3D%3B%3A");
  EXPECT_EQ(Link({"9300639601014", "A-b.c_9", ""}),
            "https://id.gs1.org/01/09300639601014/10/A-b.c_9");
}

TEST(DigitalLink, WrongPartsAreNamed) {
  EXPECT_THAT(Link({"9300639601015", "7", ""}),
              HasSubstr("the GTIN \"9300639601015\" has a wrong"));
  EXPECT_THAT(Link({"9300639601014", "", ""}), HasSubstr("the lot \"\" must be 1 to 20"));
  EXPECT_THAT(Link({"9300639601014", "奶粉", ""}), HasSubstr("must be 1 to 20 letters"));
  for (const char* day : {"2026-13-01", "2026-02-30", "26-12-01", "2026-12-1", "20261201xx"}) {
    EXPECT_THAT(Link({"9300639601014", "7", day}), HasSubstr("the day of expiry")) << day;
  }
}

TEST(DigitalLink, WhatWasWrittenIsRead) {
  const std::string lot = "!\"%&'()*+,-./:;<=>?_";
  EXPECT_EQ(Read(Link({"9300639601014", lot, "2026-12-01"})),
            "(01)09300639601014(10)" + lot + "(17)261201");
}

TEST(DigitalLink, LinksOfOthersAreRead) {
  EXPECT_EQ(
      Read("HTTPS://milk.example/a/01/9300639601014/10/7/21/S1?x=1&17=261200&3103=025000#top"),
      "(01)09300639601014(10)7(21)S1(17)261200(3103)025000");
  EXPECT_EQ(Read("https://id.gs1.org/00/376104250021234569"), "(00)376104250021234569");
  EXPECT_EQ(Read("https://id.gs1.org/414/6291041500213"), "(414)6291041500213");
}

TEST(DigitalLink, WhatIsNoLinkOfALotSaysSo) {
  EXPECT_THAT(Read("01/09300639601014"), HasSubstr("must start with http"));
  EXPECT_THAT(Read("https://id.gs1.org"), HasSubstr("is no GS1 Digital Link"));
  EXPECT_THAT(Read("https://id.gs1.org/01/"), HasSubstr("is no GS1 Digital Link"));
  EXPECT_THAT(Read("https://id.gs1.org/01/09300639601015"), HasSubstr("has a wrong last digit"));
  EXPECT_THAT(Read("https://id.gs1.org/01/09300639601014/99/x"), HasSubstr("cannot follow /01/"));
  EXPECT_THAT(Read("https://id.gs1.org/01/09300639601014/10/%4"), HasSubstr("hexadecimal"));
  EXPECT_THAT(Read("https://id.gs1.org/01/09300639601014/10/%ZZ"), HasSubstr("hexadecimal"));
  EXPECT_THAT(Read("https://id.gs1.org/01/09300639601014/10/7?10=8"), HasSubstr("is there twice"));
  EXPECT_THAT(Read("https://" + std::string(2000, 'x')), HasSubstr("is longer than"));
}

}  // namespace
}  // namespace milkway::gs1
