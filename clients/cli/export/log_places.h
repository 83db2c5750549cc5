// Places in the log of what moved no grams.

#ifndef MILKWAY_CLIENTS_CLI_EXPORT_LOG_PLACES_H_
#define MILKWAY_CLIENTS_CLI_EXPORT_LOG_PLACES_H_

#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "clients/cli/connection.h"

namespace milkway::cli {

// "17+250": after entry 17 of the log, by 250 µs, and before entry 18. "0+…": before the
// first one.
absl::StatusOr<std::string> PlaceInLog(Connection& connection, int64_t recorded_us);

}  // namespace milkway::cli

#endif  // MILKWAY_CLIENTS_CLI_EXPORT_LOG_PLACES_H_
