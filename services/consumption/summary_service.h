// gRPC: what the class records add up to.

#ifndef MILKWAY_SERVICES_CONSUMPTION_SUMMARY_SERVICE_H_
#define MILKWAY_SERVICES_CONSUMPTION_SUMMARY_SERVICE_H_

#include "milkway/consumption/v1/summaries.grpc.pb.h"
#include "services/runtime/handler.h"

namespace milkway::consumption {

class SummaryService final : public v1::SummaryService::CallbackService {
 public:
  using Context = grpc::CallbackServerContext;
  using Reactor = grpc::ServerUnaryReactor;

  explicit SummaryService(runtime::Handlers::Parts parts) : handlers_(parts) {}

  Reactor* ListLotSchools(Context* context, const v1::ListLotSchoolsRequest* request,
                          v1::ListLotSchoolsResponse* response) override;
  Reactor* ListLotClassDays(Context* context, const v1::ListLotClassDaysRequest* request,
                            v1::ListLotClassDaysResponse* response) override;
  Reactor* ListLotStudents(Context* context, const v1::ListLotStudentsRequest* request,
                           v1::ListLotStudentsResponse* response) override;
  Reactor* SummarizeServings(Context* context, const v1::SummarizeServingsRequest* request,
                             v1::SummarizeServingsResponse* response) override;
  Reactor* CheckServings(Context* context, const v1::CheckServingsRequest* request,
                         v1::CheckServingsResponse* response) override;
  Reactor* ListServedDays(Context* context, const v1::ListServedDaysRequest* request,
                          v1::ListServedDaysResponse* response) override;

 private:
  runtime::Handlers handlers_;
};

}  // namespace milkway::consumption

#endif  // MILKWAY_SERVICES_CONSUMPTION_SUMMARY_SERVICE_H_
