#include "services/gateway/gateway.h"

#include <algorithm>
#include <thread>
#include <utility>

#include "clients/cpp/status_macros.h"
#include "services/gateway/backends.h"
#include "services/gateway/callers.h"
#include "services/gateway/connect_handler.h"
#include "services/gateway/gift_page.h"
#include "services/gateway/json_codec.h"
#include "services/gateway/listener.h"
#include "services/gateway/method_table.h"
#include "services/gateway/photo_handler.h"
#include "services/gateway/private_site.h"
#include "services/gateway/session_handler.h"
#include "services/gateway/site.h"
#include "services/gateway/static_files.h"
#include "services/gateway/web_sessions.h"
#include "services/runtime/check.h"

namespace milkway::gateway {

namespace {

// For calls that were cancelled to say so.
constexpr absl::Duration kCancelPatience = absl::Seconds(30);

int ThreadCount() {
  return std::clamp(static_cast<int>(std::thread::hardware_concurrency()), 1, 8);
}

}  // namespace

// In the order in which they are made; they end in the opposite one.
struct Gateway::Inside {
  Inside(const GatewayOptions& options, const GatewayParts& parts, StaticFiles page)
      : methods(parts.services),
        backends(parts.ways),
        sessions(&methods, &backends, parts.store, parts.clock),
        callers({options.is_behind_proxy, options.development_header}, &sessions),
        calls(&methods, &codec, &callers, &sessions, &backends),
        session_handler(&methods, &codec, &callers, &sessions, &backends),
        photos(&methods, &codec, &calls),
        files(std::move(page)),
        gifts(&methods, &callers, &backends, &files),
        site(&calls, &session_handler, &photos, &gifts, &files),
        private_site(parts.metrics, parts.store) {}

  const std::shared_ptr<ConnectionLoad> load = std::make_shared<ConnectionLoad>();
  const MethodTable methods;
  const JsonCodec codec;
  Backends backends;
  WebSessions sessions;
  const Callers callers;
  const ConnectHandler calls;
  const SessionHandler session_handler;
  const PhotoHandler photos;
  const StaticFiles files;
  const GiftPage gifts;
  Site site;
  PrivateSite private_site;
  std::unique_ptr<Listener> listener;
  bool is_drained = false;
};

absl::StatusOr<std::unique_ptr<Gateway>> Gateway::Start(const GatewayOptions& options,
                                                        const GatewayParts& parts) {
  ASSIGN_OR_RETURN(StaticFiles files, StaticFiles::Load(options.web_folder));
  auto inside = std::make_unique<Inside>(options, parts, std::move(files));
  const std::vector<Door> doors = {{options.listen, &inside->site},
                                   {options.private_listen, &inside->private_site}};
  ASSIGN_OR_RETURN(inside->listener,
                   Listener::Start(doors, ThreadCount(), options.limits, inside->load));
  // The metrics may be read when the gateway is gone.
  const auto gauge = [&](const char* name, const char* help,
                         std::atomic<int64_t> ConnectionLoad::*value) {
    parts.metrics->AddGauge(name, help,
                            [load = inside->load, value] { return (*load.*value).load(); });
  };
  gauge("http_connections", "Connections of HTTP now.", &ConnectionLoad::connections);
  gauge("http_requests_under_way", "Requests of HTTP that are not answered yet.",
        &ConnectionLoad::under_way);
  gauge("http_requests", "Requests of HTTP since the start.", &ConnectionLoad::requests);
  gauge("http_connections_refused", "Connections of HTTP closed for there were too many.",
        &ConnectionLoad::refused_connections);
  return std::unique_ptr<Gateway>(new Gateway(std::move(inside)));
}

Gateway::Gateway(std::unique_ptr<Inside> inside) : inside_(std::move(inside)) {}

Gateway::~Gateway() { Drain(absl::ZeroDuration()); }

const std::vector<std::string>& Gateway::addresses() const {
  return inside_->listener->addresses(0);
}

const std::vector<std::string>& Gateway::private_addresses() const {
  return inside_->listener->addresses(1);
}

void Gateway::Drain(absl::Duration patience) {
  if (std::exchange(inside_->is_drained, true)) return;
  inside_->private_site.Drain();
  const bool is_done = inside_->listener->Drain(patience);
  inside_->backends.Close();
  // A call whose answer nobody waits for any more would answer into nothing.
  if (!is_done) MILKWAY_CHECK(inside_->listener->Drain(kCancelPatience));
}

}  // namespace milkway::gateway
