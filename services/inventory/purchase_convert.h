// Between the messages of purchases and their domain types. INVALID_ARGUMENT names
// the field from the message given on.

#ifndef MILKWAY_SERVICES_INVENTORY_PURCHASE_CONVERT_H_
#define MILKWAY_SERVICES_INVENTORY_PURCHASE_CONVERT_H_

#include <string>

#include "absl/status/statusor.h"
#include "milkway/inventory/v1/purchases.pb.h"
#include "services/inventory/purchases.h"

namespace milkway::inventory {

absl::StatusOr<Purchase> ParsePurchase(const v1::Purchase& message);
absl::StatusOr<PurchaseCost> ParsePurchaseCost(const v1::PurchaseCost& message);

v1::Purchase ToMessage(const Purchase& purchase);
v1::Lot ToMessage(const LotOnRecord& lot, const std::string& base_currency);

}  // namespace milkway::inventory

#endif  // MILKWAY_SERVICES_INVENTORY_PURCHASE_CONVERT_H_
