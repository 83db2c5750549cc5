// The audit log of a service: rows that are only ever added, each with a hash over all
// before it. docs/audit.md says what goes in, docs/formats.md how it is kept.

#ifndef MILKWAY_SERVICES_RUNTIME_AUDIT_AUDIT_LOG_H_
#define MILKWAY_SERVICES_RUNTIME_AUDIT_AUDIT_LOG_H_

#include <cstdint>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "services/runtime/audit/audit_entry.h"
#include "services/runtime/service_tag.h"
#include "storage/merkle_hash.h"
#include "storage/store.h"

namespace milkway::runtime {

// Where a log ends; position 0: it is empty.
struct AuditHead {
  uint64_t position = 0;
  storage::MerkleHash hash{};
  int64_t recorded_us = 0;
};

// A value that names the log; what is in it is in the store. Errors are those of the
// store, and DATA_LOSS where a row is damaged.
class AuditLog {
 public:
  explicit constexpr AuditLog(ServiceTag service) : service_(service) {}

  ServiceTag service() const { return service_; }

  // In a body: adds a row. It stands if and only if all else of the body does. The entry's
  // recorded_us is when the call came in; it gets its place and time here.
  absl::Status Append(storage::Transaction& transaction, AuditEntry entry) const;

  absl::StatusOr<AuditHead> ReadHead(const storage::Reader& reader) const;

  // nullopt if there is no such row.
  absl::StatusOr<std::optional<records::v1::AuditRowRecord>> FindRow(const storage::Reader& reader,
                                                                     uint64_t position) const;

  // The keys of rows up to and with a position, and of the rows that name an id up to and
  // with a position; and the position in such a key, nullopt if it is not whole.
  storage::KeyRange Rows(uint64_t last) const;
  storage::KeyRange RowsNaming(absl::string_view id, uint64_t last) const;
  static std::optional<uint64_t> PositionIn(absl::string_view key);

  // The key that stands for an id of a row.
  std::string IdKey(absl::string_view id, uint64_t position) const;

  // What the first row's hash is computed from.
  storage::MerkleHash HashBeforeFirst() const;

  // How the log is called among those of all processes: "inventory". Every process has one
  // of what is not a service's; the hash of its first row tells them apart:
  // "runtime.1f3a09cd", "runtime" while it is empty.
  absl::StatusOr<std::string> NameIn(const storage::Reader& reader) const;

  // Up to where the Merkle log of the inventory holds the hash of this one.
  absl::StatusOr<records::v1::AuditAnchorRecord> ReadAnchor(const storage::Reader& reader) const;
  absl::Status PutAnchor(storage::Transaction& transaction,
                         const records::v1::AuditAnchorRecord& anchor) const;

 private:
  ServiceTag service_;
};

// The hash of a row, which stands on the one before it.
storage::MerkleHash AuditHash(const storage::MerkleHash& before, absl::string_view entry);

}  // namespace milkway::runtime

#endif  // MILKWAY_SERVICES_RUNTIME_AUDIT_AUDIT_LOG_H_
