// person add, list, show, set, disable, enable.

#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "clients/cli/command.h"
#include "clients/cli/message_json.h"
#include "clients/cli/pages.h"
#include "clients/cli/person_options.h"
#include "clients/cli/table.h"
#include "clients/cli/text.h"
#include "clients/cpp/status_macros.h"
#include "milkway/accounts/v1/people.grpc.pb.h"

namespace milkway::cli {

namespace {

using accounts::v1::AccountService;
using accounts::v1::Person;

struct ListOptions {
  std::string role;
  std::string organisation_id;
  std::string scope;
  bool json = false;
};

absl::StatusOr<ExitCode> Add(const PersonOptions& options, Session& session) {
  accounts::v1::CreatePersonRequest request;
  ASSIGN_OR_RETURN(*request.mutable_person(), PersonOf(options));
  ASSIGN_OR_RETURN(const auto response, Write(session, &AccountService::Stub::CreatePerson,
                                              options.request_id, request));
  session.console.Print(absl::StrCat("person ", Printable(response.person().person_id()),
                                     " is recorded; milkway invite create ",
                                     Printable(response.person().person_id()), " lets them in\n"));
  return kDone;
}

std::string StateOf(const Person& person) {
  if (person.disabled()) return "disabled";
  if (person.has_totp()) return "password and code";
  return person.has_password() ? "password" : "invite only";
}

absl::StatusOr<ExitCode> PrintPeople(const ListOptions& options, Session& session) {
  accounts::v1::ListPeopleRequest request;
  if (!options.role.empty()) {
    ASSIGN_OR_RETURN(const auto role, RoleOption("--role", options.role));
    request.set_role(role);
  }
  request.set_organisation_id(options.organisation_id);
  request.set_scope(options.scope);
  ASSIGN_OR_RETURN(const auto people,
                   ListAll<Person>(session.connection, &AccountService::Stub::ListPeople, request,
                                   &accounts::v1::ListPeopleResponse::people));
  if (options.json) {
    session.console.Print(ListJson(people));
    return kDone;
  }
  TextTable table(
      {{"PERSON"}, {"SIGNS IN AS"}, {"NAME"}, {"ROLE"}, {"SCOPES"}, {"WITH"}, {"ETAG"}});
  for (const Person& person : people) {
    table.AddRow({person.person_id(), person.sign_in_name(), person.display_name(),
                  RoleWord(person.role()), absl::StrJoin(person.scopes(), " "), StateOf(person),
                  person.etag()});
  }
  session.console.Print(table.empty() ? "no people\n" : table.ToString());
  return kDone;
}

absl::StatusOr<Person> Get(const std::string& person_id, Session& session) {
  accounts::v1::GetPersonRequest request;
  request.set_person_id(person_id);
  ASSIGN_OR_RETURN(const auto response,
                   session.connection.Call(&AccountService::Stub::GetPerson, request));
  return response.person();
}

absl::StatusOr<ExitCode> Show(const PersonOptions& options, Session& session) {
  ASSIGN_OR_RETURN(const Person person, Get(options.person_id, session));
  session.console.Print(JsonText(person));
  return kDone;
}

// What is not given stays as it is.
absl::StatusOr<ExitCode> Set(const PersonOptions& options, const CLI::App& command,
                             Session& session) {
  ASSIGN_OR_RETURN(const Person before, Get(options.person_id, session));
  accounts::v1::UpdatePersonRequest request;
  ASSIGN_OR_RETURN(*request.mutable_person(), ChangedPerson(options, command, before));
  ASSIGN_OR_RETURN(const auto response, Write(session, &AccountService::Stub::UpdatePerson,
                                              options.request_id, request));
  session.console.Print(absl::StrCat("person ", Printable(options.person_id), " is changed (etag ",
                                     Printable(response.person().etag()), ")\n"));
  return kDone;
}

absl::StatusOr<ExitCode> Disable(const PersonOptions& options, Session& session) {
  accounts::v1::DisablePersonRequest request;
  request.set_person_id(options.person_id);
  RETURN_IF_ERROR(
      Write(session, &AccountService::Stub::DisablePerson, options.request_id, request).status());
  session.console.Print(absl::StrCat("person ", Printable(options.person_id),
                                     " cannot sign in any more, and is signed out everywhere\n"));
  return kDone;
}

absl::StatusOr<ExitCode> Enable(const PersonOptions& options, Session& session) {
  accounts::v1::EnablePersonRequest request;
  request.set_person_id(options.person_id);
  RETURN_IF_ERROR(
      Write(session, &AccountService::Stub::EnablePerson, options.request_id, request).status());
  session.console.Print(
      absl::StrCat("person ", Printable(options.person_id), " can sign in again\n"));
  return kDone;
}

using Run = absl::StatusOr<ExitCode> (*)(const PersonOptions&, Session&);

CLI::App* AddOnPerson(Commands* commands, CLI::App* group, const std::string& name,
                      const std::string& description, const std::string& example, Run run) {
  auto options = std::make_shared<PersonOptions>();
  CLI::App* command = commands->AddTo(group, name, description, example);
  command->add_option("PERSON", options->person_id, "their id")->required();
  AddRequestId(command, &options->request_id);
  commands->OnRun(command, [options, run](Session& session) { return run(*options, session); });
  return command;
}

void AddList(Commands* commands, CLI::App* group) {
  auto options = std::make_shared<ListOptions>();
  CLI::App* command = commands->AddTo(group, "list", "People, and what each may do",
                                      "milkway person list --role school_contact");
  command->add_option("--role", options->role, "only those with this role");
  command->add_option("--organisation", options->organisation_id, "only those who belong there");
  command->add_option("--scope", options->scope, "only those of this place, school or donor");
  command->add_flag("--json", options->json, "for programs; the keys are stable");
  commands->OnRun(command, [options](Session& session) { return PrintPeople(*options, session); });
}

}  // namespace

void AddPersonCommands(Commands* commands) {
  CLI::App* group = commands->AddGroup("person", "People who may sign in");

  auto added = std::make_shared<PersonOptions>();
  CLI::App* add = commands->AddTo(
      group, "add", "Records a person, whom an invite lets in",
      "milkway person add wang --role school_contact --scope changyuan --name 王老师");
  AddPersonOptions(add, added.get());
  AddRequestId(add, &added->request_id);
  commands->OnRun(add, [added](Session& session) { return Add(*added, session); });

  AddList(commands, group);
  AddOnPerson(commands, group, "show", "One person as JSON", "milkway person show wang", Show);

  auto changed = std::make_shared<PersonOptions>();
  CLI::App* set = commands->AddTo(group, "set",
                                  "Changes a person; what is not given stays. Another role signs "
                                  "them out, fewer scopes hold at once",
                                  "milkway person set wang --scope changyuan --scope xiaozhai");
  AddPersonOptions(set, changed.get());
  AddRequestId(set, &changed->request_id);
  commands->OnRun(set, [changed, set](Session& session) { return Set(*changed, *set, session); });

  AddOnPerson(commands, group, "disable", "Signs a person out everywhere, for good",
              "milkway person disable wang", Disable);
  AddOnPerson(commands, group, "enable", "Lets a disabled person sign in again",
              "milkway person enable wang", Enable);
}

}  // namespace milkway::cli
