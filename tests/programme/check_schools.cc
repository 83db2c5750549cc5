#include <algorithm>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "milkway/consumption/v1/distributions.grpc.pb.h"
#include "milkway/consumption/v1/schools.grpc.pb.h"
#include "milkway/consumption/v1/summaries.grpc.pb.h"
#include "services/runtime/dates.h"
#include "tests/programme/checks.h"
#include "tests/programme/places.h"
#include "tests/support/status_matchers.h"

namespace milkway::programme {

namespace {

using ::milkway::testing::IsOk;

int32_t DayOf(const std::string& date) { return ParseDate("day", date)->days; }

// A school's day, from the records that stand.
struct Day {
  int64_t class_records = 0;
  int64_t servings = 0;
  int64_t served_g = 0;
  int64_t wasted_g = 0;
  std::set<int32_t> children;
  std::map<int32_t, int> on_site;  // how often a child was served, in how many records
};

std::map<int32_t, Day> DaysOf(const Story& story, const std::string& school) {
  std::map<int32_t, Day> days;
  for (const auto& [id, record] : story.records) {
    if (record.school != school || record.is_withdrawn()) continue;
    Day& day = days[record.day];
    ++day.class_records;
    for (const con::DistributionLine& line : record.standing().lines()) {
      day.servings += line.student_numbers_size();
      day.served_g += line.serving_g() * line.student_numbers_size();
      day.wasted_g += line.wasted_g();
      for (const int32_t child : line.student_numbers()) {
        day.children.insert(child);
        if (line.take_home_packs() == 0) ++day.on_site[child];
      }
    }
  }
  return days;
}

// Children are shown in the order of their numbers, however they were stated.
std::string LinesOf(const con::DistributionRevision& revision) {
  con::DistributionRevision lines;
  *lines.mutable_lines() = revision.lines();
  for (con::DistributionLine& line : *lines.mutable_lines()) {
    std::sort(line.mutable_student_numbers()->begin(), line.mutable_student_numbers()->end());
  }
  return lines.ShortDebugString();
}

void CompareVersions(const Record& record, const con::RecordedDistribution& shown) {
  ASSERT_EQ(static_cast<size_t>(shown.revisions_size()), record.versions.size())
      << shown.ShortDebugString();
  for (int index = 0; index < shown.revisions_size(); ++index) {
    const con::DistributionRevision& expected = record.versions[static_cast<size_t>(index)];
    const con::DistributionRevision& revision = shown.revisions(index);
    EXPECT_EQ(revision.position(), expected.position());
    EXPECT_EQ(LinesOf(revision), LinesOf(expected));
    EXPECT_EQ(revision.has_incident(), expected.has_incident()) << revision.ShortDebugString();
  }
}

}  // namespace

// Consumption's sums of a lot at a school are those of its records.
void Checks::CheckServings(const ServedAt& served) {
  con::GetServingsRequest request;
  std::map<std::string, std::set<int32_t>> children;
  for (const auto& [lot, facts] : story_.lots) {
    for (const char* school : kSchools) {
      con::LotAtSchool& pair = *request.add_pairs();
      pair.set_lot_id(lot);
      pair.set_school_id(school);
    }
  }
  const auto answer = system_.Ask(&con::DistributionService::Stub::GetServings, request);
  ASSERT_THAT(answer, IsOk());
  for (int index = 0; index < request.pairs_size(); ++index) {
    const LotPlace at = {request.pairs(index).lot_id(), request.pairs(index).school_id()};
    const auto expected = served.find(at);
    const Served& drunk = expected == served.end() ? Served() : expected->second;
    EXPECT_EQ(answer->servings(index).servings(), drunk.servings)
        << "lot " << at.first << " at " << at.second;
    EXPECT_EQ(answer->servings(index).served_g(), drunk.grams)
        << "lot " << at.first << " at " << at.second;
    children[at.second].insert(drunk.children.begin(), drunk.children.end());
  }
  int64_t different = 0;
  for (const auto& [school, numbers] : children) different += static_cast<int64_t>(numbers.size());
  EXPECT_EQ(answer->children(), different);
}

void Checks::CheckServedDays() {
  for (const char* school : kSchools) {
    std::map<int32_t, Day> days = DaysOf(story_, school);
    con::ListServedDaysRequest request;
    request.set_page_size(1000);
    request.set_school_id(school);
    const auto page = system_.Ask(&con::SummaryService::Stub::ListServedDays, request);
    ASSERT_THAT(page, IsOk());
    EXPECT_EQ(page->next_page_token(), "");
    EXPECT_EQ(static_cast<size_t>(page->days_size()), days.size());
    for (const con::ServedDay& day : page->days()) {
      const Day& expected = days[DayOf(day.day())];
      const auto twice = std::count_if(expected.on_site.begin(), expected.on_site.end(),
                                       [](const auto& child) { return child.second > 1; });
      EXPECT_EQ(day.class_records(), expected.class_records) << school << " " << day.day();
      EXPECT_EQ(day.servings(), expected.servings) << school << " " << day.day();
      EXPECT_EQ(day.children(), static_cast<int64_t>(expected.children.size())) << day.day();
      EXPECT_EQ(day.served_g(), expected.served_g) << school << " " << day.day();
      EXPECT_EQ(day.wasted_g(), expected.wasted_g) << school << " " << day.day();
      EXPECT_EQ(day.served_twice(), twice) << school << " " << day.day();
    }
  }
}

// Which class records hold a lot, lot by lot.
void Checks::CheckClassDays() {
  using Row = std::tuple<int64_t, int64_t, int64_t, int64_t>;  // record, lot, servings, grams
  std::set<Row> expected;
  for (const auto& [id, record] : story_.records) {
    for (const con::DistributionLine& line : record.standing().lines()) {
      const int64_t servings = line.student_numbers_size();
      if (servings > 0) expected.emplace(id, line.lot_id(), servings, servings * line.serving_g());
    }
  }
  std::set<Row> listed;
  con::ListLotClassDaysRequest request;
  request.set_page_size(1000);
  for (const auto& [lot, facts] : story_.lots) request.add_lot_ids(lot);
  do {
    const auto page = system_.Ask(&con::SummaryService::Stub::ListLotClassDays, request);
    ASSERT_THAT(page, IsOk());
    for (const con::LotClassDay& row : page->class_days()) {
      const bool is_new =
          listed.emplace(row.distribution_id(), row.lot_id(), row.servings(), row.served_g())
              .second;
      EXPECT_TRUE(is_new) << row.ShortDebugString();
    }
    request.set_page_token(page->next_page_token());
  } while (!request.page_token().empty());
  EXPECT_EQ(listed, expected);
}

// Every record with every version, as it was stated.
void Checks::CheckRecords() {
  size_t listed = 0;
  for (const char* school : kSchools) {
    con::ListDistributionsRequest request;
    request.set_page_size(1000);
    request.set_school_id(school);
    do {
      const auto page = system_.Ask(&con::DistributionService::Stub::ListDistributions, request);
      ASSERT_THAT(page, IsOk());
      for (const con::RecordedDistribution& shown : page->distributions()) {
        ++listed;
        const auto record = story_.records.find(shown.distribution_id());
        ASSERT_TRUE(record != story_.records.end()) << shown.ShortDebugString();
        EXPECT_EQ(record->second.class_name, shown.distribution().class_name());
        EXPECT_EQ(record->second.session, shown.distribution().session());
        EXPECT_EQ(FormatDate(LocalDate{record->second.day}), shown.distribution().served_on());
        CompareVersions(record->second, shown);
      }
      request.set_page_token(page->next_page_token());
    } while (!request.page_token().empty());
  }
  EXPECT_EQ(listed, story_.records.size());
}

// Who is in which class today, who is gone, who is not given milk.
void Checks::CheckRosters() {
  for (const auto& [school_id, school] : story_.schools) {
    con::ListStudentsRequest request;
    request.set_page_size(1000);
    request.set_school_id(school_id);
    const int32_t day = LocalDateOf({system_.clock().NowUs(), 480}).days;
    request.set_on_day(FormatDate(LocalDate{day}));
    const auto page = system_.Ask(&con::SchoolService::Stub::ListStudents, request);
    ASSERT_THAT(page, IsOk());
    EXPECT_EQ(static_cast<size_t>(page->students_size()), school.children.size());
    for (const con::Student& student : page->students()) {
      const std::string told = absl::StrCat(school_id, " ", student.ShortDebugString());
      const auto child = school.children.find(student.student_number());
      ASSERT_TRUE(child != school.children.end()) << told;
      EXPECT_EQ(student.class_name(), child->second.ClassOn(day)) << told;
      EXPECT_EQ(student.exclusion() != con::EXCLUSION_UNSPECIFIED, child->second.IsExcludedOn(day))
          << told;
      const bool is_gone = child->second.left_day.has_value();
      EXPECT_EQ(student.left_on(),
                is_gone ? FormatDate(LocalDate{*child->second.left_day}) : std::string())
          << told;
    }
  }
}

}  // namespace milkway::programme
