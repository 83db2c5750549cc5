#include "services/inventory/log.h"

#include <sodium.h>

#include <algorithm>
#include <array>
#include <utility>

#include "clients/cpp/status_macros.h"
#include "services/inventory/inventory_errors.h"
#include "services/inventory/log_tree.h"
#include "services/inventory/posting_codec.h"

namespace milkway::inventory {

namespace {

constexpr size_t kSaltBytes = 16;

}  // namespace

bool IsPosting(const rec::LogEntryRecord& entry) {
  return !entry.canonical().empty() &&
         entry.canonical()[0] == static_cast<char>(LeafKind::kPosting);
}

absl::StatusOr<rec::LogHeadRecord> ReadLogHead(const storage::Reader& reader) {
  ASSIGN_OR_RETURN(auto head, LogHeadTable::Find(reader));
  return head.value_or(rec::LogHeadRecord());
}

absl::StatusOr<Posting> ReadPosting(const storage::Reader& reader, int64_t position) {
  ASSIGN_OR_RETURN(const auto record, LogTable::Find(reader, position));
  if (!record.has_value() || !IsPosting(*record)) return PostingUnknown(position);
  return DecodePosting(record->canonical());
}

absl::StatusOr<int64_t> RecordedAfterLog(const storage::Reader& reader, int64_t now_us) {
  ASSIGN_OR_RETURN(const rec::LogHeadRecord head, ReadLogHead(reader));
  return std::max(now_us, head.recorded_us());
}

absl::StatusOr<int64_t> ReadCorrectedBy(const storage::Reader& reader, int64_t position) {
  ASSIGN_OR_RETURN(const auto record, CorrectionTable::Find(reader, position));
  return record.has_value() ? record->position() : 0;
}

absl::Status ScanLog(const storage::Reader& reader, const storage::KeyRange& range,
                     absl::FunctionRef<bool(int64_t position, const Posting&)> visit) {
  absl::Status damage;
  RETURN_IF_ERROR(
      LogTable::Scan(reader, range, [&](const LogKey::Key& key, const rec::LogEntryRecord& record) {
        if (!IsPosting(record)) return true;
        const absl::StatusOr<Posting> posting = DecodePosting(record.canonical());
        damage.Update(posting.status());
        return damage.ok() && visit(std::get<0>(key), *posting);
      }));
  return damage;
}

absl::StatusOr<LogWriter> LogWriter::Begin(storage::Transaction& transaction, int64_t now_us) {
  ASSIGN_OR_RETURN(rec::LogHeadRecord head, ReadLogHead(transaction));
  ASSIGN_OR_RETURN(storage::MerkleLogWriter tree,
                   storage::MerkleLogWriter::Begin(transaction, kLogTree));
  if (tree.size() != static_cast<uint64_t>(head.position())) {
    return LogTreeDiffers(tree.size(), head.position());
  }
  return LogWriter(&transaction, std::move(head), std::move(tree), now_us);
}

absl::Status LogWriter::Append(Posting* posting) {
  posting->recorded_us = TakePlace();
  return Write(EncodePosting(*posting));
}

absl::StatusOr<int64_t> LogWriter::AppendLeaf(LeafKind kind, absl::string_view body) {
  RETURN_IF_ERROR(Write(EncodeLeaf({kind, TakePlace()}, body)));
  return head_.position();
}

// The time at which the next entry is recorded.
int64_t LogWriter::TakePlace() {
  head_.set_recorded_us(std::max(now_us_, head_.recorded_us() + 1));
  head_.set_position(head_.position() + 1);
  return head_.recorded_us();
}

absl::Status LogWriter::Write(std::string canonical) {
  rec::LogEntryRecord record;
  record.set_canonical(std::move(canonical));
  std::array<char, kSaltBytes> salt;
  randombytes_buf(salt.data(), salt.size());
  record.set_salt(salt.data(), salt.size());
  RETURN_IF_ERROR(tree_.Append(LeafHashOf(record.canonical(), record.salt())));
  return LogTable::Put(transaction_, record, head_.position());
}

absl::Status LogWriter::End() {
  RETURN_IF_ERROR(tree_.End());
  return LogHeadTable::Put(transaction_, head_);
}

}  // namespace milkway::inventory
