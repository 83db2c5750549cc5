// OperationsService: in every process, whichever services it runs.

#ifndef MILKWAY_SERVICES_RUNTIME_OPERATIONS_SERVICE_H_
#define MILKWAY_SERVICES_RUNTIME_OPERATIONS_SERVICE_H_

#include <map>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "milkway/operations/v1/operations.grpc.pb.h"
#include "services/runtime/handler.h"
#include "services/runtime/worker.h"

namespace milkway::runtime {

// Opens and closes throwaway copies of the process. Thread-safe; may block.
class SandboxHost {
 public:
  struct Sandbox {
    std::string id;
    std::string address;  // HOST:PORT
  };
  virtual ~SandboxHost() = default;
  // `peers`: HOST:PORT by service name, for services that this process does not run. Errors
  // as the contract has them.
  virtual absl::StatusOr<Sandbox> Open(const std::map<std::string, std::string>& peers) = 0;
  virtual absl::Status Close(const std::string& id) = 0;
  // By which the sandbox that listens at `address` knows services. NOT_FOUND
  // (SANDBOX_UNKNOWN) if there is none.
  virtual absl::StatusOr<std::string> KeyOf(const std::string& address) = 0;
};

class OperationsService final : public operations::v1::OperationsService::CallbackService {
 public:
  struct Facts {
    std::string version;
    std::vector<std::string> services;  // in alphabetical order
    int64_t started_us = 0;
    std::string backup_folder;  // where backups are written
  };

  // `sandboxes` may be null: a sandbox has none of its own. All must outlive the
  // service.
  OperationsService(Handlers::Parts parts, Facts facts, SandboxHost* sandboxes)
      : handlers_(parts), facts_(std::move(facts)), sandboxes_(sandboxes) {}

  grpc::ServerUnaryReactor* GetServerInfo(grpc::CallbackServerContext* context,
                                          const operations::v1::GetServerInfoRequest* request,
                                          operations::v1::GetServerInfoResponse* response) override;
  grpc::ServerUnaryReactor* GetMetrics(grpc::CallbackServerContext* context,
                                       const operations::v1::GetMetricsRequest* request,
                                       operations::v1::GetMetricsResponse* response) override;
  grpc::ServerUnaryReactor* CreateBackup(grpc::CallbackServerContext* context,
                                         const operations::v1::CreateBackupRequest* request,
                                         operations::v1::CreateBackupResponse* response) override;
  grpc::ServerUnaryReactor* OpenSandbox(grpc::CallbackServerContext* context,
                                        const operations::v1::OpenSandboxRequest* request,
                                        operations::v1::OpenSandboxResponse* response) override;
  grpc::ServerUnaryReactor* CloseSandbox(grpc::CallbackServerContext* context,
                                         const operations::v1::CloseSandboxRequest* request,
                                         operations::v1::CloseSandboxResponse* response) override;
  grpc::ServerUnaryReactor* GetSandboxKey(grpc::CallbackServerContext* context,
                                          const operations::v1::GetSandboxKeyRequest* request,
                                          operations::v1::GetSandboxKeyResponse* response) override;

 private:
  absl::StatusOr<operations::v1::CreateBackupResponse> Backup(const Call& call);
  absl::StatusOr<operations::v1::OpenSandboxResponse> Open(
      const operations::v1::OpenSandboxRequest& request);

  Handlers handlers_;
  const Facts facts_;
  SandboxHost* sandboxes_;
  Worker worker_;
};

}  // namespace milkway::runtime

#endif  // MILKWAY_SERVICES_RUNTIME_OPERATIONS_SERVICE_H_
