// gRPC: lots forward, servings back.

#ifndef MILKWAY_SERVICES_TRACE_TRACE_SERVICE_H_
#define MILKWAY_SERVICES_TRACE_TRACE_SERVICE_H_

#include "absl/status/statusor.h"
#include "milkway/trace/v1/trace.grpc.pb.h"
#include "services/runtime/asking.h"
#include "services/runtime/handler.h"
#include "services/trace/trace_convert.h"
#include "services/trace/trace_questions.h"

namespace milkway::trace {

class TraceService final : public v1::TraceService::CallbackService {
 public:
  // `asking` and `questions` must outlive the service.
  TraceService(runtime::Handlers::Parts parts, runtime::Asking* asking, const Questions* questions)
      : handlers_(parts), asking_(*asking), questions_(*questions) {}

  using Context = grpc::CallbackServerContext;
  using Reactor = grpc::ServerUnaryReactor;

  Reactor* TraceLot(Context* context, const v1::TraceLotRequest* request,
                    v1::TraceLotResponse* response) override;
  Reactor* TraceServing(Context* context, const v1::TraceServingRequest* request,
                        v1::TraceServingResponse* response) override;

 private:
  absl::StatusOr<v1::TraceLotResponse> FollowLots(const v1::TraceLotRequest& request) const;
  // Everything but the class records.
  absl::Status AddWays(const std::vector<int64_t>& lot_ids, v1::TraceLotResponse* answer) const;
  // One consistent view of the grams; ABORTED if the books move all the time.
  absl::Status AddGrams(const std::vector<int64_t>& lot_ids, v1::TraceLotResponse* answer) const;

  absl::StatusOr<v1::TraceServingResponse> FollowBack(const ServingQuestion& question) const;
  absl::StatusOr<std::vector<int64_t>> LotsOfPlace(const std::string& location_id) const;
  absl::StatusOr<v1::TracedOrigin> OriginOf(const inventory::v1::Lot& lot,
                                            const std::string& location_id, int64_t until_us) const;

  runtime::Handlers handlers_;
  runtime::Asking& asking_;
  const Questions& questions_;
};

}  // namespace milkway::trace

#endif  // MILKWAY_SERVICES_TRACE_TRACE_SERVICE_H_
