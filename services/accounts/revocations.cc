#include "services/accounts/revocations.h"

#include "clients/cpp/status_macros.h"
#include "services/runtime/tokens/access_token.h"

namespace milkway::accounts {

namespace {

// A token may be signed a little after the call that it answers came in.
constexpr int64_t kMarginS = 60;
constexpr int64_t kTokenEndUs =
    (runtime::kAccessTokenLifeS + runtime::kClockLeewayS + kMarginS) * 1'000'000;
constexpr size_t kForgottenMax = 20;

absl::StatusOr<int64_t> LastVersion(const storage::Reader& reader) {
  ASSIGN_OR_RETURN(const auto counter, LastRevocationTable::Find(reader));
  return counter.has_value() ? counter->last() : 0;
}

absl::Status ForgetSome(storage::Transaction& transaction, int64_t now_us) {
  std::vector<int64_t> versions;
  RETURN_IF_ERROR(
      RevocationTable::Scan(transaction, RevocationKey::Range(),
                            [&](const RevocationKey::Key& key, const rec::RevocationRecord& row) {
                              if (row.until_us() > now_us || versions.size() == kForgottenMax)
                                return false;
                              versions.push_back(std::get<0>(key));
                              return true;
                            }));
  for (const int64_t version : versions) {
    RETURN_IF_ERROR(RevocationTable::Delete(transaction, version));
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status Revoke(storage::Transaction& transaction, absl::string_view token_session_id,
                    int64_t now_us) {
  RETURN_IF_ERROR(ForgetSome(transaction, now_us));
  ASSIGN_OR_RETURN(const int64_t last, LastVersion(transaction));
  rec::CounterRecord counter;
  counter.set_last(last + 1);
  RETURN_IF_ERROR(LastRevocationTable::Put(transaction, counter));
  rec::RevocationRecord row;
  row.set_token_session_id(token_session_id.data(), token_session_id.size());
  row.set_until_us(now_us + kTokenEndUs);
  return RevocationTable::Put(transaction, row, counter.last());
}

absl::StatusOr<Revocations> ListRevocations(const storage::Reader& reader, int64_t after_version,
                                            int64_t now_us) {
  Revocations revocations;
  ASSIGN_OR_RETURN(const int64_t last, LastVersion(reader));
  const bool is_known = 0 <= after_version && after_version <= last;
  storage::KeyRange range = RevocationKey::Range();
  range.from = RevocationKey::Encode(is_known ? after_version + 1 : 1);
  revocations.version = last;
  RETURN_IF_ERROR(RevocationTable::Scan(
      reader, range, [&](const RevocationKey::Key& key, const rec::RevocationRecord& row) {
        if (row.until_us() <= now_us) return true;
        if (revocations.rows.size() == kRevocationsPerAnswerMax) {
          revocations.has_more = true;
          revocations.version = std::get<0>(key) - 1;
          return false;
        }
        revocations.rows.push_back(row);
        return true;
      }));
  return revocations;
}

}  // namespace milkway::accounts
