#include "services/gateway/web_sessions.h"

#include <utility>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "clients/cpp/status.h"
#include "clients/cpp/status_macros.h"
#include "services/gateway/gateway_keys.h"
#include "services/runtime/errors.h"
#include "services/runtime/master_key.h"
#include "storage/merkle_hash.h"

namespace milkway::gateway {

namespace {

using accounts::v1::SessionTokens;
using rec::WebSessionSecrets;

constexpr char kRefreshPath[] = "/milkway.accounts.v1.SignInService/Refresh";
constexpr int64_t kUsPerS = 1'000'000;
// A token that ends sooner is not worth a call.
constexpr int64_t kLeftAtLeastUs = 30 * kUsPerS;
constexpr absl::Duration kRefreshWait = absl::Seconds(10);
// Sessions that are kept in memory; others are read when they are needed.
constexpr size_t kLiveMax = 20'000;
// Rows of ended sessions that one sign-in takes away.
constexpr int kSweepMax = 20;
constexpr size_t kCookieCharactersMax = 64;
constexpr size_t kUuidBytes = 16;

std::string Digest(absl::string_view purpose, absl::string_view secret) {
  return std::string(storage::BytesOf(storage::Sha256(absl::StrCat(purpose, ":", secret))));
}

std::string CookieOf(const std::string& refresh_token) {
  return absl::WebSafeBase64Escape(Digest("milkway cookie", refresh_token));
}

std::string KeyOf(const std::string& cookie) { return Digest("milkway cookie seal", cookie); }

std::string HashOf(const std::string& cookie) { return Digest("milkway cookie name", cookie); }

// The id of the request that uses a refresh token: the same after a crash, so that accounts
// repeat their answer. A UUIDv8.
std::string RequestIdFor(const std::string& refresh_token) {
  std::string bytes = Digest("milkway refresh", refresh_token).substr(0, kUuidBytes);
  bytes[6] = static_cast<char>((bytes[6] & 0x0F) | 0x80);
  bytes[8] = static_cast<char>((bytes[8] & 0x3F) | 0x80);
  std::string text = absl::BytesToHexString(bytes);
  for (const size_t place : {20, 16, 12, 8}) text.insert(place, "-");
  return text;
}

absl::Status SessionEnded() {
  return runtime::Refuse(absl::StatusCode::kUnauthenticated, "SESSION_ENDED",
                         "this session is over; sign in again");
}

void Fill(const SessionTokens& tokens, WebSessionSecrets* secrets) {
  secrets->set_refresh_token(tokens.refresh_token());
  secrets->set_access_token(tokens.access_token());
  secrets->set_access_expires_us(tokens.access_expires_us());
  secrets->set_expires_us(tokens.session_expires_us());
  secrets->set_person_id(tokens.person().person_id());
  secrets->set_name(tokens.person().display_name());
  secrets->set_language(tokens.person().language());
  secrets->set_role(tokens.person().role());
  *secrets->mutable_scopes() = tokens.person().scopes();
}

// Takes rows of sessions that are over away.
absl::Status Sweep(storage::Transaction& transaction, int64_t now_us) {
  const storage::KeyRange range{WebSessionEndKey::Range().from, WebSessionEndKey::Prefix(now_us)};
  std::vector<WebSessionEndKey::Key> ended;
  RETURN_IF_ERROR(WebSessionEndTable::Scan(transaction, range, [&](const auto& key, const auto&) {
    ended.push_back(key);
    return ended.size() < kSweepMax;
  }));
  for (const auto& [expires_us, hash] : ended) {
    RETURN_IF_ERROR(WebSessionEndTable::Delete(transaction, expires_us, hash));
    RETURN_IF_ERROR(WebSessionTable::Delete(transaction, hash));
  }
  return absl::OkStatus();
}

}  // namespace

struct WebSessions::Live {
  Live(std::string cookie_in, WebSessionSecrets secrets_in)
      : cookie(std::move(cookie_in)), hash(HashOf(cookie)), secrets(std::move(secrets_in)) {}

  const std::string cookie;
  const std::string hash;
  absl::Mutex mutex;
  WebSessionSecrets secrets ABSL_GUARDED_BY(mutex);
  bool is_refreshing ABSL_GUARDED_BY(mutex) = false;
  std::vector<Told<std::string>> waiters ABSL_GUARDED_BY(mutex);
};

WebSessions::WebSessions(const MethodTable* methods, Backends* backends, storage::Store* store,
                         const runtime::Clock* clock)
    : refresh_(methods->Find(kRefreshPath)), backends_(*backends), store_(*store), clock_(*clock) {}

WebSessions::~WebSessions() = default;

void WebSessions::Begin(const SessionTokens& tokens, Told<std::string> done) {
  WebSessionSecrets secrets;
  Fill(tokens, &secrets);
  auto live = std::make_shared<Live>(CookieOf(tokens.refresh_token()), std::move(secrets));
  Store(live, 0, [this, live, done = std::move(done)](absl::Status status) mutable {
    // The store keeps what it calls for a while; nobody may be kept by it.
    Told<std::string> told = std::move(done);
    if (!status.ok()) return std::move(told)(status);
    Keep(live);
    std::move(told)(live->cookie);
  });
}

void WebSessions::TokenOf(const std::string& cookie, const std::string& client_address,
                          Told<std::string> done) {
  AnotherToken(cookie, client_address, "", std::move(done));
}

void WebSessions::AnotherToken(const std::string& cookie, const std::string& client_address,
                               const std::string& refused, Told<std::string> done) {
  absl::StatusOr<std::shared_ptr<Live>> found = Find(cookie);
  if (!found.ok()) return std::move(done)(found.status());
  const std::shared_ptr<Live>& live = *found;
  std::string token;
  {
    absl::MutexLock lock(&live->mutex);
    const WebSessionSecrets& secrets = live->secrets;
    const bool is_good = secrets.access_expires_us() > clock_.NowUs() + kLeftAtLeastUs &&
                         secrets.access_token() != refused;
    if (is_good) {
      token = secrets.access_token();
    } else {
      live->waiters.push_back(std::move(done));
      if (std::exchange(live->is_refreshing, true)) return;
    }
  }
  if (!token.empty()) return std::move(done)(std::move(token));
  Refresh(live, client_address);
}

absl::StatusOr<WebSessionSecrets> WebSessions::WhoIs(const std::string& cookie) {
  ASSIGN_OR_RETURN(const std::shared_ptr<Live> live, Find(cookie));
  absl::MutexLock lock(&live->mutex);
  return live->secrets;
}

void WebSessions::Forget(const std::string& cookie,
                         absl::AnyInvocable<void(absl::Status) &&> done) {
  const std::string hash = HashOf(cookie);
  {
    absl::MutexLock lock(&mutex_);
    live_.erase(hash);
  }
  store_.Transact(
      [hash](storage::Transaction& transaction) -> absl::Status {
        ASSIGN_OR_RETURN(const auto record, WebSessionTable::Find(transaction, hash));
        if (!record.has_value()) return absl::OkStatus();
        RETURN_IF_ERROR(WebSessionEndTable::Delete(transaction, record->expires_us(), hash));
        return WebSessionTable::Delete(transaction, hash);
      },
      [done = std::move(done)](absl::Status status) mutable {
        absl::AnyInvocable<void(absl::Status)&&> told = std::move(done);
        std::move(told)(status);
      });
}

absl::StatusOr<std::shared_ptr<WebSessions::Live>> WebSessions::Find(const std::string& cookie) {
  if (cookie.empty() || cookie.size() > kCookieCharactersMax) return SessionEnded();
  const std::string hash = HashOf(cookie);
  {
    absl::MutexLock lock(&mutex_);
    const auto found = live_.find(hash);
    if (found != live_.end()) return found->second;
  }
  ASSIGN_OR_RETURN(const auto record, WebSessionTable::Find(*store_.NewSnapshot(), hash));
  if (!record.has_value() || record->expires_us() <= clock_.NowUs()) return SessionEnded();
  ASSIGN_OR_RETURN(const std::string opened,
                   runtime::OpenWith(KeyOf(cookie), record->sealed(), hash));
  ASSIGN_OR_RETURN(WebSessionSecrets secrets,
                   runtime::ParseRecord<WebSessionSecrets>("web session", opened));
  return Keep(std::make_shared<Live>(cookie, std::move(secrets)));
}

std::shared_ptr<WebSessions::Live> WebSessions::Keep(std::shared_ptr<Live> live) {
  absl::MutexLock lock(&mutex_);
  if (live_.size() >= kLiveMax) {
    // Those that nobody uses now are read again when they are needed. One that is about to
    // be refreshed has somebody who holds it.
    absl::erase_if(live_, [](const auto& entry) { return entry.second.use_count() == 1; });
  }
  return live_.try_emplace(live->hash, live).first->second;
}

void WebSessions::Refresh(std::shared_ptr<Live> live, const std::string& client_address) {
  if (refresh_ == nullptr) {
    return OnRefreshed(live, {grpc::StatusCode::UNAVAILABLE, "no accounts are served here"}, {});
  }
  accounts::v1::RefreshRequest request;
  {
    absl::MutexLock lock(&live->mutex);
    request.set_refresh_token(live->secrets.refresh_token());
  }
  request.set_request_id(RequestIdFor(request.refresh_token()));
  CallHead head;
  head.client_address = client_address;
  head.deadline = absl::Now() + kRefreshWait;
  backends_.Call(*refresh_, head, ToByteBuffer(request.SerializeAsString()),
                 [this, live](const grpc::Status& status, const grpc::ByteBuffer& answer) {
                   OnRefreshed(live, status, answer);
                 });
}

void WebSessions::OnRefreshed(std::shared_ptr<Live> live, const grpc::Status& status,
                              const grpc::ByteBuffer& answer) {
  if (status.error_code() == grpc::StatusCode::UNAUTHENTICATED) {
    return Forget(live->cookie, [live](absl::Status) { TellWaiters(live, SessionEnded()); });
  }
  if (!status.ok()) return TellWaiters(live, clients::FromGrpcStatus(status));
  accounts::v1::RefreshResponse response;
  if (!response.ParseFromString(ToString(answer))) {
    return TellWaiters(live, absl::DataLossError("accounts answered what is no session"));
  }
  int64_t old_expires_us = 0;
  {
    absl::MutexLock lock(&live->mutex);
    old_expires_us = live->secrets.expires_us();
    Fill(response.tokens(), &live->secrets);
  }
  const std::string token = response.tokens().access_token();
  // The new refresh token must be on disk before it is used, for then the old one is dead.
  Store(live, old_expires_us, [live, token](absl::Status stored) {
    if (!stored.ok()) return TellWaiters(live, stored);
    TellWaiters(live, token);
  });
}

void WebSessions::Store(const std::shared_ptr<Live>& live, int64_t old_expires_us,
                        absl::AnyInvocable<void(absl::Status) &&> done) {
  rec::WebSessionRecord record;
  {
    absl::MutexLock lock(&live->mutex);
    record.set_expires_us(live->secrets.expires_us());
    record.set_sealed(
        runtime::SealWith(KeyOf(live->cookie), live->secrets.SerializeAsString(), live->hash));
  }
  store_.Transact(
      [record, hash = live->hash, old_expires_us,
       now_us = clock_.NowUs()](storage::Transaction& transaction) -> absl::Status {
        RETURN_IF_ERROR(Sweep(transaction, now_us));
        RETURN_IF_ERROR(WebSessionEndTable::Delete(transaction, old_expires_us, hash));
        RETURN_IF_ERROR(WebSessionEndTable::Put(transaction, {}, record.expires_us(), hash));
        return WebSessionTable::Put(transaction, record, hash);
      },
      std::move(done));
}

void WebSessions::TellWaiters(const std::shared_ptr<Live>& live,
                              const absl::StatusOr<std::string>& token) {
  std::vector<Told<std::string>> waiters;
  {
    absl::MutexLock lock(&live->mutex);
    live->is_refreshing = false;
    waiters.swap(live->waiters);
  }
  for (Told<std::string>& waiter : waiters) std::move(waiter)(token);
}

}  // namespace milkway::gateway
