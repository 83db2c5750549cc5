// Sessions of browsers: the gateway holds their tokens, and the browser a cookie.
//
// A cookie follows from the first refresh token of its session, so that a repeated sign-in
// has the same one. The store has the tokens sealed under a key that follows from the
// cookie, which it does not have: who reads the store, or a backup, opens no session.

#ifndef MILKWAY_SERVICES_GATEWAY_WEB_SESSIONS_H_
#define MILKWAY_SERVICES_GATEWAY_WEB_SESSIONS_H_

#include <memory>
#include <string>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_map.h"
#include "absl/functional/any_invocable.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"
#include "milkway/accounts/v1/sign_in.pb.h"
#include "milkway/gateway/records/v1/records.pb.h"
#include "services/gateway/backends.h"
#include "services/gateway/method_table.h"
#include "services/runtime/clock.h"
#include "storage/store.h"

namespace milkway::gateway {

// Thread-safe. What is called back is called once, at once or on a thread of gRPC or of
// the store, where it must not block.
class WebSessions {
 public:
  template <typename Value>
  using Told = absl::AnyInvocable<void(absl::StatusOr<Value>) &&>;

  // All must outlive it.
  WebSessions(const MethodTable* methods, Backends* backends, storage::Store* store,
              const runtime::Clock* clock);
  ~WebSessions();

  // Keeps the tokens, and tells the cookie.
  void Begin(const accounts::v1::SessionTokens& tokens, Told<std::string> done);

  // An access token of the session that is good for half a minute at least, fetched if there
  // is none; from `client_address`. UNAUTHENTICATED (SESSION_ENDED) if the session is over
  // or the cookie opens none: sign in again. UNAVAILABLE if accounts cannot be asked now.
  void TokenOf(const std::string& cookie, const std::string& client_address,
               Told<std::string> done);
  // The same, but not `refused`, which a service did not take.
  void AnotherToken(const std::string& cookie, const std::string& client_address,
                    const std::string& refused, Told<std::string> done);

  // Who is signed in; as TokenOf, but asks nobody.
  absl::StatusOr<records::v1::WebSessionSecrets> WhoIs(const std::string& cookie);

  // Forgets the session. Ending it with accounts is the caller's.
  void Forget(const std::string& cookie, absl::AnyInvocable<void(absl::Status) &&> done);

 private:
  struct Live;

  // The session in memory, read from the store if it is not there.
  absl::StatusOr<std::shared_ptr<Live>> Find(const std::string& cookie);
  std::shared_ptr<Live> Keep(std::shared_ptr<Live> live);
  void Refresh(std::shared_ptr<Live> live, const std::string& client_address);
  void OnRefreshed(std::shared_ptr<Live> live, const grpc::Status& status,
                   const grpc::ByteBuffer& answer);
  void Store(const std::shared_ptr<Live>& live, int64_t old_expires_us,
             absl::AnyInvocable<void(absl::Status) &&> done);
  static void TellWaiters(const std::shared_ptr<Live>& live,
                          const absl::StatusOr<std::string>& token);

  const Method* const refresh_;  // null: no accounts are served
  Backends& backends_;
  storage::Store& store_;
  const runtime::Clock& clock_;
  absl::Mutex mutex_;
  absl::flat_hash_map<std::string, std::shared_ptr<Live>> live_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace milkway::gateway

#endif  // MILKWAY_SERVICES_GATEWAY_WEB_SESSIONS_H_
