#include "services/consumption/nutrition_service.h"

#include <memory>
#include <string>
#include <utility>

#include "clients/cpp/status_macros.h"
#include "services/consumption/milk_drunk.h"
#include "services/consumption/nutrition.h"
#include "services/consumption/nutrition_convert.h"
#include "services/consumption/schools.h"
#include "services/consumption/students.h"
#include "services/consumption/terms.h"

namespace milkway::consumption {

using runtime::Call;
using runtime::Handlers;
using storage::Reader;

namespace {

// The roles that may list the school's children.
bool SeesRoster(common::v1::Role role) {
  return role == common::v1::ROLE_ADMIN || role == common::v1::ROLE_SCHOOL_CONTACT;
}

// Groups of parts of a school, or of days that overlap others, could be taken from each
// other; those of whole terms of whole schools cannot.
GroupsTold WhatIsTold(bool sees_roster, const NutritionAsked& asked) {
  if (sees_roster) return GroupsTold::kAll;
  const bool is_whole = asked.class_name.empty() && !asked.when.term_id.empty();
  return is_whole ? GroupsTold::kTenOrMore : GroupsTold::kNone;
}

absl::StatusOr<DaysAsked> DaysOf(const Reader& reader, const std::string& school_id,
                                 uint32_t school_number, const DaysOrTerm& when) {
  if (when.days.has_value()) return *when.days;
  ASSIGN_OR_RETURN(const Term term, FindTerm(reader, school_id, school_number, when.term_id));
  return DaysAsked{term.first_day, term.last_day()};
}

}  // namespace

grpc::ServerUnaryReactor* NutritionService::GetNutrition(Context* context,
                                                         const v1::GetNutritionRequest* request,
                                                         v1::GetNutritionResponse* response) {
  using Response = v1::GetNutritionResponse;
  return handlers_.Async(context, request, response,
                         [this, request](const Call& call, Handlers::Finish<Response> finish) {
                           const bool sees_roster = SeesRoster(call.caller.role);
                           asking_.Reply<Response>(std::move(finish), [this, request, sees_roster] {
                             return OfSchool(*request, sees_roster);
                           });
                         });
}

grpc::ServerUnaryReactor* NutritionService::GetStudentNutrition(
    Context* context, const v1::GetStudentNutritionRequest* request,
    v1::GetStudentNutritionResponse* response) {
  using Response = v1::GetStudentNutritionResponse;
  return handlers_.Async(
      context, request, response, [this, request](const Call&, Handlers::Finish<Response> finish) {
        asking_.Reply<Response>(std::move(finish), [this, request] { return OfStudent(*request); });
      });
}

absl::StatusOr<v1::GetNutritionResponse> NutritionService::OfSchool(
    const v1::GetNutritionRequest& request, bool sees_roster) {
  ASSIGN_OR_RETURN(const NutritionAsked asked, ParseNutritionAsked(request));
  std::shared_ptr<const storage::Snapshot> snapshot = handlers_.parts().store->NewSnapshot();
  ASSIGN_OR_RETURN(const rec::SchoolRecord school, ReadSchool(*snapshot, request.school_id()));
  ASSIGN_OR_RETURN(const DaysAsked days,
                   DaysOf(*snapshot, request.school_id(), school.number(), asked.when));
  ASSIGN_OR_RETURN(const MilkDrunk milk,
                   FindMilk(*snapshot, school.number(), asked.class_name, days, needs_));
  snapshot.reset();
  v1::GetNutritionResponse answer;
  ASSIGN_OR_RETURN(*answer.mutable_nutrition(), SumUp(milk, days, WhatIsTold(sees_roster, asked)));
  return answer;
}

absl::StatusOr<v1::GetStudentNutritionResponse> NutritionService::OfStudent(
    const v1::GetStudentNutritionRequest& request) {
  ASSIGN_OR_RETURN(const StudentNutritionAsked asked, ParseStudentNutritionAsked(request));
  std::shared_ptr<const storage::Snapshot> snapshot = handlers_.parts().store->NewSnapshot();
  ASSIGN_OR_RETURN(const rec::SchoolRecord school, ReadSchool(*snapshot, request.school_id()));
  RETURN_IF_ERROR(
      ReadStudent(*snapshot, request.school_id(), school.number(), asked.student_number).status());
  ASSIGN_OR_RETURN(const DaysAsked days,
                   DaysOf(*snapshot, request.school_id(), school.number(), asked.when));
  ASSIGN_OR_RETURN(const MilkDrunk milk, FindMilkOfStudent(*snapshot, school.number(),
                                                           asked.student_number, days, needs_));
  snapshot.reset();
  v1::GetStudentNutritionResponse answer;
  ASSIGN_OR_RETURN(*answer.mutable_nutrition(), SumUp(milk, days, GroupsTold::kAll));
  return answer;
}

absl::StatusOr<v1::Nutrition> NutritionService::SumUp(const MilkDrunk& milk, const DaysAsked& days,
                                                      GroupsTold told) {
  ASSIGN_OR_RETURN(const LabelByLot labels, labels_.LabelsOf(milk.Lots()));
  ASSIGN_OR_RETURN(const Nutrition nutrition, SumUpNutrition(milk, labels, needs_, told));
  return ToMessage(nutrition, days, needs_.source());
}

}  // namespace milkway::consumption
