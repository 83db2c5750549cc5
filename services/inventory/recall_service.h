// gRPC: recalls.

#ifndef MILKWAY_SERVICES_INVENTORY_RECALL_SERVICE_H_
#define MILKWAY_SERVICES_INVENTORY_RECALL_SERVICE_H_

#include "milkway/inventory/v1/recalls.grpc.pb.h"
#include "services/runtime/handler.h"

namespace milkway::inventory {

class RecallService final : public v1::RecallService::CallbackService {
 public:
  explicit RecallService(runtime::Handlers::Parts parts) : handlers_(parts) {}

  using Context = grpc::CallbackServerContext;
  using Reactor = grpc::ServerUnaryReactor;

  Reactor* PlaceRecall(Context* context, const v1::PlaceRecallRequest* request,
                       v1::PlaceRecallResponse* response) override;
  Reactor* LiftRecall(Context* context, const v1::LiftRecallRequest* request,
                      v1::LiftRecallResponse* response) override;
  Reactor* GetRecall(Context* context, const v1::GetRecallRequest* request,
                     v1::GetRecallResponse* response) override;
  Reactor* ListRecalls(Context* context, const v1::ListRecallsRequest* request,
                       v1::ListRecallsResponse* response) override;

 private:
  runtime::Handlers handlers_;
};

}  // namespace milkway::inventory

#endif  // MILKWAY_SERVICES_INVENTORY_RECALL_SERVICE_H_
