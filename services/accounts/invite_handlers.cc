// SignInService: what whoever has an invite may do.

#include <optional>

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
    const absl::StatusOr<bool> is_repeat = LookUp(request);
    if (!is_repeat.ok()) return Finish(is_repeat.status());
    if (*is_repeat) return Finish(Answer());
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
  // True if the request was answered before. Refuses before the work of a hash what would be
  // refused after it.
  absl::StatusOr<bool> LookUp(const v1::AcceptInviteRequest& request) {
    ASSIGN_OR_RETURN(input_, ParseAcceptInvite(request));
    ASSIGN_OR_RETURN(key_, KeyOf(handlers_, *parts_.secrets, "", request));
    const auto snapshot = store_.NewSnapshot();
    ASSIGN_OR_RETURN(invite_, Open(*snapshot, parts_.limits, input_.invite_token, call_));
    ASSIGN_OR_RETURN(const auto session, FindSession(*snapshot));
    // Long after its use an invite is refused before requests are compared: whoever has its
    // link would try passwords by that.
    if (!session.has_value()) RETURN_IF_ERROR(CheckOpen(invite_, call_.now_us));
    ASSIGN_OR_RETURN(const auto remembered,
                     FindRemembered<rec::IndexRecord>(handlers_, *snapshot, key_));
    if (remembered.has_value()) return true;
    RETURN_IF_ERROR(CheckInput());
    if (input_.code.empty()) return false;
    RETURN_IF_ERROR(
        parts_.limits->TakeProof(invite_.record.person_id(), "", call_.now_us, &proof_));
    return false;
  }

  absl::Status CheckInput() const {
    if (input_.password.empty() && NeedsPassword(invite_.person)) {
      return runtime::InvalidField("password", "must be set");
    }
    if (input_.password.empty()) return absl::OkStatus();
    return CheckNewPassword("password", input_.password.text(), invite_.person.sign_in_name());
  }

  absl::StatusOr<std::optional<Session>> FindSession(const Reader& reader) const {
    return FindBegun(reader, key_.id, invite_.record.person_id(), call_.now_us, kInviteRepeatUs);
  }

  void Accept(const std::string& password_hash) {
    Acceptance acceptance = {key_.id,
                             input_.invite_token,
                             password_hash,
                             input_.code.text(),
                             input_.display_name,
                             input_.device_name};
    TransactOnce<rec::IndexRecord>(
        handlers_, key_,
        [self = shared_from_this(), acceptance = std::move(acceptance)](
            Transaction& transaction) -> absl::StatusOr<rec::IndexRecord> {
          ASSIGN_OR_RETURN(
              const Accepted accepted,
              accounts::AcceptInvite(transaction, *self->parts_.secrets, acceptance, self->call_));
          self->used_set_up_code_ = accepted.was_set_up;
          RETURN_IF_ERROR(self->AppendRow(transaction, accepted));
          return rec::IndexRecord();
        },
        [self = shared_from_this()](const absl::StatusOr<rec::IndexRecord>& done) {
          self->Finish(done.ok() ? self->Answer() : done.status());
        });
  }

  absl::Status AppendRow(Transaction& transaction, const Accepted& accepted) const {
    return row_.AppendAs(transaction, accepted.person_id, RoleOf(accepted.person),
                         {{"person_id", accepted.person_id},
                          {"invite_id", absl::StrCat(accepted.invite_id)},
                          {"session_id", accepted.session.session_id}});
  }

  // Of the session that the request began, now or before.
  absl::StatusOr<v1::AcceptInviteResponse> Answer() {
    proof_.GiveBack();
    if (used_set_up_code_) parts_.set_up_code->Spend();
    const auto snapshot = store_.NewSnapshot();
    const std::string& person_id = invite_.record.person_id();
    ASSIGN_OR_RETURN(const rec::PersonRecord person, ReadPerson(*snapshot, person_id));
    ASSIGN_OR_RETURN(const auto session, FindSession(*snapshot));
    if (!session.has_value()) return InviteUsed();
    v1::AcceptInviteResponse response;
    ASSIGN_OR_RETURN(*response.mutable_tokens(),
                     TellTokens(parts_, *snapshot, *session, person, call_.now_us));
    response.mutable_tokens()->set_device_token(parts_.secrets->NewDeviceToken(person_id));
    return response;
  }

  AcceptInviteInput input_;
  RequestKey key_;
  Invite invite_;
  Limits::Attempt proof_;
  // By this call, and not by one before that it repeats.
  bool used_set_up_code_ = false;
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
