// Every limit of the messages of distributions, and the path of the field that breaks it.

#include "services/consumption/distribution_convert.h"

#include <functional>
#include <limits>
#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/runtime/errors.h"
#include "tests/support/refusal_matchers.h"

namespace milkway::consumption {
namespace {

using ::milkway::testing::IsOk;
using ::milkway::testing::NamesField;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

constexpr char kRequestId[] = "01890a5d-ac96-774b-bcce-b302099a8057";
constexpr int64_t kMost = std::numeric_limits<int64_t>::max();
constexpr int64_t kLeast = std::numeric_limits<int64_t>::min();

using Request = v1::RecordDistributionRequest;
using CorrectRequest = v1::CorrectDistributionRequest;
using Line = v1::DistributionLine;

Line SomeLine(int64_t lot_id = 1) {
  Line line;
  line.set_lot_id(lot_id);
  line.set_serving_g(25);
  line.add_student_numbers(static_cast<int32_t>(lot_id));
  return line;
}

Request SomeRecord() {
  Request request;
  request.set_request_id(kRequestId);
  v1::Distribution& distribution = *request.mutable_distribution();
  distribution.set_school_id("school");
  distribution.set_served_on("2025-06-02");
  distribution.set_class_name("3A");
  *distribution.add_lines() = SomeLine();
  return request;
}

CorrectRequest SomeCorrection() {
  CorrectRequest request;
  request.set_request_id(kRequestId);
  request.set_school_id("school");
  request.set_distribution_id(7);
  *request.add_lines() = SomeLine();
  request.set_reason("counted again");
  return request;
}

// What becomes of the message after a change.
absl::StatusOr<Recording> With(const std::function<void(Request&)>& change) {
  Request request = SomeRecord();
  change(request);
  return ParseRecording(request);
}
absl::StatusOr<Recording> WithDistribution(const std::function<void(v1::Distribution&)>& change) {
  return With([&](Request& request) { change(*request.mutable_distribution()); });
}
absl::StatusOr<Recording> WithLine(const std::function<void(Line&)>& change) {
  return WithDistribution([&](auto& distribution) { change(*distribution.mutable_lines(0)); });
}
absl::StatusOr<Correction> WithCorrection(const std::function<void(CorrectRequest&)>& change) {
  CorrectRequest request = SomeCorrection();
  change(request);
  return ParseCorrection(request);
}

std::function<void(Line&)> Students(const std::vector<int32_t>& numbers) {
  return [numbers](Line& line) {
    line.mutable_student_numbers()->Clear();
    line.mutable_student_numbers()->Add(numbers.begin(), numbers.end());
  };
}
std::function<void(Line&)> StudentsUpTo(int32_t last) {
  std::vector<int32_t> numbers;
  for (int32_t number = 1; number <= last; ++number) numbers.push_back(number);
  return Students(numbers);
}

TEST(ParseRecording, TakesWhatIsStated) {
  Request request = SomeRecord();
  request.set_discrepancy_reason("a bag\nwas not in the books");
  request.set_fefo_override_reason("it stood behind");
  v1::Distribution& stated = *request.mutable_distribution();
  stated.set_session("evening");
  *stated.mutable_served_at() = ToZonedTime({1'748'850'000'000'000, 480});
  stated.mutable_lines(0)->set_wasted_g(30);

  const auto recording = ParseRecording(request);

  ASSERT_THAT(recording, IsOk());
  EXPECT_EQ(runtime::FormatRequestId(recording->request_id), kRequestId);
  EXPECT_EQ(recording->discrepancy_reason, "a bag\nwas not in the books");
  EXPECT_EQ(recording->fefo_override_reason, "it stood behind");
  EXPECT_EQ(recording->recorded_by, "");
  const Distribution& distribution = recording->distribution;
  EXPECT_EQ(distribution.school_id, "school");
  EXPECT_EQ(FormatDate(distribution.served_on), "2025-06-02");
  EXPECT_EQ(distribution.class_name, "3A");
  EXPECT_EQ(distribution.session, "evening");
  EXPECT_EQ(distribution.served_at, (OccurredAt{1'748'850'000'000'000, 480}));
  ASSERT_THAT(distribution.lines, SizeIs(1));
  EXPECT_EQ(distribution.lines[0].lot, LotId{1});
  EXPECT_EQ(distribution.lines[0].serving_g, 25);
  EXPECT_THAT(distribution.lines[0].students, ElementsAre(1));
  EXPECT_EQ(distribution.lines[0].wasted_g, 30);
}

TEST(ParseRecording, TheDailySessionNeedsNoName) {
  EXPECT_EQ(With([](auto&) {})->distribution.session, "daily");
  EXPECT_EQ(With([](auto&) {})->distribution.served_at, std::nullopt);
}

TEST(ParseRecording, ChildrenMayComeInAnyOrder) {
  const auto recording = WithLine(Students({9, 2, 100'000, 1}));

  ASSERT_THAT(recording, IsOk());
  EXPECT_THAT(recording->distribution.lines[0].students, ElementsAre(1, 2, 9, 100'000));
}

TEST(ParseRecording, NamesTheRequestIdThatIsNoUuid) {
  EXPECT_THAT(With([](auto& r) { r.clear_request_id(); }), NamesField("request_id"));
  EXPECT_THAT(With([](auto& r) { r.set_request_id("7"); }), NamesField("request_id"));
  EXPECT_THAT(With([](auto& r) { r.set_request_id(std::string(36, '0')); }),
              NamesField("request_id"));
}

TEST(ParseRecording, NamesTheSchoolThatIsNoId) {
  const auto field = NamesField("distribution.school_id");
  EXPECT_THAT(WithDistribution([](auto& d) { d.clear_school_id(); }), field);
  EXPECT_THAT(WithDistribution([](auto& d) { d.set_school_id("a school"); }), field);
  EXPECT_THAT(WithDistribution([](auto& d) { d.set_school_id(std::string(65, 'a')); }), field);
  EXPECT_THAT(WithDistribution([](auto& d) { d.set_school_id(std::string(64, 'a')); }), IsOk());
  EXPECT_THAT(With([](auto& r) { r.clear_distribution(); }), field);
}

TEST(ParseRecording, IsOfADayThatExists) {
  for (const char* day : {"", "2025-02-29", "2025-06-31", "2025-00-01", "2025-13-01", "2025-6-2",
                          "2025-06-02 ", "2025/06/02", "1899-12-31", "2200-01-01", "+025-06-02"}) {
    EXPECT_THAT(WithDistribution([&](auto& d) { d.set_served_on(day); }),
                NamesField("distribution.served_on"))
        << day;
  }
  EXPECT_THAT(WithDistribution([](auto& d) { d.set_served_on("2024-02-29"); }), IsOk());
  EXPECT_THAT(WithDistribution([](auto& d) { d.set_served_on(std::string(1 << 20, '2')); }),
              NamesField("distribution.served_on"));
}

TEST(ParseRecording, LimitsTheNameOfTheClass) {
  const auto field = NamesField("distribution.class_name");
  EXPECT_THAT(WithDistribution([](auto& d) { d.clear_class_name(); }), field);
  EXPECT_THAT(WithDistribution([](auto& d) { d.set_class_name("三年级A班"); }), IsOk());
  EXPECT_THAT(WithDistribution([](auto& d) { d.set_class_name(std::string(64, 'a')); }), IsOk());
  EXPECT_THAT(WithDistribution([](auto& d) { d.set_class_name(std::string(65, 'a')); }), field);
  EXPECT_THAT(WithDistribution([](auto& d) { d.set_class_name(std::string(4 << 20, 'a')); }),
              field);
  EXPECT_THAT(WithDistribution([](auto& d) { d.set_class_name("3A\n"); }), field);
  EXPECT_THAT(WithDistribution([](auto& d) { d.set_class_name(std::string("3\0A", 3)); }), field);
}

TEST(ParseRecording, LimitsTheNameOfTheSession) {
  const auto field = NamesField("distribution.session");
  EXPECT_THAT(WithDistribution([](auto& d) { d.set_session(std::string(128, 'a')); }), IsOk());
  EXPECT_THAT(WithDistribution([](auto& d) { d.set_session(std::string(129, 'a')); }), field);
  EXPECT_THAT(WithDistribution([](auto& d) { d.set_session("a\tb"); }), field);
}

TEST(ParseRecording, IsServedAtATimeOfACommonClock) {
  const auto field = NamesField("distribution.served_at");
  EXPECT_THAT(WithDistribution([](auto& d) { d.mutable_served_at(); }), field);
  EXPECT_THAT(WithDistribution([](auto& d) {
                *d.mutable_served_at() = ToZonedTime({1'748'850'000'000'000, 841});
              }),
              field);
  EXPECT_THAT(WithDistribution([](auto& d) {
                *d.mutable_served_at() = ToZonedTime({0, 480});
              }),
              field);
}

TEST(ParseRecording, HasOneToTwentyLines) {
  const auto with_lines = [](int count) {
    return WithDistribution([count](auto& d) {
      d.clear_lines();
      for (int lot = 1; lot <= count; ++lot) *d.add_lines() = SomeLine(lot);
    });
  };
  EXPECT_THAT(with_lines(0), NamesField("distribution.lines"));
  EXPECT_THAT(with_lines(1), IsOk());
  EXPECT_THAT(with_lines(20), IsOk());
  EXPECT_THAT(with_lines(21), NamesField("distribution.lines"));
  EXPECT_THAT(with_lines(10'000), NamesField("distribution.lines"));
}

TEST(ParseRecording, NamesTheLotThatIsNone) {
  const auto field = NamesField("distribution.lines[0].lot_id");
  EXPECT_THAT(WithLine([](auto& l) { l.clear_lot_id(); }), field);
  EXPECT_THAT(WithLine([](auto& l) { l.set_lot_id(-1); }), field);
  EXPECT_THAT(WithLine([](auto& l) { l.set_lot_id(kLeast); }), field);
  EXPECT_THAT(WithLine([](auto& l) { l.set_lot_id(kMost); }), IsOk());
}

TEST(ParseRecording, AServingHasOneToAThousandGrams) {
  const auto field = NamesField("distribution.lines[0].serving_g");
  EXPECT_THAT(WithLine([](auto& l) { l.clear_serving_g(); }), field);
  EXPECT_THAT(WithLine([](auto& l) { l.set_serving_g(-25); }), field);
  EXPECT_THAT(WithLine([](auto& l) { l.set_serving_g(1); }), IsOk());
  EXPECT_THAT(WithLine([](auto& l) { l.set_serving_g(1'000); }), IsOk());
  EXPECT_THAT(WithLine([](auto& l) { l.set_serving_g(1'001); }), field);
  EXPECT_THAT(WithLine([](auto& l) { l.set_serving_g(kMost); }), field);
  EXPECT_THAT(WithLine([](auto& l) { l.set_serving_g(kLeast); }), field);
}

TEST(ParseRecording, NoMoreThanAMillionGramsAreWasted) {
  const auto field = NamesField("distribution.lines[0].wasted_g");
  EXPECT_THAT(WithLine([](auto& l) { l.set_wasted_g(-1); }), field);
  EXPECT_THAT(WithLine([](auto& l) { l.set_wasted_g(1'000'000); }), IsOk());
  EXPECT_THAT(WithLine([](auto& l) { l.set_wasted_g(1'000'001); }), field);
  EXPECT_THAT(WithLine([](auto& l) { l.set_wasted_g(kMost); }), field);
}

TEST(ParseRecording, NamesUpToFiveThousandChildrenOfARoster) {
  const auto field = NamesField("distribution.lines[0].student_numbers");
  EXPECT_THAT(WithLine(StudentsUpTo(5'000)), IsOk());
  EXPECT_THAT(WithLine(StudentsUpTo(5'001)), field);
  EXPECT_THAT(WithLine(StudentsUpTo(1'000'000)), field);
  EXPECT_THAT(WithLine(Students({0})), field);
  EXPECT_THAT(WithLine(Students({5, -1})), field);
  EXPECT_THAT(WithLine(Students({std::numeric_limits<int32_t>::min()})), field);
  EXPECT_THAT(WithLine(Students({kStudentNumberMax})), IsOk());
  EXPECT_THAT(WithLine(Students({1, kStudentNumberMax + 1})), field);
}

TEST(ParseRecording, SomebodyDrankOrSomethingWasWasted) {
  EXPECT_THAT(WithLine(Students({})), NamesField("distribution.lines[0].student_numbers"));
  EXPECT_THAT(WithLine([](auto& l) {
                l.clear_student_numbers();
                l.set_wasted_g(1);
              }),
              IsOk());
}

TEST(ParseRecording, AChildDrinksOnceInARecord) {
  EXPECT_THAT(WithLine(Students({3, 4, 3})), NamesField("distribution.lines[0].student_numbers"));
  const auto of_another_lot = WithDistribution([](auto& d) {
    Students({4, 7})(*d.mutable_lines(0));
    *d.add_lines() = SomeLine(2);
    *d.add_lines() = SomeLine(3);
    Students({8, 7})(*d.mutable_lines(2));
  });
  EXPECT_THAT(of_another_lot, NamesField("distribution.lines[2].student_numbers"));
  EXPECT_THAT(of_another_lot.status().message(), ::testing::HasSubstr("student 7 twice"));
}

TEST(ParseRecording, ALotHasOneLineInARecord) {
  EXPECT_THAT(WithDistribution([](auto& d) {
                *d.add_lines() = SomeLine(2);
                *d.add_lines() = SomeLine(1);
              }),
              NamesField("distribution.lines[2].lot_id"));
}

TEST(ParseRecording, NamesTheLineThatIsWrong) {
  EXPECT_THAT(WithDistribution([](auto& d) {
                *d.add_lines() = SomeLine(2);
                d.mutable_lines(1)->set_serving_g(0);
              }),
              NamesField("distribution.lines[1].serving_g"));
}

TEST(ParseRecording, LimitsItsReasons) {
  EXPECT_THAT(With([](auto& r) { r.set_discrepancy_reason(std::string(500, 'a')); }), IsOk());
  EXPECT_THAT(With([](auto& r) { r.set_discrepancy_reason(std::string(501, 'a')); }),
              NamesField("discrepancy_reason"));
  EXPECT_THAT(With([](auto& r) { r.set_discrepancy_reason("\x1b[2J"); }),
              NamesField("discrepancy_reason"));
  EXPECT_THAT(With([](auto& r) { r.set_fefo_override_reason(std::string(200, 'a')); }), IsOk());
  EXPECT_THAT(With([](auto& r) { r.set_fefo_override_reason(std::string(201, 'a')); }),
              NamesField("fefo_override_reason"));
}

TEST(ParseCorrection, TakesWhatIsStated) {
  CorrectRequest request = SomeCorrection();
  request.set_discrepancy_reason("a bag more");
  request.set_fefo_override_reason("it stood behind");
  request.set_revision(3);

  const auto correction = ParseCorrection(request);

  ASSERT_THAT(correction, IsOk());
  EXPECT_EQ(runtime::FormatRequestId(correction->request_id), kRequestId);
  EXPECT_EQ(correction->school_id, "school");
  EXPECT_EQ(correction->distribution_id, 7);
  ASSERT_THAT(correction->lines, SizeIs(1));
  EXPECT_EQ(correction->lines[0].lot, LotId{1});
  EXPECT_EQ(correction->reason, "counted again");
  EXPECT_EQ(correction->discrepancy_reason, "a bag more");
  EXPECT_EQ(correction->fefo_override_reason, "it stood behind");
  EXPECT_EQ(correction->seen_revision, 3);
}

TEST(ParseCorrection, MayHaveNoLines) {
  const auto correction = WithCorrection([](auto& c) { c.clear_lines(); });

  ASSERT_THAT(correction, IsOk());
  EXPECT_THAT(correction->lines, IsEmpty());
}

TEST(ParseCorrection, NamesTheFieldThatIsWrong) {
  EXPECT_THAT(WithCorrection([](auto& c) { c.clear_request_id(); }), NamesField("request_id"));
  EXPECT_THAT(WithCorrection([](auto& c) { c.clear_school_id(); }), NamesField("school_id"));
  EXPECT_THAT(WithCorrection([](auto& c) { c.clear_distribution_id(); }),
              NamesField("distribution_id"));
  EXPECT_THAT(WithCorrection([](auto& c) { c.set_distribution_id(kLeast); }),
              NamesField("distribution_id"));
  EXPECT_THAT(WithCorrection([](auto& c) { c.clear_reason(); }), NamesField("reason"));
  EXPECT_THAT(WithCorrection([](auto& c) { c.set_reason(std::string(500, 'a')); }), IsOk());
  EXPECT_THAT(WithCorrection([](auto& c) { c.set_reason(std::string(501, 'a')); }),
              NamesField("reason"));
  EXPECT_THAT(WithCorrection([](auto& c) { c.set_discrepancy_reason(std::string(501, 'a')); }),
              NamesField("discrepancy_reason"));
  EXPECT_THAT(WithCorrection([](auto& c) { c.set_fefo_override_reason(std::string(201, 'a')); }),
              NamesField("fefo_override_reason"));
  EXPECT_THAT(WithCorrection([](auto& c) { c.set_revision(-1); }), NamesField("revision"));
}

TEST(ParseCorrection, LimitsItsLinesAsARecordDoes) {
  EXPECT_THAT(WithCorrection([](auto& c) { c.mutable_lines(0)->set_lot_id(0); }),
              NamesField("lines[0].lot_id"));
  EXPECT_THAT(WithCorrection([](auto& c) { *c.add_lines() = SomeLine(); }),
              NamesField("lines[1].lot_id"));
  EXPECT_THAT(WithCorrection([](auto& c) {
                Students({3, 3})(*c.mutable_lines(0));
              }),
              NamesField("lines[0].student_numbers"));
  EXPECT_THAT(WithCorrection([](auto& c) {
                for (int lot = 2; lot <= 21; ++lot) *c.add_lines() = SomeLine(lot);
              }),
              NamesField("lines"));
}

}  // namespace
}  // namespace milkway::consumption
