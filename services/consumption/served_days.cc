#include "services/consumption/served_days.h"

#include "clients/cpp/status_macros.h"

namespace milkway::consumption {

size_t DaySums::Add(const std::vector<DistributionLine>& lines) {
  StudentSet on_site;
  for (const DistributionLine& line : lines) {
    if (line.take_home_packs == 0) on_site = UnionOf(on_site, line.students);
    servings += static_cast<int64_t>(line.students.size());
    served_g += line.served_g();
    wasted_g += line.wasted_g;
  }
  ++class_records;
  const StudentSet again = InBoth(on_site, Without(students, take_home_only));
  if (!again.empty()) served_twice = UnionOf(served_twice, again);
  const StudentSet everybody = EverybodyOf(lines);
  if (everybody.size() > on_site.size()) {
    const StudentSet only_took = Without(Without(everybody, on_site), students);
    take_home_only = UnionOf(take_home_only, only_took);
  }
  take_home_only = Without(take_home_only, on_site);
  students = UnionOf(students, everybody);
  return again.size();
}

rec::DayRecord ToRecord(const DaySums& sums) {
  rec::DayRecord record;
  record.set_students(EncodeStudents(sums.students));
  record.set_take_home_only(EncodeStudents(sums.take_home_only));
  record.set_served_twice(EncodeStudents(sums.served_twice));
  record.set_class_records(static_cast<uint32_t>(sums.class_records));
  record.set_servings(static_cast<uint32_t>(sums.servings));
  record.set_served_g(sums.served_g);
  record.set_wasted_g(sums.wasted_g);
  return record;
}

absl::StatusOr<DaySums> SumsOf(const rec::DayRecord& record) {
  DaySums sums;
  ASSIGN_OR_RETURN(sums.students, DecodeStudents(record.students()));
  ASSIGN_OR_RETURN(sums.take_home_only, DecodeStudents(record.take_home_only()));
  ASSIGN_OR_RETURN(sums.served_twice, DecodeStudents(record.served_twice()));
  sums.class_records = record.class_records();
  sums.servings = record.servings();
  sums.served_g = record.served_g();
  sums.wasted_g = record.wasted_g();
  return sums;
}

absl::StatusOr<int32_t> AddToDay(storage::Transaction& transaction, uint32_t school_number,
                                 LocalDate day, const std::vector<DistributionLine>& lines) {
  ASSIGN_OR_RETURN(const auto stored,
                   DayTable::Find(transaction, school_number, int64_t{day.days}));
  DaySums sums;
  if (stored.has_value()) {
    ASSIGN_OR_RETURN(sums, SumsOf(*stored));
  }
  const size_t again = sums.Add(lines);
  RETURN_IF_ERROR(DayTable::Put(transaction, ToRecord(sums), school_number, int64_t{day.days}));
  return static_cast<int32_t>(again);
}

absl::Status RecomputeDay(storage::Transaction& transaction, uint32_t school_number,
                          LocalDate day) {
  ASSIGN_OR_RETURN(const DaySums sums, FindClassDay(transaction, school_number, day, ""));
  if (sums.class_records == 0) {
    return DayTable::Delete(transaction, school_number, int64_t{day.days});
  }
  return DayTable::Put(transaction, ToRecord(sums), school_number, int64_t{day.days});
}

absl::Status ForEachStanding(const storage::Reader& reader, uint32_t school_number, LocalDate day,
                             const std::string& class_name, RecordVisitor visit) {
  const storage::KeyRange range =
      class_name.empty() ? SessionKey::Range(school_number, int64_t{day.days})
                         : SessionKey::Range(school_number, int64_t{day.days}, class_name);
  absl::Status status;
  RETURN_IF_ERROR(SessionTable::Scan(
      reader, range, [&](const SessionKey::Key&, const rec::SessionRecord& session) {
        if (session.distribution_id() == 0) return true;
        const auto record = DistributionTable::Find(reader, session.distribution_id());
        status = record.status();
        if (status.ok() && !record->has_value()) {
          status = absl::DataLossError("a distribution of a session is gone");
        }
        if (status.ok()) status = visit(session.distribution_id(), **record);
        return status.ok();
      }));
  return status;
}

absl::StatusOr<DaySums> FindClassDay(const storage::Reader& reader, uint32_t school_number,
                                     LocalDate day, const std::string& class_name) {
  DaySums sums;
  RETURN_IF_ERROR(ForEachStanding(reader, school_number, day, class_name,
                                  [&](int64_t, const rec::DistributionRecord& record) {
                                    const auto lines = LinesOf(StandingOf(record));
                                    if (lines.ok()) sums.Add(*lines);
                                    return lines.status();
                                  }));
  return sums;
}

absl::StatusOr<DaySums> SumsFor(const storage::Reader& reader, uint32_t school_number,
                                LocalDate day, const rec::DayRecord& record,
                                const std::string& class_name) {
  if (class_name.empty()) return SumsOf(record);
  ASSIGN_OR_RETURN(DaySums sums, FindClassDay(reader, school_number, day, class_name));
  // Across its classes, not within one, is where the school looks for it.
  sums.served_twice.clear();
  return sums;
}

storage::KeyRange DaysBetween(uint32_t school_number, LocalDate from, LocalDate to) {
  using Schema = DayTable::Schema;
  return {Schema::Prefix(school_number, int64_t{from.days}),
          Schema::Prefix(school_number, int64_t{to.days} + 1)};
}

}  // namespace milkway::consumption
