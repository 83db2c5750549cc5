// update-student, transfer-student, roll-over, student-history, served-twice, incidents.

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "clients/cli/command.h"
#include "clients/cli/message_json.h"
#include "clients/cli/pages.h"
#include "clients/cli/students.h"
#include "clients/cli/table.h"
#include "clients/cli/text.h"
#include "clients/cli/words.h"
#include "clients/cpp/status_macros.h"
#include "milkway/consumption/v1/history.grpc.pb.h"
#include "milkway/consumption/v1/schools.grpc.pb.h"

namespace milkway::cli {

namespace {

namespace con = consumption::v1;

using con::HistoryService;
using con::SchoolService;

constexpr Word<con::Presence> kPresences[] = {
    {"drank", con::PRESENCE_SERVED},          {"absent", con::PRESENCE_ABSENT},
    {"refused", con::PRESENCE_REFUSED},       {"excluded", con::PRESENCE_EXCLUDED},
    {"not stated", con::PRESENCE_NOT_STATED},
};

struct UpdateOptions {
  std::string school_id;
  int32_t number = 0;
  std::string class_name;
  std::string left_on;
  std::string exclusion;
  std::string from;
  bool is_back = false;
  std::string request_id;
};

absl::StatusOr<con::Student> FindStudent(const std::string& school_id, int32_t number,
                                         Session& session) {
  con::ListStudentsRequest request;
  request.set_school_id(school_id);
  ASSIGN_OR_RETURN(const auto students,
                   ListAll<con::Student>(session.connection, &SchoolService::Stub::ListStudents,
                                         request, &con::ListStudentsResponse::students));
  for (const con::Student& student : students) {
    if (student.student_number() == number) return student;
  }
  return absl::NotFoundError(absl::StrCat("student ", number, " of ", Printable(school_id),
                                          " cannot be found on the roster"));
}

absl::StatusOr<ExitCode> UpdateStudent(const UpdateOptions& options, Session& session) {
  con::UpdateStudentRequest request;
  request.set_school_id(options.school_id);
  request.set_student_number(options.number);
  // The request says all that is to hold: what is not given goes on.
  ASSIGN_OR_RETURN(const con::Student now, FindStudent(options.school_id, options.number, session));
  request.set_left_on(options.is_back ? "" : now.left_on());
  request.set_exclusion(now.exclusion());
  if (!options.left_on.empty()) request.set_left_on(options.left_on);
  if (options.exclusion == "none") {
    request.set_exclusion(con::EXCLUSION_UNSPECIFIED);
  } else if (!options.exclusion.empty()) {
    const auto exclusion = FindValue(kExclusions, options.exclusion);
    if (!exclusion.has_value()) {
      return UsageError(absl::StrCat("--exclusion must be ", ListOf(kExclusions), ", or none"));
    }
    request.set_exclusion(*exclusion);
  }
  request.set_class_name(options.class_name);
  request.set_from_day(options.from);
  ASSIGN_OR_RETURN(const auto response, Write(session, &SchoolService::Stub::UpdateStudent,
                                              options.request_id, request));
  const con::Student& student = response.student();
  session.console.Print(absl::StrCat(
      "student ", student.student_number(), ": class ", Printable(student.class_name()),
      student.exclusion() == con::EXCLUSION_UNSPECIFIED
          ? ""
          : absl::StrCat(", ", WordOf(kExclusions, student.exclusion()), " from ",
                         student.excluded_from(), " on"),
      student.left_on().empty() ? "" : ", gone from " + student.left_on() + " on", "\n"));
  return kDone;
}

struct TransferOptions {
  std::string school_id;
  int32_t number = 0;
  std::string to_school_id;
  int32_t to_number = 0;
  std::string to_class;
  std::string on;
  std::string request_id;
};

absl::StatusOr<ExitCode> TransferStudent(const TransferOptions& options, Session& session) {
  con::TransferStudentRequest request;
  request.set_school_id(options.school_id);
  request.set_student_number(options.number);
  request.set_to_school_id(options.to_school_id);
  request.set_to_student_number(options.to_number);
  request.set_to_class_name(options.to_class);
  request.set_on_day(options.on);
  RETURN_IF_ERROR(
      Write(session, &SchoolService::Stub::TransferStudent, options.request_id, request).status());
  session.console.Print(absl::StrCat(
      "student ", options.number, " of ", Printable(options.school_id), " is student ",
      options.to_number, " of ", Printable(options.to_school_id), " from ", options.on, " on\n"));
  return kDone;
}

struct RollOverOptions {
  std::string school_id;
  std::string on;
  std::vector<std::string> moves;
  std::vector<std::string> graduates;
  bool dry_run = false;
  std::string request_id;
};

absl::StatusOr<ExitCode> RollOver(const RollOverOptions& options, Session& session) {
  con::RollOverClassesRequest request;
  request.set_school_id(options.school_id);
  request.set_on_day(options.on);
  request.set_dry_run(options.dry_run);
  for (const std::string& text : options.moves) {
    const std::pair<std::string, std::string> move = absl::StrSplit(text, absl::MaxSplits('=', 1));
    if (move.first.empty() || move.second.empty()) {
      return UsageError(absl::StrCat("expected --move OLD=NEW, not ", Quoted(text)));
    }
    con::ClassMove& message = *request.add_moves();
    message.set_from_class(move.first);
    message.set_to_class(move.second);
  }
  for (const std::string& name : options.graduates) request.add_moves()->set_from_class(name);
  ASSIGN_OR_RETURN(const auto response, Write(session, &SchoolService::Stub::RollOverClasses,
                                              options.request_id, request));
  TextTable table({{"class"}, {"becomes"}, {"students", TextTable::Align::kRight}});
  for (const con::ClassMoved& moved : response.classes()) {
    table.AddRow({Printable(moved.from_class()),
                  moved.to_class().empty() ? "(graduates)" : Printable(moved.to_class()),
                  absl::StrCat(moved.students())});
  }
  session.console.Print(table.ToString());
  if (options.dry_run) session.console.Print("nothing was changed (--dry-run)\n");
  return kDone;
}

struct HistoryOptions {
  std::string school_id;
  int32_t number = 0;
  std::string from;
  std::string to;
  std::string since;
  bool json = false;
};

absl::StatusOr<ExitCode> PrintHistory(const HistoryOptions& options, Session& session) {
  con::GetStudentHistoryRequest request;
  request.set_school_id(options.school_id);
  request.set_student_number(options.number);
  request.set_from_day(options.from);
  request.set_to_day(options.to);
  ASSIGN_OR_RETURN(
      const auto days,
      ListAll<con::StudentDay>(session.connection, &HistoryService::Stub::GetStudentHistory,
                               request, &con::GetStudentHistoryResponse::days));
  con::GetStudentHistoryResponse all;
  constexpr auto kRight = TextTable::Align::kRight;
  TextTable table({{"day"},
                   {"class"},
                   {"session"},
                   {"child"},
                   {"g", kRight},
                   {"lot", kRight},
                   {"packs home", kRight},
                   {""}});
  for (const con::StudentDay& day : days) {
    *all.add_days() = day;
    for (const con::StudentServing& serving : day.servings()) {
      const bool drank = serving.presence() == con::PRESENCE_SERVED;
      table.AddRow({day.day(), Printable(serving.class_name()), Printable(serving.session()),
                    std::string(WordOf(kPresences, serving.presence())),
                    drank ? absl::StrCat(serving.served_g()) : "",
                    drank ? absl::StrCat(serving.lot_id()) : "",
                    serving.take_home_packs() == 0 ? "" : absl::StrCat(serving.take_home_packs()),
                    serving.is_incident() ? "incident" : ""});
    }
  }
  session.console.Print(options.json ? JsonText(all) : table.ToString());
  return kDone;
}

absl::StatusOr<ExitCode> PrintServedTwice(const HistoryOptions& options, Session& session) {
  con::ListServedTwiceRequest request;
  request.set_school_id(options.school_id);
  request.set_from_day(options.from);
  request.set_to_day(options.to);
  ASSIGN_OR_RETURN(const auto days, ListAll<con::ServedTwiceDay>(
                                        session.connection, &HistoryService::Stub::ListServedTwice,
                                        request, &con::ListServedTwiceResponse::days));
  con::ListServedTwiceResponse all;
  TextTable table({{"day"}, {"students"}});
  for (const con::ServedTwiceDay& day : days) {
    *all.add_days() = day;
    table.AddRow({day.day(), FormatStudents(absl::MakeConstSpan(day.student_numbers().data(),
                                                                day.student_numbers().size()))});
  }
  session.console.Print(options.json ? JsonText(all) : table.ToString());
  return kDone;
}

con::IncidentEntry EntryOf(const con::IncidentCount& count) {
  con::IncidentEntry entry;
  entry.set_school_id(count.school_id());
  entry.set_served_on(count.served_on());
  entry.set_class_name(count.class_name());
  entry.set_distribution_id(count.distribution_id());
  entry.set_students(count.students());
  entry.set_recorded_us(count.recorded_us());
  entry.set_still_stands(count.still_stands());
  return entry;
}

// The incidents of one school with the children, or of all without.
absl::StatusOr<std::vector<con::IncidentEntry>> FindIncidents(const HistoryOptions& options,
                                                              Session& session) {
  int64_t since_us = 0;
  if (!options.since.empty()) {
    ASSIGN_OR_RETURN(const Instant since, TimeOption("--since", options.since));
    since_us = since.us;
  }
  if (options.school_id.empty()) {
    con::ListIncidentCountsRequest request;
    request.set_since_us(since_us);
    ASSIGN_OR_RETURN(
        const auto counts,
        ListAll<con::IncidentCount>(session.connection, &HistoryService::Stub::ListIncidentCounts,
                                    request, &con::ListIncidentCountsResponse::counts));
    std::vector<con::IncidentEntry> entries;
    for (const con::IncidentCount& count : counts) entries.push_back(EntryOf(count));
    return entries;
  }
  con::ListIncidentsRequest request;
  request.set_school_id(options.school_id);
  request.set_since_us(since_us);
  return ListAll<con::IncidentEntry>(session.connection, &HistoryService::Stub::ListIncidents,
                                     request, &con::ListIncidentsResponse::incidents);
}

absl::StatusOr<ExitCode> PrintIncidents(const HistoryOptions& options, Session& session) {
  ASSIGN_OR_RETURN(const auto incidents, FindIncidents(options, session));
  con::ListIncidentsResponse all;
  TextTable table(
      {{"recorded"}, {"school"}, {"day"}, {"class"}, {"record"}, {"children"}, {"what happened"}});
  for (const con::IncidentEntry& incident : incidents) {
    *all.add_incidents() = incident;
    const auto& numbers = incident.student_numbers();
    table.AddRow(
        {FormatUtc(incident.recorded_us()), Printable(incident.school_id()), incident.served_on(),
         Printable(incident.class_name()), absl::StrCat(incident.distribution_id()),
         numbers.empty()
             ? absl::StrCat(incident.students())
             : "number " + FormatStudents(absl::MakeConstSpan(numbers.data(), numbers.size())),
         absl::StrCat(Printable(incident.note()),
                      incident.still_stands() ? "" : " (corrected since)")});
  }
  session.console.Print(options.json ? JsonText(all) : table.ToString());
  return kDone;
}

void AddUpdateStudent(Commands* commands) {
  auto options = std::make_shared<UpdateOptions>();
  CLI::App* command = commands->Add(
      "update-student",
      "Changes a child's class, exclusion or leaving; earlier days stay as they were",
      "milkway update-student changyuan 12 --exclusion milk_allergy --from 2025-03-04\n"
      "      milkway update-student changyuan 12 --class 3B --from 2025-03-10\n"
      "      milkway update-student changyuan 12 --left-on 2025-06-20");
  command->add_option("SCHOOL", options->school_id, "the school")->required();
  command->add_option("NUMBER", options->number, "the roster number")->required();
  command->add_option("--class", options->class_name, "the new class");
  command->add_option("--exclusion", options->exclusion,
                      "why not given milk: " + ListOf(kExclusions) + "; none: it is given milk");
  command->add_option("--from", options->from,
                      "the first day for class and exclusion (default: today)");
  command->add_option("--left-on", options->left_on, "the first day on which the child is gone");
  command->add_flag("--back", options->is_back, "the child is not gone after all");
  AddRequestId(command, &options->request_id);
  commands->OnRun(command,
                  [options](Session& session) { return UpdateStudent(*options, session); });
}

void AddTransferStudent(Commands* commands) {
  auto options = std::make_shared<TransferOptions>();
  CLI::App* command = commands->Add(
      "transfer-student", "Moves a child to another school",
      "milkway transfer-student changyuan 12 --to lushan --to-number 340 --to-class 3A --on "
      "2025-03-10");
  command->add_option("SCHOOL", options->school_id, "the school the child leaves")->required();
  command->add_option("NUMBER", options->number, "the roster number there")->required();
  command->add_option("--to", options->to_school_id, "the new school")->required();
  command->add_option("--to-number", options->to_number, "the roster number there")->required();
  command->add_option("--to-class", options->to_class, "the class there")->required();
  command->add_option("--on", options->on, "the first day there, YYYY-MM-DD")->required();
  AddRequestId(command, &options->request_id);
  commands->OnRun(command,
                  [options](Session& session) { return TransferStudent(*options, session); });
}

void AddRollOver(Commands* commands) {
  auto options = std::make_shared<RollOverOptions>();
  CLI::App* command = commands->Add(
      "roll-over", "Moves all classes of a school on for a new school year, all or none",
      "milkway roll-over changyuan --on 2025-09-01 --move 3A=4A --move 4A=5A --graduate 6A "
      "--dry-run");
  command->add_option("SCHOOL", options->school_id, "the school")->required();
  command->add_option("--on", options->on, "the first day in the new classes")->required();
  command->add_option("--move", options->moves, "OLD=NEW; may be repeated")
      ->take_all()
      ->allow_extra_args(false);
  command->add_option("--graduate", options->graduates, "a class that leaves; may be repeated")
      ->take_all()
      ->allow_extra_args(false);
  command->add_flag("--dry-run", options->dry_run, "say what would happen, change nothing");
  AddRequestId(command, &options->request_id);
  commands->OnRun(command, [options](Session& session) { return RollOver(*options, session); });
}

void AddDays(CLI::App* command, HistoryOptions* options) {
  command->add_option("--from", options->from, "from this day on, YYYY-MM-DD");
  command->add_option("--to", options->to, "up to and with this day, YYYY-MM-DD");
  command->add_flag("--json", options->json, "print JSON");
}

}  // namespace

void AddStudentCommands(Commands* commands) {
  AddUpdateStudent(commands);
  AddTransferStudent(commands);
  AddRollOver(commands);
  auto history = std::make_shared<HistoryOptions>();
  CLI::App* command = commands->Add("student-history", "Shows what a child got, day by day",
                                    "milkway student-history changyuan 12 --from 2025-03-01");
  command->add_option("SCHOOL", history->school_id, "the school")->required();
  command->add_option("NUMBER", history->number, "the roster number")->required();
  AddDays(command, history.get());
  commands->OnRun(command, [history](Session& session) { return PrintHistory(*history, session); });
  auto twice = std::make_shared<HistoryOptions>();
  command = commands->Add("served-twice", "Shows who was served more than once on a day",
                          "milkway served-twice changyuan --from 2025-03-01 --to 2025-03-31");
  command->add_option("SCHOOL", twice->school_id, "the school")->required();
  AddDays(command, twice.get());
  commands->OnRun(command, [twice](Session& session) { return PrintServedTwice(*twice, session); });
  auto incidents = std::make_shared<HistoryOptions>();
  command = commands->Add("incidents",
                          "Shows when children who must not have milk were given some: of a school "
                          "with the children, of all schools without",
                          "milkway incidents changyuan\n"
                          "      milkway incidents --since 2025-03-01T00:00:00+08:00");
  command->add_option("SCHOOL", incidents->school_id, "the school; left out: all, counts only");
  command->add_option("--since", incidents->since, "recorded then or later, with the UTC offset");
  command->add_flag("--json", incidents->json, "print JSON");
  commands->OnRun(command,
                  [incidents](Session& session) { return PrintIncidents(*incidents, session); });
}

}  // namespace milkway::cli
