#include "services/runtime/tokens/strict_jwt.h"

#include <set>
#include <utility>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/str_split.h"
#include "clients/cpp/status_macros.h"
#include "services/runtime/errors.h"
#include "services/runtime/tokens/access_token.h"
#include "services/runtime/tokens/signature.h"

namespace milkway::runtime {

namespace {

using nlohmann::json;

constexpr size_t kKidBytesMax = 128;
constexpr int kDepthMax = 4;
// Times are seconds; beyond this year 10,000 nobody means it.
constexpr int64_t kSecondsMax = 253'402'300'800;

// nullopt unless `text` is what an encoder writes: no padding, blanks or loose bits.
std::optional<std::string> Base64UrlBytes(absl::string_view text) {
  std::string bytes;
  if (text.empty() || !absl::WebSafeBase64Unescape(text, &bytes)) return std::nullopt;
  if (absl::WebSafeBase64Escape(bytes) != text) return std::nullopt;
  return bytes;
}

// nullopt unless it is an object in which no object has a name twice.
std::optional<json> StrictObject(const std::string& text) {
  std::vector<std::set<std::string>> names;
  bool is_sound = true;
  const auto watch = [&](int depth, json::parse_event_t event, json& parsed) {
    if (depth > kDepthMax) is_sound = false;
    if (event == json::parse_event_t::object_start) names.emplace_back();
    if (event == json::parse_event_t::object_end && !names.empty()) names.pop_back();
    if (event == json::parse_event_t::key && !names.empty()) {
      is_sound &= names.back().insert(parsed.get<std::string>()).second;
    }
    return true;
  };
  json value = json::parse(text, watch, /*allow_exceptions=*/false);
  if (!is_sound || !value.is_object()) return std::nullopt;
  return value;
}

bool TakeText(json* object, const char* name, std::string* text) {
  const auto member = object->find(name);
  if (member == object->end() || !member->is_string()) return false;
  *text = member->get<std::string>();
  object->erase(member);
  return true;
}

}  // namespace

absl::Status TokenInvalid() {
  return Refuse(absl::StatusCode::kUnauthenticated, "TOKEN_INVALID",
                "the access token is not valid here; sign in again");
}

absl::Status TokenExpired() {
  return Refuse(absl::StatusCode::kUnauthenticated, "TOKEN_EXPIRED",
                "the access token has expired; refresh it, or sign in again");
}

absl::StatusOr<StrictJwt> StrictJwt::Parse(absl::string_view token) {
  if (token.size() > kTokenBytesMax) return TokenInvalid();
  const std::vector<absl::string_view> parts = absl::StrSplit(token, '.');
  if (parts.size() != 3) return TokenInvalid();
  const std::optional<std::string> header_text = Base64UrlBytes(parts[0]);
  const std::optional<std::string> claims_text = Base64UrlBytes(parts[1]);
  const std::optional<std::string> signature = Base64UrlBytes(parts[2]);
  if (!header_text.has_value() || !claims_text.has_value() || !signature.has_value()) {
    return TokenInvalid();
  }
  std::optional<json> header = StrictObject(*header_text);
  std::optional<json> claims = StrictObject(*claims_text);
  if (!header.has_value() || !claims.has_value()) return TokenInvalid();
  StrictJwt jwt;
  const bool is_signed =
      TakeText(&*header, "alg", &jwt.alg_) && TakeText(&*header, "kid", &jwt.kid_);
  TakeText(&*header, "typ", &jwt.typ_);
  // Whatever else a header says is about where to find keys, or what must be understood.
  if (!is_signed || !header->empty() || jwt.kid_.size() > kKidBytesMax) return TokenInvalid();
  jwt.token_ = std::string(token);
  jwt.signature_ = *signature;
  jwt.claims_ = *std::move(claims);
  return jwt;
}

absl::Status StrictJwt::CheckSignature(absl::string_view alg, const std::string& public_pem) const {
  const absl::string_view text = absl::string_view(token_).substr(0, token_.rfind('.'));
  return alg_ == alg && IsSignedBy(alg, public_pem, text, signature_) ? absl::OkStatus()
                                                                      : TokenInvalid();
}

std::optional<std::string> StrictJwt::Text(const char* claim) const {
  const auto member = claims_.find(claim);
  if (member == claims_.end() || !member->is_string()) return std::nullopt;
  return member->get<std::string>();
}

std::optional<int64_t> StrictJwt::Seconds(const char* claim) const {
  const auto member = claims_.find(claim);
  if (member == claims_.end() || !member->is_number_integer()) return std::nullopt;
  if (member->is_number_unsigned() && member->get<uint64_t>() > kSecondsMax) return std::nullopt;
  const auto seconds = member->get<int64_t>();
  if (seconds < 0 || seconds > kSecondsMax) return std::nullopt;
  return seconds;
}

}  // namespace milkway::runtime
