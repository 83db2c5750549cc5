#include "services/consumption/servings.h"

#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/numeric/bits.h"
#include "services/runtime/status_macros.h"

namespace milkway::consumption {

namespace {

constexpr int32_t kPageStudents = 64;

uint32_t PageOf(int32_t student) { return static_cast<uint32_t>((student - 1) / kPageStudents); }
int SlotOf(int32_t student) { return (student - 1) % kPageStudents; }

absl::Status TakenTooMuch() {
  return absl::InternalError("the sums of servings would be below zero");
}

absl::Status CountLine(storage::Transaction& transaction, uint32_t school_number,
                       const DistributionLine& line, int64_t sign) {
  ASSIGN_OR_RETURN(rec::ServingTotalsRecord totals,
                   ReadServings(transaction, {line.lot, school_number}));
  totals.set_servings(totals.servings() + sign * static_cast<int64_t>(line.students.size()));
  totals.set_served_g(totals.served_g() + sign * line.served_g());
  if (totals.servings() < 0 || totals.served_g() < 0) return TakenTooMuch();
  return ServingTotalsTable::Put(transaction, totals, line.lot.value, school_number);
}

// Changes the counts of the students from `*next` on that share a page.
absl::Status CountPage(storage::Transaction& transaction, uint32_t school_number,
                       const DistributionLine& line, int64_t sign,
                       StudentSet::const_iterator* next) {
  const uint32_t page = PageOf(**next);
  ASSIGN_OR_RETURN(auto stored,
                   ServingCountsTable::Find(transaction, line.lot.value, school_number, page));
  rec::ServingCountsRecord record = stored.value_or(rec::ServingCountsRecord());
  for (; *next != line.students.end() && PageOf(**next) == page; ++*next) {
    const int slot = SlotOf(**next);
    while (record.counts_size() <= slot) record.add_counts(0);
    const int64_t count = static_cast<int64_t>(record.counts(slot)) + sign;
    if (count < 0) return TakenTooMuch();
    record.set_counts(slot, static_cast<uint32_t>(count));
  }
  return ServingCountsTable::Put(transaction, record, line.lot.value, school_number, page);
}

}  // namespace

absl::Status CountServings(storage::Transaction& transaction, uint32_t school_number,
                           const std::vector<DistributionLine>& lines, Direction direction) {
  const int64_t sign = direction == Direction::kAdd ? 1 : -1;
  for (const DistributionLine& line : lines) {
    RETURN_IF_ERROR(CountLine(transaction, school_number, line, sign));
    for (auto next = line.students.begin(); next != line.students.end();) {
      RETURN_IF_ERROR(CountPage(transaction, school_number, line, sign, &next));
    }
  }
  return absl::OkStatus();
}

absl::StatusOr<rec::ServingTotalsRecord> ReadServings(const storage::Reader& reader,
                                                      const LotAtSchool& pair) {
  ASSIGN_OR_RETURN(auto totals,
                   ServingTotalsTable::Find(reader, pair.lot.value, pair.school_number));
  return totals.value_or(rec::ServingTotalsRecord());
}

absl::StatusOr<int64_t> CountChildren(const storage::Reader& reader,
                                      const std::vector<LotAtSchool>& pairs) {
  // One bit a child: the union over the lots of a school is an OR.
  absl::flat_hash_map<std::pair<uint32_t, uint32_t>, uint64_t> served;
  for (const LotAtSchool& pair : pairs) {
    RETURN_IF_ERROR(ServingCountsTable::Scan(
        reader, ServingCountsKey::Range(pair.lot.value, pair.school_number),
        [&](const ServingCountsKey::Key& key, const rec::ServingCountsRecord& record) {
          uint64_t bits = 0;
          for (int slot = 0; slot < record.counts_size(); ++slot) {
            if (record.counts(slot) > 0) bits |= uint64_t{1} << slot;
          }
          served[{pair.school_number, std::get<2>(key)}] |= bits;
          return true;
        }));
  }
  int64_t children = 0;
  for (const auto& [page, bits] : served) children += absl::popcount(bits);
  return children;
}

}  // namespace milkway::consumption
