// Products, locations, exchange rates and the base currency.

#include "services/inventory/catalog.h"

#include <memory>
#include <string>

#include "absl/functional/function_ref.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "milkway/inventory/v1/catalog.pb.h"
#include "services/runtime/errors.h"
#include "tests/support/refusal_matchers.h"
#include "tests/support/stores.h"

namespace milkway::inventory {
namespace {

using ::milkway::testing::IsOk;
using ::milkway::testing::IsRefusal;
using ::milkway::testing::StatusIs;

LocalDate Day(const std::string& text) { return *ParseDate("day", text); }

class CatalogTest : public ::testing::Test {
 protected:
  absl::Status Transact(absl::FunctionRef<absl::Status(storage::Transaction&)> body) {
    return store_->TransactAndWait(body);
  }
  const storage::Reader& reader() {
    snapshot_ = store_->NewSnapshot();
    return *snapshot_;
  }

  absl::Status Create(const std::string& id, const rec::ProductRecord& product) {
    return Transact([&](auto& transaction) { return CreateProduct(transaction, id, product); });
  }
  absl::Status Create(const std::string& id, const rec::LocationRecord& location) {
    return Transact([&](auto& transaction) { return CreateLocation(transaction, id, location); });
  }
  absl::Status Record(const std::string& on, const std::string& from, const std::string& to,
                      const std::string& rate, const std::string& source = "bank") {
    const ExchangeRate record = {Day(on), from, to, *ParseDecimal("rate", rate), source};
    return Transact([&](auto& transaction) { return RecordExchangeRate(transaction, record); });
  }
  absl::Status SetBase(const std::string& currency) {
    return Transact([&](auto& transaction) { return SetBaseCurrency(transaction, currency); });
  }
  std::string FixBase() {
    std::string fixed;
    EXPECT_THAT(Transact([&](auto& transaction) {
                  const auto currency = FixBaseCurrency(transaction);
                  if (currency.ok()) fixed = *currency;
                  return currency.status();
                }),
                IsOk());
    return fixed;
  }

 private:
  testing::MemoryStore store_;
  std::shared_ptr<const storage::Snapshot> snapshot_;
};

rec::ProductRecord Milk() {
  rec::ProductRecord product;
  product.set_name_en("milk powder");
  product.set_name_zh("奶粉");
  product.set_net_weight_g(900);
  return product;
}

rec::LocationRecord School() {
  rec::LocationRecord location;
  location.set_kind(v1::LOCATION_KIND_SCHOOL);
  location.set_name_zh("学校");
  location.set_time_zone("Asia/Shanghai");
  return location;
}

TEST_F(CatalogTest, WhatWasCreatedIsRead) {
  ASSERT_THAT(Create("milk", Milk()), IsOk());
  ASSERT_THAT(Create("school", School()), IsOk());

  EXPECT_EQ(ReadProduct(reader(), "milk")->SerializeAsString(), Milk().SerializeAsString());
  EXPECT_EQ(ReadLocation(reader(), "school")->SerializeAsString(), School().SerializeAsString());
}

TEST_F(CatalogTest, CreatingTheSameAgainIsOk) {
  ASSERT_THAT(Create("milk", Milk()), IsOk());
  ASSERT_THAT(Create("school", School()), IsOk());

  EXPECT_THAT(Create("milk", Milk()), IsOk());
  EXPECT_THAT(Create("school", School()), IsOk());
}

TEST_F(CatalogTest, AnIdWithOtherContentIsRefusedAndTheFirstStays) {
  ASSERT_THAT(Create("milk", Milk()), IsOk());
  ASSERT_THAT(Create("school", School()), IsOk());
  rec::ProductRecord lighter = Milk();
  lighter.set_net_weight_g(899);
  rec::LocationRecord on_the_equator = School();
  on_the_equator.set_latitude_e7(0);

  EXPECT_THAT(Create("milk", lighter), IsRefusal("PRODUCT_EXISTS"));
  EXPECT_THAT(Create("milk", lighter), StatusIs(absl::StatusCode::kAlreadyExists));
  EXPECT_THAT(Create("school", on_the_equator), IsRefusal("LOCATION_EXISTS"));

  EXPECT_EQ(ReadProduct(reader(), "milk")->net_weight_g(), 900);
  EXPECT_FALSE(ReadLocation(reader(), "school")->has_latitude_e7());
}

TEST_F(CatalogTest, AProductAndALocationMayShareAnId) {
  ASSERT_THAT(Create("one", Milk()), IsOk());

  EXPECT_THAT(ReadLocation(reader(), "one"), IsRefusal("LOCATION_UNKNOWN"));
  EXPECT_THAT(Create("one", School()), IsOk());
}

TEST_F(CatalogTest, WhatWasNotCreatedIsUnknownByItsId) {
  const auto product = ReadProduct(reader(), "cheese");
  const auto location = ReadLocation(reader(), "moon");

  EXPECT_THAT(product, StatusIs(absl::StatusCode::kNotFound));
  EXPECT_THAT(product, IsRefusal("PRODUCT_UNKNOWN"));
  EXPECT_EQ(runtime::PartsOf(product.status()).metadata.at("product_id"), "cheese");
  EXPECT_THAT(location, StatusIs(absl::StatusCode::kNotFound));
  EXPECT_THAT(location, IsRefusal("LOCATION_UNKNOWN"));
  EXPECT_EQ(runtime::PartsOf(location.status()).metadata.at("location_id"), "moon");
}

TEST_F(CatalogTest, TheRateIsTheLatestOnOrBeforeTheDay) {
  ASSERT_THAT(Record("2025-03-20", "CNY", "AUD", "0.22"), IsOk());
  ASSERT_THAT(Record("2025-03-01", "CNY", "AUD", "0.20"), IsOk());
  ASSERT_THAT(Record("2025-03-10", "CNY", "AUD", "0.21", "reserve bank"), IsOk());
  const auto rate_on = [&](const std::string& day) {
    return RateOn(reader(), "CNY", "AUD", Day(day));
  };

  EXPECT_EQ(rate_on("2025-03-01")->rate, (Decimal{2, 1}));
  EXPECT_EQ(rate_on("2025-03-09")->rate, (Decimal{2, 1}));
  EXPECT_EQ(rate_on("2025-03-10")->rate, (Decimal{21, 2}));
  EXPECT_EQ(rate_on("2025-03-19")->rate, (Decimal{21, 2}));
  EXPECT_EQ(rate_on("2025-03-20")->rate, (Decimal{22, 2}));
  EXPECT_EQ(rate_on("2199-12-31")->rate, (Decimal{22, 2}));
  EXPECT_EQ(rate_on("2025-03-19")->on, Day("2025-03-10"));
  EXPECT_EQ(rate_on("2025-03-19")->source, "reserve bank");
}

TEST_F(CatalogTest, DaysBefore1970AreInOrderToo) {
  ASSERT_THAT(Record("1969-12-31", "GBP", "AUD", "2"), IsOk());
  ASSERT_THAT(Record("1970-01-01", "GBP", "AUD", "3"), IsOk());

  EXPECT_EQ(RateOn(reader(), "GBP", "AUD", Day("1969-12-31"))->rate, (Decimal{2, 0}));
  EXPECT_EQ(RateOn(reader(), "GBP", "AUD", Day("1970-01-01"))->rate, (Decimal{3, 0}));
  EXPECT_THAT(RateOn(reader(), "GBP", "AUD", Day("1969-12-30")),
              IsRefusal("EXCHANGE_RATE_MISSING"));
}

TEST_F(CatalogTest, ARateOfALaterDayIsNoRate) {
  ASSERT_THAT(Record("2025-03-02", "CNY", "AUD", "0.2"), IsOk());

  const auto missing = RateOn(reader(), "CNY", "AUD", Day("2025-03-01"));

  EXPECT_THAT(missing, StatusIs(absl::StatusCode::kFailedPrecondition));
  EXPECT_THAT(missing, IsRefusal("EXCHANGE_RATE_MISSING"));
  EXPECT_EQ(
      runtime::PartsOf(missing.status()).metadata,
      (runtime::Metadata{{"from_currency", "CNY"}, {"to_currency", "AUD"}, {"on", "2025-03-01"}}));
}

TEST_F(CatalogTest, OnlyTheDirectRateCounts) {
  ASSERT_THAT(Record("2025-03-01", "AUD", "CNY", "5"), IsOk());
  ASSERT_THAT(Record("2025-03-01", "CNY", "USD", "0.14"), IsOk());
  ASSERT_THAT(Record("2025-03-01", "USD", "AUD", "1.5"), IsOk());

  EXPECT_THAT(RateOn(reader(), "CNY", "AUD", Day("2025-03-02")),
              IsRefusal("EXCHANGE_RATE_MISSING"));
}

TEST_F(CatalogTest, ACurrencyIsWorthItselfWithoutARate) {
  const auto rate = RateOn(reader(), "CNY", "CNY", Day("1900-01-01"));

  ASSERT_THAT(rate, IsOk());
  EXPECT_EQ(rate->rate, (Decimal{1, 0}));
  EXPECT_EQ(*ConvertOn(reader(), {"CNY", 7}, "CNY", Day("1900-01-01")), (Money{"CNY", 7}));
}

TEST_F(CatalogTest, ARateIsRecordedOnceForADay) {
  ASSERT_THAT(Record("2025-03-01", "CNY", "AUD", "0.2"), IsOk());

  EXPECT_THAT(Record("2025-03-01", "CNY", "AUD", "0.20"), IsOk());
  EXPECT_THAT(Record("2025-03-01", "CNY", "AUD", "0.21"), IsRefusal("EXCHANGE_RATE_EXISTS"));
  EXPECT_THAT(Record("2025-03-01", "CNY", "AUD", "0.2", "another bank"),
              IsRefusal("EXCHANGE_RATE_EXISTS"));
  EXPECT_THAT(Record("2025-03-01", "AUD", "CNY", "5"), IsOk());
  EXPECT_EQ(RateOn(reader(), "CNY", "AUD", Day("2025-03-01"))->rate, (Decimal{2, 1}));
}

TEST_F(CatalogTest, AmountsAreConvertedExactlyAndHalvesGoToTheEven) {
  ASSERT_THAT(Record("2025-03-01", "USD", "AUD", "1.5"), IsOk());
  ASSERT_THAT(Record("2025-03-01", "JPY", "AUD", "0.0125"), IsOk());
  ASSERT_THAT(Record("2025-03-01", "KWD", "AUD", "5"), IsOk());
  const auto in_aud = [&](const std::string& currency, int64_t minor) {
    return ConvertOn(reader(), {currency, minor}, "AUD", Day("2025-03-05"))->minor;
  };

  EXPECT_EQ(in_aud("USD", 1), 2);   // 1.5
  EXPECT_EQ(in_aud("USD", 3), 4);   // 4.5
  EXPECT_EQ(in_aud("USD", 5), 8);   // 7.5
  EXPECT_EQ(in_aud("JPY", 2), 2);   // 2.5: a yen has no parts
  EXPECT_EQ(in_aud("JPY", 6), 8);   // 7.5
  EXPECT_EQ(in_aud("KWD", 10), 5);  // a dinar has a thousand
}

TEST_F(CatalogTest, TheBaseCurrencyIsSetOnce) {
  EXPECT_EQ(*ReadBaseCurrency(reader()), "");
  ASSERT_THAT(SetBase("CNY"), IsOk());

  const absl::Status other = SetBase("AUD");

  EXPECT_THAT(other, StatusIs(absl::StatusCode::kFailedPrecondition));
  EXPECT_THAT(other, IsRefusal("BASE_CURRENCY_FIXED"));
  EXPECT_EQ(runtime::PartsOf(other).metadata.at("base_currency"), "CNY");
  EXPECT_THAT(SetBase("CNY"), IsOk());
  EXPECT_EQ(*ReadBaseCurrency(reader()), "CNY");
}

TEST_F(CatalogTest, WhereNobodySetItTheFirstMoneyMakesItAud) {
  EXPECT_EQ(FixBase(), "AUD");

  EXPECT_EQ(*ReadBaseCurrency(reader()), "AUD");
  EXPECT_THAT(SetBase("CNY"), IsRefusal("BASE_CURRENCY_FIXED"));
}

TEST_F(CatalogTest, MoneyDoesNotChangeABaseCurrencyThatIsSet) {
  ASSERT_THAT(SetBase("CNY"), IsOk());

  EXPECT_EQ(FixBase(), "CNY");

  EXPECT_EQ(*ReadBaseCurrency(reader()), "CNY");
}

}  // namespace
}  // namespace milkway::inventory
