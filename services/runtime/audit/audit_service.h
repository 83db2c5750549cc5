// AuditService: in every process, over the audit logs that its store holds.

#ifndef MILKWAY_SERVICES_RUNTIME_AUDIT_AUDIT_SERVICE_H_
#define MILKWAY_SERVICES_RUNTIME_AUDIT_AUDIT_SERVICE_H_

#include <atomic>

#include "absl/functional/function_ref.h"
#include "absl/status/statusor.h"
#include "milkway/operations/v1/audit.grpc.pb.h"
#include "services/runtime/audit/audit_convert.h"
#include "services/runtime/audit/audit_witness.h"
#include "services/runtime/handler.h"
#include "services/runtime/worker.h"

namespace milkway::runtime {

class AuditService final : public operations::v1::AuditService::CallbackService {
 public:
  // Checks and anchorings: one that is under way, for one thread does them all, and those
  // that wait.
  static constexpr int kTasksMax = 4;

  using Context = grpc::CallbackServerContext;
  using Reactor = grpc::ServerUnaryReactor;

  // `witness` may be null, where nobody can be told; it must outlive the service.
  AuditService(Handlers::Parts parts, AuditWitness* witness)
      : handlers_(std::move(parts)), witness_(witness) {}

  Reactor* ListAuditEntries(Context* context,
                            const operations::v1::ListAuditEntriesRequest* request,
                            operations::v1::ListAuditEntriesResponse* response) override;
  Reactor* VerifyAuditLog(Context* context, const operations::v1::VerifyAuditLogRequest* request,
                          operations::v1::VerifyAuditLogResponse* response) override;
  Reactor* AnchorAuditLog(Context* context, const operations::v1::AnchorAuditLogRequest* request,
                          operations::v1::AnchorAuditLogResponse* response) override;

  // Gives up checks that are under way.
  void Stop() { worker_.Stop(); }

 private:
  // Answers with what `work` gives on the worker, unless the caller has gone by then;
  // RESOURCE_EXHAUSTED if there are too many of them.
  template <typename Response, typename Work>
  void RunTask(const Context* context, const Call& call, Handlers::Finish<Response> finish,
               Work work);
  // `go_on` is asked now and then; false ends with CANCELLED.
  absl::StatusOr<operations::v1::VerifyAuditLogResponse> Verify(const AuditAnchors& anchors,
                                                                absl::FunctionRef<bool()> go_on);
  absl::StatusOr<operations::v1::AnchorAuditLogResponse> Anchor();

  Handlers handlers_;
  AuditWitness* const witness_;
  std::atomic<int> tasks_{0};
  Worker worker_;
};

}  // namespace milkway::runtime

#endif  // MILKWAY_SERVICES_RUNTIME_AUDIT_AUDIT_SERVICE_H_
