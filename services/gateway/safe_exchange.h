// The headers that tell browsers what a page of ours may do: nothing that is not needed.

#ifndef MILKWAY_SERVICES_GATEWAY_SAFE_EXCHANGE_H_
#define MILKWAY_SERVICES_GATEWAY_SAFE_EXCHANGE_H_

#include <memory>
#include <string>
#include <utility>

#include "services/gateway/http_message.h"

namespace milkway::gateway {

// Scripts, styles and calls of this address only, none of them inline; no frames round it;
// no word to others of which page somebody came from, for links hold tokens.
void AddSecurityHeaders(HttpAnswer* answer);

// An exchange whose answers have these headers.
class SafeExchange final : public Exchange {
 public:
  explicit SafeExchange(std::shared_ptr<Exchange> exchange)
      : Exchange(std::move(exchange->request())), exchange_(std::move(exchange)) {}

  void Answer(HttpAnswer answer) override {
    AddSecurityHeaders(&answer);
    exchange_->Answer(std::move(answer));
  }
  void StartStream(HttpAnswer head, absl::AnyInvocable<void() &&> gone) override {
    AddSecurityHeaders(&head);
    exchange_->StartStream(std::move(head), std::move(gone));
  }
  void Write(std::string piece, Written written) override {
    exchange_->Write(std::move(piece), std::move(written));
  }
  void End() override { exchange_->End(); }

 private:
  const std::shared_ptr<Exchange> exchange_;
};

}  // namespace milkway::gateway

#endif  // MILKWAY_SERVICES_GATEWAY_SAFE_EXCHANGE_H_
