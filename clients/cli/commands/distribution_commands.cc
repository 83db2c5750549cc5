// distribute, correct-distribution.

#include <memory>
#include <optional>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "clients/cli/command.h"
#include "clients/cli/line_syntax.h"
#include "clients/cli/lots.h"
#include "clients/cli/pages.h"
#include "clients/cli/students.h"
#include "clients/cli/text.h"
#include "clients/cpp/status_macros.h"

namespace milkway::cli {

namespace {

using consumption::v1::DistributionService;

constexpr int64_t kServingMaxG = 1'000;
constexpr int64_t kWastedMaxG = 1'000'000;
constexpr int64_t kOpenedPacksMax = 1'000;
constexpr int64_t kPackMaxG = 10'000;
constexpr int64_t kTakeHomePacksMax = 20;
constexpr char kLineHelp[] =
    "product, lot, purchase or lot_id; serving_g; students (numbers and ranges with \";\" between "
    "them); wasted_g (0 if left out); opened_packs and pack_g, to compare cups with bags; "
    "take_home_packs and pack_g instead of serving_g, for closed packs; one --line a lot";

struct DistributionOptions {
  std::string school_id;
  std::string on;
  std::string class_name;
  std::string session;
  std::string served_at;
  int64_t distribution_id = 0;
  int32_t revision = 0;
  std::vector<std::string> lines;
  std::string absent;
  std::string refused;
  std::string incident_students;
  std::string incident_note;
  std::string reason;
  bool withdraw = false;
  std::string discrepancy_reason;
  std::string fefo_override_reason;
  std::string request_id;
};

absl::StatusOr<consumption::v1::DistributionLine> ToMessage(Connection& connection,
                                                            const LineFields& line) {
  consumption::v1::DistributionLine message;
  ASSIGN_OR_RETURN(const LotChoice choice, LotOfLine(line));
  ASSIGN_OR_RETURN(const int64_t packs, line.Whole("take_home_packs", 0, kTakeHomePacksMax, 0));
  const std::optional<int64_t> serving_missing =
      packs > 0 ? std::optional<int64_t>(0) : std::nullopt;
  ASSIGN_OR_RETURN(
      const int64_t serving_g,
      line.Whole("serving_g", 1, packs > 0 ? kPackMaxG : kServingMaxG, serving_missing));
  ASSIGN_OR_RETURN(const int64_t opened_packs, line.Whole("opened_packs", 0, kOpenedPacksMax, 0));
  ASSIGN_OR_RETURN(const int64_t pack_g, line.Whole("pack_g", 1, kPackMaxG, 0));
  ASSIGN_OR_RETURN(const int64_t wasted_g, line.Whole("wasted_g", 0, kWastedMaxG, 0));
  ASSIGN_OR_RETURN(const std::vector<int32_t> students, line.Students("students"));
  ASSIGN_OR_RETURN(const inventory::v1::Lot lot, FindLot(connection, choice));
  message.set_lot_id(lot.lot_id());
  message.set_serving_g(serving_g);
  message.set_wasted_g(wasted_g);
  message.set_opened_packs(static_cast<int32_t>(opened_packs));
  message.set_pack_g(pack_g);
  message.set_take_home_packs(static_cast<int32_t>(packs));
  message.mutable_student_numbers()->Add(students.begin(), students.end());
  return message;
}

using Lines = google::protobuf::RepeatedPtrField<consumption::v1::DistributionLine>;

absl::Status AppendLines(const std::vector<std::string>& texts, Session& session, Lines* lines) {
  std::vector<LineFields> parsed;
  for (const std::string& text : texts) {
    ASSIGN_OR_RETURN(
        LineFields line,
        LineFields::Parse(text, LotKeysAnd({"serving_g", "students", "wasted_g", "opened_packs",
                                            "pack_g", "take_home_packs"})));
    parsed.push_back(std::move(line));
  }
  for (const LineFields& line : parsed) {
    ASSIGN_OR_RETURN(*lines->Add(), ToMessage(session.connection, line));
  }
  return absl::OkStatus();
}

// The numbers of an option.
absl::Status AppendStudents(const char* option, const std::string& text,
                            google::protobuf::RepeatedField<int32_t>* numbers) {
  const auto students = ParseStudents(text);
  if (!students.ok()) return UsageError(absl::StrCat(option, " ", students.status().message()));
  numbers->Add(students->begin(), students->end());
  return absl::OkStatus();
}

// Who was absent or refused, and an incident: of a record or a correction.
template <typename Attendance, typename Request>
absl::Status SetAttendance(const DistributionOptions& options, Attendance* attendance,
                           Request* request) {
  RETURN_IF_ERROR(AppendStudents("--absent", options.absent, attendance->mutable_absent_numbers()));
  RETURN_IF_ERROR(
      AppendStudents("--refused", options.refused, attendance->mutable_refused_numbers()));
  if (options.incident_students.empty() != options.incident_note.empty()) {
    return UsageError("expected --incident-students and --incident-note together");
  }
  if (options.incident_students.empty()) return absl::OkStatus();
  request->mutable_incident()->set_note(options.incident_note);
  return AppendStudents("--incident-students", options.incident_students,
                        request->mutable_incident()->mutable_student_numbers());
}

int64_t CupsIn(const Lines& lines) {
  int64_t cups = 0;
  for (const auto& line : lines) cups += line.student_numbers_size();
  return cups;
}

std::string FoundText(int64_t found_g) {
  return found_g == 0 ? ""
                      : absl::StrCat(", ", WithThousands(found_g), " g the books did not know of");
}

absl::StatusOr<ExitCode> Distribute(const DistributionOptions& options, Session& session) {
  consumption::v1::RecordDistributionRequest request;
  consumption::v1::Distribution& distribution = *request.mutable_distribution();
  distribution.set_school_id(options.school_id);
  ASSIGN_OR_RETURN(const Day on, DayOption("--on", options.on));
  distribution.set_served_on(FormatDay(on));
  distribution.set_class_name(options.class_name);
  distribution.set_session(options.session);
  if (!options.served_at.empty()) {
    ASSIGN_OR_RETURN(const Instant served_at, TimeOption("--served-at", options.served_at));
    *distribution.mutable_served_at() = ToZonedTime(served_at);
  }
  RETURN_IF_ERROR(SetAttendance(options, &distribution, &request));
  RETURN_IF_ERROR(AppendLines(options.lines, session, distribution.mutable_lines()));
  request.set_discrepancy_reason(options.discrepancy_reason);
  request.set_fefo_override_reason(options.fefo_override_reason);
  ASSIGN_OR_RETURN(
      const auto response,
      Write(session, &DistributionService::Stub::RecordDistribution, options.request_id, request));
  session.console.Print(absl::StrCat(
      "recorded distribution ", response.distribution_id(), ": ",
      WithThousands(CupsIn(distribution.lines())), " cups", FoundText(response.found_g()),
      response.served_twice_count() == 0
          ? ""
          : absl::StrCat("; ", response.served_twice_count(),
                         " of the children had milk on that day already"),
      "\n"));
  return kDone;
}

bool Matches(const DistributionOptions& options, const consumption::v1::Distribution& record) {
  return record.class_name() == options.class_name &&
         (options.session.empty() || record.session() == options.session);
}

// The record that --on, --class and --session name; where a withdrawn one was recorded
// again, the one that stands.
absl::StatusOr<int64_t> FindDistribution(const DistributionOptions& options, Session& session) {
  if (options.distribution_id > 0) return options.distribution_id;
  if (options.on.empty() || options.class_name.empty()) {
    return UsageError("expected --on DAY and --class NAME, or --id N");
  }
  ASSIGN_OR_RETURN(const Day on, DayOption("--on", options.on));
  consumption::v1::ListDistributionsRequest request;
  request.set_school_id(options.school_id);
  request.set_from_day(FormatDay(on));
  request.set_to_day(FormatDay(on));
  ASSIGN_OR_RETURN(const auto records,
                   ListAll<consumption::v1::RecordedDistribution>(
                       session.connection, &DistributionService::Stub::ListDistributions, request,
                       &consumption::v1::ListDistributionsResponse::distributions));
  std::vector<const consumption::v1::RecordedDistribution*> standing, withdrawn;
  for (const auto& record : records) {
    if (!Matches(options, record.distribution())) continue;
    (record.distribution().lines().empty() ? withdrawn : standing).push_back(&record);
  }
  const auto& found = standing.empty() ? withdrawn : standing;
  if (found.empty()) {
    return absl::NotFoundError(absl::StrCat(
        "no distribution of class ", options.class_name, " of ", options.school_id, " on ",
        options.on, options.session.empty() ? "" : absl::StrCat(" in session ", options.session)));
  }
  if (standing.size() > 1) {
    return absl::FailedPreconditionError(absl::StrCat(
        "class ", options.class_name, " had several distributions on ", options.on,
        ", name one with --id: ",
        absl::StrJoin(standing, ", ",
                      [](std::string* text, const consumption::v1::RecordedDistribution* record) {
                        absl::StrAppend(text, record->distribution_id(), " (session ",
                                        record->distribution().session(), ")");
                      })));
  }
  return found.back()->distribution_id();
}

absl::StatusOr<ExitCode> CorrectDistribution(const DistributionOptions& options, Session& session) {
  if (options.lines.empty() != options.withdraw) {
    return UsageError(
        "expected the new lines (--line …), or --withdraw alone if it never happened");
  }
  consumption::v1::CorrectDistributionRequest request;
  request.set_school_id(options.school_id);
  RETURN_IF_ERROR(SetAttendance(options, &request, &request));
  RETURN_IF_ERROR(AppendLines(options.lines, session, request.mutable_lines()));
  ASSIGN_OR_RETURN(const int64_t distribution_id, FindDistribution(options, session));
  request.set_distribution_id(distribution_id);
  request.set_reason(options.reason);
  request.set_discrepancy_reason(options.discrepancy_reason);
  request.set_fefo_override_reason(options.fefo_override_reason);
  request.set_revision(options.revision);
  ASSIGN_OR_RETURN(
      const auto response,
      Write(session, &DistributionService::Stub::CorrectDistribution, options.request_id, request));
  session.console.Print(absl::StrCat(
      options.withdraw ? "withdrew" : "corrected", " distribution ", distribution_id,
      options.withdraw ? "" : absl::StrCat(": ", WithThousands(CupsIn(request.lines())), " cups"),
      FoundText(response.found_g()), " (revision ", response.revision(), ")\n"));
  return kDone;
}

void AddReasons(CLI::App* command, DistributionOptions* options) {
  command->add_option("--absent", options->absent, "who was not there: numbers as of students");
  command->add_option("--refused", options->refused, "who did not want any");
  command->add_option(
      "--incident-students", options->incident_students,
      "who must not have milk (allergy, intolerance, declined) but really got some");
  command->add_option("--incident-note", options->incident_note,
                      "what happened then and what was done");
  command->add_option("--discrepancy-reason", options->discrepancy_reason,
                      "it really happened although the books have too little: why");
  command->add_option("--fefo-override-reason", options->fefo_override_reason,
                      "why stock that expires earlier stays behind");
  AddRequestId(command, &options->request_id);
}

void AddDistribute(Commands* commands) {
  auto options = std::make_shared<DistributionOptions>();
  CLI::App* command = commands->Add(
      "distribute", "Records what one class drank on one day",
      "milkway distribute changyuan --on 2025-03-04 --class 3A\n"
      "      --line "
      "'product=devondale-1kg,lot=L2401,serving_g=25,students=\"1-12;15\",wasted_g=0'");
  command->add_option("SCHOOL", options->school_id, "the school")->required();
  command->add_option("--on", options->on, "the school's day, YYYY-MM-DD")->required();
  command->add_option("--class", options->class_name, "the class, as on the roster")->required();
  command->add_option("--session", options->session,
                      "which of the day's distributions (default daily)");
  command->add_option("--served-at", options->served_at,
                      "when exactly, with the UTC offset (default: at the end of the day)");
  AddLines(command, &options->lines, kLineHelp);
  command->get_option("--line")->required();
  AddReasons(command, options.get());
  commands->OnRun(command, [options](Session& session) { return Distribute(*options, session); });
}

void AddCorrectDistribution(Commands* commands) {
  auto options = std::make_shared<DistributionOptions>();
  CLI::App* command = commands->Add(
      "correct-distribution", "Replaces the lines of a class record; the old ones are kept",
      "milkway correct-distribution changyuan --on 2025-03-04 --class 3A --reason \"two absent\"\n"
      "      --line 'product=devondale-1kg,lot=L2401,serving_g=25,students=\"1-10;15\"'");
  command->add_option("SCHOOL", options->school_id, "the school")->required();
  command->add_option("--on", options->on, "the school's day, YYYY-MM-DD");
  command->add_option("--class", options->class_name, "the class");
  command->add_option("--session", options->session,
                      "which of the day's distributions, if there were several");
  command->add_option("--id", options->distribution_id, "the record's number, instead")
      ->check(CLI::PositiveNumber);
  command
      ->add_option("--revision", options->revision,
                   "refuse if somebody else corrected it since this revision")
      ->check(CLI::PositiveNumber);
  AddLines(command, &options->lines, kLineHelp);
  command->add_flag("--withdraw", options->withdraw, "the distribution never happened");
  command->add_option("--reason", options->reason, "why")->required();
  AddReasons(command, options.get());
  commands->OnRun(command,
                  [options](Session& session) { return CorrectDistribution(*options, session); });
}

}  // namespace

void AddDistributionCommands(Commands* commands) {
  AddDistribute(commands);
  AddCorrectDistribution(commands);
}

}  // namespace milkway::cli
