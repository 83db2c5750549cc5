// totp enrol, confirm, remove.

#include <memory>
#include <string>

#include "absl/strings/str_cat.h"
#include "clients/cli/command.h"
#include "clients/cli/secret_input.h"
#include "clients/cli/text.h"
#include "clients/cpp/status_macros.h"
#include "milkway/accounts/v1/sign_in.grpc.pb.h"

namespace milkway::cli {

namespace {

using accounts::v1::SignInService;

struct AuthenticatorOptions {
  std::string person_id;
  std::string request_id;
  bool from_stdin = false;
};

absl::StatusOr<std::string> ReadCode(const AuthenticatorOptions& options, Session& session) {
  if (options.from_stdin) return ReadSecretLine("--code-stdin");
  return AskForSecret("code", "--code-stdin", &session.connection.interrupt());
}

absl::StatusOr<ExitCode> Enrol(const AuthenticatorOptions& options, Session& session) {
  accounts::v1::EnrolTotpRequest request;
  ASSIGN_OR_RETURN(*request.mutable_password(),
                   options.from_stdin ? ReadSecretLine("--password-stdin")
                                      : AskForSecret("password", "--password-stdin",
                                                     &session.connection.interrupt()));
  const auto response = session.connection.Call(&SignInService::Stub::EnrolTotp, request);
  Wipe(request.mutable_password());
  if (!response.ok()) return response.status();
  session.console.Say(
      "give this to your authenticator, as text or as a QR code, then milkway totp confirm:");
  session.console.Print(
      absl::StrCat(Printable(response->secret()), "\n", Printable(response->uri()), "\n"));
  return kDone;
}

absl::StatusOr<ExitCode> Confirm(const AuthenticatorOptions& options, Session& session) {
  accounts::v1::ConfirmTotpRequest request;
  ASSIGN_OR_RETURN(*request.mutable_code(), ReadCode(options, session));
  ASSIGN_OR_RETURN(const auto response,
                   Write(session, &SignInService::Stub::ConfirmTotp, options.request_id, request));
  session.console.Say(
      "from now on signing in needs a code; keep these apart from the authenticator, each is good "
      "once in place of a code, and they are not shown again:");
  for (const std::string& code : response.recovery_codes()) {
    session.console.Print(absl::StrCat(Printable(code), "\n"));
  }
  return kDone;
}

absl::StatusOr<ExitCode> Remove(const AuthenticatorOptions& options, Session& session) {
  accounts::v1::RemoveTotpRequest request;
  request.set_person_id(options.person_id);
  if (options.person_id.empty()) {
    ASSIGN_OR_RETURN(*request.mutable_code(), ReadCode(options, session));
  }
  ASSIGN_OR_RETURN(const auto response,
                   Write(session, &SignInService::Stub::RemoveTotp, options.request_id, request));
  session.console.Print(absl::StrCat("signing in as ", Printable(response.person().sign_in_name()),
                                     " needs no code any more\n"));
  return kDone;
}

using Run = absl::StatusOr<ExitCode> (*)(const AuthenticatorOptions&, Session&);

void OnRun(Commands* commands, CLI::App* command,
           const std::shared_ptr<AuthenticatorOptions>& options, Run run) {
  commands->OnRun(command, [options, run](Session& session) { return run(*options, session); });
}

}  // namespace

void AddAuthenticatorCommands(Commands* commands) {
  CLI::App* group = commands->AddGroup("totp", "Codes of an authenticator, besides the password");

  auto options = std::make_shared<AuthenticatorOptions>();
  CLI::App* command = commands->AddTo(group, "enrol", "Shows a secret for your authenticator",
                                      "milkway totp enrol");
  command->add_flag("--password-stdin", options->from_stdin,
                    "read your password from the standard input");
  OnRun(commands, command, options, Enrol);

  options = std::make_shared<AuthenticatorOptions>();
  command = commands->AddTo(group, "confirm",
                            "Shows that your authenticator has the secret, which counts from then "
                            "on",
                            "milkway totp confirm");
  command->add_flag("--code-stdin", options->from_stdin, "read the code from the standard input");
  AddRequestId(command, &options->request_id);
  OnRun(commands, command, options, Confirm);

  options = std::make_shared<AuthenticatorOptions>();
  command = commands->AddTo(group, "remove",
                            "Needs no code any more: your own with a code, or for admins that of "
                            "somebody who lost the authenticator",
                            "milkway totp remove --person wang");
  command->add_option("--person", options->person_id, "whose, for admins (default: yours)");
  command->add_flag("--code-stdin", options->from_stdin, "read the code from the standard input");
  AddRequestId(command, &options->request_id);
  OnRun(commands, command, options, Remove);
}

}  // namespace milkway::cli
