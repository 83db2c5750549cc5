// From refusals to rows and columns.

#include "clients/cli/import/place_refusal.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace milkway::cli {
namespace {

constexpr RowRef kPurchase{Table::kPurchases, 0};

RequestRows PurchaseRows() {
  return {kPurchase,
          {{{Table::kPurchaseLines, 4}, {{"lot_number", "L1"}, {"from_currency", "AUD"}}},
           {{Table::kPurchaseLines, 5}, {{"lot_number", "L2"}, {"from_currency", "CNY"}}}},
          {{{Table::kPurchaseCosts, 7}, {{"id", "C-1"}, {"from_currency", "CNY"}}}}};
}

// "file[index] column".
std::string PlaceOf(const Refusal& refusal, const RequestRows& rows) {
  const RowError error = PlaceRefusal(refusal, rows).front();
  return absl::StrCat(SpecOf(error.row.table).file, "[", error.row.index, "] ", error.column);
}

std::string PlaceOfField(const std::string& field, const RequestRows& rows) {
  Refusal refusal;
  refusal.fields = {{field, "is wrong"}};
  return PlaceOf(refusal, rows);
}

std::string PlaceOfReason(const std::string& reason, const RequestRows& rows,
                          const std::map<std::string, std::string>& metadata = {}) {
  Refusal refusal;
  refusal.reason = reason;
  refusal.metadata = metadata;
  return PlaceOf(refusal, rows);
}

TEST(PlaceRefusal, FollowsTheFieldPath) {
  const RequestRows rows = PurchaseRows();

  EXPECT_EQ(PlaceOfField("purchase.supplier_id", rows), "purchases.csv[0] supplier_id");
  EXPECT_EQ(PlaceOfField("purchase.lines[1].expires_on", rows), "purchase_lines.csv[5] expires_on");
  EXPECT_EQ(PlaceOfField("purchase.lines[0].unit_price.currency_code", rows),
            "purchase_lines.csv[4] currency");
  EXPECT_EQ(PlaceOfField("purchase.lines[0].unit_price.minor_units", rows),
            "purchase_lines.csv[4] unit_price");
  EXPECT_EQ(PlaceOfField("purchase.costs[0].amount", rows), "purchase_costs.csv[7] amount");
  EXPECT_EQ(PlaceOfField("purchase.lines", rows), "purchases.csv[0] purchase_id");
  EXPECT_EQ(PlaceOfField("purchase.lines[9].packs", rows), "purchases.csv[0] purchase_id");
}

TEST(PlaceRefusal, KnowsFieldsWhoseColumnHasAnotherName) {
  const RequestRows product{{Table::kProducts, 1}, {}, {}};
  const RequestRows distribution{
      {Table::kDistributions, 2}, {{{Table::kDistributions, 2}, {}}}, {}};
  const RequestRows receipt{{Table::kReceipts, 3}, {{{Table::kReceipts, 3}, {}}}, {}};

  EXPECT_EQ(PlaceOfField("product.nutrition.calcium_ug_100g", product),
            "products.csv[1] calcium_mg_100g");
  EXPECT_EQ(PlaceOfField("distribution.lines[0].student_numbers[3]", distribution),
            "distributions.csv[2] students");
  EXPECT_EQ(PlaceOfField("distribution.class_name", distribution), "distributions.csv[2] class");
  EXPECT_EQ(PlaceOfField("receipt.destination_id", receipt), "receipts.csv[3] shipment_id");
}

TEST(PlaceRefusal, ReportsEveryFieldOfARefusal) {
  Refusal refusal;
  refusal.fields = {{"purchase.lines[0].packs", "is wrong"}, {"purchase.supplier_id", "is too"}};

  const auto errors = PlaceRefusal(refusal, PurchaseRows());

  ASSERT_EQ(errors.size(), 2U);
  EXPECT_EQ(errors[0].rule, "is wrong");
  EXPECT_EQ(errors[1].column, "supplier_id");
}

TEST(PlaceRefusal, GoesByTheNameWhereThereIsNoField) {
  const RequestRows allocation{{Table::kAllocations, 0}, {}, {}};
  const RequestRows distribution{{Table::kDistributions, 2},
                                 {{{Table::kDistributions, 2}, {{"lot_id", "7"}}},
                                  {{Table::kDistributions, 3}, {{"lot_id", "8"}}}},
                                 {}};

  EXPECT_EQ(PlaceOfReason("GIFT_OVERSPENT", allocation), "allocations.csv[0] amount");
  EXPECT_EQ(PlaceOfReason("GIFT_UNKNOWN", allocation), "allocations.csv[0] gift_id");
  EXPECT_EQ(PlaceOfReason("LOT_EXPIRED", distribution, {{"lot_id", "8"}}),
            "distributions.csv[3] lot_number");
  EXPECT_EQ(PlaceOfReason("STOCK_MISSING", distribution, {{"lot_id", "7"}, {"missing_g", "8"}}),
            "distributions.csv[2] students");
  EXPECT_EQ(PlaceOfReason("STUDENT_EXCLUDED", distribution), "distributions.csv[2] students");
  EXPECT_EQ(PlaceOfReason("NEVER_HEARD_OF", distribution), "distributions.csv[2] distribution_id");
}

TEST(PlaceRefusal, FindsTheChildRowThatTheMetadataMean) {
  EXPECT_EQ(PlaceOfReason("EXCHANGE_RATE_MISSING", PurchaseRows(),
                          {{"from_currency", "CNY"}, {"to_currency", "AUD"}}),
            "purchase_lines.csv[5] currency");
  EXPECT_EQ(PlaceOfReason("COST_EXISTS", PurchaseRows(), {{"id", "C-1"}}),
            "purchase_costs.csv[7] cost_id");
  EXPECT_EQ(PlaceOfReason("EXCHANGE_RATE_MISSING", PurchaseRows()),
            "purchase_lines.csv[4] currency");
}

TEST(PlaceRefusal, AReusedRequestIdIsAboutTheKeyOfTheWholeRecord) {
  Refusal refusal;
  refusal.reason = "REQUEST_ID_REUSED";
  refusal.metadata = {{"lot_number", "L2"}};

  const RowError error = PlaceRefusal(refusal, PurchaseRows()).front();

  EXPECT_EQ(error.row, kPurchase);
  EXPECT_EQ(error.column, "purchase_id");
  EXPECT_THAT(error.rule, ::testing::StartsWith("was imported before with other content"));
}

}  // namespace
}  // namespace milkway::cli
