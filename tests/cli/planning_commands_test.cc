// plan, orders, lead-times, alerts, alert-ack, alert-snooze, digest.

#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "nlohmann/json.hpp"
#include "tests/cli/cli_runner.h"
#include "tests/cli/fake_server.h"

namespace milkway::cli {
namespace {

using ::testing::AllOf;
using testing::CliResult;
using testing::FakeServer;
using ::testing::HasSubstr;
using ::testing::Not;
using testing::RunCli;
using ::testing::SizeIs;

class PlanningCommands : public ::testing::Test {
 protected:
  PlanningCommands() {
    planning::v1::SchoolPlan& plan = server_.books().plan;
    plan.set_school_id("east");
    plan.set_name_en("East School");
    plan.set_name_zh("东校");
    plan.set_days_left(11);
    plan.set_runs_out_on("2025-06-17");
    plan.set_order_by("2025-05-28");
    plan.set_order_g(31'000);
    plan.set_product_id("dev-1kg");
    plan.mutable_lead_times()->set_p95_days(18);
    auto& reason = *plan.add_reasons();
    reason.set_text_en("40 children drink");
    reason.set_text_zh("饮奶儿童40人");
    auto& order = *server_.books().orders.add_suggestions();
    order.set_school_id("east");
    order.set_source(planning::v1::ORDER_SOURCE_WAREHOUSE);
    order.set_origin_id("depot");
    order.set_packs(31);
    order.set_order_by("2025-05-28");
    auto& alert = *server_.books().alerts.add_alerts();
    alert.set_alert_id("low.east.1");
    alert.set_severity(planning::v1::ALERT_SEVERITY_URGENT);
    alert.set_text_en("milk runs out");
    alert.set_text_zh("奶粉快用完");
    alert.set_action_en("order");
  }

  CliResult Run(std::vector<std::string> arguments) {
    arguments.insert(arguments.end(), {"--server", server_.address()});
    return RunCli(arguments);
  }

  FakeServer server_;
};

TEST_F(PlanningCommands, PlanOfASchoolSaysDaysOrderAndReasons) {
  const CliResult result = Run({"plan", "east"});

  EXPECT_EQ(result.exit_code, 0) << result.err;
  EXPECT_THAT(result.out, AllOf(HasSubstr("milk for 11 school days"), HasSubstr("31,000 g"),
                                HasSubstr("by 2025-05-28"), HasSubstr("40 children drink")));
  EXPECT_THAT(Run({"plan", "east", "--language", "zh"}).out, HasSubstr("饮奶儿童40人"));
  EXPECT_EQ(Run({"plan", "nowhere"}).exit_code, 1);
  EXPECT_EQ(Run({"plan", "east", "--language", "fr"}).exit_code, 2);
}

TEST_F(PlanningCommands, PlanWithoutASchoolListsAll) {
  const CliResult result = Run({"plan", "--days-left", "20"});

  EXPECT_THAT(result.out, AllOf(HasSubstr("RUNS OUT"), HasSubstr("东校")));
  EXPECT_EQ(server_.Requests<planning::v1::ListSchoolPlansRequest>().at(0).days_left_max(), 20);
}

TEST_F(PlanningCommands, OrdersSayWhatToDoByWhen) {
  EXPECT_THAT(Run({"orders", "--within", "30"}).out,
              HasSubstr("by 2025-05-28: send from depot 31 packs"));
  EXPECT_EQ(nlohmann::json::parse(Run({"orders", "--json"}).out)["suggestions"].size(), 1U);
  server_.books().orders.Clear();
  EXPECT_EQ(Run({"orders"}).out, "nothing has to be ordered\n");
}

TEST_F(PlanningCommands, LeadTimesOfALane) {
  EXPECT_THAT(Run({"lead-times", "depot", "east"}).out, HasSubstr("19 of 20 within 18 days"));
}

TEST_F(PlanningCommands, AlertsSayWhatIsWrongAndWhatToDo) {
  const CliResult result = Run({"alerts", "--kind", "low", "--severity", "urgent"});

  EXPECT_EQ(result.exit_code, 0) << result.err;
  EXPECT_THAT(result.out, AllOf(HasSubstr("[urgent] low.east.1"), HasSubstr("milk runs out"),
                                HasSubstr("-> order")));
  EXPECT_THAT(Run({"alerts", "--language", "zh"}).out,
              AllOf(HasSubstr("奶粉快用完"), Not(HasSubstr("milk runs out"))));
  EXPECT_EQ(Run({"alerts", "--kind", "nonsense"}).exit_code, 2);
}

TEST_F(PlanningCommands, AlertsCanLookAtEverythingFirst) {
  const CliResult result = Run({"alerts", "--evaluate"});

  EXPECT_THAT(result.err,
              AllOf(HasSubstr("looked at 3 schools"), HasSubstr("could not look at trace: away")));
}

TEST_F(PlanningCommands, WatchingGoesOnWithTheLastToken) {
  const CliResult result = Run({"alerts", "--watch"});

  EXPECT_THAT(result.out, HasSubstr("opened (token 8) [urgent] low.east.1"));
  EXPECT_EQ(result.exit_code, 1);
  EXPECT_EQ(server_.Requests<planning::v1::WatchAlertsRequest>().back().after_token(), "8");
}

TEST_F(PlanningCommands, SomebodyTakesCareOfAnAlert) {
  EXPECT_THAT(Run({"alert-ack", "low.east.1", "--note", "ordered"}).out,
              HasSubstr("(dev takes care of it)"));
  EXPECT_EQ(
      Run({"alert-snooze", "low.east.1", "--until", "2025-03-08T08:00:00+08:00", "--note", "trip"})
          .exit_code,
      0);
  EXPECT_THAT(server_.Writes(), SizeIs(2));
}

TEST_F(PlanningCommands, TheDigestComesInBothLanguages) {
  EXPECT_EQ(Run({"digest", "--day", "2025-06-01", "--language", "zh"}).out,
            "digest 2025-06-01 中文\n");
  EXPECT_EQ(Run({"digest"}).out, "digest  English\n");
  EXPECT_EQ(Run({"digest", "--language", "fr"}).exit_code, 2);
}

}  // namespace
}  // namespace milkway::cli
