// A shipment by its id, as the caller may see it.

#ifndef MILKWAY_CLIENTS_CLI_SHIPMENTS_H_
#define MILKWAY_CLIENTS_CLI_SHIPMENTS_H_

#include <string>

#include "absl/status/statusor.h"
#include "clients/cli/connection.h"
#include "milkway/shipments/v1/shipments.pb.h"

namespace milkway::cli {

// With all that happened to it. A caller who is bound to places asks as each of them, and
// finds what leaves it or goes there.
absl::StatusOr<shipments::v1::GetShipmentResponse> FindShipment(Connection& connection,
                                                                const std::string& shipment_id);

}  // namespace milkway::cli

#endif  // MILKWAY_CLIENTS_CLI_SHIPMENTS_H_
