// School days, terms and serving policies.

#include "services/consumption/calendar.h"

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "services/consumption/calendar_convert.h"
#include "services/consumption/terms.h"
#include "tests/consumption/consumption_fixture.h"

namespace milkway::consumption {
namespace {

using ::milkway::testing::IsOk;
using ::milkway::testing::IsRefusal;
using ::milkway::testing::NamesField;
using ::milkway::testing::Transact;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

// A term of June 2025, which begins on a Sunday.
v1::Term JuneTerm() {
  v1::Term term;
  term.set_term_id("2025-spring");
  term.set_first_day("2025-06-01");
  term.set_last_day("2025-06-30");
  return term;
}

v1::DayRange Holiday(const std::string& first, const std::string& last) {
  v1::DayRange range;
  range.set_first_day(first);
  range.set_last_day(last);
  range.set_name("端午节");
  return range;
}

std::vector<int> SchoolDaysIn(const v1::Term& message, int from, int to) {
  const auto term = ParseTerm(message);
  EXPECT_THAT(term, IsOk());
  std::vector<int> days;
  for (int day = from; day <= to; ++day) {
    if (IsSchoolDay(*term, June(day))) days.push_back(day);
  }
  return days;
}

TEST(Calendar, AWeekBeginsOnMondayBeforeAndAfter1970) {
  EXPECT_EQ(WeekdayOf(DayOf("1970-01-01")), 4);
  EXPECT_EQ(WeekdayOf(DayOf("1969-12-28")), 7);
  EXPECT_EQ(WeekdayOf(DayOf("1969-12-29")), 1);
  EXPECT_EQ(WeekdayOf(June(2)), 1);
  EXPECT_EQ(MondayOf(June(8)), June(2));
  EXPECT_EQ(MondayOf(June(2)), June(2));
}

TEST(Calendar, MondayToFridayAreSchoolDaysUnlessATermSaysOtherwise) {
  EXPECT_THAT(SchoolDaysIn(JuneTerm(), 1, 9), ElementsAre(2, 3, 4, 5, 6, 9));
  v1::Term term = JuneTerm();
  term.add_weekdays(7);
  term.add_weekdays(2);
  EXPECT_THAT(SchoolDaysIn(term, 1, 9), ElementsAre(1, 3, 8));
}

TEST(Calendar, AHolidayIsNoSchoolDayAndAnExtraDayIsOneWhateverTheRestSays) {
  v1::Term term = JuneTerm();
  *term.add_holidays() = Holiday("2025-06-02", "2025-06-04");
  term.add_extra_days("2025-06-03");
  term.add_extra_days("2025-06-07");

  EXPECT_THAT(SchoolDaysIn(term, 1, 9), ElementsAre(3, 5, 6, 7, 9));
}

TEST(Calendar, NoDayOutsideOfATermIsOfIt) {
  EXPECT_FALSE(IsSchoolDay(*ParseTerm(JuneTerm()), DayOf("2025-07-01")));
  EXPECT_FALSE(IsSchoolDay(*ParseTerm(JuneTerm()), DayOf("2025-05-30")));
}

TEST(TermMessage, SaysWhatWasSent) {
  v1::Term term = JuneTerm();
  term.add_weekdays(1);
  term.add_weekdays(6);
  *term.add_holidays() = Holiday("2025-06-02", "2025-06-02");
  term.add_extra_days("2025-06-07");

  v1::Term shown = ToMessage(*ParseTerm(term));

  shown.clear_etag();
  EXPECT_EQ(shown.DebugString(), term.DebugString());
}

TEST(TermMessage, BadFieldsAreNamed) {
  const auto with = [](void (*change)(v1::Term&)) {
    v1::Term term = JuneTerm();
    change(term);
    return ParseTerm(term).status();
  };
  EXPECT_THAT(with([](auto& t) { t.set_term_id("a b"); }), NamesField("term_id"));
  EXPECT_THAT(with([](auto& t) { t.set_first_day("2025-06-31"); }), NamesField("first_day"));
  EXPECT_THAT(with([](auto& t) { t.set_last_day("2025-05-31"); }), NamesField("last_day"));
  EXPECT_THAT(with([](auto& t) { t.set_last_day("2026-07-07"); }), NamesField("last_day"));
  EXPECT_THAT(with([](auto& t) { t.add_weekdays(8); }), NamesField("weekdays"));
  EXPECT_THAT(with([](auto& t) {
                t.add_weekdays(3);
                t.add_weekdays(3);
              }),
              NamesField("weekdays"));
  EXPECT_THAT(with([](auto& t) { *t.add_holidays() = Holiday("2025-06-05", "2025-06-04"); }),
              NamesField("holidays[0].last_day"));
  EXPECT_THAT(with([](auto& t) { *t.add_holidays() = Holiday("2025-05-05", "2025-06-04"); }),
              NamesField("holidays[0].first_day"));
  EXPECT_THAT(with([](auto& t) {
                *t.add_holidays() = Holiday("2025-06-02", "2025-06-04");
                *t.add_holidays() = Holiday("2025-06-04", "2025-06-05");
              }),
              NamesField("holidays[1].first_day"));
  EXPECT_THAT(with([](auto& t) { t.add_extra_days("2025-07-01"); }), NamesField("extra_days[0]"));
  EXPECT_THAT(with([](auto& t) {
                t.add_extra_days("2025-06-07");
                t.add_extra_days("2025-06-07");
              }),
              NamesField("extra_days[1]"));
}

TEST(PolicyMessage, BadFieldsAreNamed) {
  const auto with = [](void (*change)(v1::ServingPolicy&)) {
    v1::ServingPolicy policy;
    policy.set_from_day("2025-06-01");
    policy.set_serving_g(25);
    policy.set_sessions(1);
    change(policy);
    return ParsePolicy(policy).status();
  };
  EXPECT_THAT(with([](auto&) {}), IsOk());
  EXPECT_THAT(with([](auto& p) { p.set_from_day(""); }), NamesField("from_day"));
  EXPECT_THAT(with([](auto& p) { p.set_serving_g(0); }), NamesField("serving_g"));
  EXPECT_THAT(with([](auto& p) { p.set_serving_g(1'001); }), NamesField("serving_g"));
  EXPECT_THAT(with([](auto& p) { p.set_sessions(5); }), NamesField("sessions"));
  EXPECT_THAT(with([](auto& p) { p.set_take_home_g(10'001); }), NamesField("take_home_g"));
}

class TermsTest : public ConsumptionTest {
 protected:
  absl::StatusOr<Term> Put(const std::string& id, const std::string& first, const std::string& last,
                           const std::string& etag = "") {
    v1::Term term;
    term.set_term_id(id);
    term.set_first_day(first);
    term.set_last_day(last);
    return Transact(*store_, [&](storage::Transaction& transaction) {
      return PutTerm(transaction, kSchool, 1, *ParseTerm(term), etag);
    });
  }
  std::vector<std::string> Terms() {
    std::vector<std::string> names;
    for (const Term& term : *ReadTerms(*store_->NewSnapshot(), 1)) {
      names.push_back(absl::StrCat(term.record.term_id(), " ", FormatDate(term.first_day)));
    }
    return names;
  }
};

TEST_F(TermsTest, AreKeptInOrderOfTheirFirstDays) {
  ASSERT_THAT(Put("autumn", "2025-09-01", "2026-01-20"), IsOk());
  ASSERT_THAT(Put("spring", "2025-02-20", "2025-07-05"), IsOk());

  EXPECT_THAT(Terms(), ElementsAre("spring 2025-02-20", "autumn 2025-09-01"));
}

TEST_F(TermsTest, ATermIsReplacedByWhoSawItLast) {
  const auto first = Put("spring", "2025-02-20", "2025-07-05");
  ASSERT_THAT(first, IsOk());

  EXPECT_THAT(Put("spring", "2025-02-21", "2025-07-05"), IsRefusal("TERM_EXISTS"));
  EXPECT_THAT(Put("spring", "2025-02-21", "2025-07-05", "9"), IsRefusal("ETAG_CHANGED"));
  const auto second = Put("spring", "2025-02-24", "2025-07-05", EtagOf(first->record));
  ASSERT_THAT(second, IsOk());
  EXPECT_THAT(Put("spring", "2025-02-25", "2025-07-05", EtagOf(first->record)),
              IsRefusal("ETAG_CHANGED"));
  EXPECT_THAT(Put("autumn", "2025-09-01", "2026-01-20", "1"), IsRefusal("ETAG_CHANGED"));

  EXPECT_THAT(Terms(), ElementsAre("spring 2025-02-24"));
}

TEST_F(TermsTest, TermsOfASchoolDoNotOverlap) {
  ASSERT_THAT(Put("spring", "2025-02-20", "2025-07-05"), IsOk());

  const auto overlapping = Put("autumn", "2025-07-05", "2026-01-20");

  EXPECT_THAT(overlapping, IsRefusal("TERM_OVERLAPS"));
  EXPECT_THAT(overlapping.status().message(), HasSubstr("2025-02-20 to 2025-07-05"));
  EXPECT_THAT(Put("autumn", "2025-07-06", "2026-01-20"), IsOk());
}

TEST_F(TermsTest, ASchoolHasAtMostTwoHundredTerms) {
  for (int index = 0; index < static_cast<int>(kTermsMax); ++index) {
    const std::string day = FormatDate(LocalDate{10'000 + index});
    ASSERT_THAT(Put(absl::StrCat("t", index), day, day), IsOk());
  }

  EXPECT_THAT(Put("one-more", "2030-01-01", "2030-01-01"), IsRefusal("TOO_MANY_TERMS"));
}

}  // namespace
}  // namespace milkway::consumption
