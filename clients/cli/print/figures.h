// Numbers, amounts and days as a page shows them. Each number is also there for programs:
//   <data value="72819" data-field="served_g">72.819</data>
// where `value` is what the message says, in its own unit, and data-field is `field`.

#ifndef MILKWAY_CLIENTS_CLI_PRINT_FIGURES_H_
#define MILKWAY_CLIENTS_CLI_PRINT_FIGURES_H_

#include <cstdint>
#include <string>

#include "absl/strings/string_view.h"
#include "clients/cli/print/texts.h"
#include "milkway/common/v1/money.pb.h"

namespace milkway::print {

// "1,234,567", with the minus sign of typography.
std::string Grouped(int64_t number);

// A number without a unit.
std::string Count(absl::string_view field, int64_t number);

// "72.819 kilograms"; below one kilogram "819 grams". Exact.
std::string Weight(Language language, absl::string_view field, int64_t grams);

// Milligrams as whole grams, rounded down, without the unit.
std::string WholeGrams(absl::string_view field, int64_t milligrams);
// With the unit; below one gram "819 milligrams".
std::string SmallWeight(Language language, absl::string_view field, int64_t milligrams);

// "AUD 1,500.00", with the digits of the currency.
std::string Amount(Language language, absl::string_view field, const common::v1::Money& money);

// "2025-07-16" or "2025年7月16日", of an instant in UTC.
std::string Day(Language language, int64_t us);
// With the time: "2025-07-16 03:20 UTC".
std::string Moment(Language language, int64_t us);

}  // namespace milkway::print

#endif  // MILKWAY_CLIENTS_CLI_PRINT_FIGURES_H_
