// Calls of the Connect protocol, passed on to the services: bytes as they are, JSON
// through the descriptions of its messages.

#ifndef MILKWAY_SERVICES_GATEWAY_CONNECT_HANDLER_H_
#define MILKWAY_SERVICES_GATEWAY_CONNECT_HANDLER_H_

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "services/gateway/backends.h"
#include "services/gateway/callers.h"
#include "services/gateway/connect_request.h"
#include "services/gateway/http_message.h"
#include "services/gateway/json_codec.h"
#include "services/gateway/method_table.h"
#include "services/gateway/web_sessions.h"

namespace milkway::gateway {

// Thread-safe.
class ConnectHandler {
 public:
  // All must outlive it.
  ConnectHandler(const MethodTable* methods, const JsonCodec* codec, const Callers* callers,
                 WebSessions* sessions, Backends* backends)
      : methods_(*methods),
        codec_(*codec),
        callers_(*callers),
        sessions_(*sessions),
        backends_(*backends) {}

  // Null if the path is no method's.
  const Method* Find(const HttpRequest& request) const { return methods_.Find(request.path); }

  // Answers a call of `method` whose head RefuseUnread lets pass.
  void Handle(const Method& method, std::shared_ptr<Exchange> exchange) const;

  // Calls the unary `method` for a request of another form, as its caller, and answers with
  // what `render` makes of the answer's bytes; refusals as those of other calls.
  using Render = std::function<absl::StatusOr<HttpAnswer>(const grpc::ByteBuffer&)>;
  void CallFor(const Method& method, std::string message, std::shared_ptr<Exchange> exchange,
               Render render) const;

 private:
  struct Call;

  // The request's bytes.
  absl::StatusOr<std::string> MessageOf(const Method& method, ConnectRequest request) const;
  void Identify(std::shared_ptr<Call> call, absl::Duration wait) const;
  void Start(const std::shared_ptr<Call>& call) const;
  void Refuse(const Call& call, const grpc::Status& status) const;
  void CallUnary(std::shared_ptr<Call> call) const;
  void OnUnaryDone(const std::shared_ptr<Call>& call, const grpc::Status& status,
                   const grpc::ByteBuffer& answer) const;
  void Answer(const Call& call, const grpc::ByteBuffer& answer) const;
  // Calls once more, if the refusal of a session's token may pass: with another token, or
  // with the same one in a moment, for a service may not have heard of a new key yet.
  bool TryAgain(const std::shared_ptr<Call>& call, const grpc::Status& refusal) const;

  const MethodTable& methods_;
  const JsonCodec& codec_;
  const Callers& callers_;
  WebSessions& sessions_;
  Backends& backends_;
};

}  // namespace milkway::gateway

#endif  // MILKWAY_SERVICES_GATEWAY_CONNECT_HANDLER_H_
