// SignInService: what whoever has an invite may do.

#include "absl/strings/str_cat.h"
#include "clients/cpp/status_macros.h"
#include "services/accounts/accounts_errors.h"
#include "services/accounts/audit_rows.h"
#include "services/accounts/call_flow.h"
#include "services/accounts/credentials.h"
#include "services/accounts/invite_acceptance.h"
#include "services/accounts/invites.h"
#include "services/accounts/once_with_secrets.h"
#include "services/accounts/password_rules.h"
#include "services/accounts/people.h"
#include "services/accounts/session_tokens.h"
#include "services/accounts/sign_in_convert.h"
#include "services/accounts/sign_in_service.h"
#include "services/runtime/errors.h"
#include "services/runtime/fields.h"

namespace milkway::accounts {

using runtime::Call;
using runtime::Handlers;
using storage::Reader;
using storage::Transaction;

namespace {

constexpr size_t kInviteTokenBytesMax = 200;

// The invite of a token. Whoever tries tokens that open nothing is slowed.
absl::StatusOr<Invite> Open(const Reader& reader, Limits* limits, const std::string& token,
                            const Call& call) {
  absl::StatusOr<Invite> invite = FindInvite(reader, token);
  if (absl::IsNotFound(invite.status())) {
    RETURN_IF_ERROR(limits->TakeBadToken(call.peer, call.now_us));
  } else if (invite.ok()) {
    RETURN_IF_ERROR(limits->TakeGoodToken(absl::StrCat("invite ", invite->invite_id), call.now_us));
  }
  return invite;
}

}  // namespace

// Accepting: look the invite up, hash the password on a thread of the hasher, then accept in
// one transaction, on what is true by then.
class SignInService::AcceptInviteFlow
    : public CallFlow<AcceptInviteFlow, v1::AcceptInviteResponse> {
 public:
  using CallFlow::CallFlow;

  void Start(const v1::AcceptInviteRequest& request) {
    const absl::Status looked_up = LookUp(request);
    if (!looked_up.ok()) return Finish(looked_up);
    if (input_.password.empty()) return Accept("");
    // Nobody guesses the token of an invite: strangers are not in the way of whoever has it.
    const std::string& invitee = invite_.record.person_id();
    parts_.hasher->Hash(PasswordHasher::Asker::Known(invitee), std::move(input_.password),
                        [self = shared_from_this()](absl::StatusOr<std::string> hash) {
                          if (!hash.ok()) return self->Finish(hash.status());
                          self->Accept(*hash);
                        });
  }

 private:
  // Refuses before the work of a hash what would be refused after it.
  absl::Status LookUp(const v1::AcceptInviteRequest& request) {
    ASSIGN_OR_RETURN(input_, ParseAcceptInvite(request));
    ASSIGN_OR_RETURN(key_, KeyOf(handlers_, *parts_.secrets, "", request));
    const auto snapshot = store_.NewSnapshot();
    ASSIGN_OR_RETURN(invite_, Open(*snapshot, parts_.limits, input_.invite_token, call_));
    ASSIGN_OR_RETURN(const bool is_repeat, IsRepeat(*snapshot, invite_, key_, call_.now_us));
    if (is_repeat) {
      input_.password = SecretText();
      return absl::OkStatus();
    }
    RETURN_IF_ERROR(CheckOpen(invite_, call_.now_us));
    if (input_.password.empty() && NeedsPassword(invite_.person)) {
      return runtime::InvalidField("password", "must be set");
    }
    if (!input_.password.empty()) {
      RETURN_IF_ERROR(
          CheckNewPassword("password", input_.password.text(), invite_.person.sign_in_name()));
    }
    if (input_.code.empty()) return absl::OkStatus();
    return parts_.limits->TakeProof(invite_.record.person_id(), "", call_.now_us, &proof_);
  }

  void Accept(const std::string& password_hash) {
    Acceptance acceptance = {key_,
                             input_.invite_token,
                             password_hash,
                             input_.code.text(),
                             input_.display_name,
                             input_.device_name};
    store_.Transact(
        [self = shared_from_this(),
         acceptance = std::move(acceptance)](Transaction& transaction) -> absl::Status {
          ASSIGN_OR_RETURN(
              self->accepted_,
              accounts::AcceptInvite(transaction, *self->parts_.secrets, acceptance, self->call_));
          return self->AppendRow(transaction);
        },
        [self = shared_from_this()](const absl::Status& status) {
          self->Finish(self->Answer(status));
        });
  }

  absl::Status AppendRow(Transaction& transaction) {
    if (accepted_.is_repeat) return absl::OkStatus();
    return row_.AppendAs(transaction, accepted_.person_id, RoleOf(accepted_.person),
                         {{"person_id", accepted_.person_id},
                          {"invite_id", absl::StrCat(accepted_.invite_id)},
                          {"session_id", accepted_.session.session_id}});
  }

  absl::StatusOr<v1::AcceptInviteResponse> Answer(const absl::Status& status) {
    RETURN_IF_ERROR(status);
    proof_.GiveBack();
    if (accepted_.was_set_up) parts_.set_up_code->Spend();
    v1::AcceptInviteResponse response;
    ASSIGN_OR_RETURN(*response.mutable_tokens(),
                     TellTokens(parts_, *store_.NewSnapshot(), accepted_.session, accepted_.person,
                                call_.now_us));
    response.mutable_tokens()->set_device_token(
        parts_.secrets->NewDeviceToken(accepted_.person_id));
    return response;
  }

  AcceptInviteInput input_;
  RequestKey key_;
  Invite invite_;
  Limits::Attempt proof_;
  Accepted accepted_;
};

grpc::ServerUnaryReactor* SignInService::OpenInvite(Context* context,
                                                    const v1::OpenInviteRequest* request,
                                                    v1::OpenInviteResponse* response) {
  return handlers_.Query(
      context, request, response,
      [this, request](const Reader& reader,
                      const Call& call) -> absl::StatusOr<v1::OpenInviteResponse> {
        ASSIGN_OR_RETURN(
            const std::string token,
            runtime::ParseText("invite_token", request->invite_token(), 1, kInviteTokenBytesMax));
        ASSIGN_OR_RETURN(const Invite invite, Open(reader, parts_.limits, token, call));
        RETURN_IF_ERROR(CheckOpen(invite, call.now_us));
        const rec::PersonRecord& person = invite.person;
        ASSIGN_OR_RETURN(const rec::CredentialsRecord credentials,
                         ReadCredentials(reader, invite.record.person_id()));
        v1::OpenInviteResponse answer;
        answer.set_needs_password(NeedsPassword(person));
        answer.set_needs_code(HasTotp(credentials) && !invite.record.is_set_up());
        answer.set_sign_in_name(person.sign_in_name());
        answer.set_display_name(person.display_name());
        answer.set_language(person.language());
        answer.set_role(RoleOf(person));
        *answer.mutable_scopes() = person.scopes();
        answer.set_expires_us(invite.record.expires_us());
        return answer;
      });
}

grpc::ServerUnaryReactor* SignInService::AcceptInvite(Context* context,
                                                      const v1::AcceptInviteRequest* request,
                                                      v1::AcceptInviteResponse* response) {
  return RunFlow<AcceptInviteFlow>(handlers_, parts_, context, request, response);
}

}  // namespace milkway::accounts
