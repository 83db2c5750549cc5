#include "services/consumption/history_service.h"

#include <limits>
#include <string>
#include <utility>
#include <vector>

#include "clients/cpp/status_macros.h"
#include "services/consumption/calendar_convert.h"
#include "services/consumption/incident_convert.h"
#include "services/consumption/incidents.h"
#include "services/consumption/schools.h"
#include "services/consumption/served_days.h"
#include "services/consumption/student_history.h"
#include "services/consumption/students.h"
#include "services/runtime/fields.h"
#include "services/runtime/page_scan.h"

namespace milkway::consumption {

using runtime::Call;
using storage::Reader;

namespace {

// A page of history ends at so many records read, on a whole day.
constexpr size_t kRecordsPerPageMax = 10'000;

v1::StudentServing ToMessage(const StudentServing& serving) {
  v1::StudentServing message;
  message.set_distribution_id(serving.distribution_id);
  message.set_class_name(serving.class_name);
  message.set_session(serving.session);
  message.set_presence(static_cast<v1::Presence>(serving.presence));
  message.set_lot_id(serving.lot.value);
  message.set_served_g(serving.served_g);
  message.set_take_home_packs(static_cast<int32_t>(serving.take_home_packs));
  message.set_is_incident(serving.is_incident);
  return message;
}

v1::IncidentCount CountOf(const v1::IncidentEntry& entry) {
  v1::IncidentCount count;
  count.set_school_id(entry.school_id());
  count.set_served_on(entry.served_on());
  count.set_class_name(entry.class_name());
  count.set_distribution_id(entry.distribution_id());
  count.set_students(entry.students());
  count.set_recorded_us(entry.recorded_us());
  count.set_still_stands(entry.still_stands());
  return count;
}

absl::Status AddChildren(const rec::IncidentRecord& incident, v1::IncidentEntry* message) {
  ASSIGN_OR_RETURN(const StudentSet students, DecodeStudents(incident.students()));
  message->mutable_student_numbers()->Add(students.begin(), students.end());
  message->set_note(incident.note());
  return absl::OkStatus();
}

absl::StatusOr<storage::KeyRange> RangeSince(int64_t since_us) {
  ASSIGN_OR_RETURN(const int64_t since, runtime::ParseNumber("since_us", since_us, 0,
                                                             std::numeric_limits<int64_t>::max()));
  return IncidentsSince(since);
}

}  // namespace

grpc::ServerUnaryReactor* HistoryService::GetStudentHistory(
    Context* context, const v1::GetStudentHistoryRequest* request,
    v1::GetStudentHistoryResponse* response) {
  return handlers_.Query(
      context, request, response,
      [request](const Reader& reader,
                const Call&) -> absl::StatusOr<v1::GetStudentHistoryResponse> {
        ASSIGN_OR_RETURN(const DaysAsked asked,
                         ParseAnyDays(request->from_day(), request->to_day()));
        const int32_t number = request->student_number();
        ASSIGN_OR_RETURN(const rec::SchoolRecord school, ReadSchool(reader, request->school_id()));
        ASSIGN_OR_RETURN(const rec::StudentRecord student,
                         ReadStudent(reader, request->school_id(), school.number(), number));
        ASSIGN_OR_RETURN(const runtime::PageRequest page, runtime::ParsePage(*request));
        v1::GetStudentHistoryResponse answer;
        size_t records_read = 0;
        std::string last_key;
        bool has_more = false;
        absl::Status status;
        RETURN_IF_ERROR(DayTable::Scan(
            reader, page.Rest(DaysBetween(school.number(), asked.from, asked.to)),
            [&](const DayTable::Key& key, const rec::DayRecord& record) {
              has_more = static_cast<size_t>(answer.days_size()) == page.size ||
                         records_read >= kRecordsPerPageMax;
              if (has_more) return false;
              const LocalDate day{static_cast<int32_t>(std::get<1>(key))};
              const auto servings = FindStudentDay(reader, school.number(), day, record, number,
                                                   student, &records_read);
              status = servings.status();
              if (!status.ok()) return false;
              last_key = std::apply(DayTable::Schema::Encode, key);
              if (servings->empty()) return true;
              v1::StudentDay& message = *answer.add_days();
              message.set_day(FormatDate(day));
              for (const StudentServing& serving : *servings) {
                *message.add_servings() = ToMessage(serving);
              }
              return true;
            }));
        RETURN_IF_ERROR(status);
        if (has_more) answer.set_next_page_token(runtime::NextPageToken(*request, last_key));
        return answer;
      });
}

grpc::ServerUnaryReactor* HistoryService::ListServedTwice(Context* context,
                                                          const v1::ListServedTwiceRequest* request,
                                                          v1::ListServedTwiceResponse* response) {
  return handlers_.Query(
      context, request, response,
      [request](const Reader& reader, const Call&) -> absl::StatusOr<v1::ListServedTwiceResponse> {
        ASSIGN_OR_RETURN(const DaysAsked asked,
                         ParseAnyDays(request->from_day(), request->to_day()));
        ASSIGN_OR_RETURN(const rec::SchoolRecord school, ReadSchool(reader, request->school_id()));
        v1::ListServedTwiceResponse answer;
        absl::Status status;
        ASSIGN_OR_RETURN(*answer.mutable_next_page_token(),
                         runtime::ScanPage<DayTable>(
                             reader, DaysBetween(school.number(), asked.from, asked.to), *request,
                             [&](const DayTable::Key& key, const rec::DayRecord& record) {
                               if (record.served_twice().empty()) return false;
                               const auto students = DecodeStudents(record.served_twice());
                               status.Update(students.status());
                               if (!students.ok()) return false;
                               v1::ServedTwiceDay& day = *answer.add_days();
                               day.set_day(FormatDate({static_cast<int32_t>(std::get<1>(key))}));
                               day.mutable_student_numbers()->Add(students->begin(),
                                                                  students->end());
                               return true;
                             }));
        RETURN_IF_ERROR(status);
        return answer;
      });
}

grpc::ServerUnaryReactor* HistoryService::ListIncidents(Context* context,
                                                        const v1::ListIncidentsRequest* request,
                                                        v1::ListIncidentsResponse* response) {
  return handlers_.Query(
      context, request, response,
      [request](const Reader& reader, const Call&) -> absl::StatusOr<v1::ListIncidentsResponse> {
        ASSIGN_OR_RETURN(const storage::KeyRange range, RangeSince(request->since_us()));
        ASSIGN_OR_RETURN(const rec::SchoolRecord school, ReadSchool(reader, request->school_id()));
        v1::ListIncidentsResponse answer;
        absl::Status status;
        ASSIGN_OR_RETURN(*answer.mutable_next_page_token(),
                         runtime::ScanPage<IncidentTable>(
                             reader, range, *request,
                             [&](const IncidentKey::Key& key, const rec::IncidentRecord& incident) {
                               if (incident.school_number() != school.number()) return false;
                               auto message = ToMessage(reader, key, incident);
                               status.Update(message.status());
                               if (message.ok()) status.Update(AddChildren(incident, &*message));
                               if (status.ok()) *answer.add_incidents() = *std::move(message);
                               return true;
                             }));
        RETURN_IF_ERROR(status);
        return answer;
      });
}

grpc::ServerUnaryReactor* HistoryService::ListIncidentCounts(
    Context* context, const v1::ListIncidentCountsRequest* request,
    v1::ListIncidentCountsResponse* response) {
  return handlers_.Query(
      context, request, response,
      [request](const Reader& reader,
                const Call&) -> absl::StatusOr<v1::ListIncidentCountsResponse> {
        ASSIGN_OR_RETURN(const storage::KeyRange range, RangeSince(request->since_us()));
        v1::ListIncidentCountsResponse answer;
        absl::Status status;
        ASSIGN_OR_RETURN(*answer.mutable_next_page_token(),
                         runtime::ScanPage<IncidentTable>(
                             reader, range, *request,
                             [&](const IncidentKey::Key& key, const rec::IncidentRecord& incident) {
                               const auto entry = ToMessage(reader, key, incident);
                               status.Update(entry.status());
                               if (entry.ok()) *answer.add_counts() = CountOf(*entry);
                               return true;
                             }));
        RETURN_IF_ERROR(status);
        return answer;
      });
}

}  // namespace milkway::consumption
