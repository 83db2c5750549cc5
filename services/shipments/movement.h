// What shipments ask of the inventory's ledger, in its words. Pure.

#ifndef MILKWAY_SERVICES_SHIPMENTS_MOVEMENT_H_
#define MILKWAY_SERVICES_SHIPMENTS_MOVEMENT_H_

#include <cstdint>
#include <string>

#include "services/runtime/strong_id.h"

namespace milkway::shipments {

// The kinds of posting that shipments ask for. The numbers are those of the
// inventory's public PostingKind; they are on disk while a step is under way.
enum class PostingKind : uint8_t {
  kDispatch = 2,
  kReceipt = 3,
  kRelease = 9,
};

// The kinds of account that shipments move stock between. The numbers are those of
// the inventory's public AccountKind; on disk like those of PostingKind.
enum class Stock : uint8_t {
  kUsable = 1,
  kQuarantined = 2,
  kDamaged = 3,
  kInTransit = 4,
  kFound = 7,
  kLossMissing = 8,
};

// Grams of one lot that leave one account and arrive in another.
struct Movement {
  LotId lot;
  Stock from = Stock::kUsable;
  std::string from_place;
  Stock to = Stock::kUsable;
  std::string to_place;
  int64_t quantity_g = 0;
  friend bool operator==(const Movement&, const Movement&) = default;
};

// What became of a posting that was asked for.
struct Posted {
  int64_t position = 0;
  int64_t recorded_us = 0;
  std::string recorded_by;  // for whom: the caller's id
};

}  // namespace milkway::shipments

#endif  // MILKWAY_SERVICES_SHIPMENTS_MOVEMENT_H_
