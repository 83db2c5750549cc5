// The page of a gift that somebody shares: with what a link's preview shows, which no
// browser but only a server can put there.

#ifndef MILKWAY_SERVICES_GATEWAY_GIFT_PAGE_H_
#define MILKWAY_SERVICES_GATEWAY_GIFT_PAGE_H_

#include <memory>
#include <string>

#include "absl/strings/string_view.h"
#include "milkway/impact/v1/statements.pb.h"
#include "services/gateway/backends.h"
#include "services/gateway/callers.h"
#include "services/gateway/http_message.h"
#include "services/gateway/method_table.h"
#include "services/gateway/static_files.h"

namespace milkway::gateway {

enum class Language { kEnglish, kChinese };

// The language of a browser that asks for the page: English if that comes first.
Language LanguageOf(const HttpRequest& request);

// What a preview says of a gift: title and text as published, and the page's picture
// share.png if it has one. `origin` is "https://milk.example.org". All of it is escaped.
std::string PreviewTags(const impact::v1::GiftStatement& statement, Language language,
                        absl::string_view origin, bool has_picture);

// Thread-safe.
class GiftPage {
 public:
  // All must outlive it.
  GiftPage(const MethodTable* methods, const Callers* callers, Backends* backends,
           const StaticFiles* files);

  // "/gift/<token>", the 43 characters of a share link's token.
  static bool IsFor(absl::string_view path);

  // The page, with its preview; 404 with the page if the link opens nothing, and the page
  // without a preview if nobody can say now.
  void Handle(std::shared_ptr<Exchange> exchange) const;

 private:
  void Answer(Exchange* exchange, int status, const std::string& tags) const;

  const Callers& callers_;
  Backends& backends_;
  const StaticFiles& files_;
  const Method* const get_shared_gift_;  // null where no gifts are served
};

}  // namespace milkway::gateway

#endif  // MILKWAY_SERVICES_GATEWAY_GIFT_PAGE_H_
