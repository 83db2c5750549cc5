#include "services/accounts/signing_keys.h"

#include <sodium.h>

#include <algorithm>
#include <utility>

#include "clients/cpp/status_macros.h"

namespace milkway::accounts {

namespace {

constexpr char kSealPurpose[] = "accounts: signing keys";
// As long as a token of a key may be taken after the next key began to sign.
constexpr int64_t kLastTokenUs =
    (runtime::kAccessTokenLifeS + runtime::kClockLeewayS + 60) * 1'000'000;

struct Row {
  int64_t number = 0;
  rec::SigningKeyRecord record;
};

absl::StatusOr<std::vector<Row>> RowsOf(const storage::Reader& reader) {
  std::vector<Row> rows;
  RETURN_IF_ERROR(SigningKeyTable::Scan(
      reader, SigningKeyKey::Range(),
      [&rows](const SigningKeyKey::Key& key, const rec::SigningKeyRecord& record) {
        rows.push_back({std::get<0>(key), record});
        return true;
      }));
  return rows;
}

// Those that were signed with it have expired.
bool IsOver(const std::vector<Row>& rows, size_t index, int64_t now_us) {
  return index + 1 < rows.size() && rows[index + 1].record.signs_from_us() + kLastTokenUs <= now_us;
}

}  // namespace

absl::StatusOr<std::vector<rec::SigningKeyRecord>> SigningKeys::List(
    const storage::Reader& reader) {
  ASSIGN_OR_RETURN(const std::vector<Row> rows, RowsOf(reader));
  std::vector<rec::SigningKeyRecord> keys;
  for (const Row& row : rows) keys.push_back(row.record);
  return keys;
}

absl::Status SigningKeys::KeepUp(storage::Transaction& transaction, int64_t now_us) const {
  ASSIGN_OR_RETURN(const std::vector<Row> rows, RowsOf(transaction));
  if (rows.empty()) return Add(transaction, 1, now_us, now_us);
  const Row& newest = rows.back();
  // Whoever starts with another master key must hear it before anybody is let in.
  RETURN_IF_ERROR(Open(newest.record).status());
  const int64_t next_from_us = newest.record.signs_from_us() + kKeySignsUs;
  if (now_us >= next_from_us - kKeyPublishedUs) {
    RETURN_IF_ERROR(Add(transaction, newest.number + 1,
                        std::max(next_from_us, now_us + kKeyPublishedUs), now_us));
  }
  for (size_t i = 0; i < rows.size(); ++i) {
    if (IsOver(rows, i, now_us)) {
      RETURN_IF_ERROR(SigningKeyTable::Delete(transaction, rows[i].number));
    }
  }
  return absl::OkStatus();
}

absl::Status SigningKeys::Rotate(storage::Transaction& transaction, bool drop_old_keys,
                                 int64_t now_us) const {
  ASSIGN_OR_RETURN(const std::vector<Row> rows, RowsOf(transaction));
  const int64_t number = rows.empty() ? 1 : rows.back().number + 1;
  if (!drop_old_keys) {
    // What is published already and has not signed yet gives way.
    for (const Row& row : rows) {
      if (row.record.signs_from_us() > now_us) {
        RETURN_IF_ERROR(SigningKeyTable::Delete(transaction, row.number));
      }
    }
    return Add(transaction, number, now_us + kKeyPublishedInHasteUs, now_us);
  }
  for (const Row& row : rows) {
    RETURN_IF_ERROR(SigningKeyTable::Delete(transaction, row.number));
  }
  return Add(transaction, number, now_us, now_us);
}

absl::StatusOr<std::string> SigningKeys::Sign(const storage::Reader& reader,
                                              const runtime::AccessClaims& claims, int64_t now_us) {
  ASSIGN_OR_RETURN(const std::vector<Row> rows, RowsOf(reader));
  if (rows.empty()) return absl::InternalError("there is no key to sign access tokens with");
  const Row* signing = &rows.front();
  for (const Row& row : rows) {
    if (row.record.signs_from_us() <= now_us) signing = &row;
  }
  ASSIGN_OR_RETURN(const std::shared_ptr<const runtime::TokenKey> key, OpenOnce(signing->record));
  return key->Sign(claims);
}

absl::Status SigningKeys::Add(storage::Transaction& transaction, int64_t number,
                              int64_t signs_from_us, int64_t now_us) const {
  ASSIGN_OR_RETURN(const runtime::TokenKey key, runtime::TokenKey::Generate());
  rec::SigningKeyRecord record;
  record.set_kid(key.kid());
  record.set_private_pem_sealed(master_key_.Seal(kSealPurpose, key.private_pem(), key.kid()));
  record.set_public_pem(key.public_pem());
  record.set_public_jwk(key.public_jwk());
  record.set_created_us(now_us);
  record.set_signs_from_us(signs_from_us);
  return SigningKeyTable::Put(transaction, record, number);
}

absl::StatusOr<std::shared_ptr<const runtime::TokenKey>> SigningKeys::Open(
    const rec::SigningKeyRecord& record) const {
  absl::StatusOr<std::string> pem =
      master_key_.Open(kSealPurpose, record.private_pem_sealed(), record.kid());
  if (!pem.ok()) {
    return absl::DataLossError(
        "the keys that sign access tokens cannot be opened; start with the master key that this "
        "store was used with");
  }
  absl::StatusOr<runtime::TokenKey> key = runtime::TokenKey::FromPem(*pem);
  sodium_memzero(pem->data(), pem->size());
  if (!key.ok()) return key.status();
  return std::make_shared<const runtime::TokenKey>(*std::move(key));
}

absl::StatusOr<std::shared_ptr<const runtime::TokenKey>> SigningKeys::OpenOnce(
    const rec::SigningKeyRecord& record) {
  absl::MutexLock lock(&mutex_);
  const auto opened = opened_by_kid_.find(record.kid());
  if (opened != opened_by_kid_.end()) return opened->second;
  ASSIGN_OR_RETURN(std::shared_ptr<const runtime::TokenKey> key, Open(record));
  // Keys change once a month: the few that were opened before are not needed again.
  opened_by_kid_.clear();
  opened_by_kid_[record.kid()] = key;
  return key;
}

}  // namespace milkway::accounts
