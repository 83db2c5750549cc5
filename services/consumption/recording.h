// Recording a distribution: checked and reserved first, stored once the ledger has
// taken its milk. Each function is a part of a transaction.

#ifndef MILKWAY_SERVICES_CONSUMPTION_RECORDING_H_
#define MILKWAY_SERVICES_CONSUMPTION_RECORDING_H_

#include <cstdint>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "services/consumption/consumption_keys.h"
#include "services/consumption/distribution.h"
#include "services/consumption/schools.h"
#include "services/runtime/once.h"
#include "storage/store.h"

namespace milkway::consumption {

// A class record as somebody sends it.
struct Recording {
  Distribution distribution;
  runtime::RequestId request_id;
  runtime::BodyHash hash{};
  std::string discrepancy_reason;
  std::string fefo_override_reason;
  std::string recorded_by;
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
//   ALREADY_EXISTS       DISTRIBUTION_RECORDED
//   ABORTED              DISTRIBUTION_UNDER_WAY
//   and what Roster::CheckServed says.
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

// The sums of a school's day, from the distributions that stand.
absl::Status RecomputeDay(storage::Transaction& transaction, uint32_t school_number, LocalDate day);

}  // namespace milkway::consumption

#endif  // MILKWAY_SERVICES_CONSUMPTION_RECORDING_H_
