// milkway nutrition: what it sends and what it shows.

#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "milkway/consumption/v1/nutrition.pb.h"
#include "nlohmann/json.hpp"
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
using ::testing::Not;
using ::testing::SizeIs;

class NutritionCommandTest : public ::testing::Test {
 protected:
  NutritionCommandTest() {
    con::Nutrition& nutrition = *server_.books().nutrition.mutable_nutrition();
    nutrition.set_from_day("2025-02-17");
    nutrition.set_to_day("2025-07-04");
    nutrition.set_served_days(92);
    nutrition.set_children(412);
    nutrition.set_servings(36'040);
    nutrition.set_served_g(912'000);
    nutrition.set_take_home_servings(40);
    nutrition.set_take_home_g(12'000);
    nutrition.mutable_total()->set_energy_kj(18'969'600);
    nutrition.mutable_total()->set_protein_mg(223'440'000);
    nutrition.mutable_average_serving()->set_protein_mg(6'125);
    nutrition.mutable_average_serving()->set_calcium_mg(236);
    nutrition.set_needs_source("WS/T 554-2017");
    con::NeedGroup& boys = *nutrition.add_groups();
    boys.set_from_years(12);
    boys.set_to_years(14);
    boys.set_sex(con::SEX_MALE);
    boys.mutable_daily_need()->set_protein_mg(65'000);
    boys.mutable_daily_need()->set_calcium_mg(950);
    boys.set_children(31);
    boys.set_child_days(2'704);
    boys.mutable_share()->set_protein_permille(94);
    boys.mutable_share()->set_calcium_permille(248);
    nutrition.add_groups()->set_children(11);
    *server_.books().student_nutrition.mutable_nutrition() = nutrition;
  }

  CliResult Run(std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), "nutrition");
    arguments.insert(arguments.end(), {"--server", server_.address()});
    return testing::RunCli(arguments);
  }

  FakeServer server_;
};

TEST_F(NutritionCommandTest, ATermIsShownWithItsSharesByAge) {
  const CliResult result = Run({"changyuan", "--term", "2025-spring"});

  EXPECT_EQ(result.exit_code, 0) << result.err;
  EXPECT_THAT(result.out, HasSubstr("changyuan, 2025-02-17 to 2025-07-04\n"
                                    "days with milk: 92; children: 412; servings: 36,040; powder: "
                                    "912,000 g, of it 12,000 g in 40 servings taken home\n"));
  EXPECT_THAT(result.out, AllOf(HasSubstr("18,969,600 kJ"), HasSubstr("223,440.000 g"),
                                HasSubstr("6.125 g"), HasSubstr("236 mg")));
  EXPECT_THAT(result.out, AllOf(HasSubstr("12-14"), HasSubstr("9.4 % of 65.000 g"),
                                HasSubstr("24.8 % of 950 mg"), HasSubstr("other")));
  EXPECT_THAT(result.out, AllOf(HasSubstr("daily needs: WS/T 554-2017"),
                                Not(HasSubstr("fat OF DAILY NEED")), Not(HasSubstr("not shown"))));
  const auto requests = server_.Requests<con::GetNutritionRequest>();
  ASSERT_THAT(requests, SizeIs(1));
  EXPECT_EQ(requests[0].school_id(), "changyuan");
  EXPECT_EQ(requests[0].term_id(), "2025-spring");
  EXPECT_EQ(requests[0].from_day(), "");
}

TEST_F(NutritionCommandTest, AClassIsAskedForByItsDays) {
  const CliResult result =
      Run({"changyuan", "--class", "3A", "--from", "2025-03-01", "--to", "2025-03-31"});

  EXPECT_EQ(result.exit_code, 0) << result.err;
  EXPECT_THAT(result.out, HasSubstr("changyuan, class 3A, "));
  const auto requests = server_.Requests<con::GetNutritionRequest>();
  ASSERT_THAT(requests, SizeIs(1));
  EXPECT_EQ(requests[0].class_name(), "3A");
  EXPECT_EQ(requests[0].from_day(), "2025-03-01");
  EXPECT_EQ(requests[0].to_day(), "2025-03-31");
}

TEST_F(NutritionCommandTest, AChildIsAskedForByItsNumber) {
  const CliResult result = Run({"changyuan", "--student", "12", "--term", "2025-spring"});

  EXPECT_EQ(result.exit_code, 0) << result.err;
  EXPECT_THAT(result.out, HasSubstr("changyuan, student 12, "));
  const auto requests = server_.Requests<con::GetStudentNutritionRequest>();
  ASSERT_THAT(requests, SizeIs(1));
  EXPECT_EQ(requests[0].student_number(), 12);
  EXPECT_THAT(server_.Requests<con::GetNutritionRequest>(), IsEmpty());
}

TEST_F(NutritionCommandTest, WhatIsKeptBackIsSaid) {
  server_.books().nutrition.mutable_nutrition()->clear_groups();
  server_.books().nutrition.mutable_nutrition()->set_groups_withheld(true);

  const CliResult result = Run({"changyuan", "--term", "2025-spring"});

  EXPECT_THAT(result.out, AllOf(HasSubstr("Groups are not shown where fewer than 10 children"),
                                Not(HasSubstr("daily needs:"))));
}

TEST_F(NutritionCommandTest, JsonHasEveryField) {
  const CliResult result = Run({"changyuan", "--term", "2025-spring", "--json"});

  const auto json = nlohmann::json::parse(result.out);
  EXPECT_EQ(json["take_home_g"], 12'000);
  EXPECT_EQ(json["total"]["energy_kj"], 18'969'600);
  EXPECT_EQ(json["groups"][0]["share"]["calcium_permille"], 248);
  EXPECT_EQ(json["groups_withheld"], false);
}

TEST_F(NutritionCommandTest, DaysAndATermExcludeEachOtherAndOneIsNeeded) {
  EXPECT_EQ(Run({"changyuan"}).exit_code, 2);
  EXPECT_EQ(Run({"changyuan", "--from", "2025-03-01"}).exit_code, 2);
  EXPECT_EQ(Run({"changyuan", "--to", "2025-03-01"}).exit_code, 2);
  EXPECT_EQ(
      Run({"changyuan", "--term", "t", "--from", "2025-03-01", "--to", "2025-03-31"}).exit_code, 2);
  EXPECT_EQ(Run({"changyuan", "--student", "1", "--class", "3A", "--term", "t"}).exit_code, 2);
  EXPECT_EQ(Run({"changyuan", "--student", "0", "--term", "t"}).exit_code, 2);
  EXPECT_THAT(server_.Requests<con::GetNutritionRequest>(), IsEmpty());
}

}  // namespace
}  // namespace milkway::cli
