// Checking an audit log: every hash computed again.

#ifndef MILKWAY_SERVICES_RUNTIME_AUDIT_AUDIT_VERIFY_H_
#define MILKWAY_SERVICES_RUNTIME_AUDIT_AUDIT_VERIFY_H_

#include <cstdint>
#include <map>
#include <string>

#include "absl/functional/function_ref.h"
#include "absl/status/statusor.h"
#include "services/runtime/audit/audit_log.h"
#include "storage/store.h"

namespace milkway::runtime {

// What is found of a log.
struct AuditFinding {
  std::string name;  // of the log, as NameIn
  AuditHead head;
  uint64_t rows = 0;
  uint64_t anchored_position = 0;
  uint64_t first_bad_position = 0;  // 0: nothing is wrong
  std::string problem;              // empty: nothing is wrong
  int64_t anchors_confirmed = 0;
};

// By the names of logs, and by position: hashes.
using AuditAnchors = std::map<std::string, std::map<uint64_t, std::string>>;

// Reads the whole log. `anchors`: hashes that logs must have at some positions. A row that
// is missing, changed, in another order or not to be found by its ids is a finding, as is
// an end that is not where the log says. `go_on` is asked now and then; false ends with
// CANCELLED.
absl::StatusOr<AuditFinding> VerifyAuditLog(const storage::Reader& reader, const AuditLog& log,
                                            const AuditAnchors& anchors,
                                            absl::FunctionRef<bool()> go_on);

}  // namespace milkway::runtime

#endif  // MILKWAY_SERVICES_RUNTIME_AUDIT_AUDIT_VERIFY_H_
