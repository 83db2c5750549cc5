// Signing in and out of the page: /session and /session/invite.

#ifndef MILKWAY_SERVICES_GATEWAY_SESSION_HANDLER_H_
#define MILKWAY_SERVICES_GATEWAY_SESSION_HANDLER_H_

#include <memory>
#include <optional>
#include <string>

#include "absl/strings/string_view.h"
#include "services/gateway/backends.h"
#include "services/gateway/callers.h"
#include "services/gateway/http_message.h"
#include "services/gateway/json_codec.h"
#include "services/gateway/method_table.h"
#include "services/gateway/web_sessions.h"

namespace milkway::gateway {

inline constexpr char kSessionPath[] = "/session";
inline constexpr char kInvitePath[] = "/session/invite";

// POST /session         the JSON of a SignInRequest; that of its answer without secrets
// POST /session/invite  the same of an AcceptInviteRequest
// GET /session          {"personId","name","role","scopes","language","expiresUs"}, or 401
// DELETE /session       {}
// Errors are the JSON of the Connect protocol. Thread-safe.
class SessionHandler {
 public:
  // All must outlive it.
  SessionHandler(const MethodTable* methods, const JsonCodec* codec, const Callers* callers,
                 WebSessions* sessions, Backends* backends);

  static bool IsFor(absl::string_view path) { return path == kSessionPath || path == kInvitePath; }

  // What is wrong with a request before its body is looked at; nullopt: nothing.
  static std::optional<HttpAnswer> RefuseUnread(const HttpRequest& request);

  void Handle(std::shared_ptr<Exchange> exchange) const;

 private:
  template <typename Request, typename Response>
  void Begin(const Method* method, std::shared_ptr<Exchange> exchange) const;
  template <typename Response>
  void OnBegun(std::shared_ptr<Exchange> exchange, const grpc::ByteBuffer& bytes) const;
  void WhoIs(Exchange* exchange) const;
  void End(std::shared_ptr<Exchange> exchange) const;
  void Forget(const std::string& cookie, std::shared_ptr<Exchange> exchange) const;

  const JsonCodec& codec_;
  const Callers& callers_;
  WebSessions& sessions_;
  Backends& backends_;
  // Null where no accounts are served.
  const Method* const sign_in_;
  const Method* const accept_invite_;
  const Method* const sign_out_;
};

}  // namespace milkway::gateway

#endif  // MILKWAY_SERVICES_GATEWAY_SESSION_HANDLER_H_
