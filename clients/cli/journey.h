// The way of the milk: purchase → shipments → schools → cups.

#ifndef MILKWAY_CLIENTS_CLI_JOURNEY_H_
#define MILKWAY_CLIENTS_CLI_JOURNEY_H_

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "clients/cli/connection.h"
#include "clients/cli/lots.h"
#include "milkway/inventory/v1/catalog.pb.h"
#include "milkway/inventory/v1/purchases.pb.h"
#include "milkway/inventory/v1/stock.pb.h"
#include "milkway/shipments/v1/shipments.pb.h"

namespace milkway::cli {

// Everything that a journey tells.
struct Journey {
  struct Cups {
    int64_t servings = 0;
    int64_t served_g = 0;
  };
  std::vector<inventory::v1::Purchase> purchases;
  LotsById lots;
  std::map<int64_t, inventory::v1::LotPosition> positions;
  std::vector<shipments::v1::GetShipmentResponse> shipments;
  std::map<std::pair<int64_t, std::string>, Cups> cups;  // by lot and school
  std::map<std::string, inventory::v1::Location> locations;
  std::map<std::string, inventory::v1::Product> products;
};

// Of one purchase, or of all where `purchase_id` is empty.
absl::StatusOr<Journey> ReadJourney(Connection& connection, const std::string& purchase_id);

// A timeline for each purchase, in order of the day it was made.
std::string JourneyText(const Journey& journey);

}  // namespace milkway::cli

#endif  // MILKWAY_CLIENTS_CLI_JOURNEY_H_
