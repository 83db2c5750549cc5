#include "services/inventory/as_of.h"

#include <algorithm>
#include <iterator>
#include <vector>

#include "clients/cpp/status_macros.h"
#include "services/inventory/inventory_errors.h"
#include "services/inventory/log.h"
#include "services/inventory/log_leaves.h"

namespace milkway::inventory {

namespace {

absl::StatusOr<rec::LogEntryRecord> ReadEntry(const storage::Reader& reader, int64_t position) {
  ASSIGN_OR_RETURN(auto entry, LogTable::Find(reader, position));
  if (!entry.has_value()) {
    ASSIGN_OR_RETURN(const rec::LogHeadRecord head, ReadLogHead(reader));
    return LogShorter(position, head.position());
  }
  return *std::move(entry);
}

absl::StatusOr<int64_t> RecordedUs(const storage::Reader& reader, int64_t position) {
  ASSIGN_OR_RETURN(const rec::LogEntryRecord entry, ReadEntry(reader, position));
  ASSIGN_OR_RETURN(const LeafHead head, ReadLeafHead(entry.canonical()));
  return head.recorded_us;
}

void Add(const std::vector<Movement>& movements, int64_t sign,
         absl::flat_hash_map<Account, int64_t>* change_g) {
  for (const Movement& movement : movements) {
    (*change_g)[movement.from()] -= sign * movement.quantity_g;
    (*change_g)[movement.to()] += sign * movement.quantity_g;
  }
}

}  // namespace

absl::StatusOr<BooksAsOf> BooksAsOf::Read(const storage::Reader& reader, int64_t position) {
  ASSIGN_OR_RETURN(const int64_t recorded_us, inventory::RecordedUs(reader, position));
  BooksAsOf books(position, recorded_us);
  std::vector<int64_t> corrected;
  const storage::KeyRange later = {storage::PrefixRange(LogKey::Encode(position)).to,
                                   LogKey::Range().to};
  RETURN_IF_ERROR(ScanLog(reader, later, [&](int64_t, const Posting& posting) {
    Add(posting.movements, 1, &books.since_g_);
    if (IsCorrection(posting)) corrected.push_back(posting.linked_position);
    return true;
  }));
  for (const int64_t reversed : corrected) {
    ASSIGN_OR_RETURN(const Posting posting, ReadPosting(reader, reversed));
    Add(posting.movements, -1, &books.since_g_);
  }
  return books;
}

int64_t BooksAsOf::BalanceG(const Account& account, int64_t now_g) const {
  const auto since = since_g_.find(account);
  return since == since_g_.end() ? now_g : now_g - since->second;
}

absl::StatusOr<int64_t> BooksAsOf::LandedCostMinor(const storage::Reader& reader,
                                                   const rec::LotRecord& lot) const {
  const auto& positions = lot.cost_positions();
  const auto later = std::upper_bound(positions.begin(), positions.end(), position_);
  if (later == positions.begin()) return 0;
  ASSIGN_OR_RETURN(const rec::LogEntryRecord entry, ReadEntry(reader, *std::prev(later)));
  ASSIGN_OR_RETURN(const CostLeaf cost, DecodeCost(entry.canonical()));
  return cost.cost_minor;
}

absl::StatusOr<LogPlace> FindPosition(const storage::Reader& reader, int64_t recorded_us) {
  ASSIGN_OR_RETURN(const rec::LogHeadRecord head, ReadLogHead(reader));
  LogPlace found;
  int64_t low = 1;
  int64_t high = head.position();
  while (low <= high) {
    const int64_t middle = low + (high - low) / 2;
    ASSIGN_OR_RETURN(const int64_t middle_us, RecordedUs(reader, middle));
    if (middle_us <= recorded_us) {
      found = {middle, middle_us};
      low = middle + 1;
    } else {
      high = middle - 1;
    }
  }
  if (found.position == 0) {
    int64_t first_us = 0;
    if (head.position() > 0) {
      ASSIGN_OR_RETURN(first_us, RecordedUs(reader, 1));
    }
    return LogYounger(first_us);
  }
  return found;
}

}  // namespace milkway::inventory
