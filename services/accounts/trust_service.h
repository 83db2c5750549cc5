// gRPC: what must be known to believe access tokens.

#ifndef MILKWAY_SERVICES_ACCOUNTS_TRUST_SERVICE_H_
#define MILKWAY_SERVICES_ACCOUNTS_TRUST_SERVICE_H_

#include "milkway/accounts/v1/trust.grpc.pb.h"
#include "services/accounts/signed_in_handlers.h"
#include "services/accounts/signing_keys.h"
#include "services/runtime/handler.h"

namespace milkway::accounts {

class TrustService final : public v1::TrustService::CallbackService {
 public:
  // `keys` must outlive the service.
  TrustService(const runtime::Handlers::Parts& parts, const SigningKeys* keys)
      : handlers_(parts), keys_(*keys) {}

  grpc::ServerUnaryReactor* GetJwks(grpc::CallbackServerContext* context,
                                    const v1::GetJwksRequest* request,
                                    v1::GetJwksResponse* response) override;
  grpc::ServerUnaryReactor* ListRevocations(grpc::CallbackServerContext* context,
                                            const v1::ListRevocationsRequest* request,
                                            v1::ListRevocationsResponse* response) override;
  grpc::ServerUnaryReactor* RotateKeys(grpc::CallbackServerContext* context,
                                       const v1::RotateKeysRequest* request,
                                       v1::RotateKeysResponse* response) override;

 private:
  SignedInHandlers handlers_;
  const SigningKeys& keys_;
};

}  // namespace milkway::accounts

#endif  // MILKWAY_SERVICES_ACCOUNTS_TRUST_SERVICE_H_
