// Shipments as people and programs read them.

#ifndef MILKWAY_CLIENTS_CLI_SHIPMENT_TEXT_H_
#define MILKWAY_CLIENTS_CLI_SHIPMENT_TEXT_H_

#include <cstdint>
#include <set>
#include <string>
#include <vector>

#include "clients/cli/lots.h"
#include "milkway/shipments/v1/shipments.pb.h"

namespace milkway::cli {

// A line each.
std::string ShipmentTable(const std::vector<shipments::v1::Shipment>& shipments);
std::string ShipmentsJson(const std::vector<shipments::v1::Shipment>& shipments);

// One shipment with its lots, milestones and receipts.
std::string ShipmentPage(const shipments::v1::GetShipmentResponse& shipment, const LotsById& lots);
std::string ShipmentJson(const shipments::v1::GetShipmentResponse& shipment);

// "9 good, 1 damaged, 0 missing packs of lot L2401 of devondale-1kg (P-2025-1)".
std::string DescribeReceiptLine(const shipments::v1::ReceiptLine& line, const LotsById& lots);

// "held by customs, Shanghai: one document was missing".
std::string DescribeMilestone(const shipments::v1::Milestone& milestone);

// Every lot that the shipment or one of its receipts mentions.
std::set<int64_t> LotIdsOf(const shipments::v1::GetShipmentResponse& shipment);

}  // namespace milkway::cli

#endif  // MILKWAY_CLIENTS_CLI_SHIPMENT_TEXT_H_
