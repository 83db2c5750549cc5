// gRPC: alerts, their stream, the digest.

#ifndef MILKWAY_SERVICES_PLANNING_ALERT_SERVICE_H_
#define MILKWAY_SERVICES_PLANNING_ALERT_SERVICE_H_

#include "milkway/planning/v1/alerts.grpc.pb.h"
#include "services/planning/alert_stream.h"
#include "services/planning/evaluation.h"
#include "services/runtime/asking.h"
#include "services/runtime/handler.h"

namespace milkway::planning {

class AlertService final : public v1::AlertService::CallbackService {
 public:
  // `evaluating`: where evaluations run. All must outlive the service.
  AlertService(runtime::Handlers::Parts parts, runtime::Asking* evaluating, Evaluator* evaluator,
               Watchers* watchers)
      : handlers_(parts), evaluating_(*evaluating), evaluator_(*evaluator), watchers_(*watchers) {}

  using Context = grpc::CallbackServerContext;
  using Reactor = grpc::ServerUnaryReactor;

  Reactor* EvaluateAlerts(Context* context, const v1::EvaluateAlertsRequest* request,
                          v1::EvaluateAlertsResponse* response) override;
  Reactor* ListAlerts(Context* context, const v1::ListAlertsRequest* request,
                      v1::ListAlertsResponse* response) override;
  Reactor* AcknowledgeAlert(Context* context, const v1::AcknowledgeAlertRequest* request,
                            v1::AcknowledgeAlertResponse* response) override;
  Reactor* SnoozeAlert(Context* context, const v1::SnoozeAlertRequest* request,
                       v1::SnoozeAlertResponse* response) override;
  grpc::ServerWriteReactor<v1::WatchAlertsResponse>* WatchAlerts(
      Context* context, const v1::WatchAlertsRequest* request) override;
  Reactor* GetDailyDigest(Context* context, const v1::GetDailyDigestRequest* request,
                          v1::GetDailyDigestResponse* response) override;

 private:
  runtime::Handlers handlers_;
  runtime::Asking& evaluating_;
  Evaluator& evaluator_;
  Watchers& watchers_;
};

}  // namespace milkway::planning

#endif  // MILKWAY_SERVICES_PLANNING_ALERT_SERVICE_H_
