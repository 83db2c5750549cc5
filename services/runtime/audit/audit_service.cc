#include "services/runtime/audit/audit_service.h"

#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "clients/cpp/status_macros.h"
#include "services/runtime/errors.h"
#include "services/runtime/page.h"

namespace milkway::runtime {

namespace v1 = operations::v1;

namespace {

absl::Status TooManyTasks(int max) {
  return Refuse(absl::StatusCode::kResourceExhausted, "AUDIT_TASKS_MAX",
                absl::StrCat(max,
                             " checks or anchorings of the audit logs are under way or wait; "
                             "wait for one of them to end"));
}

}  // namespace

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

template <typename Response, typename Work>
void AuditService::RunTask(const Context* context, const Call& call,
                           Handlers::Finish<Response> finish, Work work) {
  if (++tasks_ > kTasksMax) {
    --tasks_;
    return std::move(finish)(TooManyTasks(kTasksMax));
  }
  worker_.Run([this, context, &call, work = std::move(work), finish = std::move(finish)]() mutable {
    absl::StatusOr<Response> answer = absl::CancelledError("the caller has gone");
    if (!context->IsCancelled()) {
      const CallOfThread scope(&call);
      answer = work();
    }
    --tasks_;
    std::move(finish)(std::move(answer));
  });
}

AuditService::Reactor* AuditService::VerifyAuditLog(Context* context,
                                                    const v1::VerifyAuditLogRequest* request,
                                                    v1::VerifyAuditLogResponse* response) {
  using Finish = Handlers::Finish<v1::VerifyAuditLogResponse>;
  return handlers_.Async(
      context, request, response, [this, context, request](const Call& call, Finish finish) {
        absl::StatusOr<AuditAnchors> anchors = ParseAuditAnchors(*request);
        if (!anchors.ok()) return std::move(finish)(anchors.status());
        RunTask(context, call, std::move(finish), [this, context, anchors = *std::move(anchors)] {
          return Verify(anchors, [this, context] {
            return !worker_.IsStopping() && !context->IsCancelled();
          });
        });
      });
}

absl::StatusOr<v1::VerifyAuditLogResponse> AuditService::Verify(const AuditAnchors& anchors,
                                                                absl::FunctionRef<bool()> go_on) {
  const std::shared_ptr<const storage::Snapshot> snapshot = handlers_.parts().store->NewSnapshot();
  v1::VerifyAuditLogResponse answer;
  for (const ServiceTag service : kServiceTags) {
    const AuditLog log(service);
    ASSIGN_OR_RETURN(const AuditFinding finding,
                     runtime::VerifyAuditLog(*snapshot, log, anchors, go_on));
    const bool is_kept_here =
        finding.head.position > 0 || finding.anchored_position > 0 || finding.rows > 0;
    if (is_kept_here) *answer.add_verdicts() = ToMessage(finding);
  }
  return answer;
}

AuditService::Reactor* AuditService::AnchorAuditLog(Context* context,
                                                    const v1::AnchorAuditLogRequest* request,
                                                    v1::AnchorAuditLogResponse* response) {
  using Finish = Handlers::Finish<v1::AnchorAuditLogResponse>;
  return handlers_.Async(context, request, response,
                         [this, context](const Call& call, Finish finish) {
                           RunTask(context, call, std::move(finish), [this] { return Anchor(); });
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
