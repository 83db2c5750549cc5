// gRPC: consents of guardians.

#ifndef MILKWAY_SERVICES_CONSUMPTION_CONSENT_SERVICE_H_
#define MILKWAY_SERVICES_CONSUMPTION_CONSENT_SERVICE_H_

#include "milkway/consumption/v1/consents.grpc.pb.h"
#include "services/consumption/child_keys.h"
#include "services/consumption/unreadable_text.h"
#include "services/runtime/handler.h"

namespace milkway::consumption {

class ConsentService final : public v1::ConsentService::CallbackService {
 public:
  using Context = grpc::CallbackServerContext;
  using Reactor = grpc::ServerUnaryReactor;

  // `keys` must outlive the service.
  ConsentService(runtime::Handlers::Parts parts, const ChildKeys* keys)
      : handlers_(parts),
        keys_(*keys),
        unreadable_(parts.log, parts.clock, "names of guardians and witnesses") {}

  Reactor* RecordConsent(Context* context, const v1::RecordConsentRequest* request,
                         v1::RecordConsentResponse* response) override;
  Reactor* WithdrawConsent(Context* context, const v1::WithdrawConsentRequest* request,
                           v1::WithdrawConsentResponse* response) override;
  Reactor* ListConsents(Context* context, const v1::ListConsentsRequest* request,
                        v1::ListConsentsResponse* response) override;

 private:
  runtime::Handlers handlers_;
  const ChildKeys& keys_;
  UnreadableText unreadable_;
};

}  // namespace milkway::consumption

#endif  // MILKWAY_SERVICES_CONSUMPTION_CONSENT_SERVICE_H_
