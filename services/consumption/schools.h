// Schools in the store, and what recording keeps of them and their rosters.

#ifndef MILKWAY_SERVICES_CONSUMPTION_SCHOOLS_H_
#define MILKWAY_SERVICES_CONSUMPTION_SCHOOLS_H_

#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_map.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"
#include "services/consumption/consumption_keys.h"
#include "services/consumption/roster.h"
#include "services/runtime/dates.h"
#include "storage/store.h"

namespace milkway::consumption {

// NOT_FOUND (SCHOOL_UNKNOWN).
absl::StatusOr<rec::SchoolRecord> ReadSchool(const storage::Reader& reader,
                                             const std::string& school_id);
// DATA_LOSS if no school has that number.
absl::StatusOr<std::string> FindSchoolId(const storage::Reader& reader, uint32_t school_number);

// Makes a school known. `school` comes without number; a school that is registered
// already is left as it is. Returns what is stored.
absl::StatusOr<rec::SchoolRecord> RegisterSchool(storage::Transaction& transaction,
                                                 const std::string& school_id,
                                                 rec::SchoolRecord school);

// What recording needs of a school again and again: kept in memory. Schools never
// change, and a roster is read anew when its version has changed. Use it in bodies
// that change no school and no roster. Thread-safe.
class SchoolCache {
 public:
  struct School {
    std::string id;
    uint32_t number = 0;
    std::string time_zone;
  };

  // NOT_FOUND (SCHOOL_UNKNOWN).
  absl::StatusOr<std::shared_ptr<const School>> FindSchool(const storage::Reader& reader,
                                                           const std::string& school_id);
  absl::StatusOr<std::shared_ptr<const Roster>> FindRoster(const storage::Reader& reader,
                                                           uint32_t school_number);
  // 23:59:59 of the school's local day.
  absl::StatusOr<OccurredAt> FindEndOfDay(const School& school, LocalDate day);

 private:
  struct CachedRoster {
    uint64_t version = 0;
    std::shared_ptr<const Roster> roster;
  };

  absl::Mutex mutex_;
  absl::flat_hash_map<std::string, std::shared_ptr<const School>> schools_ ABSL_GUARDED_BY(mutex_);
  absl::flat_hash_map<uint32_t, CachedRoster> rosters_ ABSL_GUARDED_BY(mutex_);
  absl::flat_hash_map<std::pair<std::string, int32_t>, OccurredAt> day_ends_
      ABSL_GUARDED_BY(mutex_);
};

}  // namespace milkway::consumption

#endif  // MILKWAY_SERVICES_CONSUMPTION_SCHOOLS_H_
