// Children's names and notes in the store, sealed.

#ifndef MILKWAY_SERVICES_CONSUMPTION_PERSONAL_H_
#define MILKWAY_SERVICES_CONSUMPTION_PERSONAL_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "services/consumption/child.h"
#include "services/consumption/child_keys.h"
#include "services/consumption/students.h"
#include "services/runtime/dates.h"
#include "storage/store.h"

namespace milkway::consumption {

// What is to be set of a child; absent: as before.
struct PersonalChange {
  int32_t student_number = 0;
  std::optional<std::string> name;
  std::optional<std::string> note;
};

// The keys that SetPersonal needs for those of the children who are not erased. NOT_FOUND
// (SCHOOL_UNKNOWN, STUDENT_UNKNOWN).
absl::StatusOr<std::vector<ChildKeyName>> KeysToSetPersonal(
    const storage::Reader& reader, const std::string& school_id,
    const std::vector<PersonalChange>& changes);

// Sets names and notes, all or none, under the keys of `ring`. NOT_FOUND (SCHOOL_UNKNOWN,
// STUDENT_UNKNOWN); FAILED_PRECONDITION (STUDENT_ERASED, CONSENT_MISSING); ABORTED
// (CHILD_KEY_CHANGED) if a key is not in the ring. Where what is kept cannot be read any
// more, name or note that are not stated are gone: returns of how many children. Their name
// must be stated: FAILED_PRECONDITION (PERSONAL_UNREADABLE).
absl::StatusOr<int32_t> SetPersonal(storage::Transaction& transaction, const std::string& school_id,
                                    const std::vector<PersonalChange>& changes, const KeyRing& ring,
                                    const ChangedBy& by);

// What is kept of a child.
struct Personal {
  std::string name;
  std::string note;
  int64_t set_us = 0;
  std::string set_by;
  // It opens under no key: that is gone, or of another text, or the text is damaged. Then
  // there is no name and no note.
  bool is_key_gone = false;
};
absl::StatusOr<Personal> OpenPersonal(const storage::Reader& reader, const ChildKeys::View& keys,
                                      const Child& child, const rec::PersonalRecord& record);
// nullopt: nothing was ever set, or it was cleared.
absl::StatusOr<std::optional<Personal>> ReadPersonal(const storage::Reader& reader,
                                                     const ChildKeys::View& keys,
                                                     const Child& child);

// Erases name and note and dooms their key. False if there was nothing.
absl::StatusOr<bool> ClearPersonal(storage::Transaction& transaction, const Child& child,
                                   DoomedKeys* doomed);

}  // namespace milkway::consumption

#endif  // MILKWAY_SERVICES_CONSUMPTION_PERSONAL_H_
