// Between plans, their records and their messages; input checks of plan requests.

#ifndef MILKWAY_SERVICES_PLANNING_PLAN_CONVERT_H_
#define MILKWAY_SERVICES_PLANNING_PLAN_CONVERT_H_

#include <string>

#include "milkway/planning/v1/plans.pb.h"
#include "services/planning/lead_time.h"
#include "services/planning/planning_keys.h"
#include "services/planning/school_survey_questions.h"

namespace milkway::planning {

rec::SchoolPlanRecord ToRecord(const PlannedSchool& planned, int64_t pass);

// As lists show it.
v1::SchoolPlan ToMessage(const std::string& school_id, const rec::SchoolPlanRecord& plan);
// With lots, arrivals and reasons.
v1::SchoolPlan ToMessage(const PlannedSchool& planned);

v1::LeadTimes ToMessage(const std::string& origin_id, const std::string& destination_id,
                        const LeadTime& lead_time);

}  // namespace milkway::planning

#endif  // MILKWAY_SERVICES_PLANNING_PLAN_CONVERT_H_
