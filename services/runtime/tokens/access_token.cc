#include "services/runtime/tokens/access_token.h"

#include <sodium.h>

#include <optional>
#include <utility>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "clients/cpp/status_macros.h"
#include "services/runtime/tokens/signature.h"
#include "services/runtime/tokens/strict_jwt.h"

namespace milkway::runtime {

namespace {

using common::v1::Role;
using nlohmann::json;

constexpr char kAlgorithm[] = "ES256";
constexpr char kAccessTokenType[] = "at+jwt";
constexpr size_t kTokenIdBytes = 16;
constexpr size_t kScopesMax = 200;

struct RoleName {
  absl::string_view name;
  Role role;
};
constexpr RoleName kRoleNames[] = {
    {"admin", common::v1::ROLE_ADMIN},         {"procurement", common::v1::ROLE_PROCUREMENT},
    {"warehouse", common::v1::ROLE_WAREHOUSE}, {"school_contact", common::v1::ROLE_SCHOOL_CONTACT},
    {"donor", common::v1::ROLE_DONOR},         {"auditor", common::v1::ROLE_AUDITOR},
    {"service", common::v1::ROLE_SERVICE},
};

std::string NewTokenId() {
  std::string bytes(kTokenIdBytes, '\0');
  randombytes_buf(bytes.data(), bytes.size());
  return absl::WebSafeBase64Escape(bytes);
}

// nullopt if a scope is no string, or there are too many.
std::optional<std::vector<std::string>> ScopesOf(const json& claims) {
  const auto scopes = claims.find("scopes");
  if (scopes == claims.end() || !scopes->is_array() || scopes->size() > kScopesMax) {
    return std::nullopt;
  }
  std::vector<std::string> texts;
  for (const json& scope : *scopes) {
    if (!scope.is_string()) return std::nullopt;
    texts.push_back(scope.get<std::string>());
  }
  return texts;
}

}  // namespace

absl::string_view NameOfRole(Role role) {
  for (const RoleName& known : kRoleNames) {
    if (known.role == role) return known.name;
  }
  return "";
}

Role FindRole(absl::string_view name) {
  for (const RoleName& known : kRoleNames) {
    if (known.name == name) return known.role;
  }
  return common::v1::ROLE_UNSPECIFIED;
}

absl::StatusOr<std::string> TokenKey::Sign(const AccessClaims& claims) const {
  const json body = {{"iss", kTokenIssuer},         {"aud", kTokenAudience},
                     {"client_id", kTokenAudience}, {"sub", claims.subject},
                     {"sid", claims.session_id},    {"role", std::string(NameOfRole(claims.role))},
                     {"scopes", claims.scopes},     {"iat", claims.issued_at_s},
                     {"exp", claims.expires_at_s},  {"jti", NewTokenId()}};
  const json header = {{"alg", kAlgorithm}, {"typ", kAccessTokenType}, {"kid", kid_}};
  const std::string text = absl::StrCat(absl::WebSafeBase64Escape(header.dump()), ".",
                                        absl::WebSafeBase64Escape(body.dump()));
  ASSIGN_OR_RETURN(const std::string signature, SignEs256(text, key_.get()));
  return absl::StrCat(text, ".", absl::WebSafeBase64Escape(signature));
}

absl::StatusOr<AccessClaims> VerifyAccessToken(
    absl::string_view token, absl::FunctionRef<std::string(absl::string_view kid)> find_key,
    int64_t now_s, int64_t leeway_s) {
  ASSIGN_OR_RETURN(const StrictJwt jwt, StrictJwt::Parse(token));
  if (jwt.typ() != kAccessTokenType) return TokenInvalid();
  const std::string key = find_key(jwt.kid());
  if (key.empty()) return TokenInvalid();
  RETURN_IF_ERROR(jwt.CheckSignature(kAlgorithm, key));

  AccessClaims claims;
  const std::optional<std::string> subject = jwt.Text("sub");
  const std::optional<std::string> session = jwt.Text("sid");
  const std::optional<int64_t> issued = jwt.Seconds("iat");
  const std::optional<int64_t> expires = jwt.Seconds("exp");
  std::optional<std::vector<std::string>> scopes = ScopesOf(jwt.claims());
  claims.role = FindRole(jwt.Text("role").value_or(""));
  const bool is_ours = jwt.Text("iss") == kTokenIssuer && jwt.Text("aud") == kTokenAudience;
  const bool is_whole = subject.has_value() && !subject->empty() && session.has_value() &&
                        issued.has_value() && expires.has_value() && scopes.has_value();
  // A service is known by its transport; no token makes one.
  const bool is_person =
      claims.role != common::v1::ROLE_UNSPECIFIED && claims.role != common::v1::ROLE_SERVICE;
  if (!is_ours || !is_whole || !is_person) return TokenInvalid();
  if (*expires - *issued > kAccessTokenLifeS || *issued > now_s + kClockLeewayS) {
    return TokenInvalid();
  }
  if (now_s >= *expires + leeway_s) return TokenExpired();
  claims.subject = *subject;
  claims.session_id = *session;
  claims.scopes = *std::move(scopes);
  claims.issued_at_s = *issued;
  claims.expires_at_s = *expires;
  return claims;
}

}  // namespace milkway::runtime
