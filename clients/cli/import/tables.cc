#include "clients/cli/import/tables.h"

#include <algorithm>

namespace milkway::cli {

namespace {

using Columns = const absl::string_view[];

constexpr Columns kProductColumns = {
    "product_id",      "gtin",           "name_en",        "name_zh",    "net_weight_g",
    "serving_g",       "energy_kj_100g", "protein_g_100g", "fat_g_100g", "carbohydrate_g_100g",
    "calcium_mg_100g", "sodium_mg_100g"};
constexpr Columns kProductOptional = {"opened_use_days"};
constexpr Columns kLocationColumns = {"location_id", "kind",    "name_en",
                                      "name_zh",     "country", "time_zone"};
constexpr Columns kLocationOptional = {"latitude", "longitude"};
constexpr Columns kExchangeRateColumns = {"on", "from", "to", "rate", "source"};
constexpr Columns kPurchaseColumns = {"purchase_id", "purchased_on", "supplier_id",
                                      "destination_id"};
constexpr Columns kPurchaseOptional = {"order_number", "ordered_on"};
constexpr Columns kPurchaseLineColumns = {"purchase_id", "product_id", "lot_number", "expires_on",
                                          "packs",       "unit_price", "currency"};
constexpr Columns kPurchaseLineOptional = {"manufactured_on"};
constexpr Columns kPurchaseCostColumns = {"cost_id",     "purchase_id", "kind",
                                          "incurred_on", "amount",      "currency"};
constexpr Columns kPurchaseCostOptional = {"later"};
constexpr Columns kGiftColumns = {"gift_id", "donor_id", "received_on", "amount", "currency"};
constexpr Columns kAllocationColumns = {"allocation_id", "gift_id",    "purchase_id",
                                        "product_id",    "lot_number", "allocated_on",
                                        "amount"};
constexpr Columns kAllocationOptional = {"lot_cost"};
constexpr Columns kShipmentColumns = {"shipment_id", "origin_id", "destination_id", "mode",
                                      "dispatched_at"};
constexpr Columns kShipmentOptional = {"carrier",   "tracking_number", "expected_on",
                                       "cancelled", "fefo_reason",     "requires_release",
                                       "recorded"};
constexpr Columns kShipmentLineColumns = {"shipment_id", "product_id", "lot_number", "packs"};
constexpr Columns kLotOptional = {"purchase_id"};
constexpr Columns kMilestoneColumns = {"milestone_id", "shipment_id", "occurred_at", "kind"};
constexpr Columns kMilestoneOptional = {"place", "note"};
constexpr Columns kReceiptColumns = {"receipt_id",    "shipment_id",  "received_at",
                                     "product_id",    "lot_number",   "received_packs",
                                     "damaged_packs", "missing_packs"};
constexpr Columns kReceiptOptional = {"purchase_id", "note",          "damage_reason",
                                      "wrong",       "refused_packs", "received_by",
                                      "version",     "reason",        "recorded"};
constexpr Columns kStudentColumns = {"school_id", "student_number", "class", "birth_month",
                                     "sex",       "enrolled_on"};
constexpr Columns kStudentOptional = {"left_on", "exclusion", "excluded_from"};
constexpr Columns kDistributionColumns = {"distribution_id", "school_id",  "served_on",
                                          "class",           "product_id", "lot_number",
                                          "serving_g",       "students",   "wasted_g"};
constexpr Columns kDistributionOptional = {"session",
                                           "served_at",
                                           "purchase_id",
                                           "discrepancy_reason",
                                           "fefo_reason",
                                           "opened_packs",
                                           "pack_g",
                                           "take_home_packs",
                                           "absent",
                                           "refused",
                                           "incident_students",
                                           "incident_note",
                                           "version",
                                           "reason",
                                           "recorded"};
constexpr Columns kCountColumns = {"count_id",   "location_id", "counted_at",
                                   "product_id", "lot_number",  "counted_g"};
constexpr Columns kCountOptional = {"after_serving", "purchase_id", "note", "reason", "recorded"};
constexpr Columns kAdjustmentColumns = {"adjustment_id", "location_id", "occurred_at", "product_id",
                                        "lot_number",    "condition",   "quantity_g",  "reason"};
constexpr Columns kAdjustmentOptional = {"purchase_id", "note", "witness", "recorded"};
constexpr Columns kOutcomeColumns = {"outcome_id", "shipment_id", "occurred_at", "outcome",
                                     "reason"};
constexpr Columns kOutcomeOptional = {"product_id", "lot_number",    "purchase_id",
                                      "packs",      "damaged_packs", "recorded"};
constexpr Columns kRecordColumns = {"record_id", "kind", "request"};
constexpr Columns kRecordOptional = {"lots", "recorded"};

// By Table.
constexpr TableSpec kSpecs[kTableCount] = {
    {"products.csv", kProductColumns, kProductOptional, "product_id"},
    {"locations.csv", kLocationColumns, kLocationOptional, "location_id"},
    {"exchange_rates.csv", kExchangeRateColumns, {}, "on"},
    {"purchases.csv", kPurchaseColumns, kPurchaseOptional, "purchase_id"},
    {"purchase_lines.csv", kPurchaseLineColumns, kPurchaseLineOptional, "lot_number"},
    {"purchase_costs.csv", kPurchaseCostColumns, kPurchaseCostOptional, "cost_id"},
    {"gifts.csv", kGiftColumns, {}, "gift_id"},
    {"allocations.csv", kAllocationColumns, kAllocationOptional, "allocation_id"},
    {"shipments.csv", kShipmentColumns, kShipmentOptional, "shipment_id"},
    {"shipment_lines.csv", kShipmentLineColumns, kLotOptional, "lot_number"},
    {"milestones.csv", kMilestoneColumns, kMilestoneOptional, "milestone_id"},
    {"receipts.csv", kReceiptColumns, kReceiptOptional, "receipt_id"},
    {"students.csv", kStudentColumns, kStudentOptional, "student_number"},
    {"distributions.csv", kDistributionColumns, kDistributionOptional, "distribution_id"},
    {"counts.csv", kCountColumns, kCountOptional, "count_id"},
    {"adjustments.csv", kAdjustmentColumns, kAdjustmentOptional, "adjustment_id"},
    {"shipment_outcomes.csv", kOutcomeColumns, kOutcomeOptional, "outcome_id"},
    {"receipt_history.csv", kReceiptColumns, kReceiptOptional, "receipt_id"},
    {"distribution_history.csv", kDistributionColumns, kDistributionOptional, "distribution_id"},
    {"records.csv", kRecordColumns, kRecordOptional, "record_id"},
};

}  // namespace

const TableSpec& SpecOf(Table table) { return kSpecs[static_cast<int>(table)]; }

bool HasColumn(Table table, absl::string_view column) {
  const TableSpec& spec = SpecOf(table);
  return std::find(spec.required.begin(), spec.required.end(), column) != spec.required.end() ||
         std::find(spec.optional.begin(), spec.optional.end(), column) != spec.optional.end();
}

}  // namespace milkway::cli
