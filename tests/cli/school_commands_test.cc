// What a school contact types: calendar, children and sums.

#include <fstream>
#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "milkway/consumption/v1/calendar.pb.h"
#include "milkway/consumption/v1/history.pb.h"
#include "milkway/consumption/v1/schools.pb.h"
#include "milkway/consumption/v1/summaries.pb.h"
#include "nlohmann/json.hpp"
#include "tests/cli/cli_runner.h"
#include "tests/cli/fake_server.h"

namespace milkway::cli {
namespace {

namespace con = consumption::v1;

using ::testing::AllOf;
using testing::CliResult;
using ::testing::ElementsAre;
using testing::FakeServer;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

class SchoolCommandsTest : public ::testing::Test {
 protected:
  CliResult Run(std::vector<std::string> arguments) {
    arguments.insert(arguments.end(), {"--server", server_.address()});
    return testing::RunCli(arguments);
  }
  template <typename Request>
  Request Last() {
    const auto requests = server_.Requests<Request>();
    EXPECT_THAT(requests, Not(IsEmpty()));
    return requests.empty() ? Request() : requests.back();
  }

  FakeServer server_;
};

TEST_F(SchoolCommandsTest, AFileThatNamesAGuardianTwiceIsNotSent) {
  const std::string file = ::testing::TempDir() + "/guardians.csv";
  std::ofstream(file) << "1,王奶奶\n2,李奶奶\n1,张奶奶\n";

  const CliResult result = Run({"consent", "record", "changyuan", "1-2", "--to", "name", "--by",
                                "grandparent", "--on", "2025-09-01", "--names", file});

  EXPECT_EQ(result.exit_code, 2);
  EXPECT_THAT(result.err, HasSubstr("row 3 is of student 1, as one before it is"));
}

TEST_F(SchoolCommandsTest, PutTermSendsHolidaysAndExtraDays) {
  const CliResult result =
      Run({"put-term", "changyuan", "2025-autumn", "--from", "2025-09-01", "--to", "2026-01-20",
           "--holiday", "2025-10-01..2025-10-08=国庆节", "--holiday", "2025-12-31", "--extra-day",
           "2025-09-28", "--weekdays", "1,2,3"});

  EXPECT_EQ(result.exit_code, 0) << result.err;
  EXPECT_THAT(result.out, HasSubstr("term 2025-autumn of changyuan: 2025-09-01 to 2026-01-20"));
  const con::Term term = Last<con::PutTermRequest>().term();
  ASSERT_THAT(term.holidays(), SizeIs(2));
  EXPECT_EQ(term.holidays(0).last_day(), "2025-10-08");
  EXPECT_EQ(term.holidays(0).name(), "国庆节");
  EXPECT_EQ(term.holidays(1).last_day(), "2025-12-31");
  EXPECT_THAT(term.extra_days(), ElementsAre("2025-09-28"));
  EXPECT_THAT(term.weekdays(), ElementsAre(1, 2, 3));
  EXPECT_EQ(term.etag(), "");
}

TEST_F(SchoolCommandsTest, PutTermReplacesWhatItSaw) {
  con::Term term;
  term.set_term_id("2025-autumn");
  term.set_first_day("2025-09-01");
  term.set_etag("3");
  server_.books().terms = {term};

  Run({"put-term", "changyuan", "2025-autumn", "--from", "2025-09-02", "--to", "2026-01-20",
       "--replace"});

  EXPECT_EQ(Last<con::PutTermRequest>().term().etag(), "3");
  EXPECT_THAT(Run({"terms", "changyuan"}).out, HasSubstr("2025-autumn  2025-09-01"));
}

TEST_F(SchoolCommandsTest, SetPolicySaysWhatEachChildGets) {
  const CliResult result =
      Run({"set-policy", "changyuan", "--from", "2025-09-01", "--serving-g", "25"});

  EXPECT_EQ(result.exit_code, 0) << result.err;
  EXPECT_EQ(Last<con::SetServingPolicyRequest>().policy().sessions(), 1);
  EXPECT_EQ(Last<con::SetServingPolicyRequest>().policy().serving_g(), 25);
}

TEST_F(SchoolCommandsTest, SchoolDaysAreListedAndCounted) {
  server_.books().school_dates.add_school_days("2025-09-01");
  server_.books().school_dates.set_days_outside_terms(2);

  EXPECT_EQ(Run({"school-days", "changyuan", "--from", "2025-09-01", "--to", "2025-09-07"}).out,
            "2025-09-01\n1 school days; 2 days lie in no term\n");
}

TEST_F(SchoolCommandsTest, UpdateStudentKeepsWhatIsNotNamed) {
  con::Student& student = server_.books().rosters["changyuan"][12];
  student.set_student_number(12);
  student.set_class_name("3A");
  student.set_left_on("2025-07-01");

  const CliResult result = Run(
      {"update-student", "changyuan", "12", "--exclusion", "milk_allergy", "--from", "2025-03-04"});

  EXPECT_EQ(result.exit_code, 0) << result.err;
  const auto request = Last<con::UpdateStudentRequest>();
  EXPECT_EQ(request.exclusion(), con::EXCLUSION_MILK_ALLERGY);
  EXPECT_EQ(request.from_day(), "2025-03-04");
  EXPECT_EQ(request.left_on(), "2025-07-01");
  EXPECT_EQ(request.class_name(), "");
  EXPECT_THAT(result.out, HasSubstr("milk_allergy from 2025-03-04 on"));
  EXPECT_EQ(Run({"update-student", "changyuan", "12", "--exclusion", "bored"}).exit_code, 2);
  EXPECT_EQ(Run({"update-student", "changyuan", "99", "--class", "3B"}).exit_code, 1);
}

TEST_F(SchoolCommandsTest, TransferStudentNamesBothEnds) {
  const CliResult result = Run({"transfer-student", "changyuan", "12", "--to", "lushan",
                                "--to-number", "340", "--to-class", "3A", "--on", "2025-03-10"});

  EXPECT_EQ(result.exit_code, 0) << result.err;
  EXPECT_EQ(Last<con::TransferStudentRequest>().to_student_number(), 340);
  EXPECT_THAT(result.out, HasSubstr("is student 340 of lushan from 2025-03-10 on"));
}

TEST_F(SchoolCommandsTest, RollOverSendsMovesAndGraduates) {
  con::ClassMoved& moved = *server_.books().rolled_over.add_classes();
  moved.set_from_class("6A");
  moved.set_students(31);

  const CliResult result = Run({"roll-over", "changyuan", "--on", "2025-09-01", "--move", "3A=4A",
                                "--graduate", "6A", "--dry-run"});

  EXPECT_EQ(result.exit_code, 0) << result.err;
  const auto request = Last<con::RollOverClassesRequest>();
  ASSERT_THAT(request.moves(), SizeIs(2));
  EXPECT_EQ(request.moves(0).to_class(), "4A");
  EXPECT_EQ(request.moves(1).from_class(), "6A");
  EXPECT_EQ(request.moves(1).to_class(), "");
  EXPECT_TRUE(request.dry_run());
  EXPECT_THAT(result.out, AllOf(HasSubstr("(graduates)"), HasSubstr("nothing was changed")));
  EXPECT_EQ(Run({"roll-over", "changyuan", "--on", "2025-09-01", "--move", "3A"}).exit_code, 2);
}

TEST_F(SchoolCommandsTest, AChildsHistoryIsATableOrJson) {
  con::StudentDay& day = *server_.books().history.add_days();
  day.set_day("2025-03-04");
  con::StudentServing& serving = *day.add_servings();
  serving.set_class_name("3A");
  serving.set_session("daily");
  serving.set_presence(con::PRESENCE_SERVED);
  serving.set_served_g(25);
  serving.set_lot_id(7);
  day.add_servings()->set_presence(con::PRESENCE_ABSENT);

  const CliResult result = Run({"student-history", "changyuan", "12"});

  EXPECT_THAT(result.out, AllOf(HasSubstr("2025-03-04"), HasSubstr("drank"), HasSubstr("absent")));
  const auto json =
      nlohmann::json::parse(Run({"student-history", "changyuan", "12", "--json"}).out);
  EXPECT_EQ(json["days"][0]["servings"][0]["served_g"], 25);
}

TEST_F(SchoolCommandsTest, IncidentsOfASchoolNameChildrenAndThoseOfAllDoNot) {
  con::IncidentEntry& incident = *server_.books().incidents.add_incidents();
  incident.set_school_id("changyuan");
  incident.set_served_on("2025-03-04");
  incident.add_student_numbers(12);
  incident.set_students(1);
  incident.set_note("cups were mixed up");

  EXPECT_THAT(Run({"incidents", "changyuan"}).out,
              AllOf(HasSubstr("number 12"), HasSubstr("cups were mixed up")));
  const std::string all = Run({"incidents", "--since", "2025-03-01T00:00:00+08:00"}).out;
  EXPECT_THAT(all, AllOf(HasSubstr("changyuan"), Not(HasSubstr("number")), Not(HasSubstr("cups"))));
  EXPECT_EQ(Last<con::ListIncidentCountsRequest>().since_us(), 1'740'758'400'000'000);
}

TEST_F(SchoolCommandsTest, ServingsAddUp) {
  for (const int64_t servings : {1'000, 234}) {
    con::ServedPeriod& period = *server_.books().servings.add_periods();
    period.set_servings(servings);
    period.set_children(60);
  }

  const CliResult result = Run({"servings", "changyuan", "--from", "2025-03-01", "--to",
                                "2025-03-31", "--by", "week", "--class", "3A"});

  EXPECT_THAT(result.out, AllOf(HasSubstr("total"), HasSubstr("1,234")));
  EXPECT_EQ(Last<con::SummarizeServingsRequest>().period(), con::PERIOD_WEEK);
  EXPECT_EQ(Last<con::SummarizeServingsRequest>().class_name(), "3A");
  EXPECT_EQ(
      Run({"servings", "changyuan", "--from", "2025-03-01", "--to", "2025-03-31", "--by", "moon"})
          .exit_code,
      2);
}

TEST_F(SchoolCommandsTest, CupsThatDoNotFitTheBagsAreToBeChecked) {
  EXPECT_THAT(
      Run({"check-servings", "changyuan", "--from", "2025-03-01", "--to", "2025-03-31"}).out,
      HasSubstr("no opened packs were counted"));
  server_.books().check.add_lots()->set_is_flagged(true);
  EXPECT_THAT(
      Run({"check-servings", "changyuan", "--from", "2025-03-01", "--to", "2025-03-31"}).out,
      HasSubstr("CHECK"));
}

TEST_F(SchoolCommandsTest, LotSchoolsAreTheAnswerToARecall) {
  server_.books().lot_schools.add_schools()->set_school_id("changyuan");

  EXPECT_THAT(Run({"lot-schools", "12", "13"}).out, HasSubstr("changyuan"));
  EXPECT_THAT(Last<con::ListLotSchoolsRequest>().lot_ids(), ElementsAre(12, 13));
}

}  // namespace
}  // namespace milkway::cli
