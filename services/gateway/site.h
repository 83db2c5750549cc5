// What the gateway says to the public: the page, its sessions, photos, the calls of the services.

#ifndef MILKWAY_SERVICES_GATEWAY_SITE_H_
#define MILKWAY_SERVICES_GATEWAY_SITE_H_

#include <memory>
#include <variant>

#include "services/gateway/connect_handler.h"
#include "services/gateway/gift_page.h"
#include "services/gateway/photo_handler.h"
#include "services/gateway/request_handler.h"
#include "services/gateway/session_handler.h"
#include "services/gateway/static_files.h"

namespace milkway::gateway {

// Thread-safe.
class Site final : public RequestHandler {
 public:
  // All must outlive it.
  Site(const ConnectHandler* calls, const SessionHandler* sessions, const PhotoHandler* photos,
       const GiftPage* gifts, const StaticFiles* files)
      : calls_(*calls), sessions_(*sessions), photos_(*photos), gifts_(*gifts), files_(*files) {}

  std::variant<size_t, HttpAnswer> Admit(const HttpRequest& head) override;
  void Handle(std::shared_ptr<Exchange> exchange) override;

 private:
  const ConnectHandler& calls_;
  const SessionHandler& sessions_;
  const PhotoHandler& photos_;
  const GiftPage& gifts_;
  const StaticFiles& files_;
};

}  // namespace milkway::gateway

#endif  // MILKWAY_SERVICES_GATEWAY_SITE_H_
