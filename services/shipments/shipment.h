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
  kLost = 6,
  kReturned = 7,
};

// True once the goods have left.
constexpr bool HasLeft(ShipmentState state) {
  return state != ShipmentState::kDraft && state != ShipmentState::kCancelled;
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
  bool requires_release_certificate = false;
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
  uint32_t damage_reason = 0;  // number of the public DamageReason
  int64_t refused_packs = 0;   // they stay in transit
  bool wrong = false;          // should not have come
  friend bool operator==(const ReceiptLine&, const ReceiptLine&) = default;
};

struct Photo {
  std::string sha256;  // 32 bytes
  std::string uri;
  friend bool operator==(const Photo&, const Photo&) = default;
};

// One delivery as the receiver saw it.
struct Receipt {
  std::string receipt_id;
  std::string shipment_id;
  std::string destination_id;
  std::optional<OccurredAt> received_at;  // absent only where a correction leaves it out
  std::vector<ReceiptLine> lines;         // each lot once
  std::string note;
  std::string received_by = {};
  std::vector<Photo> photos = {};
  friend bool operator==(const Receipt&, const Receipt&) = default;
};

// A receipt line as it stands, with what of it had not been in transit.
struct RecordedLine {
  ReceiptLine line;
  int64_t pack_weight_g = 0;
  int64_t over_g = 0;
  int64_t from_lost_g = 0;      // had been declared lost
  bool is_quarantined = false;  // good packs went into quarantine
};

// Packs of one lot that left transit without a receipt.
struct ExitLine {
  LotId lot;
  int64_t pack_weight_g = 0;
  int64_t packs = 0;  // missing ones, or good ones that came back
  int64_t damaged_packs = 0;
  int64_t from_lost_g = 0;  // of what came back: what had been declared lost
};

// What became of one lot of a shipment, in grams.
struct LotStatus {
  int64_t pack_weight_g = 0;
  int64_t shipped_g = 0;
  int64_t over_g = 0;
  int64_t received_g = 0;
  int64_t damaged_g = 0;
  int64_t missing_g = 0;
  int64_t returned_g = 0;
  int64_t declared_lost_g = 0;  // of missing_g; a receipt or a return may still bring it
  int64_t quarantined_g = 0;    // of received_g, until the release
  int64_t refused_g = 0;        // by the receipts that stand, whether it came back or not

  // shipped + over = received + damaged + missing + returned + in transit.
  int64_t in_transit_g() const {
    return shipped_g + over_g - received_g - damaged_g - missing_g - returned_g;
  }
};
// In order of the lots. Shipped ones, and those that only receipts named.
using LotStatuses = std::map<LotId, LotStatus>;

// Powder in one pack of each lot.
using PackWeights = std::map<LotId, int64_t>;

// The line's grams arrive, or are stated to be missing.
void Enter(const RecordedLine& recorded, LotStatuses* statuses);
// As if Enter had never been called for the line. The lot keeps its row.
void TakeBack(const RecordedLine& recorded, LotStatuses* statuses);

// The line's packs leave transit, and are missing.
void Lose(const ExitLine& line, LotStatuses* statuses);
// The line's packs are at the origin again.
void Return(const ExitLine& line, LotStatuses* statuses);
// Good and damaged grams that were missing are at the destination.
// `was_declared_lost`: a loss had stated them, not a receipt.
struct FoundAgain {
  LotId lot;
  int64_t good_g = 0;
  int64_t damaged_g = 0;
  bool was_declared_lost = false;
  bool is_quarantined = false;
};
void Find(const FoundAgain& found, LotStatuses* statuses);

// The state of a shipment that has left. With something in transit: dispatched when
// nothing is said to have arrived or to be missing, else partly received. Without:
// received if something arrived, else returned, else lost if it was declared so; else
// its receipts state that all is missing, and it is received.
ShipmentState StateOf(const LotStatuses& statuses);

}  // namespace milkway::shipments

#endif  // MILKWAY_SERVICES_SHIPMENTS_SHIPMENT_H_
