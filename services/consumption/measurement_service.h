// gRPC: heights, weights and growth.

#ifndef MILKWAY_SERVICES_CONSUMPTION_MEASUREMENT_SERVICE_H_
#define MILKWAY_SERVICES_CONSUMPTION_MEASUREMENT_SERVICE_H_

#include "clients/cpp/growth/growth_reference.h"
#include "milkway/consumption/v1/measurements.grpc.pb.h"
#include "services/runtime/handler.h"

namespace milkway::consumption {

class MeasurementService final : public v1::MeasurementService::CallbackService {
 public:
  using Context = grpc::CallbackServerContext;
  using Reactor = grpc::ServerUnaryReactor;

  // `reference` may be null: nothing is scored. It must outlive the service.
  MeasurementService(runtime::Handlers::Parts parts, const growth::GrowthReference* reference)
      : handlers_(parts), reference_(reference) {}

  Reactor* RecordMeasurements(Context* context, const v1::RecordMeasurementsRequest* request,
                              v1::RecordMeasurementsResponse* response) override;
  Reactor* CorrectMeasurement(Context* context, const v1::CorrectMeasurementRequest* request,
                              v1::CorrectMeasurementResponse* response) override;
  Reactor* ListMeasurements(Context* context, const v1::ListMeasurementsRequest* request,
                            v1::ListMeasurementsResponse* response) override;
  Reactor* GetGrowthSummary(Context* context, const v1::GetGrowthSummaryRequest* request,
                            v1::GetGrowthSummaryResponse* response) override;

 private:
  runtime::Handlers handlers_;
  const growth::GrowthReference* reference_;
};

}  // namespace milkway::consumption

#endif  // MILKWAY_SERVICES_CONSUMPTION_MEASUREMENT_SERVICE_H_
