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

// A server takes twice as many, in 8 MiB.
constexpr int kAnchorsAtOnce = 50'000;

using Places = std::map<std::string, std::set<int64_t>>;

// Each place of a log once, if all say the same of it; one request at least.
std::vector<VerifyAuditLogRequest> ToRequests(const std::vector<proof::AuditLeaf>& leaves,
                                              Places* places,
                                              std::vector<std::string>* differences) {
  std::vector<VerifyAuditLogRequest> requests(1);
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
    if (requests.back().anchors_size() == kAnchorsAtOnce) requests.emplace_back();
    operations::v1::AuditAnchor& anchor = *requests.back().add_anchors();
    anchor.set_service(leaf.service);
    anchor.set_position(leaf.position);
    anchor.set_recorded_us(leaf.recorded_us);
    anchor.set_hash(leaf.hash);
  }
  return requests;
}

// What a further check of the same logs found is added to what the first did.
void AddVerdicts(const operations::v1::VerifyAuditLogResponse& more,
                 std::vector<AuditVerdict>* verdicts) {
  for (const AuditVerdict& verdict : more.verdicts()) {
    const auto known =
        std::find_if(verdicts->begin(), verdicts->end(), [&](const AuditVerdict& candidate) {
          return candidate.head().service() == verdict.head().service();
        });
    if (known == verdicts->end()) {
      verdicts->push_back(verdict);
      continue;
    }
    known->set_anchors_confirmed(known->anchors_confirmed() + verdict.anchors_confirmed());
    if (known->first_bad_position() != 0) continue;
    known->set_first_bad_position(verdict.first_bad_position());
    known->set_problem(verdict.problem());
  }
}

absl::StatusOr<std::vector<AuditVerdict>> AskProcess(
    Connection& connection, Endpoint& process, const std::vector<VerifyAuditLogRequest>& requests) {
  std::vector<AuditVerdict> verdicts;
  for (const VerifyAuditLogRequest& request : requests) {
    ASSIGN_OR_RETURN(const auto answer,
                     connection.CallProcess(process, &AuditService::Stub::VerifyAuditLog, request));
    AddVerdicts(answer, &verdicts);
  }
  return verdicts;
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
  Places places;
  const std::vector<VerifyAuditLogRequest> requests =
      ToRequests(leaves, &places, &check.differences);
  std::map<std::string, int64_t> confirmed;
  for (Endpoint* process : connection.Processes()) {
    ASSIGN_OR_RETURN(const auto verdicts, AskProcess(connection, *process, requests));
    for (const AuditVerdict& verdict : verdicts) {
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
