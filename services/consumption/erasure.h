// Erasing children in the store of the data, and keeping it in step with that of the keys.

#ifndef MILKWAY_SERVICES_CONSUMPTION_ERASURE_H_
#define MILKWAY_SERVICES_CONSUMPTION_ERASURE_H_

#include <cstdint>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "services/consumption/child.h"
#include "services/consumption/child_keys.h"
#include "services/consumption/rewritten.h"
#include "services/consumption/students.h"
#include "storage/store.h"

namespace milkway::consumption {

// What an erasure erased.
struct Erased {
  bool has_name = false;
  int32_t measurements = 0;
  int32_t guardian_names = 0;
  DoomedKeys doomed;  // none: the child was erased before
  Rewritten rewritten;
};

// Erases all that tells of a child, and keeps what it drank. A child that is erased already
// has nothing to erase. `erasure` says why, when and by whom.
absl::StatusOr<Erased> EraseStudent(storage::Transaction& transaction, const Child& child,
                                    const rec::ErasureRecord& erasure);

// At start, before anybody calls: what either store knows to be erased is erased in the
// other, too. One of them may have been restored from an older backup. The keys are gone
// from all files when it returns OK; that no file of the data holds the rows any more is
// left to a step (key_destroyer.h) that is to be resumed. `keys` must have a store. If it returns
// anything else, or the process ends, the step destroys the keys as well. Blocks.
absl::Status ErasePastErasures(storage::Store& data, ChildKeys& keys);

}  // namespace milkway::consumption

#endif  // MILKWAY_SERVICES_CONSUMPTION_ERASURE_H_
