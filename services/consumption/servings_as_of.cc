#include "services/consumption/servings_as_of.h"

#include <vector>

#include "absl/strings/str_cat.h"
#include "clients/cpp/status_macros.h"

namespace milkway::consumption {

absl::StatusOr<rec::ServingTotalsRecord> ServingsAsOf::Find(LotId lot, uint32_t school_number) {
  const auto [school, is_new] = schools_.try_emplace(school_number);
  if (is_new) RETURN_IF_ERROR(ReadSchool(school_number, &school->second));
  rec::ServingTotalsRecord record;
  const auto totals = school->second.find(lot);
  if (totals == school->second.end()) return record;
  record.set_servings(totals->second.servings);
  record.set_served_g(totals->second.served_g);
  record.set_students(EncodeStudents(totals->second.students));
  return record;
}

absl::Status ServingsAsOf::ReadSchool(uint32_t school_number, School* school) const {
  std::vector<int64_t> records;
  RETURN_IF_ERROR(
      SessionTable::Scan(reader_, SessionKey::Range(school_number),
                         [&](const SessionKey::Key&, const rec::SessionRecord& session) {
                           records.insert(records.end(), session.withdrawn_ids().begin(),
                                          session.withdrawn_ids().end());
                           if (session.distribution_id() > 0) {
                             records.push_back(session.distribution_id());
                           }
                           return true;
                         }));
  for (const int64_t record : records) RETURN_IF_ERROR(AddRecord(record, school));
  return absl::OkStatus();
}

absl::Status ServingsAsOf::AddRecord(int64_t distribution_id, School* school) const {
  ASSIGN_OR_RETURN(const auto record, DistributionTable::Find(reader_, distribution_id));
  if (!record.has_value()) {
    return absl::DataLossError(absl::StrCat("class record ", distribution_id,
                                            " is gone; restore the store from a backup"));
  }
  const rec::RevisionRecord* standing = nullptr;
  for (const rec::RevisionRecord& revision : record->revisions()) {
    if (revision.position() <= position_) standing = &revision;
  }
  if (standing == nullptr) return absl::OkStatus();
  ASSIGN_OR_RETURN(const std::vector<DistributionLine> lines, LinesOf(*standing));
  for (const DistributionLine& line : lines) {
    if (line.students.empty()) continue;
    Totals& totals = (*school)[line.lot];
    totals.servings += static_cast<int64_t>(line.students.size());
    totals.served_g += line.served_g();
    totals.students = UnionOf(totals.students, line.students);
  }
  return absl::OkStatus();
}

}  // namespace milkway::consumption
