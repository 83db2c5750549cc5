// Currencies of ISO 4217.

#ifndef MILKWAY_CLIENTS_CPP_CURRENCY_H_
#define MILKWAY_CLIENTS_CPP_CURRENCY_H_

#include <optional>

#include "absl/strings/string_view.h"

namespace milkway::clients {

// Digits of the minor unit of a currency: 2 for AUD and CNY, 0 for JPY, 3 for KWD.
// nullopt if `code` is not one that Milkway knows, or has no minor unit (gold, XAU).
std::optional<int> FindMinorDigits(absl::string_view code);

}  // namespace milkway::clients

#endif  // MILKWAY_CLIENTS_CPP_CURRENCY_H_
