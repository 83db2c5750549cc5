// gRPC: erasing children.

#ifndef MILKWAY_SERVICES_CONSUMPTION_ERASURE_SERVICE_H_
#define MILKWAY_SERVICES_CONSUMPTION_ERASURE_SERVICE_H_

#include "milkway/consumption/v1/erasure.grpc.pb.h"
#include "services/runtime/handler.h"

namespace milkway::consumption {

class ErasureService final : public v1::ErasureService::CallbackService {
 public:
  using Context = grpc::CallbackServerContext;
  using Reactor = grpc::ServerUnaryReactor;

  explicit ErasureService(runtime::Handlers::Parts parts) : handlers_(parts) {}

  Reactor* EraseStudent(Context* context, const v1::EraseStudentRequest* request,
                        v1::EraseStudentResponse* response) override;
  Reactor* ListErasures(Context* context, const v1::ListErasuresRequest* request,
                        v1::ListErasuresResponse* response) override;

 private:
  runtime::Handlers handlers_;
};

}  // namespace milkway::consumption

#endif  // MILKWAY_SERVICES_CONSUMPTION_ERASURE_SERVICE_H_
