// Purchases: what was bought, the lots it became, and what it cost to land.

#ifndef MILKWAY_SERVICES_INVENTORY_PURCHASES_H_
#define MILKWAY_SERVICES_INVENTORY_PURCHASES_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "services/inventory/inventory_keys.h"
#include "services/inventory/ledger.h"
#include "services/inventory/log_leaves.h"
#include "services/runtime/dates.h"
#include "services/runtime/money.h"
#include "services/runtime/once.h"
#include "services/runtime/strong_id.h"
#include "storage/store.h"

namespace milkway::inventory {

struct PurchaseLine {
  std::string product_id;
  std::string lot_number;
  std::optional<LocalDate> manufactured_on;
  LocalDate expires_on;
  int64_t packs = 0;
  Money unit_price;
};

// Number of the public CostKind that lowers what lots cost.
inline constexpr uint32_t kCreditNote = 6;

struct PurchaseCost {
  std::string cost_id;
  uint32_t kind = 0;  // number of the public CostKind
  LocalDate incurred_on;
  Money amount;
  std::string document_id = {};  // the paper that states it; may be empty
};

struct Purchase {
  std::string purchase_id;
  LocalDate purchased_on;
  std::string supplier_id;
  std::string destination_id;
  std::vector<PurchaseLine> lines;
  std::vector<PurchaseCost> costs;
  std::string order_number;
  std::optional<LocalDate> ordered_on;
};

struct LotOnRecord {
  LotId id;
  rec::LotRecord record;
};

struct PurchaseRecorded {
  std::vector<LotOnRecord> lots;  // in order of the lines
  int64_t position = 0;
};

// Records a purchase and posts its packs to the destination, at the start of the
// local day. Recording the same purchase again returns what it made.
//   NOT_FOUND            LOCATION_UNKNOWN, PRODUCT_UNKNOWN, DOCUMENT_UNKNOWN
//   FAILED_PRECONDITION  LOCATION_KIND_WRONG, EXCHANGE_RATE_MISSING
//   ALREADY_EXISTS       PURCHASE_EXISTS, COST_EXISTS
// An INVALID_ARGUMENT of a line or cost names it from "purchase." on.
absl::StatusOr<PurchaseRecorded> RecordPurchase(storage::Transaction& transaction,
                                                const Purchase& purchase,
                                                runtime::RequestId request_id,
                                                const std::string& recorded_by, int64_t now_us);

// Adds a cost to a purchase and returns its lots with their new landed costs.
// NOT_FOUND (PURCHASE_UNKNOWN, DOCUMENT_UNKNOWN), ALREADY_EXISTS (COST_EXISTS).
absl::StatusOr<std::vector<LotOnRecord>> AddPurchaseCost(storage::Transaction& transaction,
                                                         const std::string& purchase_id,
                                                         const PurchaseCost& cost, int64_t now_us);

// What the log says that a lot costs.
CostLeaf CostOf(LotId lot, const rec::LotRecord& record, const std::string& base_currency);

// NOT_FOUND (PURCHASE_UNKNOWN).
absl::StatusOr<rec::PurchaseRecord> ReadPurchase(const storage::Reader& reader,
                                                 const std::string& purchase_id);
// The purchase as it was stated, with the costs that became known later.
absl::StatusOr<Purchase> PurchaseOf(const storage::Reader& reader, const std::string& purchase_id,
                                    const rec::PurchaseRecord& record);
absl::StatusOr<std::vector<LotOnRecord>> LotsOf(const storage::Reader& reader,
                                                const rec::PurchaseRecord& record);

// NOT_FOUND (LOT_UNKNOWN).
absl::StatusOr<rec::LotRecord> ReadLot(const storage::Reader& reader, LotId lot);

// Price plus share of the costs, in minor units of the base currency.
inline int64_t LandedCostMinor(const rec::LotRecord& lot) {
  return lot.price_minor() + lot.costs_minor();
}
inline int64_t WeightG(const rec::LotRecord& lot) { return lot.packs() * lot.pack_weight_g(); }

}  // namespace milkway::inventory

#endif  // MILKWAY_SERVICES_INVENTORY_PURCHASES_H_
