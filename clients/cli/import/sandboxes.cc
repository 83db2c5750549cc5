#include "clients/cli/import/sandboxes.h"

#include <algorithm>

#include "clients/cpp/status_macros.h"
#include "milkway/operations/v1/operations.grpc.pb.h"

namespace milkway::cli {

namespace {

using operations::v1::OperationsService;

// An import writes nothing into trace, planning and accounts.
bool IsImportedInto(const std::vector<std::string>& services) {
  return std::any_of(services.begin(), services.end(), [](const std::string& service) {
    return service != "trace" && service != "planning" && service != "accounts";
  });
}

}  // namespace

absl::StatusOr<std::unique_ptr<Sandboxes>> Sandboxes::Open(const Connection& connection,
                                                           Connection::Notice notice) {
  std::unique_ptr<Sandboxes> sandboxes(new Sandboxes(connection, std::move(notice)));
  for (Endpoint* process : sandboxes->connection_.Processes()) {
    if (!IsImportedInto(sandboxes->connection_.ServicesAt(*process))) continue;
    RETURN_IF_ERROR(sandboxes->OpenAt(process));
  }
  return sandboxes;
}

absl::Status Sandboxes::OpenAt(Endpoint* process) {
  operations::v1::OpenSandboxRequest request;
  for (const auto& [service, address] : peers_) (*request.mutable_peers())[service] = address;
  ASSIGN_OR_RETURN(
      const auto response,
      connection_.CallProcess(*process, &OperationsService::Stub::OpenSandbox, request));
  opened_.push_back({process, response.sandbox_id()});
  for (const std::string& service : connection_.ServicesAt(*process)) {
    peers_.emplace_back(service, response.address());
    if (service == "inventory") sandbox_addresses_.inventory = response.address();
    if (service == "shipments") sandbox_addresses_.shipments = response.address();
    if (service == "consumption") sandbox_addresses_.consumption = response.address();
    if (service == "impact") sandbox_addresses_.impact = response.address();
  }
  return absl::OkStatus();
}

Sandboxes::~Sandboxes() {
  for (auto opened = opened_.rbegin(); opened != opened_.rend(); ++opened) {
    operations::v1::CloseSandboxRequest request;
    request.set_sandbox_id(opened->sandbox_id);
    // One that cannot be closed now closes by itself after a while.
    connection_.CallProcess(*opened->process, &OperationsService::Stub::CloseSandbox, request)
        .status()
        .IgnoreError();
  }
}

}  // namespace milkway::cli
