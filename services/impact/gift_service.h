// gRPC: gifts, allocations, impact.

#ifndef MILKWAY_SERVICES_IMPACT_GIFT_SERVICE_H_
#define MILKWAY_SERVICES_IMPACT_GIFT_SERVICE_H_

#include <optional>

#include "milkway/impact/v1/gifts.grpc.pb.h"
#include "services/impact/allocations.h"
#include "services/impact/explain.h"
#include "services/impact/gifts.h"
#include "services/impact/questions.h"
#include "services/runtime/asking.h"
#include "services/runtime/handler.h"

namespace milkway::impact {

class GiftService final : public v1::GiftService::CallbackService {
 public:
  // All must outlive the service.
  GiftService(runtime::Handlers::Parts parts, const Questions* questions, runtime::Asking* asking,
              const Explainer* explainer)
      : handlers_(parts), questions_(*questions), asking_(*asking), explainer_(*explainer) {}

  using Context = grpc::CallbackServerContext;
  using Reactor = grpc::ServerUnaryReactor;

  Reactor* RecordGift(Context* context, const v1::RecordGiftRequest* request,
                      v1::RecordGiftResponse* response) override;
  Reactor* GetGift(Context* context, const v1::GetGiftRequest* request,
                   v1::GetGiftResponse* response) override;
  Reactor* ListGifts(Context* context, const v1::ListGiftsRequest* request,
                     v1::ListGiftsResponse* response) override;
  Reactor* AllocateGift(Context* context, const v1::AllocateGiftRequest* request,
                        v1::AllocateGiftResponse* response) override;
  Reactor* ListAllocations(Context* context, const v1::ListAllocationsRequest* request,
                           v1::ListAllocationsResponse* response) override;
  Reactor* ListLotGifts(Context* context, const v1::ListLotGiftsRequest* request,
                        v1::ListLotGiftsResponse* response) override;
  Reactor* RecordFee(Context* context, const v1::RecordFeeRequest* request,
                     v1::RecordFeeResponse* response) override;
  Reactor* RefundGift(Context* context, const v1::RefundGiftRequest* request,
                      v1::RefundGiftResponse* response) override;
  Reactor* ListFees(Context* context, const v1::ListFeesRequest* request,
                    v1::ListFeesResponse* response) override;
  Reactor* ListRefunds(Context* context, const v1::ListRefundsRequest* request,
                       v1::ListRefundsResponse* response) override;
  Reactor* GetGiftImpact(Context* context, const v1::GetGiftImpactRequest* request,
                         v1::GetGiftImpactResponse* response) override;
  Reactor* ExplainChange(Context* context, const v1::ExplainChangeRequest* request,
                         v1::ExplainChangeResponse* response) override;

 private:
  // What is asked of the inventory before a gift is recorded.
  struct GiftFacts {
    Gift gift;
    std::optional<Conversion> conversion;  // absent if the gift is stored already
    std::optional<LotFacts> lot;           // of a gift in kind that is not stored yet
  };
  void AskAboutGift(const v1::RecordGiftRequest& request,
                    runtime::Handlers::Finish<GiftFacts> finish) const;

  void AskAboutMilk(GiftFacts facts, runtime::Handlers::Finish<GiftFacts> finish) const;

  // And before one is allocated.
  struct AllocationFacts {
    Allocation allocation;
    std::optional<LotFacts> lot;  // absent if the allocation is stored already
  };
  void AskAboutAllocation(const v1::AllocateGiftRequest& request,
                          runtime::Handlers::Finish<AllocationFacts> finish) const;

  runtime::Handlers handlers_;
  const Questions& questions_;
  runtime::Asking& asking_;
  const Explainer& explainer_;
};

}  // namespace milkway::impact

#endif  // MILKWAY_SERVICES_IMPACT_GIFT_SERVICE_H_
