#include "services/inventory/verify_costs.h"

#include "absl/strings/str_cat.h"
#include "clients/cpp/status_macros.h"
#include "services/inventory/catalog.h"
#include "services/inventory/inventory_keys.h"
#include "services/inventory/log_leaves.h"
#include "services/inventory/purchases.h"

namespace milkway::inventory {

void CostsVerifier::Add(int64_t position, absl::string_view canonical) {
  const auto cost = DecodeCost(canonical);
  if (!cost.ok()) return differ_(absl::StrCat("entry ", position, " of the log is no cost"));
  bodies_[cost->lot.value] = EncodeCost(*cost);
}

absl::Status CostsVerifier::Check() {
  ASSIGN_OR_RETURN(const std::string base_currency, ReadBaseCurrency(reader_));
  RETURN_IF_ERROR(LotTable::Scan(
      reader_, LotKey::Range(), [&](const LotKey::Key& key, const rec::LotRecord& record) {
        const LotId lot{std::get<0>(key)};
        const auto last = bodies_.find(lot.value);
        const std::string expected = EncodeCost(CostOf(lot, record, base_currency));
        if (last == bodies_.end()) {
          differ_(absl::StrCat("lot ", lot.value, ": the log does not say what it costs"));
        } else if (last->second != expected) {
          differ_(absl::StrCat("lot ", lot.value, " costs something else than the log says last"));
        }
        if (last != bodies_.end()) bodies_.erase(last);
        return true;
      }));
  for (const auto& [lot, body] : bodies_) {
    differ_(absl::StrCat("the log has a cost of lot ", lot, ", which is not there"));
  }
  return absl::OkStatus();
}

}  // namespace milkway::inventory
