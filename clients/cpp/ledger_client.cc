#include "clients/cpp/ledger_client.h"

#include <utility>

#include "absl/strings/cord.h"
#include "clients/cpp/unary_call.h"
#include "google/rpc/error_details.pb.h"

namespace milkway::clients {

namespace {

namespace v1 = inventory::v1;

constexpr char kErrorInfoUrl[] = "type.googleapis.com/google.rpc.ErrorInfo";
constexpr char kDomain[] = "milkway";

absl::Status ToStatus(const v1::PostingRefusal& refusal) {
  absl::Status status(static_cast<absl::StatusCode>(refusal.code()), refusal.message());
  google::rpc::ErrorInfo info;
  info.set_reason(refusal.reason());
  info.set_domain(kDomain);
  *info.mutable_metadata() = refusal.metadata();
  status.SetPayload(kErrorInfoUrl, absl::Cord(info.SerializeAsString()));
  return status;
}

std::vector<LedgerClient::Result> ToResults(size_t count,
                                            absl::StatusOr<v1::BatchPostResponse> response) {
  if (response.ok() && static_cast<size_t>(response->results_size()) != count) {
    response = absl::InternalError("the inventory answered another number of drafts");
  }
  if (!response.ok()) return std::vector<LedgerClient::Result>(count, response.status());
  std::vector<LedgerClient::Result> results;
  results.reserve(count);
  for (v1::PostingResult& result : *response->mutable_results()) {
    if (result.has_refusal()) {
      results.push_back(ToStatus(result.refusal()));
    } else {
      results.push_back(std::move(result));
    }
  }
  return results;
}

}  // namespace

void LedgerClient::Connect(const clients::ServiceChannel& way) {
  if (way.channel() == nullptr) return;
  options_ = way.OptionsFor(caller_);
  owned_ = v1::StockService::NewStub(way.channel());
  stub_.store(owned_.get(), std::memory_order_release);
}

void LedgerClient::Post(v1::BatchPostRequest request, Done done) const {
  const size_t count = static_cast<size_t>(request.drafts_size());
  PostBatch(std::move(request), [count, done = std::move(done)](
                                    absl::StatusOr<v1::BatchPostResponse> response) mutable {
    std::move(done)(ToResults(count, std::move(response)));
  });
}

void LedgerClient::PostBatch(
    v1::BatchPostRequest request,
    absl::AnyInvocable<void(absl::StatusOr<v1::BatchPostResponse>) &&> done) const {
  v1::StockService::Stub* stub = stub_.load(std::memory_order_acquire);
  if (stub == nullptr) {
    return std::move(done)(absl::UnavailableError(
        "the inventory service cannot be reached from here yet; try again in a moment"));
  }
  CallUnary<v1::BatchPostResponse>(stub->async(), &v1::StockService::Stub::async::BatchPost,
                                   options_, std::move(request), std::move(done));
}

}  // namespace milkway::clients
