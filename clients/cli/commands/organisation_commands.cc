// organisation add, list, show, set.

#include <memory>
#include <string>

#include "absl/strings/str_cat.h"
#include "clients/cli/command.h"
#include "clients/cli/message_json.h"
#include "clients/cli/pages.h"
#include "clients/cli/table.h"
#include "clients/cli/text.h"
#include "clients/cpp/status_macros.h"
#include "milkway/accounts/v1/people.grpc.pb.h"

namespace milkway::cli {

namespace {

using accounts::v1::AccountService;
using accounts::v1::Organisation;

struct OrganisationOptions {
  std::string organisation_id;
  std::string name;
  std::string country;
  std::string request_id;
};

absl::StatusOr<ExitCode> Add(const OrganisationOptions& options, Session& session) {
  accounts::v1::CreateOrganisationRequest request;
  Organisation& organisation = *request.mutable_organisation();
  organisation.set_organisation_id(options.organisation_id);
  organisation.set_name(options.name);
  organisation.set_country(options.country);
  RETURN_IF_ERROR(
      Write(session, &AccountService::Stub::CreateOrganisation, options.request_id, request)
          .status());
  session.console.Print(
      absl::StrCat("organisation ", Printable(options.organisation_id), " is recorded\n"));
  return kDone;
}

absl::StatusOr<ExitCode> PrintOrganisations(bool json, Session& session) {
  ASSIGN_OR_RETURN(
      const auto organisations,
      ListAll<Organisation>(session.connection, &AccountService::Stub::ListOrganisations,
                            accounts::v1::ListOrganisationsRequest(),
                            &accounts::v1::ListOrganisationsResponse::organisations));
  if (json) {
    session.console.Print(ListJson(organisations));
    return kDone;
  }
  TextTable table({{"ORGANISATION"}, {"NAME"}, {"COUNTRY"}, {"ETAG"}});
  for (const Organisation& organisation : organisations) {
    table.AddRow({organisation.organisation_id(), organisation.name(), organisation.country(),
                  organisation.etag()});
  }
  session.console.Print(table.empty() ? "no organisations\n" : table.ToString());
  return kDone;
}

absl::StatusOr<Organisation> Get(const std::string& organisation_id, Session& session) {
  accounts::v1::GetOrganisationRequest request;
  request.set_organisation_id(organisation_id);
  ASSIGN_OR_RETURN(const auto response,
                   session.connection.Call(&AccountService::Stub::GetOrganisation, request));
  return response.organisation();
}

absl::StatusOr<ExitCode> Show(const OrganisationOptions& options, Session& session) {
  ASSIGN_OR_RETURN(const Organisation organisation, Get(options.organisation_id, session));
  session.console.Print(JsonText(organisation));
  return kDone;
}

// What is not given stays as it is.
absl::StatusOr<ExitCode> Set(const OrganisationOptions& options, const CLI::App& command,
                             Session& session) {
  accounts::v1::UpdateOrganisationRequest request;
  ASSIGN_OR_RETURN(*request.mutable_organisation(), Get(options.organisation_id, session));
  if (command.count("--name") > 0) request.mutable_organisation()->set_name(options.name);
  if (command.count("--country") > 0) request.mutable_organisation()->set_country(options.country);
  RETURN_IF_ERROR(
      Write(session, &AccountService::Stub::UpdateOrganisation, options.request_id, request)
          .status());
  session.console.Print(
      absl::StrCat("organisation ", Printable(options.organisation_id), " is changed\n"));
  return kDone;
}

CLI::App* AddOnOne(Commands* commands, CLI::App* group, const std::string& name,
                   const std::string& description, const std::string& example,
                   const std::shared_ptr<OrganisationOptions>& options) {
  CLI::App* command = commands->AddTo(group, name, description, example);
  command->add_option("ORGANISATION", options->organisation_id, "its id")->required();
  return command;
}

}  // namespace

void AddOrganisationCommands(Commands* commands) {
  CLI::App* group = commands->AddGroup("organisation", "Organisations that people belong to");
  auto options = std::make_shared<OrganisationOptions>();

  CLI::App* add =
      AddOnOne(commands, group, "add", "Records an organisation",
               "milkway organisation add milk-fund --name 'Milk Fund' --country AU", options);
  add->add_option("--name", options->name, "its name")->required();
  add->add_option("--country", options->country, "ISO 3166 code, such as CN");
  AddRequestId(add, &options->request_id);
  commands->OnRun(add, [options](Session& session) { return Add(*options, session); });

  auto json = std::make_shared<bool>(false);
  CLI::App* list = commands->AddTo(group, "list", "Organisations", "milkway organisation list");
  list->add_flag("--json", *json, "for programs; the keys are stable");
  commands->OnRun(list, [json](Session& session) { return PrintOrganisations(*json, session); });

  CLI::App* show = AddOnOne(commands, group, "show", "One organisation as JSON",
                            "milkway organisation show milk-fund", options);
  commands->OnRun(show, [options](Session& session) { return Show(*options, session); });

  CLI::App* set = AddOnOne(commands, group, "set", "Changes an organisation",
                           "milkway organisation set milk-fund --name 'The Milk Fund'", options);
  set->add_option("--name", options->name, "its name");
  set->add_option("--country", options->country, "ISO 3166 code, such as CN");
  AddRequestId(set, &options->request_id);
  commands->OnRun(set, [options, set](Session& session) { return Set(*options, *set, session); });
}

}  // namespace milkway::cli
