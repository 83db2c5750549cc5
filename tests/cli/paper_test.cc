// paper-sheet and enter-sheet, as people use them.

#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/cli/cli_runner.h"
#include "tests/cli/fake_server.h"

namespace milkway::cli {
namespace {

namespace con = consumption::v1;

using ::testing::AllOf;
using testing::CliResult;
using testing::FakeServer;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using ::testing::StartsWith;

constexpr char kSheet[] =
    "\xEF\xBB\xBF"
    "sheet,number,0001-202503-4821-17\r\n"
    "sheet,school_id,school\r\n"
    "sheet,class_name,3A\r\n"
    "sheet,month,2025-03\r\n"
    "day,,2025-03-03,2025-03-04,2025-03-05\r\n"
    "lot,A,L1\r\n"
    "lot,B,\r\n"
    "lot,,A,#2,\r\n"
    "serving_g,,25,20,\r\n"
    "wasted_g,,,10,\r\n"
    "drank_count,,2,1,\r\n"
    "7,4,○,1,\r\n"
    "12,0,1,缺,\r\n"
    "13,8,拒,,\r\n";

class PaperTest : public ::testing::Test {
 protected:
  PaperTest() {
    for (const int64_t lot_id : {1, 2}) {
      inventory::v1::Lot lot;
      lot.set_lot_id(lot_id);
      lot.set_lot_number("L" + std::to_string(lot_id));
      server_.books().lots.push_back(lot);
    }
    con::GetPaperSheetResponse& sheet = server_.books().sheet;
    sheet.set_html("<!DOCTYPE html>喝奶登记表\n");
    sheet.set_sheet_number("0001-202503-4821-17");
    sheet.set_serving_g(25);
    sheet.add_days("2025-03-03");
    sheet.add_days("2025-03-04");
    for (const int32_t number : {7, 12}) {
      con::PaperRow& row = *sheet.add_rows();
      row.set_student_number(number);
      row.set_check_digit(number % 10);
    }
    con::PaperDayResult& day = *server_.books().entered.add_days();
    day.set_day("2025-03-03");
    day.set_servings(2);
    day.set_outcome(con::PAPER_OUTCOME_RECORDED);
  }

  CliResult Run(std::vector<std::string> arguments) {
    arguments.insert(arguments.end(), {"--server", server_.address()});
    return testing::RunCli(arguments);
  }

  CliResult Enter(const std::string& text, std::vector<std::string> options = {}) {
    folder_.Write("sheet.csv", text);
    options.insert(options.begin(), {"enter-sheet", folder_.path() + "/sheet.csv"});
    return Run(options);
  }

  static std::string With(const std::string& before, const std::string& after) {
    std::string text = kSheet;
    text.replace(text.find(before), before.size(), after);
    return text;
  }

  std::string ReadBack(const std::string& name) {
    std::ifstream file(folder_.path() + "/" + name, std::ios::binary);
    std::stringstream text;
    text << file.rdbuf();
    return text.str();
  }

  FakeServer server_;
  testing::TemporaryFolder folder_;
};

TEST_F(PaperTest, ASheetIsPrintedToTheOutputOrIntoFiles) {
  const CliResult shown = Run({"paper-sheet", "school", "--class", "3A", "--month", "2025-03"});
  const CliResult written =
      Run({"paper-sheet", "school", "--class", "3A", "--month", "2025-03", "--english", "--html",
           folder_.path() + "/a.html", "--csv", folder_.path() + "/a.csv"});

  EXPECT_EQ(shown.exit_code, 0) << shown.err;
  EXPECT_EQ(shown.out, "<!DOCTYPE html>喝奶登记表\n");
  EXPECT_EQ(written.exit_code, 0) << written.err;
  EXPECT_THAT(written.out, HasSubstr("2 children, 2 school days"));
  EXPECT_EQ(ReadBack("a.html"), shown.out);
  EXPECT_THAT(ReadBack("a.csv"),
              AllOf(StartsWith("\xEF\xBB\xBFsheet,number,0001-202503-4821-17\r\n"),
                    HasSubstr("day,,2025-03-03,2025-03-04\r\n"), HasSubstr("serving_g,,25,25\r\n"),
                    HasSubstr("lot,A,\r\n"), HasSubstr("\r\n7,7,,\r\n12,2,,\r\n")));
  const auto requests = server_.Requests<con::GetPaperSheetRequest>();
  ASSERT_THAT(requests, SizeIs(2));
  EXPECT_EQ(requests[1].language(), con::PAPER_LANGUAGE_EN);
}

TEST_F(PaperTest, ASheetIsShownFirstAndRecordedWhenAskedFor) {
  const CliResult shown = Enter(kSheet);
  const CliResult recorded = Enter(kSheet, {"--record"});

  EXPECT_EQ(shown.exit_code, 0) << shown.err;
  EXPECT_THAT(shown.out, HasSubstr("would be recorded"));
  EXPECT_THAT(shown.err, HasSubstr("--record"));
  EXPECT_EQ(recorded.exit_code, 0) << recorded.err;
  EXPECT_THAT(recorded.err, IsEmpty());
  const auto requests = server_.Requests<con::EnterPaperSheetRequest>();
  ASSERT_THAT(requests, SizeIs(2));
  EXPECT_TRUE(requests[0].dry_run());
  const con::EnterPaperSheetRequest& sheet = requests[1];
  EXPECT_FALSE(sheet.dry_run());
  EXPECT_FALSE(sheet.allow_corrections());
  EXPECT_EQ(sheet.sheet_number(), "0001-202503-4821-17");
  EXPECT_EQ(sheet.class_name(), "3A");
  ASSERT_THAT(sheet.days(), SizeIs(2));  // the third has no lot
  EXPECT_EQ(sheet.days(0).lot_id(), 1);
  EXPECT_EQ(sheet.days(1).lot_id(), 2);
  EXPECT_EQ(sheet.days(1).serving_g(), 20);
  EXPECT_EQ(sheet.days(1).wasted_g(), 10);
  EXPECT_EQ(sheet.days(0).drank_count(), 2);
  ASSERT_THAT(sheet.rows(), SizeIs(3));
  EXPECT_EQ(sheet.rows(0).check_digit(), 4);
  EXPECT_EQ(sheet.rows(0).marks(), "11");
  EXPECT_EQ(sheet.rows(1).marks(), "10");
  EXPECT_EQ(sheet.rows(2).marks(), "r.");
}

TEST_F(PaperTest, ADayThatDiffersIsLeftAndCorrectedForAReasonOnly) {
  con::PaperDayResult& day = *server_.books().entered.mutable_days(0);
  day.set_outcome(con::PAPER_OUTCOME_DIFFERS);
  day.set_servings_before(3);

  const CliResult left = Enter(kSheet, {"--record"});
  Enter(kSheet, {"--record", "--correct", "typed wrongly"});

  EXPECT_EQ(left.exit_code, 1);
  EXPECT_THAT(left.out, HasSubstr("recorded otherwise, 3 cups; left as it is"));
  const auto requests = server_.Requests<con::EnterPaperSheetRequest>();
  ASSERT_THAT(requests, SizeIs(2));
  EXPECT_TRUE(requests[1].allow_corrections());
  EXPECT_EQ(requests[1].correction_reason(), "typed wrongly");
}

TEST_F(PaperTest, ARefusedDayIsAnExitCode) {
  con::PaperDayResult& day = *server_.books().entered.mutable_days(0);
  day.set_outcome(con::PAPER_OUTCOME_REFUSED);
  day.set_refusal_reason("STOCK_MISSING");
  day.set_refusal_message("too little");

  const CliResult refused = Enter(kSheet, {"--record"});

  EXPECT_EQ(refused.exit_code, 1);
  EXPECT_THAT(refused.out, HasSubstr("refused: too little (STOCK_MISSING)"));
}

TEST_F(PaperTest, AWrongRowIsNamedAsItStandsInTheFile) {
  EXPECT_THAT(Enter(With("12,0,1", "12,,1")).err, HasSubstr("row 13: the check digit is missing"));
  EXPECT_THAT(Enter(With("12,0,1", "12,0,?")).err, HasSubstr("row 13: a mark is 1, 0 or r"));
  EXPECT_THAT(Enter(With("7,4,○,1,", "7,4,○,1,1")).err,
              HasSubstr("row 12: there is a mark on 2025-03-05, but no lot"));
  EXPECT_THAT(Enter(With("serving_g", "servings")).err, HasSubstr("row 9: expected"));
  EXPECT_THAT(Enter(With("25,20", "25,x")).err, HasSubstr("row 9: serving_g must be whole"));
  EXPECT_THAT(Enter(With("lot,B,", "lot,A,L2")).err, HasSubstr("row 7: lot A is explained"));
  EXPECT_THAT(Enter(With("sheet,month", "sheet,monat")).err, HasSubstr("row 5: expected number"));
  EXPECT_THAT(Enter(With("lot,A,L1", "lot,A,L9")).err, HasSubstr("no lot L9"));
  EXPECT_THAT(server_.Requests<con::EnterPaperSheetRequest>(), IsEmpty());
  EXPECT_EQ(Run({"enter-sheet", folder_.path() + "/none.csv"}).exit_code, 2);
}

TEST_F(PaperTest, ARowThatTheServerRefusesIsNamedByItsRosterNumber) {
  server_.RefuseSome<con::EnterPaperSheetRequest>([](const con::EnterPaperSheetRequest&) {
    return testing::WrongField("rows[1].check_digit", "is not that of student 12 in this month");
  });

  const CliResult refused = Enter(kSheet, {"--record"});

  EXPECT_EQ(refused.exit_code, 1);
  EXPECT_THAT(refused.err, HasSubstr("the row of student 12: check_digit is not that of"));
}

}  // namespace
}  // namespace milkway::cli
