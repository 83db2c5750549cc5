// Whole and decimal numbers as people write them. Exact: nothing is ever a
// floating point number.

#ifndef MILKWAY_CLIENTS_CLI_NUMBERS_H_
#define MILKWAY_CLIENTS_CLI_NUMBERS_H_

#include <cstdint>
#include <optional>
#include <string>

#include "absl/strings/string_view.h"

namespace milkway::cli {

// Digits only, at most 18 of them after leading zeros.
std::optional<int64_t> ParseWhole(absl::string_view text);

// Digits with at most one point, with digits on both sides of it; the value
// × 10^decimals. nullopt also where more decimals than that are not 0, or where
// the result has more than 18 digits.
std::optional<int64_t> ParseDecimal(absl::string_view text, int decimals);

// `units` / 10^decimals, with all its decimals: "12.50".
std::string FormatDecimal(int64_t units, int decimals);

// Degrees with an optional sign and any number of decimals, × 10,000,000,
// rounded half away from zero; nullopt beyond ±`degrees_max`.
std::optional<int32_t> ParseDegreesE7(absl::string_view text, int degrees_max);

// "12.50 AUD".
std::string FormatMoney(int64_t minor_units, absl::string_view currency);

}  // namespace milkway::cli

#endif  // MILKWAY_CLIENTS_CLI_NUMBERS_H_
