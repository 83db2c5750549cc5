// gRPC: rules of retention, and the purge.

#ifndef MILKWAY_SERVICES_CONSUMPTION_RETENTION_SERVICE_H_
#define MILKWAY_SERVICES_CONSUMPTION_RETENTION_SERVICE_H_

#include "milkway/consumption/v1/retention.grpc.pb.h"
#include "services/runtime/asking.h"
#include "services/runtime/handler.h"

namespace milkway::consumption {

class RetentionService final : public v1::RetentionService::CallbackService {
 public:
  using Context = grpc::CallbackServerContext;
  using Reactor = grpc::ServerUnaryReactor;

  // `asking` must outlive the service.
  RetentionService(runtime::Handlers::Parts parts, runtime::Asking* asking)
      : handlers_(parts), asking_(*asking) {}

  Reactor* SetRetentionRule(Context* context, const v1::SetRetentionRuleRequest* request,
                            v1::SetRetentionRuleResponse* response) override;
  Reactor* ListRetentionRules(Context* context, const v1::ListRetentionRulesRequest* request,
                              v1::ListRetentionRulesResponse* response) override;
  Reactor* PlanPurge(Context* context, const v1::PlanPurgeRequest* request,
                     v1::PlanPurgeResponse* response) override;
  Reactor* RunPurge(Context* context, const v1::RunPurgeRequest* request,
                    v1::RunPurgeResponse* response) override;

 private:
  runtime::Handlers handlers_;
  runtime::Asking& asking_;
};

}  // namespace milkway::consumption

#endif  // MILKWAY_SERVICES_CONSUMPTION_RETENTION_SERVICE_H_
