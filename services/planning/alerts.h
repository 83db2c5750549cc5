// Alerts on disk: they open and close by what evaluations find.
//
// A problem is (kind, subject). The first time it is found an alert opens; while it is
// found again the alert keeps its id; when an evaluation that looked everywhere does not
// find it the alert closes. Every change is an event, numbered by time.

#ifndef MILKWAY_SERVICES_PLANNING_ALERTS_H_
#define MILKWAY_SERVICES_PLANNING_ALERTS_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "services/planning/findings.h"
#include "services/planning/planning_keys.h"
#include "services/runtime/call.h"
#include "storage/store.h"

namespace milkway::planning {

inline constexpr size_t kCloseRowsMax = 500;

struct AlertCounts {
  int64_t opened = 0;
  int64_t closed = 0;
};

// What a finding does: opens its alert, or keeps it open with the new numbers.
absl::Status ApplyFinding(storage::Transaction& transaction, const Finding& finding, int64_t pass,
                          int64_t now_us, AlertCounts* counts);

// Closes alerts of `kind` that are open but were not found by `pass`, looking at up to
// kCloseRowsMax problems after `*after_subject`, which it moves on. True when it has
// come to the end.
absl::StatusOr<bool> CloseUnseen(storage::Transaction& transaction, v1::AlertKind kind,
                                 int64_t pass, int64_t now_us, std::string* after_subject,
                                 AlertCounts* counts);

// NOT_FOUND (ALERT_UNKNOWN).
absl::StatusOr<rec::AlertRecord> ReadAlert(const storage::Reader& reader,
                                           const std::string& alert_id);

// Of an open alert; ALERT_UNKNOWN, ALERT_CLOSED.
absl::StatusOr<rec::AlertRecord> AcknowledgeAlert(storage::Transaction& transaction,
                                                  const std::string& alert_id,
                                                  const std::string& note,
                                                  const runtime::Call& call);
absl::StatusOr<rec::AlertRecord> SnoozeAlert(storage::Transaction& transaction,
                                             const std::string& alert_id, int64_t until_us,
                                             const std::string& note, const runtime::Call& call);

// The number of the last event; 0: there is none.
absl::StatusOr<int64_t> LastEvent(const storage::Reader& reader);

// How many alerts are open.
absl::StatusOr<int64_t> CountOpen(const storage::Reader& reader);

}  // namespace milkway::planning

#endif  // MILKWAY_SERVICES_PLANNING_ALERTS_H_
