// --as-of: the moment of which a report is told.

#ifndef MILKWAY_CLIENTS_CLI_AS_OF_H_
#define MILKWAY_CLIENTS_CLI_AS_OF_H_

#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "clients/cli/connection.h"
#include "milkway/impact/v1/gifts.pb.h"

namespace milkway::cli {

inline constexpr char kAsOfHelp[] =
    "as it was: POSITION:SEQUENCE as an earlier report printed it, or a time such as "
    "2026-03-31T23:59:59+08:00";

// Empty: now. A usage error names `option` if it is neither.
absl::StatusOr<impact::v1::AsOf> ParseAsOf(const std::string& option, const std::string& text);

// The position in the inventory's log; 0: now. OUT_OF_RANGE if the log is younger than the
// time.
absl::StatusOr<int64_t> AsOfPosition(Connection& connection, const std::string& option,
                                     const std::string& text);

// "1234:56", to be given to --as-of.
std::string AsOfText(int64_t position, int64_t sequence);

}  // namespace milkway::cli

#endif  // MILKWAY_CLIENTS_CLI_AS_OF_H_
