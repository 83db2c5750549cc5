// Schools and their rosters in the store.

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
absl::StatusOr<rec::RosterHeadRecord> ReadRosterHead(const storage::Reader& reader,
                                                     uint32_t school_number);

// Makes a school known. `school` comes without number; a school that is registered
// already is left as it is. Returns what is stored.
absl::StatusOr<rec::SchoolRecord> RegisterSchool(storage::Transaction& transaction,
                                                 const std::string& school_id,
                                                 rec::SchoolRecord school);

// A student as enrolled.
struct Enrolment {
  int32_t student_number = 0;
  rec::StudentRecord student;
};
// Adds students, all or none, and returns how many were not there before. One that
// is there as enrolled, or as it stands now, is left as it is; with other content:
// ALREADY_EXISTS (STUDENT_EXISTS).
absl::StatusOr<int32_t> EnrolStudents(storage::Transaction& transaction,
                                      const std::string& school_id,
                                      const std::vector<Enrolment>& enrolments);

// What of a student can change.
struct StudentChange {
  int32_t student_number = 0;
  std::optional<LocalDate> left_on;
  uint32_t exclusion = 0;  // number of the public Exclusion; 0: none
};
// Changes a student; an exclusion that is new holds from `today` on. NOT_FOUND
// (STUDENT_UNKNOWN); INVALID_ARGUMENT (left_on before the enrolment).
absl::StatusOr<rec::StudentRecord> UpdateStudent(storage::Transaction& transaction,
                                                 const std::string& school_id,
                                                 const StudentChange& change, LocalDate today,
                                                 const std::string& recorded_by, int64_t now_us);

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
