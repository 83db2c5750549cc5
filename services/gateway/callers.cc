#include "services/gateway/callers.h"

#include <algorithm>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "clients/cpp/identity_metadata.h"
#include "clients/cpp/server_address.h"

namespace milkway::gateway {

namespace {

constexpr size_t kTraceparentBytes = 55;

// "00-<32 hexadecimal digits>-<16>-<2>"; what is none is not passed on.
bool IsTraceparent(absl::string_view text) {
  if (text.size() != kTraceparentBytes) return false;
  for (size_t i = 0; i < text.size(); ++i) {
    const bool is_mark = i == 2 || i == 35 || i == 52;
    const bool is_digit = absl::ascii_isdigit(text[i]) || (text[i] >= 'a' && text[i] <= 'f');
    if (is_mark ? text[i] != '-' : !is_digit) return false;
  }
  return true;
}

bool IsVisible(absl::string_view text) {
  return std::all_of(text.begin(), text.end(), absl::ascii_isprint);
}

// A page of elsewhere could make its own name stand for this machine.
bool IsAskedForLocally(const HttpRequest& request) {
  const absl::string_view host = request.Header("host");
  const bool has_port = absl::StrContains(host.substr(host.rfind(']') + 1), ':');
  return clients::IsLocal(has_port ? std::string(host) : absl::StrCat(host, ":80"));
}

HttpAnswer Foreign() {
  return PlainAnswer(403,
                     "this must be asked for by a page of this address: send sec-fetch-site "
                     "same-origin, or an origin that is the host; programs send an access token "
                     "as \"authorization: Bearer <token>\"");
}

}  // namespace

std::string FindCookie(const HttpRequest& request, absl::string_view name) {
  std::string found;
  for (const auto& [header, value] : request.headers) {
    if (header != "cookie") continue;
    for (const absl::string_view pair : absl::StrSplit(value, ';')) {
      const std::pair<absl::string_view, absl::string_view> parts =
          absl::StrSplit(absl::StripAsciiWhitespace(pair), absl::MaxSplits('=', 1));
      if (parts.first != name) continue;
      if (!found.empty()) return "";
      found = std::string(parts.second);
    }
  }
  return found;
}

std::string MakeCookie(absl::string_view name, absl::string_view value, int64_t seconds) {
  return absl::StrCat(name, "=", value,
                      "; Path=/; Secure; HttpOnly; SameSite=Strict; Max-Age=", seconds);
}

std::optional<HttpAnswer> RefuseForeign(const HttpRequest& request) {
  // A browser sends "Basic" by itself for an address with a name and password in it.
  const bool has_proof =
      absl::StartsWith(request.Header(clients::kAuthorizationMetadata), "Bearer ");
  if (IsSafe(request.verb) || has_proof) return std::nullopt;
  const absl::string_view site = request.Header("sec-fetch-site");
  if (!site.empty()) {
    if (site == "same-origin") return std::nullopt;
    return Foreign();
  }
  const absl::string_view origin = request.Header("origin");
  const size_t mark = origin.find("://");
  const bool is_host = mark != absl::string_view::npos &&
                       absl::EqualsIgnoreCase(origin.substr(mark + 3), request.Header("host"));
  if (is_host) return std::nullopt;
  return Foreign();
}

std::string ClientAddressOf(const HttpRequest& request, bool is_behind_proxy) {
  std::string forwarded;
  for (const auto& [name, value] : request.headers) {
    if (name == "x-forwarded-for") forwarded = value;
  }
  if (!is_behind_proxy) {
    return forwarded.empty() ? request.client_address : std::string("unknown");
  }
  absl::string_view last = forwarded;
  last = absl::StripAsciiWhitespace(last.substr(last.rfind(',') + 1));
  constexpr size_t kAddressBytesMax = 45;
  const bool is_address = !last.empty() && last.size() <= kAddressBytesMax &&
                          std::all_of(last.begin(), last.end(), [](char c) {
                            return absl::ascii_isxdigit(c) || c == '.' || c == ':';
                          });
  return is_address ? std::string(last) : "unknown";
}

void Callers::Identify(const HttpRequest& request, Done done) const {
  CallHead head;
  head.client_address = AddressOf(request);
  const absl::string_view traceparent = request.Header("traceparent");
  if (IsTraceparent(traceparent)) head.traceparent = std::string(traceparent);
  const absl::string_view authorization = request.Header(clients::kAuthorizationMetadata);
  if (!authorization.empty()) {
    if (!IsVisible(authorization)) {
      return std::move(done)(
          absl::UnauthenticatedError("the header authorization must be \"Bearer <access token>\""));
    }
    head.authorization = std::string(authorization);
    return std::move(done)(std::move(head));
  }
  const absl::string_view developer = request.Header(clients::kDevelopmentMetadata);
  if (options_.development_header && !developer.empty() && IsAskedForLocally(request)) {
    head.development_caller = std::string(developer);
    return std::move(done)(std::move(head));
  }
  const std::string cookie = FindCookie(request, kSessionCookie);
  if (cookie.empty()) return std::move(done)(std::move(head));
  sessions_.TokenOf(
      cookie, head.client_address,
      [head = std::move(head), done = std::move(done)](absl::StatusOr<std::string> token) mutable {
        if (!token.ok()) return std::move(done)(token.status());
        head.authorization = absl::StrCat("Bearer ", *token);
        std::move(done)(std::move(head));
      });
}

std::optional<std::string> Callers::SessionOf(const HttpRequest& request) const {
  if (!request.Header(clients::kAuthorizationMetadata).empty()) return std::nullopt;
  if (options_.development_header && !request.Header(clients::kDevelopmentMetadata).empty()) {
    return std::nullopt;
  }
  std::string cookie = FindCookie(request, kSessionCookie);
  if (cookie.empty()) return std::nullopt;
  return cookie;
}

}  // namespace milkway::gateway
