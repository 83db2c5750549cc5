// contacts, set-contacts.

#include <memory>

#include "absl/strings/str_cat.h"
#include "clients/cli/command.h"
#include "clients/cli/line_syntax.h"
#include "clients/cli/message_json.h"
#include "clients/cli/table.h"
#include "clients/cli/text.h"
#include "clients/cpp/status_macros.h"
#include "milkway/inventory/v1/catalog.grpc.pb.h"

namespace milkway::cli {

namespace {

using inventory::v1::CatalogService;

struct ContactsOptions {
  std::vector<std::string> location_ids;
  bool json = false;
};

absl::StatusOr<ExitCode> PrintContacts(const ContactsOptions& options, Session& session) {
  inventory::v1::GetContactsRequest request;
  for (const std::string& id : options.location_ids) request.add_location_ids(id);
  ASSIGN_OR_RETURN(const auto response,
                   session.connection.Call(&CatalogService::Stub::GetContacts, request));
  if (options.json) {
    session.console.Print(ListJson(std::vector<inventory::v1::PlaceContacts>(
        response.places().begin(), response.places().end())));
    return kDone;
  }
  TextTable table({{"PLACE"}, {"NAME"}, {"DUTY"}, {"PHONE"}, {"OTHER"}});
  for (const inventory::v1::PlaceContacts& place : response.places()) {
    if (place.contacts().empty()) table.AddRow({place.location_id(), "nobody known", "", "", ""});
    for (const inventory::v1::Contact& contact : place.contacts()) {
      table.AddRow(
          {place.location_id(), contact.name(), contact.duty(), contact.phone(), contact.other()});
    }
  }
  session.console.Print(table.ToString());
  return kDone;
}

struct SetOptions {
  std::string location_id;
  std::vector<std::string> lines;
  std::string request_id;
};

absl::StatusOr<ExitCode> SetContacts(const SetOptions& options, Session& session) {
  inventory::v1::SetContactsRequest request;
  request.set_location_id(options.location_id);
  for (const std::string& text : options.lines) {
    ASSIGN_OR_RETURN(const LineFields line,
                     LineFields::Parse(text, {"name", "duty", "phone", "other"}));
    inventory::v1::Contact& contact = *request.add_contacts();
    contact.set_name(line.Find("name").value_or(""));
    contact.set_duty(line.Find("duty").value_or(""));
    contact.set_phone(line.Find("phone").value_or(""));
    contact.set_other(line.Find("other").value_or(""));
  }
  ASSIGN_OR_RETURN(const auto response,
                   Write(session, &CatalogService::Stub::SetContacts, options.request_id, request));
  session.console.Print(absl::StrCat(Printable(options.location_id), " has ",
                                     response.contacts_size(), " people to call\n"));
  return kDone;
}

void AddContacts(Commands* commands) {
  auto options = std::make_shared<ContactsOptions>();
  CLI::App* command =
      commands->Add("contacts", "Whom to call at some places", "milkway contacts changyuan");
  command->add_option("LOCATION", options->location_ids, "the places")->required();
  command->add_flag("--json", options->json, "for programs; the keys are stable");
  commands->OnRun(command,
                  [options](Session& session) { return PrintContacts(*options, session); });
}

void AddSetContacts(Commands* commands) {
  auto options = std::make_shared<SetOptions>();
  CLI::App* command = commands->Add(
      "set-contacts", "Says whom to call at a place; replaces those before",
      "milkway set-contacts changyuan --line name=王校长,duty=校长,phone=+8613800000000");
  command->add_option("LOCATION", options->location_id, "the place")->required();
  AddLines(command, &options->lines,
           "name, duty, phone, other; the one to call first first; none: nobody");
  AddRequestId(command, &options->request_id);
  commands->OnRun(command, [options](Session& session) { return SetContacts(*options, session); });
}

}  // namespace

void AddContactCommands(Commands* commands) {
  AddContacts(commands);
  AddSetContacts(commands);
}

}  // namespace milkway::cli
