// The way to the servers: addresses, channels, deadlines and retries.

#ifndef MILKWAY_CLIENTS_CLI_CONNECTION_H_
#define MILKWAY_CLIENTS_CLI_CONNECTION_H_

#include <chrono>
#include <functional>
#include <list>
#include <memory>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "clients/cli/interrupt.h"
#include "clients/cpp/channel.h"
#include "clients/cpp/unary_call.h"
#include "google/protobuf/descriptor.h"
#include "grpcpp/channel.h"
#include "grpcpp/client_context.h"
#include "grpcpp/support/sync_stream.h"
#include "milkway/inventory/v1/catalog.grpc.pb.h"
#include "milkway/operations/v1/operations.grpc.pb.h"

namespace milkway::cli {

inline constexpr char kDefaultAddress[] = "127.0.0.1:7700";

// Where each service listens, as HOST:PORT or unix:PATH; equal where one process runs
// several. Trace, planning and accounts may be empty: nobody said where they are.
struct Addresses {
  std::string inventory = kDefaultAddress;
  std::string shipments = kDefaultAddress;
  std::string consumption = kDefaultAddress;
  std::string impact = kDefaultAddress;
  std::string trace = kDefaultAddress;
  std::string planning = kDefaultAddress;
  std::string accounts = kDefaultAddress;
  // Who vouches for the servers.
  clients::ChannelFiles files = {};
};

// How long a call that got no answer is repeated, with the same request_id.
struct RetryPolicy {
  // In all, while the server has never answered: it is probably not running.
  std::chrono::milliseconds first_answer{3'000};
  // In all, once it has answered: it may be restarting.
  std::chrono::milliseconds total{60'000};
  std::chrono::milliseconds first_pause{50};
  std::chrono::milliseconds longest_pause{2'000};
  // One attempt at an ordinary call, and at one that copies a whole store.
  std::chrono::milliseconds call_deadline{30'000};
  std::chrono::milliseconds long_call_deadline{600'000};
};

// One server process.
struct Endpoint {
  std::string address;
  std::shared_ptr<grpc::Channel> channel;
  bool answered = false;
};

// True for the codes after which the same call may succeed a little later:
// UNAVAILABLE, DEADLINE_EXCEEDED, RESOURCE_EXHAUSTED, CANCELLED (by a server that
// stops), and ABORTED but for REVISION_CHANGED.
bool IsTransient(const absl::Status& status);

// The access token of who is signed in. With `renew` another one than before, for the
// server takes that one no more. Empty: nobody is.
using AccessTokens = std::function<absl::StatusOr<std::string>(bool renew)>;

// Calls as the development admin, unless somebody else is named or signed in. Not
// thread-safe, but for `interrupt`.
class Connection {
 public:
  using Notice = std::function<void(absl::string_view)>;

  // `interrupt` must outlive the connection; a request to stop ends calls with
  // CANCELLED. `notice` hears once when a server stops answering.
  Connection(const Addresses& addresses, RetryPolicy policy, Interrupt* interrupt, Notice notice);

  // From now on calls as this caller, in the words of the development header:
  // "school_contact:wang:changyuan".
  void ActAs(std::string caller) { caller_ = std::move(caller); }
  // From now on calls with access tokens, as who has these places; none for one who is not
  // bound to places.
  void SignInWith(AccessTokens tokens, std::vector<std::string> places) {
    tokens_ = std::move(tokens);
    places_ = std::move(places);
  }
  // From now on calls as whoever `other` calls as; it must outlive this one.
  void CallAs(const Connection& other) {
    caller_ = other.caller_;
    tokens_ = other.tokens_;
    places_ = other.places_;
  }
  // The places of the caller; none for one who is not bound to places.
  std::vector<std::string> places() const;

  // As Call, but says nothing of who calls: for methods that are open to all.
  template <typename Stub, typename Request, typename Response>
  absl::StatusOr<Response> CallOpen(grpc::Status (Stub::*method)(grpc::ClientContext*,
                                                                 const Request&, Response*),
                                    const Request& request) {
    says_nothing_ = true;
    absl::StatusOr<Response> response = Call(method, request);
    says_nothing_ = false;
    return response;
  }

  // Calls a method of a service of the programme:
  //   connection.Call(&inventory::v1::CatalogService::Stub::GetProduct, request)
  // The error is the last attempt's; UNAVAILABLE says which server did not answer,
  // CANCELLED that the user stopped it.
  template <typename Stub, typename Request, typename Response>
  absl::StatusOr<Response> Call(grpc::Status (Stub::*method)(grpc::ClientContext*, const Request&,
                                                             Response*),
                                const Request& request) {
    Endpoint& endpoint = EndpointOf(*Request::descriptor());
    Stub stub(endpoint.channel);
    return CallAt(endpoint, stub, policy_.call_deadline, method, request);
  }

  // Hands every message of a server's stream to `take`. A stream that breaks off
  // starts again; `begin` is called before each start.
  template <typename Stub, typename Request, typename Response>
  absl::Status ReadStream(std::unique_ptr<grpc::ClientReader<Response>> (Stub::*method)(
                              grpc::ClientContext*, const Request&),
                          const Request& request, absl::FunctionRef<void()> begin,
                          std::type_identity_t<absl::FunctionRef<void(const Response&)>> take) {
    Endpoint& endpoint = EndpointOf(*Request::descriptor());
    Stub stub(endpoint.channel);
    return Repeat(endpoint, policy_.long_call_deadline, [&](grpc::ClientContext* context) {
      begin();
      const auto reader = (stub.*method)(context, request);
      Response response;
      while (reader->Read(&response)) take(response);
      return reader->Finish();
    });
  }

  // Every server process once, in the order inventory, shipments, consumption, impact,
  // trace, planning, accounts.
  std::vector<Endpoint*> Processes();

  // Calls a service that every process has (operations), with the long deadline.
  template <typename Stub, typename Request, typename Response>
  absl::StatusOr<Response> CallProcess(Endpoint& process,
                                       grpc::Status (Stub::*method)(grpc::ClientContext*,
                                                                    const Request&, Response*),
                                       const Request& request) {
    Stub stub(process.channel);
    return CallAt(process, stub, policy_.long_call_deadline, method, request);
  }

  // The names of the services at an endpoint: "inventory".
  std::vector<std::string> ServicesAt(const Endpoint& process) const;

  const Addresses& addresses() const { return addresses_; }
  const RetryPolicy& policy() const { return policy_; }
  Interrupt& interrupt() { return interrupt_; }

 private:
  template <typename Stub, typename Request, typename Response>
  absl::StatusOr<Response> CallAt(Endpoint& endpoint, Stub& stub,
                                  std::chrono::milliseconds deadline,
                                  grpc::Status (Stub::*method)(grpc::ClientContext*, const Request&,
                                                               Response*),
                                  const Request& request) {
    Response response;
    absl::Status status = Repeat(endpoint, deadline, [&](grpc::ClientContext* context) {
      response.Clear();
      return (stub.*method)(context, request, &response);
    });
    if (!status.ok()) return status;
    return response;
  }

  Endpoint* EndpointAt(const std::string& address);
  // Where the service listens that takes such requests: their package names it.
  Endpoint& EndpointOf(const google::protobuf::Descriptor& request);

  // Attempts until one is OK or refused, or the time of the policy is over.
  absl::Status Repeat(Endpoint& endpoint, std::chrono::milliseconds deadline,
                      absl::FunctionRef<grpc::Status(grpc::ClientContext*)> attempt);
  absl::Status Attempt(std::chrono::milliseconds deadline,
                       absl::FunctionRef<grpc::Status(grpc::ClientContext*)> attempt);
  // With the token of who is signed in, and if the server does not take it with a new one.
  absl::Status AttemptSignedIn(std::chrono::milliseconds deadline,
                               absl::FunctionRef<grpc::Status(grpc::ClientContext*)> attempt);
  absl::Status AttemptAs(const clients::CallOptions& caller,
                         absl::FunctionRef<grpc::Status(grpc::ClientContext*)> attempt);

  std::string caller_ = "admin:dev";
  AccessTokens tokens_;  // empty: nobody is signed in
  std::vector<std::string> places_;
  bool says_nothing_ = false;
  Addresses addresses_;
  RetryPolicy policy_;
  Interrupt& interrupt_;
  Notice notice_;
  std::list<Endpoint> endpoints_;
};

}  // namespace milkway::cli

#endif  // MILKWAY_CLIENTS_CLI_CONNECTION_H_
