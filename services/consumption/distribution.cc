#include "services/consumption/distribution.h"

#include <utility>

#include "clients/cpp/status_macros.h"

namespace milkway::consumption {

StudentSet EverybodyOf(const std::vector<DistributionLine>& lines) {
  if (lines.size() == 1) return lines[0].students;
  StudentSet everybody;
  for (const DistributionLine& line : lines) everybody = UnionOf(everybody, line.students);
  return everybody;
}

rec::LineRecord ToRecord(const DistributionLine& line) {
  rec::LineRecord record;
  record.set_lot_id(line.lot.value);
  record.set_serving_g(line.serving_g);
  record.set_students(EncodeStudents(line.students));
  record.set_wasted_g(line.wasted_g);
  record.set_opened_packs(line.opened_packs);
  record.set_pack_g(line.pack_g);
  record.set_take_home_packs(line.take_home_packs);
  return record;
}

void SetAttendance(const Attendance& attendance, rec::RevisionRecord* revision) {
  revision->set_absent(EncodeStudents(attendance.absent));
  revision->set_refused(EncodeStudents(attendance.refused));
  revision->set_incident(EncodeStudents(attendance.incident));
  revision->set_incident_note(attendance.incident_note);
}

absl::StatusOr<Attendance> AttendanceOf(const rec::RevisionRecord& revision) {
  Attendance attendance;
  ASSIGN_OR_RETURN(attendance.absent, DecodeStudents(revision.absent()));
  ASSIGN_OR_RETURN(attendance.refused, DecodeStudents(revision.refused()));
  ASSIGN_OR_RETURN(attendance.incident, DecodeStudents(revision.incident()));
  attendance.incident_note = revision.incident_note();
  return attendance;
}

const rec::RevisionRecord& StandingOf(const rec::DistributionRecord& record) {
  return record.revisions(record.revisions_size() - 1);
}

RecordPlace PlaceOf(const rec::DistributionRecord& record, int64_t distribution_id) {
  return {record.school_number(), LocalDate{record.day()}, record.class_name(), record.session(),
          distribution_id};
}

absl::StatusOr<std::vector<DistributionLine>> LinesOf(const rec::RevisionRecord& revision) {
  std::vector<DistributionLine> lines;
  for (const rec::LineRecord& record : revision.lines()) {
    DistributionLine line;
    line.lot = LotId{record.lot_id()};
    line.serving_g = record.serving_g();
    ASSIGN_OR_RETURN(line.students, DecodeStudents(record.students()));
    line.wasted_g = record.wasted_g();
    line.opened_packs = record.opened_packs();
    line.pack_g = record.pack_g();
    line.take_home_packs = record.take_home_packs();
    lines.push_back(std::move(line));
  }
  return lines;
}

}  // namespace milkway::consumption
