#include "services/consumption/servings.h"

#include <utility>

#include "clients/cpp/status_macros.h"

namespace milkway::consumption {

namespace {

constexpr int32_t kPageStudents = 64;

uint32_t PageOf(int32_t student) { return static_cast<uint32_t>((student - 1) / kPageStudents); }
int SlotOf(int32_t student) { return (student - 1) % kPageStudents; }

absl::Status TakenTooMuch() {
  return absl::InternalError("the sums of servings would be below zero");
}

// Students whose count left 0, or came back to it.
struct Turned {
  StudentSet in;
  StudentSet out;
  int64_t changed = 0;  // more of them than before differ from what was published
};

template <typename Numbers>
void TrimZeros(Numbers* numbers) {
  while (!numbers->empty() && numbers->Get(numbers->size() - 1) == 0) numbers->RemoveLast();
}

// Without trailing zeros, as docs/formats.md has it.
absl::Status PutCounts(storage::Transaction& transaction, rec::ServingCountsRecord record,
                       LotId lot, uint32_t school_number, uint32_t page) {
  TrimZeros(record.mutable_counts());
  TrimZeros(record.mutable_unpublished());
  if (record.counts().empty() && record.unpublished().empty()) {
    return ServingCountsTable::Delete(transaction, lot.value, school_number, page);
  }
  return ServingCountsTable::Put(transaction, record, lot.value, school_number, page);
}

// Changes the counts of the students from `*next` on that share a page.
absl::Status CountPage(storage::Transaction& transaction, uint32_t school_number,
                       const DistributionLine& line, int64_t sign, StudentSet::const_iterator* next,
                       Turned* turned) {
  const uint32_t page = PageOf(**next);
  ASSIGN_OR_RETURN(auto stored,
                   ServingCountsTable::Find(transaction, line.lot.value, school_number, page));
  rec::ServingCountsRecord record = stored.value_or(rec::ServingCountsRecord());
  for (; *next != line.students.end() && PageOf(**next) == page; ++*next) {
    const int slot = SlotOf(**next);
    while (record.counts_size() <= slot) record.add_counts(0);
    const int64_t before = record.counts(slot);
    const int64_t after = before + sign;
    if (after < 0) return TakenTooMuch();
    if (before == 0) turned->in.push_back(**next);
    if (after == 0) turned->out.push_back(**next);
    record.set_counts(slot, static_cast<uint32_t>(after));
    while (record.unpublished_size() <= slot) record.add_unpublished(0);
    const int32_t unpublished_before = record.unpublished(slot);
    const int32_t unpublished = unpublished_before + static_cast<int32_t>(sign);
    if (unpublished_before == 0) ++turned->changed;
    if (unpublished == 0) --turned->changed;
    record.set_unpublished(slot, unpublished);
  }
  return PutCounts(transaction, std::move(record), line.lot, school_number, page);
}

absl::Status CountLine(storage::Transaction& transaction, const RecordPlace& place,
                       const DistributionLine& line, bool is_mixed, Direction direction) {
  const uint32_t school_number = place.school_number;
  const int64_t sign = direction == Direction::kAdd ? 1 : -1;
  Turned turned;
  for (auto next = line.students.begin(); next != line.students.end();) {
    RETURN_IF_ERROR(CountPage(transaction, school_number, line, sign, &next, &turned));
  }
  ASSIGN_OR_RETURN(rec::ServingTotalsRecord totals,
                   ReadServings(transaction, line.lot, school_number));
  totals.set_servings(totals.servings() + sign * static_cast<int64_t>(line.students.size()));
  totals.set_served_g(totals.served_g() + sign * line.served_g());
  if (totals.servings() < 0 || totals.served_g() < 0) return TakenTooMuch();
  if (!turned.in.empty() || !turned.out.empty()) {
    ASSIGN_OR_RETURN(StudentSet students, DecodeStudents(totals.students()));
    students = Without(UnionOf(students, turned.in), turned.out);
    totals.set_students(EncodeStudents(students));
  }
  RETURN_IF_ERROR(IndexLine(transaction, place, line, is_mixed, direction, &totals));
  totals.set_changed_children(totals.changed_children() + turned.changed);
  if (totals.class_records() == 0 && totals.changed_children() == 0) {
    ASSIGN_OR_RETURN(const auto told,
                     PublishedServingsTable::Find(transaction, line.lot.value, school_number));
    if (!told.has_value()) {
      return ServingTotalsTable::Delete(transaction, line.lot.value, school_number);
    }
  }
  return ServingTotalsTable::Put(transaction, totals, line.lot.value, school_number);
}

}  // namespace

absl::Status CountServings(storage::Transaction& transaction, const RecordPlace& place,
                           const std::vector<DistributionLine>& lines, Direction direction) {
  int lots_drunk = 0;
  for (const DistributionLine& line : lines) lots_drunk += line.students.empty() ? 0 : 1;
  for (const DistributionLine& line : lines) {
    // Of what was only wasted nobody drank.
    if (line.students.empty()) continue;
    RETURN_IF_ERROR(CountLine(transaction, place, line, lots_drunk > 1, direction));
  }
  return absl::OkStatus();
}

absl::StatusOr<rec::ServingTotalsRecord> ReadServings(const storage::Reader& reader, LotId lot,
                                                      uint32_t school_number) {
  ASSIGN_OR_RETURN(auto totals, ServingTotalsTable::Find(reader, lot.value, school_number));
  return totals.value_or(rec::ServingTotalsRecord());
}

absl::StatusOr<uint32_t> ServingCountsReader::Find(LotId lot, int32_t student) {
  const uint32_t number = PageOf(student);
  auto page = pages_.find(lot.value);
  if (page == pages_.end() || page->second.number != number) {
    ++rows_read_;
    ASSIGN_OR_RETURN(auto stored,
                     ServingCountsTable::Find(reader_, lot.value, school_number_, number));
    page = pages_
               .insert_or_assign(
                   lot.value, Page{number, std::move(stored).value_or(rec::ServingCountsRecord())})
               .first;
  }
  const int slot = SlotOf(student);
  const rec::ServingCountsRecord& counts = page->second.counts;
  return slot < counts.counts_size() ? counts.counts(slot) : 0;
}

absl::Status ChildrenReached::Add(uint32_t school_number,
                                  const rec::ServingTotalsRecord& servings) {
  ASSIGN_OR_RETURN(StudentSet students, DecodeStudents(servings.students()));
  StudentSet& reached = by_school_[school_number];
  reached = reached.empty() ? std::move(students) : UnionOf(reached, students);
  return absl::OkStatus();
}

int64_t ChildrenReached::count() const {
  int64_t count = 0;
  for (const auto& [school, students] : by_school_) {
    count += static_cast<int64_t>(students.size());
  }
  return count;
}

}  // namespace milkway::consumption
