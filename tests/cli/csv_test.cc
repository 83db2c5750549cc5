// CSV files as spreadsheets write them, and as they should not.

#include "clients/cli/csv.h"

#include <random>
#include <sstream>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace milkway::cli {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

// Rows as "number: cell|cell", with the problem or the error at the end.
std::vector<std::string> RowsOf(const std::string& text) {
  std::istringstream input(text);
  CsvReader reader(&input);
  CsvRecord record;
  std::vector<std::string> rows;
  for (;;) {
    const absl::StatusOr<bool> more = reader.Next(&record);
    if (!more.ok()) {
      rows.push_back(absl::StrCat("row ", reader.row(), " ", more.status().message()));
      return rows;
    }
    if (!*more) return rows;
    rows.push_back(absl::StrCat(record.row, ": ", absl::StrJoin(record.cells, "|"),
                                record.problem.empty() ? "" : " !"));
  }
}

TEST(Csv, ReadsRowsWithAnyLineEnding) {
  EXPECT_THAT(RowsOf("a,b\r\n1,2\n3,4\r5,6"), ElementsAre("1: a|b", "2: 1|2", "3: 3|4", "4: 5|6"));
}

TEST(Csv, SkipsAByteOrderMark) {
  EXPECT_THAT(RowsOf("\xEF\xBB\xBF"
                     "a,b\n"),
              ElementsAre("1: a|b"));
}

TEST(Csv, KeepsCommasQuotesAndLinesInsideQuotes) {
  EXPECT_THAT(RowsOf("\"a,1\",\"say \"\"hi\"\"\",\"two\r\nlines\"\nnext,,\n"),
              ElementsAre("1: a,1|say \"hi\"|two\r\nlines", "2: next||"));
}

TEST(Csv, CountsBlankRowsAndLeavesThemOut) {
  EXPECT_THAT(RowsOf("a,b\n\n,\n1,2\n\n"), ElementsAre("1: a|b", "4: 1|2"));
}

TEST(Csv, KeepsSpacesAndEmptyQuotedCells) {
  EXPECT_THAT(RowsOf("a, b ,\"\"\n"), ElementsAre("1: a| b |"));
}

TEST(Csv, MarksRowsWhoseQuotesCannotBeTrustedAndReadsOn) {
  EXPECT_THAT(RowsOf("a,b\n1\"x,2\n\"3\"y,4\n5,6\n"),
              ElementsAre("1: a|b", "2: 1\"x|2 !", "3: 3y|4 !", "4: 5|6"));
}

TEST(Csv, StopsAtAQuoteThatIsNeverClosed) {
  EXPECT_THAT(RowsOf("a,b\n1,\"2\n3,4\n"),
              ElementsAre("1: a|b", "row 2 starts a quoted cell that is never closed"));
}

TEST(Csv, StopsAtWhatIsNoUtf8Text) {
  EXPECT_THAT(RowsOf(std::string("a,b\n1,\0\n", 8)),
              ElementsAre("1: a|b", HasSubstr("row 2 holds a zero byte")));
  EXPECT_THAT(RowsOf(std::string("\xFF\xFE"
                                 "a\0",
                                 4)),
              ElementsAre(HasSubstr("is UTF-16")));
}

TEST(Csv, StopsAtWhatIsTooLarge) {
  EXPECT_THAT(RowsOf("a\n" + std::string(kCsvCellBytesMax + 1, 'x')),
              ElementsAre("1: a", HasSubstr("row 2 has a cell of more than 262,144 bytes")));
  EXPECT_THAT(RowsOf(std::string(kCsvCellsMax, ',')),
              ElementsAre(HasSubstr("more than 100 cells")));
  EXPECT_THAT(RowsOf(std::string(kCsvCellBytesMax, 'x')), ::testing::SizeIs(1));
}

TEST(Csv, FindsNothingInAnEmptyFile) { EXPECT_THAT(RowsOf(""), IsEmpty()); }

TEST(Csv, ReadsBackWhatWasWrittenWhereverItsBlocksEnd) {
  const auto seed = std::random_device{}();
  SCOPED_TRACE(absl::StrCat("seed ", seed));
  std::mt19937 random(seed);
  const std::vector<std::string> pieces = {"a", ",", "\"", "\n", "\r\n", "奶", " ", "xyz"};
  std::vector<std::string> expected;
  std::string text;
  for (int row = 1; row <= 20'000; ++row) {
    std::vector<std::string> cells, written;
    for (int cell = 0; cell < 3; ++cell) {
      std::string value = "v";
      for (size_t i = random() % 4; i > 0; --i) value += pieces[random() % pieces.size()];
      written.push_back(absl::StrCat("\"", absl::StrReplaceAll(value, {{"\"", "\"\""}}), "\""));
      cells.push_back(value);
    }
    absl::StrAppend(&text, absl::StrJoin(written, ","), random() % 2 == 0 ? "\n" : "\r\n");
    expected.push_back(absl::StrCat(row, ": ", absl::StrJoin(cells, "|")));
  }

  EXPECT_EQ(RowsOf(text), expected);
}

}  // namespace
}  // namespace milkway::cli
