// A use case in a transaction of its own.

#ifndef MILKWAY_TESTS_SUPPORT_TRANSACT_H_
#define MILKWAY_TESTS_SUPPORT_TRANSACT_H_

#include <utility>

#include "absl/status/status.h"
#include "storage/store.h"
#include "tests/support/status_matchers.h"

namespace milkway::testing {

// Runs `body(storage::Transaction&)`, which gives a Status or a StatusOr, and waits
// until it is committed. Gives what the body gave, or why the commit failed.
template <typename Body>
auto Transact(storage::Store& store, Body body) {
  decltype(body(std::declval<storage::Transaction&>())) result =
      absl::UnknownError("the body did not run");
  const absl::Status status =
      store.TransactAndWait([&](storage::Transaction& transaction) -> absl::Status {
        result = body(transaction);
        return StatusOf(result);
      });
  if (StatusOf(result).ok() && !status.ok()) result = status;
  return result;
}

}  // namespace milkway::testing

#endif  // MILKWAY_TESTS_SUPPORT_TRANSACT_H_
