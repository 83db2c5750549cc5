// What recording a distribution promises, step by step.

#include "services/runtime/errors.h"
#include "tests/consumption/consumption_fixture.h"

namespace milkway::consumption {
namespace {

using ::milkway::testing::IsOk;
using ::milkway::testing::IsRefusal;
using ::milkway::testing::NamesField;
using ::milkway::testing::StatusIs;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

// 2025-06-02T12:00:00+08:00.
constexpr OccurredAt kNoon{1'748'836'800'000'000, 480};

class RecordingTest : public DistributionTest {
 protected:
  // `recording` served at `at`.
  static Recording At(OccurredAt at, Recording recording = Lunch({{kLot, 25, {1}}})) {
    recording.distribution.served_at = at;
    return recording;
  }
  static Recording Named(const std::string& session) {
    Recording recording = Lunch({{kLot, 25, {1}}});
    recording.distribution.session = session;
    return recording;
  }
};

TEST_F(RecordingTest, ARecordIsStoredAsItWasSent) {
  const int64_t id =
      RecordedId(At(kNoon, Lunch({{kLot, 25, {1, 2, 3}, 30}, {kOtherLot, 20, {9}}})));

  const rec::DistributionRecord record = Distribution(id);

  EXPECT_EQ(record.school_number(), 1u);
  EXPECT_EQ(record.day(), June(2).days);
  EXPECT_EQ(record.class_name(), "3A");
  EXPECT_EQ(record.session(), "daily");
  EXPECT_EQ(record.occurred_at().us(), kNoon.us);
  EXPECT_EQ(record.occurred_at().offset_minutes(), 480);
  EXPECT_TRUE(record.has_served_at());
  EXPECT_FALSE(record.correction_under_way());
  ASSERT_THAT(record.revisions(), SizeIs(1));
  const rec::RevisionRecord& revision = record.revisions(0);
  EXPECT_EQ(revision.recorded_by(), "teacher");
  EXPECT_EQ(revision.reason(), "");
  const auto lines = LinesOf(revision);
  ASSERT_THAT(lines, IsOk());
  ASSERT_THAT(*lines, SizeIs(2));
  EXPECT_EQ(lines->at(0).lot, kLot);
  EXPECT_EQ(lines->at(0).serving_g, 25);
  EXPECT_THAT(lines->at(0).students, ElementsAre(1, 2, 3));
  EXPECT_EQ(lines->at(0).wasted_g, 30);
  EXPECT_EQ(lines->at(1).lot, kOtherLot);
  EXPECT_THAT(lines->at(1).students, ElementsAre(9));
}

TEST_F(RecordingTest, ARecordSaysWhereItsPostingIs) {
  const auto pending = Reserve(Lunch({{kLot, 25, {1}}}));
  ASSERT_THAT(pending, IsOk());
  EXPECT_EQ(pending->distribution().revisions(0).position(), 0);

  ASSERT_THAT(Store(*pending), IsOk());

  EXPECT_EQ(Distribution(1).revisions(0).position(), 1);
  EXPECT_EQ(Distribution(1).revisions(0).recorded_us(), 1'000'000);
}

TEST_F(RecordingTest, WhatIsPendingHoldsAllThatTheLedgerNeeds) {
  Recording recording = Lunch({{kLot, 25, {1}}});
  recording.hash.fill('h');
  recording.discrepancy_reason = "a bag more";
  recording.fefo_override_reason = "it stood behind";

  const auto pending = Reserve(recording);

  ASSERT_THAT(pending, IsOk());
  EXPECT_EQ(pending->request_id_high(), 7u);
  EXPECT_EQ(pending->request_id_low(), 8u);
  EXPECT_EQ(pending->body_hash(), std::string(16, 'h'));
  EXPECT_EQ(pending->school_id(), kSchool);
  EXPECT_EQ(pending->distribution_id(), 1);
  EXPECT_EQ(pending->discrepancy_reason(), "a bag more");
  EXPECT_EQ(pending->fefo_override_reason(), "it stood behind");
}

TEST_F(RecordingTest, ARecordWithoutATimeIsOfTheEndOfTheDay) {
  const rec::DistributionRecord record = Distribution(RecordedId(Lunch({{kLot, 25, {1}}})));

  EXPECT_FALSE(record.has_served_at());
  EXPECT_EQ(FormatOccurredAt({record.occurred_at().us(), record.occurred_at().offset_minutes()}),
            "2025-06-02T23:59:59+08:00");
}

TEST_F(RecordingTest, DistributionsAreNumberedFromOneInTheirOrder) {
  EXPECT_EQ(RecordedId(Lunch({{kLot, 25, {1}}}, June(2), "3A")), 1);
  EXPECT_EQ(RecordedId(Lunch({{kLot, 25, {2}}}, June(2), "3B")), 2);
}

TEST_F(RecordingTest, AnUnknownSchoolRecordsNothing) {
  Recording recording = Lunch({{kLot, 25, {1}}});
  recording.distribution.school_id = "nowhere";

  EXPECT_THAT(Reserve(recording), IsRefusal("SCHOOL_UNKNOWN"));
}

TEST_F(RecordingTest, TheTimeIsOnTheSchoolsDay) {
  const OccurredAt midnight{kNoon.us - kMicrosPerDay / 2, 480};
  const OccurredAt last{midnight.us + kMicrosPerDay - 1, 480};
  const auto field = NamesField("distribution.served_at");

  EXPECT_THAT(Reserve(At({midnight.us - 1, 480})), field);
  EXPECT_THAT(Reserve(At({last.us + 1, 480})), field);
  const auto first_of_day = Reserve(At(midnight));
  ASSERT_THAT(first_of_day, IsOk());
  ASSERT_THAT(Release(*first_of_day), IsOk());
  EXPECT_THAT(Reserve(At(last)), IsOk());
}

TEST_F(RecordingTest, TheTimeIsOnTheDayByBothClocksThePersonsAndTheSchools) {
  const OccurredAt evening{kNoon.us + kMicrosPerDay / 3, 480};  // 20:00, in Tokyo 21:00
  const OccurredAt night{kNoon.us + kMicrosPerDay / 2, 480};    // 00:00 on the next day
  const auto field = NamesField("distribution.served_at");

  EXPECT_THAT(Reserve(At({evening.us, 13 * 60})), field);  // 01:00 on the next day, and 20:00
  EXPECT_THAT(Reserve(At({night.us, 0})), field);          // 16:00, and 00:00 on the next day
  EXPECT_THAT(Reserve(At({evening.us, 9 * 60})), IsOk());
}

TEST_F(RecordingTest, TheDayIsOneThatTheLedgerCanHave) {
  const auto field = NamesField("distribution.served_on");
  EXPECT_THAT(Reserve(Lunch({{kLot, 25, {}, 5}}, DayOf("1999-12-31"))), field);
  EXPECT_THAT(Reserve(Lunch({{kLot, 25, {}, 5}}, DayOf("2000-01-01"))), IsOk());
  EXPECT_THAT(Reserve(Lunch({{kLot, 25, {}, 5}}, DayOf("2099-12-31"))), IsOk());
  EXPECT_THAT(Reserve(Lunch({{kLot, 25, {}, 5}}, DayOf("2100-01-01"))), field);
}

TEST_F(RecordingTest, ADayThatTheSchoolsCalendarWentWithoutIsNone) {
  Register("samoa", "Pacific/Apia");
  Recording recording = Lunch({{kLot, 25, {}, 5}}, DayOf("2011-12-30"));
  recording.distribution.school_id = "samoa";

  EXPECT_THAT(Reserve(recording), NamesField("distribution.served_on"));
}

TEST_F(RecordingTest, AClassDrinksOnceInASession) {
  const int64_t id = RecordedId(Lunch({{kLot, 25, {1}}}));

  const auto refused = Reserve(Lunch({{kLot, 25, {2}}}));

  EXPECT_THAT(refused, IsRefusal("DISTRIBUTION_RECORDED"));
  EXPECT_THAT(refused, StatusIs(absl::StatusCode::kAlreadyExists));
  EXPECT_EQ(runtime::PartsOf(refused.status()).metadata.at("distribution_id"), "1");
  EXPECT_THAT(refused.status().message(), HasSubstr("correct that one if it is wrong"));
  EXPECT_EQ(Session().distribution_id(), id);
  EXPECT_EQ(Session().recording_intent(), 0u);
}

TEST_F(RecordingTest, AnotherClassDayOrSessionIsAnotherRecord) {
  EXPECT_THAT(Record(Lunch({{kLot, 25, {1}}})), IsOk());

  EXPECT_THAT(Record(Lunch({{kLot, 25, {1}}}, June(2), "3B")), IsOk());
  EXPECT_THAT(Record(Lunch({{kLot, 25, {1}}}, June(3))), IsOk());
  EXPECT_THAT(Record(Named("evening")), IsOk());
  Recording elsewhere = Lunch({{kLot, 25, {1}}});
  elsewhere.distribution.school_id = kOtherSchool;
  EXPECT_THAT(Record(elsewhere), IsOk());
}

TEST_F(RecordingTest, WhileARecordIsUnderWayNoOtherOfItsClassIsTaken) {
  const auto pending = Reserve(Lunch({{kLot, 25, {1}}}));
  ASSERT_THAT(pending, IsOk());
  EXPECT_EQ(Session().recording_intent(), 9u);

  const auto refused = Reserve(Lunch({{kLot, 25, {2}}}));

  EXPECT_THAT(refused, IsRefusal("DISTRIBUTION_UNDER_WAY"));
  EXPECT_THAT(refused, StatusIs(absl::StatusCode::kAborted));
  EXPECT_THAT(Reserve(Lunch({{kLot, 25, {2}}}, June(2), "3B")), IsOk());
}

TEST_F(RecordingTest, WhatTheLedgerRefusedMayBeRecordedAgain) {
  const auto pending = Reserve(Lunch({{kLot, 25, {1}}}));
  ASSERT_THAT(pending, IsOk());

  ASSERT_THAT(Release(*pending), IsOk());

  EXPECT_EQ(Session().recording_intent(), 0u);
  EXPECT_THAT(Distribution(pending->distribution_id()).revisions(), IsEmpty());
  EXPECT_THAT(Servings(kLot), Sums(0, 0));
  EXPECT_THAT(ServedOn(June(2)), IsEmpty());
  EXPECT_THAT(Record(Lunch({{kLot, 25, {2}}})), IsOk());
  EXPECT_THAT(ServedOn(June(2)), ElementsAre(2));
}

TEST_F(RecordingTest, TheRosterSaysWhoMayDrink) {
  Enrolment late = NewChild(201, June(3));
  Enrolment excluded = NewChild(202);
  excluded.student.set_exclusion(1);
  ASSERT_THAT(Enrol(kSchool, {late, excluded}), IsOk());

  EXPECT_THAT(Reserve(Lunch({{kLot, 25, {1, 203}}})), IsRefusal("STUDENT_UNKNOWN"));
  EXPECT_THAT(Reserve(Lunch({{kLot, 25, {1, 201}}})), IsRefusal("STUDENT_NOT_ENROLLED"));
  EXPECT_THAT(Reserve(Lunch({{kLot, 25, {1, 202}}})), IsRefusal("STUDENT_EXCLUDED"));
  EXPECT_THAT(Reserve(Lunch({{kLot, 25, {1}}, {kOtherLot, 25, {203}}})),
              IsRefusal("STUDENT_UNKNOWN"));
  EXPECT_THAT(Reserve(Lunch({{kLot, 25, {1, 201}}}, June(3))), IsOk());
}

TEST_F(RecordingTest, TheRosterIsThatOfTheSchool) {
  ASSERT_THAT(Enrol(kOtherSchool, {NewChild(201)}), IsOk());
  Recording elsewhere = Lunch({{kLot, 25, {201}}});
  elsewhere.distribution.school_id = kOtherSchool;

  EXPECT_THAT(Reserve(Lunch({{kLot, 25, {201}}})), IsRefusal("STUDENT_UNKNOWN"));
  EXPECT_THAT(Reserve(elsewhere), IsOk());
}

TEST_F(RecordingTest, RefusesInItsOrder) {
  const auto pending = Reserve(Lunch({{kLot, 25, {1}}}));
  ASSERT_THAT(pending, IsOk());
  Recording wrong = At({0, 480}, Lunch({{kLot, 25, {999}}}));
  wrong.distribution.school_id = "nowhere";

  EXPECT_THAT(Reserve(wrong), IsRefusal("SCHOOL_UNKNOWN"));
  wrong.distribution.school_id = kSchool;
  EXPECT_THAT(Reserve(wrong), NamesField("distribution.served_at"));
  wrong.distribution.served_at = kNoon;
  EXPECT_THAT(Reserve(wrong), IsRefusal("DISTRIBUTION_UNDER_WAY"));
  ASSERT_THAT(Store(*pending), IsOk());
  EXPECT_THAT(Reserve(wrong), IsRefusal("DISTRIBUTION_RECORDED"));
  wrong.distribution.session = "evening";
  EXPECT_THAT(Reserve(wrong), IsRefusal("STUDENT_UNKNOWN"));
}

TEST_F(RecordingTest, ARefusedRecordUsesNoNumber) {
  EXPECT_THAT(Reserve(Lunch({{kLot, 25, {999}}})), IsRefusal("STUDENT_UNKNOWN"));

  EXPECT_EQ(RecordedId(Lunch({{kLot, 25, {1}}})), 1);
}

TEST_F(RecordingTest, ServingsAndGramsAddUpByLot) {
  RecordedId(Lunch({{kLot, 25, {1, 2, 3}, 30}, {kOtherLot, 20, {9}}}, June(2)));
  RecordedId(Lunch({{kLot, 10, {3, 4}}}, June(3)));

  EXPECT_THAT(Servings(kLot), Sums(5, 95));
  EXPECT_THAT(StudentsOf(Servings(kLot)), ElementsAre(1, 2, 3, 4));
  EXPECT_THAT(Servings(kOtherLot), Sums(1, 20));
  EXPECT_THAT(Servings(kLot, /*school_number=*/2), Sums(0, 0));
}

TEST_F(RecordingTest, ADayKnowsEverybodyWhoDrank) {
  RecordedId(Lunch({{kLot, 25, {1, 2}}, {kOtherLot, 20, {9}}}));
  RecordedId(Lunch({{kLot, 25, {3}}}, June(2), "3B"));
  RecordedId(Lunch({{kLot, 25, {4}}}, June(3)));

  EXPECT_THAT(ServedOn(June(2)), ElementsAre(1, 2, 3, 9));
  EXPECT_THAT(ServedOn(June(3)), ElementsAre(4));
}

TEST_F(RecordingTest, SaysHowManyHadBeenServedOnThatDay) {
  EXPECT_EQ(Record(Lunch({{kLot, 25, {1, 2, 3}}}))->served_twice_count, 0);
  EXPECT_EQ(
      Record(Lunch({{kLot, 25, {2, 7}}, {kOtherLot, 25, {3}}}, June(2), "3B"))->served_twice_count,
      2);
  EXPECT_EQ(Record(Named("evening"))->served_twice_count, 1);
  EXPECT_EQ(Record(Lunch({{kLot, 25, {1, 2, 3}}}, June(3)))->served_twice_count, 0);
  Recording elsewhere = Lunch({{kLot, 25, {1, 2, 3}}});
  elsewhere.distribution.school_id = kOtherSchool;
  EXPECT_EQ(Record(elsewhere)->served_twice_count, 0);
}

TEST_F(RecordingTest, WhatWasOnlyWastedServesNobody) {
  ASSERT_THAT(Record(Lunch({{kLot, 25, {}, 500}})), IsOk());

  EXPECT_THAT(Servings(kLot), Sums(0, 0));
  EXPECT_THAT(ServedOn(June(2)), IsEmpty());
  EXPECT_THAT(Reserve(Lunch({{kLot, 25, {1}}})), IsRefusal("DISTRIBUTION_RECORDED"));
}

}  // namespace
}  // namespace milkway::consumption
