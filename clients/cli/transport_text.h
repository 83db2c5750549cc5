// What belongs to a shipment besides its receipts, as people and programs read it: legs,
// papers, temperatures, losses, shortages, timelines, changes.

#ifndef MILKWAY_CLIENTS_CLI_TRANSPORT_TEXT_H_
#define MILKWAY_CLIENTS_CLI_TRANSPORT_TEXT_H_

#include <cstdint>
#include <string>
#include <vector>

#include "clients/cli/lots.h"
#include "milkway/shipments/v1/shipments.pb.h"
#include "nlohmann/json_fwd.hpp"

namespace milkway::cli {

// The sections of one shipment's page; empty where there is nothing.
std::string TransportSections(const shipments::v1::GetShipmentResponse& shipment,
                              const LotsById& lots);
// The same as members of its JSON.
void AddTransportJson(const shipments::v1::GetShipmentResponse& shipment,
                      nlohmann::ordered_json* json);

// "wet 受潮".
std::string DescribeDamage(shipments::v1::DamageReason reason);

std::string ShortageTable(const std::vector<shipments::v1::Shortage>& shortages,
                          const LotsById& lots);
std::string ShortagesJson(const std::vector<shipments::v1::Shortage>& shortages);

// A line an event, what is expected last.
std::string JourneyEventsText(const shipments::v1::GetJourneyResponse& journey);
std::string JourneyEventsJson(const shipments::v1::GetJourneyResponse& journey);

// "17  2025-03-01 02:20:00 UTC  S-1 received by wang: partly_received".
std::string ChangeLine(const shipments::v1::ShipmentChange& change);
// One object on one line.
std::string ChangeJsonLine(const shipments::v1::ShipmentChange& change);

// "3 readings, 2.500 to 26.100 °C, mean 14.300, ALARM: 1 outside …".
std::string DescribeTemperatures(const shipments::v1::TemperatureSummary& summary);

// 32 bytes from 64 hexadecimal digits; a usage error naming the option otherwise.
absl::StatusOr<std::string> Sha256Option(absl::string_view option, absl::string_view text);

}  // namespace milkway::cli

#endif  // MILKWAY_CLIENTS_CLI_TRANSPORT_TEXT_H_
