// Retention: the plan says what the purge does, and the purge does what the plan said.

#include <algorithm>
#include <chrono>
#include <future>

#include "absl/time/clock.h"
#include "clients/cpp/status_macros.h"
#include "services/consumption/retention.h"
#include "services/runtime/intent_table.h"
#include "tests/consumption/children_fixture.h"
#include "tests/support/status_matchers.h"

namespace milkway::consumption {
namespace {

using ::milkway::testing::FilesHold;
using ::milkway::testing::InProcessSystem;
using ::milkway::testing::IsOk;
using ::milkway::testing::IsRefusal;
using ::milkway::testing::NamesField;
using ::milkway::testing::StatusIs;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using Retention = v1::RetentionService::Stub;

constexpr char kAdmin[] = "admin:lin";

class RetentionSystemTest : public ChildrenTest {
 protected:
  void Leave(int32_t student, const std::string& left_on) {
    v1::UpdateStudentRequest request;
    request.set_request_id(milkway_.NextRequestId());
    request.set_school_id(kSchool);
    request.set_student_number(student);
    request.set_left_on(left_on);
    ASSERT_THAT(Call(&v1::SchoolService::Stub::UpdateStudent, request), IsOk());
  }
  void PassDays(int64_t days) {
    system().clock().Set(system().clock().NowUs() + days * kMicrosPerDay);
  }
  v1::PlanPurgeResponse Plan() {
    const auto plan = Call(&Retention::PlanPurge, v1::PlanPurgeRequest(), kAdmin);
    EXPECT_THAT(plan, IsOk());
    return plan.value_or(v1::PlanPurgeResponse());
  }
  v1::RunPurgeRequest RequestFor(const std::string& plan_id) {
    v1::RunPurgeRequest request;
    request.set_request_id(milkway_.NextRequestId());
    request.set_plan_id(plan_id);
    return request;
  }
  absl::StatusOr<v1::RunPurgeResponse> Run(const std::string& plan_id) {
    return Call(&Retention::RunPurge, RequestFor(plan_id), kAdmin);
  }
  void RecordIncident(const std::string& note) {
    v1::RecordDistributionRequest record =
        milkway_.MakeRequest(MakeDistribution({{milkway_.Buy(1), 25, {12}}}, "1A", 1));
    record.mutable_incident()->add_student_numbers(12);
    record.mutable_incident()->set_note(note);
    ASSERT_THAT(milkway_.Record(record), IsOk());
  }
  absl::StatusOr<v1::SetRetentionRuleResponse> SetRule(int32_t name_days, int32_t measurement_days,
                                                       const std::string& school_id = "") {
    v1::SetRetentionRuleRequest request;
    request.set_request_id(milkway_.NextRequestId());
    request.mutable_rule()->set_school_id(school_id);
    request.mutable_rule()->set_name_days_after_leaving(name_days);
    request.mutable_rule()->set_measurement_days(measurement_days);
    return Call(&Retention::SetRetentionRule, request, kAdmin);
  }
};

TEST_F(RetentionSystemTest, NamesGo180DaysAfterAChildLeft) {
  SetName(7, "王小明");
  SetName(8, "别人");
  ASSERT_THAT(Call(&v1::ConsentService::Stub::RecordConsent,
                   ConsentRequest(7, v1::CONSENT_PURPOSE_PHOTO, "王奶奶")),
              IsOk());
  const std::string key = SealedKey(7);
  Leave(7, "2025-06-01");
  PassDays(179);
  EXPECT_THAT(Plan().schools(), IsEmpty());
  EXPECT_EQ(Plan().plan_id(), "");

  PassDays(1);
  const v1::PlanPurgeResponse plan = Plan();
  ASSERT_THAT(plan.schools(), SizeIs(1));
  EXPECT_EQ(plan.schools(0).school_id(), kSchool);
  EXPECT_EQ(plan.schools(0).names(), 1);
  EXPECT_EQ(plan.schools(0).guardians(), 1);
  EXPECT_EQ(NameOf(7), "王小明") << "a plan changes nothing";
  const auto done = Run(plan.plan_id());

  ASSERT_THAT(done, IsOk());
  EXPECT_EQ(done->schools(0).DebugString(), plan.schools(0).DebugString());
  EXPECT_EQ(NameOf(7), "");
  EXPECT_EQ(NameOf(8), "别人");
  EXPECT_EQ(ConsentsOf(7)[2].guardian_name(), "");
  EXPECT_FALSE(FilesHold(system().FolderOf("consumption"), key));
  EXPECT_THAT(Plan().schools(), IsEmpty());
}

TEST_F(RetentionSystemTest, MeasurementsGoAfterTheTimeOfTheSchoolsRule) {
  Measure(7, "2025-05-20", 1'200);
  Measure(8, "2025-06-01", 1'300);
  ASSERT_THAT(SetRule(100, 3'000), IsOk());
  ASSERT_THAT(SetRule(100, 30, kSchool), IsOk());
  PassDays(25);

  const v1::PlanPurgeResponse plan = Plan();
  ASSERT_THAT(plan.schools(), SizeIs(1));
  EXPECT_EQ(plan.schools(0).measurements(), 1);
  ASSERT_THAT(Run(plan.plan_id()), IsOk());

  EXPECT_THAT(MeasurementsOf(7), IsEmpty());
  EXPECT_THAT(MeasurementsOf(8), SizeIs(1));
}

TEST_F(RetentionSystemTest, APlanThatIsNotTrueAnyMoreIsNotRun) {
  SetName(7, "王小明");
  SetName(8, "别人");
  Leave(7, "2025-06-01");
  PassDays(180);
  const std::string plan_id = Plan().plan_id();
  Leave(8, "2025-06-01");

  EXPECT_THAT(Run(plan_id), IsRefusal("PLAN_CHANGED"));
  EXPECT_THAT(Run(""), NamesField("plan_id"));

  EXPECT_EQ(NameOf(7), "王小明");
}

TEST_F(RetentionSystemTest, NotesOfIncidentsGoAfterTheSameTime) {
  Exclude(12);
  RecordIncident("kr7Vq2Zt9XbM4wLp");
  ASSERT_THAT(SetRule(100, 30), IsOk());
  PassDays(30);
  ASSERT_THAT(Plan().schools(), IsEmpty());
  PassDays(1);

  const v1::PlanPurgeResponse plan = Plan();
  ASSERT_THAT(plan.schools(), SizeIs(1));
  EXPECT_EQ(plan.schools(0).incident_notes(), 1);
  ASSERT_THAT(Run(plan.plan_id()), IsOk());

  EXPECT_EQ(milkway_.Get(1)->revisions(0).incident().note(), "");
  EXPECT_FALSE(FilesHold(system().StoreFolderOf("consumption"), "kr7Vq2Zt9XbM4wLp"));
  EXPECT_THAT(Plan().schools(), IsEmpty());
}

TEST_F(RetentionSystemTest, TheStepsThatHeldANoteArePurgedToo) {
  Exclude(12);
  RecordIncident("a note");
  ASSERT_THAT(SetRule(100, 30), IsOk());
  PassDays(31);
  storage::Store& store = system().StoreOf("consumption");
  const int64_t now_us = system().clock().NowUs();
  const auto plan = consumption::PlanPurge(*store.NewSnapshot(), kSchool, now_us);
  ASSERT_THAT(plan, IsOk());

  Purged purged;
  ASSERT_THAT(store.TransactAndWait([&](storage::Transaction& transaction) -> absl::Status {
    ASSIGN_OR_RETURN(purged, consumption::RunPurge(transaction, *plan, now_us));
    return absl::OkStatus();
  }),
              IsOk());

  const auto is_of_steps = [](const storage::KeyRange& rows) {
    return rows.from == runtime::IntentRows(runtime::ServiceTag::kConsumption).from;
  };
  EXPECT_EQ(std::count_if(purged.rewritten.begin(), purged.rewritten.end(), is_of_steps), 1);
}

TEST_F(RetentionSystemTest, APurgeThatIsRepeatedWhileItRunsIsAnsweredOnceItIsDone) {
  SetName(7, "王小明");
  Leave(7, "2025-06-01");
  PassDays(180);
  const v1::RunPurgeRequest request = RequestFor(Plan().plan_id());
  storage::Store& store = system().StoreOf("consumption");
  auto reader = store.NewSnapshot();
  const auto run = [&] { return Call(&Retention::RunPurge, request, kAdmin); };
  auto first = std::async(std::launch::async, run);
  while (PersonalTable::Find(*store.NewSnapshot(), 1u, 7u)->has_value()) {
    absl::SleepFor(absl::Milliseconds(5));
  }

  auto again = std::async(std::launch::async, run);
  EXPECT_EQ(again.wait_for(std::chrono::milliseconds(300)), std::future_status::timeout);
  reader.reset();

  const auto done = first.get();
  const auto repeated = again.get();
  ASSERT_THAT(done, IsOk());
  ASSERT_THAT(repeated, IsOk());
  EXPECT_EQ(repeated->DebugString(), done->DebugString());
  EXPECT_EQ(done->schools(0).names(), 1);
}

TEST_F(RetentionSystemTest, RulesAreSetByTheAdministrationWithinLimits) {
  const auto defaults =
      Call(&Retention::ListRetentionRules, v1::ListRetentionRulesRequest(), "auditor:a");
  ASSERT_THAT(defaults, IsOk());
  ASSERT_THAT(defaults->rules(), SizeIs(1));
  EXPECT_EQ(defaults->rules(0).name_days_after_leaving(), 180);
  EXPECT_EQ(defaults->rules(0).measurement_days(), 2'192);

  EXPECT_THAT(SetRule(0, 100), NamesField("rule.name_days_after_leaving"));
  EXPECT_THAT(SetRule(10, 29), NamesField("rule.measurement_days"));
  EXPECT_THAT(SetRule(10, 100, "nowhere"), IsRefusal("SCHOOL_UNKNOWN"));
  EXPECT_THAT(Call(&Retention::PlanPurge, v1::PlanPurgeRequest(), kContact),
              StatusIs(absl::StatusCode::kPermissionDenied));
}

}  // namespace
}  // namespace milkway::consumption
