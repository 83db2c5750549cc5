// Papers, and those of a purchase.

#ifndef MILKWAY_SERVICES_INVENTORY_DOCUMENTS_H_
#define MILKWAY_SERVICES_INVENTORY_DOCUMENTS_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "milkway/common/v1/document.pb.h"
#include "services/inventory/inventory_keys.h"
#include "storage/store.h"

namespace milkway::inventory {

inline constexpr int64_t kPurchaseDocumentsMax = 200;

// INVALID_ARGUMENT names the field from the message given on.
absl::StatusOr<rec::DocumentRecord> ParseDocument(const common::v1::Document& message);
common::v1::Document ToMessage(const rec::DocumentRecord& document);

// Adds a paper to a purchase; the same one again is OK.
//   NOT_FOUND           PURCHASE_UNKNOWN
//   ALREADY_EXISTS      DOCUMENT_EXISTS
//   RESOURCE_EXHAUSTED  DOCUMENTS_FULL
absl::Status AttachDocument(storage::Transaction& transaction, const std::string& purchase_id,
                            const rec::DocumentRecord& document);

// NOT_FOUND (DOCUMENT_UNKNOWN).
absl::Status CheckDocument(const storage::Reader& reader, const std::string& purchase_id,
                           const std::string& document_id);

// In order of their ids.
absl::StatusOr<std::vector<rec::DocumentRecord>> DocumentsOf(const storage::Reader& reader,
                                                             const std::string& purchase_id);

}  // namespace milkway::inventory

#endif  // MILKWAY_SERVICES_INVENTORY_DOCUMENTS_H_
