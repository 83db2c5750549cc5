#include "services/consumption/lot_days.h"

#include <algorithm>
#include <limits>
#include <map>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "clients/cpp/status_macros.h"
#include "services/consumption/servings.h"

namespace milkway::consumption {

namespace {

// Rows that a page of schools, and one of students, reads of sums at most.
constexpr size_t kRowsPerPageMax = 20'000;

absl::Status IndexDamaged() {
  return absl::InternalError("the index of lots by day does not hold what its sums count");
}

// The first or last day in the index.
absl::StatusOr<int32_t> FindEnd(const storage::Reader& reader, LotId lot, uint32_t school_number,
                                storage::ScanOrder order) {
  std::optional<int64_t> day;
  RETURN_IF_ERROR(LotDayTable::Scan(
      reader, LotDayKey::Range(lot.value, school_number),
      [&](const LotDayKey::Key& key, const rec::LotDayRecord&) {
        day = std::get<2>(key);
        return false;
      },
      order));
  if (!day.has_value()) return IndexDamaged();
  return static_cast<int32_t>(*day);
}

void CoverDay(LocalDate day, rec::ServingTotalsRecord* totals) {
  const bool is_first = totals->class_records() == 0;
  totals->set_class_records(totals->class_records() + 1);
  if (is_first || day.days < totals->first_day()) totals->set_first_day(day.days);
  if (is_first || day.days > totals->last_day()) totals->set_last_day(day.days);
}

absl::Status UncoverDay(const storage::Reader& reader, LotId lot, const RecordPlace& place,
                        rec::ServingTotalsRecord* totals) {
  totals->set_class_records(totals->class_records() - 1);
  if (totals->class_records() < 0) return IndexDamaged();
  if (totals->class_records() == 0) return absl::OkStatus();
  if (place.day.days == totals->first_day()) {
    ASSIGN_OR_RETURN(const int32_t first,
                     FindEnd(reader, lot, place.school_number, storage::ScanOrder::kAscending));
    totals->set_first_day(first);
  }
  if (place.day.days == totals->last_day()) {
    ASSIGN_OR_RETURN(const int32_t last,
                     FindEnd(reader, lot, place.school_number, storage::ScanOrder::kDescending));
    totals->set_last_day(last);
  }
  return absl::OkStatus();
}

using TotalsOfLots = std::vector<std::pair<LotId, rec::ServingTotalsRecord>>;

// Records with at least one of the lots: one that has several of them is one.
absl::StatusOr<int64_t> CountRecords(const storage::Reader& reader, uint32_t school_number,
                                     const TotalsOfLots& totals_of_lots) {
  int64_t count = 0;
  for (const auto& [lot, totals] : totals_of_lots) count += totals.class_records();
  if (totals_of_lots.size() == 1) return count;
  absl::flat_hash_set<int64_t> mixed;
  for (const auto& [lot, totals] : totals_of_lots) {
    RETURN_IF_ERROR(MixedTable::Scan(reader, MixedKey::Range(lot.value, school_number),
                                     [&](const MixedKey::Key& key, const rec::MixedRecord&) {
                                       count -= mixed.insert(std::get<2>(key)).second ? 0 : 1;
                                       return true;
                                     }));
  }
  return count;
}

absl::StatusOr<LotSchoolSums> SumUp(const storage::Reader& reader, uint32_t school_number,
                                    const TotalsOfLots& totals_of_lots) {
  LotSchoolSums sums;
  sums.school_number = school_number;
  sums.first_day = LocalDate{std::numeric_limits<int32_t>::max()};
  sums.last_day = LocalDate{std::numeric_limits<int32_t>::min()};
  ChildrenReached children;
  for (const auto& [lot, totals] : totals_of_lots) {
    sums.servings += totals.servings();
    sums.served_g += totals.served_g();
    sums.first_day = std::min(sums.first_day, LocalDate{totals.first_day()});
    sums.last_day = std::max(sums.last_day, LocalDate{totals.last_day()});
    RETURN_IF_ERROR(children.Add(school_number, totals));
  }
  sums.children = children.count();
  ASSIGN_OR_RETURN(sums.class_records, CountRecords(reader, school_number, totals_of_lots));
  return sums;
}

// What is known of all lots up to `horizon`, by school.
struct Gathered {
  std::map<uint32_t, TotalsOfLots> by_school;
  uint32_t horizon = std::numeric_limits<uint32_t>::max();
};

absl::StatusOr<Gathered> Gather(const storage::Reader& reader, const std::vector<LotId>& lots,
                                uint32_t after_school, size_t rows_of_a_lot) {
  Gathered gathered;
  for (const LotId lot : lots) {
    storage::KeyRange range = ServingTotalsTable::Schema::Range(lot.value);
    if (after_school == std::numeric_limits<uint32_t>::max()) break;
    range.from = ServingTotalsTable::Schema::Prefix(lot.value, after_school + 1);
    size_t rows = 0;
    uint32_t last_school = after_school;
    RETURN_IF_ERROR(ServingTotalsTable::Scan(
        reader, range,
        [&](const ServingTotalsTable::Key& key, const rec::ServingTotalsRecord& totals) {
          // All that was drunk was taken back, and that is still to be published.
          if (totals.class_records() == 0) return true;
          const uint32_t school = std::get<1>(key);
          if (rows == rows_of_a_lot) gathered.horizon = std::min(gathered.horizon, last_school);
          if (rows == rows_of_a_lot || school > gathered.horizon) return false;
          ++rows;
          last_school = school;
          gathered.by_school[school].emplace_back(lot, totals);
          return true;
        }));
  }
  return gathered;
}

}  // namespace

absl::Status IndexLine(storage::Transaction& transaction, const RecordPlace& place,
                       const DistributionLine& line, bool is_mixed, Direction direction,
                       rec::ServingTotalsRecord* totals) {
  const int64_t day = place.day.days;
  if (direction == Direction::kTakeAway) {
    RETURN_IF_ERROR(LotDayTable::Delete(transaction, line.lot.value, place.school_number, day,
                                        place.class_name, place.session));
    if (is_mixed) {
      RETURN_IF_ERROR(MixedTable::Delete(transaction, line.lot.value, place.school_number,
                                         place.distribution_id));
    }
    return UncoverDay(transaction, line.lot, place, totals);
  }
  rec::LotDayRecord record;
  record.set_distribution_id(place.distribution_id);
  record.set_servings(static_cast<uint32_t>(line.students.size()));
  record.set_served_g(line.served_g());
  RETURN_IF_ERROR(LotDayTable::Put(transaction, record, line.lot.value, place.school_number, day,
                                   place.class_name, place.session));
  if (is_mixed) {
    RETURN_IF_ERROR(MixedTable::Put(transaction, rec::MixedRecord(), line.lot.value,
                                    place.school_number, place.distribution_id));
  }
  CoverDay(place.day, totals);
  return absl::OkStatus();
}

std::vector<storage::KeyRange> RangesOf(const LotDaysAsked& asked) {
  std::vector<storage::KeyRange> ranges;
  for (const LotId lot : asked.lots) {
    if (asked.school_number == 0) {
      ranges.push_back(LotDayKey::Range(lot.value));
    } else {
      const int64_t behind = int64_t{asked.to.days} + 1;
      ranges.push_back({LotDayKey::Prefix(lot.value, asked.school_number, int64_t{asked.from.days}),
                        LotDayKey::Prefix(lot.value, asked.school_number, behind)});
    }
  }
  return ranges;
}

bool IsAsked(const LotDaysAsked& asked, const LotDayKey::Key& key) {
  const int64_t day = std::get<2>(key);
  return asked.from.days <= day && day <= asked.to.days;
}

absl::StatusOr<LotSchoolPage> FindLotSchools(const storage::Reader& reader,
                                             const std::vector<LotId>& lots, uint32_t after_school,
                                             size_t schools_max) {
  const size_t rows_of_a_lot =
      std::clamp<size_t>(kRowsPerPageMax / std::max<size_t>(lots.size(), 1), 1, schools_max);
  ASSIGN_OR_RETURN(const Gathered gathered, Gather(reader, lots, after_school, rows_of_a_lot));
  LotSchoolPage page;
  for (const auto& [school, totals_of_lots] : gathered.by_school) {
    if (school > gathered.horizon) break;
    if (page.schools.size() == schools_max) {
      page.go_on_after = page.schools.back().school_number;
      return page;
    }
    ASSIGN_OR_RETURN(LotSchoolSums sums, SumUp(reader, school, totals_of_lots));
    page.schools.push_back(sums);
  }
  if (gathered.horizon < std::numeric_limits<uint32_t>::max()) page.go_on_after = gathered.horizon;
  return page;
}

absl::StatusOr<LotStudentPage> FindLotStudents(const storage::Reader& reader, uint32_t school,
                                               const std::vector<LotId>& lots,
                                               int32_t after_student, size_t students_max) {
  std::vector<std::pair<LotId, StudentSet>> drinkers;
  ChildrenReached reached;
  for (const LotId lot : lots) {
    ASSIGN_OR_RETURN(const rec::ServingTotalsRecord totals, ReadServings(reader, lot, school));
    if (totals.class_records() == 0) continue;
    RETURN_IF_ERROR(reached.Add(school, totals));
    ASSIGN_OR_RETURN(StudentSet students, DecodeStudents(totals.students()));
    drinkers.emplace_back(lot, std::move(students));
  }
  const StudentSet& everybody = reached.of_school(school);
  LotStudentPage page;
  ServingCountsReader counts(reader, school);
  for (auto next = std::upper_bound(everybody.begin(), everybody.end(), after_student);
       next != everybody.end(); ++next) {
    page.has_more = page.students.size() == students_max || counts.rows_read() >= kRowsPerPageMax;
    if (page.has_more) break;
    LotStudentCount count{*next, 0};
    for (const auto& [lot, students] : drinkers) {
      if (!Holds(students, *next)) continue;
      ASSIGN_OR_RETURN(const uint32_t servings, counts.Find(lot, *next));
      count.servings += servings;
    }
    page.students.push_back(count);
  }
  return page;
}

}  // namespace milkway::consumption
