#include "services/runtime/audit/audit_query.h"

#include <algorithm>
#include <iterator>
#include <limits>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "clients/cpp/status_macros.h"
#include "services/runtime/record_table.h"

namespace milkway::runtime {

namespace {

using records::v1::AuditRowRecord;

constexpr size_t kRowsLookedAtMax = 20'000;

// Places lead from page to page, so a row must say its own.
absl::Status Misplaced(const AuditEntry& entry) {
  return absl::DataLossError(
      absl::StrCat("the row of the audit log that says it is row ", entry.position(),
                   " says another place or time than it has; VerifyAuditLog names it"));
}

absl::StatusOr<AuditEntry> ParseEntry(absl::string_view key, const AuditRowRecord& row) {
  ASSIGN_OR_RETURN(AuditEntry entry, ParseRecord<AuditEntry>(key, row.entry()));
  if (AuditLog::PositionIn(key) != entry.position()) return Misplaced(entry);
  return entry;
}

bool Names(const AuditEntry& entry, const AuditFilter::Id& wanted) {
  return std::any_of(entry.ids().begin(), entry.ids().end(), [&](const auto& id) {
    return id.value() == wanted.value && (wanted.name.empty() || id.name() == wanted.name);
  });
}

bool IsBy(const AuditEntry& entry, const std::string& caller_id) {
  if (entry.caller_id() == caller_id) return true;
  const std::vector<absl::string_view> others = absl::StrSplit(entry.on_behalf_of(), ',');
  return std::find(others.begin(), others.end(), caller_id) != others.end();
}

bool MethodBegins(const std::string& method, const std::string& start) {
  return absl::StartsWith(method, start) ||
         absl::StartsWith(absl::string_view(method).substr(method.find('/') + 1), start);
}

// The entries of one log that match, from a place down.
class LogScan {
 public:
  LogScan(const storage::Reader& reader, const AuditLog& log, const AuditFilter& filter,
          const AuditPlace& before, size_t size)
      : reader_(reader), log_(log), filter_(filter), before_(before), size_(size) {}

  absl::Status Run() {
    // Only rows strictly before the place: of the same time, those of services before it.
    const int64_t end_us = before_.recorded_us == std::numeric_limits<int64_t>::max()
                               ? before_.recorded_us
                               : before_.recorded_us + (log_.service() < before_.service ? 1 : 0);
    end_us_ = std::min(end_us, filter_.to_us);
    ASSIGN_OR_RETURN(const uint64_t last, LastBefore(end_us_));
    if (last == 0) return absl::OkStatus();
    return filter_.ids.empty() ? ScanRows(last) : ScanNaming(filter_.ids.front().value, last);
  }

  std::vector<FoundEntry>& found() { return found_; }
  // The last row that was looked at, if there may be more below.
  const std::optional<AuditPlace>& stopped_at() const { return stopped_at_; }

 private:
  // The position of the last row recorded before a time; 0: there is none. Rows that are
  // missing are passed over: VerifyAuditLog tells of them.
  absl::StatusOr<uint64_t> LastBefore(int64_t us) const {
    ASSIGN_OR_RETURN(const AuditHead head, log_.ReadHead(reader_));
    if (head.recorded_us < us) return head.position;
    uint64_t low = 0;
    uint64_t high = head.position;
    int64_t high_us = head.recorded_us;  // of a row that is not below `high`
    while (low < high) {
      const uint64_t middle = low + (high - low + 1) / 2;
      ASSIGN_OR_RETURN(const std::optional<AuditEntry> entry, EntryUpTo(middle));
      if (entry.has_value() && entry->recorded_us() > high_us) return Misplaced(*entry);
      if (!entry.has_value() || entry->recorded_us() < us) {
        low = middle;
      } else {
        high = entry->position() - 1;
        high_us = entry->recorded_us();
      }
    }
    return low;
  }

  absl::StatusOr<std::optional<AuditEntry>> EntryUpTo(uint64_t last) const {
    absl::StatusOr<std::optional<AuditEntry>> found = std::optional<AuditEntry>();
    RETURN_IF_ERROR(reader_.Scan(log_.Rows(last), storage::ScanOrder::kDescending,
                                 [&](absl::string_view key, absl::string_view value) {
                                   const auto row = ParseRecord<AuditRowRecord>(key, value);
                                   const auto entry =
                                       row.ok() ? ParseEntry(key, *row) : row.status();
                                   if (entry.ok()) {
                                     found = *entry;
                                   } else {
                                     found = entry.status();
                                   }
                                   return false;
                                 }));
    return found;
  }

  absl::Status ScanRows(uint64_t last) {
    absl::Status damage;
    RETURN_IF_ERROR(reader_.Scan(log_.Rows(last), storage::ScanOrder::kDescending,
                                 [&](absl::string_view key, absl::string_view value) {
                                   const auto row = ParseRecord<AuditRowRecord>(key, value);
                                   if (!row.ok()) return damage.Update(row.status()), false;
                                   return Take(key, *row, &damage);
                                 }));
    return damage;
  }

  absl::Status ScanNaming(const std::string& id, uint64_t last) {
    absl::Status damage;
    RETURN_IF_ERROR(reader_.Scan(log_.RowsNaming(id, last), storage::ScanOrder::kDescending,
                                 [&](absl::string_view key, absl::string_view) {
                                   const std::optional<uint64_t> position =
                                       AuditLog::PositionIn(key);
                                   if (!position.has_value()) return true;
                                   const auto row = log_.FindRow(reader_, *position);
                                   if (!row.ok()) return damage.Update(row.status()), false;
                                   return !row->has_value() || Take(key, **row, &damage);
                                 }));
    return damage;
  }

  // False: enough.
  bool Take(absl::string_view key, const AuditRowRecord& row, absl::Status* damage) {
    absl::StatusOr<AuditEntry> entry = ParseEntry(key, row);
    if (!entry.ok()) return damage->Update(entry.status()), false;
    if (entry->recorded_us() >= end_us_) return damage->Update(Misplaced(*entry)), false;
    end_us_ = entry->recorded_us();
    // Below it lies nothing that is asked for, unless this row says an earlier time than it
    // has: the next one tells.
    if (std::exchange(is_below_, entry->recorded_us() < filter_.from_us)) return false;
    if (is_below_) return true;
    const AuditPlace place = {entry->recorded_us(), log_.service()};
    if (Matches(filter_, *entry)) found_.push_back({log_.service(), *std::move(entry), row.hash()});
    const bool is_enough = found_.size() == size_ || ++looked_at_ == kRowsLookedAtMax;
    if (is_enough) stopped_at_ = place;
    return !is_enough;
  }

  const storage::Reader& reader_;
  const AuditLog log_;
  const AuditFilter& filter_;
  const AuditPlace before_;
  const size_t size_;
  int64_t end_us_ = 0;     // of what is looked at next
  bool is_below_ = false;  // what was asked for, by the time of the row looked at last
  size_t looked_at_ = 0;
  std::vector<FoundEntry> found_;
  std::optional<AuditPlace> stopped_at_;
};

}  // namespace

bool Matches(const AuditFilter& filter, const AuditEntry& entry) {
  if (entry.recorded_us() < filter.from_us || entry.recorded_us() >= filter.to_us) return false;
  if (filter.kind != records::v1::AUDIT_KIND_UNSPECIFIED && entry.kind() != filter.kind) {
    return false;
  }
  if (!filter.caller_id.empty() && !IsBy(entry, filter.caller_id)) return false;
  if (!filter.method.empty() && !MethodBegins(entry.method(), filter.method)) return false;
  return std::all_of(filter.ids.begin(), filter.ids.end(),
                     [&](const AuditFilter::Id& id) { return Names(entry, id); });
}

absl::StatusOr<AuditPage> FindAuditEntries(const storage::Reader& reader,
                                           absl::Span<const AuditLog> logs,
                                           const AuditFilter& filter, const AuditPlace& before,
                                           size_t size) {
  AuditPage page;
  for (const AuditLog& log : logs) {
    LogScan scan(reader, log, filter, before, size);
    RETURN_IF_ERROR(scan.Run());
    std::move(scan.found().begin(), scan.found().end(), std::back_inserter(page.entries));
    if (!scan.stopped_at().has_value()) continue;
    // Below the newest place where a log stopped, nobody knows what it holds.
    page.before = std::max(page.before.value_or(*scan.stopped_at()), *scan.stopped_at());
  }
  std::sort(page.entries.begin(), page.entries.end(),
            [](const FoundEntry& a, const FoundEntry& b) { return a.place() > b.place(); });
  while (page.before.has_value() && !page.entries.empty() &&
         page.entries.back().place() < *page.before) {
    page.entries.pop_back();
  }
  if (page.entries.size() > size) {
    page.entries.resize(size);
    page.before = page.entries.back().place();
  }
  return page;
}

}  // namespace milkway::runtime
