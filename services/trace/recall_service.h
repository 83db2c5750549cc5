// gRPC: recall lists, acknowledgements, notices.

#ifndef MILKWAY_SERVICES_TRACE_RECALL_SERVICE_H_
#define MILKWAY_SERVICES_TRACE_RECALL_SERVICE_H_

#include <map>
#include <set>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "milkway/trace/v1/recalls.grpc.pb.h"
#include "services/runtime/asking.h"
#include "services/runtime/handler.h"
#include "services/trace/acknowledgements.h"
#include "services/trace/recall_list.h"
#include "services/trace/trace_questions.h"

namespace milkway::trace {

class RecallService final : public v1::RecallListService::CallbackService {
 public:
  // `asking` and `questions` must outlive the service.
  RecallService(runtime::Handlers::Parts parts, runtime::Asking* asking, const Questions* questions)
      : handlers_(parts), asking_(*asking), questions_(*questions) {}

  using Context = grpc::CallbackServerContext;
  using Reactor = grpc::ServerUnaryReactor;

  Reactor* GetRecallList(Context* context, const v1::GetRecallListRequest* request,
                         v1::GetRecallListResponse* response) override;
  Reactor* GetRecallPlace(Context* context, const v1::GetRecallPlaceRequest* request,
                          v1::GetRecallPlaceResponse* response) override;
  Reactor* ListRecallClassDays(Context* context, const v1::ListRecallClassDaysRequest* request,
                               v1::ListRecallClassDaysResponse* response) override;
  Reactor* GetRecallNotice(Context* context, const v1::GetRecallNoticeRequest* request,
                           v1::GetRecallNoticeResponse* response) override;
  Reactor* AcknowledgeRecall(Context* context, const v1::AcknowledgeRecallRequest* request,
                             v1::AcknowledgeRecallResponse* response) override;
  Reactor* ListRecallAcknowledgements(Context* context,
                                      const v1::ListRecallAcknowledgementsRequest* request,
                                      v1::ListRecallAcknowledgementsResponse* response) override;

 private:
  // Everything about a recall but names and contacts, at one moment.
  struct Whole {
    Questions::RecallAndLots recall;
    std::set<int64_t> lot_ids;
    std::vector<shipments::v1::Shipment> shipments;
    ConcernedPlaces places;
    std::map<std::string, Numbered> acknowledgements;
  };
  absl::StatusOr<Whole> AskWhole(const std::string& recall_id) const;
  // Some places of it with names and contacts, in order.
  absl::StatusOr<std::vector<v1::RecallPlace>> Describe(
      const Whole& whole, const std::vector<std::string>& location_ids) const;
  absl::StatusOr<v1::GetRecallListResponse> MakeList(const v1::GetRecallListRequest& request) const;
  absl::StatusOr<v1::GetRecallPlaceResponse> MakePlace(const std::string& recall_id,
                                                       const std::string& location_id) const;

  runtime::Handlers handlers_;
  runtime::Asking& asking_;
  const Questions& questions_;
};

}  // namespace milkway::trace

#endif  // MILKWAY_SERVICES_TRACE_RECALL_SERVICE_H_
