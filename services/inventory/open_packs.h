// The clock of opened bags.

#ifndef MILKWAY_SERVICES_INVENTORY_OPEN_PACKS_H_
#define MILKWAY_SERVICES_INVENTORY_OPEN_PACKS_H_

#include <cstdint>
#include <optional>
#include <string>

#include "absl/functional/function_ref.h"
#include "absl/status/statusor.h"
#include "google/protobuf/message.h"
#include "services/inventory/account.h"
#include "services/inventory/inventory_keys.h"
#include "services/runtime/dates.h"
#include "services/runtime/once.h"
#include "storage/store.h"

namespace milkway::inventory {

// Packs that are asked to be opened.
struct PacksToOpen {
  Account account;  // usable, at a location
  int64_t packs = 0;
  OccurredAt opened_at;
  int64_t finished_packs = 0;  // of them: empty already
  std::string recorded_by;
};

// Packs whose end is asked for.
struct PacksToFinish {
  std::string place;
  int64_t opening_id = 0;
  int64_t packs = 0;
  OccurredAt finished_at;
  int64_t discarded_g = 0;
  runtime::RequestId request_id;
  std::string recorded_by;
};

// Packs that were opened together, as they stand on a day.
struct OpenedPacks {
  int64_t opening_id = 0;
  rec::OpeningRecord record;
  rec::LotRecord lot;
  int64_t usable_g = 0;
  bool is_overdue = false;
};

// Opens packs; returns their number.
//   NOT_FOUND            LOCATION_UNKNOWN, LOT_UNKNOWN
//   FAILED_PRECONDITION  LOT_RECALLED, PACKS_MISSING
absl::StatusOr<int64_t> OpenPacks(storage::Transaction& transaction, const PacksToOpen& packs,
                                  int64_t now_us);

// Ends packs and writes off what was thrown away. Returns the position of that
// posting; 0 if nothing was.
//   NOT_FOUND            OPENING_UNKNOWN
//   FAILED_PRECONDITION  PACKS_FINISHED, STOCK_MISSING
//   INVALID_ARGUMENT     finished before they were opened, or more than they hold
absl::StatusOr<int64_t> FinishPacks(storage::Transaction& transaction, const PacksToFinish& packs,
                                    int64_t now_us);

// `on`: nothing: today at the place.
absl::StatusOr<OpenedPacks> ReadOpenedPacks(const storage::Reader& reader, int64_t opening_id,
                                            std::optional<LocalDate> on, int64_t now_us);

// A page of open packs in order of place, last day of use and number.
struct OpenPacksFilter {
  std::string place;  // empty: everywhere
  bool overdue_only = false;
  std::optional<LocalDate> on;
};
absl::StatusOr<std::string> ListOpenPacks(const storage::Reader& reader,
                                          const OpenPacksFilter& filter, int64_t now_us,
                                          const google::protobuf::Message& request,
                                          absl::FunctionRef<void(const OpenedPacks&)> add);

}  // namespace milkway::inventory

#endif  // MILKWAY_SERVICES_INVENTORY_OPEN_PACKS_H_
