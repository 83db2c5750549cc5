// Recomputing what recalls hold.

#ifndef MILKWAY_SERVICES_INVENTORY_VERIFY_RECALLS_H_
#define MILKWAY_SERVICES_INVENTORY_VERIFY_RECALLS_H_

#include <cstdint>
#include <map>
#include <string>
#include <tuple>
#include <utility>

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
  void AddRelease(const Posting& posting);
  absl::Status CheckHolds();
  absl::Status CheckReleases();
  absl::Status CheckRecall(const Recall& recall);
  absl::Status CheckLots();
  absl::Status CheckLot(LotId lot, const rec::LotRecallsRecord& recalls);

  const storage::Reader& reader_;
  Differ differ_;
  std::map<HoldKey::Key, int64_t> held_g_;  // what the postings make of each hold
  using LotAtPlace = std::pair<int64_t, std::string>;
  std::map<LotAtPlace, int64_t> released_g_;              // what they make of its releases
  std::map<LotId, std::map<std::string, int64_t>> open_;  // lot, recall id -> ordered_us
  int64_t open_count_ = 0;
  int64_t released_lots_ = 0;
};

}  // namespace milkway::inventory

#endif  // MILKWAY_SERVICES_INVENTORY_VERIFY_RECALLS_H_
