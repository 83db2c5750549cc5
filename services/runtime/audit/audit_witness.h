// Who is told where the audit logs end, so that what is cut off them later is missed.

#ifndef MILKWAY_SERVICES_RUNTIME_AUDIT_AUDIT_WITNESS_H_
#define MILKWAY_SERVICES_RUNTIME_AUDIT_AUDIT_WITNESS_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "services/runtime/audit/audit_log.h"

namespace milkway::runtime {

// Thread-safe; may block.
class AuditWitness {
 public:
  struct Anchored {
    std::string name;  // of the log, as NameIn
    AuditHead head;
  };
  virtual ~AuditWitness() = default;

  // Tells where each log with rows ends now, unless that was told before. UNAVAILABLE if
  // the witness cannot be reached.
  virtual absl::StatusOr<std::vector<Anchored>> AnchorAll() = 0;
};

}  // namespace milkway::runtime

#endif  // MILKWAY_SERVICES_RUNTIME_AUDIT_AUDIT_WITNESS_H_
