#include "services/runtime/intent_table.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "clients/cpp/status_macros.h"
#include "milkway/runtime/records/v1/records.pb.h"
#include "services/runtime/record_table.h"
#include "services/runtime/service_tables.h"
#include "storage/key_codec.h"

namespace milkway::runtime {

namespace {

using records::v1::OpenIntent;

std::string IntentKey(ServiceTag service, uint64_t id) {
  std::string key = TableKey(service, kIntentTable);
  storage::key_internal::Append(id, &key);
  return key;
}

absl::StatusOr<StoredIntent> ParseIntent(absl::string_view table, absl::string_view key,
                                         absl::string_view value) {
  ASSIGN_OR_RETURN(OpenIntent record, ParseRecord<OpenIntent>(key, value));
  StoredIntent stored;
  stored.kind = record.kind();
  Intent& intent = stored.intent;
  absl::string_view id = key.substr(table.size());
  if (!storage::key_internal::Consume(&id, &intent.id) || !id.empty()) {
    return storage::key_internal::MalformedKey(0, key);
  }
  intent.payload = std::move(*record.mutable_payload());
  intent.caller_id = record.caller_id();
  intent.audit_entry = std::move(*record.mutable_audit_entry());
  const std::string& hash = record.body_hash();
  if (hash.empty()) return stored;
  intent.request.emplace();
  intent.request->id = {record.request_id_high(), record.request_id_low()};
  std::copy_n(hash.begin(), std::min(hash.size(), sizeof(BodyHash)), intent.request->hash.begin());
  return stored;
}

}  // namespace

absl::StatusOr<uint64_t> TakeIntentId(storage::Transaction& transaction, ServiceTag service) {
  const std::string row = TableKey(service, kIntentCounterTable);
  ASSIGN_OR_RETURN(const std::optional<std::string> stored, transaction.Get(row));
  uint64_t last = 0;
  if (stored.has_value()) {
    absl::string_view bytes = *stored;
    if (!storage::key_internal::Consume(&bytes, &last) || !bytes.empty()) {
      return absl::DataLossError("the intent counter is damaged; restore the store from a backup");
    }
  }
  std::string bytes;
  storage::key_internal::Append(last + 1, &bytes);
  RETURN_IF_ERROR(transaction.Put(row, bytes));
  return last + 1;
}

absl::Status PutIntent(storage::Transaction& transaction, ServiceTag service,
                       absl::string_view kind, const Intent& intent) {
  OpenIntent record;
  record.set_kind(kind.data(), kind.size());
  record.set_payload(intent.payload);
  record.set_caller_id(intent.caller_id);
  record.set_audit_entry(intent.audit_entry);
  if (intent.request.has_value()) {
    const Intent::Request& request = *intent.request;
    record.set_request_id_high(request.id.high);
    record.set_request_id_low(request.id.low);
    record.set_body_hash(request.hash.data(), request.hash.size());
  }
  return transaction.Put(IntentKey(service, intent.id), record.SerializeAsString());
}

absl::Status DeleteIntent(storage::Transaction& transaction, ServiceTag service, uint64_t id) {
  return transaction.Delete(IntentKey(service, id));
}

storage::KeyRange IntentRows(ServiceTag service) {
  return storage::PrefixRange(TableKey(service, kIntentTable));
}

absl::StatusOr<std::vector<StoredIntent>> ReadIntents(const storage::Reader& reader,
                                                      ServiceTag service) {
  const std::string table = TableKey(service, kIntentTable);
  std::vector<StoredIntent> found;
  absl::Status damage;
  RETURN_IF_ERROR(reader.Scan(storage::PrefixRange(table), storage::ScanOrder::kAscending,
                              [&](absl::string_view key, absl::string_view value) {
                                absl::StatusOr<StoredIntent> stored =
                                    ParseIntent(table, key, value);
                                damage = stored.status();
                                if (stored.ok()) found.push_back(*std::move(stored));
                                return damage.ok();
                              }));
  RETURN_IF_ERROR(damage);
  return found;
}

}  // namespace milkway::runtime
