#include "services/runtime/audit/audit_log.h"

#include <algorithm>
#include <cstring>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "clients/cpp/status_macros.h"
#include "services/runtime/record_table.h"
#include "services/runtime/service_tables.h"
#include "storage/key_codec.h"

namespace milkway::runtime {

namespace {

using records::v1::AuditAnchorRecord;
using records::v1::AuditHeadRecord;
using records::v1::AuditRowRecord;
using storage::MerkleHash;

constexpr size_t kNameHashBytes = 4;

std::string RowKey(ServiceTag service, uint64_t position) {
  std::string key = TableKey(service, kAuditTable);
  storage::key_internal::Append(position, &key);
  return key;
}

std::string IdPrefix(ServiceTag service, absl::string_view id) {
  std::string key = TableKey(service, kAuditIdTable);
  storage::key_internal::Append(id, &key);
  return key;
}

// From the first key with `prefix` up to and with the one of `last`.
storage::KeyRange UpTo(std::string prefix, uint64_t last) {
  std::string to = prefix;
  storage::key_internal::Append(last, &to);
  to.push_back('\0');  // no key lies between
  return {std::move(prefix), std::move(to)};
}

absl::StatusOr<AuditHead> ParseHead(absl::string_view key, absl::string_view bytes) {
  ASSIGN_OR_RETURN(const AuditHeadRecord record, ParseRecord<AuditHeadRecord>(key, bytes));
  AuditHead head;
  if (record.hash().size() != head.hash.size()) {
    return absl::DataLossError(
        "the end of an audit log is damaged; restore the store from a backup");
  }
  head.position = record.position();
  head.recorded_us = record.recorded_us();
  std::memcpy(head.hash.data(), record.hash().data(), head.hash.size());
  return head;
}

absl::Status PutHead(storage::Transaction& transaction, ServiceTag service, const AuditHead& head) {
  AuditHeadRecord record;
  record.set_position(head.position);
  record.set_hash(std::string(storage::BytesOf(head.hash)));
  record.set_recorded_us(head.recorded_us);
  return transaction.Put(TableKey(service, kAuditHeadTable), record.SerializeAsString());
}

}  // namespace

MerkleHash AuditHash(const MerkleHash& before, absl::string_view entry) {
  return storage::Sha256(storage::BytesOf(before), entry);
}

absl::Status AuditLog::Append(storage::Transaction& transaction, AuditEntry entry) const {
  ASSIGN_OR_RETURN(AuditHead head, ReadHead(transaction));
  ++head.position;
  head.recorded_us = std::max(entry.recorded_us(), head.recorded_us + 1);
  entry.set_position(head.position);
  entry.set_recorded_us(head.recorded_us);
  AuditRowRecord row;
  entry.SerializeToString(row.mutable_entry());
  head.hash = AuditHash(head.hash, row.entry());
  row.set_hash(std::string(storage::BytesOf(head.hash)));
  RETURN_IF_ERROR(transaction.Put(RowKey(service_, head.position), row.SerializeAsString()));
  for (const records::v1::AuditedId& id : entry.ids()) {
    RETURN_IF_ERROR(transaction.Put(IdKey(id.value(), head.position), ""));
  }
  return PutHead(transaction, service_, head);
}

absl::StatusOr<AuditHead> AuditLog::ReadHead(const storage::Reader& reader) const {
  const std::string key = TableKey(service_, kAuditHeadTable);
  ASSIGN_OR_RETURN(const std::optional<std::string> bytes, reader.Get(key));
  if (bytes.has_value()) return ParseHead(key, *bytes);
  AuditHead none;
  none.hash = HashBeforeFirst();
  return none;
}

absl::StatusOr<std::optional<AuditRowRecord>> AuditLog::FindRow(const storage::Reader& reader,
                                                                uint64_t position) const {
  const std::string key = RowKey(service_, position);
  ASSIGN_OR_RETURN(const std::optional<std::string> bytes, reader.Get(key));
  if (!bytes.has_value()) return std::nullopt;
  ASSIGN_OR_RETURN(AuditRowRecord row, ParseRecord<AuditRowRecord>(key, *bytes));
  return std::optional<AuditRowRecord>(std::move(row));
}

storage::KeyRange AuditLog::Rows(uint64_t last) const {
  return UpTo(TableKey(service_, kAuditTable), last);
}

storage::KeyRange AuditLog::RowsNaming(absl::string_view id, uint64_t last) const {
  return UpTo(IdPrefix(service_, id), last);
}

std::optional<uint64_t> AuditLog::PositionIn(absl::string_view key) {
  uint64_t position = 0;
  if (key.size() < sizeof(position)) return std::nullopt;
  absl::string_view bytes = key.substr(key.size() - sizeof(position));
  if (!storage::key_internal::Consume(&bytes, &position)) return std::nullopt;
  return position;
}

std::string AuditLog::IdKey(absl::string_view id, uint64_t position) const {
  std::string key = IdPrefix(service_, id);
  storage::key_internal::Append(position, &key);
  return key;
}

MerkleHash AuditLog::HashBeforeFirst() const {
  return storage::Sha256("milkway audit log of ", NameOf(service_));
}

absl::StatusOr<std::string> AuditLog::NameIn(const storage::Reader& reader) const {
  std::string name(NameOf(service_));
  if (service_ != ServiceTag::kRuntime) return name;
  ASSIGN_OR_RETURN(const std::optional<AuditRowRecord> first, FindRow(reader, 1));
  if (!first.has_value()) return name;
  return absl::StrCat(name, ".", absl::BytesToHexString(first->hash().substr(0, kNameHashBytes)));
}

absl::StatusOr<AuditAnchorRecord> AuditLog::ReadAnchor(const storage::Reader& reader) const {
  const std::string key = TableKey(service_, kAuditAnchorTable);
  ASSIGN_OR_RETURN(const std::optional<std::string> bytes, reader.Get(key));
  if (!bytes.has_value()) return AuditAnchorRecord();
  return ParseRecord<AuditAnchorRecord>(key, *bytes);
}

absl::Status AuditLog::PutAnchor(storage::Transaction& transaction,
                                 const AuditAnchorRecord& anchor) const {
  return transaction.Put(TableKey(service_, kAuditAnchorTable), anchor.SerializeAsString());
}

}  // namespace milkway::runtime
