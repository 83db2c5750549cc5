#include "services/gateway/session_handler.h"

#include <algorithm>
#include <type_traits>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "milkway/accounts/v1/sign_in.pb.h"
#include "nlohmann/json.hpp"
#include "services/gateway/connect_error.h"
#include "services/gateway/request_ids.h"
#include "services/runtime/errors.h"

namespace milkway::gateway {

namespace {

using accounts::v1::AcceptInviteRequest;
using accounts::v1::AcceptInviteResponse;
using accounts::v1::SessionTokens;
using accounts::v1::SignInRequest;
using accounts::v1::SignInResponse;

constexpr char kService[] = "/milkway.accounts.v1.SignInService/";
constexpr absl::Duration kWait = absl::Seconds(30);
constexpr int64_t kUsPerS = 1'000'000;
// As long as browsers keep a cookie.
constexpr int64_t kDeviceSeconds = int64_t{400} * 24 * 3600;

template <typename Message>
std::string UrlOf() {
  return absl::StrCat("type.googleapis.com/", Message::descriptor()->full_name());
}

HttpAnswer JsonAnswer(std::string json) {
  HttpAnswer answer;
  answer.headers = {{"content-type", "application/json"}, {"cache-control", "no-store"}};
  answer.body = std::move(json);
  return answer;
}

void SetCookie(absl::string_view name, absl::string_view value, int64_t seconds,
               HttpAnswer* answer) {
  answer->headers.emplace_back("set-cookie", MakeCookie(name, value, seconds));
}

// What the page may know of a session.
void RemoveSecrets(SessionTokens* tokens) {
  tokens->clear_access_token();
  tokens->clear_access_expires_us();
  tokens->clear_refresh_token();
  tokens->clear_device_token();
}

absl::Status NobodySignedIn() {
  return runtime::Refuse(absl::StatusCode::kUnauthenticated, "SESSION_ENDED",
                         "nobody is signed in here; sign in first");
}

HttpAnswer WrongVerb(absl::string_view allowed) {
  HttpAnswer answer = PlainAnswer(405, absl::StrCat("this address takes ", allowed));
  answer.headers.emplace_back("allow", std::string(allowed));
  return answer;
}

std::string WhoJson(const records::v1::WebSessionSecrets& secrets) {
  const nlohmann::ordered_json json = {
      {"personId", secrets.person_id()},
      {"name", secrets.name()},
      {"role", common::v1::Role_Name(secrets.role())},
      {"scopes", std::vector<std::string>(secrets.scopes().begin(), secrets.scopes().end())},
      {"language", secrets.language()},
      {"expiresUs", absl::StrCat(secrets.expires_us())}};
  return json.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
}

}  // namespace

SessionHandler::SessionHandler(const MethodTable* methods, const JsonCodec* codec,
                               const Callers* callers, WebSessions* sessions, Backends* backends)
    : codec_(*codec),
      callers_(*callers),
      sessions_(*sessions),
      backends_(*backends),
      sign_in_(methods->Find(absl::StrCat(kService, "SignIn"))),
      accept_invite_(methods->Find(absl::StrCat(kService, "AcceptInvite"))),
      sign_out_(methods->Find(absl::StrCat(kService, "SignOut"))) {}

std::optional<HttpAnswer> SessionHandler::RefuseUnread(const HttpRequest& request) {
  const bool is_invite = request.path == kInvitePath;
  const bool is_known = request.verb == Verb::kPost || (!is_invite && request.verb != Verb::kOther);
  if (!is_known) return WrongVerb(is_invite ? "POST" : "DELETE, GET, HEAD, POST");
  if (request.verb == Verb::kPost &&
      !absl::StartsWithIgnoreCase(request.Header("content-type"), "application/json")) {
    HttpAnswer answer = PlainAnswer(415, "content-type must be application/json");
    answer.headers.emplace_back("accept-post", "application/json");
    return answer;
  }
  return std::nullopt;
}

void SessionHandler::Handle(std::shared_ptr<Exchange> exchange) const {
  const HttpRequest& request = exchange->request();
  if (request.path == kInvitePath) {
    return Begin<AcceptInviteRequest, AcceptInviteResponse>(accept_invite_, std::move(exchange));
  }
  if (request.verb == Verb::kPost) {
    return Begin<SignInRequest, SignInResponse>(sign_in_, std::move(exchange));
  }
  if (request.verb == Verb::kDelete) return End(std::move(exchange));
  WhoIs(exchange.get());
}

template <typename Request, typename Response>
void SessionHandler::Begin(const Method* method, std::shared_ptr<Exchange> exchange) const {
  const HttpRequest& http = exchange->request();
  const absl::StatusOr<std::string> bytes = codec_.ToBinary(UrlOf<Request>(), http.body);
  if (!bytes.ok()) return exchange->Answer(ErrorAnswer(codec_, bytes.status()));
  if (method == nullptr) {
    return exchange->Answer(
        ErrorAnswer(codec_, absl::UnavailableError("no accounts are served here")));
  }
  Request request;
  request.ParseFromString(*bytes);
  if constexpr (std::is_same_v<Request, SignInRequest>) {
    if (request.device_token().empty()) {
      request.set_device_token(FindCookie(http, kDeviceCookie));
    }
  }
  CallHead head;
  head.client_address = callers_.AddressOf(http);
  head.deadline = absl::Now() + kWait;
  backends_.Call(*method, head, ToByteBuffer(request.SerializeAsString()),
                 [this, exchange](const grpc::Status& status, const grpc::ByteBuffer& answer) {
                   if (!status.ok()) return exchange->Answer(ErrorAnswer(codec_, status));
                   OnBegun<Response>(exchange, answer);
                 });
}

template <typename Response>
void SessionHandler::OnBegun(std::shared_ptr<Exchange> exchange,
                             const grpc::ByteBuffer& bytes) const {
  Response response;
  if (!response.ParseFromString(ToString(bytes))) {
    return exchange->Answer(
        ErrorAnswer(codec_, absl::DataLossError("accounts answered what is no session")));
  }
  const SessionTokens tokens = response.tokens();
  RemoveSecrets(response.mutable_tokens());
  sessions_.Begin(tokens, [this, exchange, response,
                           device = tokens.device_token()](absl::StatusOr<std::string> cookie) {
    const absl::StatusOr<std::string> json =
        codec_.ToJson(UrlOf<Response>(), absl::string_view(response.SerializeAsString()));
    const absl::Status status = cookie.ok() ? json.status() : cookie.status();
    if (!status.ok()) return exchange->Answer(ErrorAnswer(codec_, status));
    HttpAnswer answer = JsonAnswer(*json);
    const int64_t left_us =
        response.tokens().session_expires_us() - absl::ToUnixMicros(absl::Now());
    SetCookie(kSessionCookie, *cookie, std::max<int64_t>(left_us / kUsPerS, 1), &answer);
    if (!device.empty()) SetCookie(kDeviceCookie, device, kDeviceSeconds, &answer);
    exchange->Answer(std::move(answer));
  });
}

void SessionHandler::WhoIs(Exchange* exchange) const {
  const std::string cookie = FindCookie(exchange->request(), kSessionCookie);
  if (cookie.empty()) {
    return exchange->Answer(ErrorAnswer(codec_, runtime::ToGrpcStatus(NobodySignedIn())));
  }
  const auto who = sessions_.WhoIs(cookie);
  if (who.ok()) return exchange->Answer(JsonAnswer(WhoJson(*who)));
  HttpAnswer answer = ErrorAnswer(codec_, runtime::ToGrpcStatus(who.status()));
  if (absl::IsUnauthenticated(who.status())) SetCookie(kSessionCookie, "", 0, &answer);
  exchange->Answer(std::move(answer));
}

void SessionHandler::End(std::shared_ptr<Exchange> exchange) const {
  const std::string cookie = FindCookie(exchange->request(), kSessionCookie);
  const std::string address = callers_.AddressOf(exchange->request());
  if (cookie.empty() || sign_out_ == nullptr) return Forget(cookie, std::move(exchange));
  sessions_.TokenOf(
      cookie, address, [this, cookie, address, exchange](absl::StatusOr<std::string> token) {
        if (absl::IsUnauthenticated(token.status())) return Forget(cookie, exchange);
        if (!token.ok()) {
          return exchange->Answer(ErrorAnswer(codec_, runtime::ToGrpcStatus(token.status())));
        }
        accounts::v1::SignOutRequest request;
        request.set_request_id(NewRequestId());
        CallHead head;
        head.authorization = absl::StrCat("Bearer ", *token);
        head.client_address = address;
        head.deadline = absl::Now() + kWait;
        backends_.Call(
            *sign_out_, head, ToByteBuffer(request.SerializeAsString()),
            [this, cookie, exchange](const grpc::Status& status, const grpc::ByteBuffer&) {
              const bool is_over =
                  status.ok() || status.error_code() == grpc::StatusCode::UNAUTHENTICATED;
              if (is_over) return Forget(cookie, exchange);
              exchange->Answer(ErrorAnswer(codec_, status));
            });
      });
}

void SessionHandler::Forget(const std::string& cookie, std::shared_ptr<Exchange> exchange) const {
  sessions_.Forget(cookie, [this, exchange](absl::Status status) {
    if (!status.ok()) return exchange->Answer(ErrorAnswer(codec_, runtime::ToGrpcStatus(status)));
    HttpAnswer answer = JsonAnswer("{}");
    SetCookie(kSessionCookie, "", 0, &answer);
    exchange->Answer(std::move(answer));
  });
}

}  // namespace milkway::gateway
