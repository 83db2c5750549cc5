#include "clients/cli/gift_options.h"

#include <optional>

#include "absl/strings/str_cat.h"
#include "clients/cli/failure.h"
#include "clients/cli/line_syntax.h"
#include "clients/cli/lots.h"
#include "clients/cli/numbers.h"
#include "clients/cli/text.h"
#include "clients/cpp/currency.h"
#include "clients/cpp/status_macros.h"

namespace milkway::cli {

absl::StatusOr<common::v1::Money> MoneyOption(absl::string_view option, absl::string_view amount,
                                              absl::string_view currency_option,
                                              absl::string_view currency) {
  const std::optional<int> decimals = clients::FindMinorDigits(currency);
  if (!decimals.has_value()) {
    return UsageError(absl::StrCat(
        currency_option, " must be an ISO 4217 code, such as AUD or CNY, is ", Quoted(currency)));
  }
  const std::optional<int64_t> minor = ParseDecimal(amount, *decimals);
  if (!minor.has_value()) {
    return UsageError(absl::StrCat(option, " must be an amount with at most ", *decimals,
                                   " decimals, is ", Quoted(amount)));
  }
  common::v1::Money money;
  money.set_currency_code(std::string(currency));
  money.set_minor_units(*minor);
  return money;
}

absl::StatusOr<int64_t> GramsOption(absl::string_view option, absl::string_view text) {
  const std::optional<int64_t> grams = ParseWhole(text);
  if (grams.value_or(0) > 0) return *grams;
  return UsageError(
      absl::StrCat(option, " must be a whole number of grams, 1 or more, is ", Quoted(text)));
}

absl::StatusOr<inventory::v1::Lot> LotOption(Connection& connection, const std::string& text) {
  ASSIGN_OR_RETURN(const LineFields line, LineFields::Parse(text, LotKeysAnd({})));
  ASSIGN_OR_RETURN(const LotChoice choice, LotOfLine(line));
  return FindLot(connection, choice);
}

std::string MoneyText(const common::v1::Money& money) {
  return FormatMoney(money.minor_units(), money.currency_code());
}

}  // namespace milkway::cli
