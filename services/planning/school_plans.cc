#include "services/planning/school_plans.h"

#include "clients/cpp/status_macros.h"

namespace milkway::planning {

namespace {

int64_t RunOutOf(const rec::SchoolPlanRecord& plan) {
  return plan.has_run_out_day() ? plan.run_out_day() : kNoRunOut;
}

}  // namespace

absl::Status PutSchoolPlan(storage::Transaction& transaction, const std::string& school_id,
                           const rec::SchoolPlanRecord& plan) {
  ASSIGN_OR_RETURN(const auto earlier, SchoolPlanTable::Find(transaction, school_id));
  if (earlier.has_value() && RunOutOf(*earlier) != RunOutOf(plan)) {
    RETURN_IF_ERROR(RunOutTable::Delete(transaction, RunOutOf(*earlier), school_id));
  }
  RETURN_IF_ERROR(RunOutTable::Put(transaction, rec::IndexRecord(), RunOutOf(plan), school_id));
  return SchoolPlanTable::Put(transaction, plan, school_id);
}

absl::StatusOr<rec::SchoolPlanRecord> ReadSchoolPlan(const storage::Reader& reader,
                                                     const std::string& school_id) {
  ASSIGN_OR_RETURN(auto plan, SchoolPlanTable::Find(reader, school_id));
  if (!plan.has_value()) return absl::DataLossError("a school's plan is missing");
  return *std::move(plan);
}

}  // namespace milkway::planning
