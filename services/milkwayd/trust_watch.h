// Keeps up with whom the accounts service vouches for.

#ifndef MILKWAY_SERVICES_MILKWAYD_TRUST_WATCH_H_
#define MILKWAY_SERVICES_MILKWAYD_TRUST_WATCH_H_

#include <cstdint>
#include <memory>
#include <string>
#include <thread>

#include "absl/status/status.h"
#include "clients/cpp/service_channel.h"
#include "milkway/accounts/v1/trust.grpc.pb.h"
#include "services/milkwayd/stoppable_calls.h"
#include "services/runtime/clock.h"
#include "services/runtime/tokens/trust.h"

namespace milkway {

// Asks the accounts service for its keys and for ended sessions, every few seconds, on a
// thread of its own.
class TrustWatch {
 public:
  // Without a way there nobody's token is believed. `caller`: as whom it asks,
  // "service:inventory". All must outlive the watch.
  TrustWatch(const clients::ServiceChannel& accounts, const std::string& caller,
             const runtime::Clock* clock, runtime::Trust* trust);
  ~TrustWatch();

  // Gives up the question under way and asks no more.
  void Stop();

 private:
  void Watch();
  // All that is new; leaves what came before an error.
  absl::Status Ask();

  const clients::CallOptions options_;
  const runtime::Clock& clock_;
  runtime::Trust& trust_;
  const std::unique_ptr<accounts::v1::TrustService::Stub> stub_;  // null: no way there
  int64_t version_ = 0;
  StoppableCalls calls_;
  std::thread thread_;
};

}  // namespace milkway

#endif  // MILKWAY_SERVICES_MILKWAYD_TRUST_WATCH_H_
