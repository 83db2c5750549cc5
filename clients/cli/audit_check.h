// The audit logs of all servers against the inventory's Merkle log.

#ifndef MILKWAY_CLIENTS_CLI_AUDIT_CHECK_H_
#define MILKWAY_CLIENTS_CLI_AUDIT_CHECK_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "clients/cli/connection.h"
#include "clients/verify/audit_leaf.h"
#include "milkway/operations/v1/audit.grpc.pb.h"

namespace milkway::cli {

struct AuditCheck {
  // Of every log at every server, in the order of the servers.
  std::vector<operations::v1::AuditVerdict> verdicts;
  int64_t confirmed = 0;                 // leaves of the Merkle log that hold
  std::vector<std::string> differences;  // a sentence each
};

// The leaves of the Merkle log that tell where audit logs ended.
absl::StatusOr<std::vector<proof::AuditLeaf>> ReadAuditLeaves(Connection& connection);

// Has every server compute its audit logs again and compare them with `leaves`. A leaf
// that no server can confirm is a difference, as is whatever a server finds.
absl::StatusOr<AuditCheck> CheckAuditLogs(Connection& connection,
                                          const std::vector<proof::AuditLeaf>& leaves);

}  // namespace milkway::cli

#endif  // MILKWAY_CLIENTS_CLI_AUDIT_CHECK_H_
