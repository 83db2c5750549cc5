// Organisations: where people belong.

#ifndef MILKWAY_SERVICES_ACCOUNTS_ORGANISATIONS_H_
#define MILKWAY_SERVICES_ACCOUNTS_ORGANISATIONS_H_

#include <string>

#include "absl/status/statusor.h"
#include "services/accounts/accounts_keys.h"
#include "services/runtime/call.h"
#include "storage/store.h"

namespace milkway::accounts {

struct Organisation {
  std::string organisation_id;
  std::string name;
  std::string country;  // ISO 3166 code or empty
  std::string etag;     // of what it replaces; empty: there is none
};

std::string EtagOf(const rec::OrganisationRecord& organisation);

// NOT_FOUND (ORGANISATION_UNKNOWN).
absl::StatusOr<rec::OrganisationRecord> ReadOrganisation(const storage::Reader& reader,
                                                         const std::string& organisation_id);

// ALREADY_EXISTS (ORGANISATION_EXISTS).
absl::StatusOr<rec::OrganisationRecord> CreateOrganisation(storage::Transaction& transaction,
                                                           const Organisation& organisation,
                                                           const runtime::Call& call);

// NOT_FOUND (ORGANISATION_UNKNOWN), FAILED_PRECONDITION (ORGANISATION_CHANGED).
absl::StatusOr<rec::OrganisationRecord> UpdateOrganisation(storage::Transaction& transaction,
                                                           const Organisation& organisation,
                                                           const runtime::Call& call);

}  // namespace milkway::accounts

#endif  // MILKWAY_SERVICES_ACCOUNTS_ORGANISATIONS_H_
