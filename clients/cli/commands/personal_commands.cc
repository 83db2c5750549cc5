// student-name set, show, list and clear; student-data; student-erase.

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "clients/cli/command.h"
#include "clients/cli/csv_file.h"
#include "clients/cli/enum_words.h"
#include "clients/cli/message_json.h"
#include "clients/cli/pages.h"
#include "clients/cli/students.h"
#include "clients/cli/table.h"
#include "clients/cli/text.h"
#include "clients/cpp/status_macros.h"
#include "milkway/consumption/v1/erasure.grpc.pb.h"
#include "milkway/consumption/v1/history.grpc.pb.h"
#include "milkway/consumption/v1/personal.grpc.pb.h"

namespace milkway::cli {

namespace {

namespace con = consumption::v1;
using con::StudentPersonalService;

constexpr int kChangesMax = 100;  // of one request

struct NameOptions {
  std::string school_id;
  int32_t student = 0;
  std::optional<std::string> name;
  std::optional<std::string> note;
  std::string file;
  std::string class_name;
  bool json = false;
  std::string request_id;
};

// A row "12,王小明[,note]". An empty cell leaves what is there.
absl::StatusOr<con::PersonalChange> ChangeOf(const CsvRecord& record) {
  int32_t student = 0;
  const bool is_row = record.problem.empty() && record.cells.size() >= 2 &&
                      record.cells.size() <= 3 && absl::SimpleAtoi(record.cells[0], &student);
  if (!is_row) {
    return UsageError(absl::StrCat("row ", record.row,
                                   " must be a student number, a name and perhaps a note, with "
                                   "commas between them, such as 12,王小明"));
  }
  con::PersonalChange change;
  change.set_student_number(student);
  if (!record.cells[1].empty()) change.set_name(std::string(record.cells[1]));
  if (record.cells.size() == 3 && !record.cells[2].empty()) {
    change.set_note(std::string(record.cells[2]));
  }
  return change;
}

absl::StatusOr<std::vector<con::PersonalChange>> ReadChanges(const std::string& file_name) {
  std::vector<con::PersonalChange> changes;
  RETURN_IF_ERROR(ReadRows(file_name, [&](const CsvRecord& record) -> absl::Status {
    ASSIGN_OR_RETURN(con::PersonalChange change, ChangeOf(record));
    changes.push_back(std::move(change));
    return absl::OkStatus();
  }));
  return changes;
}

absl::StatusOr<std::vector<con::PersonalChange>> ChangesOf(const NameOptions& options) {
  if (!options.file.empty()) return ReadChanges(options.file);
  if (options.student == 0 || (!options.name.has_value() && !options.note.has_value())) {
    return UsageError("give a STUDENT with --name or --note, or names with --file");
  }
  con::PersonalChange change;
  change.set_student_number(options.student);
  if (options.name.has_value()) change.set_name(*options.name);
  if (options.note.has_value()) change.set_note(*options.note);
  return std::vector<con::PersonalChange>{std::move(change)};
}

absl::StatusOr<ExitCode> SetNames(const NameOptions& options, Session& session) {
  ASSIGN_OR_RETURN(const auto changes, ChangesOf(options));
  if (changes.size() > kChangesMax && !options.request_id.empty()) {
    return UsageError(absl::StrCat("--request-id goes with ", kChangesMax, " names at most"));
  }
  int32_t set = 0;
  int32_t lost = 0;
  con::SetStudentPersonalRequest request;
  request.set_school_id(options.school_id);
  for (size_t index = 0; index < changes.size(); ++index) {
    *request.add_students() = changes[index];
    const bool is_full = request.students_size() == kChangesMax || index + 1 == changes.size();
    if (!is_full) continue;
    ASSIGN_OR_RETURN(const auto response,
                     Write(session, &StudentPersonalService::Stub::SetStudentPersonal,
                           options.request_id, request));
    set += response.set();
    lost += response.lost();
    request.clear_students();
  }
  session.console.Print(absl::StrCat("set of ", set, set == 1 ? " child\n" : " children\n"));
  if (lost > 0) {
    session.console.Print(absl::StrCat(
        "of ", lost, " of them what was kept before could not be read any more and is gone\n"));
  }
  return kDone;
}

TextTable TableOf(const std::vector<con::StudentPersonal>& students) {
  TextTable table({{"STUDENT", TextTable::Align::kRight}, {"NAME"}, {"NOTE"}});
  for (const con::StudentPersonal& student : students) {
    table.AddRow({absl::StrCat(student.student_number()),
                  student.key_gone() ? "(its key is gone)" : Printable(student.name()),
                  Printable(student.note())});
  }
  return table;
}

absl::StatusOr<ExitCode> ShowName(const NameOptions& options, Session& session) {
  con::GetStudentPersonalRequest request;
  request.set_school_id(options.school_id);
  request.set_student_number(options.student);
  ASSIGN_OR_RETURN(
      const auto response,
      session.connection.Call(&StudentPersonalService::Stub::GetStudentPersonal, request));
  session.console.Print(options.json ? JsonText(response.personal())
                                     : TableOf({response.personal()}).ToString());
  return kDone;
}

absl::StatusOr<ExitCode> ListNames(const NameOptions& options, Session& session) {
  con::ListStudentPersonalRequest request;
  request.set_school_id(options.school_id);
  request.set_class_name(options.class_name);
  ASSIGN_OR_RETURN(const auto students,
                   ListAll<con::StudentPersonal>(
                       session.connection, &StudentPersonalService::Stub::ListStudentPersonal,
                       request, &con::ListStudentPersonalResponse::students));
  if (options.json) {
    session.console.Print(ListJson(students));
  } else {
    session.console.Print(students.empty() ? "no names are kept\n" : TableOf(students).ToString());
  }
  return kDone;
}

absl::StatusOr<ExitCode> ClearName(const NameOptions& options, Session& session) {
  con::ClearStudentPersonalRequest request;
  request.set_school_id(options.school_id);
  request.set_student_number(options.student);
  ASSIGN_OR_RETURN(const auto response,
                   Write(session, &StudentPersonalService::Stub::ClearStudentPersonal,
                         options.request_id, request));
  session.console.Print(response.cleared()
                            ? "erased, also from every backup: its key is destroyed\n"
                            : "there was no name and no note\n");
  return kDone;
}

// All that is kept of a child: one JSON object, days included.
absl::StatusOr<ExitCode> PrintData(const NameOptions& options, Session& session) {
  con::ExportStudentDataRequest request;
  request.set_school_id(options.school_id);
  request.set_student_number(options.student);
  ASSIGN_OR_RETURN(const auto data, session.connection.Call(
                                        &StudentPersonalService::Stub::ExportStudentData, request));
  con::GetStudentHistoryRequest history;
  history.set_school_id(options.school_id);
  history.set_student_number(options.student);
  ASSIGN_OR_RETURN(
      const auto days,
      ListAll<con::StudentDay>(session.connection, &con::HistoryService::Stub::GetStudentHistory,
                               history, &con::GetStudentHistoryResponse::days));
  nlohmann::ordered_json json = ToJson(data);
  json["days"] = nlohmann::ordered_json::array();
  for (const con::StudentDay& day : days) json["days"].push_back(ToJson(day));
  session.console.Print(json.dump(2) + "\n");
  return kDone;
}

struct EraseOptions {
  std::string school_id;
  int32_t student = 0;
  int32_t confirmed = 0;
  std::string reason;
  std::string request_id;
};

absl::StatusOr<ExitCode> Erase(const EraseOptions& options, Session& session) {
  con::EraseStudentRequest request;
  request.set_school_id(options.school_id);
  request.set_student_number(options.student);
  request.set_confirm_student_number(options.confirmed);
  ASSIGN_OR_RETURN(const auto reason, WordOption<con::ErasureReason>("--reason", options.reason));
  request.set_reason(reason);
  ASSIGN_OR_RETURN(const auto response, Write(session, &con::ErasureService::Stub::EraseStudent,
                                              options.request_id, request));
  session.console.Print(absl::StrCat(
      "student ", options.student, " is erased: ", response.name_erased() ? "a name" : "no name",
      ", ", response.measurements_erased(), " measurements, ", response.guardian_names_erased(),
      " consents with names; what it drank stays in the books\n"));
  return kDone;
}

void AddSet(Commands* commands, CLI::App* group) {
  auto options = std::make_shared<NameOptions>();
  CLI::App* command = commands->AddTo(
      group, "set",
      "Sets names and notes, encrypted for the school's contacts; a guardian must have agreed "
      "(consent record … --to name). Other users of this machine may see --name while it runs: "
      "use --file",
      "milkway student-name set changyuan --file names.csv --as school_contact:wang:changyuan");
  command->add_option("SCHOOL", options->school_id, "the school")->required();
  command->add_option("STUDENT", options->student, "whose; not with --file");
  command->add_option("--name", options->name, "the name; \"\" for none");
  command->add_option("--note", options->note, "a note; \"\" for none");
  command->add_option("--file", options->file,
                      "rows of student,name[,note]; \"-\" reads what is typed or piped in");
  AddRequestId(command, &options->request_id);
  commands->OnRun(command, [options](Session& session) { return SetNames(*options, session); });
}

void AddShow(Commands* commands, CLI::App* group) {
  auto options = std::make_shared<NameOptions>();
  CLI::App* command = commands->AddTo(group, "show", "Shows the name and the note of a child",
                                      "milkway student-name show changyuan 12");
  command->add_option("SCHOOL", options->school_id, "the school")->required();
  command->add_option("STUDENT", options->student, "whose")->required();
  command->add_flag("--json", options->json, "for programs; the keys are stable");
  commands->OnRun(command, [options](Session& session) { return ShowName(*options, session); });
}

void AddList(Commands* commands, CLI::App* group) {
  auto options = std::make_shared<NameOptions>();
  CLI::App* command = commands->AddTo(group, "list", "Lists the names of a school or class",
                                      "milkway student-name list changyuan --class 3A");
  command->add_option("SCHOOL", options->school_id, "the school")->required();
  command->add_option("--class", options->class_name, "only of this class, as of today");
  command->add_flag("--json", options->json, "for programs; the keys are stable");
  commands->OnRun(command, [options](Session& session) { return ListNames(*options, session); });
}

void AddClear(Commands* commands, CLI::App* group) {
  auto options = std::make_shared<NameOptions>();
  CLI::App* command =
      commands->AddTo(group, "clear", "Erases the name and the note of a child, and their key",
                      "milkway student-name clear changyuan 12");
  command->add_option("SCHOOL", options->school_id, "the school")->required();
  command->add_option("STUDENT", options->student, "whose")->required();
  AddRequestId(command, &options->request_id);
  commands->OnRun(command, [options](Session& session) { return ClearName(*options, session); });
}

void AddData(Commands* commands) {
  auto options = std::make_shared<NameOptions>();
  CLI::App* command = commands->Add(
      "student-data", "All that is kept of a child, as JSON, for the guardian who asks",
      "milkway student-data changyuan 12 --as school_contact:wang:changyuan > child.json");
  command->add_option("SCHOOL", options->school_id, "the school")->required();
  command->add_option("STUDENT", options->student, "whose")->required();
  commands->OnRun(command, [options](Session& session) { return PrintData(*options, session); });
}

void AddErase(Commands* commands) {
  auto options = std::make_shared<EraseOptions>();
  CLI::App* command = commands->Add(
      "student-erase",
      "Erases a child for good: name, guardians, measurements. What it drank stays, under a "
      "number that nobody gets again. It cannot be undone",
      "milkway student-erase changyuan 12 --confirm 12 --reason guardian_asked");
  command->add_option("SCHOOL", options->school_id, "the school")->required();
  command->add_option("STUDENT", options->student, "who")->required();
  command->add_option("--confirm", options->confirmed, "the number once more")->required();
  command->add_option("--reason", options->reason, "guardian_asked, left, mistake or ordered")
      ->required();
  AddRequestId(command, &options->request_id);
  commands->OnRun(command, [options](Session& session) { return Erase(*options, session); });
}

}  // namespace

void AddPersonalCommands(Commands* commands) {
  CLI::App* group = commands->AddGroup(
      "student-name", "Names of children and notes about them, for their school's contacts");
  AddSet(commands, group);
  AddShow(commands, group);
  AddList(commands, group);
  AddClear(commands, group);
  AddData(commands);
  AddErase(commands);
}

}  // namespace milkway::cli
