// Between what is stored and the domain types.

#ifndef MILKWAY_SERVICES_SHIPMENTS_SHIPMENTS_RECORDS_H_
#define MILKWAY_SERVICES_SHIPMENTS_SHIPMENTS_RECORDS_H_

#include <string>
#include <vector>

#include "milkway/shipments/records/v1/records.pb.h"
#include "services/runtime/dates.h"
#include "services/runtime/once.h"
#include "services/shipments/movement.h"
#include "services/shipments/shipment.h"

namespace milkway::shipments {

namespace rec = records::v1;

rec::InstantRecord ToRecord(const OccurredAt& at);
OccurredAt FromRecord(const rec::InstantRecord& record);

inline ShipmentState StateOf(const rec::ShipmentRecord& record) {
  return static_cast<ShipmentState>(record.state());
}
inline void SetState(ShipmentState state, rec::ShipmentRecord* record) {
  record->set_state(static_cast<uint32_t>(state));
}

// The plan as it was stated.
ShipmentDraft DraftOf(const std::string& shipment_id, const rec::ShipmentRecord& record);

LotStatuses StatusesOf(const rec::ShipmentRecord& record);
// The state follows.
void SetStatuses(const LotStatuses& statuses, rec::ShipmentRecord* record);

rec::ReceiptLineRecord ToRecord(const RecordedLine& recorded);
// The lines of a receipt as they stand in one version of it.
std::vector<RecordedLine> LinesOf(const rec::ReceiptVersionRecord& version);

rec::TransitExitLineRecord ToRecord(const ExitLine& line);
ExitLine FromRecord(const rec::TransitExitLineRecord& record);

// The receipt as `version` of `record` states it.
Receipt ReceiptOf(const std::string& receipt_id, const rec::ReceiptRecord& record,
                  const rec::ReceiptVersionRecord& version);

// When the posting of the version is dated.
OccurredAt PostedAt(const rec::ReceiptRecord& record, const rec::ReceiptVersionRecord& version);

// Where good packs go that arrive at `at`, and the time of their posting: in quarantine
// until the release, if one is required; what is recorded after it and dated before it
// is usable from the release on.
struct Arrival {
  Stock good = Stock::kUsable;
  OccurredAt posted_at;
};
Arrival ArrivalAt(const rec::ShipmentRecord& shipment, const OccurredAt& at);

// What every posting of a shipment states.
rec::DraftRecord MakeDraft(PostingKind kind, runtime::RequestId request_id,
                           const OccurredAt& occurred_at, std::string reference,
                           const std::vector<Movement>& movements);

}  // namespace milkway::shipments

#endif  // MILKWAY_SERVICES_SHIPMENTS_SHIPMENTS_RECORDS_H_
