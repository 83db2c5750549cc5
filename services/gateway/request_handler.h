// What answers the requests of a listener.

#ifndef MILKWAY_SERVICES_GATEWAY_REQUEST_HANDLER_H_
#define MILKWAY_SERVICES_GATEWAY_REQUEST_HANDLER_H_

#include <cstddef>
#include <memory>
#include <optional>
#include <variant>

#include "services/gateway/http_message.h"

namespace milkway::gateway {

// Thread-safe.
class RequestHandler {
 public:
  virtual ~RequestHandler() = default;

  // Before the body is read: how many bytes it may have, or why nobody wants it.
  virtual std::variant<size_t, HttpAnswer> Admit(const HttpRequest& head) = 0;

  // Answers the exchange, now or later. Must not block.
  virtual void Handle(std::shared_ptr<Exchange> exchange) = 0;
};

}  // namespace milkway::gateway

#endif  // MILKWAY_SERVICES_GATEWAY_REQUEST_HANDLER_H_
