// gRPC: opened bags.

#ifndef MILKWAY_SERVICES_INVENTORY_OPEN_PACK_SERVICE_H_
#define MILKWAY_SERVICES_INVENTORY_OPEN_PACK_SERVICE_H_

#include "milkway/inventory/v1/open_packs.grpc.pb.h"
#include "services/runtime/handler.h"

namespace milkway::inventory {

class OpenPackService final : public v1::OpenPackService::CallbackService {
 public:
  explicit OpenPackService(runtime::Handlers::Parts parts) : handlers_(parts) {}

  using Context = grpc::CallbackServerContext;
  using Reactor = grpc::ServerUnaryReactor;

  Reactor* OpenPacks(Context* context, const v1::OpenPacksRequest* request,
                     v1::OpenPacksResponse* response) override;
  Reactor* FinishPacks(Context* context, const v1::FinishPacksRequest* request,
                       v1::FinishPacksResponse* response) override;
  Reactor* ListOpenPacks(Context* context, const v1::ListOpenPacksRequest* request,
                         v1::ListOpenPacksResponse* response) override;

 private:
  runtime::Handlers handlers_;
};

}  // namespace milkway::inventory

#endif  // MILKWAY_SERVICES_INVENTORY_OPEN_PACK_SERVICE_H_
