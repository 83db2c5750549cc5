#include "services/consumption/personal_service.h"

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include "clients/cpp/status_macros.h"
#include "services/consumption/child_convert.h"
#include "services/consumption/child_export.h"
#include "services/consumption/key_destroyer.h"
#include "services/consumption/personal.h"
#include "services/consumption/schools.h"
#include "services/consumption/sealed_change.h"
#include "services/consumption/student.h"
#include "services/runtime/page_scan.h"

namespace milkway::consumption {

using runtime::Call;
using runtime::Handlers;
using storage::Reader;
using storage::Transaction;

namespace {

absl::StatusOr<LocalDate> DayAsked(const std::string& text, const rec::SchoolRecord& school,
                                   const Call& call) {
  if (text.empty()) return LocalDateIn(call.now_us, school.time_zone());
  return ParseDate("on_day", text);
}

// Whether a child is in the class that is asked for; in all of them if that is empty.
absl::StatusOr<bool> IsInClass(const Reader& reader, const PersonalKey::Key& key,
                               const std::string& class_name, LocalDate on) {
  if (class_name.empty()) return true;
  ASSIGN_OR_RETURN(const auto student,
                   StudentTable::Find(reader, std::get<0>(key), std::get<1>(key)));
  return student.has_value() && IsEnrolledOn(*student, on) && ClassOn(*student, on) == class_name;
}

absl::StatusOr<std::string> ListPage(const Reader& reader, const ChildKeys::View& keys,
                                     const v1::ListStudentPersonalRequest& request,
                                     uint32_t school_number, LocalDate on,
                                     v1::ListStudentPersonalResponse* answer) {
  absl::Status status;
  const auto take = [&](const PersonalKey::Key& key, const rec::PersonalRecord& record) {
    const absl::StatusOr<bool> is_in_class = IsInClass(reader, key, request.class_name(), on);
    status.Update(is_in_class.status());
    if (!is_in_class.ok() || !*is_in_class) return false;
    const uint32_t student = std::get<1>(key);
    const auto personal =
        OpenPersonal(reader, keys, {request.school_id(), school_number, student}, record);
    status.Update(personal.status());
    if (personal.ok())
      *answer->add_students() = ToMessage(static_cast<int32_t>(student), *personal);
    return true;
  };
  ASSIGN_OR_RETURN(
      std::string token,
      runtime::ScanPage<PersonalTable>(reader, PersonalKey::Range(school_number), request, take));
  RETURN_IF_ERROR(status);
  return token;
}

}  // namespace

grpc::ServerUnaryReactor* PersonalService::SetStudentPersonal(
    Context* context, const v1::SetStudentPersonalRequest* request,
    v1::SetStudentPersonalResponse* response) {
  const auto needs = [request](const Reader& reader,
                               const Call&) -> absl::StatusOr<std::vector<ChildKeyName>> {
    ASSIGN_OR_RETURN(const std::vector<PersonalChange> changes, ParsePersonalChanges(*request));
    return KeysToSetPersonal(reader, request->school_id(), changes);
  };
  const auto change = [request](
                          Transaction& transaction, const Call& call,
                          const KeyRing& ring) -> absl::StatusOr<v1::SetStudentPersonalResponse> {
    ASSIGN_OR_RETURN(const std::vector<PersonalChange> changes, ParsePersonalChanges(*request));
    v1::SetStudentPersonalResponse answer;
    ASSIGN_OR_RETURN(const int32_t lost, SetPersonal(transaction, request->school_id(), changes,
                                                     ring, {call.caller.id, call.now_us}));
    answer.set_lost(lost);
    answer.set_set(static_cast<int32_t>(changes.size()));
    return answer;
  };
  return MutateSealed(handlers_, keys_, context, request, response, needs, change);
}

grpc::ServerUnaryReactor* PersonalService::GetStudentPersonal(
    Context* context, const v1::GetStudentPersonalRequest* request,
    v1::GetStudentPersonalResponse* response) {
  return handlers_.Query(
      context, request, response,
      [this, request](const Reader& reader,
                      const Call&) -> absl::StatusOr<v1::GetStudentPersonalResponse> {
        ASSIGN_OR_RETURN(const int32_t number, ParseStudentNumber(request->student_number()));
        ASSIGN_OR_RETURN(const Child child, FindChild(reader, request->school_id(), number));
        ASSIGN_OR_RETURN(const auto personal, ReadPersonal(reader, keys_.NewView(), child));
        v1::GetStudentPersonalResponse answer;
        *answer.mutable_personal() = ToMessage(number, personal.value_or(Personal()));
        return answer;
      });
}

grpc::ServerUnaryReactor* PersonalService::ListStudentPersonal(
    Context* context, const v1::ListStudentPersonalRequest* request,
    v1::ListStudentPersonalResponse* response) {
  return handlers_.Query(
      context, request, response,
      [this, request](const Reader& reader,
                      const Call& call) -> absl::StatusOr<v1::ListStudentPersonalResponse> {
        ASSIGN_OR_RETURN(const rec::SchoolRecord school, ReadSchool(reader, request->school_id()));
        ASSIGN_OR_RETURN(const LocalDate on, DayAsked(request->on_day(), school, call));
        v1::ListStudentPersonalResponse answer;
        ASSIGN_OR_RETURN(*answer.mutable_next_page_token(),
                         ListPage(reader, keys_.NewView(), *request, school.number(), on, &answer));
        const auto is_gone = [](const v1::StudentPersonal& student) { return student.key_gone(); };
        if (std::any_of(answer.students().begin(), answer.students().end(), is_gone)) {
          unreadable_.Tell(request->school_id());
        }
        return answer;
      });
}

grpc::ServerUnaryReactor* PersonalService::ClearStudentPersonal(
    Context* context, const v1::ClearStudentPersonalRequest* request,
    v1::ClearStudentPersonalResponse* response) {
  return handlers_.MutateAcross(
      context, request, response, kKeyDestruction,
      [request](Transaction& transaction, const Call&) -> absl::StatusOr<std::string> {
        ASSIGN_OR_RETURN(const int32_t number, ParseStudentNumber(request->student_number()));
        ASSIGN_OR_RETURN(const Child child, FindChild(transaction, request->school_id(), number));
        DoomedKeys doomed;
        v1::ClearStudentPersonalResponse answer;
        ASSIGN_OR_RETURN(const bool is_cleared, ClearPersonal(transaction, child, &doomed));
        answer.set_cleared(is_cleared);
        return DestructionPayload(doomed, {}, answer);
      });
}

grpc::ServerUnaryReactor* PersonalService::ExportStudentData(
    Context* context, const v1::ExportStudentDataRequest* request,
    v1::ExportStudentDataResponse* response) {
  using Response = v1::ExportStudentDataResponse;
  // It reads all measurements of the school, which is too long for a thread of gRPC.
  return handlers_.Async(context, request, response,
                         [this, request](const Call& call, Handlers::Finish<Response> finish) {
                           const int64_t now_us = call.now_us;
                           asking_.Reply<Response>(std::move(finish), [this, request, now_us] {
                             const auto snapshot = handlers_.parts().store->NewSnapshot();
                             return ExportChild(*snapshot, keys_.NewView(), *request, now_us);
                           });
                         });
}

}  // namespace milkway::consumption
