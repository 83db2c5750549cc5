// invite create, list, revoke.

#include <memory>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "clients/cli/command.h"
#include "clients/cli/days.h"
#include "clients/cli/enum_words.h"
#include "clients/cli/message_json.h"
#include "clients/cli/page_link.h"
#include "clients/cli/pages.h"
#include "clients/cli/person_options.h"
#include "clients/cli/table.h"
#include "clients/cli/text.h"
#include "clients/cpp/status_macros.h"
#include "milkway/accounts/v1/invites.grpc.pb.h"

namespace milkway::cli {

namespace {

using accounts::v1::Invite;
using accounts::v1::InviteService;

struct CreateOptions {
  PersonOptions person;
  int hours = 0;
  std::string base_url;
  bool json = false;
};

absl::StatusOr<ExitCode> Create(const CreateOptions& options, Session& session) {
  accounts::v1::CreateInviteRequest request;
  if (options.person.role.empty()) {
    request.set_person_id(options.person.person_id);
  } else {
    ASSIGN_OR_RETURN(*request.mutable_person(), PersonOf(options.person));
  }
  request.set_life_hours(options.hours);
  ASSIGN_OR_RETURN(const auto response, Write(session, &InviteService::Stub::CreateInvite,
                                              options.person.request_id, request));
  if (options.json) {
    session.console.Print(JsonText(response));
    return kDone;
  }
  const Invite& invite = response.invite();
  session.console.Say(
      absl::StrCat("invite ", invite.invite_id(), " for ", Printable(invite.person().person_id()),
                   " as ", RoleWord(invite.person().role()), ", good once until ",
                   FormatUtc(invite.expires_us()), "; whoever has this link is let in:"));
  session.console.Print(absl::StrCat(
      InviteLink(options.base_url, session.connection, response.invite_token()), "\n"));
  return kDone;
}

absl::StatusOr<ExitCode> PrintInvites(const std::string& state, bool json, Session& session) {
  accounts::v1::ListInvitesRequest request;
  if (!state.empty()) {
    ASSIGN_OR_RETURN(
        const int value,
        WordOption("--state", *google::protobuf::GetEnumDescriptor<accounts::v1::InviteState>(),
                   state));
    request.set_state(static_cast<accounts::v1::InviteState>(value));
  }
  ASSIGN_OR_RETURN(const auto invites,
                   ListAll<Invite>(session.connection, &InviteService::Stub::ListInvites, request,
                                   &accounts::v1::ListInvitesResponse::invites));
  if (json) {
    session.console.Print(ListJson(invites));
    return kDone;
  }
  TextTable table({{"INVITE", TextTable::Align::kRight},
                   {"PERSON"},
                   {"ROLE"},
                   {"SCOPES"},
                   {"STATE"},
                   {"BY"},
                   {"EXPIRES"}});
  for (const Invite& invite : invites) {
    table.AddRow({absl::StrCat(invite.invite_id()), invite.person().person_id(),
                  RoleWord(invite.person().role()), absl::StrJoin(invite.person().scopes(), " "),
                  WordOfEnum(invite.state()), invite.created_by(), FormatUtc(invite.expires_us())});
  }
  session.console.Print(table.empty() ? "no invites\n" : table.ToString());
  return kDone;
}

absl::StatusOr<ExitCode> Revoke(int64_t invite_id, const std::string& request_id,
                                Session& session) {
  accounts::v1::RevokeInviteRequest request;
  request.set_invite_id(invite_id);
  ASSIGN_OR_RETURN(const auto response,
                   Write(session, &InviteService::Stub::RevokeInvite, request_id, request));
  session.console.Print(
      absl::StrCat("invite ", invite_id, " is ", WordOfEnum(response.invite().state()), "\n"));
  return kDone;
}

void AddCreate(Commands* commands, CLI::App* group) {
  auto options = std::make_shared<CreateOptions>();
  CLI::App* command = commands->AddTo(
      group, "create",
      "Makes a link that lets one person in, once: with --role somebody new, without "
      "somebody who is recorded",
      "milkway invite create wang --role school_contact --scope changyuan --name 王老师\n"
      "  milkway invite create wang");
  AddPersonOptions(command, &options->person);
  command->add_option("--hours", options->hours, "how long it is good, up to 720 (default 168)");
  AddBaseUrl(command, &options->base_url);
  command->add_flag("--json", options->json, "for programs; the keys are stable");
  AddRequestId(command, &options->person.request_id);
  commands->OnRun(command, [options](Session& session) { return Create(*options, session); });
}

}  // namespace

void AddInviteCommands(Commands* commands) {
  CLI::App* group = commands->AddGroup("invite", "Links that let people in");
  AddCreate(commands, group);

  auto state = std::make_shared<std::string>();
  auto json = std::make_shared<bool>(false);
  CLI::App* list = commands->AddTo(group, "list", "Invites, and what became of them",
                                   "milkway invite list --state open");
  list->add_option("--state", *state, "open, accepted, revoked or expired");
  list->add_flag("--json", *json, "for programs; the keys are stable");
  commands->OnRun(list,
                  [state, json](Session& session) { return PrintInvites(*state, *json, session); });

  auto invite_id = std::make_shared<int64_t>(0);
  auto request_id = std::make_shared<std::string>();
  CLI::App* revoke =
      commands->AddTo(group, "revoke", "Takes an invite back", "milkway invite revoke 12");
  revoke->add_option("INVITE", *invite_id, "its number")->required();
  AddRequestId(revoke, request_id.get());
  commands->OnRun(revoke, [invite_id, request_id](Session& session) {
    return Revoke(*invite_id, *request_id, session);
  });
}

}  // namespace milkway::cli
