#include "services/accounts/sign_in_service.h"

#include <optional>

#include "clients/cpp/status_macros.h"
#include "services/accounts/accounts_errors.h"
#include "services/accounts/call_flow.h"
#include "services/accounts/credentials.h"
#include "services/accounts/once_with_secrets.h"
#include "services/accounts/people.h"
#include "services/accounts/session_tokens.h"
#include "services/accounts/sessions.h"
#include "services/accounts/sign_in_convert.h"
#include "services/runtime/fields.h"

namespace milkway::accounts {

using runtime::Call;
using runtime::Handlers;
using storage::Reader;
using storage::Transaction;

// A sign-in: look the name up, compare the password on a thread of the hasher, then decide
// in one transaction, on what is true by then.
class SignInService::SignInFlow : public CallFlow<SignInFlow, v1::SignInResponse> {
 public:
  using CallFlow::CallFlow;

  void Start(const v1::SignInRequest& request) {
    const absl::Status looked_up = LookUp(request);
    if (!looked_up.ok()) return Finish(looked_up);
    // Who is known on this device waits apart from strangers, wherever it is.
    const auto asker = device_.empty() ? PasswordHasher::Asker::Stranger(call_.peer)
                                       : PasswordHasher::Asker::Known(*person_id_);
    parts_.hasher->Verify(
        asker, std::move(input_.password), hash_,
        [self = shared_from_this()](absl::StatusOr<PasswordHasher::Verdict> verdict) {
          self->Decide(std::move(verdict));
        });
  }

 private:
  absl::Status LookUp(const v1::SignInRequest& request) {
    ASSIGN_OR_RETURN(input_, ParseSignIn(request));
    ASSIGN_OR_RETURN(key_, KeyOf(handlers_, *parts_.secrets, "", request));
    const auto snapshot = store_.NewSnapshot();
    ASSIGN_OR_RETURN(person_id_, FindBySignInName(*snapshot, input_.sign_in_name));
    if (person_id_.has_value()) {
      ASSIGN_OR_RETURN(const rec::CredentialsRecord credentials,
                       ReadCredentials(*snapshot, *person_id_));
      hash_ = credentials.password_hash();
      device_ = parts_.secrets->DeviceOf(input_.device_token, *person_id_);
      RETURN_IF_ERROR(
          parts_.limits->CheckRightPasswords(*person_id_, !device_.empty(), call_.now_us));
    }
    return parts_.limits->TakeSignIn(input_.sign_in_name, device_, call_.peer, call_.now_us,
                                     &guess_);
  }

  void Decide(absl::StatusOr<PasswordHasher::Verdict> verdict) {
    if (!verdict.ok()) {
      guess_.GiveBack();
      return Finish(verdict.status());
    }
    if (!verdict->is_right) return Refuse(SignInRefused());
    guess_.GiveBack();
    parts_.limits->CountRightPassword(*person_id_, !device_.empty(), call_.now_us);
    better_hash_ = std::move(verdict->better_hash);
    if (!input_.code.empty()) {
      const absl::Status status =
          parts_.limits->TakeProof(*person_id_, device_, call_.now_us, &proof_);
      if (!status.ok()) return Finish(status);
    }
    // Whether the request came before is asked only now: whoever has its id from a log would
    // try passwords by it, faster than they are hashed.
    TransactOnce<rec::IndexRecord>(
        handlers_, key_,
        [self = shared_from_this()](Transaction& transaction) -> absl::StatusOr<rec::IndexRecord> {
          RETURN_IF_ERROR(self->Begin(transaction));
          return rec::IndexRecord();
        },
        [self = shared_from_this()](const absl::StatusOr<rec::IndexRecord>& begun) {
          self->Tell(begun.status());
        });
  }

  void Refuse(const absl::Status& refusal) {
    if (person_id_.has_value()) row_.KeepWhoWasTried(*person_id_, call_.now_us);
    Finish(refusal);
  }

  absl::Status Begin(Transaction& transaction) {
    ASSIGN_OR_RETURN(const rec::PersonRecord person, ReadPerson(transaction, *person_id_));
    ASSIGN_OR_RETURN(rec::CredentialsRecord credentials, ReadCredentials(transaction, *person_id_));
    // The password was changed while this one was compared.
    if (credentials.password_hash() != hash_) return SignInRefused();
    if (person.disabled()) return PersonDisabled();
    RETURN_IF_ERROR(
        TakeCode(*parts_.secrets, *person_id_, input_.code.text(), call_.now_us, &credentials));
    if (!better_hash_.empty()) credentials.set_password_hash(better_hash_);
    RETURN_IF_ERROR(PutCredentials(transaction, *person_id_, person, credentials));
    ASSIGN_OR_RETURN(const Session session,
                     BeginSession(transaction, *person_id_, key_.id, input_.device_name, call_));
    return row_.AppendAs(transaction, *person_id_, RoleOf(person),
                         {{"person_id", *person_id_}, {"session_id", session.session_id}});
  }

  void Tell(const absl::Status& status) {
    if (absl::IsUnauthenticated(status)) return Refuse(status);
    if (!status.ok()) return Finish(status);
    proof_.GiveBack();
    Finish(Answer());
  }

  // Of the session that the request began, now or before.
  absl::StatusOr<v1::SignInResponse> Answer() const {
    const auto snapshot = store_.NewSnapshot();
    ASSIGN_OR_RETURN(const rec::PersonRecord person, ReadPerson(*snapshot, *person_id_));
    ASSIGN_OR_RETURN(const auto session,
                     FindBegun(*snapshot, key_.id, *person_id_, call_.now_us, kRepeatUs));
    if (!session.has_value()) return SignInRepeatedTooLate();
    v1::SignInResponse response;
    ASSIGN_OR_RETURN(*response.mutable_tokens(),
                     TellTokens(parts_, *snapshot, *session, person, call_.now_us));
    response.mutable_tokens()->set_device_token(
        device_.empty() ? parts_.secrets->NewDeviceToken(*person_id_) : input_.device_token);
    return response;
  }

  SignInInput input_;
  RequestKey key_;
  std::optional<std::string> person_id_;
  std::string hash_;
  std::string device_;  // empty: not known to be the person's
  Limits::Attempt guess_;
  Limits::Attempt proof_;
  std::string better_hash_;
};

class SignInService::RefreshFlow : public CallFlow<RefreshFlow, v1::RefreshResponse> {
 public:
  using CallFlow::CallFlow;

  void Start(const v1::RefreshRequest& request) {
    const absl::Status looked_up = LookUp(request);
    if (!looked_up.ok()) return Finish(looked_up);
    store_.Transact(
        [self = shared_from_this()](Transaction& transaction) { return self->GoOn(transaction); },
        [self = shared_from_this()](const absl::Status& status) { self->Tell(status); });
  }

 private:
  // Only good tokens reach the store's one writer.
  absl::Status LookUp(const v1::RefreshRequest& request) {
    ASSIGN_OR_RETURN(request_id_, runtime::ParseRequestId("request_id", request.request_id()));
    token_ = SecretText(request.refresh_token());
    const std::optional<RefreshClaim> claim = Secrets::ReadRefreshToken(token_.text());
    if (!claim.has_value()) return Bad(RefreshTokenRefused());
    ASSIGN_OR_RETURN(const auto session,
                     SessionTable::Find(*store_.NewSnapshot(), claim->session_id));
    if (!session.has_value()) return Bad(SessionEnded());
    if (!parts_.secrets->IsRefreshToken(token_.text(), session->salt())) {
      return Bad(RefreshTokenRefused());
    }
    return parts_.limits->TakeGoodToken(claim->session_id, call_.now_us);
  }

  // A refresh leaves no row, for there is one every few minutes; but that somebody has a
  // token who should not is one to be found.
  absl::Status GoOn(Transaction& transaction) {
    ASSIGN_OR_RETURN(refreshed_, RefreshSession(transaction, *parts_.secrets, token_.text(),
                                                request_id_, call_));
    if (refreshed_.outcome != RefreshOutcome::kReused) return absl::OkStatus();
    const std::string& person_id = refreshed_.session.record.person_id();
    return row_.Append(transaction,
                       {{"person_id", person_id}, {"session_id", refreshed_.session.session_id}});
  }

  absl::Status Bad(const absl::Status& refusal) {
    RETURN_IF_ERROR(parts_.limits->TakeBadToken(call_.peer, call_.now_us));
    return refusal;
  }

  absl::StatusOr<v1::RefreshResponse> Answer() {
    switch (refreshed_.outcome) {
      case RefreshOutcome::kRefreshed:
        break;
      case RefreshOutcome::kRefused:
        return RefreshTokenRefused();
      case RefreshOutcome::kEnded:
        return SessionEnded();
      case RefreshOutcome::kReused:
        return RefreshTokenReused();
    }
    v1::RefreshResponse response;
    ASSIGN_OR_RETURN(*response.mutable_tokens(),
                     TellTokens(parts_, *store_.NewSnapshot(), refreshed_.session,
                                refreshed_.person, call_.now_us));
    return response;
  }

  void Tell(const absl::Status& status) {
    Finish(status.ok() ? Answer() : absl::StatusOr<v1::RefreshResponse>(status));
  }

  runtime::RequestId request_id_;
  SecretText token_;
  Refreshed refreshed_;
};

grpc::ServerUnaryReactor* SignInService::SignIn(Context* context, const v1::SignInRequest* request,
                                                v1::SignInResponse* response) {
  return RunFlow<SignInFlow>(handlers_, parts_, context, request, response);
}

grpc::ServerUnaryReactor* SignInService::Refresh(Context* context,
                                                 const v1::RefreshRequest* request,
                                                 v1::RefreshResponse* response) {
  return RunFlow<RefreshFlow>(handlers_, parts_, context, request, response);
}

grpc::ServerUnaryReactor* SignInService::SignOut(Context* context,
                                                 const v1::SignOutRequest* request,
                                                 v1::SignOutResponse* response) {
  return handlers_.Mutate(
      context, request, response,
      [](Transaction& transaction, const Call& call) -> absl::StatusOr<v1::SignOutResponse> {
        if (call.caller.session_id.empty()) return NotSignedIn();
        RETURN_IF_ERROR(
            EndSession(transaction, SessionIdOfToken(call.caller.session_id), call.now_us)
                .status());
        return v1::SignOutResponse();
      });
}

}  // namespace milkway::accounts
