// growth-score: a file of children in, the same with z-scores out.

#include "clients/cli/growth_csv.h"

#include <sstream>
#include <string>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/cli/cli_runner.h"
#include "tests/cpp/growth_tables.h"

namespace milkway::cli {
namespace {

using testing::CliResult;
using ::testing::HasSubstr;
using testing::RunCli;
using testing::TemporaryFolder;

class GrowthScoreTest : public ::testing::Test {
 protected:
  // Of the made up tables.
  CliResult Score(const std::string& csv) { return ScoreWith(tables_.folder(), csv); }
  CliResult ScoreWith(const std::string& reference, const std::string& csv) {
    folder_.Write("children.csv", csv);
    return RunCli(
        {"growth-score", "--growth-reference", reference, folder_.path() + "/children.csv"});
  }
  // What is wrong with a row below the usual header.
  std::string ErrorOf(const std::string& row) {
    const CliResult result = Score(absl::StrCat(kHeader, "1,100,120,25,n\n", row, "\n"));
    EXPECT_EQ(result.exit_code, 1);
    return result.err;
  }

  static constexpr char kHeader[] = "sex,agemons,height_cm,weight_kg,oedema\n";

  const growth::MadeUpTables tables_;
  TemporaryFolder folder_;
};

TEST_F(GrowthScoreTest, RowsComeBackWithScoresAndFlags) {
  const CliResult result = Score(
      "child,oedema,weight_kg,height_cm,agemons,sex\n"
      "a,n,25,120,100,1\n"
      "b,y,25,126,100.5,2\n"
      "c,n,23.04,120,130,2\n"
      "d,n,23.04,200,130,1\n");

  EXPECT_EQ(result.exit_code, 0) << result.err;
  EXPECT_EQ(result.out,
            "child,oedema,weight_kg,height_cm,agemons,sex,zhfa,zwfa,zbfa,fhfa,fwfa,fbfa\n"
            "a,n,25,120,100,1,0.00,0.00,0.78,0,0,0\n"
            "b,y,25,126,100.5,2,1.00,,,0,,\n"
            "c,n,23.04,120,130,2,0.00,,0.00,0,,0\n"
            "d,n,23.04,200,130,1,13.33,,-9.38,1,,1\n");
}

TEST_F(GrowthScoreTest, WhatIsNotKnownIsLeftBlank) {
  const CliResult result =
      Score(absl::StrCat(kHeader, "1,59.9,120,25,n\n", "1,228.1,120,25,n\n", "1,100,,25,\n",
                         "1,100,NA,NA,NA\n", ",100,120,25,n\n", "2,,120,25,n\n"));

  EXPECT_EQ(result.exit_code, 0) << result.err;
  EXPECT_THAT(result.out, HasSubstr("1,59.9,120,25,n,,,,,,\n"));
  EXPECT_THAT(result.out, HasSubstr("1,228.1,120,25,n,,,,,,\n"));
  EXPECT_THAT(result.out, HasSubstr("1,100,,25,,,0.00,,,0,\n"));
  EXPECT_THAT(result.out, HasSubstr("1,100,NA,NA,NA,,,,,,\n"));
  EXPECT_THAT(result.out, HasSubstr(",100,120,25,n,,,,,,\n"));
  EXPECT_THAT(result.out, HasSubstr("2,,120,25,n,,,,,,\n"));
}

TEST_F(GrowthScoreTest, OtherColumnsStayAsTheyAre) {
  const CliResult result = Score(
      "名字,note,sex,agemons,height_cm,weight_kg\r\n"
      "\"李, 明\",\"said \"\"hi\"\"\",1,100,120,25\r\n");

  EXPECT_EQ(result.exit_code, 0) << result.err;
  EXPECT_THAT(result.out, HasSubstr("\n\"李, 明\",\"said \"\"hi\"\"\",1,100,120,25,0.00,0.00,"));
}

TEST_F(GrowthScoreTest, ErrorsNameRowAndColumn) {
  EXPECT_THAT(
      ErrorOf("3,100,120,25,n"),
      HasSubstr("children.csv: row 3: column sex must be 1 (male) or 2 (female), is \"3\""));
  EXPECT_THAT(ErrorOf("1,-1,120,25,n"), HasSubstr("row 3: column agemons must be a number from 0"));
  EXPECT_THAT(ErrorOf("1,100,0,25,n"), HasSubstr("row 3: column height_cm must be a number above"));
  EXPECT_THAT(ErrorOf("1,100,1e9,25,n"), HasSubstr("column height_cm"));
  EXPECT_THAT(ErrorOf("1,100,120,25kg,n"), HasSubstr("column weight_kg"));
  EXPECT_THAT(ErrorOf("1,100,120,inf,n"), HasSubstr("column weight_kg"));
  EXPECT_THAT(ErrorOf("1,100,120,25,maybe"), HasSubstr("column oedema must be y or n"));
  EXPECT_THAT(ErrorOf("1,100,120"), HasSubstr("row 3: has 3 cells, and the header has 5"));
  EXPECT_THAT(ErrorOf("1,100,\"120"), HasSubstr("row 3: starts a quoted cell"));
}

TEST_F(GrowthScoreTest, RowsBeforeAnErrorAreGiven) {
  const CliResult result = Score(absl::StrCat(kHeader, "1,100,120,25,n\nx,100,120,25,n\n"));

  EXPECT_EQ(result.exit_code, 1);
  EXPECT_THAT(result.out, HasSubstr("\n1,100,120,25,n,0.00,0.00,0.78,0,0,0\n"));
}

TEST_F(GrowthScoreTest, TheHeaderIsChecked) {
  EXPECT_THAT(Score("sex,agemons,height_cm\n").err,
              HasSubstr("row 1: column weight_kg is missing"));
  EXPECT_THAT(Score("sex,sex,agemons,height_cm,weight_kg\n").err, HasSubstr("sex is there twice"));
  EXPECT_THAT(Score("sex,agemons,height_cm,weight_kg,zbfa\n").err,
              HasSubstr("column zbfa is one that this command adds"));
  EXPECT_THAT(Score("").err, HasSubstr("the file is empty"));
}

TEST_F(GrowthScoreTest, FilesThatAreNotThereAreNamed) {
  EXPECT_THAT(RunCli({"growth-score", "--growth-reference", tables_.folder(), "/no/such.csv"}).err,
              HasSubstr("cannot open \"/no/such.csv\""));
  EXPECT_THAT(ScoreWith("/no/such", kHeader).err,
              HasSubstr("/no/such/hfawho2007.txt cannot be read; WHO publishes the tables"));
}

TEST(ScoreCsv, GivesALongFileInParts) {
  const growth::MadeUpTables tables;
  std::string csv = "sex,agemons,height_cm,weight_kg\n";
  for (int row = 0; row < 20'000; ++row) csv += "1,100,120,25\n";
  std::istringstream input(csv);
  size_t largest = 0;
  size_t total = 0;

  const absl::Status status = ScoreCsv(tables.Load(), &input, [&](absl::string_view part) {
    largest = std::max(largest, part.size());
    total += part.size();
  });

  ASSERT_TRUE(status.ok()) << status;
  EXPECT_LT(largest, 100'000u);
  EXPECT_GT(total, csv.size());
}

TEST_F(GrowthScoreTest, WhosTablesGiveWhosFigures) {
  if (!growth::WhoReference().has_value()) GTEST_SKIP() << growth::kNoWhoTables;

  const CliResult result = ScoreWith(growth::WhoFolder(), absl::StrCat(kHeader,
                                                                       "2,60.32,113.8,18.7,n\n"
                                                                       "1,166.59,153.7,50.7,n\n"
                                                                       "1,61,100,22,n\n"
                                                                       "1,61,100,11,y\n"));

  EXPECT_EQ(result.exit_code, 0) << result.err;
  EXPECT_EQ(result.out,
            "sex,agemons,height_cm,weight_kg,oedema,zhfa,zwfa,zbfa,fhfa,fwfa,fbfa\n"
            "2,60.32,113.8,18.7,n,0.96,0.21,-0.58,0,0,0\n"
            "1,166.59,153.7,50.7,n,-1.13,,0.94,0,,0\n"
            "1,61,100,22,n,-2.24,1.31,3.96,0,0,0\n"
            "1,61,100,11,y,-2.24,,,0,,\n");
}

}  // namespace
}  // namespace milkway::cli
