// Recomputing the books.

#ifndef MILKWAY_SERVICES_INVENTORY_VERIFY_H_
#define MILKWAY_SERVICES_INVENTORY_VERIFY_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/statusor.h"
#include "storage/store.h"

namespace milkway::inventory {

inline constexpr size_t kDifferencesShownMax = 100;

struct BooksVerified {
  int64_t checked_postings = 0;
  int64_t total_postings = 0;
  std::vector<std::string> differences;  // the first kDifferencesShownMax, a sentence each
  int64_t difference_count = 0;
};

// Recomputes every balance, stock card, day row, shelf and count from the
// postings, and compares. Memory grows with the accounts, not with the postings.
// `progress` hears now and then how far it is; false ends with CANCELLED.
absl::StatusOr<BooksVerified> VerifyBooks(const storage::Reader& reader,
                                          absl::FunctionRef<bool(const BooksVerified&)> progress);

}  // namespace milkway::inventory

#endif  // MILKWAY_SERVICES_INVENTORY_VERIFY_H_
