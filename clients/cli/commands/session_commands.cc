// sessions, session-revoke, keys rotate.

#include <memory>
#include <string>

#include "absl/strings/str_cat.h"
#include "clients/cli/command.h"
#include "clients/cli/days.h"
#include "clients/cli/message_json.h"
#include "clients/cli/pages.h"
#include "clients/cli/table.h"
#include "clients/cli/text.h"
#include "clients/cpp/status_macros.h"
#include "milkway/accounts/v1/sessions.grpc.pb.h"
#include "milkway/accounts/v1/trust.grpc.pb.h"

namespace milkway::cli {

namespace {

using accounts::v1::SessionService;
using accounts::v1::TrustService;
// The name Session is a command's here.
using SignedInSession = accounts::v1::Session;

absl::StatusOr<ExitCode> PrintSessions(const std::string& person_id, bool json, Session& session) {
  accounts::v1::ListSessionsRequest request;
  request.set_person_id(person_id);
  ASSIGN_OR_RETURN(
      const auto sessions,
      ListAll<SignedInSession>(session.connection, &SessionService::Stub::ListSessions, request,
                               &accounts::v1::ListSessionsResponse::sessions));
  if (json) {
    session.console.Print(ListJson(sessions));
    return kDone;
  }
  TextTable table(
      {{"SESSION"}, {"DEVICE"}, {"FROM"}, {"SINCE"}, {"LAST REFRESHED"}, {"EXPIRES"}, {""}});
  for (const SignedInSession& one : sessions) {
    table.AddRow({one.session_id(), one.device_name(), one.last_address(),
                  FormatUtc(one.created_us()), FormatUtc(one.refreshed_us()),
                  FormatUtc(one.expires_us()), one.is_own() ? "this one" : ""});
  }
  session.console.Print(table.empty() ? "signed in nowhere\n" : table.ToString());
  return kDone;
}

absl::StatusOr<ExitCode> RevokeSession(const std::string& session_id, const std::string& request_id,
                                       Session& session) {
  accounts::v1::RevokeSessionRequest request;
  request.set_session_id(session_id);
  RETURN_IF_ERROR(
      Write(session, &SessionService::Stub::RevokeSession, request_id, request).status());
  session.console.Print(absl::StrCat("session ", Printable(session_id), " is over\n"));
  return kDone;
}

absl::StatusOr<ExitCode> RotateKeys(bool drop_old, const std::string& request_id,
                                    Session& session) {
  accounts::v1::RotateKeysRequest request;
  request.set_drop_old_keys(drop_old);
  ASSIGN_OR_RETURN(const auto response,
                   Write(session, &TrustService::Stub::RotateKeys, request_id, request));
  for (const accounts::v1::PublicKey& key : response.keys()) {
    session.console.Print(absl::StrCat("key ", Printable(key.kid()), " signs from ",
                                       FormatUtc(key.signs_from_us()), "\n"));
  }
  return kDone;
}

}  // namespace

void AddSessionCommands(Commands* commands) {
  auto person_id = std::make_shared<std::string>();
  auto json = std::make_shared<bool>(false);
  CLI::App* sessions = commands->Add("sessions", "Where somebody is signed in",
                                     "milkway sessions\n  milkway sessions --person wang");
  sessions->add_option("--person", *person_id, "whose, for admins (default: yours)");
  sessions->add_flag("--json", *json, "for programs; the keys are stable");
  commands->OnRun(sessions, [person_id, json](Session& session) {
    return PrintSessions(*person_id, *json, session);
  });

  auto session_id = std::make_shared<std::string>();
  auto revoke_id = std::make_shared<std::string>();
  CLI::App* revoke = commands->Add("session-revoke", "Ends a session, as of a lost phone",
                                   "milkway session-revoke 01976b0e-7c1e-7000-8000-5e0a1b2c3d4e");
  revoke->add_option("SESSION", *session_id, "as milkway sessions shows it")->required();
  AddRequestId(revoke, revoke_id.get());
  commands->OnRun(revoke, [session_id, revoke_id](Session& session) {
    return RevokeSession(*session_id, *revoke_id, session);
  });

  auto drop_old = std::make_shared<bool>(false);
  auto rotate_id = std::make_shared<std::string>();
  CLI::App* keys = commands->AddGroup("keys", "The keys that sign access tokens");
  CLI::App* rotate = commands->AddTo(keys, "rotate",
                                     "Makes a new key; it signs in two minutes, or at once in "
                                     "place of the old ones",
                                     "milkway keys rotate --drop-old");
  rotate->add_flag("--drop-old", *drop_old, "somebody may have an old key: take no token of it");
  AddRequestId(rotate, rotate_id.get());
  commands->OnRun(rotate, [drop_old, rotate_id](Session& session) {
    return RotateKeys(*drop_old, *rotate_id, session);
  });
}

}  // namespace milkway::cli
