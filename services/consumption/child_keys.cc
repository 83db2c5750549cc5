#include "services/consumption/child_keys.h"

#include <sodium.h>

#include <algorithm>
#include <utility>

#include "clients/cpp/status_macros.h"
#include "services/consumption/consumption_errors.h"
#include "services/runtime/canonical.h"

namespace milkway::consumption {

namespace {

constexpr char kKeyPurpose[] = "keys of children";
constexpr size_t kKeyBytes = crypto_aead_xchacha20poly1305_ietf_KEYBYTES;
constexpr size_t kMacBytes = 32;
// With more the whole store is purged at once.
constexpr size_t kRangesMax = 16;

const unsigned char* Unsigned(absl::string_view bytes) {
  return reinterpret_cast<const unsigned char*>(bytes.data());
}

// Binds a sealed key to its row.
std::string RowOf(const ChildKeyName& name) {
  std::string row;
  runtime::PutString(name.school_id, &row);
  runtime::PutNumber(name.student_number, &row);
  runtime::PutNumber(static_cast<uint32_t>(name.subject), &row);
  runtime::PutNumber(name.number, &row);
  return row;
}

absl::StatusOr<std::optional<std::string>> FindKey(const storage::Reader& reader,
                                                   const runtime::MasterKey& master_key,
                                                   const ChildKeyName& name) {
  ASSIGN_OR_RETURN(const auto record,
                   ChildKeyTable::Find(reader, name.school_id, name.student_number,
                                       static_cast<uint32_t>(name.subject), name.number));
  if (!record.has_value()) return std::nullopt;
  ASSIGN_OR_RETURN(std::string key,
                   master_key.Open(kKeyPurpose, record->sealed_key(), RowOf(name)));
  return std::optional(std::move(key));
}

// FAILED_PRECONDITION (CHILD_KEY_DESTROYED) for a key that was there once.
absl::Status MakeKey(storage::Transaction& transaction, const runtime::MasterKey& master_key,
                     const ChildKeyName& name, KeyRing* ring) {
  ASSIGN_OR_RETURN(const auto destroyed,
                   DestroyedKeysTable::Find(transaction, name.school_id, name.student_number,
                                            static_cast<uint32_t>(name.subject)));
  if (destroyed.has_value() && name.number <= destroyed->destroyed()) {
    return ChildKeyDestroyed(name.school_id, name.student_number);
  }
  std::string key(kKeyBytes, '\0');
  randombytes_buf(key.data(), key.size());
  rec::ChildKeyRecord record;
  record.set_sealed_key(master_key.Seal(kKeyPurpose, key, RowOf(name)));
  ring->Add(name, std::move(key));
  return ChildKeyTable::Put(transaction, record, name.school_id, name.student_number,
                            static_cast<uint32_t>(name.subject), name.number);
}

absl::Status DeleteKeys(storage::Transaction& transaction, const rec::DoomedKeysRecord& doomed) {
  std::vector<uint32_t> numbers;
  RETURN_IF_ERROR(ChildKeyTable::Scan(
      transaction,
      ChildKeyKey::Range(doomed.school_id(), doomed.student_number(), doomed.subject()),
      [&](const ChildKeyKey::Key& key, const rec::ChildKeyRecord&) {
        if (std::get<3>(key) <= doomed.destroyed()) numbers.push_back(std::get<3>(key));
        return true;
      }));
  for (const uint32_t number : numbers) {
    RETURN_IF_ERROR(ChildKeyTable::Delete(transaction, doomed.school_id(), doomed.student_number(),
                                          doomed.subject(), number));
  }
  ASSIGN_OR_RETURN(const auto stored,
                   DestroyedKeysTable::Find(transaction, doomed.school_id(),
                                            doomed.student_number(), doomed.subject()));
  rec::DestroyedKeysRecord record = stored.value_or(rec::DestroyedKeysRecord());
  record.set_destroyed(std::max(record.destroyed(), doomed.destroyed()));
  if (doomed.has_erasure()) *record.mutable_erasure() = doomed.erasure();
  return DestroyedKeysTable::Put(transaction, record, doomed.school_id(), doomed.student_number(),
                                 doomed.subject());
}

}  // namespace

KeyRing::~KeyRing() {
  for (auto& [name, key] : keys_) sodium_memzero(key.data(), key.size());
}

std::optional<absl::string_view> KeyRing::Find(const ChildKeyName& name) const {
  const auto key = keys_.find(name);
  return key == keys_.end() ? std::nullopt : std::optional<absl::string_view>(key->second);
}

std::string KeyRing::MacOf(absl::string_view text) const {
  std::string mac(kMacBytes, '\0');
  crypto_generichash_state state;
  crypto_generichash_init(&state, nullptr, 0, mac.size());
  for (const auto& [name, key] : keys_) {
    crypto_generichash_update(&state, Unsigned(key), key.size());
  }
  crypto_generichash_update(&state, Unsigned(text), text.size());
  crypto_generichash_final(&state, reinterpret_cast<unsigned char*>(mac.data()), mac.size());
  sodium_memzero(&state, sizeof(state));
  return mac;
}

absl::Status ChildKeys::CheckCanSeal() const {
  return store_ == nullptr || master_key_ == nullptr ? ChildKeysMissing() : absl::OkStatus();
}

void ChildKeys::Obtain(std::vector<ChildKeyName> names, Obtained done) const {
  if (names.empty()) return std::move(done)(KeyRing());
  if (absl::Status status = CheckCanSeal(); !status.ok()) return std::move(done)(status);
  auto ring = std::make_shared<KeyRing>();
  store_->Transact(
      [this, ring, names = std::move(names)](storage::Transaction& transaction) -> absl::Status {
        *ring = KeyRing();
        for (const ChildKeyName& name : names) {
          ASSIGN_OR_RETURN(auto key, FindKey(transaction, *master_key_, name));
          if (key.has_value()) {
            ring->Add(name, *std::move(key));
          } else {
            RETURN_IF_ERROR(MakeKey(transaction, *master_key_, name, ring.get()));
          }
        }
        return absl::OkStatus();
      },
      [ring, done = std::move(done)](absl::Status status) mutable {
        if (!status.ok()) return std::move(done)(std::move(status));
        std::move(done)(std::move(*ring));
      });
}

ChildKeys::View ChildKeys::NewView() const {
  const bool has_keys = CheckCanSeal().ok();
  return View(has_keys ? store_->NewSnapshot() : nullptr, master_key_);
}

absl::StatusOr<KeyRing> ChildKeys::View::Find(const ChildKeyName& name) const {
  KeyRing ring;
  if (snapshot_ == nullptr) return ring;
  ASSIGN_OR_RETURN(auto key, FindKey(*snapshot_, *master_key_, name));
  if (key.has_value()) ring.Add(name, *std::move(key));
  return ring;
}

absl::Status ChildKeys::Destroy(const std::vector<rec::DoomedKeysRecord>& doomed) {
  if (store_ == nullptr || doomed.empty()) return absl::OkStatus();
  // No backup is made in between, with keys that are on their way out.
  const ChildKeyBackups::Pause pause(backups_);
  if (backups_ != nullptr) RETURN_IF_ERROR(backups_->Destroy(doomed));
  return DestroyIn(*store_, doomed);
}

absl::StatusOr<std::vector<rec::DoomedKeysRecord>> ChildKeys::Destroyed() const {
  std::vector<rec::DoomedKeysRecord> destroyed;
  if (store_ == nullptr) return destroyed;
  RETURN_IF_ERROR(DestroyedKeysTable::Scan(
      *store_->NewSnapshot(), DestroyedKeysKey::Range(),
      [&](const DestroyedKeysKey::Key& key, const rec::DestroyedKeysRecord& record) {
        rec::DoomedKeysRecord& row = destroyed.emplace_back();
        row.set_school_id(std::get<0>(key));
        row.set_student_number(std::get<1>(key));
        row.set_subject(std::get<2>(key));
        row.set_destroyed(record.destroyed());
        if (record.has_erasure()) *row.mutable_erasure() = record.erasure();
        return true;
      }));
  return destroyed;
}

absl::Status DestroyIn(storage::Store& store, const std::vector<rec::DoomedKeysRecord>& doomed) {
  const auto delete_all = [&](storage::Transaction& transaction) -> absl::Status {
    for (const rec::DoomedKeysRecord& keys : doomed) {
      RETURN_IF_ERROR(DeleteKeys(transaction, keys));
    }
    return absl::OkStatus();
  };
  RETURN_IF_ERROR(store.TransactAndWait(delete_all));
  if (doomed.size() > kRangesMax) return store.Purge(ChildKeyKey::Range());
  for (const rec::DoomedKeysRecord& keys : doomed) {
    RETURN_IF_ERROR(
        store.Purge(ChildKeyKey::Range(keys.school_id(), keys.student_number(), keys.subject())));
  }
  return absl::OkStatus();
}

}  // namespace milkway::consumption
