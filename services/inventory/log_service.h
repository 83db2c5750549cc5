// gRPC: the log, provable.

#ifndef MILKWAY_SERVICES_INVENTORY_LOG_SERVICE_H_
#define MILKWAY_SERVICES_INVENTORY_LOG_SERVICE_H_

#include "milkway/inventory/v1/log.grpc.pb.h"
#include "services/inventory/log_signer.h"
#include "services/runtime/handler.h"

namespace milkway::inventory {

class LogService final : public v1::LogService::CallbackService {
 public:
  // `signer` must outlive the service.
  LogService(runtime::Handlers::Parts parts, const LogSigner* signer)
      : handlers_(parts), signer_(*signer) {}

  using Context = grpc::CallbackServerContext;
  using Reactor = grpc::ServerUnaryReactor;

  Reactor* GetCheckpoint(Context* context, const v1::GetCheckpointRequest* request,
                         v1::GetCheckpointResponse* response) override;
  Reactor* ListCheckpoints(Context* context, const v1::ListCheckpointsRequest* request,
                           v1::ListCheckpointsResponse* response) override;
  Reactor* GetInclusionProof(Context* context, const v1::GetInclusionProofRequest* request,
                             v1::GetInclusionProofResponse* response) override;
  Reactor* GetConsistencyProof(Context* context, const v1::GetConsistencyProofRequest* request,
                               v1::GetConsistencyProofResponse* response) override;
  Reactor* GetLogKey(Context* context, const v1::GetLogKeyRequest* request,
                     v1::GetLogKeyResponse* response) override;
  Reactor* ProveLots(Context* context, const v1::ProveLotsRequest* request,
                     v1::ProveLotsResponse* response) override;
  Reactor* AppendLeaves(Context* context, const v1::AppendLeavesRequest* request,
                        v1::AppendLeavesResponse* response) override;
  Reactor* FindPosition(Context* context, const v1::FindPositionRequest* request,
                        v1::FindPositionResponse* response) override;
  Reactor* ListLeaves(Context* context, const v1::ListLeavesRequest* request,
                      v1::ListLeavesResponse* response) override;

 private:
  runtime::Handlers handlers_;
  const LogSigner& signer_;
};

}  // namespace milkway::inventory

#endif  // MILKWAY_SERVICES_INVENTORY_LOG_SERVICE_H_
