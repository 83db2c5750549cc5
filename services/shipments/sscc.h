// Serial shipping container codes (SSCC) of GS1. Pure.

#ifndef MILKWAY_SERVICES_SHIPMENTS_SSCC_H_
#define MILKWAY_SERVICES_SHIPMENTS_SSCC_H_

#include "absl/strings/string_view.h"

namespace milkway::shipments {

// True if `code` is 18 digits of which the last is the check digit: the sum of all
// digits, every other one from the first on counted three times, is divisible by ten
// (GS1 General Specifications, 7.9.1).
bool IsSscc(absl::string_view code);

}  // namespace milkway::shipments

#endif  // MILKWAY_SERVICES_SHIPMENTS_SSCC_H_
