#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "milkway/consumption/v1/calendar.grpc.pb.h"
#include "milkway/consumption/v1/schools.grpc.pb.h"
#include "services/runtime/dates.h"
#include "tests/programme/clerk.h"
#include "tests/programme/places.h"

namespace milkway::programme {

namespace {

// What holds from a day on replaces what was said of it and of later days.
template <typename Value>
void HoldFrom(int32_t day, const Value& value, std::map<int32_t, Value>* values) {
  values->erase(values->lower_bound(day), values->end());
  const bool is_new = values->empty() || values->rbegin()->second != value;
  if (is_new) (*values)[day] = value;
}

std::string NextClass(const std::string& class_name) {
  for (size_t index = 0; index < std::size(kClasses); ++index) {
    if (class_name == kClasses[index]) return kClasses[(index + 1) % std::size(kClasses)];
  }
  return class_name;
}

}  // namespace

// While children are recorded as served, nobody changes who they are.
std::string Clerk::QuietSchool() {
  const std::string school = AnyOf(kSchools);
  if (touched_.count(absl::StrCat("children of ", school)) > 0) return "";
  return Touch(absl::StrCat("roster of ", school)) ? school : "";
}

// Before any child of the burst is served.
void Clerk::ChangeRosters() {
  for (int64_t changes = Upto(2); changes > 0; --changes) {
    constexpr void (Clerk::*kChanges[])() = {&Clerk::ChangeStudent, &Clerk::ChangeStudent,
                                             &Clerk::ChangeStudent, &Clerk::Enrol,
                                             &Clerk::Transfer,      &Clerk::RollOver};
    (this->*AnyOf(kChanges))();
  }
}

void Clerk::ChangeStudent() {
  const std::string school_id = QuietSchool();
  if (school_id.empty()) return;
  const auto& [number, child] = AnyOf(story_.schools.at(school_id).children);
  con::UpdateStudentRequest request;
  request.set_request_id(NextRequestId());
  request.set_school_id(school_id);
  request.set_student_number(number);
  const int32_t from = std::max(TodayOrBefore(), child.enrolled_day);
  request.set_from_day(DateOf(from));
  if (OneIn(4)) request.set_left_on(DateOf(std::max(TodayOrBefore(), child.enrolled_day)));
  if (OneIn(3)) request.set_exclusion(con::EXCLUSION_MILK_ALLERGY);
  if (OneIn(3)) request.set_class_name(AnyOf(kClasses));
  Ask<con::SchoolService, con::UpdateStudentResponse>(
      &con::SchoolService::Stub::async::UpdateStudent, request, {{}, {"STUDENT_CHANGED_TOO_OFTEN"}},
      [this, request, from](const con::UpdateStudentResponse&) {
        Child& changed =
            story_.schools.at(request.school_id()).children.at(request.student_number());
        HoldFrom(from, request.exclusion() != con::EXCLUSION_UNSPECIFIED, &changed.excluded);
        if (!request.class_name().empty()) HoldFrom(from, request.class_name(), &changed.classes);
        changed.left_day.reset();
        if (!request.left_on().empty()) {
          changed.left_day = ParseDate("left_on", request.left_on())->days;
        }
      });
}

void Clerk::Enrol() {
  const std::string school_id = QuietSchool();
  if (school_id.empty()) return;
  const std::map<int32_t, Child>& children = story_.schools.at(school_id).children;
  if (children.size() > 70) return;
  con::EnrolStudentsRequest request;
  request.set_request_id(NextRequestId());
  request.set_school_id(school_id);
  con::Student& student = *request.add_students();
  student.set_student_number(children.rbegin()->first + 1);
  student.set_class_name(AnyOf(kClasses));
  student.set_birth_month("2019-02");
  student.set_sex(con::SEX_MALE);
  const int32_t day = TodayOrBefore();
  student.set_enrolled_on(DateOf(day));
  Ask<con::SchoolService, con::EnrolStudentsResponse>(
      &con::SchoolService::Stub::async::EnrolStudents, request, {},
      [this, school_id, student, day](const con::EnrolStudentsResponse& answer) {
        EXPECT_EQ(answer.added(), 1);
        Child child = {.enrolled_day = day};
        child.classes[day] = student.class_name();
        story_.schools.at(school_id).children[student.student_number()] = child;
      });
}

void Clerk::Transfer() {
  const std::string from = QuietSchool();
  const std::string to = QuietSchool();
  if (from.empty() || to.empty()) return;
  const std::map<int32_t, Child>& others = story_.schools.at(to).children;
  if (others.size() > 70) return;
  const auto& [number, child] = AnyOf(story_.schools.at(from).children);
  const int32_t day = std::max(TodayOrBefore(), child.enrolled_day + 1);
  con::TransferStudentRequest request;
  request.set_request_id(NextRequestId());
  request.set_school_id(from);
  request.set_student_number(number);
  request.set_to_school_id(to);
  const bool is_taken = OneIn(6);
  request.set_to_student_number(others.rbegin()->first + (is_taken ? 0 : 1));
  request.set_to_class_name(AnyOf(kClasses));
  request.set_on_day(DateOf(day));
  Expected expected;
  if (is_taken) expected.must = {"STUDENT_EXISTS"};
  if (!child.IsEnrolledOn(day - 1)) expected.must = {"STUDENT_NOT_ENROLLED"};
  Ask<con::SchoolService, con::TransferStudentResponse>(
      &con::SchoolService::Stub::async::TransferStudent, request, expected,
      [this, request, day](const con::TransferStudentResponse&) {
        Child& gone = story_.schools.at(request.school_id()).children.at(request.student_number());
        Child come = {.enrolled_day = day};
        come.classes[day] = request.to_class_name();
        if (gone.IsExcludedOn(day)) come.excluded[day] = true;
        gone.left_day = day;
        story_.schools.at(request.to_school_id()).children[request.to_student_number()] = come;
      });
}

void Clerk::RollOver() {
  const std::string school_id = QuietSchool();
  if (school_id.empty()) return;
  const int32_t day = Today() - static_cast<int32_t>(Below(3));
  con::RollOverClassesRequest request;
  request.set_request_id(NextRequestId());
  request.set_school_id(school_id);
  request.set_on_day(DateOf(day));
  for (const char* class_name : kClasses) {
    con::ClassMove& move = *request.add_moves();
    move.set_from_class(class_name);
    move.set_to_class(NextClass(class_name));
  }
  request.set_dry_run(OneIn(6));
  Expected expected = {{}, {"STUDENT_CHANGED_TOO_OFTEN"}};
  if (day <= story_.schools.at(school_id).rolled_over_day) expected.must = {"ROLLED_OVER_ALREADY"};
  Ask<con::SchoolService, con::RollOverClassesResponse>(
      &con::SchoolService::Stub::async::RollOverClasses, request, expected,
      [this, request, day](const con::RollOverClassesResponse&) {
        if (request.dry_run()) return;
        School& school = story_.schools.at(request.school_id());
        school.rolled_over_day = day;
        for (auto& [number, child] : school.children) {
          if (!child.IsEnrolledOn(day)) continue;
          HoldFrom(day, NextClass(child.ClassOn(day)), &child.classes);
        }
      });
}

void Clerk::PutTerm() {
  const std::string school_id = AnyOf(kSchools);
  if (!Touch(absl::StrCat("terms of ", school_id))) return;
  const auto number = static_cast<int32_t>(Below(6));
  const std::string term_id = absl::StrCat("term-", number);
  const int32_t first = Today() - Today() % 400 + 40 * number;
  const std::map<std::string, std::string>& terms = story_.schools.at(school_id).terms;
  con::PutTermRequest request;
  request.set_request_id(NextRequestId());
  request.set_school_id(school_id);
  con::Term& term = *request.mutable_term();
  term.set_term_id(term_id);
  term.set_first_day(DateOf(first));
  term.set_last_day(DateOf(first + 20 + static_cast<int32_t>(Below(19))));
  Expected expected;
  const auto known = terms.find(term_id);
  const bool is_stale = OneIn(4);
  if (known != terms.end() && !is_stale) term.set_etag(known->second);
  if (known != terms.end() && is_stale) expected.must = {"TERM_EXISTS"};
  Ask<con::CalendarService, con::PutTermResponse>(
      &con::CalendarService::Stub::async::PutTerm, request, expected,
      [this, school_id](const con::PutTermResponse& answer) {
        story_.schools.at(school_id).terms[answer.term().term_id()] = answer.term().etag();
      });
}

void Clerk::SetPolicy() {
  con::SetServingPolicyRequest request;
  request.set_request_id(NextRequestId());
  request.set_school_id(AnyOf(kSchools));
  request.mutable_policy()->set_from_day(DateOf(TodayOrBefore()));
  request.mutable_policy()->set_serving_g(25);
  request.mutable_policy()->set_sessions(1);
  Ask<con::CalendarService, con::SetServingPolicyResponse>(
      &con::CalendarService::Stub::async::SetServingPolicy, request, {},
      [](const con::SetServingPolicyResponse&) {});
}

}  // namespace milkway::programme
