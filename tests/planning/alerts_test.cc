// Alerts on disk: they open, stay, change and close.

#include "services/planning/alerts.h"

#include <string>
#include <utility>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/planning/alert_text.h"
#include "services/planning/digest.h"
#include "services/planning/planning_keys.h"
#include "services/planning/school_plans.h"
#include "tests/support/status_matchers.h"
#include "tests/support/stores.h"
#include "tests/support/transact.h"

namespace milkway::planning {
namespace {

using ::milkway::testing::IsOk;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

// 2025-09-08T00:00:00Z, 08:00 in China.
constexpr int64_t kNowUs = int64_t{1'757'289'600'000'000};
constexpr int64_t kHourUs = int64_t{3'600'000'000};

class AlertsTest : public ::testing::Test {
 protected:
  static Finding Low(const std::string& school,
                     v1::AlertSeverity severity = v1::ALERT_SEVERITY_WARNING) {
    Finding finding;
    finding.kind = v1::ALERT_KIND_LOW;
    finding.subject = school;
    finding.severity = severity;
    finding.facts.set_location_id(school);
    finding.facts.set_name_en("Changyuan Primary School");
    finding.facts.set_name_zh("长源小学");
    finding.facts.set_count(4);
    finding.facts.set_day(20'345);
    finding.facts.set_other_day(20'335);
    return finding;
  }

  // One evaluation that finds these and nothing else.
  AlertCounts Evaluate(const std::vector<Finding>& findings, int64_t now_us) {
    ++pass_;
    AlertCounts counts;
    EXPECT_THAT(
        Change([&](storage::Transaction& transaction) -> absl::Status {
          counts = AlertCounts();
          for (const Finding& finding : findings) {
            if (absl::Status status = ApplyFinding(transaction, finding, pass_, now_us, &counts);
                !status.ok()) {
              return status;
            }
          }
          std::string after;
          return CloseUnseen(transaction, v1::ALERT_KIND_LOW, pass_, now_us, &after, &counts)
              .status();
        }),
        IsOk());
    return counts;
  }

  template <typename Body>
  absl::Status Change(Body body) {
    return store_->TransactAndWait(body);
  }

  rec::AlertRecord Read(const std::string& alert_id) {
    return ReadAlert(*store_->NewSnapshot(), alert_id).value_or(rec::AlertRecord());
  }

  std::vector<std::pair<std::string, int>> Events() {
    std::vector<std::pair<std::string, int>> events;
    EXPECT_THAT(AlertEventTable::Scan(*store_->NewSnapshot(), AlertEventKey::Range(),
                                      [&](const auto&, const rec::AlertEventRecord& event) {
                                        events.emplace_back(event.alert_id(), event.change());
                                        return true;
                                      }),
                IsOk());
    return events;
  }

  static runtime::Call Pia(int64_t now_us) {
    runtime::Call call;
    call.caller.id = "pia";
    call.now_us = now_us;
    return call;
  }

  testing::MemoryStore store_;
  int64_t pass_ = 0;
};

TEST_F(AlertsTest, AProblemOpensOneAlertHoweverOftenItIsFound) {
  EXPECT_EQ(Evaluate({Low("changyuan")}, kNowUs).opened, 1);
  EXPECT_EQ(Evaluate({Low("changyuan")}, kNowUs + kHourUs).opened, 0);

  EXPECT_THAT(Events(), ElementsAre(std::pair("low.changyuan.1", 1)));
  EXPECT_EQ(Read("low.changyuan.1").opened_us(), kNowUs);
}

TEST_F(AlertsTest, AnAlertClosesWhenItsCauseIsGone) {
  Evaluate({Low("changyuan")}, kNowUs);
  EXPECT_EQ(Evaluate({}, kNowUs + kHourUs).closed, 1);

  EXPECT_EQ(Read("low.changyuan.1").closed_us(), kNowUs + kHourUs);
  EXPECT_EQ(*CountOpen(*store_->NewSnapshot()), 0);
  EXPECT_EQ(Evaluate({}, kNowUs + 2 * kHourUs).closed, 0);
}

TEST_F(AlertsTest, AProblemThatComesBackIsANewAlert) {
  Evaluate({Low("changyuan")}, kNowUs);
  Evaluate({}, kNowUs + kHourUs);
  Evaluate({Low("changyuan")}, kNowUs + 2 * kHourUs);

  EXPECT_EQ(Read("low.changyuan.1").closed_us(), kNowUs + kHourUs);
  EXPECT_EQ(Read("low.changyuan.2").closed_us(), 0);
}

TEST_F(AlertsTest, ASeverityThatRisesIsAChange) {
  Evaluate({Low("changyuan")}, kNowUs);
  Evaluate({Low("changyuan", v1::ALERT_SEVERITY_URGENT)}, kNowUs + kHourUs);

  EXPECT_THAT(
      Events(),
      ElementsAre(std::pair("low.changyuan.1", static_cast<int>(v1::ALERT_CHANGE_OPENED)),
                  std::pair("low.changyuan.1", static_cast<int>(v1::ALERT_CHANGE_CHANGED))));
  EXPECT_EQ(*CountOpen(*store_->NewSnapshot()), 1);
}

TEST_F(AlertsTest, EventsAreNumberedUpwardsEvenWhenTheClockStandsStill) {
  Evaluate({Low("a"), Low("b"), Low("c")}, kNowUs);
  Evaluate({}, kNowUs);

  EXPECT_THAT(Events(), SizeIs(6));
  EXPECT_EQ(*LastEvent(*store_->NewSnapshot()), kNowUs + 5);
}

TEST_F(AlertsTest, ManyProblemsCloseInSmallSteps) {
  std::vector<Finding> findings;
  for (size_t i = 0; i < kCloseRowsMax + 10; ++i) findings.push_back(Low("s" + std::to_string(i)));
  Evaluate(findings, kNowUs);

  AlertCounts counts;
  std::string after;
  bool is_finished = true;
  const auto close = [&](storage::Transaction& transaction) -> absl::Status {
    const auto finished = CloseUnseen(transaction, v1::ALERT_KIND_LOW, 99, kNowUs, &after, &counts);
    is_finished = finished.value_or(true);
    return finished.status();
  };
  EXPECT_THAT(Change(close), IsOk());
  EXPECT_FALSE(is_finished);
  EXPECT_EQ(counts.closed, static_cast<int64_t>(kCloseRowsMax));
  EXPECT_THAT(Change(close), IsOk());
  EXPECT_TRUE(is_finished);
  EXPECT_EQ(*CountOpen(*store_->NewSnapshot()), 0);
}

TEST_F(AlertsTest, SomebodyTakesCareOfAnAlertAndItStaysOpen) {
  Evaluate({Low("changyuan")}, kNowUs);

  EXPECT_THAT(Change([&](storage::Transaction& transaction) {
                return AcknowledgeAlert(transaction, "low.changyuan.1", "order placed",
                                        Pia(kNowUs + 1))
                    .status();
              }),
              IsOk());

  EXPECT_EQ(Read("low.changyuan.1").acknowledged_by(), "pia");
  EXPECT_EQ(Read("low.changyuan.1").note(), "order placed");
  EXPECT_EQ(*CountOpen(*store_->NewSnapshot()), 1);
}

TEST_F(AlertsTest, AClosedAlertCannotBeTakenCareOf) {
  Evaluate({Low("changyuan")}, kNowUs);
  Evaluate({}, kNowUs + 1);

  EXPECT_EQ(Change([&](storage::Transaction& transaction) {
              return AcknowledgeAlert(transaction, "low.changyuan.1", "", Pia(kNowUs)).status();
            }).code(),
            absl::StatusCode::kFailedPrecondition);
  EXPECT_EQ(Change([&](storage::Transaction& transaction) {
              return SnoozeAlert(transaction, "low.nowhere.1", kNowUs, "", Pia(kNowUs)).status();
            }).code(),
            absl::StatusCode::kNotFound);
}

TEST_F(AlertsTest, ASnoozeEndsByATimeThatHasPassed) {
  Evaluate({Low("changyuan")}, kNowUs);
  const auto snooze = [&](int64_t until_us) {
    return Change([&](storage::Transaction& transaction) {
      return SnoozeAlert(transaction, "low.changyuan.1", until_us, "trip", Pia(kNowUs)).status();
    });
  };
  EXPECT_THAT(snooze(kNowUs + kHourUs), IsOk());
  EXPECT_EQ(Read("low.changyuan.1").snoozed_until_us(), kNowUs + kHourUs);
  EXPECT_THAT(snooze(0), IsOk());
  EXPECT_EQ(Read("low.changyuan.1").snoozed_until_us(), 0);
}

TEST_F(AlertsTest, TheDigestTellsWhatIsOpenNewAndOver) {
  Evaluate({Low("changyuan"), Low("other")}, kNowUs - 48 * kHourUs);
  Evaluate({Low("changyuan")}, kNowUs);

  const std::string text =
      *MakeDigest(*store_->NewSnapshot(), LocalDateIn(kNowUs, kDigestTimeZone), kNowUs, false);

  EXPECT_THAT(text, AllOf(HasSubstr("Milkway, 2025-09-08\n"), HasSubstr("Open (1; New today 0)"),
                          HasSubstr("Over today (1)"), HasSubstr("milkway orders")));
}

TEST_F(AlertsTest, TheDigestSaysWhenSomebodyLooked) {
  const LocalDate today = LocalDateIn(kNowUs, kDigestTimeZone);
  EXPECT_THAT(*MakeDigest(*store_->NewSnapshot(), today, kNowUs, false),
              HasSubstr("nobody has looked yet"));

  rec::PassRecord pass;
  pass.set_finished_us(kNowUs);
  ASSERT_THAT(testing::Transact(*store_,
                                [&](storage::Transaction& transaction) {
                                  return PassTable::Put(transaction, pass);
                                }),
              IsOk());

  EXPECT_THAT(*MakeDigest(*store_->NewSnapshot(), today, kNowUs, false),
              HasSubstr("as seen at 2025-09-08T"));
}

TEST_F(AlertsTest, TheDigestOfAnEarlierDayIsAsItWasAtItsEnd) {
  Evaluate({Low("changyuan")}, kNowUs - 48 * kHourUs);
  Evaluate({}, kNowUs);
  const LocalDate yesterday = {LocalDateIn(kNowUs, kDigestTimeZone).days - 1};

  const std::string text = *MakeDigest(*store_->NewSnapshot(), yesterday, kNowUs, false);

  EXPECT_THAT(text, AllOf(HasSubstr("Open (1; New today 0)"), HasSubstr("Over today (0)")));
}

TEST_F(AlertsTest, TheDigestSpeaksChinese) {
  Evaluate({Low("changyuan")}, kNowUs);

  const std::string text =
      *MakeDigest(*store_->NewSnapshot(), LocalDateIn(kNowUs, kDigestTimeZone), kNowUs, true);

  EXPECT_THAT(text, AllOf(HasSubstr("长源小学"), HasSubstr("未解决"), Not(HasSubstr("lasts"))));
}

TEST_F(AlertsTest, ADigestOfTomorrowIsRefused) {
  EXPECT_EQ(MakeDigest(*store_->NewSnapshot(), {30'000}, kNowUs, false).status().code(),
            absl::StatusCode::kInvalidArgument);
}

TEST_F(AlertsTest, EveryKindOfAlertSaysWhatToDoInBothLanguages) {
  for (int kind = v1::AlertKind_MIN + 1; kind <= v1::AlertKind_MAX; ++kind) {
    rec::AlertRecord alert;
    alert.set_kind(static_cast<uint32_t>(kind));
    const AlertText text = TextOf(alert);
    EXPECT_THAT(text.text_en, Not(IsEmpty())) << kind;
    EXPECT_THAT(text.text_zh, Not(IsEmpty())) << kind;
    EXPECT_THAT(text.action_en, Not(IsEmpty())) << kind;
    EXPECT_THAT(text.action_zh, Not(IsEmpty())) << kind;
    EXPECT_STRNE(WordOfKind(static_cast<uint32_t>(kind)), "alert");
  }
}

TEST_F(AlertsTest, PlansStandInOrderOfRunningOut) {
  const auto put = [&](const std::string& school, std::optional<int32_t> day) {
    EXPECT_THAT(Change([&](storage::Transaction& transaction) {
                  rec::SchoolPlanRecord plan;
                  if (day.has_value()) plan.set_run_out_day(*day);
                  return PutSchoolPlan(transaction, school, plan);
                }),
                IsOk());
  };
  put("a", std::nullopt);
  put("b", 20'500);
  put("c", 20'400);
  put("b", 20'300);

  std::vector<std::string> schools;
  EXPECT_THAT(RunOutTable::Scan(*store_->NewSnapshot(), RunOutKey::Range(),
                                [&](const RunOutKey::Key& key, const auto&) {
                                  schools.push_back(std::get<1>(key));
                                  return true;
                                }),
              IsOk());
  EXPECT_THAT(schools, ElementsAre("b", "c", "a"));
}

TEST(FormatGrams, ReadsAsPeopleWeigh) {
  EXPECT_EQ(FormatGrams(999), "999 g");
  EXPECT_EQ(FormatGrams(2000), "2 kg");
  EXPECT_EQ(FormatGrams(12'345), "12.345 kg");
}

}  // namespace
}  // namespace milkway::planning
