// Check digits of GS1 keys.

#include "clients/cpp/gs1/check_digit.h"

#include "gtest/gtest.h"

namespace milkway::gs1 {
namespace {

// From GS1's check digit calculator: 629104150021 gives 3, 37610425002123456 gives 9.
TEST(CheckDigit, IsTheOneGs1Calculates) {
  EXPECT_EQ(CheckDigitFor("629104150021"), '3');
  EXPECT_EQ(CheckDigitFor("37610425002123456"), '9');
  EXPECT_EQ(CheckDigitFor("930063960101"), '4');
  EXPECT_EQ(CheckDigitFor("0000000"), '0');
}

TEST(CheckDigit, AnyOneWrongDigitIsFound) {
  const std::string gtin = "09300639601014";
  ASSERT_EQ(WhatIsWrongWithGtin(gtin), "");
  for (size_t place = 0; place < gtin.size(); ++place) {
    for (char digit = '0'; digit <= '9'; ++digit) {
      std::string changed = gtin;
      changed[place] = digit;
      EXPECT_EQ(WhatIsWrongWithGtin(changed).empty(), changed == gtin) << changed;
    }
  }
}

TEST(CheckDigit, EachKeyHasItsLength) {
  EXPECT_EQ(WhatIsWrongWithGtin("96385074"), "");
  EXPECT_EQ(WhatIsWrongWithGtin("614141000036"), "");
  EXPECT_EQ(WhatIsWrongWithGtin("9300639601014"), "");
  EXPECT_EQ(WhatIsWrongWithGtin("930063960101"),
            "has a wrong last digit; read it again from the pack");
  EXPECT_EQ(WhatIsWrongWithGtin("930063960"), "must be 8, 12, 13 or 14 digits");
  EXPECT_EQ(WhatIsWrongWithGtin("930063960101x"), "must be 8, 12, 13 or 14 digits");
  EXPECT_EQ(WhatIsWrongWithGln("6291041500213"), "");
  EXPECT_EQ(WhatIsWrongWithGln("06291041500213"), "must be 13 digits");
  EXPECT_EQ(WhatIsWrongWithSscc("376104250021234569"), "");
  EXPECT_EQ(WhatIsWrongWithSscc(""), "must be 18 digits");
}

TEST(CheckDigit, AShortGtinKeepsItsCheckDigitWithZerosBeforeIt) {
  EXPECT_EQ(ToGtin14("96385074"), "00000096385074");
  EXPECT_EQ(WhatIsWrongWithGtin(ToGtin14("96385074")), "");
}

}  // namespace
}  // namespace milkway::gs1
