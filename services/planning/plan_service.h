// gRPC: plans, orders, lead times.

#ifndef MILKWAY_SERVICES_PLANNING_PLAN_SERVICE_H_
#define MILKWAY_SERVICES_PLANNING_PLAN_SERVICE_H_

#include <string>

#include "absl/status/statusor.h"
#include "milkway/planning/v1/plans.grpc.pb.h"
#include "services/planning/order_pool.h"
#include "services/planning/planning_keys.h"
#include "services/planning/planning_questions.h"
#include "services/planning/purchase_times.h"
#include "services/runtime/asking.h"
#include "services/runtime/handler.h"

namespace milkway::planning {

class PlanService final : public v1::PlanService::CallbackService {
 public:
  // `asking` and `questions` must outlive the service.
  PlanService(runtime::Handlers::Parts parts, runtime::Asking* asking, const Questions* questions)
      : handlers_(parts), asking_(*asking), questions_(*questions) {}

  using Context = grpc::CallbackServerContext;
  using Reactor = grpc::ServerUnaryReactor;

  Reactor* GetSchoolPlan(Context* context, const v1::GetSchoolPlanRequest* request,
                         v1::GetSchoolPlanResponse* response) override;
  Reactor* ListSchoolPlans(Context* context, const v1::ListSchoolPlansRequest* request,
                           v1::ListSchoolPlansResponse* response) override;
  Reactor* SuggestOrders(Context* context, const v1::SuggestOrdersRequest* request,
                         v1::SuggestOrdersResponse* response) override;
  Reactor* GetLaneLeadTimes(Context* context, const v1::GetLaneLeadTimesRequest* request,
                            v1::GetLaneLeadTimesResponse* response) override;

 private:
  int64_t NowUs() const;
  absl::StatusOr<v1::SuggestOrdersResponse> MakeOrders(
      const v1::SuggestOrdersRequest& request) const;
  // The stock of every warehouse.
  absl::StatusOr<OrderPool> FillPool() const;
  // Takes what a school needs from the pool, and says what to buy of the rest.
  absl::Status AddSuggestions(const std::string& school_id, const rec::SchoolPlanRecord& plan,
                              LocalDate today, OrderPool* pool, PurchaseTimes* purchase_times,
                              std::vector<v1::OrderSuggestion>* suggestions) const;

  runtime::Handlers handlers_;
  runtime::Asking& asking_;
  const Questions& questions_;
};

}  // namespace milkway::planning

#endif  // MILKWAY_SERVICES_PLANNING_PLAN_SERVICE_H_
