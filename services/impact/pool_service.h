// gRPC: milk set aside for schools, and how to spend what is left of gifts.

#ifndef MILKWAY_SERVICES_IMPACT_POOL_SERVICE_H_
#define MILKWAY_SERVICES_IMPACT_POOL_SERVICE_H_

#include <optional>

#include "milkway/impact/v1/pools.grpc.pb.h"
#include "services/impact/questions.h"
#include "services/impact/set_asides.h"
#include "services/runtime/asking.h"
#include "services/runtime/handler.h"

namespace milkway::impact {

class PoolService final : public v1::PoolService::CallbackService {
 public:
  // Both must outlive the service.
  PoolService(runtime::Handlers::Parts parts, const Questions* questions, runtime::Asking* asking)
      : handlers_(parts), questions_(*questions), asking_(*asking) {}

  using Context = grpc::CallbackServerContext;
  using Reactor = grpc::ServerUnaryReactor;

  Reactor* SetAside(Context* context, const v1::SetAsideRequest* request,
                    v1::SetAsideResponse* response) override;
  Reactor* ListSetAsides(Context* context, const v1::ListSetAsidesRequest* request,
                         v1::ListSetAsidesResponse* response) override;
  Reactor* SuggestAllocations(Context* context, const v1::SuggestAllocationsRequest* request,
                              v1::SuggestAllocationsResponse* response) override;

 private:
  // What is asked before milk is set aside.
  struct Facts {
    impact::SetAside set_aside;
    std::optional<SetAsideFacts> facts;  // absent if it is stored already
  };
  void AskAboutLot(const v1::SetAsideRequest& request,
                   runtime::Handlers::Finish<Facts> finish) const;
  void AskAboutBooks(Facts facts, runtime::Handlers::Finish<Facts> finish) const;
  void AskAboutCups(Facts facts, runtime::Handlers::Finish<Facts> finish) const;

  // Within a task.
  absl::StatusOr<v1::SuggestAllocationsResponse> AnswerSuggestions(
      const v1::SuggestAllocationsRequest& request);

  runtime::Handlers handlers_;
  const Questions& questions_;
  runtime::Asking& asking_;
};

}  // namespace milkway::impact

#endif  // MILKWAY_SERVICES_IMPACT_POOL_SERVICE_H_
