// Between the messages of recall lists and their domain types; all input checks.
// INVALID_ARGUMENT names the field.

#ifndef MILKWAY_SERVICES_TRACE_RECALL_CONVERT_H_
#define MILKWAY_SERVICES_TRACE_RECALL_CONVERT_H_

#include <cstdint>
#include <set>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "milkway/consumption/v1/summaries.pb.h"
#include "milkway/inventory/v1/stock.pb.h"
#include "milkway/shipments/v1/shipments.pb.h"
#include "milkway/trace/v1/recalls.pb.h"
#include "services/trace/acknowledgements.h"
#include "services/trace/recall_list.h"

namespace milkway::trace {

absl::StatusOr<Acknowledgement> ParseAcknowledgement(const v1::RecallAcknowledgement& message);
v1::RecallAcknowledgement ToMessage(const std::string& recall_id, const std::string& location_id,
                                    const Numbered& acknowledgement);

// Adds what lies at a location; what is on the way is known of the shipments.
void AddStock(const inventory::v1::Balance& balance, std::vector<StockAt>* stock);
ShipmentWithLots ToShipmentWithLots(const shipments::v1::Shipment& shipment,
                                    const std::set<int64_t>& lot_ids);
ServedAt ToServedAt(const consumption::v1::LotSchool& school);

// The place without its location, shipments, contacts and acknowledgement.
v1::RecallPlace ToMessage(const ConcernedPlace& place);

// Adds a place to the totals.
void AddUp(const v1::RecallPlace& place, v1::RecallTotals* totals);

}  // namespace milkway::trace

#endif  // MILKWAY_SERVICES_TRACE_RECALL_CONVERT_H_
