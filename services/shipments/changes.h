// The log of changes: every change of a shipment once, in the order in which they were
// recorded. It is written in the transaction of the change itself.

#ifndef MILKWAY_SERVICES_SHIPMENTS_CHANGES_H_
#define MILKWAY_SERVICES_SHIPMENTS_CHANGES_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "services/runtime/call.h"
#include "services/shipments/shipments_keys.h"
#include "storage/store.h"

namespace milkway::shipments {

// What changed. The numbers are those of the public ShipmentEventKind; on disk.
enum class EventKind : uint8_t {
  kCreated = 1,
  kCancelled = 2,
  kDispatched = 3,
  kMilestone = 4,
  kReceived = 5,
  kReceiptCorrected = 6,
  kCountersigned = 7,
  kLost = 8,
  kClosed = 9,
  kReturned = 10,
  kReleased = 11,
  kShortageResolved = 12,
  kLeg = 13,
  kDocument = 14,
  kTemperatures = 15,
};

// Who changes something, and when the server's clock says so.
struct Actor {
  std::string caller_id;
  int64_t now_us = 0;
};
inline Actor ActorOf(const runtime::Call& call) { return {call.caller.id, call.now_us}; }

// Appends a change. `shipment`: as it stands now. `subject`: the receipt, document, leg
// or logger that it is about; may be empty.
absl::Status NoteChange(storage::Transaction& transaction, EventKind kind,
                        const std::string& shipment_id, const rec::ShipmentRecord& shipment,
                        absl::string_view subject, const Actor& actor);

// Position of the last change; 0 if there is none.
absl::StatusOr<int64_t> LastChange(const storage::Reader& reader);

struct Change {
  int64_t position = 0;
  rec::ChangeRecord record;
};
struct ChangesRead {
  std::vector<Change> changes;
  int64_t read_to = 0;    // everything up to here was looked at
  bool has_more = false;  // there is something after that
};
// Changes after a position in order, `destination_id` only if it is not empty: until
// there are `changes_max` or `rows_max` rows were looked at.
absl::StatusOr<ChangesRead> ReadChanges(const storage::Reader& reader, int64_t after_position,
                                        const std::string& destination_id, size_t changes_max,
                                        size_t rows_max);

}  // namespace milkway::shipments

#endif  // MILKWAY_SERVICES_SHIPMENTS_CHANGES_H_
