// The words and rules of shipments: lines, receipts, what became of each lot. Pure.

#ifndef MILKWAY_SERVICES_SHIPMENTS_SHIPMENT_H_
#define MILKWAY_SERVICES_SHIPMENTS_SHIPMENT_H_

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "services/runtime/dates.h"
#include "services/runtime/strong_id.h"

namespace milkway::shipments {

// Where a shipment stands. The numbers are those of the public ShipmentState; they
// are on disk.
enum class ShipmentState : uint8_t {
  kDraft = 1,
  kDispatched = 2,
  kPartlyReceived = 3,
  kReceived = 4,
  kCancelled = 5,
};

// True once the goods have left.
constexpr bool HasLeft(ShipmentState state) {
  return ShipmentState::kDispatched <= state && state <= ShipmentState::kReceived;
}

struct ShipmentLine {
  LotId lot;
  int64_t packs = 0;
  friend bool operator==(const ShipmentLine&, const ShipmentLine&) = default;
};

// A shipment as somebody plans it.
struct ShipmentDraft {
  std::string shipment_id;
  std::string origin_id;
  std::string destination_id;
  uint32_t mode = 0;  // number of the public TransportMode
  std::string carrier;
  std::string tracking_number;
  std::optional<LocalDate> expected_on;
  std::vector<ShipmentLine> lines;  // each lot once
  friend bool operator==(const ShipmentDraft&, const ShipmentDraft&) = default;
};

// Something that happened on the way.
struct Milestone {
  OccurredAt occurred_at;
  uint32_t kind = 0;  // number of the public MilestoneKind
  std::string place;
  std::string note;
};

// What the receiver saw of one lot, in packs.
struct ReceiptLine {
  LotId lot;
  int64_t received_packs = 0;  // good ones
  int64_t damaged_packs = 0;
  int64_t missing_packs = 0;
  friend bool operator==(const ReceiptLine&, const ReceiptLine&) = default;
};

// One delivery as the receiver saw it.
struct Receipt {
  std::string receipt_id;
  std::string shipment_id;
  std::string destination_id;
  std::optional<OccurredAt> received_at;  // absent only where a correction leaves it out
  std::vector<ReceiptLine> lines;         // each lot once
  std::string note;
  friend bool operator==(const Receipt&, const Receipt&) = default;
};

// A receipt line as it stands, with what of it had not been in transit.
struct RecordedLine {
  ReceiptLine line;
  int64_t pack_weight_g = 0;
  int64_t over_g = 0;
};

// What became of one lot of a shipment, in grams.
struct LotStatus {
  int64_t pack_weight_g = 0;
  int64_t shipped_g = 0;
  int64_t over_g = 0;
  int64_t received_g = 0;
  int64_t damaged_g = 0;
  int64_t missing_g = 0;

  // shipped + over = received + damaged + missing + in transit.
  int64_t in_transit_g() const { return shipped_g + over_g - received_g - damaged_g - missing_g; }
};
// In order of the lots. Shipped ones, and those that only receipts named.
using LotStatuses = std::map<LotId, LotStatus>;

// Powder in one pack of each lot.
using PackWeights = std::map<LotId, int64_t>;

// The line's grams arrive, or are stated to be missing.
void Enter(const RecordedLine& recorded, LotStatuses* statuses);
// As if Enter had never been called for the line. The lot keeps its row.
void TakeBack(const RecordedLine& recorded, LotStatuses* statuses);

// The state of a shipment that has left: received when nothing is in transit any
// more, dispatched when no receipt stands.
ShipmentState StateOf(const LotStatuses& statuses);

}  // namespace milkway::shipments

#endif  // MILKWAY_SERVICES_SHIPMENTS_SHIPMENT_H_
