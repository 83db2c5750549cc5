#include "clients/cli/audit_check.h"

#include <algorithm>
#include <map>
#include <set>

#include "absl/strings/str_cat.h"
#include "clients/cli/pages.h"
#include "clients/cli/text.h"
#include "clients/cpp/status_macros.h"
#include "milkway/inventory/v1/log.grpc.pb.h"

namespace milkway::cli {

namespace {

using inventory::v1::LogService;
using operations::v1::AuditService;
using operations::v1::AuditVerdict;
using operations::v1::VerifyAuditLogRequest;

// Each place of a log once, if all say the same of it.
VerifyAuditLogRequest ToRequest(const std::vector<proof::AuditLeaf>& leaves,
                                std::map<std::string, std::set<int64_t>>* places,
                                std::vector<std::string>* differences) {
  VerifyAuditLogRequest request;
  std::map<std::pair<std::string, int64_t>, std::string> hashes;
  for (const proof::AuditLeaf& leaf : leaves) {
    const auto [known, is_new] = hashes.try_emplace({leaf.service, leaf.position}, leaf.hash);
    if (!is_new) {
      if (known->second != leaf.hash) {
        differences->push_back(absl::StrCat("the Merkle log knows two audit logs of ",
                                            Printable(leaf.service), " with other rows up to row ",
                                            leaf.position));
      }
      continue;
    }
    (*places)[leaf.service].insert(leaf.position);
    operations::v1::AuditAnchor& anchor = *request.add_anchors();
    anchor.set_service(leaf.service);
    anchor.set_position(leaf.position);
    anchor.set_recorded_us(leaf.recorded_us);
    anchor.set_hash(leaf.hash);
  }
  return request;
}

}  // namespace

absl::StatusOr<std::vector<proof::AuditLeaf>> ReadAuditLeaves(Connection& connection) {
  inventory::v1::ListLeavesRequest request;
  request.set_kind(inventory::v1::LEAF_KIND_AUDIT);
  ASSIGN_OR_RETURN(const auto leaves,
                   ListAll<inventory::v1::Leaf>(connection, &LogService::Stub::ListLeaves, request,
                                                &inventory::v1::ListLeavesResponse::leaves));
  std::vector<proof::AuditLeaf> parsed;
  for (const inventory::v1::Leaf& leaf : leaves) {
    const auto audit_leaf = proof::ParseAuditLeaf(leaf.canonical());
    if (!audit_leaf.ok()) {
      return absl::DataLossError(
          absl::StrCat("record ", leaf.position(), " of the log: ", audit_leaf.status().message()));
    }
    parsed.push_back(*audit_leaf);
  }
  return parsed;
}

absl::StatusOr<AuditCheck> CheckAuditLogs(Connection& connection,
                                          const std::vector<proof::AuditLeaf>& leaves) {
  AuditCheck check;
  std::map<std::string, std::set<int64_t>> places;
  const VerifyAuditLogRequest request = ToRequest(leaves, &places, &check.differences);
  std::map<std::string, int64_t> confirmed;
  for (Endpoint* process : connection.Processes()) {
    ASSIGN_OR_RETURN(
        const auto answer,
        connection.CallProcess(*process, &AuditService::Stub::VerifyAuditLog, request));
    for (const AuditVerdict& verdict : answer.verdicts()) {
      const std::string& service = verdict.head().service();
      check.verdicts.push_back(verdict);
      confirmed[service] = std::max(confirmed[service], verdict.anchors_confirmed());
      if (verdict.first_bad_position() == 0) continue;
      check.differences.push_back(absl::StrCat(
          "row ", verdict.first_bad_position(), " of the audit log of ", Printable(service), " at ",
          process->address, ": ", Printable(verdict.problem())));
    }
  }
  for (const auto& [service, positions] : places) {
    const int64_t missing = static_cast<int64_t>(positions.size()) - confirmed[service];
    check.confirmed += confirmed[service];
    if (missing <= 0) continue;
    check.differences.push_back(absl::StrCat("the Merkle log knows the audit log of ",
                                             Printable(service), " at ", positions.size(),
                                             " places up to row ", *positions.rbegin(),
                                             ", and no "
                                             "server shows it as it was at ",
                                             missing, " of them"));
  }
  return check;
}

}  // namespace milkway::cli
