// Whom to call at a place. Places are written once; their contacts change.

#ifndef MILKWAY_SERVICES_INVENTORY_CONTACTS_H_
#define MILKWAY_SERVICES_INVENTORY_CONTACTS_H_

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "google/protobuf/repeated_ptr_field.h"
#include "milkway/inventory/v1/catalog.pb.h"
#include "services/inventory/inventory_keys.h"
#include "storage/store.h"

namespace milkway::inventory {

using ContactMessages = google::protobuf::RepeatedPtrField<v1::Contact>;

// INVALID_ARGUMENT names the field from "contacts" on.
absl::StatusOr<rec::ContactsRecord> ParseContacts(const ContactMessages& messages);
ContactMessages ToMessages(const rec::ContactsRecord& record);

// Replaces the contacts of a place. NOT_FOUND (LOCATION_UNKNOWN).
absl::Status SetContacts(storage::Transaction& transaction, const std::string& location_id,
                         const rec::ContactsRecord& contacts);

// Without any where none are known. NOT_FOUND (LOCATION_UNKNOWN).
absl::StatusOr<rec::ContactsRecord> ReadContacts(const storage::Reader& reader,
                                                 const std::string& location_id);

}  // namespace milkway::inventory

#endif  // MILKWAY_SERVICES_INVENTORY_CONTACTS_H_
