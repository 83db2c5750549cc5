// SignInService: authenticators.

#include "clients/cpp/status_macros.h"
#include "services/accounts/account_convert.h"
#include "services/accounts/accounts_errors.h"
#include "services/accounts/audit_rows.h"
#include "services/accounts/call_flow.h"
#include "services/accounts/credentials.h"
#include "services/accounts/once_with_secrets.h"
#include "services/accounts/own_proof.h"
#include "services/accounts/people.h"
#include "services/accounts/sessions.h"
#include "services/accounts/sign_in_convert.h"
#include "services/accounts/sign_in_service.h"
#include "services/accounts/totp.h"
#include "services/runtime/fields.h"

namespace milkway::accounts {

using runtime::Call;
using runtime::Handlers;
using storage::Reader;
using storage::Transaction;

namespace {

// Within this time whoever did not hear the recovery codes may repeat the request.
constexpr int64_t kCodesRepeatUs = int64_t{600} * 1'000'000;

absl::StatusOr<rec::IndexRecord> Confirm(Transaction& transaction, const SignInParts& parts,
                                         const std::string& code, const Call& call,
                                         const AuditRow& row) {
  RETURN_IF_ERROR(CheckSession(transaction, call));
  ASSIGN_OR_RETURN(const rec::PersonRecord person, ReadOwn(transaction, call));
  ASSIGN_OR_RETURN(rec::CredentialsRecord credentials,
                   ReadCredentials(transaction, call.caller.id));
  RETURN_IF_ERROR(
      accounts::ConfirmTotp(*parts.secrets, call.caller.id, code, call.now_us, &credentials));
  RETURN_IF_ERROR(PutCredentials(transaction, call.caller.id, person, credentials));
  RETURN_IF_ERROR(row.Append(transaction, {{"person_id", call.caller.id}}));
  return rec::IndexRecord();
}

absl::StatusOr<v1::ConfirmTotpResponse> TellRecoveryCodes(const Reader& reader,
                                                          const SignInParts& parts,
                                                          const Call& call) {
  ASSIGN_OR_RETURN(const rec::CredentialsRecord credentials,
                   ReadCredentials(reader, call.caller.id));
  if (!HasTotp(credentials)) return TotpNotEnrolled();
  if (call.now_us - credentials.confirmed_us() > kCodesRepeatUs) return TotpEnrolled();
  v1::ConfirmTotpResponse response;
  for (std::string& code :
       parts.secrets->RecoveryCodes(call.caller.id, credentials.recovery_salt())) {
    response.add_recovery_codes(std::move(code));
  }
  return response;
}

// `code` is of the person's own, or empty where an admin helps somebody.
absl::StatusOr<rec::IndexRecord> Remove(Transaction& transaction, const SignInParts& parts,
                                        const std::string& person_id, const std::string& code,
                                        const Call& call, const AuditRow& row) {
  RETURN_IF_ERROR(CheckSession(transaction, call));
  ASSIGN_OR_RETURN(const rec::PersonRecord person, ReadPerson(transaction, person_id));
  ASSIGN_OR_RETURN(rec::CredentialsRecord credentials, ReadCredentials(transaction, person_id));
  if (!HasTotp(credentials)) return TotpNotEnrolled();
  if (person_id == call.caller.id) {
    RETURN_IF_ERROR(TakeCode(*parts.secrets, person_id, code, call.now_us, &credentials));
  }
  ClearTotp(&credentials);
  RETURN_IF_ERROR(PutCredentials(transaction, person_id, person, credentials));
  RETURN_IF_ERROR(row.Append(transaction, {{"person_id", person_id}}));
  return rec::IndexRecord();
}

// Read again, and not remembered: it has names.
absl::StatusOr<v1::RemoveTotpResponse> TellPerson(const Reader& reader,
                                                  const std::string& person_id) {
  ASSIGN_OR_RETURN(const rec::PersonRecord person, ReadPerson(reader, person_id));
  ASSIGN_OR_RETURN(const rec::CredentialsRecord credentials, ReadCredentials(reader, person_id));
  v1::RemoveTotpResponse response;
  *response.mutable_person() = ToMessage(person_id, person, credentials);
  return response;
}

}  // namespace

class SignInService::EnrolTotpFlow : public CallFlow<EnrolTotpFlow, v1::EnrolTotpResponse> {
 public:
  using CallFlow::CallFlow;

  void Start(const v1::EnrolTotpRequest& request) {
    const absl::Status looked_up = LookUp(request);
    if (!looked_up.ok()) return Finish(looked_up);
    parts_.hasher->Verify(
        PasswordHasher::Asker::Known(call_.caller.id), std::move(password_), hash_,
        [self = shared_from_this()](const absl::StatusOr<PasswordHasher::Verdict>& verdict) {
          self->Enrol(verdict);
        });
  }

 private:
  absl::Status LookUp(const v1::EnrolTotpRequest& request) {
    ASSIGN_OR_RETURN(password_, ParsePassword("password", request.password()));
    const auto snapshot = store_.NewSnapshot();
    ASSIGN_OR_RETURN(person_, ReadOwn(*snapshot, call_));
    ASSIGN_OR_RETURN(const rec::CredentialsRecord credentials,
                     ReadCredentials(*snapshot, call_.caller.id));
    if (credentials.password_hash().empty()) return NoPassword();
    if (HasTotp(credentials)) return TotpEnrolled();
    hash_ = credentials.password_hash();
    RETURN_IF_ERROR(parts_.limits->CheckRightPasswords(call_.caller.id, /*is_known_device=*/true,
                                                       call_.now_us));
    return parts_.limits->TakeProof(call_.caller.id, kSignedInDevice, call_.now_us, &proof_);
  }

  void Enrol(const absl::StatusOr<PasswordHasher::Verdict>& verdict) {
    if (!verdict.ok()) {
      proof_.GiveBack();
      return Finish(verdict.status());
    }
    if (!verdict->is_right) return Finish(SignInRefused());
    proof_.GiveBack();
    parts_.limits->CountRightPassword(call_.caller.id, /*is_known_device=*/true, call_.now_us);
    store_.Transact(
        [self = shared_from_this()](Transaction& transaction) { return self->Store(transaction); },
        [self = shared_from_this()](const absl::Status& status) { self->Tell(status); });
  }

  absl::Status Store(Transaction& transaction) {
    RETURN_IF_ERROR(CheckSession(transaction, call_));
    ASSIGN_OR_RETURN(rec::CredentialsRecord credentials,
                     ReadCredentials(transaction, call_.caller.id));
    if (credentials.password_hash() != hash_) return SignInRefused();
    if (HasTotp(credentials)) return TotpEnrolled();
    secret_ = SecretText(AddPendingTotp(*parts_.secrets, call_.caller.id, &credentials));
    RETURN_IF_ERROR(CredentialsTable::Put(transaction, credentials, call_.caller.id));
    return row_.Append(transaction, {{"person_id", call_.caller.id}});
  }

  void Tell(const absl::Status& status) {
    if (!status.ok()) return Finish(status);
    v1::EnrolTotpResponse response;
    response.set_secret(Base32(secret_.text()));
    response.set_uri(TotpUri(secret_.text(), person_.sign_in_name()));
    Finish(std::move(response));
  }

  SecretText password_;
  rec::PersonRecord person_;
  std::string hash_;
  Limits::Attempt proof_;
  SecretText secret_;
};

grpc::ServerUnaryReactor* SignInService::EnrolTotp(Context* context,
                                                   const v1::EnrolTotpRequest* request,
                                                   v1::EnrolTotpResponse* response) {
  return RunFlow<EnrolTotpFlow>(signed_in_, parts_, context, request, response);
}

grpc::ServerUnaryReactor* SignInService::ConfirmTotp(Context* context,
                                                     const v1::ConfirmTotpRequest* request,
                                                     v1::ConfirmTotpResponse* response) {
  return signed_in_.AsyncChange(
      context, request, response,
      [this, request](const Call& call, const runtime::AuditEntry& entry,
                      Handlers::Finish<v1::ConfirmTotpResponse> finish) {
        const auto key = KeyOf(signed_in_.parts(), *parts_.secrets, call.caller.id, *request);
        const auto code = ParseCode("code", request->code());
        auto proof = std::make_shared<Limits::Attempt>();
        absl::Status status = key.ok() ? code.status() : key.status();
        if (status.ok() && call.caller.session_id.empty()) status = NotSignedIn();
        if (status.ok()) {
          status =
              parts_.limits->TakeProof(call.caller.id, kSignedInDevice, call.now_us, proof.get());
        }
        if (!status.ok()) return std::move(finish)(status);
        TransactOnce<rec::IndexRecord>(
            signed_in_.parts(), *key,
            [this, request, call, row = AuditRow(signed_in_.parts(), entry, request->request_id())](
                Transaction& transaction) {
              return Confirm(transaction, parts_, request->code(), call, row);
            },
            [this, call, proof, finish = std::move(finish)](
                const absl::StatusOr<rec::IndexRecord>& confirmed) mutable {
              if (!confirmed.ok()) return std::move(finish)(confirmed.status());
              proof->GiveBack();
              std::move(finish)(
                  TellRecoveryCodes(*signed_in_.parts().store->NewSnapshot(), parts_, call));
            });
      });
}

grpc::ServerUnaryReactor* SignInService::RemoveTotp(Context* context,
                                                    const v1::RemoveTotpRequest* request,
                                                    v1::RemoveTotpResponse* response) {
  return signed_in_.AsyncChange(
      context, request, response,
      [this, request](const Call& call, const runtime::AuditEntry& entry,
                      Handlers::Finish<v1::RemoveTotpResponse> finish) {
        const bool is_own = request->person_id().empty() || request->person_id() == call.caller.id;
        const auto person_id = is_own ? absl::StatusOr<std::string>(call.caller.id)
                                      : runtime::ParseId("person_id", request->person_id());
        const auto key = KeyOf(signed_in_.parts(), *parts_.secrets, call.caller.id, *request);
        const auto code = ParseCode("code", request->code());
        auto proof = std::make_shared<Limits::Attempt>();
        absl::Status status = person_id.status();
        status.Update(key.status());
        status.Update(code.status());
        if (status.ok() && !is_own && call.caller.role != common::v1::ROLE_ADMIN) {
          status = OnlyForOneself();
        }
        if (status.ok() && is_own && call.caller.session_id.empty()) status = NotSignedIn();
        if (status.ok() && is_own) {
          status =
              parts_.limits->TakeProof(call.caller.id, kSignedInDevice, call.now_us, proof.get());
        }
        if (!status.ok()) return std::move(finish)(status);
        TransactOnce<rec::IndexRecord>(
            signed_in_.parts(), *key,
            [this, request, person_id = *person_id, call,
             row = AuditRow(signed_in_.parts(), entry, request->request_id())](
                Transaction& transaction) {
              return Remove(transaction, parts_, person_id, request->code(), call, row);
            },
            [this, person_id = *person_id, proof,
             finish = std::move(finish)](const absl::StatusOr<rec::IndexRecord>& removed) mutable {
              if (!removed.ok()) return std::move(finish)(removed.status());
              proof->GiveBack();
              std::move(finish)(TellPerson(*signed_in_.parts().store->NewSnapshot(), person_id));
            });
      });
}

}  // namespace milkway::accounts
