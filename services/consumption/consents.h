// The consents of guardians in the store: recorded, taken back, never removed.

#ifndef MILKWAY_SERVICES_CONSUMPTION_CONSENTS_H_
#define MILKWAY_SERVICES_CONSUMPTION_CONSENTS_H_

#include <cstdint>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "services/consumption/child.h"
#include "services/consumption/child_keys.h"
#include "services/consumption/students.h"
#include "services/runtime/dates.h"
#include "storage/store.h"

namespace milkway::consumption {

inline constexpr uint32_t kConsentsMax = 200;  // of one child

// What a guardian agreed to; numbers of the public enums.
struct ConsentStatement {
  uint32_t purpose = 0;
  uint32_t relation = 0;
  uint32_t manner = 0;
  LocalDate given_on;
};

// True if a consent to `purpose` was given on `day` or before, and none took it back since,
// for whatever day: what was taken back permits nothing any more.
absl::StatusOr<bool> HasConsent(const storage::Reader& reader, const Child& child, uint32_t purpose,
                                LocalDate day);

// Records a consent, and returns its number. One that says the same is left as it is, but
// for names that it has not, or that cannot be read any more. `names` may be empty; then
// `ring` need not have the key. INVALID_ARGUMENT (given_on after `today`); FAILED_PRECONDITION
// (STUDENT_ERASED, TOO_MANY_CONSENTS); ABORTED (CHILD_KEY_CHANGED).
absl::StatusOr<uint32_t> RecordConsent(storage::Transaction& transaction, const Child& child,
                                       const ConsentStatement& statement,
                                       const rec::ConsentText& names, const KeyRing& ring,
                                       LocalDate today, const ChangedBy& by);

struct Withdrawal {
  uint32_t consent_number = 0;
  std::optional<LocalDate> on;  // absent: today
  bool erases_recorded = false;
};
// What followed from it.
struct Withdrawn {
  int32_t measurements_erased = 0;
  bool is_name_erased = false;
  bool is_excluded = false;  // false: is given none already, or may be given it
  DoomedKeys doomed;
};
// Takes a consent back, and does what follows from it. NOT_FOUND (CONSENT_UNKNOWN);
// FAILED_PRECONDITION (CONSENT_WITHDRAWN); INVALID_ARGUMENT (withdrawn_on, or
// erase_recorded of another purpose than MEASUREMENTS).
absl::StatusOr<Withdrawn> WithdrawConsent(storage::Transaction& transaction, const Child& child,
                                          const Withdrawal& withdrawal, LocalDate today,
                                          const ChangedBy& by);

// The names in a consent; empty if there are none, nullopt if they cannot be read, for
// their key is gone or they are damaged.
absl::StatusOr<std::optional<rec::ConsentText>> OpenNames(const storage::Reader& reader,
                                                          const ChildKeys::View& keys,
                                                          const Child& child,
                                                          uint32_t consent_number,
                                                          const rec::ConsentRecord& record);

// Erases the names of guardians and witnesses of a child, and dooms their key. Returns how
// many consents had some.
absl::StatusOr<int32_t> ClearGuardians(storage::Transaction& transaction, const Child& child,
                                       DoomedKeys* doomed);

}  // namespace milkway::consumption

#endif  // MILKWAY_SERVICES_CONSUMPTION_CONSENTS_H_
