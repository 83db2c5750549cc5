// What an import finds wrong before it sends anything: cells, headers, and what rows
// say about each other. No server is needed for any of it.

#include <map>
#include <string>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/cli/cli_runner.h"

namespace milkway::cli {
namespace {

using ::testing::AllOf;
using testing::GoodProgramme;
using ::testing::HasSubstr;
using ::testing::Not;
using testing::RunCli;
using testing::TemporaryFolder;
using testing::WriteProgramme;

// What is said about the good programme with `changed` files.
std::string ErrorsOf(const std::map<std::string, std::string>& changed) {
  TemporaryFolder folder;
  WriteProgramme(&folder, changed);
  return RunCli(
             {"import", folder.path(), "--dry-run", "--server", "127.0.0.1:1", "--retry-for", "0"})
      .err;
}

// What is said when `from` in a file of the good programme is `to`.
std::string ErrorsWith(const std::string& file, const std::string& from, const std::string& to) {
  std::string text = GoodProgramme().at(file);
  const size_t position = text.find(from);
  EXPECT_NE(position, std::string::npos) << from;
  text.replace(position, from.size(), to);
  return ErrorsOf({{file, text}});
}

TEST(ImportCheck, FindsNothingWrongWithTheGoodProgramme) {
  EXPECT_THAT(ErrorsOf({}), Not(HasSubstr(".csv:")));
}

TEST(ImportCheck, NamesWhatIsWrongWithAHeader) {
  EXPECT_THAT(ErrorsWith("gifts.csv", "donor_id", "doner_id"),
              AllOf(HasSubstr("gifts.csv:1: column doner_id: is not a column of this file"),
                    HasSubstr("gifts.csv:1: column donor_id: is missing\n")));
  EXPECT_THAT(ErrorsWith("gifts.csv", "donor_id", "gift_id"),
              HasSubstr("gifts.csv:1: column gift_id: is there twice\n"));
  EXPECT_THAT(ErrorsOf({{"gifts.csv", "gift_id;donor_id\n"}}),
              HasSubstr("gifts.csv:1: must have commas between its columns\n"));
  EXPECT_THAT(ErrorsOf({{"gifts.csv", ""}}),
              HasSubstr("gifts.csv:1: is empty; expected a header row with the columns gift_id,"));
}

TEST(ImportCheck, ReadsColumnsInAnyOrderAndLeavesOutOptionalOnes) {
  EXPECT_THAT(ErrorsOf({{"gifts.csv",
                         "\xEF\xBB\xBF"
                         "currency,amount,received_on,donor_id,gift_id\r\n"
                         "AUD,500.00,2025-01-05,D-1,G-1\r\n"}}),
              Not(HasSubstr(".csv:")));
}

TEST(ImportCheck, CountsRowsAsASpreadsheetDoes) {
  EXPECT_THAT(ErrorsOf({{"products.csv", GoodProgramme().at("products.csv") +
                                             "\np-2,,\"two\nlines\",二,1000,25,1,1,1,1,1,1\n"
                                             "p-3,,three,三,0,25,1,1,1,1,1,1\n"}}),
              HasSubstr("products.csv:5: column net_weight_g: must be a whole number from 1 to "
                        "1,000,000, is \"0\"\n"));
}

TEST(ImportCheck, SaysWhenARowHasTooFewOrTooManyCells) {
  EXPECT_THAT(ErrorsWith("gifts.csv", ",AUD\n", "\n"),
              HasSubstr("gifts.csv:2: has 4 cells, the header has 5\n"));
}

TEST(ImportCheck, SaysWhenTextIsNotUtf8) {
  EXPECT_THAT(ErrorsWith("products.csv", "全脂奶粉", "\xC4\xCC\xB7\xDB"),
              HasSubstr("products.csv:2: column name_zh: is not UTF-8"));
}

TEST(ImportCheck, ChecksProducts) {
  EXPECT_THAT(ErrorsWith("products.csv", "9300639601014", "9300639601015"),
              HasSubstr("products.csv:2: column gtin: has a wrong last digit; read it again "
                        "from the pack, is \"9300639601015\"\n"));
  EXPECT_THAT(ErrorsWith("products.csv", "9300639601014", "930063960"),
              HasSubstr("column gtin: must be 8, 12, 13 or 14 digits"));
  EXPECT_THAT(ErrorsWith("products.csv", "9300639601014", ""), Not(HasSubstr("gtin")));
  EXPECT_THAT(ErrorsWith("products.csv", "25.5,", "25.5555,"),
              HasSubstr("column protein_g_100g: must be a number from 0 to 1,000,000 with at most "
                        "3 decimals, is \"25.5555\"\n"));
  EXPECT_THAT(
      ErrorsWith("products.csv", "dev-1kg,", "dev 1kg,"),
      HasSubstr("column product_id: must be 1 to 64 letters, digits, \"-\", \"_\" or \".\", "
                "is \"dev 1kg\"\n"));
  EXPECT_THAT(ErrorsWith("products.csv", "全脂奶粉", ""),
              HasSubstr("column name_zh: must be a text of 1 to 200 bytes, is empty\n"));
}

TEST(ImportCheck, ChecksLocations) {
  EXPECT_THAT(ErrorsWith("locations.csv", "Asia/Shanghai", "Asia/Peking"),
              HasSubstr("locations.csv:4: column time_zone: must be an IANA time zone such as "
                        "Asia/Shanghai, is \"Asia/Peking\"\n"));
  EXPECT_THAT(ErrorsWith("locations.csv", ",CN,", ",China,"),
              HasSubstr("column country: must be an ISO 3166 code"));
  EXPECT_THAT(ErrorsWith("locations.csv", "school,school", "school,kindergarten"),
              HasSubstr("column kind: must be supplier, warehouse, port or school, is "
                        "\"kindergarten\"\n"));
  EXPECT_THAT(ErrorsWith("locations.csv", "-37.8136,144.9631", "-37.8136,"),
              HasSubstr("locations.csv:3: column longitude: must be set where the other coordinate "
                        "is, is empty\n"));
  EXPECT_THAT(ErrorsWith("locations.csv", "144.9631", "194.9631"),
              HasSubstr("column longitude: must be degrees east from -180 to 180"));
}

TEST(ImportCheck, ChecksExchangeRates) {
  EXPECT_THAT(ErrorsWith("exchange_rates.csv", "0.2115", "0.0"),
              HasSubstr("exchange_rates.csv:2: column rate: must be a decimal above 0"));
  EXPECT_THAT(ErrorsWith("exchange_rates.csv", "CNY,AUD", "AUD,AUD"),
              HasSubstr("column to: must differ from the currency in column from"));
  EXPECT_THAT(ErrorsOf({{"exchange_rates.csv", GoodProgramme().at("exchange_rates.csv") +
                                                   "2025-01-02,CNY,AUD,0.3,RBA\n"}}),
              HasSubstr("exchange_rates.csv:3: column on: must be there once, the rate from CNY to "
                        "AUD of 2025-01-02 is already in row 2\n"));
}

TEST(ImportCheck, ChecksPurchases) {
  EXPECT_THAT(ErrorsWith("purchases.csv", "burra,depot", "depot,burra"),
              AllOf(HasSubstr("purchases.csv:2: column supplier_id: must be a supplier, is a "
                              "location of another kind: \"depot\"\n"),
                    HasSubstr("column destination_id: must be a place where stock can lie")));
  EXPECT_THAT(ErrorsOf({{"purchase_lines.csv",
                         "purchase_id,product_id,lot_number,expires_on,packs,unit_price,currency\n"
                         "P-9,dev-1kg,L1,2026-12-01,40,11.50,AUD\n"}}),
              AllOf(HasSubstr("purchase_lines.csv:2: column purchase_id: must be a purchase of "
                              "purchases.csv, is \"P-9\"\n"),
                    HasSubstr("purchases.csv:2: column purchase_id: must have at least one row in "
                              "purchase_lines.csv, has none\n")));
  EXPECT_THAT(ErrorsWith("purchase_lines.csv", "L2,,", "L1,,"),
              HasSubstr("purchase_lines.csv:3: column lot_number: must be there once"));
  EXPECT_THAT(ErrorsWith("purchase_lines.csv", "11.50,AUD", "11.50,AUS"),
              HasSubstr("column currency: must be an ISO 4217 currency code such as AUD, is "
                        "\"AUS\"\n"));
  EXPECT_THAT(ErrorsWith("purchase_lines.csv", "11.50,AUD", "11.50,JPY"),
              HasSubstr("column unit_price: must be an amount of 0 JPY or more, with no decimals, "
                        "is \"11.50\"\n"));
}

TEST(ImportCheck, ChecksThatAllocationsStayWithinTheirGift) {
  EXPECT_THAT(ErrorsWith("allocations.csv", "200.00", "200.01"),
              HasSubstr("allocations.csv:3: column amount: must be at most what gift G-1 has left, "
                        "is 200.01 AUD of 200.00 AUD\n"));
  EXPECT_THAT(ErrorsWith("allocations.csv", "P-1,", ","),
              HasSubstr("allocations.csv:2: column purchase_id: must name the lot's purchase, is "
                        "empty\n"));
}

TEST(ImportCheck, ChecksShipments) {
  EXPECT_THAT(ErrorsWith("shipments.csv", "depot,school", "depot,depot"),
              HasSubstr("shipments.csv:2: column destination_id: must differ from the origin"));
  EXPECT_THAT(ErrorsWith("shipments.csv", "2025-02-01T09:00:00+11:00", "2025-02-01 09:00"),
              HasSubstr("column dispatched_at: must be a time with its UTC offset, such as "
                        "2025-03-01T10:20:00+08:00, is \"2025-02-01 09:00\"\n"));
  EXPECT_THAT(ErrorsWith("shipment_lines.csv", "L2", "L1"),
              HasSubstr("shipment_lines.csv:3: column lot_number: must be there once in a "
                        "shipment, the lot is already in row 2\n"));
  EXPECT_THAT(ErrorsWith("milestones.csv", "2025-02-03", "2025-01-03"),
              HasSubstr("milestones.csv:2: column occurred_at: must not be before the dispatch of "
                        "S-1 at 2025-02-01 09:00 +11:00, is 2025-01-03 10:00 +08:00\n"));
}

TEST(ImportCheck, ChecksReceipts) {
  EXPECT_THAT(ErrorsWith("receipts.csv", "5,0,0", "0,0,0"),
              HasSubstr("receipts.csv:3: column received_packs: must be above 0 where no pack was "
                        "damaged or missing"));
  EXPECT_THAT(ErrorsWith("receipts.csv", "R-1,S-1,2025-02-10T15:00:00+08:00,dev-1kg,L2",
                         "R-1,S-1,2025-02-10T15:01:00+08:00,dev-1kg,L2"),
              HasSubstr("receipts.csv:3: column received_at: must be that of row 2: rows with one "
                        "receipt_id are one receipt\n"));
}

TEST(ImportCheck, ChecksStudents) {
  EXPECT_THAT(ErrorsWith("students.csv", "2016-04", "2016-13"),
              HasSubstr("students.csv:2: column birth_month: must be a month YYYY-MM, is "
                        "\"2016-13\"\n"));
  EXPECT_THAT(ErrorsWith("students.csv", "school,2", "school,1"),
              HasSubstr("students.csv:3: column student_number: must be there once, student 1 of "
                        "school is already in row 2\n"));
  EXPECT_THAT(ErrorsWith("students.csv", "school,3", "depot,3"),
              HasSubstr("students.csv:4: column school_id: must be a school"));
  EXPECT_THAT(ErrorsWith("students.csv", "2025-03-01", "2024-03-01"),
              HasSubstr("students.csv:3: column left_on: must not be before enrolled_on"));
}

TEST(ImportCheck, ChecksWhoDrank) {
  const auto errors_of = [](const std::string& students, const std::string& served_on) {
    return ErrorsOf(
        {{"distributions.csv", absl::StrCat("distribution_id,school_id,served_on,class,product_id,"
                                            "lot_number,serving_g,students,wasted_g\nD-1,school,",
                                            served_on, ",3A,dev-1kg,L1,25,", students, ",0\n")}});
  };

  EXPECT_THAT(errors_of("1;1-2", "2025-02-11"),
              HasSubstr("distributions.csv:2: column students: lists student 1 twice, is "
                        "\"1;1-2\"\n"));
  EXPECT_THAT(errors_of("1-2;4;7-8", "2025-02-11"),
              HasSubstr("column students: must be students who are on the roster of the school; "
                        "not so: 4;7-8\n"));
  EXPECT_THAT(errors_of("1-2", "2025-03-01"),
              HasSubstr("column students: must be students who are enrolled on 2025-03-01; not so: "
                        "2\n"));
  EXPECT_THAT(errors_of("1-2", "2025-02-28"), Not(HasSubstr(".csv:")));
  EXPECT_THAT(errors_of("1-2", "2024-08-31"), HasSubstr("enrolled on 2024-08-31; not so: 1-2\n"));
  EXPECT_THAT(errors_of("3", "2025-02-11"),
              HasSubstr("must be students who are given milk (column exclusion of students.csv); "
                        "not so: 3\n"));
  EXPECT_THAT(errors_of("", "2025-02-11"),
              HasSubstr("column students: must list who drank, unless something was wasted"));
  EXPECT_THAT(errors_of("2-1", "2025-02-11"),
              HasSubstr("column students: must be student numbers"));
}

TEST(ImportCheck, ChecksRecordsOfSeveralLots) {
  const std::string header =
      "distribution_id,school_id,served_on,class,product_id,lot_number,serving_g,students,wasted_g,"
      "session\n";

  EXPECT_THAT(
      ErrorsOf({{"distributions.csv", header + "D-1,school,2025-02-11,3A,dev-1kg,L1,25,1-2,0,\n" +
                                          "D-1,school,2025-02-11,3A,dev-1kg,L2,25,2,0,\n"}}),
      HasSubstr("distributions.csv:3: column students: lists students of an earlier row of "
                "the record: 2\n"));
  EXPECT_THAT(
      ErrorsOf({{"distributions.csv", header + "D-1,school,2025-02-11,3A,dev-1kg,L1,25,1,0,\n" +
                                          "D-1,school,2025-02-11,3B,dev-1kg,L2,25,2,0,noon\n"}}),
      AllOf(HasSubstr("distributions.csv:3: column class: must be that of row 2: rows with "
                      "one distribution_id are one record\n"),
            HasSubstr("distributions.csv:3: column session: must be that of row 2")));
  EXPECT_THAT(
      ErrorsOf({{"distributions.csv", header + "D-1,school,2025-02-11,3A,dev-1kg,L1,25,1,0,\n" +
                                          "D-1,school,2025-02-11,3A,dev-1kg,L1,25,2,0,\n"}}),
      HasSubstr("distributions.csv:3: column lot_number: must be there once in a record"));
}

TEST(ImportCheck, TheSameClassDayAndSessionWithAnotherIdIsAnError) {
  const std::string header =
      "distribution_id,school_id,served_on,class,product_id,lot_number,serving_g,students,wasted_g,"
      "session\n";

  EXPECT_THAT(
      ErrorsOf({{"distributions.csv", header + "D-1,school,2025-02-11,3A,dev-1kg,L1,25,1,0,\n" +
                                          "D-2,school,2025-02-11,3A,dev-1kg,L1,25,2,0,\n"}}),
      HasSubstr("distributions.csv:3: column distribution_id: must be \"D-1\" as in row 2, "
                "which has the same school, day, class and session, is \"D-2\"\n"));
  EXPECT_THAT(
      ErrorsOf({{"distributions.csv", header + "D-1,school,2025-02-11,3A,dev-1kg,L1,25,1,0,\n" +
                                          "D-2,school,2025-02-11,3A,dev-1kg,L2,25,2,0,\n"}}),
      Not(HasSubstr(".csv:")));
}

TEST(ImportCheck, ATimeMustBeOnItsDayAtTheSchoolOrForItsWriter) {
  EXPECT_THAT(
      ErrorsWith("distributions.csv", "2025-02-12T10:00:00+08:00", "2025-02-13T10:00:00+08:00"),
      HasSubstr("distributions.csv:3: column served_at: must be on 2025-02-12"));
  EXPECT_THAT(ErrorsWith("distributions.csv", "2025-02-12T10:00:00+08:00", "2025-02-11T23:00:00Z"),
              Not(HasSubstr(".csv:")));
}

TEST(ImportCheck, ChecksCounts) {
  EXPECT_THAT(ErrorsWith("counts.csv", "yes", "maybe"),
              HasSubstr("counts.csv:2: column after_serving: must be yes, no or empty, is "
                        "\"maybe\"\n"));
  EXPECT_THAT(ErrorsWith("counts.csv", "8900", "-1"),
              HasSubstr("column counted_g: must be a whole number from 0 to"));
}

TEST(ImportCheck, ReportsAllErrorsInOrderOfFileAndRow) {
  const std::string errors = ErrorsOf(
      {{"gifts.csv", "gift_id,donor_id,received_on,amount,currency\nG-1,,2025-1-5,x,AUD\n"},
       {"counts.csv",
        "count_id,location_id,counted_at,product_id,lot_number,counted_g\n,school,,dev-1kg,L1,"
        "1\n"}});

  const size_t donor = errors.find("gifts.csv:2: column donor_id");
  const size_t amount = errors.find("gifts.csv:2: column amount");
  const size_t count = errors.find("counts.csv:2: column count_id");
  const size_t counted_at = errors.find("counts.csv:2: column counted_at");
  EXPECT_LT(donor, amount);
  EXPECT_LT(amount, count);
  EXPECT_LT(count, counted_at);
  EXPECT_NE(counted_at, std::string::npos);
}

TEST(ImportCheck, MentionsFilesThatNobodyReads) {
  EXPECT_THAT(ErrorsOf({{"studnets.csv", "x\n"}}), HasSubstr("note: studnets.csv is not read"));
}

}  // namespace
}  // namespace milkway::cli
