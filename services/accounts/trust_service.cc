#include "services/accounts/trust_service.h"

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "clients/cpp/status_macros.h"
#include "services/accounts/revocations.h"

namespace milkway::accounts {

using runtime::Call;
using storage::Reader;
using storage::Transaction;

namespace {

v1::PublicKey ToMessage(const rec::SigningKeyRecord& record) {
  v1::PublicKey message;
  message.set_kid(record.kid());
  message.set_pem(record.public_pem());
  message.set_signs_from_us(record.signs_from_us());
  return message;
}

}  // namespace

grpc::ServerUnaryReactor* TrustService::GetJwks(grpc::CallbackServerContext* context,
                                                const v1::GetJwksRequest* request,
                                                v1::GetJwksResponse* response) {
  return handlers_.Query(
      context, request, response,
      [](const Reader& reader, const Call&) -> absl::StatusOr<v1::GetJwksResponse> {
        ASSIGN_OR_RETURN(const auto records, SigningKeys::List(reader));
        v1::GetJwksResponse answer;
        std::vector<std::string> jwks;
        for (const rec::SigningKeyRecord& record : records) {
          jwks.push_back(record.public_jwk());
          *answer.add_keys() = ToMessage(record);
        }
        answer.set_jwks_json(absl::StrCat("{\"keys\":[", absl::StrJoin(jwks, ","), "]}"));
        return answer;
      });
}

grpc::ServerUnaryReactor* TrustService::ListRevocations(grpc::CallbackServerContext* context,
                                                        const v1::ListRevocationsRequest* request,
                                                        v1::ListRevocationsResponse* response) {
  return handlers_.Query(
      context, request, response,
      [request](const Reader& reader,
                const Call& call) -> absl::StatusOr<v1::ListRevocationsResponse> {
        v1::ListRevocationsResponse answer;
        ASSIGN_OR_RETURN(const auto keys, SigningKeys::List(reader));
        for (const rec::SigningKeyRecord& key : keys) *answer.add_keys() = ToMessage(key);
        ASSIGN_OR_RETURN(const Revocations revocations,
                         accounts::ListRevocations(reader, request->after_version(), call.now_us));
        for (const rec::RevocationRecord& row : revocations.rows) {
          v1::Revocation* revocation = answer.add_revocations();
          revocation->set_session_id(row.token_session_id());
          revocation->set_until_us(row.until_us());
        }
        answer.set_version(revocations.version);
        answer.set_has_more(revocations.has_more);
        return answer;
      });
}

grpc::ServerUnaryReactor* TrustService::RotateKeys(grpc::CallbackServerContext* context,
                                                   const v1::RotateKeysRequest* request,
                                                   v1::RotateKeysResponse* response) {
  return handlers_.Mutate(
      context, request, response,
      [this, request](Transaction& transaction,
                      const Call& call) -> absl::StatusOr<v1::RotateKeysResponse> {
        RETURN_IF_ERROR(keys_.Rotate(transaction, request->drop_old_keys(), call.now_us));
        ASSIGN_OR_RETURN(const auto keys, SigningKeys::List(transaction));
        v1::RotateKeysResponse answer;
        for (const rec::SigningKeyRecord& key : keys) *answer.add_keys() = ToMessage(key);
        return answer;
      });
}

}  // namespace milkway::accounts
