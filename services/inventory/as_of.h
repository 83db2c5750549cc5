// The books as they were: what the log held when it ended at a position.

#ifndef MILKWAY_SERVICES_INVENTORY_AS_OF_H_
#define MILKWAY_SERVICES_INVENTORY_AS_OF_H_

#include <cstdint>

#include "absl/container/flat_hash_map.h"
#include "absl/status/statusor.h"
#include "services/inventory/account.h"
#include "services/inventory/inventory_keys.h"
#include "storage/store.h"

namespace milkway::inventory {

// The balances of then are those of now less what was posted since, so this costs the
// entries since, and balances cost nothing to post.
class BooksAsOf {
 public:
  // OUT_OF_RANGE (LOG_SHORTER) if the log has no such position.
  static absl::StatusOr<BooksAsOf> Read(const storage::Reader& reader, int64_t position);

  int64_t position() const { return position_; }
  int64_t recorded_us() const { return recorded_us_; }

  // Of an account that has `now_g`.
  int64_t BalanceG(const Account& account, int64_t now_g) const;

  // What a lot cost then; 0 if it was not bought yet.
  absl::StatusOr<int64_t> LandedCostMinor(const storage::Reader& reader,
                                          const rec::LotRecord& lot) const;

 private:
  BooksAsOf(int64_t position, int64_t recorded_us)
      : position_(position), recorded_us_(recorded_us) {}

  int64_t position_;
  int64_t recorded_us_;
  absl::flat_hash_map<Account, int64_t> since_g_;
};

struct LogPlace {
  int64_t position = 0;
  int64_t recorded_us = 0;
};
// The last entry recorded at `recorded_us` or before. OUT_OF_RANGE (LOG_YOUNGER) if there
// is none.
absl::StatusOr<LogPlace> FindPosition(const storage::Reader& reader, int64_t recorded_us);

}  // namespace milkway::inventory

#endif  // MILKWAY_SERVICES_INVENTORY_AS_OF_H_
