// A child as the tables and the keys know it, and what is gone of it.

#ifndef MILKWAY_SERVICES_CONSUMPTION_CHILD_H_
#define MILKWAY_SERVICES_CONSUMPTION_CHILD_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "services/consumption/child_keys.h"
#include "services/consumption/consumption_keys.h"
#include "storage/store.h"

namespace milkway::consumption {

struct Child {
  std::string school_id;
  uint32_t school_number = 0;
  uint32_t number = 0;
};

// NOT_FOUND (SCHOOL_UNKNOWN, STUDENT_UNKNOWN).
absl::StatusOr<Child> FindChild(const storage::Reader& reader, const std::string& school_id,
                                int32_t student_number);

absl::StatusOr<bool> IsErased(const storage::Reader& reader, const Child& child);
// FAILED_PRECONDITION (STUDENT_ERASED).
absl::Status CheckNotErased(const storage::Reader& reader, const Child& child);

// The key that the child's text is sealed under now.
absl::StatusOr<ChildKeyName> KeyInUse(const storage::Reader& reader, const Child& child,
                                      KeySubject subject);

using DoomedKeys = std::vector<rec::DoomedKeysRecord>;
// The key in use is in use no more; adds it to `*doomed`. `erasure` is null unless the child
// is erased.
absl::Status DoomKey(storage::Transaction& transaction, const Child& child, KeySubject subject,
                     const rec::ErasureRecord* erasure, DoomedKeys* doomed);

}  // namespace milkway::consumption

#endif  // MILKWAY_SERVICES_CONSUMPTION_CHILD_H_
