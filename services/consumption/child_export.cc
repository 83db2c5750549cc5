#include "services/consumption/child_export.h"

#include "clients/cpp/status_macros.h"
#include "services/consumption/child.h"
#include "services/consumption/child_convert.h"
#include "services/consumption/consents.h"
#include "services/consumption/incident_convert.h"
#include "services/consumption/measurement_convert.h"
#include "services/consumption/measurements.h"
#include "services/consumption/personal.h"
#include "services/consumption/school_convert.h"
#include "services/consumption/schools.h"
#include "services/consumption/student_set.h"
#include "services/consumption/students.h"

namespace milkway::consumption {

namespace {

using Answer = v1::ExportStudentDataResponse;

absl::Status AddRoster(const storage::Reader& reader, const Child& child, LocalDate today,
                       Answer* answer) {
  const int32_t number = static_cast<int32_t>(child.number);
  ASSIGN_OR_RETURN(const rec::StudentRecord student,
                   ReadStudent(reader, child.school_id, child.school_number, number));
  *answer->mutable_student() = ToMessage(number, student, today);
  return StudentChangeTable::Scan(
      reader, StudentChangeKey::Range(child.school_number, child.number),
      [&](const StudentChangeKey::Key&, const rec::StudentChangeRecord& change) {
        *answer->add_changes() = ToMessage(number, student, change);
        return true;
      });
}

absl::Status AddConsents(const storage::Reader& reader, const ChildKeys::View& keys,
                         const Child& child, Answer* answer) {
  absl::Status status;
  RETURN_IF_ERROR(ConsentTable::Scan(
      reader, ConsentKey::Range(child.school_number, child.number),
      [&](const ConsentKey::Key& key, const rec::ConsentRecord& consent) {
        const uint32_t consent_number = std::get<2>(key);
        v1::Consent& message = *answer->add_consents();
        message = ToMessage(static_cast<int32_t>(child.number), consent_number, consent);
        const auto names = OpenNames(reader, keys, child, consent_number, consent);
        status.Update(names.status());
        if (!names.ok()) return false;
        SetNames(*names, &message);
        return true;
      }));
  return status;
}

absl::Status AddMeasurements(const storage::Reader& reader, const Child& child, Answer* answer) {
  return MeasurementTable::Scan(
      reader, MeasurementKey::Range(child.school_number),
      [&](const MeasurementKey::Key& key, const rec::MeasurementRecord& record) {
        const int32_t number = static_cast<int32_t>(child.number);
        const bool is_of_child = std::get<2>(key) == child.number;
        if (!is_of_child || StandingOf(number, record).IsNothing()) return true;
        const LocalDate on{static_cast<int32_t>(std::get<1>(key))};
        *answer->add_measurements() = ToMessage(on, number, record);
        return true;
      });
}

// Those that name the child; the numbers of others in them are left out.
absl::Status AddIncidents(const storage::Reader& reader, const Child& child, Answer* answer) {
  const int32_t number = static_cast<int32_t>(child.number);
  absl::Status status;
  RETURN_IF_ERROR(
      IncidentTable::Scan(reader, IncidentKey::Range(),
                          [&](const IncidentKey::Key& key, const rec::IncidentRecord& incident) {
                            if (incident.school_number() != child.school_number) return true;
                            const auto students = DecodeStudents(incident.students());
                            status.Update(students.status());
                            if (!students.ok() || !Holds(*students, number)) return students.ok();
                            auto entry = ToMessage(reader, key, incident);
                            status.Update(entry.status());
                            if (!entry.ok()) return false;
                            entry->add_student_numbers(number);
                            if (students->size() == 1) entry->set_note(incident.note());
                            *answer->add_incidents() = *std::move(entry);
                            return true;
                          }));
  return status;
}

}  // namespace

absl::StatusOr<Answer> ExportChild(const storage::Reader& reader, const ChildKeys::View& keys,
                                   const v1::ExportStudentDataRequest& request, int64_t now_us) {
  ASSIGN_OR_RETURN(const int32_t number, ParseStudentNumber(request.student_number()));
  ASSIGN_OR_RETURN(const Child child, FindChild(reader, request.school_id(), number));
  ASSIGN_OR_RETURN(const rec::SchoolRecord school, ReadSchool(reader, request.school_id()));
  Answer answer;
  RETURN_IF_ERROR(AddRoster(reader, child, LocalDateIn(now_us, school.time_zone()), &answer));
  ASSIGN_OR_RETURN(const auto personal, ReadPersonal(reader, keys, child));
  *answer.mutable_personal() = ToMessage(number, personal.value_or(Personal()));
  RETURN_IF_ERROR(AddConsents(reader, keys, child, &answer));
  RETURN_IF_ERROR(AddMeasurements(reader, child, &answer));
  RETURN_IF_ERROR(AddIncidents(reader, child, &answer));
  return answer;
}

}  // namespace milkway::consumption
