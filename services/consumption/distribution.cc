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
  return record;
}

absl::StatusOr<std::vector<DistributionLine>> LinesOf(const rec::RevisionRecord& revision) {
  std::vector<DistributionLine> lines;
  for (const rec::LineRecord& record : revision.lines()) {
    DistributionLine line;
    line.lot = LotId{record.lot_id()};
    line.serving_g = record.serving_g();
    ASSIGN_OR_RETURN(line.students, DecodeStudents(record.students()));
    line.wasted_g = record.wasted_g();
    lines.push_back(std::move(line));
  }
  return lines;
}

}  // namespace milkway::consumption
