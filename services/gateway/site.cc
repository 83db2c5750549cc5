#include "services/gateway/site.h"

#include <optional>
#include <utility>

#include "services/gateway/callers.h"
#include "services/gateway/safe_exchange.h"
#include "services/runtime/transport/server_limits.h"

namespace milkway::gateway {

namespace {

constexpr size_t kSessionBytesMax = 16 << 10;
// Of somebody who does not say who he is.
constexpr size_t kStrangersBytesMax = 64 << 10;

bool SaysWho(const HttpRequest& head) {
  return !head.Header("authorization").empty() || !head.Header("x-milkway-dev-caller").empty() ||
         !FindCookie(head, kSessionCookie).empty();
}

}  // namespace

std::variant<size_t, HttpAnswer> Site::Admit(const HttpRequest& head) {
  std::optional<HttpAnswer> refusal;
  size_t bytes_max = 0;
  if (const Method* const method = calls_.Find(head)) {
    refusal = RefuseUnread(*method, head);
    bytes_max = SaysWho(head) ? runtime::kMessageBytesMax : kStrangersBytesMax;
  } else if (SessionHandler::IsFor(head.path)) {
    refusal = SessionHandler::RefuseUnread(head);
    bytes_max = kSessionBytesMax;
  } else if (PhotoHandler::IsFor(head.path)) {
    refusal = PhotoHandler::RefuseUnread(head);
    bytes_max = SaysWho(head) ? PhotoHandler::kBytesMax : kStrangersBytesMax;
  } else if (!IsSafe(head.verb)) {
    refusal = files_.Answer(head);
  }
  if (!refusal.has_value()) refusal = RefuseForeign(head);
  if (!refusal.has_value()) return bytes_max;
  AddSecurityHeaders(&*refusal);
  return *std::move(refusal);
}

void Site::Handle(std::shared_ptr<Exchange> exchange) {
  auto safe = std::make_shared<SafeExchange>(std::move(exchange));
  if (const Method* const method = calls_.Find(safe->request())) {
    return calls_.Handle(*method, std::move(safe));
  }
  if (SessionHandler::IsFor(safe->request().path)) return sessions_.Handle(std::move(safe));
  if (PhotoHandler::IsFor(safe->request().path)) return photos_.Handle(std::move(safe));
  if (GiftPage::IsFor(safe->request().path)) return gifts_.Handle(std::move(safe));
  safe->Answer(files_.Answer(safe->request()));
}

}  // namespace milkway::gateway
