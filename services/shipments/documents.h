// The papers of a shipment.

#ifndef MILKWAY_SERVICES_SHIPMENTS_DOCUMENTS_H_
#define MILKWAY_SERVICES_SHIPMENTS_DOCUMENTS_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "services/shipments/changes.h"
#include "services/shipments/shipments_keys.h"
#include "storage/store.h"

namespace milkway::shipments {

inline constexpr int64_t kDocumentsMax = 100;  // of one shipment

struct DocumentOnRecord {
  std::string document_id;
  rec::DocumentRecord record;
};

// Adds a paper. `document` says all but who recorded it and when. The same again is OK.
//   NOT_FOUND            SHIPMENT_UNKNOWN
//   ALREADY_EXISTS       DOCUMENT_EXISTS
//   FAILED_PRECONDITION  SHIPMENT_CANCELLED, SHIPMENT_FULL
absl::Status AttachDocument(storage::Transaction& transaction, const std::string& shipment_id,
                            const DocumentOnRecord& document, const Actor& actor);

// NOT_FOUND (DOCUMENT_UNKNOWN).
absl::StatusOr<rec::DocumentRecord> ReadDocument(const storage::Reader& reader,
                                                 const std::string& shipment_id,
                                                 const std::string& document_id);
// In order of their ids.
absl::StatusOr<std::vector<DocumentOnRecord>> DocumentsOf(const storage::Reader& reader,
                                                          const std::string& shipment_id);

}  // namespace milkway::shipments

#endif  // MILKWAY_SERVICES_SHIPMENTS_DOCUMENTS_H_
