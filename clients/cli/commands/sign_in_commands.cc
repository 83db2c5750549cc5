// admin init, sign-in, sign-out, whoami, accept-invite, change-password.

#include <unistd.h>

#include <fstream>
#include <memory>
#include <optional>
#include <string>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "clients/cli/command.h"
#include "clients/cli/days.h"
#include "clients/cli/message_json.h"
#include "clients/cli/page_link.h"
#include "clients/cli/person_options.h"
#include "clients/cli/secret_input.h"
#include "clients/cli/session_file.h"
#include "clients/cli/signed_in.h"
#include "clients/cli/text.h"
#include "clients/cli/uuid.h"
#include "clients/cpp/status_macros.h"
#include "milkway/accounts/v1/people.grpc.pb.h"
#include "milkway/accounts/v1/sign_in.grpc.pb.h"

namespace milkway::cli {

namespace {

using accounts::v1::AccountService;
using accounts::v1::SessionTokens;
using accounts::v1::SignInService;

constexpr char kPasswordOption[] = "--password-stdin";
constexpr char kInviteOption[] = "--invite-stdin";

struct SignInOptions {
  std::string name;
  std::string data_folder = "var";
  std::string display_name;
  std::string language;
  std::string base_url;
  std::string request_id;
  bool invite = false;
  bool invite_stdin = false;
  bool password_stdin = false;
  bool without_password = false;
  bool json = false;
};

std::string DeviceName() {
  char name[256] = {};
  return gethostname(name, sizeof(name) - 1) == 0 ? absl::StrCat("milkway on ", name) : "milkway";
}

SessionFile FileOf(const Session& session) {
  return SessionFile::For(session.connection.addresses().accounts);
}

// Ends the session that the one of `next_id` takes the place of. It is no trouble if that is
// over; where it cannot be ended the user hears so, for it can be from elsewhere.
void EndSessionBefore(const std::string& next_id, Session& session) {
  const absl::StatusOr<StoredState> state = FileOf(session).Read();
  if (!state.ok() || !state->session.has_value()) return;
  if (state->session->session_id == next_id) return;
  Connection connection(session.connection.addresses(), session.connection.policy(),
                        &session.connection.interrupt(), [](absl::string_view) {});
  SignedIn before(&connection, FileOf(session));
  absl::Status status = before.UseFile();
  if (status.ok()) {
    accounts::v1::SignOutRequest request;
    request.set_request_id(FormatUuid(RandomUuid()));
    status = connection.Call(&SignInService::Stub::SignOut, request).status();
  }
  if (status.ok() || status.code() == absl::StatusCode::kUnauthenticated) return;
  session.console.Say(
      absl::StrCat("the session before goes on (", status.message(),
                   "); milkway session-revoke ends it: ", state->session->session_id));
}

// Whether a session could be left for the next run: to be asked before something is used up
// for one.
absl::Status CheckCanKeep(Session& session) {
  const SessionFile file = FileOf(session);
  ASSIGN_OR_RETURN(const SessionFile::Lock lock,
                   SessionFile::Lock::Take(file, &session.connection.interrupt()));
  ASSIGN_OR_RETURN(const StoredState state, file.Read());
  return file.Write(state);
}

// Leaves the session for the next run.
absl::Status Keep(const SessionTokens& tokens, Session& session) {
  const SessionFile file = FileOf(session);
  EndSessionBefore(tokens.session_id(), session);
  ASSIGN_OR_RETURN(const SessionFile::Lock lock,
                   SessionFile::Lock::Take(file, &session.connection.interrupt()));
  ASSIGN_OR_RETURN(StoredState state, file.Read());
  state.session = ToStored(tokens);
  if (!tokens.device_token().empty()) {
    state.device_token_by_name[tokens.person().sign_in_name()] = tokens.device_token();
  }
  RETURN_IF_ERROR(file.Write(state));
  const std::string place =
      tokens.person().scopes().empty()
          ? ""
          : absl::StrCat(" for ", Printable(absl::StrJoin(tokens.person().scopes(), ", ")));
  session.console.Print(absl::StrCat("signed in as ", Printable(tokens.person().person_id()), ", ",
                                     RoleWord(tokens.person().role()), place, ", until ",
                                     FormatUtc(tokens.session_expires_us()),
                                     " unless you go on\n"));
  return absl::OkStatus();
}

bool NeedsCode(const absl::Status& status) { return RefusalOf(status).reason == "TOTP_REQUIRED"; }

absl::StatusOr<std::string> ReadSetUpCode(const std::string& data_folder) {
  const std::string path = data_folder + "/setup.code";
  std::ifstream file(path);
  std::string code;
  if (!std::getline(file, code)) {
    return UsageError(absl::StrCat(
        "there is no code in ", path,
        ": run this on the server's machine, as whoever runs milkwayd, and name its --data; if "
        "there is an admin already, sign in, or start milkwayd with --recover-admin"));
  }
  return code;
}

absl::StatusOr<ExitCode> MakeFirstAdmin(const SignInOptions& options, Session& session) {
  accounts::v1::SetUpRequest request;
  ASSIGN_OR_RETURN(*request.mutable_setup_code(), ReadSetUpCode(options.data_folder));
  request.set_person_id(options.name);
  request.set_display_name(options.display_name);
  request.set_language(options.language);
  if (!options.invite) {
    ASSIGN_OR_RETURN(*request.mutable_password(),
                     NewPassword(options.password_stdin, &session.connection.interrupt()));
  }
  ASSIGN_OR_RETURN(const std::string request_id, RequestIdOption(options.request_id));
  request.set_request_id(request_id);
  const auto response = session.connection.CallOpen(&SignInService::Stub::SetUp, request);
  Wipe(request.mutable_password());
  if (!response.ok()) return response.status();
  const std::string person = Printable(response->person().person_id());
  if (options.invite) {
    session.console.Say(absl::StrCat("the admin ", person,
                                     " sets a password with this link, good once for a day:"));
    session.console.Print(absl::StrCat(
        InviteLink(options.base_url, session.connection, response->invite_token()), "\n"));
  } else {
    session.console.Print(
        absl::StrCat("the admin ", person, " can sign in: milkway sign-in ", person, "\n"));
  }
  return kDone;
}

absl::StatusOr<ExitCode> SignIn(const SignInOptions& options, Session& session) {
  Interrupt& interrupt = session.connection.interrupt();
  ASSIGN_OR_RETURN(const StoredState state, FileOf(session).Read());
  accounts::v1::SignInRequest request;
  request.set_sign_in_name(options.name);
  request.set_device_name(DeviceName());
  if (const auto known = state.device_token_by_name.find(absl::AsciiStrToLower(options.name));
      known != state.device_token_by_name.end()) {
    request.set_device_token(known->second);
  }
  ASSIGN_OR_RETURN(*request.mutable_password(),
                   options.password_stdin ? ReadSecretLine(kPasswordOption)
                                          : AskForSecret("password", kPasswordOption, &interrupt));
  ASSIGN_OR_RETURN(const std::string request_id, RequestIdOption(options.request_id));
  request.set_request_id(request_id);
  auto response = session.connection.CallOpen(&SignInService::Stub::SignIn, request);
  if (NeedsCode(response.status())) {
    ASSIGN_OR_RETURN(*request.mutable_code(),
                     options.password_stdin ? ReadSecretLine("the code, a line behind the password")
                                            : AskForSecret("code", kPasswordOption, &interrupt));
    response = session.connection.CallOpen(&SignInService::Stub::SignIn, request);
  }
  Wipe(request.mutable_password());
  if (!response.ok()) return response.status();
  RETURN_IF_ERROR(Keep(response->tokens(), session));
  return kDone;
}

// The session of the file is over: the next run finds none, unless somebody signed in since.
absl::Status Forget(const StoredSession& ended, Session& session) {
  const SessionFile file = FileOf(session);
  ASSIGN_OR_RETURN(const SessionFile::Lock lock,
                   SessionFile::Lock::Take(file, &session.connection.interrupt()));
  ASSIGN_OR_RETURN(StoredState state, file.Read());
  if (!state.session.has_value() || state.session->session_id != ended.session_id) {
    return absl::OkStatus();
  }
  state.session.reset();
  return file.Write(state);
}

absl::StatusOr<ExitCode> SignOut(const SignInOptions& options, Session& session) {
  // Whoever brought a token ends its session, not that of the file.
  std::optional<StoredSession> stored;
  if (TokenOfScript().empty()) {
    ASSIGN_OR_RETURN(const StoredState state, FileOf(session).Read());
    stored = state.session;
    if (!stored.has_value()) {
      session.console.Print("nobody is signed in here\n");
      return kDone;
    }
  }
  const auto response = Write(session, &SignInService::Stub::SignOut, options.request_id,
                              accounts::v1::SignOutRequest());
  // A session that is over already is what was wanted.
  const bool is_over =
      response.ok() || response.status().code() == absl::StatusCode::kUnauthenticated;
  if (!is_over) return response.status();
  if (stored.has_value()) RETURN_IF_ERROR(Forget(*stored, session));
  session.console.Print("signed out\n");
  return kDone;
}

absl::StatusOr<ExitCode> PrintWhoAmI(const SignInOptions& options, Session& session) {
  ASSIGN_OR_RETURN(const auto who, session.connection.Call(&AccountService::Stub::WhoAmI,
                                                           accounts::v1::WhoAmIRequest()));
  if (options.json) {
    session.console.Print(JsonText(who));
    return kDone;
  }
  const std::string scopes =
      who.scopes().empty() ? ""
                           : absl::StrCat(" for ", Printable(absl::StrJoin(who.scopes(), ", ")));
  const std::string name = who.person().display_name().empty()
                               ? ""
                               : absl::StrCat(" (", Printable(who.person().display_name()), ")");
  session.console.Print(
      absl::StrCat(Printable(who.caller_id()), name, ", ", RoleWord(who.role()), scopes, "\n"));
  return kDone;
}

// What the invite asks for.
absl::Status FillIn(const accounts::v1::OpenInviteResponse& invite, const SignInOptions& options,
                    accounts::v1::AcceptInviteRequest* request, Interrupt* interrupt) {
  if (invite.needs_password() || !options.without_password) {
    ASSIGN_OR_RETURN(*request->mutable_password(), NewPassword(options.password_stdin, interrupt));
  }
  if (invite.needs_code()) {
    ASSIGN_OR_RETURN(*request->mutable_code(),
                     options.password_stdin ? ReadSecretLine("the code, a line behind the password")
                                            : AskForSecret("code", kPasswordOption, interrupt));
  }
  return absl::OkStatus();
}

absl::StatusOr<ExitCode> AcceptInvite(const SignInOptions& options, Session& session) {
  Interrupt& interrupt = session.connection.interrupt();
  RETURN_IF_ERROR(CheckCanKeep(session));
  ASSIGN_OR_RETURN(std::string link, options.invite_stdin
                                         ? ReadSecretLine(kInviteOption)
                                         : AskForSecret("link", kInviteOption, &interrupt));
  accounts::v1::AcceptInviteRequest request;
  request.set_invite_token(TokenOfLink(link));
  Wipe(&link);
  request.set_display_name(options.display_name);
  request.set_device_name(DeviceName());
  accounts::v1::OpenInviteRequest open;
  open.set_invite_token(request.invite_token());
  ASSIGN_OR_RETURN(const auto invite,
                   session.connection.CallOpen(&SignInService::Stub::OpenInvite, open));
  RETURN_IF_ERROR(FillIn(invite, options, &request, &interrupt));
  ASSIGN_OR_RETURN(const std::string request_id, RequestIdOption(options.request_id));
  request.set_request_id(request_id);
  const auto response = session.connection.CallOpen(&SignInService::Stub::AcceptInvite, request);
  Wipe(request.mutable_password());
  if (!response.ok()) return response.status();
  RETURN_IF_ERROR(Keep(response->tokens(), session));
  return kDone;
}

absl::StatusOr<ExitCode> ChangePassword(const SignInOptions& options, Session& session) {
  Interrupt& interrupt = session.connection.interrupt();
  accounts::v1::ChangePasswordRequest request;
  ASSIGN_OR_RETURN(*request.mutable_old_password(),
                   options.password_stdin ? ReadSecretLine(kPasswordOption)
                                          : AskForSecret("password", kPasswordOption, &interrupt));
  ASSIGN_OR_RETURN(*request.mutable_new_password(),
                   NewPassword(options.password_stdin, &interrupt));
  RETURN_IF_ERROR(
      Write(session, &SignInService::Stub::ChangePassword, options.request_id, request).status());
  Wipe(request.mutable_old_password());
  Wipe(request.mutable_new_password());
  session.console.Print("the password is changed; you are signed out everywhere else\n");
  return kDone;
}

using Run = absl::StatusOr<ExitCode> (*)(const SignInOptions&, Session&);

void OnRun(Commands* commands, CLI::App* command, const std::shared_ptr<SignInOptions>& options,
           Run run) {
  AddRequestId(command, &options->request_id);
  commands->OnRun(command, [options, run](Session& session) { return run(*options, session); });
}

void AddPasswordStdin(CLI::App* command, SignInOptions* options, const std::string& what) {
  command->add_flag(kPasswordOption, options->password_stdin, what);
}

void AddAdminInit(Commands* commands) {
  CLI::App* group = commands->AddGroup("admin", "The first admin");
  auto options = std::make_shared<SignInOptions>();
  options->name = "admin";
  CLI::App* command = commands->AddTo(
      group, "init",
      "Makes the first admin, on the server's own machine, with the code that milkwayd left in "
      "its data folder; after milkwayd --recover-admin, gives an admin a new password",
      "milkway admin init --data /var/lib/milkway --id li\n"
      "  milkway admin init --data var --invite");
  command->add_option("--data", options->data_folder, "milkwayd's --data")->capture_default_str();
  command->add_option("--id", options->name, "the admin's id")->capture_default_str();
  command->add_option("--name", options->display_name, "how the admin is called");
  command->add_option("--language", options->language, "en or zh");
  AddPasswordStdin(command, options.get(), "read the password from the standard input");
  command->add_flag("--invite", options->invite, "set no password, print a link that does");
  AddBaseUrl(command, &options->base_url);
  OnRun(commands, command, options, MakeFirstAdmin);
}

void AddAcceptInvite(Commands* commands) {
  auto options = std::make_shared<SignInOptions>();
  CLI::App* command = commands->Add(
      "accept-invite", "Accepts an invite: sets a password and signs in here",
      "milkway accept-invite\n"
      "  printf '%s\\n%s\\n' \"$LINK\" \"$PASSWORD\" | milkway accept-invite --invite-stdin "
      "--password-stdin");
  command->add_flag(kInviteOption, options->invite_stdin,
                    "read the link from the standard input, its first line");
  AddPasswordStdin(command, options.get(), "read the password from the standard input, the next");
  command->add_flag("--without-password", options->without_password,
                    "sign in on this device only, where the invite allows it");
  command->add_option("--name", options->display_name, "how you are called");
  OnRun(commands, command, options, AcceptInvite);
}

}  // namespace

void AddSignInCommands(Commands* commands) {
  AddAdminInit(commands);
  AddAcceptInvite(commands);

  auto options = std::make_shared<SignInOptions>();
  CLI::App* command = commands->Add("sign-in", "Signs in; later commands call as that person",
                                    "milkway sign-in li");
  command->add_option("NAME", options->name, "what you sign in as")->required();
  AddPasswordStdin(command, options.get(),
                   "read the password from the standard input, and the code, if one is needed, "
                   "from the next line");
  OnRun(commands, command, options, SignIn);

  options = std::make_shared<SignInOptions>();
  command = commands->Add("sign-out", "Ends the session of this device", "milkway sign-out");
  OnRun(commands, command, options, SignOut);

  options = std::make_shared<SignInOptions>();
  command = commands->Add("whoami", "As whom commands call", "milkway whoami");
  command->add_flag("--json", options->json, "for programs; the keys are stable");
  commands->OnRun(command, [options](Session& session) { return PrintWhoAmI(*options, session); });

  options = std::make_shared<SignInOptions>();
  command = commands->Add("change-password", "Changes your password", "milkway change-password");
  AddPasswordStdin(command, options.get(),
                   "read the old and the new password from the standard input, a line each");
  OnRun(commands, command, options, ChangePassword);
}

}  // namespace milkway::cli
