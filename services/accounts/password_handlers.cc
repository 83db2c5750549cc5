// SignInService: a person's own password.

#include "clients/cpp/status_macros.h"
#include "services/accounts/accounts_errors.h"
#include "services/accounts/call_flow.h"
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
class SignInService::ChangePasswordFlow
    : public CallFlow<ChangePasswordFlow, v1::ChangePasswordResponse> {
 public:
  using CallFlow::CallFlow;

  void Start(const v1::ChangePasswordRequest& request) {
    const absl::StatusOr<bool> is_done = LookUp(request);
    if (!is_done.ok()) return Finish(is_done.status());
    if (*is_done) return Finish(v1::ChangePasswordResponse());
    parts_.hasher->Verify(
        PasswordHasher::Asker::Known(call_.caller.id), std::move(old_password_), old_hash_,
        [self = shared_from_this()](const absl::StatusOr<PasswordHasher::Verdict>& verdict) {
          self->HashNew(verdict);
        });
  }

 private:
  // True if the request was answered before.
  absl::StatusOr<bool> LookUp(const v1::ChangePasswordRequest& request) {
    ASSIGN_OR_RETURN(key_, KeyOf(handlers_, *parts_.secrets, call_.caller.id, request));
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
    RETURN_IF_ERROR(parts_.limits->CheckRightPasswords(call_.caller.id, /*is_known_device=*/true,
                                                       call_.now_us));
    RETURN_IF_ERROR(
        parts_.limits->TakeProof(call_.caller.id, kSignedInDevice, call_.now_us, &proof_));
    return false;
  }

  void HashNew(const absl::StatusOr<PasswordHasher::Verdict>& verdict) {
    if (!verdict.ok()) {
      proof_.GiveBack();
      return Finish(verdict.status());
    }
    if (!verdict->is_right) return Finish(SignInRefused());
    proof_.GiveBack();
    parts_.limits->CountRightPassword(call_.caller.id, /*is_known_device=*/true, call_.now_us);
    parts_.hasher->Hash(PasswordHasher::Asker::Known(call_.caller.id), std::move(new_password_),
                        [self = shared_from_this()](absl::StatusOr<std::string> hash) {
                          if (!hash.ok()) return self->Finish(hash.status());
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
          if (!changed.ok()) return self->Finish(changed.status());
          self->Finish(v1::ChangePasswordResponse());
        });
  }

  absl::Status Change(Transaction& transaction, const std::string& new_hash) {
    RETURN_IF_ERROR(CheckSession(transaction, call_));
    const std::string& person_id = call_.caller.id;
    RETURN_IF_ERROR(ReadOwn(transaction, call_).status());
    ASSIGN_OR_RETURN(rec::CredentialsRecord credentials, ReadCredentials(transaction, person_id));
    if (credentials.password_hash() != old_hash_) return SignInRefused();
    credentials.set_password_hash(new_hash);
    RETURN_IF_ERROR(PutNewPassword(transaction, person_id, credentials,
                                   SessionIdOfToken(call_.caller.session_id), call_.now_us));
    return row_.Append(transaction, {{"person_id", person_id}});
  }

  RequestKey key_;
  SecretText old_password_;
  SecretText new_password_;
  std::string old_hash_;
  Limits::Attempt proof_;
};

grpc::ServerUnaryReactor* SignInService::ChangePassword(Context* context,
                                                        const v1::ChangePasswordRequest* request,
                                                        v1::ChangePasswordResponse* response) {
  return RunFlow<ChangePasswordFlow>(signed_in_, parts_, context, request, response);
}

}  // namespace milkway::accounts
