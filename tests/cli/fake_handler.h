// What the service classes of the fake server share.

#ifndef MILKWAY_TESTS_CLI_FAKE_HANDLER_H_
#define MILKWAY_TESTS_CLI_FAKE_HANDLER_H_

#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "grpcpp/impl/codegen/service_type.h"
#include "grpcpp/server_context.h"
#include "tests/cli/fake_server.h"

namespace milkway::cli::testing {

// The base of every service class.
struct FakeHandler {
  FakeServer* server = nullptr;

  // Answers with `body` under the lock, once for each request id.
  template <typename Request, typename Body>
  grpc::Status Run(grpc::ServerContext* context, const Request* request, const Body& body) {
    if (context != nullptr) {
      const auto caller = context->client_metadata().find("x-milkway-dev-caller");
      const std::lock_guard<std::mutex> lock(server->mutex_);
      server->last_caller_ = caller == context->client_metadata().end()
                                 ? ""
                                 : std::string(caller->second.data(), caller->second.size());
    }
    bool is_new = false;
    grpc::Status status = server->Admit(*request, &is_new);
    if (!status.ok()) return status;
    const std::lock_guard<std::mutex> lock(server->mutex_);
    return body(server->books_, is_new);
  }

  // Answers with what the books say.
  template <typename Request, typename Response>
  grpc::Status Give(grpc::ServerContext* context, const Request* request, Response* response,
                    Response FakeBooks::*answer) {
    return Run(context, request, [&](FakeBooks& books, bool) {
      *response = books.*answer;
      return grpc::Status::OK;
    });
  }
};

// Finds one thing by its id and puts it into the response.
template <typename Map, typename Response>
grpc::Status Get(const Map& things, const std::string& id, Response* response,
                 typename Map::mapped_type* (Response::*field)()) {
  const auto found = things.find(id);
  if (found == things.end()) {
    return Refusal(grpc::StatusCode::NOT_FOUND, "UNKNOWN", absl::StrCat("no ", id));
  }
  *(response->*field)() = found->second;
  return grpc::Status::OK;
}

using FakeServices = std::vector<std::unique_ptr<grpc::Service>>;

template <typename ServiceClass>
void AddService(FakeServer* server, FakeServices* services) {
  auto service = std::make_unique<ServiceClass>();
  service->server = server;
  services->push_back(std::move(service));
}

void AddInventoryServices(FakeServer* server, FakeServices* services);
void AddPurchaseServices(FakeServer* server, FakeServices* services);
void AddShipmentServices(FakeServer* server, FakeServices* services);
void AddConsumptionServices(FakeServer* server, FakeServices* services);
void AddOtherServices(FakeServer* server, FakeServices* services);
void AddTraceServices(FakeServer* server, FakeServices* services);
void AddPlanningServices(FakeServer* server, FakeServices* services);
void AddStatementServices(FakeServer* server, FakeServices* services);

}  // namespace milkway::cli::testing

#endif  // MILKWAY_TESTS_CLI_FAKE_HANDLER_H_
