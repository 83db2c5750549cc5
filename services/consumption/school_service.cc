#include "services/consumption/school_service.h"

#include <string>
#include <utility>
#include <vector>

#include "clients/cpp/status_macros.h"
#include "services/consumption/child_convert.h"
#include "services/consumption/consents.h"
#include "services/consumption/consumption_errors.h"
#include "services/consumption/school_convert.h"
#include "services/consumption/schools.h"
#include "services/consumption/students.h"
#include "services/runtime/fields.h"
#include "services/runtime/page_scan.h"

namespace milkway::consumption {

using runtime::Call;
using storage::Reader;
using storage::Transaction;

namespace {

namespace inv = inventory::v1;

rec::SchoolRecord SchoolFrom(const inv::Location& location, const Call& call) {
  rec::SchoolRecord school;
  school.set_time_zone(location.time_zone());
  school.set_name_en(location.name_en());
  school.set_name_zh(location.name_zh());
  school.set_registered_us(call.now_us);
  school.set_registered_by(call.caller.id);
  return school;
}

absl::StatusOr<v1::School> SchoolMessage(const Reader& reader, const std::string& school_id,
                                         const rec::SchoolRecord& school, const Call& call) {
  ASSIGN_OR_RETURN(const rec::RosterHeadRecord head, ReadRosterHead(reader, school.number()));
  ASSIGN_OR_RETURN(
      const int64_t drinking,
      CountDrinking(reader, school.number(), LocalDateIn(call.now_us, school.time_zone())));
  return ToMessage(school_id, school, head.student_count(), drinking);
}

// The day whose classes are shown.
absl::StatusOr<LocalDate> DayAsked(const std::string& text, const rec::SchoolRecord& school,
                                   const Call& call) {
  if (text.empty()) return LocalDateIn(call.now_us, school.time_zone());
  return ParseDate("on_day", text);
}

ChangedBy ByCaller(const Call& call) { return {call.caller.id, call.now_us}; }

absl::Status RecordConsents(Transaction& transaction, const std::string& school_id,
                            const std::vector<EnrolmentConsent>& consents, const Call& call) {
  if (consents.empty()) return absl::OkStatus();
  ASSIGN_OR_RETURN(const rec::SchoolRecord school, ReadSchool(transaction, school_id));
  const LocalDate today = LocalDateIn(call.now_us, school.time_zone());
  for (const EnrolmentConsent& consent : consents) {
    const Child child = {school_id, school.number(), static_cast<uint32_t>(consent.student_number)};
    RETURN_IF_ERROR(RecordConsent(transaction, child, consent.statement, rec::ConsentText(),
                                  KeyRing(), today, ByCaller(call))
                        .status());
  }
  return absl::OkStatus();
}

// A page of the changes of a student, or of all (number 0). Returns the next page's token.
absl::StatusOr<std::string> ListChanges(const Reader& reader, uint32_t school_number,
                                        uint32_t number,
                                        const v1::ListStudentChangesRequest& request,
                                        v1::ListStudentChangesResponse* answer) {
  const storage::KeyRange range = number == 0 ? StudentChangeKey::Range(school_number)
                                              : StudentChangeKey::Range(school_number, number);
  uint32_t of_number = 0;
  rec::StudentRecord student;
  absl::Status missing;
  const auto take = [&](const StudentChangeKey::Key& key, const rec::StudentChangeRecord& change) {
    const auto& [of_school, student_number, change_number] = key;
    if (of_number != student_number) {
      const auto stored = StudentTable::Find(reader, school_number, student_number);
      missing.Update(stored.status());
      if (!stored.ok() || !stored->has_value()) return false;
      student = **stored;
      of_number = student_number;
    }
    const int32_t shown_number = static_cast<int32_t>(student_number);
    v1::StudentChange& message = *answer->add_changes();
    message = ToMessage(shown_number, student, change);
    if (change_number != 1) return true;
    const LocalDate enrolled_on{student.enrolled_day()};
    *message.mutable_enrolled() = ToMessage(shown_number, AsEnrolled(student), enrolled_on);
    return true;
  };
  ASSIGN_OR_RETURN(std::string token,
                   runtime::ScanPage<StudentChangeTable>(reader, range, request, take));
  RETURN_IF_ERROR(missing);
  return token;
}

}  // namespace

grpc::ServerUnaryReactor* SchoolService::RegisterSchool(Context* context,
                                                        const v1::RegisterSchoolRequest* request,
                                                        v1::RegisterSchoolResponse* response) {
  const auto ask = [this, request](const Call&,
                                   runtime::Handlers::Finish<inv::GetLocationResponse> finish) {
    inv::GetLocationRequest location;
    location.set_location_id(request->school_id());
    catalog_.Call<inv::GetLocationResponse>(&inv::CatalogService::Stub::async::GetLocation,
                                            std::move(location), std::move(finish));
  };
  return handlers_.MutateAfter<inv::GetLocationResponse>(
      context, request, response, ask,
      [request](Transaction& transaction, const Call& call, const inv::GetLocationResponse& answer)
          -> absl::StatusOr<v1::RegisterSchoolResponse> {
        const inv::Location& location = answer.location();
        if (location.kind() != inv::LOCATION_KIND_SCHOOL) return NotASchool(request->school_id());
        ASSIGN_OR_RETURN(const rec::SchoolRecord school,
                         consumption::RegisterSchool(transaction, request->school_id(),
                                                     SchoolFrom(location, call)));
        v1::RegisterSchoolResponse registered;
        ASSIGN_OR_RETURN(*registered.mutable_school(),
                         SchoolMessage(transaction, request->school_id(), school, call));
        call.Changed(nullptr, &registered.school());
        return registered;
      });
}

grpc::ServerUnaryReactor* SchoolService::GetSchool(Context* context,
                                                   const v1::GetSchoolRequest* request,
                                                   v1::GetSchoolResponse* response) {
  return handlers_.Query(
      context, request, response,
      [request](const Reader& reader, const Call& call) -> absl::StatusOr<v1::GetSchoolResponse> {
        ASSIGN_OR_RETURN(const rec::SchoolRecord school, ReadSchool(reader, request->school_id()));
        v1::GetSchoolResponse answer;
        ASSIGN_OR_RETURN(*answer.mutable_school(),
                         SchoolMessage(reader, request->school_id(), school, call));
        return answer;
      });
}

grpc::ServerUnaryReactor* SchoolService::ListSchools(Context* context,
                                                     const v1::ListSchoolsRequest* request,
                                                     v1::ListSchoolsResponse* response) {
  return handlers_.Query(
      context, request, response,
      [request](const Reader& reader, const Call& call) -> absl::StatusOr<v1::ListSchoolsResponse> {
        v1::ListSchoolsResponse answer;
        absl::Status status;
        ASSIGN_OR_RETURN(*answer.mutable_next_page_token(),
                         runtime::ScanPage<SchoolTable>(
                             reader, SchoolKey::Range(), *request,
                             [&](const SchoolKey::Key& key, const rec::SchoolRecord& school) {
                               auto message = SchoolMessage(reader, std::get<0>(key), school, call);
                               status.Update(message.status());
                               if (message.ok()) *answer.add_schools() = *std::move(message);
                               return true;
                             }));
        RETURN_IF_ERROR(status);
        return answer;
      });
}

grpc::ServerUnaryReactor* SchoolService::EnrolStudents(Context* context,
                                                       const v1::EnrolStudentsRequest* request,
                                                       v1::EnrolStudentsResponse* response) {
  return handlers_.Mutate(
      context, request, response,
      [request](Transaction& transaction,
                const Call& call) -> absl::StatusOr<v1::EnrolStudentsResponse> {
        ASSIGN_OR_RETURN(const std::vector<Enrolment> enrolments, ParseEnrolments(*request));
        ASSIGN_OR_RETURN(const auto consents, ParseEnrolmentConsents(*request));
        ASSIGN_OR_RETURN(const int32_t added,
                         consumption::EnrolStudents(transaction, request->school_id(), enrolments));
        RETURN_IF_ERROR(RecordConsents(transaction, request->school_id(), consents, call));
        v1::EnrolStudentsResponse answer;
        answer.set_added(added);
        return answer;
      });
}

grpc::ServerUnaryReactor* SchoolService::UpdateStudent(Context* context,
                                                       const v1::UpdateStudentRequest* request,
                                                       v1::UpdateStudentResponse* response) {
  return handlers_.Mutate(
      context, request, response,
      [request](Transaction& transaction,
                const Call& call) -> absl::StatusOr<v1::UpdateStudentResponse> {
        ASSIGN_OR_RETURN(const StudentChange change, ParseStudentChange(*request));
        ASSIGN_OR_RETURN(const rec::SchoolRecord school,
                         ReadSchool(transaction, request->school_id()));
        const LocalDate today = LocalDateIn(call.now_us, school.time_zone());
        ASSIGN_OR_RETURN(const rec::StudentRecord student,
                         consumption::UpdateStudent(transaction, request->school_id(), change,
                                                    today, call.caller.id, call.now_us));
        v1::UpdateStudentResponse answer;
        *answer.mutable_student() = ToMessage(change.student_number, student, today);
        return answer;
      });
}

grpc::ServerUnaryReactor* SchoolService::TransferStudent(Context* context,
                                                         const v1::TransferStudentRequest* request,
                                                         v1::TransferStudentResponse* response) {
  return handlers_.Mutate(
      context, request, response,
      [request](Transaction& transaction,
                const Call& call) -> absl::StatusOr<v1::TransferStudentResponse> {
        ASSIGN_OR_RETURN(const Transfer transfer, ParseTransfer(*request));
        ASSIGN_OR_RETURN(const auto ends,
                         consumption::TransferStudent(transaction, transfer, ByCaller(call)));
        v1::TransferStudentResponse answer;
        *answer.mutable_left() = ToMessage(transfer.from_number, ends.first, transfer.on);
        *answer.mutable_enrolled() = ToMessage(transfer.to_number, ends.second, transfer.on);
        return answer;
      });
}

grpc::ServerUnaryReactor* SchoolService::RollOverClasses(Context* context,
                                                         const v1::RollOverClassesRequest* request,
                                                         v1::RollOverClassesResponse* response) {
  return handlers_.Mutate(
      context, request, response,
      [request](Transaction& transaction,
                const Call& call) -> absl::StatusOr<v1::RollOverClassesResponse> {
        ASSIGN_OR_RETURN(std::vector<ClassMove> moves, ParseMoves(*request));
        ASSIGN_OR_RETURN(const RollOver roll_over, ParseRollOver(*request));
        RETURN_IF_ERROR(
            consumption::RollOverClasses(transaction, roll_over, ByCaller(call), &moves));
        v1::RollOverClassesResponse answer;
        for (const ClassMove& move : moves) {
          v1::ClassMoved& moved = *answer.add_classes();
          moved.set_from_class(move.from_class);
          moved.set_to_class(move.to_class);
          moved.set_students(move.students);
        }
        return answer;
      });
}

grpc::ServerUnaryReactor* SchoolService::ListStudentChanges(
    Context* context, const v1::ListStudentChangesRequest* request,
    v1::ListStudentChangesResponse* response) {
  return handlers_.Query(
      context, request, response,
      [request](const Reader& reader,
                const Call&) -> absl::StatusOr<v1::ListStudentChangesResponse> {
        ASSIGN_OR_RETURN(const rec::SchoolRecord school, ReadSchool(reader, request->school_id()));
        const uint32_t number = static_cast<uint32_t>(request->student_number());
        if (number != 0) {
          RETURN_IF_ERROR(
              ReadStudent(reader, request->school_id(), school.number(), request->student_number())
                  .status());
        }
        v1::ListStudentChangesResponse answer;
        ASSIGN_OR_RETURN(*answer.mutable_next_page_token(),
                         ListChanges(reader, school.number(), number, *request, &answer));
        return answer;
      });
}

grpc::ServerUnaryReactor* SchoolService::ListStudents(Context* context,
                                                      const v1::ListStudentsRequest* request,
                                                      v1::ListStudentsResponse* response) {
  return handlers_.Query(
      context, request, response,
      [request](const Reader& reader,
                const Call& call) -> absl::StatusOr<v1::ListStudentsResponse> {
        ASSIGN_OR_RETURN(const rec::SchoolRecord school, ReadSchool(reader, request->school_id()));
        ASSIGN_OR_RETURN(const LocalDate on, DayAsked(request->on_day(), school, call));
        v1::ListStudentsResponse answer;
        ASSIGN_OR_RETURN(*answer.mutable_next_page_token(),
                         runtime::ScanPage<StudentTable>(
                             reader, StudentKey::Range(school.number()), *request,
                             [&](const StudentKey::Key& key, const rec::StudentRecord& student) {
                               const std::string& wanted = request->class_name();
                               if (!wanted.empty() && wanted != ClassOn(student, on)) return false;
                               if (request->only_enrolled() && !IsEnrolledOn(student, on)) {
                                 return false;
                               }
                               *answer.add_students() =
                                   ToMessage(static_cast<int32_t>(std::get<1>(key)), student, on);
                               return true;
                             }));
        return answer;
      });
}

}  // namespace milkway::consumption
