// SignInService: the first admin.

#include "absl/strings/match.h"
#include "clients/cpp/status_macros.h"
#include "services/accounts/account_convert.h"
#include "services/accounts/accounts_errors.h"
#include "services/accounts/audit_rows.h"
#include "services/accounts/credentials.h"
#include "services/accounts/invites.h"
#include "services/accounts/once_with_secrets.h"
#include "services/accounts/people.h"
#include "services/accounts/sessions.h"
#include "services/accounts/sign_in_convert.h"
#include "services/accounts/sign_in_service.h"

namespace milkway::accounts {

using runtime::Call;
using runtime::Handlers;
using storage::Transaction;

namespace {

// A call from the server's own machine; not from its own process, which may hand on what
// came from elsewhere.
bool IsLocal(absl::string_view peer) {
  return peer == "unix" || peer == "::1" || absl::StartsWith(peer, "127.");
}

}  // namespace

class SignInService::SetUpFlow : public std::enable_shared_from_this<SetUpFlow> {
 public:
  SetUpFlow(const SignInParts& parts, const Handlers::Parts& handlers, const Call& call,
            AuditRow row, Handlers::Finish<v1::SetUpResponse> finish)
      : parts_(parts),
        handlers_(handlers),
        call_(call),
        row_(std::move(row)),
        finish_(std::move(finish)) {}

  void Start(const v1::SetUpRequest& request) {
    const absl::Status checked = Check(request);
    if (!checked.ok()) return std::move(finish_)(checked);
    if (input_.password.empty()) return Make("");
    parts_.hasher->Hash(std::move(input_.password),
                        [self = shared_from_this()](absl::StatusOr<std::string> hash) {
                          if (!hash.ok()) return std::move(self->finish_)(hash.status());
                          self->Make(*hash);
                        });
  }

 private:
  absl::Status Check(const v1::SetUpRequest& request) {
    if (!IsLocal(call_.peer) || !parts_.set_up_code->IsRight(request.setup_code())) {
      RETURN_IF_ERROR(parts_.limits->TakeBadToken(call_.peer, call_.now_us));
      row_.KeepRefusal(call_, "");
      return SetUpRefused();
    }
    ASSIGN_OR_RETURN(input_, ParseSetUp(request));
    v1::SetUpRequest without_secrets = request;
    without_secrets.clear_setup_code();
    without_secrets.clear_password();
    ASSIGN_OR_RETURN(key_, KeyOf(handlers_, without_secrets));
    // Whoever has the code may do all that an admin may.
    call_.caller = runtime::Caller();
    call_.caller.id = input_.person_id;
    call_.caller.role = common::v1::ROLE_ADMIN;
    return absl::OkStatus();
  }

  void Make(const std::string& password_hash) {
    TransactOnce<rec::InviteAnswerRecord>(
        handlers_, key_,
        [self = shared_from_this(), password_hash](Transaction& transaction) {
          return self->MakeAudited(transaction, password_hash);
        },
        [self = shared_from_this()](absl::StatusOr<rec::InviteAnswerRecord> made) {
          std::move(self->finish_)(made.ok() ? self->Answer(*made) : made.status());
        });
  }

  absl::StatusOr<rec::InviteAnswerRecord> MakeAudited(Transaction& transaction,
                                                      const std::string& password_hash) {
    ASSIGN_OR_RETURN(rec::InviteAnswerRecord made, MakeAdmin(transaction, password_hash));
    RETURN_IF_ERROR(row_.AppendAs(transaction, made.person_id(), common::v1::ROLE_ADMIN,
                                  {{"person_id", made.person_id()}}));
    return made;
  }

  absl::StatusOr<rec::InviteAnswerRecord> MakeAdmin(Transaction& transaction,
                                                    const std::string& password_hash) {
    ASSIGN_OR_RETURN(const bool has_admin, HasReadyAdmin(transaction));
    if (has_admin && !parts_.recovers_admin) return SetUpRefused();
    ASSIGN_OR_RETURN(const rec::PersonRecord admin, PutAdmin(transaction));
    rec::InviteAnswerRecord made;
    made.set_person_id(input_.person_id);
    if (password_hash.empty()) {
      Invitee invitee;
      invitee.person_id = input_.person_id;
      ASSIGN_OR_RETURN(const Invite invite,
                       CreateInvite(transaction, *parts_.secrets, invitee, call_));
      made.set_invite_id(invite.invite_id);
      return made;
    }
    RETURN_IF_ERROR(EndSessionsOf(transaction, input_.person_id, "", call_.now_us));
    rec::CredentialsRecord credentials;
    credentials.set_password_hash(password_hash);
    RETURN_IF_ERROR(PutCredentials(transaction, input_.person_id, admin, credentials));
    return made;
  }

  // The person is an admin who is not disabled. PERSON_EXISTS for somebody with another
  // role, who must not become an admin by a slip of the keyboard.
  absl::StatusOr<rec::PersonRecord> PutAdmin(Transaction& transaction) {
    ASSIGN_OR_RETURN(const auto there, PersonTable::Find(transaction, input_.person_id));
    if (there.has_value()) {
      if (RoleOf(*there) != common::v1::ROLE_ADMIN) return PersonExists(input_.person_id);
      // An authenticator that is lost, or sealed under a master key that is, goes too.
      ASSIGN_OR_RETURN(rec::CredentialsRecord credentials,
                       ReadCredentials(transaction, input_.person_id));
      ClearTotp(&credentials);
      RETURN_IF_ERROR(CredentialsTable::Put(transaction, credentials, input_.person_id));
      return SetDisabled(transaction, input_.person_id, false, call_);
    }
    Person person;
    person.person_id = input_.person_id;
    person.sign_in_name = NormalSignInName(input_.person_id);
    person.display_name = input_.display_name;
    person.language = input_.language;
    person.role = common::v1::ROLE_ADMIN;
    return CreatePerson(transaction, person.person_id, RecordOf(person), call_);
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
    } else {
      parts_.set_up_code->RemoveFile();
    }
    return response;
  }

  const SignInParts& parts_;
  const Handlers::Parts& handlers_;
  Call call_;
  const AuditRow row_;
  Handlers::Finish<v1::SetUpResponse> finish_;
  SetUpInput input_;
  RequestKey key_;
};

grpc::ServerUnaryReactor* SignInService::SetUp(Context* context, const v1::SetUpRequest* request,
                                               v1::SetUpResponse* response) {
  return handlers_.AsyncChange(context, request, response,
                               [this, request](const Call& call, const runtime::AuditEntry& entry,
                                               Handlers::Finish<v1::SetUpResponse> finish) {
                                 AuditRow row(handlers_.parts(), entry, request->request_id());
                                 std::make_shared<SetUpFlow>(parts_, handlers_.parts(), call,
                                                             std::move(row), std::move(finish))
                                     ->Start(*request);
                               });
}

}  // namespace milkway::accounts
