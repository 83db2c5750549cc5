#include "services/inventory/shelf.h"

#include <algorithm>
#include <tuple>

#include "clients/cpp/status_macros.h"
#include "services/inventory/inventory_keys.h"

namespace milkway::inventory {

namespace {

absl::Status Save(storage::Transaction& transaction, absl::string_view place,
                  absl::string_view product_id, std::vector<LotOnShelf> lots) {
  if (lots.empty()) return ShelfTable::Delete(transaction, place, product_id);
  std::sort(lots.begin(), lots.end(), [](const LotOnShelf& a, const LotOnShelf& b) {
    return std::tie(a.expires_on, a.lot) < std::tie(b.expires_on, b.lot);
  });
  rec::ShelfRecord record;
  for (const LotOnShelf& lot : lots) {
    rec::ShelfRecord::Lot& row = *record.add_lots();
    row.set_lot_id(lot.lot.value);
    row.set_expires_day(lot.expires_on.days);
  }
  return ShelfTable::Put(transaction, record, place, product_id);
}

}  // namespace

absl::StatusOr<std::vector<LotOnShelf>> LotsOnShelf(const storage::Reader& reader,
                                                    absl::string_view place,
                                                    absl::string_view product_id) {
  ASSIGN_OR_RETURN(const auto record, ShelfTable::Find(reader, place, product_id));
  std::vector<LotOnShelf> lots;
  if (!record.has_value()) return lots;
  for (const rec::ShelfRecord::Lot& lot : record->lots()) {
    lots.push_back({LotId{lot.lot_id()}, LocalDate{lot.expires_day()}});
  }
  return lots;
}

absl::Status PutOnShelf(storage::Transaction& transaction, absl::string_view place,
                        absl::string_view product_id, const LotOnShelf& lot) {
  ASSIGN_OR_RETURN(std::vector<LotOnShelf> lots, LotsOnShelf(transaction, place, product_id));
  lots.push_back(lot);
  return Save(transaction, place, product_id, std::move(lots));
}

absl::Status TakeOffShelf(storage::Transaction& transaction, absl::string_view place,
                          absl::string_view product_id, LotId lot) {
  ASSIGN_OR_RETURN(std::vector<LotOnShelf> lots, LotsOnShelf(transaction, place, product_id));
  std::erase_if(lots, [lot](const LotOnShelf& on_shelf) { return on_shelf.lot == lot; });
  return Save(transaction, place, product_id, std::move(lots));
}

}  // namespace milkway::inventory
