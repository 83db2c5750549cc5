#include "services/gateway/private_site.h"

#include <string>

#include "absl/strings/str_cat.h"

namespace milkway::gateway {

std::variant<size_t, HttpAnswer> PrivateSite::Admit(const HttpRequest& head) {
  if (IsSafe(head.verb)) return size_t{0};
  HttpAnswer answer = PlainAnswer(405, "this can only be read");
  answer.headers.emplace_back("allow", "GET, HEAD");
  return answer;
}

void PrivateSite::Handle(std::shared_ptr<Exchange> exchange) {
  const std::string& path = exchange->request().path;
  if (path == "/healthz") return exchange->Answer(PlainAnswer(200, "ok"));
  if (path == "/readyz") return exchange->Answer(Readiness());
  if (path != "/metrics") {
    return exchange->Answer(PlainAnswer(404, "here are /healthz, /readyz and /metrics"));
  }
  HttpAnswer answer;
  answer.headers = {{"content-type", "text/plain; version=0.0.4; charset=utf-8"},
                    {"cache-control", "no-store"}};
  answer.body = metrics_.Text();
  exchange->Answer(std::move(answer));
}

HttpAnswer PrivateSite::Readiness() const {
  if (is_draining_) return PlainAnswer(503, "the server is stopping");
  const absl::Status health = store_.Health();
  if (health.ok()) return PlainAnswer(200, "ready");
  return PlainAnswer(503, absl::StrCat("the store refuses writes: ", health.message()));
}

}  // namespace milkway::gateway
