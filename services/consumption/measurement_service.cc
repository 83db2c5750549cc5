#include "services/consumption/measurement_service.h"

#include <string>
#include <utility>

#include "clients/cpp/status_macros.h"
#include "services/consumption/consumption_errors.h"
#include "services/consumption/measurement_convert.h"
#include "services/consumption/measurements.h"
#include "services/consumption/schools.h"
#include "services/runtime/page_scan.h"

namespace milkway::consumption {

using runtime::Call;
using storage::Reader;
using storage::Transaction;

namespace {

// With scores, if there is a reference.
absl::StatusOr<v1::RecordedMeasurement> MessageOf(const Reader& reader,
                                                  const growth::GrowthReference* reference,
                                                  const std::string& school_id,
                                                  uint32_t school_number, LocalDate on,
                                                  const Measured& measured,
                                                  const rec::MeasurementRecord& record) {
  v1::RecordedMeasurement message = ToMessage(on, measured.student_number, record);
  if (reference == nullptr) return message;
  ASSIGN_OR_RETURN(const rec::StudentRecord student,
                   ReadStudent(reader, school_id, school_number, measured.student_number));
  SetScores(ScoreOf(*reference, student, on, measured), &message);
  return message;
}

}  // namespace

grpc::ServerUnaryReactor* MeasurementService::RecordMeasurements(
    Context* context, const v1::RecordMeasurementsRequest* request,
    v1::RecordMeasurementsResponse* response) {
  return handlers_.Mutate(
      context, request, response,
      [request](Transaction& transaction,
                const Call& call) -> absl::StatusOr<v1::RecordMeasurementsResponse> {
        ASSIGN_OR_RETURN(const MeasuringDay day, ParseMeasuringDay(*request));
        v1::RecordMeasurementsResponse answer;
        ASSIGN_OR_RETURN(const int32_t added, consumption::RecordMeasurements(
                                                  transaction, day, {call.caller.id, call.now_us}));
        answer.set_added(added);
        return answer;
      });
}

grpc::ServerUnaryReactor* MeasurementService::CorrectMeasurement(
    Context* context, const v1::CorrectMeasurementRequest* request,
    v1::CorrectMeasurementResponse* response) {
  return handlers_.Mutate(
      context, request, response,
      [this, request](Transaction& transaction,
                      const Call& call) -> absl::StatusOr<v1::CorrectMeasurementResponse> {
        ASSIGN_OR_RETURN(const MeasurementCorrection correction,
                         ParseMeasurementCorrection(*request));
        ASSIGN_OR_RETURN(const rec::MeasurementRecord record,
                         consumption::CorrectMeasurement(transaction, correction,
                                                         {call.caller.id, call.now_us}));
        ASSIGN_OR_RETURN(const rec::SchoolRecord school,
                         ReadSchool(transaction, correction.school_id));
        v1::CorrectMeasurementResponse answer;
        ASSIGN_OR_RETURN(*answer.mutable_measurement(),
                         MessageOf(transaction, reference_, correction.school_id, school.number(),
                                   correction.on, correction.measured, record));
        return answer;
      });
}

grpc::ServerUnaryReactor* MeasurementService::ListMeasurements(
    Context* context, const v1::ListMeasurementsRequest* request,
    v1::ListMeasurementsResponse* response) {
  return handlers_.Query(
      context, request, response,
      [this, request](const Reader& reader,
                      const Call&) -> absl::StatusOr<v1::ListMeasurementsResponse> {
        ASSIGN_OR_RETURN(const DaysAsked days,
                         ParseAnyDays(request->from_day(), request->to_day()));
        ASSIGN_OR_RETURN(const rec::SchoolRecord school, ReadSchool(reader, request->school_id()));
        v1::ListMeasurementsResponse answer;
        absl::Status status;
        const auto take = [&](const MeasurementKey::Key& key,
                              const rec::MeasurementRecord& record) {
          const int32_t student = static_cast<int32_t>(std::get<2>(key));
          const Measured standing = StandingOf(student, record);
          const int32_t wanted = request->student_number();
          if (standing.IsNothing() || (wanted != 0 && wanted != student)) return false;
          auto message =
              MessageOf(reader, reference_, request->school_id(), school.number(),
                        LocalDate{static_cast<int32_t>(std::get<1>(key))}, standing, record);
          status.Update(message.status());
          if (message.ok()) *answer.add_measurements() = *std::move(message);
          return true;
        };
        ASSIGN_OR_RETURN(
            *answer.mutable_next_page_token(),
            runtime::ScanPage<MeasurementTable>(
                reader, MeasuredBetween(school.number(), days.from, days.to), *request, take));
        RETURN_IF_ERROR(status);
        return answer;
      });
}

grpc::ServerUnaryReactor* MeasurementService::GetGrowthSummary(
    Context* context, const v1::GetGrowthSummaryRequest* request,
    v1::GetGrowthSummaryResponse* response) {
  return handlers_.Query(
      context, request, response,
      [this, request](const Reader& reader,
                      const Call&) -> absl::StatusOr<v1::GetGrowthSummaryResponse> {
        ASSIGN_OR_RETURN(const PeriodsAsked asked, ParsePeriods(*request));
        if (reference_ == nullptr) return GrowthReferenceMissing();
        ASSIGN_OR_RETURN(
            const GrowthSummary summary,
            SummarizeGrowth(reader, *reference_, request->school_id(), asked.first, asked.second));
        return ToMessage(summary);
      });
}

}  // namespace milkway::consumption
