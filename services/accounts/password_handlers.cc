// SignInService: a person's own password.

#include "clients/cpp/status_macros.h"
#include "services/accounts/accounts_errors.h"
#include "services/accounts/audit_rows.h"
#include "services/accounts/once_with_secrets.h"
#include "services/accounts/own_proof.h"
#include "services/accounts/password_rules.h"
#include "services/accounts/people.h"
#include "services/accounts/sessions.h"
#include "services/accounts/sign_in_convert.h"
#include "services/accounts/sign_in_service.h"

namespace milkway::accounts {

using runtime::Call;
using runtime::Handlers;
using storage::Transaction;

// Compare the old password, hash the new one, store it unless the old one was changed
// meanwhile.
class SignInService::ChangePasswordFlow : public std::enable_shared_from_this<ChangePasswordFlow> {
 public:
  ChangePasswordFlow(const SignInParts& parts, const Handlers::Parts& handlers, const Call& call,
                     AuditRow row, Handlers::Finish<v1::ChangePasswordResponse> finish)
      : parts_(parts),
        handlers_(handlers),
        call_(call),
        row_(std::move(row)),
        finish_(std::move(finish)) {}

  void Start(const v1::ChangePasswordRequest& request) {
    const absl::StatusOr<bool> is_done = LookUp(request);
    if (!is_done.ok()) return std::move(finish_)(is_done.status());
    if (*is_done) return std::move(finish_)(v1::ChangePasswordResponse());
    parts_.hasher->Verify(
        std::move(old_password_), old_hash_,
        [self = shared_from_this()](const absl::StatusOr<PasswordHasher::Verdict>& verdict) {
          self->HashNew(verdict);
        });
  }

 private:
  // True if the request was answered before.
  absl::StatusOr<bool> LookUp(const v1::ChangePasswordRequest& request) {
    v1::ChangePasswordRequest without_secrets;
    without_secrets.set_request_id(request.request_id());
    ASSIGN_OR_RETURN(key_, KeyOf(handlers_, without_secrets));
    const auto snapshot = handlers_.store->NewSnapshot();
    ASSIGN_OR_RETURN(const rec::PersonRecord person, ReadOwn(*snapshot, call_));
    ASSIGN_OR_RETURN(const auto remembered,
                     FindRemembered<rec::IndexRecord>(handlers_, *snapshot, key_));
    if (remembered.has_value()) return true;
    ASSIGN_OR_RETURN(old_password_, ParsePassword("old_password", request.old_password()));
    ASSIGN_OR_RETURN(new_password_, ParsePassword("new_password", request.new_password()));
    RETURN_IF_ERROR(CheckNewPassword("new_password", new_password_.text(), person.sign_in_name()));
    ASSIGN_OR_RETURN(const rec::CredentialsRecord credentials,
                     ReadCredentials(*snapshot, call_.caller.id));
    if (credentials.password_hash().empty()) return NoPassword();
    old_hash_ = credentials.password_hash();
    RETURN_IF_ERROR(
        parts_.limits->TakeProof(call_.caller.id, kSignedInDevice, call_.now_us, &proof_));
    return false;
  }

  void HashNew(const absl::StatusOr<PasswordHasher::Verdict>& verdict) {
    if (!verdict.ok()) {
      proof_.GiveBack();
      return std::move(finish_)(verdict.status());
    }
    if (!verdict->is_right) {
      row_.KeepRefusal(call_, call_.caller.id);
      return std::move(finish_)(SignInRefused());
    }
    proof_.GiveBack();
    parts_.hasher->Hash(std::move(new_password_),
                        [self = shared_from_this()](absl::StatusOr<std::string> hash) {
                          if (!hash.ok()) return std::move(self->finish_)(hash.status());
                          self->Store(*std::move(hash));
                        });
  }

  void Store(std::string new_hash) {
    TransactOnce<rec::IndexRecord>(
        handlers_, key_,
        [self = shared_from_this(), new_hash = std::move(new_hash)](
            Transaction& transaction) -> absl::StatusOr<rec::IndexRecord> {
          RETURN_IF_ERROR(self->Change(transaction, new_hash));
          return rec::IndexRecord();
        },
        [self = shared_from_this()](const absl::StatusOr<rec::IndexRecord>& changed) {
          if (!changed.ok()) return std::move(self->finish_)(changed.status());
          std::move(self->finish_)(v1::ChangePasswordResponse());
        });
  }

  absl::Status Change(Transaction& transaction, const std::string& new_hash) {
    RETURN_IF_ERROR(CheckSession(transaction, call_));
    const std::string& person_id = call_.caller.id;
    ASSIGN_OR_RETURN(const rec::PersonRecord person, ReadOwn(transaction, call_));
    ASSIGN_OR_RETURN(rec::CredentialsRecord credentials, ReadCredentials(transaction, person_id));
    if (credentials.password_hash() != old_hash_) return SignInRefused();
    credentials.set_password_hash(new_hash);
    RETURN_IF_ERROR(PutCredentials(transaction, person_id, person, credentials));
    RETURN_IF_ERROR(EndSessionsOf(transaction, person_id, SessionIdOfToken(call_.caller.session_id),
                                  call_.now_us));
    return row_.Append(transaction, {{"person_id", person_id}});
  }

  const SignInParts& parts_;
  const Handlers::Parts& handlers_;
  const Call call_;
  const AuditRow row_;
  Handlers::Finish<v1::ChangePasswordResponse> finish_;
  RequestKey key_;
  SecretText old_password_;
  SecretText new_password_;
  std::string old_hash_;
  Limits::Attempt proof_;
};

grpc::ServerUnaryReactor* SignInService::ChangePassword(Context* context,
                                                        const v1::ChangePasswordRequest* request,
                                                        v1::ChangePasswordResponse* response) {
  return signed_in_.AsyncChange(
      context, request, response,
      [this, request](const Call& call, const runtime::AuditEntry& entry,
                      Handlers::Finish<v1::ChangePasswordResponse> finish) {
        AuditRow row(signed_in_.parts(), entry, request->request_id());
        std::make_shared<ChangePasswordFlow>(parts_, signed_in_.parts(), call, std::move(row),
                                             std::move(finish))
            ->Start(*request);
      });
}

}  // namespace milkway::accounts
