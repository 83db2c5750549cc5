// Photos of receipts as files: POST /photos?receipt=…&place=… keeps one, GET /photos/<sha256>
// with the same query shows it. Both are calls of milkway.shipments.v1.PhotoService.

#ifndef MILKWAY_SERVICES_GATEWAY_PHOTO_HANDLER_H_
#define MILKWAY_SERVICES_GATEWAY_PHOTO_HANDLER_H_

#include <cstddef>
#include <memory>
#include <optional>

#include "absl/strings/string_view.h"
#include "services/gateway/connect_handler.h"
#include "services/gateway/http_message.h"
#include "services/gateway/json_codec.h"
#include "services/gateway/method_table.h"

namespace milkway::gateway {

// Thread-safe.
class PhotoHandler {
 public:
  // As the service takes them.
  static constexpr size_t kBytesMax = size_t{1} << 20;

  // All must outlive it.
  PhotoHandler(const MethodTable* methods, const JsonCodec* codec, const ConnectHandler* calls)
      : methods_(*methods), codec_(*codec), calls_(*calls) {}

  static bool IsFor(absl::string_view path);
  // What is wrong before the body is read: a verb. nullopt: nothing.
  static std::optional<HttpAnswer> RefuseUnread(const HttpRequest& request);

  // Answers with the JSON of AddReceiptPhotoResponse, or with the picture; refusals as those of
  // the calls.
  void Handle(std::shared_ptr<Exchange> exchange) const;

 private:
  void Add(std::shared_ptr<Exchange> exchange) const;
  void Show(std::shared_ptr<Exchange> exchange) const;

  const MethodTable& methods_;
  const JsonCodec& codec_;
  const ConnectHandler& calls_;
};

}  // namespace milkway::gateway

#endif  // MILKWAY_SERVICES_GATEWAY_PHOTO_HANDLER_H_
