// Money is exact: currencies, decimals, conversion, shares.

#include "services/runtime/money.h"

#include <algorithm>
#include <limits>
#include <numeric>
#include <random>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support/refusal_matchers.h"

namespace milkway {
namespace {

using ::milkway::testing::IsOk;
using ::milkway::testing::IsRefusal;
using ::milkway::testing::NamesField;
using ::milkway::testing::StatusIs;
using ::testing::ElementsAre;

using Wide = unsigned __int128;

constexpr int64_t kInt64Max = std::numeric_limits<int64_t>::max();

common::v1::Money Message(const std::string& currency, int64_t minor) {
  return ToMessage(Money{currency, minor});
}

Decimal Rate(absl::string_view text) { return *ParseDecimal("rate", text); }

int64_t Converted(int64_t minor, const std::string& from, absl::string_view rate,
                  absl::string_view to) {
  return Convert(Money{from, minor}, Rate(rate), to)->minor;
}

// A number of 1 to `digits_max` digits, each count as likely as another.
int64_t RandomNumber(std::mt19937_64& random, int digits_max) {
  int64_t number = 0;
  for (int digits = 1 + static_cast<int>(random() % digits_max); digits > 0; --digits) {
    number = 10 * number + static_cast<int64_t>(random() % 10);
  }
  return number;
}

TEST(Currency, HasTheMinorUnitOfTheStandard) {
  EXPECT_EQ(MinorDigits("AUD"), 2);
  EXPECT_EQ(MinorDigits("CNY"), 2);
  EXPECT_EQ(MinorDigits("NZD"), 2);
  EXPECT_EQ(MinorDigits("ZWG"), 2);
  EXPECT_EQ(MinorDigits("AED"), 2);
  EXPECT_EQ(MinorDigits("JPY"), 0);
  EXPECT_EQ(MinorDigits("KRW"), 0);
  EXPECT_EQ(MinorDigits("XPF"), 0);
  EXPECT_EQ(MinorDigits("KWD"), 3);
  EXPECT_EQ(MinorDigits("TND"), 3);
  EXPECT_EQ(MinorDigits("CLF"), 4);
  EXPECT_EQ(MinorDigits("UYW"), 4);
}

TEST(Currency, IsKnownByItsExactCodeOnly) {
  for (const char* code : {"", "A", "AU", "AUDX", "aud", "Aud", "AU ", " AUD", "A$D", "ZZZ", "AAA",
                           "RMB", "XAU", "XXX", "XTS", "\xff\xff\xff", "人"}) {
    EXPECT_FALSE(IsCurrency(code)) << code;
  }
}

// The 165 of the standard's current table that have a minor unit, and 6 withdrawn.
TEST(Currency, IsOneOfThoseOfTheStandard) {
  int known = 0;
  std::string code(3, 'A');
  for (code[0] = 'A'; code[0] <= 'Z'; ++code[0]) {
    for (code[1] = 'A'; code[1] <= 'Z'; ++code[1]) {
      for (code[2] = 'A'; code[2] <= 'Z'; ++code[2]) known += IsCurrency(code) ? 1 : 0;
    }
  }
  EXPECT_EQ(known, 171);
}

TEST(Currency, ThatIsNotOneHasNoMinorUnit) {
  EXPECT_DEATH((void)MinorDigits("ZZZ"), "check failed");
}

TEST(MoneyMessage, IsWrittenAsItWasRead) {
  const auto money = ParseMoney("price", Message("AUD", 123456), 0);

  ASSERT_THAT(money, IsOk());
  EXPECT_EQ(*money, (Money{"AUD", 123456}));
  EXPECT_EQ(ToMessage(*money).SerializeAsString(), Message("AUD", 123456).SerializeAsString());
}

TEST(MoneyMessage, ReachesFromItsMinimumToTheLargestAmount) {
  EXPECT_THAT(ParseMoney("price", Message("AUD", 1), 1), IsOk());
  EXPECT_THAT(ParseMoney("price", Message("AUD", kMoneyMinorMax), 1), IsOk());
  EXPECT_THAT(ParseMoney("price", Message("AUD", -5), -5), IsOk());

  EXPECT_THAT(ParseMoney("line.price", Message("AUD", 0), 1), NamesField("line.price"));
  EXPECT_THAT(ParseMoney("line.price", Message("AUD", -1), 0), NamesField("line.price"));
  EXPECT_THAT(ParseMoney("line.price", Message("AUD", kMoneyMinorMax + 1), 0),
              NamesField("line.price"));
}

TEST(MoneyMessage, IsRefusedInAnUnknownCurrency) {
  EXPECT_THAT(ParseMoney("price", Message("", 1), 0), NamesField("price"));
  EXPECT_THAT(ParseMoney("price", Message("aud", 1), 0), NamesField("price"));
}

TEST(DecimalText, IsReadWithoutTheZerosAtTheEndOfItsFraction) {
  EXPECT_EQ(Rate("4.7215"), (Decimal{47215, 4}));
  EXPECT_EQ(Rate("4.72150"), (Decimal{47215, 4}));
  EXPECT_EQ(Rate("4.0"), (Decimal{4, 0}));
  EXPECT_EQ(Rate("100"), (Decimal{100, 0}));
  EXPECT_EQ(Rate("0"), (Decimal{0, 0}));
  EXPECT_EQ(Rate("0.000"), (Decimal{0, 0}));
  EXPECT_EQ(Rate("007.5"), (Decimal{75, 1}));
  EXPECT_EQ(Rate("0.000000000001"), (Decimal{1, 12}));
}

TEST(DecimalText, HasAtMostEighteenDigitsAndTwelveOnEachSide) {
  EXPECT_EQ(Rate("999999999999.999999"), (Decimal{999'999'999'999'999'999, 6}));
  EXPECT_EQ(Rate("123456.123456789012"), (Decimal{123'456'123'456'789'012, 12}));
  EXPECT_EQ(Rate("123456789012.123456000000"), (Decimal{123'456'789'012'123'456, 6}));

  for (const char* text : {"1234567890123", "0.1234567890123", "0.1000000000000",
                           "1234567.123456789012", "123456789012.1234567"}) {
    EXPECT_THAT(ParseDecimal("rate", text), NamesField("rate")) << text;
  }
}

TEST(DecimalText, IsDigitsWithOnePointBetweenAndNothingElse) {
  for (const char* text : {"", ".", "1.", ".5", "1..2", "1.2.3", "+1", "-1", " 1", "1 ", "1,5",
                           "1e3", "0x10", "1.5f", "inf", "nan", "１", "1.-5", "--"}) {
    EXPECT_THAT(ParseDecimal("exchange_rate.rate", text), NamesField("exchange_rate.rate")) << text;
  }
  EXPECT_THAT(ParseDecimal("rate", absl::string_view("1\0", 2)), NamesField("rate"));
  EXPECT_THAT(ParseDecimal("rate", std::string(100'000, '1')), NamesField("rate"));
}

TEST(DecimalText, IsWrittenPlainly) {
  EXPECT_EQ(FormatDecimal({47215, 4}), "4.7215");
  EXPECT_EQ(FormatDecimal({5, 1}), "0.5");
  EXPECT_EQ(FormatDecimal({1, 12}), "0.000000000001");
  EXPECT_EQ(FormatDecimal({100, 0}), "100");
  EXPECT_EQ(FormatDecimal({0, 0}), "0");
  EXPECT_EQ(FormatDecimal({150, 2}), "1.50");
}

TEST(DecimalText, IsReadAsItWasWritten) {
  const auto seed = std::random_device{}();
  SCOPED_TRACE(absl::StrCat("seed ", seed));
  std::mt19937_64 random(seed);

  for (int i = 0; i < 10'000; ++i) {
    const std::string whole = absl::StrCat(RandomNumber(random, 9));
    const std::string fraction = absl::StrCat(RandomNumber(random, 8) * 10 + 1);
    const std::string text = absl::StrCat(whole, ".", fraction);
    ASSERT_EQ(FormatDecimal(Rate(text)), text);
  }
}

TEST(Conversion, MultipliesByTheRate) {
  EXPECT_EQ(*Convert({"AUD", 10000}, Rate("4.7215"), "CNY"), (Money{"CNY", 47215}));
  EXPECT_EQ(*Convert({"CNY", 4500}, Rate("0.2118"), "AUD"), (Money{"AUD", 953}));
  EXPECT_EQ(Converted(0, "CNY", "0.2118", "AUD"), 0);
  EXPECT_EQ(Converted(12345, "AUD", "0", "CNY"), 0);
}

TEST(Conversion, KnowsThatCurrenciesHaveMinorUnitsOfTheirOwn) {
  EXPECT_EQ(Converted(1000, "JPY", "0.0098", "AUD"), 980);     // 1,000 yen are 9.80 dollars
  EXPECT_EQ(Converted(10000, "AUD", "102.04", "JPY"), 10204);  // 100.00 dollars are 10,204 yen
  EXPECT_EQ(Converted(1000, "KWD", "4.9812", "AUD"), 498);     // 1.000 dinar is 4.98 dollars
  EXPECT_EQ(Converted(100, "AUD", "0.2007", "KWD"), 201);      // 1.00 dollar is 0.201 dinars
  EXPECT_EQ(Converted(1, "JPY", "3", "CLF"), 30000);           // 1 yen is 3.0000 units
  EXPECT_EQ(Converted(10000, "CLF", "41.5", "JPY"), 42);       // 1.0000 unit is 41.5 yen
}

TEST(Conversion, RoundsHalfToEven) {
  EXPECT_EQ(Converted(1, "AUD", "0.5", "CNY"), 0);
  EXPECT_EQ(Converted(1, "AUD", "1.5", "CNY"), 2);
  EXPECT_EQ(Converted(1, "AUD", "2.5", "CNY"), 2);
  EXPECT_EQ(Converted(1, "AUD", "3.5", "CNY"), 4);
  EXPECT_EQ(Converted(1, "AUD", "2.500000000001", "CNY"), 3);
  EXPECT_EQ(Converted(1, "AUD", "2.499999999999", "CNY"), 2);
  EXPECT_EQ(Converted(1, "AUD", "0.500000000001", "CNY"), 1);
}

TEST(Conversion, OfANegativeAmountIsTheNegativeOfItsOpposite) {
  EXPECT_EQ(Converted(-10000, "AUD", "4.7215", "CNY"), -47215);
  EXPECT_EQ(Converted(-1, "AUD", "2.5", "CNY"), -2);
  EXPECT_EQ(Converted(-1, "AUD", "1.5", "CNY"), -2);
}

TEST(Conversion, ReachesTheLargestAmountAndNoFurther) {
  EXPECT_EQ(Converted(kMoneyMinorMax, "AUD", "1", "CNY"), kMoneyMinorMax);
  EXPECT_EQ(Converted(-kMoneyMinorMax, "AUD", "1", "CNY"), -kMoneyMinorMax);
  EXPECT_EQ(Converted(kMoneyMinorMax / 10'000, "JPY", "1", "CLF"), kMoneyMinorMax);

  const Money largest{"AUD", kMoneyMinorMax};
  for (const auto& result :
       {Convert(largest, Rate("1.000000000001"), "CNY"),
        Convert({"JPY", kMoneyMinorMax / 10'000 + 1}, Rate("1"), "CLF"),
        Convert({"JPY", kMoneyMinorMax}, Rate("999999999999.999999"), "CLF"),
        Convert({"AUD", -kMoneyMinorMax}, Rate("1.01"), "CNY"),
        Convert({"JPY", kInt64Max}, {kInt64Max, 0}, "CLF"),
        Convert({"JPY", int64_t{1} << 62}, {int64_t{1} << 62, 0}, "CLF"),  // 625 · 2^128
        Convert({"CLF", std::numeric_limits<int64_t>::min()}, {kInt64Max, 12}, "JPY")}) {
    EXPECT_THAT(result, StatusIs(absl::StatusCode::kOutOfRange));
    EXPECT_THAT(result, IsRefusal("AMOUNT_TOO_LARGE"));
  }
}

// The same by hand, on paper: long multiplication of decimal digits, then a shift
// of the point, then a look at the digits behind it.
std::string MultiplyOnPaper(const std::string& a, const std::string& b) {
  std::vector<int> places(a.size() + b.size(), 0);
  for (size_t i = a.size(); i-- > 0;) {
    for (size_t j = b.size(); j-- > 0;) {
      places[i + j + 1] += (a[i] - '0') * (b[j] - '0');
      places[i + j] += places[i + j + 1] / 10;
      places[i + j + 1] %= 10;
    }
  }
  std::string digits;
  for (const int place : places) digits += static_cast<char>('0' + place);
  return digits;
}

Wide RoundOnPaper(std::string digits, int exponent) {
  std::string behind_point;
  for (; exponent > 0; --exponent) digits += '0';
  for (; exponent < 0; ++exponent) {
    if (digits.empty()) digits = "0";
    behind_point.insert(behind_point.begin(), digits.back());
    digits.pop_back();
  }
  Wide whole = 0;
  for (const char digit : digits) whole = 10 * whole + static_cast<Wide>(digit - '0');
  const std::string half =
      "5" + std::string(behind_point.empty() ? 0 : behind_point.size() - 1, '0');
  const bool up =
      !behind_point.empty() && (behind_point > half || (behind_point == half && whole % 2 == 1));
  return up ? whole + 1 : whole;
}

TEST(Conversion, AgreesWithArithmeticOnPaper) {
  const auto seed = std::random_device{}();
  SCOPED_TRACE(absl::StrCat("seed ", seed));
  std::mt19937_64 random(seed);
  const std::vector<std::string> currencies = {"JPY", "AUD", "KWD", "CLF"};
  int in_range = 0;

  for (int i = 0; i < 50'000; ++i) {
    const Money amount{currencies[random() % 4], RandomNumber(random, 15)};
    const std::string& to = currencies[random() % 4];
    Decimal rate{RandomNumber(random, 18), static_cast<int>(random() % 13)};
    if (i % 3 == 0) rate.units = rate.units / 1000 * 1000 + 500;  // ties
    const Wide expected =
        RoundOnPaper(MultiplyOnPaper(absl::StrCat(amount.minor), absl::StrCat(rate.units)),
                     MinorDigits(to) - MinorDigits(amount.currency) - rate.scale);

    const auto converted = Convert(amount, rate, to);

    ASSERT_EQ(converted.ok(), expected <= Wide{kMoneyMinorMax})
        << amount.minor << " " << amount.currency << " at " << FormatDecimal(rate) << " to " << to;
    if (!converted.ok()) continue;
    ++in_range;
    ASSERT_EQ(converted->minor, static_cast<int64_t>(expected))
        << amount.minor << " " << amount.currency << " at " << FormatDecimal(rate) << " to " << to;
  }
  EXPECT_GT(in_range, 10'000);
}

TEST(Shares, AreInProportion) {
  EXPECT_THAT(ShareByWeight(100, {1, 1}), ElementsAre(50, 50));
  EXPECT_THAT(ShareByWeight(1000, {900, 100}), ElementsAre(900, 100));
  EXPECT_THAT(ShareByWeight(7, {5}), ElementsAre(7));
  EXPECT_THAT(ShareByWeight(0, {3, 4}), ElementsAre(0, 0));
}

TEST(Shares, GiveTheRestToTheLargestRemaindersAndTiesToTheEarlier) {
  EXPECT_THAT(ShareByWeight(100, {1, 1, 1}), ElementsAre(34, 33, 33));
  EXPECT_THAT(ShareByWeight(101, {1, 1, 1}), ElementsAre(34, 34, 33));
  EXPECT_THAT(ShareByWeight(10, {1, 2, 4}), ElementsAre(1, 3, 6));  // 1.43, 2.86, 5.71
}

TEST(Shares, OfNoWeightAreNothing) {
  EXPECT_THAT(ShareByWeight(1, {0, 0, 1, 0}), ElementsAre(0, 0, 1, 0));
  EXPECT_THAT(ShareByWeight(2, {0, 1, 1, 1}), ElementsAre(0, 1, 1, 0));
}

TEST(Shares, OfTheLargestNumbersAreExact) {
  EXPECT_THAT(ShareByWeight(kInt64Max, {kInt64Max, kInt64Max}),
              ElementsAre(kInt64Max / 2 + 1, kInt64Max / 2));
}

TEST(Shares, NeedAWeight) {
  EXPECT_DEATH((void)ShareByWeight(1, {0, 0}), "check failed");
  EXPECT_DEATH((void)ShareByWeight(1, {}), "check failed");
  EXPECT_DEATH((void)ShareByWeight(1, {2, -1}), "check failed");
  EXPECT_DEATH((void)ShareByWeight(-1, {1}), "check failed");
}

// Checked against the definition: nobody is more than one unit off, and who got
// the extra unit has a larger remainder than who did not, or the same and is earlier.
TEST(Shares, AreThoseOfTheLargestRemainder) {
  const auto seed = std::random_device{}();
  SCOPED_TRACE(absl::StrCat("seed ", seed));
  std::mt19937_64 random(seed);

  for (int round = 0; round < 5'000; ++round) {
    const int digits_max = round % 2 == 0 ? 2 : 18;
    const int64_t total = RandomNumber(random, digits_max);
    std::vector<int64_t> weights(1 + random() % 8);
    for (int64_t& weight : weights) weight = RandomNumber(random, digits_max);
    weights[random() % weights.size()] += 1;
    Wide sum = 0;
    for (const int64_t weight : weights) sum += static_cast<Wide>(weight);

    const std::vector<int64_t> shares = ShareByWeight(total, weights);

    ASSERT_EQ(std::accumulate(shares.begin(), shares.end(), int64_t{0}), total);
    std::vector<Wide> remainders;
    std::vector<bool> got_extra;
    for (size_t i = 0; i < weights.size(); ++i) {
      const Wide exact = static_cast<Wide>(total) * static_cast<Wide>(weights[i]);
      const Wide given = static_cast<Wide>(shares[i]) * sum;
      got_extra.push_back(given > exact);
      ASSERT_TRUE(given > exact ? given - exact < sum : exact - given < sum);
      remainders.push_back(given > exact ? exact + sum - given : exact - given);
    }
    for (size_t i = 0; i < weights.size(); ++i) {
      for (size_t j = 0; j < weights.size(); ++j) {
        if (!got_extra[i] || got_extra[j]) continue;
        ASSERT_TRUE(remainders[i] > remainders[j] || (remainders[i] == remainders[j] && i < j));
      }
    }
  }
}

TEST(MulDivFloor, RoundsDown) {
  EXPECT_EQ(MulDivFloor(7, 3, 2), 10);
  EXPECT_EQ(MulDivFloor(1, 1, 2), 0);
  EXPECT_EQ(MulDivFloor(0, 5, 3), 0);
  EXPECT_EQ(MulDivFloor(kInt64Max, kInt64Max, kInt64Max), kInt64Max);
  EXPECT_EQ(MulDivFloor(kInt64Max - 1, kInt64Max, kInt64Max), kInt64Max - 1);
  EXPECT_EQ(MulDivFloor(kInt64Max, 1, 1), kInt64Max);
}

TEST(MulDivFloor, IsTheLargestNumberThatFits) {
  const auto seed = std::random_device{}();
  SCOPED_TRACE(absl::StrCat("seed ", seed));
  std::mt19937_64 random(seed);

  for (int i = 0; i < 50'000; ++i) {
    const int64_t a = RandomNumber(random, 18);
    const int64_t c = RandomNumber(random, 18) + 1;
    const int64_t b = RandomNumber(random, 18) % c;

    const Wide quotient = static_cast<Wide>(MulDivFloor(a, b, c));

    const Wide product = static_cast<Wide>(a) * static_cast<Wide>(b);
    ASSERT_LE(quotient * static_cast<Wide>(c), product);
    ASSERT_GT((quotient + 1) * static_cast<Wide>(c), product);
  }
}

TEST(MulDivFloor, EndsTheProgramRatherThanOverflow) {
  EXPECT_DEATH((void)MulDivFloor(kInt64Max, 2, 1), "check failed");
  EXPECT_DEATH((void)MulDivFloor(-1, 1, 1), "check failed");
  EXPECT_DEATH((void)MulDivFloor(1, 1, 0), "check failed");
}

}  // namespace
}  // namespace milkway
