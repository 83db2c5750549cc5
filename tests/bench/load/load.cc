#include "tests/bench/load/load.h"

#include <atomic>
#include <chrono>
#include <utility>

#include "absl/synchronization/blocking_counter.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/clock.h"
#include "clients/cpp/unary_call.h"
#include "milkway/consumption/v1/distributions.grpc.pb.h"
#include "milkway/impact/v1/gifts.grpc.pb.h"
#include "milkway/impact/v1/statements.grpc.pb.h"
#include "milkway/inventory/v1/stock.grpc.pb.h"
#include "milkway/trace/v1/recalls.grpc.pb.h"
#include "tests/bench/load/caller.h"

namespace milkway::bench {

namespace {

namespace con = consumption::v1;
namespace inv = inventory::v1;
namespace imp = impact::v1;
namespace trc = trace::v1;

using Channels = std::vector<std::shared_ptr<grpc::Channel>>;

// Keeps `outstanding` calls under way: each answer starts the next call.
template <typename Service, typename Request, typename Response>
class ClosedLoop {
 public:
  using Stub = typename Service::Stub;
  using Method = clients::UnaryMethod<class Stub::async, Request, Response>;
  // Makes the next request; looks at an answer and says how many records it holds.
  using Make = std::function<Request()>;
  using Look = std::function<absl::StatusOr<int64_t>(const Response&)>;

  ClosedLoop(const Channels& channels, Method method, Make make, Look look, LoadOptions options)
      : method_(method),
        make_(std::move(make)),
        look_(std::move(look)),
        options_(options),
        slots_left_(options.outstanding) {
    for (const auto& channel : channels) stubs_.push_back(Service::NewStub(channel));
  }

  LoadResult Run() {
    started_ = absl::Now();
    for (int slot = 0; slot < options_.outstanding; ++slot) Start(static_cast<size_t>(slot));
    slots_left_.Wait();
    absl::MutexLock lock(&mutex_);
    result_.seconds = absl::ToDoubleSeconds(absl::Now() - started_);
    return std::move(result_);
  }

 private:
  void Start(size_t slot) {
    const absl::Time begun = absl::Now();
    const clients::CallOptions options = AsAdmin(std::chrono::seconds(60));
    clients::CallUnary<Response>(stubs_[slot % stubs_.size()]->async(), method_, options, make_(),
                                 [this, slot, begun](absl::StatusOr<Response> response) {
                                   if (Note(begun, response)) {
                                     Start(slot);
                                   } else {
                                     slots_left_.DecrementCount();
                                   }
                                 });
  }

  // True if there is more to do.
  bool Note(absl::Time begun, const absl::StatusOr<Response>& response) {
    const absl::StatusOr<int64_t> records =
        response.ok() ? look_(*response) : absl::StatusOr<int64_t>(response.status());
    const absl::Time now = absl::Now();
    absl::MutexLock lock(&mutex_);
    ++result_.calls;
    result_.latencies.Add(absl::ToInt64Microseconds(now - begun));
    if (records.ok()) {
      result_.records += *records;
    } else {
      result_.first_error.Update(records.status());
    }
    const bool is_late =
        options_.duration > absl::ZeroDuration() && now - started_ >= options_.duration;
    const bool is_enough = options_.records_max > 0 && result_.records >= options_.records_max;
    return !is_late && !is_enough && result_.first_error.ok();
  }

  const Method method_;
  const Make make_;
  const Look look_;
  const LoadOptions options_;
  std::vector<std::unique_ptr<Stub>> stubs_;
  absl::Time started_;
  absl::BlockingCounter slots_left_;
  absl::Mutex mutex_;
  LoadResult result_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace

LoadResult RecordOneByOne(const Channels& channels, Programme& programme,
                          const LoadOptions& options) {
  ClosedLoop<con::DistributionService, con::RecordDistributionRequest,
             con::RecordDistributionResponse>
      loop(
          channels, &con::DistributionService::Stub::async::RecordDistribution,
          [&programme] { return programme.Next(); },
          [](const con::RecordDistributionResponse&) { return absl::StatusOr<int64_t>(1); },
          options);
  return loop.Run();
}

LoadResult RecordInBatches(const Channels& channels, Programme& programme, int batch_size,
                           const LoadOptions& options) {
  ClosedLoop<con::DistributionService, con::BatchRecordDistributionsRequest,
             con::BatchRecordDistributionsResponse>
      loop(
          channels, &con::DistributionService::Stub::async::BatchRecordDistributions,
          [&programme, batch_size] {
            con::BatchRecordDistributionsRequest request;
            for (int index = 0; index < batch_size; ++index) {
              *request.add_records() = programme.Next();
            }
            return request;
          },
          [](const con::BatchRecordDistributionsResponse& response) -> absl::StatusOr<int64_t> {
            for (const con::DistributionResult& result : response.results()) {
              if (result.has_refusal()) return absl::AbortedError(result.refusal().message());
            }
            return response.results_size();
          },
          options);
  return loop.Run();
}

LoadResult AskImpact(const Channels& channels, const Programme& programme,
                     const LoadOptions& options) {
  std::atomic<int> next{0};
  ClosedLoop<imp::GiftService, imp::GetGiftImpactRequest, imp::GetGiftImpactResponse> loop(
      channels, &imp::GiftService::Stub::async::GetGiftImpact,
      [&] {
        imp::GetGiftImpactRequest request;
        request.set_gift_id(Programme::GiftId(next.fetch_add(1) % programme.gifts()));
        return request;
      },
      [](const imp::GetGiftImpactResponse& response) -> absl::StatusOr<int64_t> {
        if (response.impact().served_g() == 0) return absl::AbortedError("nothing was served");
        return 1;
      },
      options);
  return loop.Run();
}

LoadResult AskStatements(const Channels& channels, const Programme& programme,
                         const LoadOptions& options) {
  std::atomic<int> next{0};
  ClosedLoop<imp::StatementService, imp::GetGiftStatementRequest, imp::GetGiftStatementResponse>
      loop(
          channels, &imp::StatementService::Stub::async::GetGiftStatement,
          [&] {
            imp::GetGiftStatementRequest request;
            request.set_gift_id(Programme::GiftId(next.fetch_add(1) % programme.gifts()));
            return request;
          },
          [](const imp::GetGiftStatementResponse& response) -> absl::StatusOr<int64_t> {
            if (response.statement().served_g() == 0) return absl::AbortedError("nothing is told");
            return 1;
          },
          options);
  return loop.Run();
}

LoadResult AskProofs(const Channels& channels, const Programme& programme,
                     const LoadOptions& options) {
  std::atomic<int> next{0};
  ClosedLoop<imp::StatementService, imp::GetGiftProofRequest, imp::GetGiftProofResponse> loop(
      channels, &imp::StatementService::Stub::async::GetGiftProof,
      [&] {
        imp::GetGiftProofRequest request;
        request.set_gift_id(Programme::GiftId(next.fetch_add(1) % programme.gifts()));
        return request;
      },
      [](const imp::GetGiftProofResponse& response) -> absl::StatusOr<int64_t> {
        if (response.proof().leaves().empty()) return absl::AbortedError("nothing is proven");
        return response.proof().leaves_size();
      },
      options);
  return loop.Run();
}

LoadResult AskStockCards(const Channels& channels, const Programme& programme,
                         const LoadOptions& options) {
  std::atomic<int> next{0};
  ClosedLoop<inv::StockService, inv::GetStockCardRequest, inv::GetStockCardResponse> loop(
      channels, &inv::StockService::Stub::async::GetStockCard,
      [&programme, &next] {
        const int school = next.fetch_add(1) % programme.schools();
        inv::GetStockCardRequest request;
        request.set_location_id(programme.SchoolId(school));
        request.set_lot_id(programme.LotOf(school, 0));
        return request;
      },
      [](const inv::GetStockCardResponse&) { return absl::StatusOr<int64_t>(1); }, options);
  return loop.Run();
}

LoadResult AskRecallList(const Channels& channels, const std::string& recall_id,
                         const LoadOptions& options) {
  ClosedLoop<trc::RecallListService, trc::GetRecallListRequest, trc::GetRecallListResponse> loop(
      channels, &trc::RecallListService::Stub::async::GetRecallList,
      [&recall_id] {
        trc::GetRecallListRequest request;
        request.set_recall_id(recall_id);
        request.set_page_size(1000);
        return request;
      },
      [](const trc::GetRecallListResponse& response) -> absl::StatusOr<int64_t> {
        if (response.totals().servings() == 0) return absl::AbortedError("nothing was served");
        return response.places_size();
      },
      options);
  return loop.Run();
}

absl::StatusOr<int64_t> Verify(const std::shared_ptr<grpc::Channel>& channel) {
  const auto stub = inv::StockService::NewStub(channel);
  grpc::ClientContext context;
  clients::Prepare(AsAdmin(std::chrono::minutes(10)), &context);
  const auto stream = stub->VerifyBooks(&context, inv::VerifyBooksRequest());
  inv::VerifyBooksResponse last;
  while (stream->Read(&last)) {
  }
  if (absl::Status status = clients::FromGrpcStatus(stream->Finish()); !status.ok()) return status;
  return last.difference_count();
}

}  // namespace milkway::bench
