// What an export writes, an import reads as it was, and no spreadsheet runs.

#include "clients/cli/export/csv_writer.h"

#include <random>
#include <sstream>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "clients/cli/csv.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support/random_seed.h"
#include "tests/support/status_matchers.h"

namespace milkway::cli {
namespace {

using ::testing::ElementsAre;
using ::testing::ElementsAreArray;

std::string Written(absl::string_view cell) {
  std::string csv;
  AppendCsvCell(cell, &csv);
  return csv;
}

std::vector<std::string> ReadBack(const std::string& csv) {
  std::istringstream input(csv);
  CsvReader reader(&input);
  CsvRecord record;
  EXPECT_EQ(reader.Next(&record).value_or(false), true);
  EXPECT_EQ(record.problem, "");
  return {record.cells.begin(), record.cells.end()};
}

TEST(CsvWriter, QuotesOnlyWhereItMust) {
  EXPECT_EQ(Written("plain"), "plain");
  EXPECT_EQ(Written("a,b"), "\"a,b\"");
  EXPECT_EQ(Written("say \"hi\""), "\"say \"\"hi\"\"\"");
  EXPECT_EQ(Written("two\nlines"), "\"two\nlines\"");
  EXPECT_EQ(Written(""), "");
}

TEST(CsvWriter, GuardsWhatASpreadsheetWouldTakeForAFormula) {
  EXPECT_EQ(Written("=1+2"), "'=1+2");
  EXPECT_EQ(Written("+8613800000000"), "'+8613800000000");
  EXPECT_EQ(Written("-cmd|' /C calc'!A0"), "'-cmd|' /C calc'!A0");
  EXPECT_EQ(Written("@SUM(A1)"), "'@SUM(A1)");
  EXPECT_EQ(Written("=HYPERLINK(\"x\",\"y\")"), "\"'=HYPERLINK(\"\"x\"\",\"\"y\"\")\"");
  EXPECT_EQ(Written("\t=1"), "'\t=1");
}

TEST(CsvWriter, LeavesNumbersAndOrdinaryApostrophesAlone) {
  EXPECT_EQ(Written("-37.8136000"), "-37.8136000");
  EXPECT_EQ(Written("-5"), "-5");
  EXPECT_EQ(Written("'t Huis"), "'t Huis");
  EXPECT_EQ(Written("a=b"), "a=b");
}

TEST(CsvWriter, WhatIsGuardedReadsAsItWas) {
  for (const char* text : {"=1", "'=1", "''=1", "-", "-5", "'-5", "+1", "@", "'", "''", "'x"}) {
    std::string csv;
    AppendCsvRow({text, "end"}, &csv);

    EXPECT_THAT(ReadBack(csv), ElementsAre(text, "end"));
  }
}

TEST(CsvWriter, AnyCellsComeBackAsTheyWere) {
  std::mt19937_64 random(::milkway::testing::RandomSeed());
  constexpr absl::string_view kAlphabet = "=+-@'\",;\t\r\n 0a.\xE5\xA5\xB6";
  for (int round = 0; round < 20'000; ++round) {
    std::vector<std::string> cells(1 + random() % 4);
    for (std::string& cell : cells) {
      for (size_t left = random() % 6; left > 0; --left) {
        cell.push_back(kAlphabet[random() % kAlphabet.size()]);
      }
    }
    cells.push_back("end");
    std::string csv;
    AppendCsvRow(cells, &csv);

    ASSERT_THAT(ReadBack(csv), ElementsAreArray(cells)) << csv;
  }
}

}  // namespace
}  // namespace milkway::cli
