#include "services/gateway/safe_exchange.h"

namespace milkway::gateway {

namespace {

constexpr char kContentPolicy[] =
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; "
    "font-src 'self'; connect-src 'self'; manifest-src 'self'; worker-src 'self'; "
    "base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

}  // namespace

void AddSecurityHeaders(HttpAnswer* answer) {
  const Headers headers = {
      {"content-security-policy", kContentPolicy},
      {"x-content-type-options", "nosniff"},
      {"x-frame-options", "DENY"},
      {"referrer-policy", "no-referrer"},
      {"cross-origin-opener-policy", "same-origin"},
      {"cross-origin-resource-policy", "same-origin"},
      // The camera reads the codes of invites and bags.
      {"permissions-policy", "camera=(self), geolocation=(), microphone=(), payment=(), usb=()"}};
  answer->headers.insert(answer->headers.end(), headers.begin(), headers.end());
}

}  // namespace milkway::gateway
