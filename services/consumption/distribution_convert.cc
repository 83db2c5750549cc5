#include "services/consumption/distribution_convert.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "absl/strings/str_cat.h"
#include "clients/cpp/status_macros.h"
#include "services/runtime/errors.h"
#include "services/runtime/fields.h"

namespace milkway::consumption {

namespace {

using runtime::CheckCount;
using runtime::InField;
using runtime::InvalidField;
using runtime::Item;
using runtime::ParseId;
using runtime::ParseNumber;
using runtime::ParseText;

constexpr int kLinesMax = 20;
constexpr int kStudentsMax = 5'000;
constexpr int64_t kServingGMax = 1'000;
constexpr int64_t kWastedGMax = 1'000'000;
constexpr size_t kClassBytesMax = 64;
constexpr size_t kSessionBytesMax = 128;
constexpr size_t kReasonBytesMax = 500;
constexpr size_t kFefoReasonBytesMax = 200;
constexpr int64_t kTakeHomeGMax = 10'000;
constexpr int64_t kOpenedPacksMax = 1'000;
constexpr int64_t kPackGMax = 10'000;
constexpr int64_t kTakeHomePacksMax = 20;
constexpr int kIncidentStudentsMax = 100;
constexpr char kDailySession[] = "daily";
constexpr char kTakeHomeSession[] = "take-home";

using StudentNumbers = google::protobuf::RepeatedField<int32_t>;

absl::Status StudentTwice(absl::string_view field, int32_t number) {
  return InvalidField(field, absl::StrCat("has student ", number, " twice; name each once"));
}

absl::StatusOr<StudentSet> ParseStudents(const char* field, const StudentNumbers& numbers,
                                         int count_min = 0, int count_max = kStudentsMax) {
  RETURN_IF_ERROR(CheckCount(field, numbers.size(), count_min, count_max));
  StudentSet students(numbers.begin(), numbers.end());
  if (!std::is_sorted(students.begin(), students.end())) {
    std::sort(students.begin(), students.end());
  }
  const auto twice = std::adjacent_find(students.begin(), students.end());
  if (twice != students.end()) return StudentTwice(field, *twice);
  if (!students.empty() && (students.front() < 1 || students.back() > kStudentNumberMax)) {
    return InvalidField(field, "must be roster numbers, between 1 and 100,000");
  }
  return students;
}

// Packs opened, or taken home closed.
absl::Status ParsePacks(const v1::DistributionLine& message, DistributionLine* line) {
  ASSIGN_OR_RETURN(const int64_t opened,
                   ParseNumber("opened_packs", message.opened_packs(), 0, kOpenedPacksMax));
  ASSIGN_OR_RETURN(const int64_t taken,
                   ParseNumber("take_home_packs", message.take_home_packs(), 0, kTakeHomePacksMax));
  const int64_t pack_g_min = opened + taken > 0 ? 1 : 0;
  ASSIGN_OR_RETURN(line->pack_g, ParseNumber("pack_g", message.pack_g(), pack_g_min,
                                             pack_g_min == 0 ? 0 : kPackGMax));
  line->opened_packs = static_cast<uint32_t>(opened);
  line->take_home_packs = static_cast<uint32_t>(taken);
  if (taken > 0 && opened > 0) {
    return InvalidField("opened_packs", "must be 0 where packs go home, for they go closed");
  }
  return absl::OkStatus();
}

// Grams each child got.
absl::StatusOr<int64_t> ParseServing(const v1::DistributionLine& message,
                                     const DistributionLine& line) {
  if (line.take_home_packs == 0) {
    return ParseNumber("serving_g", message.serving_g(), 1, kServingGMax);
  }
  const int64_t taken_g = line.take_home_packs * line.pack_g;
  if (taken_g > kTakeHomeGMax) {
    return InvalidField("take_home_packs", "must hold 10,000 g or less together");
  }
  if (message.serving_g() != 0 && message.serving_g() != taken_g) {
    return InvalidField("serving_g", absl::StrCat("must be 0 or ", taken_g,
                                                  ", the packs that each child took home"));
  }
  return taken_g;
}

absl::StatusOr<DistributionLine> ParseLine(const v1::DistributionLine& message) {
  DistributionLine line;
  if (message.lot_id() < 1) {
    return InvalidField("lot_id", "must be a lot, which are numbered from 1");
  }
  line.lot = LotId{message.lot_id()};
  RETURN_IF_ERROR(ParsePacks(message, &line));
  ASSIGN_OR_RETURN(line.serving_g, ParseServing(message, line));
  ASSIGN_OR_RETURN(line.students, ParseStudents("student_numbers", message.student_numbers()));
  ASSIGN_OR_RETURN(line.wasted_g, ParseNumber("wasted_g", message.wasted_g(), 0, kWastedGMax));
  if (line.students.empty() && line.wasted_g == 0) {
    return InvalidField("student_numbers", "must name somebody if nothing was wasted");
  }
  return line;
}

// A child and a lot appear once in a record.
absl::Status CheckLinesDiffer(const std::vector<DistributionLine>& lines) {
  for (size_t index = 1; index < lines.size(); ++index) {
    for (size_t earlier = 0; earlier < index; ++earlier) {
      const std::string field = Item("lines", static_cast<int>(index));
      if (lines[earlier].lot == lines[index].lot) {
        return InvalidField(field + ".lot_id", "is on an earlier line; make one line of them");
      }
      StudentSet both;
      std::set_intersection(lines[earlier].students.begin(), lines[earlier].students.end(),
                            lines[index].students.begin(), lines[index].students.end(),
                            std::back_inserter(both));
      if (!both.empty()) return StudentTwice(field + ".student_numbers", both.front());
    }
  }
  return absl::OkStatus();
}

absl::StatusOr<std::vector<DistributionLine>> ParseLines(
    const google::protobuf::RepeatedPtrField<v1::DistributionLine>& messages, int lines_min) {
  RETURN_IF_ERROR(CheckCount("lines", messages.size(), lines_min, kLinesMax));
  std::vector<DistributionLine> lines;
  for (int index = 0; index < messages.size(); ++index) {
    absl::StatusOr<DistributionLine> line = ParseLine(messages[index]);
    if (!line.ok()) return InField(Item("lines", index), line.status());
    lines.push_back(*std::move(line));
  }
  RETURN_IF_ERROR(CheckLinesDiffer(lines));
  return lines;
}

// A child is served, absent or refused, or not named at all.
absl::StatusOr<Attendance> ParseAttendance(const StudentNumbers& absent,
                                           const StudentNumbers& refused,
                                           const StudentSet& served) {
  Attendance attendance;
  ASSIGN_OR_RETURN(attendance.absent, ParseStudents("absent_numbers", absent));
  ASSIGN_OR_RETURN(attendance.refused, ParseStudents("refused_numbers", refused));
  const auto says_both = [](const char* field, const StudentSet& both, const char* what) {
    return InvalidField(
        field, absl::StrCat("has student ", both.front(), ", who ", what, "; say one of the two"));
  };
  if (const StudentSet both = InBoth(attendance.absent, served); !both.empty()) {
    return says_both("absent_numbers", both, "was served");
  }
  if (const StudentSet both = InBoth(attendance.refused, served); !both.empty()) {
    return says_both("refused_numbers", both, "was served");
  }
  if (const StudentSet both = InBoth(attendance.refused, attendance.absent); !both.empty()) {
    return says_both("refused_numbers", both, "was absent");
  }
  return attendance;
}

// Adds an incident, if there is one.
absl::Status ParseIncident(const v1::Incident& message, const StudentSet& served,
                           Attendance* attendance) {
  ASSIGN_OR_RETURN(attendance->incident, ParseStudents("student_numbers", message.student_numbers(),
                                                       1, kIncidentStudentsMax));
  ASSIGN_OR_RETURN(attendance->incident_note,
                   ParseText("note", message.note(), 1, kReasonBytesMax));
  const StudentSet not_served = Without(attendance->incident, served);
  if (not_served.empty()) return absl::OkStatus();
  return InvalidField("student_numbers", absl::StrCat("has student ", not_served.front(),
                                                      ", who was not served in this record"));
}

bool AllTakenHome(const std::vector<DistributionLine>& lines) {
  return std::all_of(lines.begin(), lines.end(),
                     [](const DistributionLine& line) { return line.take_home_packs > 0; });
}

absl::StatusOr<Distribution> ParseDistribution(const v1::Distribution& message) {
  Distribution distribution;
  ASSIGN_OR_RETURN(distribution.school_id, ParseId("school_id", message.school_id()));
  ASSIGN_OR_RETURN(distribution.served_on, ParseDate("served_on", message.served_on()));
  ASSIGN_OR_RETURN(distribution.class_name,
                   ParseText("class_name", message.class_name(), 1, kClassBytesMax));
  ASSIGN_OR_RETURN(distribution.session,
                   ParseText("session", message.session(), 0, kSessionBytesMax));
  if (message.has_served_at()) {
    ASSIGN_OR_RETURN(distribution.served_at, ParseZonedTime("served_at", message.served_at()));
  }
  ASSIGN_OR_RETURN(distribution.lines, ParseLines(message.lines(), 1));
  if (distribution.session.empty()) {
    distribution.session = AllTakenHome(distribution.lines) ? kTakeHomeSession : kDailySession;
  }
  ASSIGN_OR_RETURN(distribution.attendance,
                   ParseAttendance(message.absent_numbers(), message.refused_numbers(),
                                   EverybodyOf(distribution.lines)));
  return distribution;
}

v1::DistributionLine ToMessage(const DistributionLine& line) {
  v1::DistributionLine message;
  message.set_lot_id(line.lot.value);
  message.set_serving_g(line.serving_g);
  message.mutable_student_numbers()->Add(line.students.begin(), line.students.end());
  message.set_wasted_g(line.wasted_g);
  message.set_opened_packs(static_cast<int32_t>(line.opened_packs));
  message.set_pack_g(line.pack_g);
  message.set_take_home_packs(static_cast<int32_t>(line.take_home_packs));
  return message;
}

absl::StatusOr<v1::DistributionRevision> ToMessage(int32_t number,
                                                   const rec::RevisionRecord& record) {
  v1::DistributionRevision message;
  message.set_revision(number);
  ASSIGN_OR_RETURN(const std::vector<DistributionLine> lines, LinesOf(record));
  for (const DistributionLine& line : lines) *message.add_lines() = ToMessage(line);
  message.set_position(record.position());
  message.set_recorded_us(record.recorded_us());
  message.set_reason(record.reason());
  ASSIGN_OR_RETURN(const Attendance attendance, AttendanceOf(record));
  message.mutable_absent_numbers()->Add(attendance.absent.begin(), attendance.absent.end());
  message.mutable_refused_numbers()->Add(attendance.refused.begin(), attendance.refused.end());
  if (!attendance.incident.empty()) {
    v1::Incident& incident = *message.mutable_incident();
    incident.mutable_student_numbers()->Add(attendance.incident.begin(), attendance.incident.end());
    incident.set_note(attendance.incident_note);
  }
  return message;
}

}  // namespace

absl::StatusOr<Recording> ParseRecording(const v1::RecordDistributionRequest& message) {
  Recording recording;
  ASSIGN_OR_RETURN(recording.request_id,
                   runtime::ParseRequestId("request_id", message.request_id()));
  absl::StatusOr<Distribution> distribution = ParseDistribution(message.distribution());
  if (!distribution.ok()) return InField("distribution", distribution.status());
  recording.distribution = *std::move(distribution);
  if (message.has_incident()) {
    const absl::Status incident =
        ParseIncident(message.incident(), EverybodyOf(recording.distribution.lines),
                      &recording.distribution.attendance);
    if (!incident.ok()) return InField("incident", incident);
  }
  ASSIGN_OR_RETURN(
      recording.discrepancy_reason,
      ParseText("discrepancy_reason", message.discrepancy_reason(), 0, kReasonBytesMax));
  ASSIGN_OR_RETURN(
      recording.fefo_override_reason,
      ParseText("fefo_override_reason", message.fefo_override_reason(), 0, kFefoReasonBytesMax));
  return recording;
}

absl::StatusOr<Correction> ParseCorrection(const v1::CorrectDistributionRequest& message) {
  Correction correction;
  ASSIGN_OR_RETURN(correction.request_id,
                   runtime::ParseRequestId("request_id", message.request_id()));
  ASSIGN_OR_RETURN(correction.school_id, ParseId("school_id", message.school_id()));
  ASSIGN_OR_RETURN(correction.distribution_id,
                   ParseNumber("distribution_id", message.distribution_id(), 1,
                               std::numeric_limits<int64_t>::max()));
  ASSIGN_OR_RETURN(correction.lines, ParseLines(message.lines(), 0));
  const StudentSet served = EverybodyOf(correction.lines);
  ASSIGN_OR_RETURN(correction.attendance,
                   ParseAttendance(message.absent_numbers(), message.refused_numbers(), served));
  if (message.has_incident()) {
    const absl::Status incident = ParseIncident(message.incident(), served, &correction.attendance);
    if (!incident.ok()) return InField("incident", incident);
  }
  const bool says_nothing =
      correction.attendance.absent.empty() && correction.attendance.refused.empty();
  if (correction.lines.empty() && !says_nothing) {
    return InvalidField("absent_numbers",
                        "and refused_numbers must be empty where it never happened");
  }
  ASSIGN_OR_RETURN(correction.reason, ParseText("reason", message.reason(), 1, kReasonBytesMax));
  ASSIGN_OR_RETURN(
      correction.discrepancy_reason,
      ParseText("discrepancy_reason", message.discrepancy_reason(), 0, kReasonBytesMax));
  ASSIGN_OR_RETURN(
      correction.fefo_override_reason,
      ParseText("fefo_override_reason", message.fefo_override_reason(), 0, kFefoReasonBytesMax));
  ASSIGN_OR_RETURN(const int64_t revision, ParseNumber("revision", message.revision(), 0,
                                                       std::numeric_limits<int32_t>::max()));
  correction.seen_revision = static_cast<int32_t>(revision);
  return correction;
}

absl::StatusOr<v1::RecordedDistribution> ToMessage(const std::string& school_id,
                                                   int64_t distribution_id,
                                                   const rec::DistributionRecord& record) {
  v1::RecordedDistribution message;
  message.set_distribution_id(distribution_id);
  for (int index = 0; index < record.revisions_size(); ++index) {
    ASSIGN_OR_RETURN(*message.add_revisions(), ToMessage(index + 1, record.revisions(index)));
  }
  v1::Distribution& standing = *message.mutable_distribution();
  standing.set_school_id(school_id);
  standing.set_served_on(FormatDate({record.day()}));
  standing.set_class_name(record.class_name());
  standing.set_session(record.session());
  if (record.has_served_at()) {
    *standing.mutable_served_at() =
        ToZonedTime({record.occurred_at().us(), record.occurred_at().offset_minutes()});
  }
  const v1::DistributionRevision& last = message.revisions(record.revisions_size() - 1);
  *standing.mutable_lines() = last.lines();
  *standing.mutable_absent_numbers() = last.absent_numbers();
  *standing.mutable_refused_numbers() = last.refused_numbers();
  return message;
}

v1::DistributionResult ToResult(absl::StatusOr<v1::RecordDistributionResponse> recorded) {
  v1::DistributionResult result;
  if (recorded.ok()) {
    *result.mutable_recorded() = *std::move(recorded);
  } else {
    *result.mutable_refusal() = ToRefusal(recorded.status());
  }
  return result;
}

v1::Refusal ToRefusal(const absl::Status& status) {
  runtime::RefusalParts parts = runtime::PartsOf(status);
  v1::Refusal refusal;
  refusal.set_code(static_cast<int32_t>(status.code()));
  refusal.set_message(std::string(status.message()));
  refusal.set_reason(parts.reason);
  for (auto& [name, value] : parts.metadata) (*refusal.mutable_metadata())[name] = value;
  refusal.set_field(parts.field);
  return refusal;
}

v1::Refusal ToRefusal(const inventory::v1::PostingRefusal& posting) {
  v1::Refusal refusal;
  refusal.set_code(posting.code());
  refusal.set_message(posting.message());
  refusal.set_reason(posting.reason());
  *refusal.mutable_metadata() = posting.metadata();
  return refusal;
}

absl::Status ToStatus(const v1::Refusal& refusal) {
  const auto code = static_cast<absl::StatusCode>(refusal.code());
  return runtime::Refuse(code, refusal.reason(), refusal.message(),
                         {refusal.metadata().begin(), refusal.metadata().end()});
}

}  // namespace milkway::consumption
