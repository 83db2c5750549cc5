#include "services/impact/donors.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "clients/cpp/status_macros.h"
#include "services/impact/impact_errors.h"

namespace milkway::impact {

std::string EtagOf(const rec::DonorRecord& donor) { return absl::StrCat(donor.version()); }

absl::StatusOr<rec::DonorRecord> PutDonor(storage::Transaction& transaction, const Donor& donor,
                                          const runtime::Call& call) {
  ASSIGN_OR_RETURN(const auto replaced, DonorTable::Find(transaction, donor.donor_id));
  const std::string etag = replaced.has_value() ? EtagOf(*replaced) : "";
  if (donor.etag != etag) return DonorChanged(donor.donor_id);
  rec::DonorRecord record;
  record.set_display_name(donor.display_name);
  record.set_language(donor.language);
  record.set_anonymous(donor.anonymous);
  record.set_version(replaced.has_value() ? replaced->version() + 1 : 1);
  record.set_recorded_by(call.caller.id);
  record.set_recorded_us(call.now_us);
  RETURN_IF_ERROR(DonorTable::Put(transaction, record, donor.donor_id));
  return record;
}

absl::StatusOr<rec::DonorRecord> ReadDonor(const storage::Reader& reader,
                                           const std::string& donor_id) {
  ASSIGN_OR_RETURN(auto donor, DonorTable::Find(reader, donor_id));
  if (!donor.has_value()) return DonorUnknown(donor_id);
  return *std::move(donor);
}

}  // namespace milkway::impact
