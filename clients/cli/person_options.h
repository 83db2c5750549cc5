// People as commands name them.

#ifndef MILKWAY_CLIENTS_CLI_PERSON_OPTIONS_H_
#define MILKWAY_CLIENTS_CLI_PERSON_OPTIONS_H_

#include <string>
#include <vector>

#include "CLI/CLI.hpp"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "milkway/accounts/v1/people.pb.h"
#include "milkway/common/v1/access.pb.h"

namespace milkway::cli {

struct PersonOptions {
  std::string person_id;
  std::string sign_in_name;
  std::string display_name;
  std::string language;
  std::string organisation_id;
  std::string role;
  std::vector<std::string> scopes;
  std::string request_id;
};

// PERSON and what is known of them.
void AddPersonOptions(CLI::App* command, PersonOptions* options);

// A usage error if the role is none.
absl::StatusOr<accounts::v1::Person> PersonOf(const PersonOptions& options);
// `before` with what was given to `command`.
absl::StatusOr<accounts::v1::Person> ChangedPerson(const PersonOptions& options,
                                                   const CLI::App& command,
                                                   accounts::v1::Person before);

absl::StatusOr<common::v1::Role> RoleOption(absl::string_view option, absl::string_view word);
std::string RoleWord(common::v1::Role role);

}  // namespace milkway::cli

#endif  // MILKWAY_CLIENTS_CLI_PERSON_OPTIONS_H_
