#include "services/runtime/audit/audit_verify.h"

#include <limits>
#include <optional>

#include "absl/strings/str_cat.h"
#include "clients/cpp/status_macros.h"

namespace milkway::runtime {

namespace {

using records::v1::AuditRowRecord;
using storage::MerkleHash;

constexpr uint64_t kRowsBetweenQuestions = 10'000;

// Follows a log from its first row; stops at the first thing that is wrong.
class Follower {
 public:
  Follower(const storage::Reader& reader, const AuditLog& log,
           const std::map<uint64_t, std::string>& anchors)
      : reader_(reader), log_(log), anchors_(anchors), hash_(log.HashBeforeFirst()) {}

  // False: something is wrong here.
  absl::StatusOr<bool> Follow(absl::string_view key, absl::string_view value) {
    const uint64_t position = ++followed_;
    if (AuditLog::PositionIn(key) != position) return Bad("the row is missing");
    AuditRowRecord row;
    if (!row.ParseFromArray(value.data(), static_cast<int>(value.size())) ||
        row.SerializeAsString() != value) {
      return Bad("the row cannot be read");
    }
    hash_ = AuditHash(hash_, row.entry());
    if (row.hash() != storage::BytesOf(hash_)) {
      return Bad("the hash is not what this row and those before it make");
    }
    AuditEntry entry;
    if (!entry.ParseFromString(row.entry())) return Bad("the entry cannot be read");
    if (entry.position() != position || entry.recorded_us() <= recorded_us_) {
      return Bad("the row says another place or time than it has");
    }
    recorded_us_ = entry.recorded_us();
    for (const records::v1::AuditedId& id : entry.ids()) {
      ASSIGN_OR_RETURN(const auto named, reader_.Get(log_.IdKey(id.value(), position)));
      if (!named.has_value()) {
        return Bad(absl::StrCat("the row is not found by the id ", id.value()));
      }
    }
    const auto anchor = anchors_.find(position);
    if (anchor == anchors_.end()) return true;
    if (anchor->second != storage::BytesOf(hash_)) {
      return Bad("the hash is not the one in the Merkle log");
    }
    ++finding_.anchors_confirmed;
    return true;
  }

  // After the last row, if nothing was wrong. `head` is where the log says that it ends.
  void End(const absl::StatusOr<AuditHead>& head) {
    const bool ends_here = head.ok() && head->position == followed_ && head->hash == hash_ &&
                           head->recorded_us == recorded_us_;
    if (!ends_here) {
      ++followed_;
      Bad(absl::StrCat("the rows end before it, and not where the log says",
                       head.ok() ? absl::StrCat(": at ", head->position) : ""));
      return;
    }
    const auto beyond = anchors_.upper_bound(followed_);
    if (beyond == anchors_.end()) return;
    followed_ = beyond->first;
    Bad("the row is missing, and the Merkle log knows it");
  }

  const AuditFinding& finding() const { return finding_; }
  bool is_bad() const { return finding_.first_bad_position != 0; }

 private:
  bool Bad(std::string problem) {
    finding_.first_bad_position = followed_;
    finding_.problem = std::move(problem);
    return false;
  }

  const storage::Reader& reader_;
  const AuditLog log_;
  const std::map<uint64_t, std::string>& anchors_;
  AuditFinding finding_;
  MerkleHash hash_;
  int64_t recorded_us_ = 0;
  uint64_t followed_ = 0;
};

}  // namespace

absl::StatusOr<AuditFinding> VerifyAuditLog(const storage::Reader& reader, const AuditLog& log,
                                            const AuditAnchors& anchors,
                                            absl::FunctionRef<bool()> go_on) {
  const absl::StatusOr<std::string> name = log.NameIn(reader);
  // Of a name that cannot be read the first row is damaged, which is found anyway.
  const auto known = name.ok() ? anchors.find(*name) : anchors.end();
  static const auto& kNone = *new std::map<uint64_t, std::string>;
  Follower follower(reader, log, known == anchors.end() ? kNone : known->second);
  absl::Status status;
  uint64_t rows = 0;
  RETURN_IF_ERROR(reader.Scan(log.Rows(std::numeric_limits<uint64_t>::max()),
                              storage::ScanOrder::kAscending,
                              [&](absl::string_view key, absl::string_view value) {
                                const absl::StatusOr<bool> is_good = follower.Follow(key, value);
                                status.Update(is_good.status());
                                if (++rows % kRowsBetweenQuestions == 0 && !go_on()) {
                                  status.Update(absl::CancelledError("the caller has gone"));
                                }
                                return status.ok() && *is_good;
                              }));
  RETURN_IF_ERROR(status);
  const absl::StatusOr<AuditHead> head = log.ReadHead(reader);
  if (!follower.is_bad()) follower.End(head);
  AuditFinding finding = follower.finding();
  finding.name = name.value_or(std::string(NameOf(log.service())));
  if (head.ok()) finding.head = *head;
  finding.rows = rows;
  ASSIGN_OR_RETURN(const records::v1::AuditAnchorRecord anchor, log.ReadAnchor(reader));
  finding.anchored_position = anchor.position();
  return finding;
}

}  // namespace milkway::runtime
