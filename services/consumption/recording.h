// Recording a distribution: checked and reserved first, stored once the ledger has
// taken its milk. Each function is a part of a transaction.

#ifndef MILKWAY_SERVICES_CONSUMPTION_RECORDING_H_
#define MILKWAY_SERVICES_CONSUMPTION_RECORDING_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "services/consumption/consumption_keys.h"
#include "services/consumption/distribution.h"
#include "services/consumption/schools.h"
#include "services/runtime/call.h"
#include "services/runtime/once.h"
#include "storage/store.h"

namespace milkway::consumption {

// How old a day may be that somebody records: a term and the holidays after it, for all
// but the administration.
struct AgeLimit {
  static constexpr int32_t kDaysMax = 200;

  std::optional<int64_t> now_us;  // absent: any day, for the administration

  // OK, or FAILED_PRECONDITION (RECORD_TOO_OLD).
  absl::Status Check(LocalDate on, absl::string_view time_zone) const;
};

AgeLimit AgeLimitOf(const runtime::Call& call);

// OK if the children of a record were there, and those who were served may be:
//   what Roster::CheckServed says, for those of an incident but that they are excluded;
//   INVALID_ARGUMENT  one of an incident is not excluded.
absl::Status CheckChildren(const Roster& roster, const std::string& school_id, LocalDate on,
                           const std::vector<DistributionLine>& lines,
                           const Attendance& attendance);

// A class record as somebody sends it.
struct Recording {
  Distribution distribution;
  runtime::RequestId request_id;
  runtime::BodyHash hash{};
  std::string discrepancy_reason;
  std::string fefo_override_reason;
  std::string recorded_by;
  AgeLimit age_limit;
};

// What the ledger made of a distribution.
struct PostedMilk {
  int64_t position = 0;
  int64_t recorded_us = 0;
};

struct Recorded {
  int64_t distribution_id = 0;
  int32_t served_twice_count = 0;
};

// Checks a distribution and reserves its class, day and session for the intent
// that posts it. Refused with, in this order:
//   NOT_FOUND            SCHOOL_UNKNOWN
//   INVALID_ARGUMENT     distribution.served_at is not on served_on, or
//                        distribution.served_on is no day that the ledger can have
//   FAILED_PRECONDITION  RECORD_TOO_OLD
//   ALREADY_EXISTS       DISTRIBUTION_RECORDED
//   ABORTED              DISTRIBUTION_UNDER_WAY
//   and what CheckChildren says.
absl::StatusOr<rec::PendingRecord> ReserveDistribution(storage::Transaction& transaction,
                                                       SchoolCache& schools,
                                                       const Recording& recording,
                                                       uint64_t intent_id);

// The ledger took it: stores the distribution and adds it to the sums.
absl::StatusOr<Recorded> StoreDistribution(storage::Transaction& transaction,
                                           const rec::PendingRecord& pending,
                                           const PostedMilk& posted);

// The ledger refused it: class, day and session are free again.
absl::Status ReleaseDistribution(storage::Transaction& transaction,
                                 const rec::PendingRecord& pending);

}  // namespace milkway::consumption

#endif  // MILKWAY_SERVICES_CONSUMPTION_RECORDING_H_
