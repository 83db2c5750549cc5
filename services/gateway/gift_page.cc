#include "services/gateway/gift_page.h"

#include <algorithm>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/strip.h"
#include "absl/time/clock.h"

namespace milkway::gateway {

namespace {

constexpr char kPath[] = "/gift/";
constexpr char kMethod[] = "/milkway.impact.v1.StatementService/GetSharedGift";
constexpr char kPicture[] = "/share.png";
constexpr char kHeadEnd[] = "</head>";
constexpr size_t kTokenCharacters = 43;
// Whoever makes a preview does not wait long.
constexpr absl::Duration kWait = absl::Seconds(5);

bool IsToken(absl::string_view text) {
  return text.size() == kTokenCharacters && std::all_of(text.begin(), text.end(), [](char c) {
           return absl::ascii_isalnum(c) || c == '-' || c == '_';
         });
}

std::string Escape(absl::string_view text) {
  return absl::StrReplaceAll(
      text, {{"&", "&amp;"}, {"<", "&lt;"}, {">", "&gt;"}, {"\"", "&quot;"}, {"'", "&#39;"}});
}

std::string Tag(absl::string_view property, absl::string_view content) {
  return absl::StrCat("<meta property=\"og:", property, "\" content=\"", Escape(content), "\">");
}

std::string TextOf(const impact::v1::GiftStatement& statement, Language language) {
  const bool is_chinese = language == Language::kChinese;
  if (!statement.has_publication() || statement.servings() == 0) {
    return is_chinese ? "牛奶正在路上。" : "The milk is on its way.";
  }
  std::string text = is_chinese ? absl::StrCat("已经喝到 ", statement.servings(), " 杯牛奶")
                                : absl::StrCat(statement.servings(), " cups of milk so far");
  if (statement.has_children_reached()) {
    absl::StrAppend(&text, is_chinese ? "，惠及 " : ", shared by ", statement.children_reached(),
                    is_chinese ? " 名孩子" : " children");
  }
  return absl::StrCat(text, is_chinese ? "。" : ".");
}

// Of the address that the browser asked for.
std::string OriginOf(const HttpRequest& request) {
  const bool is_tls = request.Header("x-forwarded-proto") == "https";
  return absl::StrCat(is_tls ? "https://" : "http://", request.Header("host"));
}

}  // namespace

Language LanguageOf(const HttpRequest& request) {
  return absl::StartsWithIgnoreCase(request.Header("accept-language"), "en") ? Language::kEnglish
                                                                             : Language::kChinese;
}

std::string PreviewTags(const impact::v1::GiftStatement& statement, Language language,
                        absl::string_view origin, bool has_picture) {
  const bool is_chinese = language == Language::kChinese;
  std::string tags =
      absl::StrCat(Tag("type", "website"), Tag("site_name", "Milkway"),
                   Tag("locale", is_chinese ? "zh_CN" : "en_GB"),
                   Tag("title", is_chinese ? "一份礼物的旅程" : "The journey of a gift"),
                   Tag("description", TextOf(statement, language)));
  if (has_picture) {
    absl::StrAppend(&tags, Tag("image", absl::StrCat(origin, kPicture)), Tag("image:width", "1200"),
                    Tag("image:height", "630"),
                    "<meta name=\"twitter:card\" content=\"summary_large_image\">");
  }
  return tags;
}

GiftPage::GiftPage(const MethodTable* methods, const Callers* callers, Backends* backends,
                   const StaticFiles* files)
    : callers_(*callers),
      backends_(*backends),
      files_(*files),
      get_shared_gift_(methods->Find(kMethod)) {}

bool GiftPage::IsFor(absl::string_view path) {
  return absl::ConsumePrefix(&path, kPath) && IsToken(path);
}

void GiftPage::Handle(std::shared_ptr<Exchange> exchange) const {
  const HttpRequest& http = exchange->request();
  if (get_shared_gift_ == nullptr) return Answer(exchange.get(), 200, "");
  impact::v1::GetSharedGiftRequest request;
  request.set_token(http.path.substr(sizeof(kPath) - 1));
  CallHead head;
  head.client_address = callers_.AddressOf(http);
  head.deadline = absl::Now() + kWait;
  backends_.Call(*get_shared_gift_, head, ToByteBuffer(request.SerializeAsString()),
                 [this, exchange](const grpc::Status& status, const grpc::ByteBuffer& bytes) {
                   if (status.error_code() == grpc::StatusCode::NOT_FOUND) {
                     return Answer(exchange.get(), 404, "");
                   }
                   impact::v1::GetSharedGiftResponse response;
                   std::string tags;
                   if (status.ok() && response.ParseFromString(ToString(bytes))) {
                     tags = PreviewTags(response.statement(), LanguageOf(exchange->request()),
                                        OriginOf(exchange->request()),
                                        files_.Text(kPicture) != nullptr);
                   }
                   Answer(exchange.get(), 200, tags);
                 });
}

void GiftPage::Answer(Exchange* exchange, int status, const std::string& tags) const {
  std::shared_ptr<const std::string> page = files_.Text(kPath);
  if (page == nullptr) page = files_.Text("/");
  if (page == nullptr) return exchange->Answer(PlainAnswer(404, "there is no page here"));
  HttpAnswer answer;
  answer.status = status;
  answer.headers = {{"content-type", "text/html; charset=utf-8"},
                    {"cache-control", "private, no-cache"},
                    {"vary", "accept-language"}};
  answer.body = *page;
  const size_t end = answer.body.find(kHeadEnd);
  if (end != std::string::npos) answer.body.insert(end, tags);
  exchange->Answer(std::move(answer));
}

}  // namespace milkway::gateway
