#include "services/milkwayd/trust_watch.h"

#include <utility>
#include <vector>

#include "absl/time/time.h"
#include "clients/cpp/status_macros.h"
#include "clients/cpp/unary_call.h"

namespace milkway {

namespace {

// A revocation is out everywhere within this, and an answer that is late besides.
constexpr absl::Duration kPause = absl::Seconds(5);
// While the accounts service has not answered yet, or does not answer.
constexpr absl::Duration kRetryPause = absl::Milliseconds(200);
constexpr std::chrono::seconds kPatience{5};

clients::CallOptions OptionsFor(const clients::ServiceChannel& accounts,
                                const std::string& caller) {
  clients::CallOptions options = accounts.OptionsFor(caller);
  options.deadline = kPatience;
  return options;
}

}  // namespace

TrustWatch::TrustWatch(const clients::ServiceChannel& accounts, const std::string& caller,
                       const runtime::Clock* clock, runtime::Trust* trust)
    : options_(OptionsFor(accounts, caller)),
      clock_(*clock),
      trust_(*trust),
      stub_(accounts.channel() == nullptr
                ? nullptr
                : accounts::v1::TrustService::NewStub(accounts.channel())) {
  if (stub_ != nullptr) thread_ = std::thread([this] { Watch(); });
}

TrustWatch::~TrustWatch() { Stop(); }

void TrustWatch::Stop() {
  calls_.Stop();
  if (thread_.joinable()) thread_.join();
}

void TrustWatch::Watch() {
  absl::Duration pause;
  while (!calls_.StopsWithin(pause)) pause = Ask().ok() ? kPause : kRetryPause;
}

absl::Status TrustWatch::Ask() {
  bool has_more = true;
  while (has_more) {
    grpc::ClientContext context;
    clients::Prepare(options_, &context);
    accounts::v1::ListRevocationsRequest request;
    request.set_after_version(version_);
    // What was true when the question left is true from then on.
    const int64_t asked_us = clock_.NowUs();
    accounts::v1::ListRevocationsResponse answer;
    RETURN_IF_ERROR(
        calls_.Run(&context, [&] { return stub_->ListRevocations(&context, request, &answer); }));
    std::vector<runtime::Trust::PublicKey> keys;
    for (const auto& key : answer.keys()) keys.push_back({key.kid(), key.pem()});
    std::vector<runtime::Trust::Revocation> revocations;
    for (const auto& revocation : answer.revocations()) {
      revocations.push_back({revocation.session_id(), revocation.until_us()});
    }
    trust_.Update(keys, revocations, asked_us);
    version_ = answer.version();
    has_more = answer.has_more();
  }
  return absl::OkStatus();
}

}  // namespace milkway
