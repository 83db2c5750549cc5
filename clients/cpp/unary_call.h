// Calling another service: one asynchronous unary call with a deadline and
// retries.

#ifndef MILKWAY_CLIENTS_CPP_UNARY_CALL_H_
#define MILKWAY_CLIENTS_CPP_UNARY_CALL_H_

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "absl/functional/any_invocable.h"
#include "absl/status/statusor.h"
#include "clients/cpp/origin.h"
#include "clients/cpp/status.h"
#include "grpcpp/client_context.h"

namespace milkway::clients {

// How a call is made. Who calls is said in one of three ways; what is empty is not said.
struct CallOptions {
  // The development header: "service:consumption", "admin:dev".
  std::string caller;
  std::chrono::milliseconds deadline{10'000};
  // The access token of a person.
  std::string token = {};
  // The name of a service, and the key of its process if it calls itself.
  std::string service = {};
  std::string process_key = {};
};

// Sets deadline and caller on a fresh context, and on whose behalf (origin.h) a service
// calls.
void Prepare(const CallOptions& options, grpc::ClientContext* context);

// A method of the async interface of a generated stub.
template <typename Async, typename Request, typename Response>
using UnaryMethod = void (Async::*)(grpc::ClientContext*, const Request*, Response*,
                                    std::function<void(grpc::Status)>);

// Calls `method` of a stub's async interface and hands the answer to `done`
// exactly once, on a gRPC thread, where further calls are made on the same behalf:
//   CallUnary<v1::GetLotsResponse>(stub->async(), &v1::PurchaseService::Stub::async::GetLots,
//                                  options, request, done)
// Retrying is the caller's choice: intents do it by themselves.
template <typename Response, typename Async, typename Request>
void CallUnary(Async* async, UnaryMethod<Async, Request, Response> method,
               const CallOptions& options, Request request,
               absl::AnyInvocable<void(absl::StatusOr<Response>) &&> done) {
  struct Flight {
    grpc::ClientContext context;
    Request request;
    Response response;
    absl::AnyInvocable<void(absl::StatusOr<Response>) &&> done;
    std::optional<Origin> origin;
  };
  auto* flight = new Flight;
  Prepare(options, &flight->context);
  flight->request = std::move(request);
  flight->done = std::move(done);
  if (OriginScope::Current() != nullptr) flight->origin = *OriginScope::Current();
  (async->*method)(
      &flight->context, &flight->request, &flight->response, [flight](const grpc::Status& status) {
        std::unique_ptr<Flight> owned(flight);
        auto hand_over = std::move(owned->done);
        const std::optional<Origin> origin = std::move(owned->origin);
        auto answer = status.ok() ? absl::StatusOr<Response>(std::move(owned->response))
                                  : FromGrpcStatus(status);
        // Lets go of the channel before the caller, who may end the process
        // then: gRPC's threads cannot end on one of themselves.
        owned.reset();
        const OriginScope scope(origin.has_value() ? &*origin : nullptr);
        std::move(hand_over)(std::move(answer));
      });
}

}  // namespace milkway::clients

#endif  // MILKWAY_CLIENTS_CPP_UNARY_CALL_H_
