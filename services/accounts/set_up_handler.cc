// SignInService: the first admin.

#include "clients/cpp/status_macros.h"
#include "services/accounts/account_convert.h"
#include "services/accounts/accounts_errors.h"
#include "services/accounts/call_flow.h"
#include "services/accounts/invites.h"
#include "services/accounts/once_with_secrets.h"
#include "services/accounts/people.h"
#include "services/accounts/sign_in_convert.h"
#include "services/accounts/sign_in_service.h"

namespace milkway::accounts {

using runtime::Call;
using runtime::Handlers;
using storage::Transaction;

class SignInService::SetUpFlow : public CallFlow<SetUpFlow, v1::SetUpResponse> {
 public:
  using CallFlow::CallFlow;

  void Start(const v1::SetUpRequest& request) {
    const absl::Status checked = Check(request);
    if (!checked.ok()) return Finish(checked);
    if (input_.password.empty()) return Make("");
    parts_.hasher->Hash(PasswordHasher::Asker::Known(input_.person_id), std::move(input_.password),
                        [self = shared_from_this()](absl::StatusOr<std::string> hash) {
                          if (!hash.ok()) return self->Finish(hash.status());
                          self->Make(*hash);
                        });
  }

 private:
  absl::Status Check(const v1::SetUpRequest& request) {
    if (!IsOfThisMachine(call_.peer) ||
        !parts_.set_up_code->IsRight(request.setup_code(), call_.now_us)) {
      parts_.set_up_code->SpendIfExpired(call_.now_us);
      RETURN_IF_ERROR(parts_.limits->TakeBadToken(call_.peer, call_.now_us));
      return SetUpRefused();
    }
    ASSIGN_OR_RETURN(input_, ParseSetUp(request));
    // Whoever repeats the request after a restart has another code.
    v1::SetUpRequest without_code = request;
    without_code.clear_setup_code();
    ASSIGN_OR_RETURN(key_, KeyOf(handlers_, *parts_.secrets, input_.person_id, without_code));
    // Whoever has the code may do all that an admin may.
    admin_call_.caller = runtime::Caller();
    admin_call_.caller.id = input_.person_id;
    admin_call_.caller.role = common::v1::ROLE_ADMIN;
    return absl::OkStatus();
  }

  void Make(const std::string& password_hash) {
    TransactOnce<rec::InviteAnswerRecord>(
        handlers_, key_,
        [self = shared_from_this(), password_hash](Transaction& transaction) {
          return self->MakeAudited(transaction, password_hash);
        },
        [self = shared_from_this()](absl::StatusOr<rec::InviteAnswerRecord> made) {
          self->Finish(made.ok() ? self->Answer(*made) : made.status());
        });
  }

  absl::StatusOr<rec::InviteAnswerRecord> MakeAudited(Transaction& transaction,
                                                      const std::string& password_hash) {
    ASSIGN_OR_RETURN(rec::InviteAnswerRecord made, MakeAdmin(transaction, password_hash));
    RETURN_IF_ERROR(row_.AppendAs(transaction, made.person_id(), common::v1::ROLE_ADMIN,
                                  {{"person_id", made.person_id()}}));
    is_made_now_ = true;
    return made;
  }

  absl::StatusOr<rec::InviteAnswerRecord> MakeAdmin(Transaction& transaction,
                                                    const std::string& password_hash) {
    if (parts_.set_up_code->IsSpent()) return SetUpRefused();
    ASSIGN_OR_RETURN(const bool has_admin, HasReadyAdmin(transaction));
    if (has_admin && !parts_.recovers_admin) return SetUpRefused();
    RETURN_IF_ERROR(FindOrCreateAdmin(transaction));
    rec::InviteAnswerRecord made;
    made.set_person_id(input_.person_id);
    if (password_hash.empty()) {
      Invitee invitee;
      invitee.person_id = input_.person_id;
      invitee.life_hours = kSetUpInviteLifeHours;
      invitee.is_set_up = true;
      ASSIGN_OR_RETURN(const Invite invite,
                       CreateInvite(transaction, *parts_.secrets, invitee, admin_call_));
      made.set_invite_id(invite.invite_id);
      return made;
    }
    RETURN_IF_ERROR(SetDisabled(transaction, input_.person_id, false, admin_call_).status());
    // An authenticator that is lost, or sealed under a master key that is, goes too.
    rec::CredentialsRecord credentials;
    credentials.set_password_hash(password_hash);
    RETURN_IF_ERROR(PutNewPassword(transaction, input_.person_id, credentials, "", call_.now_us));
    return made;
  }

  // PERSON_EXISTS for somebody with another role, who must not become an admin by a slip of
  // the keyboard.
  absl::Status FindOrCreateAdmin(Transaction& transaction) {
    ASSIGN_OR_RETURN(const auto there, PersonTable::Find(transaction, input_.person_id));
    if (there.has_value()) {
      return RoleOf(*there) == common::v1::ROLE_ADMIN ? absl::OkStatus()
                                                      : PersonExists(input_.person_id);
    }
    Person person;
    person.person_id = input_.person_id;
    person.sign_in_name = NormalSignInName(input_.person_id);
    person.display_name = input_.display_name;
    person.language = input_.language;
    person.role = common::v1::ROLE_ADMIN;
    return CreatePerson(transaction, person.person_id, RecordOf(person), admin_call_).status();
  }

  absl::StatusOr<v1::SetUpResponse> Answer(const rec::InviteAnswerRecord& made) {
    const auto snapshot = handlers_.store->NewSnapshot();
    ASSIGN_OR_RETURN(const rec::PersonRecord person, ReadPerson(*snapshot, made.person_id()));
    ASSIGN_OR_RETURN(const rec::CredentialsRecord credentials,
                     ReadCredentials(*snapshot, made.person_id()));
    v1::SetUpResponse response;
    *response.mutable_person() = ToMessage(made.person_id(), person, credentials);
    if (made.invite_id() != 0) {
      ASSIGN_OR_RETURN(const auto invite, InviteTable::Find(*snapshot, made.invite_id()));
      if (!invite.has_value()) return InviteUnknown();
      response.set_invite_token(
          parts_.secrets->InviteToken(made.invite_id(), invite->token_salt()));
    } else if (is_made_now_) {
      // A repeat was told by another code, which may not have been used.
      parts_.set_up_code->Spend();
    }
    return response;
  }

  Call admin_call_ = call_;
  SetUpInput input_;
  RequestKey key_;
  bool is_made_now_ = false;
};

grpc::ServerUnaryReactor* SignInService::SetUp(Context* context, const v1::SetUpRequest* request,
                                               v1::SetUpResponse* response) {
  return RunFlow<SetUpFlow>(handlers_, parts_, context, request, response);
}

}  // namespace milkway::accounts
