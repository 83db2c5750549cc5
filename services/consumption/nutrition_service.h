// gRPC: nutrients and daily needs.

#ifndef MILKWAY_SERVICES_CONSUMPTION_NUTRITION_SERVICE_H_
#define MILKWAY_SERVICES_CONSUMPTION_NUTRITION_SERVICE_H_

#include "milkway/consumption/v1/nutrition.grpc.pb.h"
#include "services/consumption/daily_needs.h"
#include "services/consumption/label_questions.h"
#include "services/runtime/asking.h"
#include "services/runtime/handler.h"

namespace milkway::consumption {

class NutritionService final : public v1::NutritionService::CallbackService {
 public:
  using Context = grpc::CallbackServerContext;
  using Reactor = grpc::ServerUnaryReactor;

  // All must outlive the service.
  NutritionService(runtime::Handlers::Parts parts, runtime::Asking* asking, LabelQuestions* labels,
                   const DailyNeeds* needs)
      : handlers_(parts), asking_(*asking), labels_(*labels), needs_(*needs) {}

  Reactor* GetNutrition(Context* context, const v1::GetNutritionRequest* request,
                        v1::GetNutritionResponse* response) override;
  Reactor* GetStudentNutrition(Context* context, const v1::GetStudentNutritionRequest* request,
                               v1::GetStudentNutritionResponse* response) override;

 private:
  absl::StatusOr<v1::GetNutritionResponse> OfSchool(const v1::GetNutritionRequest& request,
                                                    bool sees_roster);
  absl::StatusOr<v1::GetStudentNutritionResponse> OfStudent(
      const v1::GetStudentNutritionRequest& request);
  // Asks for the labels of what was drunk and adds it up.
  absl::StatusOr<v1::Nutrition> SumUp(const MilkDrunk& milk, const DaysAsked& days,
                                      GroupsTold told);

  runtime::Handlers handlers_;
  runtime::Asking& asking_;
  LabelQuestions& labels_;
  const DailyNeeds& needs_;
};

}  // namespace milkway::consumption

#endif  // MILKWAY_SERVICES_CONSUMPTION_NUTRITION_SERVICE_H_
