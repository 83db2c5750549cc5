// Questions about the audit logs, and answers, as the contract has them.

#ifndef MILKWAY_SERVICES_RUNTIME_AUDIT_AUDIT_CONVERT_H_
#define MILKWAY_SERVICES_RUNTIME_AUDIT_AUDIT_CONVERT_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "milkway/operations/v1/audit.pb.h"
#include "services/runtime/audit/audit_query.h"
#include "services/runtime/audit/audit_verify.h"

namespace milkway::runtime {

// INVALID_ARGUMENT naming from_us, to_us, method, ids or kind.
absl::StatusOr<AuditFilter> ParseAuditFilter(
    const operations::v1::ListAuditEntriesRequest& request);

// The logs asked for: all, or the one that `service` names. INVALID_ARGUMENT naming it.
absl::StatusOr<std::vector<AuditLog>> ParseAuditLogs(const std::string& service);

// The place of a page token's key, and back. INVALID_ARGUMENT naming page_token.
absl::StatusOr<AuditPlace> ParseAuditPlace(const std::string& key);
std::string KeyOf(const AuditPlace& place);

// INVALID_ARGUMENT naming anchors.
absl::StatusOr<AuditAnchors> ParseAuditAnchors(
    const operations::v1::VerifyAuditLogRequest& request);

operations::v1::AuditLogEntry ToMessage(const FoundEntry& found);
operations::v1::AuditAnchor ToMessage(const std::string& name, const AuditHead& head);
operations::v1::AuditVerdict ToMessage(const AuditFinding& finding);

}  // namespace milkway::runtime

#endif  // MILKWAY_SERVICES_RUNTIME_AUDIT_AUDIT_CONVERT_H_
