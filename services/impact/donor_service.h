// gRPC: donors, what their gifts became, and what the programme came to.

#ifndef MILKWAY_SERVICES_IMPACT_DONOR_SERVICE_H_
#define MILKWAY_SERVICES_IMPACT_DONOR_SERVICE_H_

#include <memory>

#include "milkway/impact/v1/donors.grpc.pb.h"
#include "services/impact/many_gifts.h"
#include "services/impact/moment.h"
#include "services/impact/questions.h"
#include "services/runtime/asking.h"
#include "services/runtime/handler.h"

namespace milkway::impact {

class DonorService final : public v1::DonorService::CallbackService {
 public:
  // Both must outlive the service.
  DonorService(runtime::Handlers::Parts parts, const Questions* questions, runtime::Asking* asking)
      : handlers_(parts), questions_(*questions), asking_(*asking) {}

  using Context = grpc::CallbackServerContext;
  using Reactor = grpc::ServerUnaryReactor;

  Reactor* PutDonor(Context* context, const v1::PutDonorRequest* request,
                    v1::PutDonorResponse* response) override;
  Reactor* GetDonor(Context* context, const v1::GetDonorRequest* request,
                    v1::GetDonorResponse* response) override;
  Reactor* ListDonors(Context* context, const v1::ListDonorsRequest* request,
                      v1::ListDonorsResponse* response) override;
  Reactor* GetDonorImpact(Context* context, const v1::GetDonorImpactRequest* request,
                          v1::GetDonorImpactResponse* response) override;
  Reactor* GetProgrammeImpact(Context* context, const v1::GetProgrammeImpactRequest* request,
                              v1::GetProgrammeImpactResponse* response) override;

 private:
  using FinishProgramme = runtime::Handlers::Finish<v1::GetProgrammeImpactResponse>;

  // Within a task: what the programme came to.
  void AnswerProgramme(const Moment& moment, FinishProgramme finish);
  void AnswerDonor(const v1::GetDonorImpactRequest& request, const Moment& moment,
                   runtime::Handlers::Finish<v1::GetDonorImpactResponse> finish);

  runtime::Handlers handlers_;
  const Questions& questions_;
  runtime::Asking& asking_;
};

}  // namespace milkway::impact

#endif  // MILKWAY_SERVICES_IMPACT_DONOR_SERVICE_H_
