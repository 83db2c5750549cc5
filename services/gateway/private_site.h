// What the gateway says to whoever runs it: /healthz, /readyz, /metrics.

#ifndef MILKWAY_SERVICES_GATEWAY_PRIVATE_SITE_H_
#define MILKWAY_SERVICES_GATEWAY_PRIVATE_SITE_H_

#include <atomic>
#include <memory>
#include <variant>

#include "services/gateway/request_handler.h"
#include "services/runtime/metrics.h"
#include "storage/store.h"

namespace milkway::gateway {

// Thread-safe.
class PrivateSite final : public RequestHandler {
 public:
  // Both must outlive it.
  PrivateSite(const runtime::Metrics* metrics, const storage::Store* store)
      : metrics_(*metrics), store_(*store) {}

  // From now on it is not ready.
  void Drain() { is_draining_ = true; }

  std::variant<size_t, HttpAnswer> Admit(const HttpRequest& head) override;
  void Handle(std::shared_ptr<Exchange> exchange) override;

 private:
  HttpAnswer Readiness() const;

  const runtime::Metrics& metrics_;
  const storage::Store& store_;
  std::atomic<bool> is_draining_{false};
};

}  // namespace milkway::gateway

#endif  // MILKWAY_SERVICES_GATEWAY_PRIVATE_SITE_H_
