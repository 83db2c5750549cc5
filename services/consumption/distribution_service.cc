#include "services/consumption/distribution_service.h"

#include <atomic>
#include <limits>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "clients/cpp/status_macros.h"
#include "services/consumption/corrections.h"
#include "services/consumption/distribution_convert.h"
#include "services/consumption/distribution_corrector.h"
#include "services/consumption/distribution_list.h"
#include "services/consumption/distribution_stream.h"
#include "services/consumption/servings.h"
#include "services/consumption/servings_as_of.h"
#include "services/runtime/errors.h"
#include "services/runtime/fields.h"

namespace milkway::consumption {

using runtime::Call;
using storage::Reader;
using storage::Transaction;

namespace {

constexpr int kRecordsMax = 500;
constexpr int kPairsMax = 10'000;

// The results of a batch as they come in, in the order of its records.
class BatchInProgress {
 public:
  using Finish = runtime::Handlers::Finish<v1::BatchRecordDistributionsResponse>;

  BatchInProgress(int size, Finish finish) : left_(size), finish_(std::move(finish)) {
    for (int index = 0; index < size; ++index) response_.add_results();
  }

  // Once for each index, from any thread; the last one answers.
  void Set(int index, v1::DistributionResult result) {
    *response_.mutable_results(index) = std::move(result);
    if (left_.fetch_sub(1, std::memory_order_acq_rel) == 1) {
      std::move(finish_)(std::move(response_));
    }
  }

 private:
  std::atomic<int> left_;
  Finish finish_;
  v1::BatchRecordDistributionsResponse response_;
};

}  // namespace

grpc::ServerUnaryReactor* DistributionService::RecordDistribution(
    Context* context, const v1::RecordDistributionRequest* request,
    v1::RecordDistributionResponse* response) {
  return handlers_.AsyncChange(
      context, request, response,
      [this, request](const Call& call, runtime::AuditEntry entry,
                      runtime::Handlers::Finish<v1::RecordDistributionResponse> finish) {
        absl::StatusOr<Recording> recording = ParseRecording(*request);
        if (!recording.ok()) return std::move(finish)(recording.status());
        recording->hash = handlers_.parts().once->HashOf(*request);
        recording->recorded_by = call.caller.id;
        recording->age_limit = AgeLimitOf(call);
        entry.set_request_id(request->request_id());
        auto audit = std::make_shared<const runtime::AuditEntry>(std::move(entry));
        std::vector<DistributionRecorder::Submission> submissions;
        submissions.push_back({*std::move(recording), std::move(audit), std::move(finish)});
        recorder_.Record(std::move(submissions));
      });
}

grpc::ServerUnaryReactor* DistributionService::BatchRecordDistributions(
    Context* context, const v1::BatchRecordDistributionsRequest* request,
    v1::BatchRecordDistributionsResponse* response) {
  return handlers_.AsyncChange(
      context, request, response,
      [this, request](const Call& call, runtime::AuditEntry entry, BatchInProgress::Finish finish) {
        const absl::Status size =
            runtime::CheckCount("records", request->records_size(), 1, kRecordsMax);
        if (!size.ok()) return std::move(finish)(size);
        auto batch = std::make_shared<BatchInProgress>(request->records_size(), std::move(finish));
        const auto audit = std::make_shared<const runtime::AuditEntry>(std::move(entry));
        std::vector<DistributionRecorder::Submission> submissions;
        std::vector<std::pair<int, v1::DistributionResult>> malformed;
        for (int index = 0; index < request->records_size(); ++index) {
          absl::StatusOr<Recording> recording = ParseRecording(request->records(index));
          if (!recording.ok()) {
            malformed.emplace_back(index, ToResult(runtime::InField(runtime::Item("records", index),
                                                                    recording.status())));
            continue;
          }
          recording->hash = handlers_.parts().once->HashOf(request->records(index));
          recording->recorded_by = call.caller.id;
          submissions.push_back(
              {*std::move(recording), audit,
               [batch, index](absl::StatusOr<v1::RecordDistributionResponse> recorded) {
                 batch->Set(index, ToResult(std::move(recorded)));
               }});
        }
        // The call may end with any of these, and its request with it.
        if (!submissions.empty()) recorder_.Record(std::move(submissions));
        for (auto& [index, result] : malformed) batch->Set(index, std::move(result));
      });
}

grpc::ServerBidiReactor<v1::StreamDistributionsRequest, v1::StreamDistributionsResponse>*
DistributionService::StreamDistributions(Context* context) {
  return new DistributionStream(
      runtime::CallScope(handlers_.parts(), *context, v1::StreamDistributionsRequest::descriptor(),
                         nullptr),
      &recorder_);
}

grpc::ServerUnaryReactor* DistributionService::CorrectDistribution(
    Context* context, const v1::CorrectDistributionRequest* request,
    v1::CorrectDistributionResponse* response) {
  return handlers_.MutateAcross(
      context, request, response, kCorrectionIntent,
      [this, request](Transaction& transaction, const Call& call) -> absl::StatusOr<std::string> {
        ASSIGN_OR_RETURN(Correction correction, ParseCorrection(*request));
        correction.recorded_by = call.caller.id;
        correction.age_limit = AgeLimitOf(call);
        ASSIGN_OR_RETURN(const rec::PendingCorrectionRecord pending,
                         ReserveCorrection(transaction, schools_, correction));
        return pending.SerializeAsString();
      });
}

grpc::ServerUnaryReactor* DistributionService::GetDistribution(
    Context* context, const v1::GetDistributionRequest* request,
    v1::GetDistributionResponse* response) {
  return handlers_.Query(
      context, request, response,
      [request](const Reader& reader, const Call&) -> absl::StatusOr<v1::GetDistributionResponse> {
        ASSIGN_OR_RETURN(const rec::SchoolRecord school, ReadSchool(reader, request->school_id()));
        ASSIGN_OR_RETURN(const rec::DistributionRecord record,
                         ReadDistribution(reader, request->school_id(), school.number(),
                                          request->distribution_id()));
        v1::GetDistributionResponse answer;
        ASSIGN_OR_RETURN(*answer.mutable_distribution(),
                         ToMessage(request->school_id(), request->distribution_id(), record));
        return answer;
      });
}

grpc::ServerUnaryReactor* DistributionService::ListDistributions(
    Context* context, const v1::ListDistributionsRequest* request,
    v1::ListDistributionsResponse* response) {
  return handlers_.Query(context, request, response,
                         [request](const Reader& reader,
                                   const Call&) -> absl::StatusOr<v1::ListDistributionsResponse> {
                           ASSIGN_OR_RETURN(const rec::SchoolRecord school,
                                            ReadSchool(reader, request->school_id()));
                           v1::ListDistributionsResponse answer;
                           RETURN_IF_ERROR(AddPage(reader, school.number(), *request, &answer));
                           return answer;
                         });
}

grpc::ServerUnaryReactor* DistributionService::GetServings(Context* context,
                                                           const v1::GetServingsRequest* request,
                                                           v1::GetServingsResponse* response) {
  if (request->as_of_position() == 0) {
    return handlers_.Query(context, request, response,
                           [this, request](const Reader& reader,
                                           const Call&) -> absl::StatusOr<v1::GetServingsResponse> {
                             return Servings(reader, *request,
                                             [&](LotId lot, uint32_t school_number) {
                                               return ReadServings(reader, lot, school_number);
                                             });
                           });
  }
  // As it was: that takes time which no gRPC thread has.
  return handlers_.Async(
      context, request, response,
      [this, request](const Call&, runtime::Handlers::Finish<v1::GetServingsResponse> finish) {
        historian_.Run([this, request, finish = std::move(finish)]() mutable {
          const auto snapshot = handlers_.parts().store->NewSnapshot();
          ServingsAsOf then(*snapshot, request->as_of_position());
          std::move(finish)(Servings(*snapshot, *request, [&](LotId lot, uint32_t school_number) {
            return then.Find(lot, school_number);
          }));
        });
      });
}

absl::StatusOr<v1::GetServingsResponse> DistributionService::Servings(
    const Reader& reader, const v1::GetServingsRequest& request,
    absl::FunctionRef<absl::StatusOr<rec::ServingTotalsRecord>(LotId, uint32_t)> find) {
  RETURN_IF_ERROR(runtime::CheckCount("pairs", request.pairs_size(), 0, kPairsMax));
  RETURN_IF_ERROR(runtime::ParseNumber("as_of_position", request.as_of_position(), 0,
                                       std::numeric_limits<int64_t>::max())
                      .status());
  v1::GetServingsResponse answer;
  ChildrenReached children;
  for (const v1::LotAtSchool& pair : request.pairs()) {
    ASSIGN_OR_RETURN(const auto school, schools_.FindSchool(reader, pair.school_id()));
    ASSIGN_OR_RETURN(const rec::ServingTotalsRecord totals,
                     find(LotId{pair.lot_id()}, school->number));
    RETURN_IF_ERROR(children.Add(school->number, totals));
    v1::Servings& servings = *answer.add_servings();
    servings.set_servings(totals.servings());
    servings.set_served_g(totals.served_g());
  }
  answer.set_children(children.count());
  return answer;
}

}  // namespace milkway::consumption
