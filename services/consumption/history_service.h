// gRPC: what happened to single children.

#ifndef MILKWAY_SERVICES_CONSUMPTION_HISTORY_SERVICE_H_
#define MILKWAY_SERVICES_CONSUMPTION_HISTORY_SERVICE_H_

#include "milkway/consumption/v1/history.grpc.pb.h"
#include "services/runtime/handler.h"

namespace milkway::consumption {

class HistoryService final : public v1::HistoryService::CallbackService {
 public:
  using Context = grpc::CallbackServerContext;
  using Reactor = grpc::ServerUnaryReactor;

  explicit HistoryService(runtime::Handlers::Parts parts) : handlers_(parts) {}

  Reactor* GetStudentHistory(Context* context, const v1::GetStudentHistoryRequest* request,
                             v1::GetStudentHistoryResponse* response) override;
  Reactor* ListServedTwice(Context* context, const v1::ListServedTwiceRequest* request,
                           v1::ListServedTwiceResponse* response) override;
  Reactor* ListIncidents(Context* context, const v1::ListIncidentsRequest* request,
                         v1::ListIncidentsResponse* response) override;
  Reactor* ListIncidentCounts(Context* context, const v1::ListIncidentCountsRequest* request,
                              v1::ListIncidentCountsResponse* response) override;

 private:
  runtime::Handlers handlers_;
};

}  // namespace milkway::consumption

#endif  // MILKWAY_SERVICES_CONSUMPTION_HISTORY_SERVICE_H_
