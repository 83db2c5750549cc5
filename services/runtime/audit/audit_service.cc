#include "services/runtime/audit/audit_service.h"

#include <utility>
#include <vector>

#include "clients/cpp/status_macros.h"
#include "services/runtime/page.h"

namespace milkway::runtime {

namespace v1 = operations::v1;

AuditService::Reactor* AuditService::ListAuditEntries(Context* context,
                                                      const v1::ListAuditEntriesRequest* request,
                                                      v1::ListAuditEntriesResponse* response) {
  return handlers_.Query(
      context, request, response,
      [request](const storage::Reader& reader,
                const Call&) -> absl::StatusOr<v1::ListAuditEntriesResponse> {
        ASSIGN_OR_RETURN(const AuditFilter filter, ParseAuditFilter(*request));
        ASSIGN_OR_RETURN(const std::vector<AuditLog> logs, ParseAuditLogs(request->service()));
        ASSIGN_OR_RETURN(const PageRequest asked, ParsePage(*request));
        ASSIGN_OR_RETURN(const AuditPlace before, ParseAuditPlace(asked.after_key));
        ASSIGN_OR_RETURN(const AuditPage page,
                         FindAuditEntries(reader, logs, filter, before, asked.size));
        v1::ListAuditEntriesResponse answer;
        for (const FoundEntry& found : page.entries) *answer.add_entries() = ToMessage(found);
        if (page.before.has_value()) {
          answer.set_next_page_token(NextPageToken(*request, KeyOf(*page.before)));
        }
        return answer;
      });
}

AuditService::Reactor* AuditService::VerifyAuditLog(Context* context,
                                                    const v1::VerifyAuditLogRequest* request,
                                                    v1::VerifyAuditLogResponse* response) {
  using Response = v1::VerifyAuditLogResponse;
  return handlers_.Async(
      context, request, response, [this, request](const Call&, Handlers::Finish<Response> finish) {
        absl::StatusOr<AuditAnchors> anchors = ParseAuditAnchors(*request);
        if (!anchors.ok()) return std::move(finish)(anchors.status());
        worker_.Run([this, anchors = *std::move(anchors), finish = std::move(finish)]() mutable {
          std::move(finish)(Verify(anchors));
        });
      });
}

absl::StatusOr<v1::VerifyAuditLogResponse> AuditService::Verify(const AuditAnchors& anchors) {
  const std::shared_ptr<const storage::Snapshot> snapshot = handlers_.parts().store->NewSnapshot();
  v1::VerifyAuditLogResponse answer;
  for (const ServiceTag service : kServiceTags) {
    const AuditLog log(service);
    ASSIGN_OR_RETURN(
        const AuditFinding finding,
        runtime::VerifyAuditLog(*snapshot, log, anchors, [this] { return !worker_.IsStopping(); }));
    const bool is_kept_here =
        finding.head.position > 0 || finding.anchored_position > 0 || finding.rows > 0;
    if (is_kept_here) *answer.add_verdicts() = ToMessage(finding);
  }
  return answer;
}

AuditService::Reactor* AuditService::AnchorAuditLog(Context* context,
                                                    const v1::AnchorAuditLogRequest* request,
                                                    v1::AnchorAuditLogResponse* response) {
  using Response = v1::AnchorAuditLogResponse;
  return handlers_.Async(
      context, request, response, [this](const Call&, Handlers::Finish<Response> finish) {
        worker_.Run([this, finish = std::move(finish)]() mutable { std::move(finish)(Anchor()); });
      });
}

absl::StatusOr<v1::AnchorAuditLogResponse> AuditService::Anchor() {
  if (witness_ == nullptr) {
    return absl::FailedPreconditionError(
        "this server tells no Merkle log of its audit logs; ask the server that it is a copy of");
  }
  ASSIGN_OR_RETURN(const std::vector<AuditWitness::Anchored> all, witness_->AnchorAll());
  v1::AnchorAuditLogResponse answer;
  for (const AuditWitness::Anchored& anchored : all) {
    *answer.add_anchors() = ToMessage(anchored.name, anchored.head);
  }
  return answer;
}

}  // namespace milkway::runtime
