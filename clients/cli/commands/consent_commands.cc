// consent record, consent withdraw, consent list.

#include <algorithm>
#include <map>
#include <memory>
#include <string>
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
#include "milkway/consumption/v1/consents.grpc.pb.h"

namespace milkway::cli {

namespace {

namespace con = consumption::v1;
using con::ConsentService;

struct RecordOptions {
  std::string school_id;
  std::string students;
  std::string purpose;
  std::string relation;
  std::string on;
  std::string manner = "paper";
  std::string names_file;
  std::string request_id;
};

absl::StatusOr<con::ConsentStatement> StatementOf(const RecordOptions& options) {
  con::ConsentStatement statement;
  ASSIGN_OR_RETURN(const auto purpose, WordOption<con::ConsentPurpose>("--to", options.purpose));
  ASSIGN_OR_RETURN(const auto relation,
                   WordOption<con::GuardianRelation>("--by", options.relation));
  ASSIGN_OR_RETURN(const auto manner, WordOption<con::ConsentManner>("--manner", options.manner));
  ASSIGN_OR_RETURN(const Day on, DayOption("--on", options.on));
  statement.set_purpose(purpose);
  statement.set_relation(relation);
  statement.set_manner(manner);
  statement.set_given_on(FormatDay(on));
  return statement;
}

// Of a student; either may be empty.
struct Names {
  std::string guardian;
  std::string witness;
};
using NamesByStudent = std::map<int32_t, Names>;

// Rows "12,王奶奶[,李老师]", of `students` only.
absl::StatusOr<NamesByStudent> ReadNames(const std::string& file_name,
                                         const std::vector<int32_t>& students) {
  NamesByStudent names;
  if (file_name.empty()) return names;
  RETURN_IF_ERROR(ReadRows(file_name, [&](const CsvRecord& record) -> absl::Status {
    int32_t student = 0;
    const bool is_row = record.problem.empty() && record.cells.size() >= 2 &&
                        record.cells.size() <= 3 && absl::SimpleAtoi(record.cells[0], &student);
    if (!is_row) {
      return UsageError(absl::StrCat("row ", record.row,
                                     " must be a student number, the guardian's name and perhaps "
                                     "the witness's, with commas between them"));
    }
    if (std::find(students.begin(), students.end(), student) == students.end()) {
      return UsageError(absl::StrCat("row ", record.row, " is of student ", student,
                                     ", who is not one of STUDENTS"));
    }
    const auto [of_row, is_new] = names.try_emplace(student);
    if (!is_new) {
      return UsageError(
          absl::StrCat("row ", record.row, " is of student ", student, ", as one before it is"));
    }
    Names& of_student = of_row->second;
    of_student.guardian = std::string(record.cells[1]);
    if (record.cells.size() == 3) of_student.witness = std::string(record.cells[2]);
    return absl::OkStatus();
  }));
  return names;
}

absl::StatusOr<ExitCode> RecordConsents(const RecordOptions& options, Session& session) {
  const auto students = ParseStudents(options.students);
  if (!students.ok()) return UsageError(absl::StrCat("STUDENTS ", students.status().message()));
  if (students->size() > 1 && !options.request_id.empty()) {
    return UsageError("--request-id goes with one student");
  }
  ASSIGN_OR_RETURN(NamesByStudent names, ReadNames(options.names_file, *students));
  con::RecordConsentRequest request;
  ASSIGN_OR_RETURN(*request.mutable_statement(), StatementOf(options));
  request.set_school_id(options.school_id);
  for (const int32_t student : *students) {
    request.set_student_number(student);
    request.set_guardian_name(names[student].guardian);
    request.set_witness_name(names[student].witness);
    ASSIGN_OR_RETURN(const auto response, Write(session, &ConsentService::Stub::RecordConsent,
                                                options.request_id, request));
    session.console.Print(absl::StrCat("recorded: consent ", response.consent_number(),
                                       " of student ", student, "\n"));
  }
  return kDone;
}

struct WithdrawOptions {
  std::string school_id;
  int32_t student = 0;
  int32_t consent = 0;
  std::string on;
  bool erases_recorded = false;
  std::string request_id;
};

absl::StatusOr<ExitCode> Withdraw(const WithdrawOptions& options, Session& session) {
  con::WithdrawConsentRequest request;
  request.set_school_id(options.school_id);
  request.set_student_number(options.student);
  request.set_consent_number(options.consent);
  if (!options.on.empty()) {
    ASSIGN_OR_RETURN(const Day on, DayOption("--on", options.on));
    request.set_withdrawn_on(FormatDay(on));
  }
  request.set_erase_recorded(options.erases_recorded);
  ASSIGN_OR_RETURN(const auto response, Write(session, &ConsentService::Stub::WithdrawConsent,
                                              options.request_id, request));
  std::string text = absl::StrCat("consent ", options.consent, " of student ", options.student,
                                  " holds no more\n");
  if (response.name_erased()) absl::StrAppend(&text, "its name and note are erased\n");
  if (response.measurements_erased() > 0) {
    absl::StrAppend(&text, response.measurements_erased(), " measurements are erased\n");
  }
  if (response.excluded()) absl::StrAppend(&text, "it is given no more milk (declined)\n");
  session.console.Print(text);
  return kDone;
}

struct ListOptions {
  std::string school_id;
  int32_t student = 0;
  std::string purpose;
  bool only_standing = false;
  bool json = false;
};

TextTable TableOf(const std::vector<con::Consent>& consents) {
  using Align = TextTable::Align;
  TextTable table({{"STUDENT", Align::kRight},
                   {"CONSENT", Align::kRight},
                   {"TO"},
                   {"BY"},
                   {"ON"},
                   {"HOW"},
                   {"NAME"},
                   {"WITHDRAWN"}});
  for (const con::Consent& consent : consents) {
    const con::ConsentStatement& statement = consent.statement();
    table.AddRow({absl::StrCat(consent.student_number()), absl::StrCat(consent.consent_number()),
                  WordOfEnum(statement.purpose()), WordOfEnum(statement.relation()),
                  statement.given_on(), WordOfEnum(statement.manner()),
                  consent.key_gone() ? "(its key is gone)" : Printable(consent.guardian_name()),
                  consent.withdrawn_on()});
  }
  return table;
}

absl::StatusOr<ExitCode> PrintConsents(const ListOptions& options, Session& session) {
  con::ListConsentsRequest request;
  request.set_school_id(options.school_id);
  request.set_student_number(options.student);
  request.set_only_standing(options.only_standing);
  if (!options.purpose.empty()) {
    ASSIGN_OR_RETURN(const auto purpose, WordOption<con::ConsentPurpose>("--to", options.purpose));
    request.set_purpose(purpose);
  }
  ASSIGN_OR_RETURN(const auto consents,
                   ListAll<con::Consent>(session.connection, &ConsentService::Stub::ListConsents,
                                         request, &con::ListConsentsResponse::consents));
  if (options.json) {
    session.console.Print(ListJson(consents));
  } else {
    session.console.Print(consents.empty() ? "no consent is recorded\n"
                                           : TableOf(consents).ToString());
  }
  return kDone;
}

void AddRecord(Commands* commands, CLI::App* group) {
  auto options = std::make_shared<RecordOptions>();
  CLI::App* command = commands->AddTo(
      group, "record", "Records that guardians agreed to something",
      "milkway consent record changyuan 1-12 --to measurements --by mother --on 2025-03-01");
  command->add_option("SCHOOL", options->school_id, "the school")->required();
  command->add_option("STUDENTS", options->students, "whose guardian: 12, or 1-12;15")->required();
  command->add_option("--to", options->purpose, "milk, measurements, name or photo")->required();
  command->add_option("--by", options->relation, "mother, father, grandparent or other")
      ->required();
  command->add_option("--on", options->on, "the day on which it was given, YYYY-MM-DD")->required();
  command->add_option("--manner", options->manner, "paper or oral_with_witness")
      ->capture_default_str();
  command->add_option("--names", options->names_file,
                      "file with rows of student,guardian[,witness]: their names, kept encrypted, "
                      "for the school's contacts; \"-\" reads what is typed or piped in");
  AddRequestId(command, &options->request_id);
  commands->OnRun(command,
                  [options](Session& session) { return RecordConsents(*options, session); });
}

void AddWithdraw(Commands* commands, CLI::App* group) {
  auto options = std::make_shared<WithdrawOptions>();
  CLI::App* command = commands->AddTo(
      group, "withdraw",
      "Records that a consent was taken back: without another one a name is erased, nobody is "
      "measured, and no milk is given, at once",
      "milkway consent withdraw changyuan 12 2 --erase-recorded");
  command->add_option("SCHOOL", options->school_id, "the school")->required();
  command->add_option("STUDENT", options->student, "whose")->required();
  command->add_option("CONSENT", options->consent, "its number, as consent list shows it")
      ->required();
  command->add_option("--on", options->on, "since when (default: today)");
  command->add_flag("--erase-recorded", options->erases_recorded,
                    "of measurements: the guardian wishes that the figures so far are erased");
  AddRequestId(command, &options->request_id);
  commands->OnRun(command, [options](Session& session) { return Withdraw(*options, session); });
}

void AddList(Commands* commands, CLI::App* group) {
  auto options = std::make_shared<ListOptions>();
  CLI::App* command = commands->AddTo(
      group, "list", "What guardians agreed to; names are shown to the school's contacts",
      "milkway consent list changyuan --to measurements --standing");
  command->add_option("SCHOOL", options->school_id, "the school")->required();
  command->add_option("--student", options->student, "only of this child");
  command->add_option("--to", options->purpose, "only to this");
  command->add_flag("--standing", options->only_standing, "only those that hold");
  command->add_flag("--json", options->json, "for programs; the keys are stable");
  commands->OnRun(command,
                  [options](Session& session) { return PrintConsents(*options, session); });
}

}  // namespace

void AddConsentCommands(Commands* commands) {
  CLI::App* group =
      commands->AddGroup("consent", "What guardians of children agreed to, and took back");
  AddRecord(commands, group);
  AddWithdraw(commands, group);
  AddList(commands, group);
}

}  // namespace milkway::cli
