// gRPC: terms, school days and serving policies.

#ifndef MILKWAY_SERVICES_CONSUMPTION_CALENDAR_SERVICE_H_
#define MILKWAY_SERVICES_CONSUMPTION_CALENDAR_SERVICE_H_

#include "milkway/consumption/v1/calendar.grpc.pb.h"
#include "services/runtime/handler.h"

namespace milkway::consumption {

class CalendarService final : public v1::CalendarService::CallbackService {
 public:
  using Context = grpc::CallbackServerContext;
  using Reactor = grpc::ServerUnaryReactor;

  explicit CalendarService(runtime::Handlers::Parts parts) : handlers_(parts) {}

  Reactor* PutTerm(Context* context, const v1::PutTermRequest* request,
                   v1::PutTermResponse* response) override;
  Reactor* ListTerms(Context* context, const v1::ListTermsRequest* request,
                     v1::ListTermsResponse* response) override;
  Reactor* SetServingPolicy(Context* context, const v1::SetServingPolicyRequest* request,
                            v1::SetServingPolicyResponse* response) override;
  Reactor* ListServingPolicies(Context* context, const v1::ListServingPoliciesRequest* request,
                               v1::ListServingPoliciesResponse* response) override;
  Reactor* ListSchoolDates(Context* context, const v1::ListSchoolDatesRequest* request,
                           v1::ListSchoolDatesResponse* response) override;

 private:
  runtime::Handlers handlers_;
};

}  // namespace milkway::consumption

#endif  // MILKWAY_SERVICES_CONSUMPTION_CALENDAR_SERVICE_H_
