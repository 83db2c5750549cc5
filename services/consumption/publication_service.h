// gRPC: what may be told of servings.

#ifndef MILKWAY_SERVICES_CONSUMPTION_PUBLICATION_SERVICE_H_
#define MILKWAY_SERVICES_CONSUMPTION_PUBLICATION_SERVICE_H_

#include "milkway/consumption/v1/publications.grpc.pb.h"
#include "services/runtime/handler.h"

namespace milkway::consumption {

class PublicationService final : public v1::PublicationService::CallbackService {
 public:
  explicit PublicationService(runtime::Handlers::Parts parts) : handlers_(parts) {}

  grpc::ServerUnaryReactor* PublishServings(grpc::CallbackServerContext* context,
                                            const v1::PublishServingsRequest* request,
                                            v1::PublishServingsResponse* response) override;

 private:
  runtime::Handlers handlers_;
};

}  // namespace milkway::consumption

#endif  // MILKWAY_SERVICES_CONSUMPTION_PUBLICATION_SERVICE_H_
