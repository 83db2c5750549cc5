// Options that the commands about gifts share.

#ifndef MILKWAY_CLIENTS_CLI_GIFT_OPTIONS_H_
#define MILKWAY_CLIENTS_CLI_GIFT_OPTIONS_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "clients/cli/connection.h"
#include "milkway/common/v1/money.pb.h"
#include "milkway/inventory/v1/purchases.pb.h"

namespace milkway::cli {

// "12.50" of `currency`, which `currency_option` gave; usage errors that name the option.
absl::StatusOr<common::v1::Money> MoneyOption(absl::string_view option, absl::string_view amount,
                                              absl::string_view currency_option,
                                              absl::string_view currency);

// Grams, 1 or more; a usage error that names the option.
absl::StatusOr<int64_t> GramsOption(absl::string_view option, absl::string_view text);

// The lot that "product=devondale-1kg,lot=L2401" or "lot_id=7" names.
absl::StatusOr<inventory::v1::Lot> LotOption(Connection& connection, const std::string& text);

// "12.50 AUD".
std::string MoneyText(const common::v1::Money& money);

}  // namespace milkway::cli

#endif  // MILKWAY_CLIENTS_CLI_GIFT_OPTIONS_H_
