// Changes that happen once, and whose requests or answers hold secrets.
//
// Handlers::Mutate keeps the answer, and a quick hash of the whole request. Here neither may
// stand in the store: whoever reads it must find no token, and nothing by which a password
// can be guessed faster than by its argon2id hash. So what stands there of the request is a
// hash under a key that follows from the master key, and what is remembered is a record from
// which the answer can be made again.

#ifndef MILKWAY_SERVICES_ACCOUNTS_ONCE_WITH_SECRETS_H_
#define MILKWAY_SERVICES_ACCOUNTS_ONCE_WITH_SECRETS_H_

#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "absl/functional/any_invocable.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "clients/cpp/status_macros.h"
#include "services/accounts/secrets.h"
#include "services/runtime/handler.h"
#include "services/runtime/once.h"
#include "storage/store.h"

namespace milkway::accounts {

// Which request this is.
struct RequestKey {
  runtime::RequestId id;
  runtime::BodyHash hash{};
};

// The key of what `caller_id` (empty: who is nobody yet) asks for: the same request of
// somebody else, or with another password, is another one.
template <typename Request>
absl::StatusOr<RequestKey> KeyOf(const runtime::Handlers::Parts& parts, const Secrets& secrets,
                                 absl::string_view caller_id, const Request& request) {
  RequestKey key;
  ASSIGN_OR_RETURN(key.id, runtime::ParseRequestId("request_id", request.request_id()));
  const runtime::BodyHash hash = parts.once->HashOf(request);
  const std::string fingerprint = secrets.FingerprintOf(caller_id, {hash.data(), hash.size()});
  std::copy_n(fingerprint.begin(), key.hash.size(), key.hash.begin());
  return key;
}

// What was remembered of the request; nullopt if it is new. ALREADY_EXISTS
// (REQUEST_ID_REUSED).
template <typename Record>
absl::StatusOr<std::optional<Record>> FindRemembered(const runtime::Handlers::Parts& parts,
                                                     const storage::Reader& reader,
                                                     const RequestKey& key) {
  ASSIGN_OR_RETURN(const auto memory, parts.once->Find(reader, key.id, key.hash));
  if (!memory.has_value()) return std::nullopt;
  Record record;
  if (!record.ParseFromString(memory->answer)) {
    return absl::DataLossError("a remembered request is damaged");
  }
  return std::optional<Record>(std::move(record));
}

// Runs `body` in a transaction unless the request was answered before; `done` hears what it
// came to, then or now. `parts` must outlive the change.
template <typename Record>
void TransactOnce(const runtime::Handlers::Parts& parts, const RequestKey& key,
                  absl::AnyInvocable<absl::StatusOr<Record>(storage::Transaction&)> body,
                  absl::AnyInvocable<void(absl::StatusOr<Record>) &&> done) {
  auto record = std::make_shared<Record>();
  parts.store->Transact(
      [&parts, key, record,
       body = std::move(body)](storage::Transaction& transaction) mutable -> absl::Status {
        ASSIGN_OR_RETURN(auto remembered, FindRemembered<Record>(parts, transaction, key));
        if (remembered.has_value()) {
          *record = *std::move(remembered);
          return absl::OkStatus();
        }
        ASSIGN_OR_RETURN(*record, body(transaction));
        return parts.once->Remember(transaction, key.id, key.hash, record->SerializeAsString());
      },
      [record, done = std::move(done)](const absl::Status& status) mutable {
        if (!status.ok()) return std::move(done)(status);
        std::move(done)(std::move(*record));
      });
}

}  // namespace milkway::accounts

#endif  // MILKWAY_SERVICES_ACCOUNTS_ONCE_WITH_SECRETS_H_
