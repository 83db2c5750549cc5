// Another service, as one service calls it.

#ifndef MILKWAY_SERVICES_RUNTIME_PEER_H_
#define MILKWAY_SERVICES_RUNTIME_PEER_H_

#include <atomic>
#include <memory>
#include <string>
#include <utility>

#include "absl/functional/any_invocable.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "clients/cpp/service_channel.h"
#include "clients/cpp/unary_call.h"

namespace milkway::runtime {

// `Service` is a generated service class such as inventory::v1::StockService.
// Thread-safe; Connect is called once.
template <typename Service>
class Peer {
 public:
  using Stub = typename Service::Stub;
  using Async = class Service::Stub::async;
  template <typename Response>
  using Done = absl::AnyInvocable<void(absl::StatusOr<Response>) &&>;

  // `caller`: as whom it is called, "service:shipments". `name`: whom to start if
  // it is away, "inventory".
  Peer(std::string caller, std::string name) : caller_(std::move(caller)), name_(std::move(name)) {}

  // Without a way there every call is UNAVAILABLE.
  void Connect(const clients::ServiceChannel& way) {
    if (way.channel() == nullptr) return;
    options_ = way.OptionsFor(caller_);
    owned_ = Service::NewStub(way.channel());
    stub_.store(owned_.get(), std::memory_order_release);
  }

  // One call, without retries; `done` hears the answer exactly once:
  //   peer.Call<v1::GetLotsResponse>(&v1::PurchaseService::Stub::async::GetLots, request, done)
  template <typename Response, typename Request>
  void Call(clients::UnaryMethod<Async, Request, Response> method, Request request,
            Done<Response> done) const {
    Stub* stub = stub_.load(std::memory_order_acquire);
    if (stub == nullptr) {
      return std::move(done)(absl::UnavailableError(absl::StrCat(
          "the ", name_, " service cannot be reached from here yet; try again in a moment")));
    }
    clients::CallUnary<Response>(stub->async(), method, options_, std::move(request),
                                 std::move(done));
  }

 private:
  const std::string caller_;
  const std::string name_;
  clients::CallOptions options_;  // set before the stub
  std::unique_ptr<Stub> owned_;
  std::atomic<Stub*> stub_{nullptr};
};

}  // namespace milkway::runtime

#endif  // MILKWAY_SERVICES_RUNTIME_PEER_H_
