#include "services/accounts/organisations.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "clients/cpp/status_macros.h"
#include "services/accounts/accounts_errors.h"

namespace milkway::accounts {

namespace {

absl::StatusOr<rec::OrganisationRecord> Put(storage::Transaction& transaction,
                                            const Organisation& organisation, int64_t version,
                                            const runtime::Call& call) {
  rec::OrganisationRecord record;
  record.set_name(organisation.name);
  record.set_country(organisation.country);
  record.set_version(version);
  record.set_changed_by(call.caller.id);
  record.set_changed_us(call.now_us);
  RETURN_IF_ERROR(OrganisationTable::Put(transaction, record, organisation.organisation_id));
  return record;
}

}  // namespace

std::string EtagOf(const rec::OrganisationRecord& organisation) {
  return absl::StrCat(organisation.version());
}

absl::StatusOr<rec::OrganisationRecord> ReadOrganisation(const storage::Reader& reader,
                                                         const std::string& organisation_id) {
  ASSIGN_OR_RETURN(auto organisation, OrganisationTable::Find(reader, organisation_id));
  if (!organisation.has_value()) {
    return OrganisationUnknown(absl::StatusCode::kNotFound, organisation_id);
  }
  return *std::move(organisation);
}

absl::StatusOr<rec::OrganisationRecord> CreateOrganisation(storage::Transaction& transaction,
                                                           const Organisation& organisation,
                                                           const runtime::Call& call) {
  ASSIGN_OR_RETURN(const auto taken,
                   OrganisationTable::Find(transaction, organisation.organisation_id));
  if (taken.has_value()) return OrganisationExists(organisation.organisation_id);
  return Put(transaction, organisation, 1, call);
}

absl::StatusOr<rec::OrganisationRecord> UpdateOrganisation(storage::Transaction& transaction,
                                                           const Organisation& organisation,
                                                           const runtime::Call& call) {
  ASSIGN_OR_RETURN(const rec::OrganisationRecord before,
                   ReadOrganisation(transaction, organisation.organisation_id));
  if (organisation.etag != EtagOf(before)) {
    return OrganisationChanged(organisation.organisation_id);
  }
  return Put(transaction, organisation, before.version() + 1, call);
}

}  // namespace milkway::accounts
