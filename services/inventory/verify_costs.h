// Recomputing what lots cost to land.

#ifndef MILKWAY_SERVICES_INVENTORY_VERIFY_COSTS_H_
#define MILKWAY_SERVICES_INVENTORY_VERIFY_COSTS_H_

#include <cstdint>
#include <string>

#include "absl/container/flat_hash_map.h"
#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "storage/store.h"

namespace milkway::inventory {

// Compares the last cost that the log has of each lot with what the lot is said to cost.
class CostsVerifier {
 public:
  using Differ = absl::FunctionRef<void(std::string)>;

  CostsVerifier(const storage::Reader& reader, Differ differ) : reader_(reader), differ_(differ) {}

  // Every cost of the log, in order.
  void Add(int64_t position, absl::string_view canonical);

  absl::Status Check();

 private:
  const storage::Reader& reader_;
  Differ differ_;
  absl::flat_hash_map<int64_t, std::string> bodies_;  // of the last one, by lot
};

}  // namespace milkway::inventory

#endif  // MILKWAY_SERVICES_INVENTORY_VERIFY_COSTS_H_
