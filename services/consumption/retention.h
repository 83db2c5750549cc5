// How long personal data of children is kept, and what a purge erases.

#ifndef MILKWAY_SERVICES_CONSUMPTION_RETENTION_H_
#define MILKWAY_SERVICES_CONSUMPTION_RETENTION_H_

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "services/consumption/child.h"
#include "services/consumption/consumption_keys.h"
#include "services/consumption/rewritten.h"
#include "storage/store.h"

namespace milkway::consumption {

// Where nobody set a rule.
inline constexpr uint32_t kNameDaysDefault = 180;
inline constexpr uint32_t kMeasurementDaysDefault = 2'192;  // 6 years
// A purge erases at most so much; another goes on.
inline constexpr size_t kPurgeChildrenMax = 5'000;
inline constexpr size_t kPurgeMeasurementsMax = 20'000;
inline constexpr size_t kPurgeNotesMax = 5'000;

// The rule of a school: its own, or that of all.
absl::StatusOr<rec::RetentionRuleRecord> FindRule(const storage::Reader& reader,
                                                  uint32_t school_number);

// What a purge erases at a school.
struct SchoolPurge {
  std::string school_id;
  uint32_t school_number = 0;
  std::vector<uint32_t> names;                             // students
  std::vector<uint32_t> guardians;                         // students
  std::vector<std::pair<int64_t, uint32_t>> measurements;  // day, student
  std::vector<IncidentKey::Key> notes;                     // incidents

  bool IsEmpty() const {
    return names.empty() && guardians.empty() && measurements.empty() && notes.empty();
  }
};

struct PurgePlan {
  std::vector<SchoolPurge> schools;  // in order of their numbers
  bool has_more = false;
};

// What is to be erased at a school, or at all if `school_id` is empty, by the day of
// `now_us` there. NOT_FOUND (SCHOOL_UNKNOWN). Reads all children, and what is old
// enough of their measurements and incidents: never on the store's own thread.
absl::StatusOr<PurgePlan> PlanPurge(const storage::Reader& reader, const std::string& school_id,
                                    int64_t now_us);

// 64 hexadecimal digits that name exactly this plan; empty for one that erases nothing.
std::string PlanIdOf(const PurgePlan& plan);

// What a purge leaves to be destroyed.
struct Purged {
  DoomedKeys doomed;
  Rewritten rewritten;
};
// Erases what the plan says. ABORTED (PLAN_CHANGED) if some of it is not there or not due
// any more; what has come to be due since is left to another purge.
absl::StatusOr<Purged> RunPurge(storage::Transaction& transaction, const PurgePlan& plan,
                                int64_t now_us);

}  // namespace milkway::consumption

#endif  // MILKWAY_SERVICES_CONSUMPTION_RETENTION_H_
