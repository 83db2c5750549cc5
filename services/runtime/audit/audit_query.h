// Finding entries in the audit logs of a store.

#ifndef MILKWAY_SERVICES_RUNTIME_AUDIT_AUDIT_QUERY_H_
#define MILKWAY_SERVICES_RUNTIME_AUDIT_AUDIT_QUERY_H_

#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "services/runtime/audit/audit_log.h"
#include "services/runtime/service_tag.h"
#include "storage/store.h"

namespace milkway::runtime {

struct AuditFilter {
  struct Id {
    std::string name;  // empty: in any field
    std::string value;
  };

  int64_t from_us = 0;
  int64_t to_us = std::numeric_limits<int64_t>::max();  // not included
  std::string caller_id;                                // or on whose behalf; empty: whoever
  std::string method;   // the start of its full name, or of its own name
  std::vector<Id> ids;  // all of them
  AuditKind kind = records::v1::AUDIT_KIND_UNSPECIFIED;  // unspecified: all
};

// Whether the entry is one of those asked for.
bool Matches(const AuditFilter& filter, const AuditEntry& entry);

// A place among the entries of all logs, which are in order of time, then of service.
struct AuditPlace {
  int64_t recorded_us = std::numeric_limits<int64_t>::max();
  ServiceTag service = ServiceTag::kRuntime;
  friend bool operator==(const AuditPlace&, const AuditPlace&) = default;
  friend auto operator<=>(const AuditPlace&, const AuditPlace&) = default;
};

struct FoundEntry {
  ServiceTag service = ServiceTag::kRuntime;
  AuditEntry entry;
  std::string hash;

  AuditPlace place() const { return {entry.recorded_us(), service}; }
};

struct AuditPage {
  std::vector<FoundEntry> entries;   // the newest first
  std::optional<AuditPlace> before;  // where the next page goes on; none: it is the last
};

// The newest entries of `logs` before a place. Looks at a bounded number of rows: a page
// may have fewer entries than `size`, or none, and still not be the last. DATA_LOSS if a
// row that it looks at says another place or time than it has.
absl::StatusOr<AuditPage> FindAuditEntries(const storage::Reader& reader,
                                           absl::Span<const AuditLog> logs,
                                           const AuditFilter& filter, const AuditPlace& before,
                                           size_t size);

}  // namespace milkway::runtime

#endif  // MILKWAY_SERVICES_RUNTIME_AUDIT_AUDIT_QUERY_H_
