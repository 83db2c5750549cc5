// Missing packs and what became of them.
//
// A shortage is of one lot, and of one cause: the receipt that stated it, or what was
// declared lost (an empty receipt id). It is open while packs of it are neither found
// nor confirmed to be lost.

#ifndef MILKWAY_SERVICES_SHIPMENTS_SHORTAGES_H_
#define MILKWAY_SERVICES_SHIPMENTS_SHORTAGES_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "services/runtime/dates.h"
#include "services/runtime/money.h"
#include "services/runtime/once.h"
#include "services/shipments/movement.h"
#include "services/shipments/shipment.h"
#include "services/shipments/shipments_keys.h"
#include "storage/store.h"

namespace milkway::shipments {

inline constexpr int kResolutionsMax = 50;

// The numbers are those of the public ShortageOutcome; they are on disk.
enum class ShortageOutcome : uint8_t {
  kFound = 1,
  kLost = 2,
  kStolen = 3,
  kCountedWrongly = 4,
};

struct ShortageId {
  std::string shipment_id;
  std::string receipt_id;  // empty: declared lost
  LotId lot;
};

struct Resolution {
  ShortageId shortage;
  ShortageOutcome outcome = ShortageOutcome::kFound;
  int64_t packs = 0;
  int64_t damaged_packs = 0;
  OccurredAt occurred_at;
  std::string responsible;
  std::optional<Money> claim;
  std::string claim_reference;
  std::string note;
};

// Packs of which nobody has said what became of them.
int64_t OpenPacks(const rec::ShortageRecord& shortage);

// Shortages of one cause are stated by a receipt or a loss, and follow it: `packs` of
// the lot are missing by now, 0 for none any more.
absl::Status StateShortage(storage::Transaction& transaction, const ShortageId& id, int64_t packs,
                           int64_t pack_weight_g, const std::string& destination_id,
                           const OccurredAt& missed_at);
// `packs` more were declared lost.
absl::Status AddDeclaredLost(storage::Transaction& transaction, const ShortageId& id, int64_t packs,
                             int64_t pack_weight_g, const std::string& destination_id,
                             const OccurredAt& missed_at);
// What had been declared lost arrived or came back; below 0: it did not after all.
absl::Status NoteArrivedOfLost(storage::Transaction& transaction, const std::string& shipment_id,
                               LotId lot, int64_t grams);

// FAILED_PRECONDITION (RECEIPT_SHORTAGE_RESOLVED) if the receipt would state fewer
// missing packs than were found or confirmed to be lost.
absl::Status CheckKeepsResolved(const storage::Reader& reader, const Receipt& receipt);

// Decides on a resolution: what was found moves out of missing, what was counted wrongly
// corrects the receipt, and the rest is only recorded.
//   NOT_FOUND            SHIPMENT_UNKNOWN, SHORTAGE_UNKNOWN
//   ABORTED              SHIPMENT_BUSY
//   FAILED_PRECONDITION  RESOLUTION_TOO_EARLY, SHORTAGE_RESOLVED, SHIPMENT_FULL, and
//                        those of BeginCorrection
absl::StatusOr<rec::StepRecord> BeginResolution(storage::Transaction& transaction,
                                                const Resolution& resolution,
                                                runtime::RequestId request_id, int64_t now_us);

struct ShortageOnRecord {
  ShortageId id;
  rec::ShortageRecord record;
};
struct ResolutionEnded {
  ShortageOnRecord shortage;
  int64_t position = 0;
};
absl::StatusOr<ResolutionEnded> EndResolution(storage::Transaction& transaction,
                                              const rec::StepRecord& step, const Posted& posted);

// NOT_FOUND (SHORTAGE_UNKNOWN).
absl::StatusOr<rec::ShortageRecord> ReadShortage(const storage::Reader& reader,
                                                 const ShortageId& id);
// In order of cause and lot.
absl::StatusOr<std::vector<ShortageOnRecord>> ShortagesOf(const storage::Reader& reader,
                                                          const std::string& shipment_id);

}  // namespace milkway::shipments

#endif  // MILKWAY_SERVICES_SHIPMENTS_SHORTAGES_H_
