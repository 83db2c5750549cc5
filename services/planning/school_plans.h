// Plans of schools as evaluations leave them, in order of running out.

#ifndef MILKWAY_SERVICES_PLANNING_SCHOOL_PLANS_H_
#define MILKWAY_SERVICES_PLANNING_SCHOOL_PLANS_H_

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "services/planning/planning_keys.h"
#include "storage/store.h"

namespace milkway::planning {

// Stores a plan instead of the one before.
absl::Status PutSchoolPlan(storage::Transaction& transaction, const std::string& school_id,
                           const rec::SchoolPlanRecord& plan);

// DATA_LOSS if it is not there, though an index names it.
absl::StatusOr<rec::SchoolPlanRecord> ReadSchoolPlan(const storage::Reader& reader,
                                                     const std::string& school_id);

}  // namespace milkway::planning

#endif  // MILKWAY_SERVICES_PLANNING_SCHOOL_PLANS_H_
