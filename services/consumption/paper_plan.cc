#include "services/consumption/paper_plan.h"

#include <algorithm>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "clients/cpp/status_macros.h"
#include "services/consumption/calendar.h"
#include "services/consumption/consumption_errors.h"
#include "services/consumption/distribution_convert.h"
#include "services/consumption/recording.h"
#include "services/consumption/student.h"
#include "services/consumption/terms.h"
#include "services/runtime/errors.h"
#include "services/runtime/fields.h"
#include "services/runtime/once.h"
#include "services/runtime/serialize.h"

namespace milkway::consumption {

namespace {

using runtime::CheckCount;
using runtime::InvalidField;
using runtime::Item;
using runtime::ParseText;

constexpr int kPaperDaysMax = 31;
constexpr size_t kClassBytesMax = 64;
constexpr char kDailySession[] = "daily";
constexpr size_t kReasonBytesMax = 500;
// In place of a note that is gone: an incident must have one. ReserveCorrection drops it.
constexpr char kErasedNote[] = "(erased)";
// Names what is derived from sheets among all request ids.
constexpr runtime::RequestId kPaperRequests{0x6d696c6b77617970, 0x8a70657273686565};

constexpr char kDrank = '1';
constexpr char kAbsent = '0';
constexpr char kRefused = 'r';
constexpr char kNothing = '.';

std::string RequestIdOf(const google::protobuf::Message& content, absl::string_view standing) {
  return runtime::FormatRequestId(runtime::DeriveRequestId(
      kPaperRequests, absl::StrCat(standing, "\n", runtime::SerializeInOrder(content))));
}

std::vector<LocalDate> SchoolDaysOf(const Month& month, const std::vector<Term>& terms) {
  std::vector<LocalDate> days;
  for (LocalDate day = month.first_day; day <= month.last_day; ++day.days) {
    const Term* term = TermOn(terms, day);
    const bool is_school_day = term == nullptr ? WeekdayOf(day) <= 5 : IsSchoolDay(*term, day);
    if (is_school_day) days.push_back(day);
  }
  return days;
}

// The student's row; nullopt if it was in the class on none of the days.
std::optional<SheetRow> RowOf(int32_t number, const rec::StudentRecord& student,
                              const std::string& class_name, const std::vector<LocalDate>& days) {
  SheetRow row;
  row.student_number = number;
  bool is_in_class = false;
  for (const LocalDate day : days) {
    const bool is_there = IsEnrolledOn(student, day) && ClassOn(student, day) == class_name;
    const bool is_excluded = is_there && ExclusionOn(student, day) != 0;
    is_in_class |= is_there;
    row.is_excluded |= is_excluded;
    row.is_open.push_back(is_there && !is_excluded);
  }
  return is_in_class ? std::optional(std::move(row)) : std::nullopt;
}

// By the policy that holds on a day; 0 if none does.
absl::StatusOr<int64_t> ServingOn(const storage::Reader& reader, uint32_t school_number,
                                  LocalDate day) {
  storage::KeyRange range = ServingPolicyKey::Range(school_number);
  range.to = ServingPolicyKey::Prefix(school_number, int64_t{day.days} + 1);
  int64_t serving_g = 0;
  RETURN_IF_ERROR(ServingPolicyTable::Scan(
      reader, range, [&](const ServingPolicyKey::Key&, const rec::ServingPolicyRecord& policy) {
        serving_g = policy.serving_g();
        return true;
      }));
  return serving_g;
}

absl::Status CheckRows(const v1::EnterPaperSheetRequest& request, const Month& month) {
  RETURN_IF_ERROR(CheckCount("rows", request.rows_size(), 1, kPaperRowsMax));
  std::set<int32_t> seen;
  for (int index = 0; index < request.rows_size(); ++index) {
    const v1::PaperMarks& row = request.rows(index);
    const std::string item = Item("rows", index);
    RETURN_IF_ERROR(
        runtime::ParseNumber(item + ".student_number", row.student_number(), 1, kStudentNumberMax)
            .status());
    if (row.check_digit() != RowCheckDigit(month, row.student_number())) {
      return InvalidField(item + ".check_digit",
                          absl::StrCat("is not that of student ", row.student_number(),
                                       " in this month; compare the row with the paper"));
    }
    if (!seen.insert(row.student_number()).second) {
      return InvalidField(item + ".student_number",
                          absl::StrCat("is ", row.student_number(), ", as of an earlier row"));
    }
    if (row.marks().size() != static_cast<size_t>(request.days_size()) ||
        row.marks().find_first_not_of("10r.") != std::string::npos) {
      return InvalidField(item + ".marks", absl::StrCat("must be ", request.days_size(),
                                                        " marks, one a day: 1, 0, r or ."));
    }
  }
  return absl::OkStatus();
}

absl::Status CheckDays(const v1::EnterPaperSheetRequest& request, const Month& month) {
  RETURN_IF_ERROR(CheckCount("days", request.days_size(), 1, kPaperDaysMax));
  LocalDate before{month.first_day.days - 1};
  for (int index = 0; index < request.days_size(); ++index) {
    const std::string field = Item("days", index) + ".day";
    ASSIGN_OR_RETURN(const LocalDate day, ParseDate(field, request.days(index).day()));
    if (!month.Covers(day) || day <= before) {
      return InvalidField(field, "must be a day of the month, after the day before it");
    }
    before = day;
  }
  return absl::OkStatus();
}

// What the sheet says of its day `index`.
v1::Distribution DistributionOf(const v1::EnterPaperSheetRequest& request, int index) {
  const v1::PaperDay& day = request.days(index);
  v1::Distribution distribution;
  distribution.set_school_id(request.school_id());
  distribution.set_served_on(day.day());
  distribution.set_class_name(request.class_name());
  distribution.set_session(kDailySession);
  v1::DistributionLine& line = *distribution.add_lines();
  line.set_lot_id(day.lot_id());
  line.set_serving_g(day.serving_g());
  line.set_wasted_g(day.wasted_g());
  line.set_opened_packs(day.opened_packs());
  line.set_pack_g(day.pack_g());
  std::map<int32_t, char> marks;
  for (const v1::PaperMarks& row : request.rows()) {
    marks[row.student_number()] = row.marks()[static_cast<size_t>(index)];
  }
  for (const auto& [student, mark] : marks) {
    if (mark == kDrank) line.add_student_numbers(student);
    if (mark == kAbsent) distribution.add_absent_numbers(student);
    if (mark == kRefused) distribution.add_refused_numbers(student);
  }
  static_assert(kNothing == '.', "says nothing of the child");
  return distribution;
}

bool SaysTheSame(const v1::Distribution& sheet, const v1::Distribution& standing) {
  const auto content = [](v1::Distribution distribution) {
    distribution.clear_served_at();
    return runtime::SerializeInOrder(distribution);
  };
  return content(sheet) == content(standing);
}

absl::Status CheckRoster(const storage::Reader& reader, SchoolCache& schools,
                         const PlannedDay& day) {
  ASSIGN_OR_RETURN(const Recording recording, ParseRecording(day.record));
  const Distribution& distribution = recording.distribution;
  ASSIGN_OR_RETURN(const auto school, schools.FindSchool(reader, distribution.school_id));
  ASSIGN_OR_RETURN(const auto roster, schools.FindRoster(reader, school->number));
  return CheckChildren(*roster, distribution.school_id, distribution.served_on, distribution.lines,
                       distribution.attendance);
}

// Turns a day that is to be recorded into a correction of the record that stands.
absl::Status PlanCorrection(int64_t distribution_id, const v1::RecordedDistribution& standing,
                            const v1::EnterPaperSheetRequest& request, PlannedDay* day) {
  const v1::Distribution& sheet = day->record.distribution();
  const v1::DistributionRevision& last = standing.revisions(standing.revisions_size() - 1);
  day->result.set_distribution_id(distribution_id);
  int32_t servings_before = 0;
  for (const auto& line : last.lines()) servings_before += line.student_numbers_size();
  day->result.set_servings_before(servings_before);
  if (SaysTheSame(sheet, standing.distribution())) {
    day->result.set_outcome(v1::PAPER_OUTCOME_UNCHANGED);
    return absl::OkStatus();
  }
  if (!request.allow_corrections()) {
    day->result.set_outcome(v1::PAPER_OUTCOME_DIFFERS);
    return absl::OkStatus();
  }
  v1::CorrectDistributionRequest& correction = day->correction;
  correction.set_school_id(request.school_id());
  correction.set_distribution_id(distribution_id);
  *correction.mutable_lines() = sheet.lines();
  *correction.mutable_absent_numbers() = sheet.absent_numbers();
  *correction.mutable_refused_numbers() = sheet.refused_numbers();
  correction.set_reason(request.correction_reason());
  correction.set_discrepancy_reason(request.discrepancy_reason());
  correction.set_fefo_override_reason(request.fefo_override_reason());
  correction.set_revision(last.revision());
  // Paper does not speak of incidents: one that was stated goes on standing.
  if (last.has_incident()) {
    *correction.mutable_incident() = last.incident();
    if (last.incident().note().empty()) correction.mutable_incident()->set_note(kErasedNote);
  }
  correction.set_request_id(RequestIdOf(correction, "correction"));
  day->result.set_outcome(v1::PAPER_OUTCOME_CORRECTED);
  if (correction.has_incident()) *day->record.mutable_incident() = correction.incident();
  return absl::OkStatus();
}

absl::StatusOr<PlannedDay> PlanDay(const storage::Reader& reader, SchoolCache& schools,
                                   const v1::EnterPaperSheetRequest& request, int index) {
  PlannedDay day;
  day.result.set_day(request.days(index).day());
  v1::Distribution& sheet = *day.record.mutable_distribution();
  sheet = DistributionOf(request, index);
  day.result.set_servings(sheet.lines(0).student_numbers_size());
  const int32_t counted = request.days(index).drank_count();
  if (counted != 0 && counted != day.result.servings()) {
    SetRefused(SheetCountDiffers(sheet.served_on(), counted, day.result.servings()), &day.result);
    return day;
  }
  if (day.result.servings() == 0) {
    day.result.set_outcome(v1::PAPER_OUTCOME_EMPTY);
    return day;
  }
  day.record.set_discrepancy_reason(request.discrepancy_reason());
  day.record.set_fefo_override_reason(request.fefo_override_reason());
  ASSIGN_OR_RETURN(const auto school, schools.FindSchool(reader, request.school_id()));
  ASSIGN_OR_RETURN(const LocalDate on, ParseDate("day", sheet.served_on()));
  ASSIGN_OR_RETURN(const auto session, SessionTable::Find(reader, school->number, int64_t{on.days},
                                                          request.class_name(), kDailySession));
  // A record that was withdrawn is no reason not to enter the same sheet again.
  const int withdrawn = session.has_value() ? session->withdrawn_ids_size() : 0;
  day.record.set_request_id(RequestIdOf(day.record, absl::StrCat("record ", withdrawn)));
  day.result.set_outcome(v1::PAPER_OUTCOME_RECORDED);
  const absl::StatusOr<Recording> parsed = ParseRecording(day.record);
  if (!parsed.ok()) {
    SetRefused(parsed.status(), &day.result);
    return day;
  }
  if (session.has_value() && session->distribution_id() != 0) {
    const int64_t id = session->distribution_id();
    ASSIGN_OR_RETURN(const auto record, DistributionTable::Find(reader, id));
    if (!record.has_value()) return absl::DataLossError("a distribution of a session is gone");
    ASSIGN_OR_RETURN(const v1::RecordedDistribution standing,
                     ToMessage(request.school_id(), id, *record));
    RETURN_IF_ERROR(PlanCorrection(id, standing, request, &day));
  }
  if (day.result.outcome() == v1::PAPER_OUTCOME_UNCHANGED ||
      day.result.outcome() == v1::PAPER_OUTCOME_DIFFERS) {
    return day;
  }
  const absl::Status roster = CheckRoster(reader, schools, day);
  if (runtime::IsFailure(roster)) return roster;
  if (!roster.ok()) SetRefused(roster, &day.result);
  return day;
}

}  // namespace

absl::StatusOr<Sheet> FindSheet(const storage::Reader& reader,
                                const v1::GetPaperSheetRequest& request) {
  Sheet sheet;
  ASSIGN_OR_RETURN(sheet.class_name,
                   ParseText("class_name", request.class_name(), 1, kClassBytesMax));
  ASSIGN_OR_RETURN(sheet.month, ParseMonth("month", request.month()));
  ASSIGN_OR_RETURN(const rec::SchoolRecord school, ReadSchool(reader, request.school_id()));
  sheet.name_zh = school.name_zh();
  sheet.name_en = school.name_en();
  sheet.sheet_number = SheetNumberOf(school.number(), sheet.month, sheet.class_name);
  ASSIGN_OR_RETURN(sheet.serving_g, ServingOn(reader, school.number(), sheet.month.last_day));
  ASSIGN_OR_RETURN(const std::vector<Term> terms, ReadTerms(reader, school.number()));
  sheet.days = SchoolDaysOf(sheet.month, terms);
  RETURN_IF_ERROR(StudentTable::Scan(
      reader, StudentKey::Range(school.number()),
      [&](const StudentKey::Key& key, const rec::StudentRecord& student) {
        auto row =
            RowOf(static_cast<int32_t>(std::get<1>(key)), student, sheet.class_name, sheet.days);
        if (row.has_value()) sheet.rows.push_back(*std::move(row));
        return sheet.rows.size() <= static_cast<size_t>(kPaperRowsMax);
      }));
  if (sheet.rows.size() > static_cast<size_t>(kPaperRowsMax)) {
    return ClassTooLarge(sheet.class_name, kPaperRowsMax);
  }
  return sheet;
}

absl::StatusOr<std::vector<PlannedDay>> PlanSheet(const storage::Reader& reader,
                                                  SchoolCache& schools,
                                                  const v1::EnterPaperSheetRequest& request) {
  RETURN_IF_ERROR(ParseText("class_name", request.class_name(), 1, kClassBytesMax).status());
  ASSIGN_OR_RETURN(const Month month, ParseMonth("month", request.month()));
  ASSIGN_OR_RETURN(const auto school, schools.FindSchool(reader, request.school_id()));
  RETURN_IF_ERROR(CheckSheetNumber(request.sheet_number(),
                                   SheetNumberOf(school->number, month, request.class_name())));
  RETURN_IF_ERROR(CheckDays(request, month));
  RETURN_IF_ERROR(CheckRows(request, month));
  RETURN_IF_ERROR(ParseText("correction_reason", request.correction_reason(),
                            request.allow_corrections() ? 1 : 0, kReasonBytesMax)
                      .status());
  std::vector<PlannedDay> plan;
  for (int index = 0; index < request.days_size(); ++index) {
    ASSIGN_OR_RETURN(PlannedDay day, PlanDay(reader, schools, request, index));
    plan.push_back(std::move(day));
  }
  return plan;
}

void SetRefused(const absl::Status& refusal, v1::PaperDayResult* result) {
  const v1::Refusal parts = ToRefusal(refusal);
  result->set_outcome(v1::PAPER_OUTCOME_REFUSED);
  result->set_refusal_reason(parts.reason().empty() ? "INVALID_FIELD" : parts.reason());
  // A field of the day's one line has no need of a path.
  result->set_refusal_message(
      std::string(absl::StripPrefix(refusal.message(), "distribution.lines[0].")));
}

}  // namespace milkway::consumption
