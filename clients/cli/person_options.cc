#include "clients/cli/person_options.h"

#include <utility>

#include "clients/cli/enum_words.h"
#include "clients/cpp/status_macros.h"

namespace milkway::cli {

void AddPersonOptions(CLI::App* command, PersonOptions* options) {
  command->add_option("PERSON", options->person_id, "their id, for ever; not a name")->required();
  command->add_option("--role", options->role,
                      "admin, procurement, warehouse, school_contact, donor or auditor");
  command
      ->add_option("--scope", options->scopes,
                   "a place of a warehouse's people, a school of a contact, the id of a donor; "
                   "may be repeated")
      ->allow_extra_args(false);
  command->add_option("--sign-in-name", options->sign_in_name,
                      "what they type to sign in (default: their id)");
  command->add_option("--name", options->display_name, "how they are called");
  command->add_option("--language", options->language, "en or zh");
  command->add_option("--organisation", options->organisation_id, "where they belong");
}

absl::StatusOr<accounts::v1::Person> PersonOf(const PersonOptions& options) {
  accounts::v1::Person person;
  ASSIGN_OR_RETURN(const auto role, RoleOption("--role", options.role));
  person.set_role(role);
  person.set_person_id(options.person_id);
  person.set_sign_in_name(options.sign_in_name);
  person.set_display_name(options.display_name);
  person.set_language(options.language);
  person.set_organisation_id(options.organisation_id);
  for (const std::string& scope : options.scopes) person.add_scopes(scope);
  return person;
}

absl::StatusOr<accounts::v1::Person> ChangedPerson(const PersonOptions& options,
                                                   const CLI::App& command,
                                                   accounts::v1::Person before) {
  accounts::v1::Person person = std::move(before);
  if (command.count("--role") > 0) {
    ASSIGN_OR_RETURN(const auto role, RoleOption("--role", options.role));
    // Scopes are of one kind for each role: those of the old one mean nothing for the new one.
    if (role != person.role()) person.clear_scopes();
    person.set_role(role);
  }
  if (command.count("--scope") > 0) {
    person.clear_scopes();
    for (const std::string& scope : options.scopes) person.add_scopes(scope);
  }
  if (command.count("--sign-in-name") > 0) person.set_sign_in_name(options.sign_in_name);
  if (command.count("--name") > 0) person.set_display_name(options.display_name);
  if (command.count("--language") > 0) person.set_language(options.language);
  if (command.count("--organisation") > 0) person.set_organisation_id(options.organisation_id);
  return person;
}

absl::StatusOr<common::v1::Role> RoleOption(absl::string_view option, absl::string_view word) {
  ASSIGN_OR_RETURN(
      const int role,
      WordOption(option, *google::protobuf::GetEnumDescriptor<common::v1::Role>(), word));
  return static_cast<common::v1::Role>(role);
}

std::string RoleWord(common::v1::Role role) { return WordOfEnum(role); }

}  // namespace milkway::cli
