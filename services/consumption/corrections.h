// Correcting a distribution: checked and reserved first, stored once the ledger has
// posted reversal and replacement. Each function is a part of a transaction.

#ifndef MILKWAY_SERVICES_CONSUMPTION_CORRECTIONS_H_
#define MILKWAY_SERVICES_CONSUMPTION_CORRECTIONS_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "services/consumption/consumption_keys.h"
#include "services/consumption/distribution.h"
#include "services/consumption/recording.h"
#include "services/consumption/schools.h"
#include "services/runtime/once.h"
#include "storage/store.h"

namespace milkway::consumption {

// What is to stand instead of a distribution.
struct Correction {
  runtime::RequestId request_id;
  std::string school_id;
  int64_t distribution_id = 0;
  std::vector<DistributionLine> lines;  // none: it never happened
  Attendance attendance;
  std::string reason;
  std::string discrepancy_reason;
  std::string fefo_override_reason;
  int32_t seen_revision = 0;  // 0: whatever stands
  std::string recorded_by;
  AgeLimit age_limit;
};

// The distribution, if it is one of the school's. NOT_FOUND (DISTRIBUTION_UNKNOWN).
absl::StatusOr<rec::DistributionRecord> ReadDistribution(const storage::Reader& reader,
                                                         const std::string& school_id,
                                                         uint32_t school_number,
                                                         int64_t distribution_id);

// Checks a correction and reserves the distribution for it. The note of its incident is not
// kept if a child of it is erased, or if it is one of the same children as the incident that
// stands, whose note is gone. Refused with, in this
// order: SCHOOL_UNKNOWN, DISTRIBUTION_UNKNOWN, CORRECTION_UNDER_WAY,
// DISTRIBUTION_WITHDRAWN, RECORD_TOO_OLD, TOO_MANY_REVISIONS (200), REVISION_CHANGED, and
// what CheckChildren says.
absl::StatusOr<rec::PendingCorrectionRecord> ReserveCorrection(storage::Transaction& transaction,
                                                               SchoolCache& schools,
                                                               const Correction& correction);

// The ledger took it: a new revision stands, and the sums follow. Returns its number.
absl::StatusOr<int32_t> StoreCorrection(storage::Transaction& transaction,
                                        const rec::PendingCorrectionRecord& pending,
                                        const PostedMilk& posted);

// The ledger refused it: the distribution stands as before.
absl::Status ReleaseCorrection(storage::Transaction& transaction,
                               const rec::PendingCorrectionRecord& pending);

}  // namespace milkway::consumption

#endif  // MILKWAY_SERVICES_CONSUMPTION_CORRECTIONS_H_
