// Recomputing what recalls hold.

#ifndef MILKWAY_SERVICES_INVENTORY_VERIFY_RECALLS_H_
#define MILKWAY_SERVICES_INVENTORY_VERIFY_RECALLS_H_

#include <cstdint>
#include <map>
#include <string>
#include <tuple>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "services/inventory/account.h"
#include "services/inventory/recalls.h"
#include "storage/store.h"

namespace milkway::inventory {

// Adds up the postings of recalls, and compares with the rows that say what is held,
// which lots belong to which recall, and that none of them is usable anywhere.
class RecallsVerifier {
 public:
  using Differ = absl::FunctionRef<void(std::string)>;

  RecallsVerifier(const storage::Reader& reader, Differ differ)
      : reader_(reader), differ_(differ) {}

  // Every posting of the log, once.
  void Add(const Posting& posting);

  absl::Status Check();

 private:
  absl::Status CheckHolds();
  absl::Status CheckRecall(const Recall& recall);
  absl::Status CheckLots();
  absl::Status CheckLot(LotId lot, const rec::LotRecallsRecord& recalls);

  const storage::Reader& reader_;
  Differ differ_;
  std::map<HoldKey::Key, int64_t> held_g_;                // what the postings make of each hold
  std::map<LotId, std::map<std::string, int64_t>> open_;  // lot, recall id -> ordered_us
  int64_t open_count_ = 0;
};

}  // namespace milkway::inventory

#endif  // MILKWAY_SERVICES_INVENTORY_VERIFY_RECALLS_H_
