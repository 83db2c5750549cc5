// The rows of a programme folder, compact: there may be millions.
//
// An empty name or an absent value stands for a cell with an error, which is
// reported already; checks of the whole leave it alone. Optional cells say so.

#ifndef MILKWAY_CLIENTS_CLI_IMPORT_ROWS_H_
#define MILKWAY_CLIENTS_CLI_IMPORT_ROWS_H_

#include <cstdint>
#include <limits>
#include <optional>
#include <utility>
#include <vector>

#include "clients/cli/days.h"
#include "clients/cli/import/lot_names.h"
#include "clients/cli/import/name_pool.h"
#include "clients/cli/import/tables.h"
#include "milkway/consumption/v1/schools.pb.h"
#include "milkway/inventory/v1/catalog.pb.h"
#include "milkway/inventory/v1/purchases.pb.h"
#include "milkway/inventory/v1/stock.pb.h"
#include "milkway/shipments/v1/shipments.pb.h"

namespace milkway::cli {

// No further row of the same record.
inline constexpr uint32_t kNoRow = std::numeric_limits<uint32_t>::max();

// How an exported record was made, so that it can be made again.
struct RecordedAs {
  // Its place in the log of the server that it was exported from; 0: not known.
  int64_t position = 0;
  // 1 as it was first recorded, one more with each correction; 0 is 1.
  int32_t version = 0;
  // Why this version replaced the one before.
  Name reason;              // optional
  Name fefo_reason;         // optional
  Name discrepancy_reason;  // optional
};

struct ProductRow {
  Name product_id;
  inventory::v1::Product product;
};

struct LocationRow {
  Name location_id;
  inventory::v1::Location location;
};

struct ExchangeRateRow {
  std::optional<Day> on;
  Name from;
  Name to;
  Name rate;
  Name source;
};

struct PurchaseRow {
  Name purchase_id;
  std::optional<Day> purchased_on;
  Name supplier_id;
  Name destination_id;
  Name order_number;              // optional
  std::optional<Day> ordered_on;  // optional
  // Its rows of the other two files, in their order.
  std::vector<uint32_t> lines;
  std::vector<uint32_t> costs;
};

struct PurchaseLineRow {
  Name purchase_id;
  Name product_id;
  Name lot_number;
  LotRef lot = kNoLot;
  std::optional<Day> manufactured_on;  // optional
  std::optional<Day> expires_on;
  int64_t packs = 0;
  int64_t unit_price_minor = 0;
  Name currency;
};

struct PurchaseCostRow {
  Name cost_id;
  Name purchase_id;
  inventory::v1::CostKind kind = inventory::v1::COST_KIND_UNSPECIFIED;
  std::optional<Day> incurred_on;
  int64_t amount_minor = 0;
  Name currency;
  // It became known after the purchase was recorded.
  bool is_later = false;  // optional
};

struct GiftRow {
  Name gift_id;
  Name donor_id;
  std::optional<Day> received_on;
  int64_t amount_minor = 0;
  Name currency;
};

struct AllocationRow {
  Name allocation_id;
  Name gift_id;
  LotRef lot = kNoLot;
  std::optional<Day> allocated_on;
  Name amount;  // as written: its decimals depend on the gift's currency
  int64_t amount_minor = 0;
  Name currency;  // the gift's, once that is known
  // What the lot cost when it was allocated, in the base currency.
  Name lot_cost;  // optional
};

struct ShipmentRow {
  Name shipment_id;
  Name origin_id;
  Name destination_id;
  shipments::v1::TransportMode mode = shipments::v1::TRANSPORT_MODE_UNSPECIFIED;
  Name carrier;          // optional
  Name tracking_number;  // optional
  std::optional<Instant> dispatched_at;
  std::optional<Day> expected_on;  // optional
  bool is_cancelled = false;       // optional
  bool requires_release = false;   // optional
  RecordedAs recorded;             // optional
  std::vector<uint32_t> lines;
};

struct ShipmentLineRow {
  Name shipment_id;
  LotRef lot = kNoLot;
  int64_t packs = 0;
};

struct MilestoneRow {
  Name milestone_id;
  Name shipment_id;
  std::optional<Instant> occurred_at;
  shipments::v1::MilestoneKind kind = shipments::v1::MILESTONE_KIND_UNSPECIFIED;
  Name place;  // optional
  Name note;   // optional
};

struct ReceiptRow {
  Name receipt_id;
  Name shipment_id;
  std::optional<Instant> received_at;
  LotRef lot = kNoLot;
  int64_t received_packs = 0;
  int64_t damaged_packs = 0;
  int64_t missing_packs = 0;
  int64_t refused_packs = 0;                                                             // optional
  shipments::v1::DamageReason damage_reason = shipments::v1::DAMAGE_REASON_UNSPECIFIED;  // optional
  bool is_wrong = false;                                                                 // optional
  // A row of the history without a lot: this version says that nothing arrived.
  bool is_empty = false;
  Name note;         // optional
  Name received_by;  // optional
  RecordedAs recorded;
  // What the rows of one version of a receipt share.
  Name key;
  uint32_t next = kNoRow;
};

struct StudentRow {
  Name school_id;
  int32_t student_number = 0;
  Name class_name;
  Name birth_month;
  consumption::v1::Sex sex = consumption::v1::SEX_UNSPECIFIED;
  consumption::v1::Exclusion exclusion = consumption::v1::EXCLUSION_UNSPECIFIED;  // optional
  std::optional<Day> enrolled_on;
  std::optional<Day> left_on;  // optional
  // Since when the exclusion holds; else since the enrolment.
  std::optional<Day> excluded_from;  // optional
};

struct DistributionRow {
  Name distribution_id;
  Name school_id;
  Name class_name;
  Name students;  // as written, and well-formed; empty if there are none
  Name session;   // optional
  Instant served_at;
  LotRef lot = kNoLot;
  uint32_t next = kNoRow;
  Day served_on;
  int32_t serving_g = 0;
  int32_t wasted_g = 0;
  bool has_served_at = false;
  bool has_served_on = false;
  bool has_students = false;    // the cell is well-formed
  int32_t opened_packs = 0;     // optional
  int32_t take_home_packs = 0;  // optional
  int64_t pack_g = 0;           // optional
  // Lists of students, as written and well-formed.
  Name absent;             // optional
  Name refused;            // optional
  Name incident_students;  // optional
  Name incident_note;      // optional
  // A row of the history without a lot: this version says that nothing was served.
  bool is_empty = false;
  RecordedAs recorded;
  // What the rows of one version of a record share.
  Name key;
};

struct CountRow {
  Name count_id;
  Name location_id;
  std::optional<Instant> counted_at;
  LotRef lot = kNoLot;
  int64_t counted_g = 0;
  bool after_serving = false;                                                   // optional
  Name note;                                                                    // optional
  inventory::v1::CountReason reason = inventory::v1::COUNT_REASON_UNSPECIFIED;  // optional
  RecordedAs recorded;
};

struct AdjustmentRow {
  Name adjustment_id;
  Name location_id;
  std::optional<Instant> occurred_at;
  LotRef lot = kNoLot;
  inventory::v1::AccountKind condition = inventory::v1::ACCOUNT_KIND_UNSPECIFIED;
  int64_t quantity_g = 0;
  inventory::v1::AdjustmentReason reason = inventory::v1::ADJUSTMENT_REASON_UNSPECIFIED;
  Name note;     // optional
  Name witness;  // optional
  RecordedAs recorded;
};

// Goods that left transit without a receipt.
struct OutcomeRow {
  Name outcome_id;
  Name shipment_id;
  std::optional<Instant> occurred_at;
  shipments::v1::TransitExitKind kind = shipments::v1::TRANSIT_EXIT_KIND_UNSPECIFIED;
  Name reason;
  // Only of what came back; none: all of it.
  bool has_lot = false;
  LotRef lot = kNoLot;
  int64_t packs = 0;
  int64_t damaged_packs = 0;
  RecordedAs recorded;
  uint32_t next = kNoRow;
};

// Any other request, as an export wrote it.
struct RecordRow {
  Name record_id;
  Name kind;     // one of the kinds in apply_records.cc
  Name request;  // JSON, with the lot numbers of the server that was exported
  // What lots these numbers meant.
  std::vector<std::pair<int64_t, LotRef>> lots;
  RecordedAs recorded;
};

// Rows by table; a row's place here is its RowRef's index.
struct Folder {
  NamePool names;
  LotNames lots;
  std::vector<ProductRow> products;
  std::vector<LocationRow> locations;
  std::vector<ExchangeRateRow> exchange_rates;
  std::vector<PurchaseRow> purchases;
  std::vector<PurchaseLineRow> purchase_lines;
  std::vector<PurchaseCostRow> purchase_costs;
  std::vector<GiftRow> gifts;
  std::vector<AllocationRow> allocations;
  std::vector<ShipmentRow> shipments;
  std::vector<ShipmentLineRow> shipment_lines;
  std::vector<MilestoneRow> milestones;
  std::vector<ReceiptRow> receipts;
  std::vector<StudentRow> students;
  std::vector<DistributionRow> distributions;
  std::vector<CountRow> counts;
  std::vector<AdjustmentRow> adjustments;
  std::vector<OutcomeRow> outcomes;
  std::vector<RecordRow> records;
  // Versions of records that do not stand.
  std::vector<ReceiptRow> receipt_history;
  std::vector<DistributionRow> distribution_history;

  const std::vector<ReceiptRow>& ReceiptsOf(Table table) const {
    return table == Table::kReceiptHistory ? receipt_history : receipts;
  }
  const std::vector<DistributionRow>& DistributionsOf(Table table) const {
    return table == Table::kDistributionHistory ? distribution_history : distributions;
  }
};

}  // namespace milkway::cli

#endif  // MILKWAY_CLIENTS_CLI_IMPORT_ROWS_H_
