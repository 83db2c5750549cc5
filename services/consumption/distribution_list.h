// Pages of class records.

#ifndef MILKWAY_SERVICES_CONSUMPTION_DISTRIBUTION_LIST_H_
#define MILKWAY_SERVICES_CONSUMPTION_DISTRIBUTION_LIST_H_

#include <cstdint>

#include "absl/status/status.h"
#include "milkway/consumption/v1/distributions.pb.h"
#include "storage/store.h"

namespace milkway::consumption {

// Adds a page of records of a school, in order of day, class and session, of one session
// those withdrawn first. A page counts records, so it may end within a session, and ends
// early at 2 MiB.
absl::Status AddPage(const storage::Reader& reader, uint32_t school_number,
                     const v1::ListDistributionsRequest& request,
                     v1::ListDistributionsResponse* response);

}  // namespace milkway::consumption

#endif  // MILKWAY_SERVICES_CONSUMPTION_DISTRIBUTION_LIST_H_
