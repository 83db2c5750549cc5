// Why a plan says what it says, in words with numbers. Pure.

#ifndef MILKWAY_SERVICES_PLANNING_REASONS_H_
#define MILKWAY_SERVICES_PLANNING_REASONS_H_

#include <string>
#include <vector>

#include "milkway/planning/v1/plans.pb.h"
#include "services/planning/school_plan.h"

namespace milkway::planning {

std::vector<v1::Reason> ReasonsOf(const SchoolFacts& facts, const Plan& plan);

v1::Reason MakeReason(const std::string& code, const std::string& text_en,
                      const std::string& text_zh);

}  // namespace milkway::planning

#endif  // MILKWAY_SERVICES_PLANNING_REASONS_H_
