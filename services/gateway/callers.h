// Who sends a request: what the services are told of him.

#ifndef MILKWAY_SERVICES_GATEWAY_CALLERS_H_
#define MILKWAY_SERVICES_GATEWAY_CALLERS_H_

#include <optional>
#include <string>

#include "absl/functional/any_invocable.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "services/gateway/backends.h"
#include "services/gateway/http_message.h"
#include "services/gateway/web_sessions.h"

namespace milkway::gateway {

// The cookie of a session, and that of a device that signed in before.
inline constexpr char kSessionCookie[] = "__Host-milkway";
inline constexpr char kDeviceCookie[] = "__Host-milkway-device";

// The value of the cookie `name`; empty if there is none, or there are two.
std::string FindCookie(const HttpRequest& request, absl::string_view name);

// A "set-cookie" that scripts cannot read and that goes with requests of the page only;
// 0 seconds takes it away.
std::string MakeCookie(absl::string_view name, absl::string_view value, int64_t seconds);

// nullopt if a page of this address, or no browser, sent the request; else why not: 403. A
// request that carries its own proof in a header, and safe ones, may come from anywhere.
std::optional<HttpAnswer> RefuseForeign(const HttpRequest& request);

// Where the client is. Behind a proxy, the last address of x-forwarded-for, which is the
// proxy's own word; without one, "unknown" for what somebody has passed on.
std::string ClientAddressOf(const HttpRequest& request, bool is_behind_proxy);

struct CallersOptions {
  bool is_behind_proxy = false;
  // Believe x-milkway-dev-caller, from pages and programs of this machine.
  bool development_header = false;
};

// Thread-safe.
class Callers {
 public:
  using Done = absl::AnyInvocable<void(absl::StatusOr<CallHead>) &&>;

  // `sessions` must outlive it.
  Callers(const CallersOptions& options, WebSessions* sessions)
      : options_(options), sessions_(*sessions) {}

  // By an access token, by the session of the cookie, or as nobody. As WebSessions::TokenOf.
  void Identify(const HttpRequest& request, Done done) const;

  // For a call that was refused for the token that Identify put in: with a new one. nullopt:
  // the token was the caller's own, and nothing else can be tried.
  std::optional<std::string> SessionOf(const HttpRequest& request) const;

  std::string AddressOf(const HttpRequest& request) const {
    return ClientAddressOf(request, options_.is_behind_proxy);
  }

 private:
  const CallersOptions options_;
  WebSessions& sessions_;
};

}  // namespace milkway::gateway

#endif  // MILKWAY_SERVICES_GATEWAY_CALLERS_H_
