// A table whose rows are protobuf records.

#ifndef MILKWAY_SERVICES_RUNTIME_RECORD_TABLE_H_
#define MILKWAY_SERVICES_RUNTIME_RECORD_TABLE_H_

#include <optional>
#include <string>
#include <utility>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "clients/cpp/status_macros.h"
#include "storage/key_codec.h"
#include "storage/store.h"

namespace milkway::runtime {

// DATA_LOSS that names the row, if `bytes` are not a Record.
template <typename Record>
absl::StatusOr<Record> ParseRecord(absl::string_view key, absl::string_view bytes) {
  Record record;
  if (!record.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()))) {
    return absl::DataLossError(absl::StrCat("the row ", absl::BytesToHexString(key), " is not a ",
                                            Record::descriptor()->full_name(),
                                            "; restore the store from a backup"));
  }
  return record;
}

// Rows of `Schema` (a storage::KeySchema) that hold a `Record` (a message of a
// milkway.<service>.records package). Stateless.
template <typename SchemaType, typename RecordType>
struct RecordTable {
  using Schema = SchemaType;
  using Record = RecordType;
  using Key = typename Schema::Key;

  // nullopt if there is no such row.
  template <typename... Fields>
  static absl::StatusOr<std::optional<Record>> Find(const storage::Reader& reader,
                                                    const Fields&... fields) {
    const std::string key = Schema::Encode(fields...);
    ASSIGN_OR_RETURN(const std::optional<std::string> bytes, reader.Get(key));
    if (!bytes.has_value()) return std::nullopt;
    ASSIGN_OR_RETURN(Record record, ParseRecord<Record>(key, *bytes));
    return std::optional<Record>(std::move(record));
  }

  template <typename... Fields>
  static absl::Status Put(storage::Transaction& transaction, const Record& record,
                          const Fields&... fields) {
    return transaction.Put(Schema::Encode(fields...), record.SerializeAsString());
  }

  template <typename... Fields>
  static absl::Status Delete(storage::Transaction& transaction, const Fields&... fields) {
    return transaction.Delete(Schema::Encode(fields...));
  }

  // Visits the rows of `range` in order, until `visit` returns false.
  static absl::Status Scan(const storage::Reader& reader, const storage::KeyRange& range,
                           absl::FunctionRef<bool(const Key&, const Record&)> visit,
                           storage::ScanOrder order = storage::ScanOrder::kAscending) {
    absl::Status damage;
    RETURN_IF_ERROR(
        reader.Scan(range, order, [&](absl::string_view key_bytes, absl::string_view value) {
          const absl::StatusOr<Key> key = Schema::Decode(key_bytes);
          damage.Update(key.status());
          const absl::StatusOr<Record> record = ParseRecord<Record>(key_bytes, value);
          damage.Update(record.status());
          return damage.ok() && visit(*key, *record);
        }));
    return damage;
  }
};

}  // namespace milkway::runtime

#endif  // MILKWAY_SERVICES_RUNTIME_RECORD_TABLE_H_
