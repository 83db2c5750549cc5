// gRPC: distributions.

#ifndef MILKWAY_SERVICES_CONSUMPTION_DISTRIBUTION_SERVICE_H_
#define MILKWAY_SERVICES_CONSUMPTION_DISTRIBUTION_SERVICE_H_

#include "absl/functional/function_ref.h"
#include "absl/status/statusor.h"
#include "milkway/consumption/v1/distributions.grpc.pb.h"
#include "services/consumption/consumption_keys.h"
#include "services/consumption/distribution_recorder.h"
#include "services/consumption/schools.h"
#include "services/runtime/handler.h"
#include "services/runtime/strong_id.h"
#include "services/runtime/worker.h"
#include "storage/store.h"

namespace milkway::consumption {

class DistributionService final : public v1::DistributionService::CallbackService {
 public:
  using Context = grpc::CallbackServerContext;
  using Reactor = grpc::ServerUnaryReactor;

  // All must outlive the service.
  DistributionService(runtime::Handlers::Parts parts, DistributionRecorder* recorder,
                      SchoolCache* schools)
      : handlers_(parts), recorder_(*recorder), schools_(*schools) {}

  Reactor* RecordDistribution(Context* context, const v1::RecordDistributionRequest* request,
                              v1::RecordDistributionResponse* response) override;
  Reactor* BatchRecordDistributions(Context* context,
                                    const v1::BatchRecordDistributionsRequest* request,
                                    v1::BatchRecordDistributionsResponse* response) override;
  grpc::ServerBidiReactor<v1::StreamDistributionsRequest, v1::StreamDistributionsResponse>*
  StreamDistributions(Context* context) override;
  Reactor* CorrectDistribution(Context* context, const v1::CorrectDistributionRequest* request,
                               v1::CorrectDistributionResponse* response) override;
  Reactor* GetDistribution(Context* context, const v1::GetDistributionRequest* request,
                           v1::GetDistributionResponse* response) override;
  Reactor* ListDistributions(Context* context, const v1::ListDistributionsRequest* request,
                             v1::ListDistributionsResponse* response) override;
  Reactor* GetServings(Context* context, const v1::GetServingsRequest* request,
                       v1::GetServingsResponse* response) override;

 private:
  // What `find` says of each pair.
  absl::StatusOr<v1::GetServingsResponse> Servings(
      const storage::Reader& reader, const v1::GetServingsRequest& request,
      absl::FunctionRef<absl::StatusOr<rec::ServingTotalsRecord>(LotId, uint32_t)> find);

  runtime::Handlers handlers_;
  DistributionRecorder& recorder_;
  SchoolCache& schools_;
  runtime::Worker historian_;
};

}  // namespace milkway::consumption

#endif  // MILKWAY_SERVICES_CONSUMPTION_DISTRIBUTION_SERVICE_H_
