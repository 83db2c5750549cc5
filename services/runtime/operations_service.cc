#include "services/runtime/operations_service.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "clients/cpp/server_address.h"
#include "clients/cpp/status_macros.h"
#include "services/runtime/backup.h"
#include "services/runtime/errors.h"
#include "services/runtime/metrics.h"

namespace milkway::runtime {

namespace {

namespace v1 = operations::v1;

constexpr int kPeersMax = 16;

absl::Status NoSandboxHere() {
  return Refuse(absl::StatusCode::kFailedPrecondition, "NO_SANDBOX_HERE",
                "a sandbox opens no sandboxes; ask the server itself");
}

// A sandbox listens on this machine, and through no socket that proves services.
absl::Status CheckSandboxAddress(absl::string_view field, const std::string& text) {
  const absl::StatusOr<clients::ServerAddress> address = clients::ParseServerAddress(text);
  if (address.ok() && !address->IsSocketFile() && address->IsLocal()) return absl::OkStatus();
  return InvalidField(field, "must be HOST:PORT of a sandbox on this machine: 127.0.0.1:40123");
}

}  // namespace

grpc::ServerUnaryReactor* OperationsService::GetServerInfo(grpc::CallbackServerContext* context,
                                                           const v1::GetServerInfoRequest* request,
                                                           v1::GetServerInfoResponse* response) {
  return handlers_.Query(
      context, request, response,
      [this](const storage::Reader&, const Call&) -> absl::StatusOr<v1::GetServerInfoResponse> {
        v1::GetServerInfoResponse info;
        info.set_version(facts_.version);
        for (const std::string& service : facts_.services) info.add_services(service);
        info.set_store_format(handlers_.parts().store->FormatVersion());
        info.set_started_us(facts_.started_us);
        return info;
      });
}

grpc::ServerUnaryReactor* OperationsService::GetMetrics(grpc::CallbackServerContext* context,
                                                        const v1::GetMetricsRequest* request,
                                                        v1::GetMetricsResponse* response) {
  return handlers_.Query(
      context, request, response,
      [this](const storage::Reader&, const Call&) -> absl::StatusOr<v1::GetMetricsResponse> {
        v1::GetMetricsResponse metrics;
        metrics.set_text(handlers_.parts().metrics->Text());
        return metrics;
      });
}

grpc::ServerUnaryReactor* OperationsService::CreateBackup(grpc::CallbackServerContext* context,
                                                          const v1::CreateBackupRequest* request,
                                                          v1::CreateBackupResponse* response) {
  return handlers_.Async(context, request, response,
                         [this](const Call& call, Handlers::Finish<v1::CreateBackupResponse> done) {
                           worker_.Run([this, &call, done = std::move(done)]() mutable {
                             std::move(done)(Backup(call));
                           });
                         });
}

absl::StatusOr<v1::CreateBackupResponse> OperationsService::Backup(const Call& call) {
  const std::string name =
      absl::FormatTime("%Y%m%dT%H%M%E6SZ", absl::FromUnixMicros(call.now_us), absl::UTCTimeZone());
  v1::CreateBackupResponse response;
  response.set_path(absl::StrCat(facts_.backup_folder, "/", name));
  absl::StatusOr<int64_t> bytes = WriteBackup(*handlers_.parts().store, response.path());
  if (!bytes.ok()) return bytes.status();
  response.set_bytes(*bytes);
  return response;
}

grpc::ServerUnaryReactor* OperationsService::OpenSandbox(grpc::CallbackServerContext* context,
                                                         const v1::OpenSandboxRequest* request,
                                                         v1::OpenSandboxResponse* response) {
  return handlers_.Async(
      context, request, response,
      [this, request](const Call&, Handlers::Finish<v1::OpenSandboxResponse> done) {
        worker_.Run(
            [this, request, done = std::move(done)]() mutable { std::move(done)(Open(*request)); });
      });
}

absl::StatusOr<v1::OpenSandboxResponse> OperationsService::Open(
    const v1::OpenSandboxRequest& request) {
  if (sandboxes_ == nullptr) return NoSandboxHere();
  if (request.peers_size() > kPeersMax) {
    return InvalidField("peers", absl::StrCat("must have at most ", kPeersMax, " entries"));
  }
  for (const auto& [name, address] : request.peers()) {
    RETURN_IF_ERROR(CheckSandboxAddress(absl::StrCat("peers[\"", name, "\"]"), address));
  }
  const std::map<std::string, std::string> peers(request.peers().begin(), request.peers().end());
  absl::StatusOr<SandboxHost::Sandbox> sandbox = sandboxes_->Open(peers);
  if (!sandbox.ok()) return sandbox.status();
  v1::OpenSandboxResponse response;
  response.set_sandbox_id(sandbox->id);
  response.set_address(sandbox->address);
  return response;
}

grpc::ServerUnaryReactor* OperationsService::CloseSandbox(grpc::CallbackServerContext* context,
                                                          const v1::CloseSandboxRequest* request,
                                                          v1::CloseSandboxResponse* response) {
  return handlers_.Async(
      context, request, response,
      [this, request](const Call&, Handlers::Finish<v1::CloseSandboxResponse> done) {
        worker_.Run([this, request, done = std::move(done)]() mutable {
          const absl::Status status =
              sandboxes_ == nullptr ? NoSandboxHere() : sandboxes_->Close(request->sandbox_id());
          if (!status.ok()) return std::move(done)(status);
          std::move(done)(v1::CloseSandboxResponse());
        });
      });
}

grpc::ServerUnaryReactor* OperationsService::GetSandboxKey(grpc::CallbackServerContext* context,
                                                           const v1::GetSandboxKeyRequest* request,
                                                           v1::GetSandboxKeyResponse* response) {
  // Not on the worker: processes that open sandboxes for each other would wait for each other.
  return handlers_.Query(context, request, response,
                         [this, request](const storage::Reader&,
                                         const Call&) -> absl::StatusOr<v1::GetSandboxKeyResponse> {
                           if (sandboxes_ == nullptr) return NoSandboxHere();
                           v1::GetSandboxKeyResponse answer;
                           ASSIGN_OR_RETURN(*answer.mutable_process_key(),
                                            sandboxes_->KeyOf(request->address()));
                           return answer;
                         });
}

}  // namespace milkway::runtime
