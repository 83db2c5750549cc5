// Donors: what staff keep of who gives.

#ifndef MILKWAY_SERVICES_IMPACT_DONORS_H_
#define MILKWAY_SERVICES_IMPACT_DONORS_H_

#include <string>

#include "absl/status/statusor.h"
#include "services/impact/impact_keys.h"
#include "services/runtime/call.h"
#include "storage/store.h"

namespace milkway::impact {

struct Donor {
  std::string donor_id;
  std::string display_name;
  std::string language;  // "en", "zh" or empty
  bool anonymous = false;
  std::string etag;  // of what it replaces; empty: there is none
};

std::string EtagOf(const rec::DonorRecord& donor);

// Records a donor, or replaces one. FAILED_PRECONDITION (DONOR_CHANGED) if the etag is
// not that of what is stored.
absl::StatusOr<rec::DonorRecord> PutDonor(storage::Transaction& transaction, const Donor& donor,
                                          const runtime::Call& call);

// NOT_FOUND (DONOR_UNKNOWN).
absl::StatusOr<rec::DonorRecord> ReadDonor(const storage::Reader& reader,
                                           const std::string& donor_id);

}  // namespace milkway::impact

#endif  // MILKWAY_SERVICES_IMPACT_DONORS_H_
