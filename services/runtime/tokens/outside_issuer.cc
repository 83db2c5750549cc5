#include "services/runtime/tokens/outside_issuer.h"

#include <algorithm>
#include <fstream>
#include <optional>
#include <set>
#include <sstream>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "clients/cpp/status_macros.h"
#include "nlohmann/json.hpp"
#include "services/runtime/errors.h"
#include "services/runtime/tokens/access_token.h"
#include "services/runtime/tokens/signature.h"
#include "services/runtime/tokens/strict_jwt.h"

namespace milkway::runtime {

namespace {

using common::v1::Role;
using nlohmann::json;

// The longest that a token of the issuer may live: one that never ends cannot be revoked.
constexpr int64_t kLifeMaxS = 24 * 3'600;
// As OpenID Connect has it.
constexpr size_t kSubjectBytesMax = 255;

absl::Status Wrong(absl::string_view member, absl::string_view rule) {
  return absl::InvalidArgumentError(
      absl::StrCat("the file of the issuer: \"", member, "\" ", rule));
}

absl::StatusOr<std::string> TextOf(const json& object, const char* member) {
  const auto found = object.find(member);
  if (found == object.end() || !found->is_string() || found->get<std::string>().empty()) {
    return Wrong(member, "must be a text that is not empty");
  }
  return found->get<std::string>();
}

// A string, or a list of strings; what is neither is left out.
std::set<std::string> TextsOf(const json& claims, const std::string& claim) {
  std::set<std::string> texts;
  const auto found = claims.find(claim);
  if (found == claims.end()) return texts;
  if (found->is_string()) texts.insert(found->get<std::string>());
  if (!found->is_array()) return texts;
  for (const json& item : *found) {
    if (item.is_string()) texts.insert(item.get<std::string>());
  }
  return texts;
}

// What may become part of an id: ids stand in metadata, and in lists with commas.
bool IsPlain(absl::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char character) {
    return character > ' ' && character <= '~' && character != ',';
  });
}

bool IsSubject(absl::string_view text) {
  return !text.empty() && text.size() <= kSubjectBytesMax && IsPlain(text);
}

bool IsStaff(Role role) {
  return role == common::v1::ROLE_ADMIN || role == common::v1::ROLE_PROCUREMENT ||
         role == common::v1::ROLE_WAREHOUSE || role == common::v1::ROLE_AUDITOR;
}

}  // namespace

absl::StatusOr<OutsideIssuer> OutsideIssuer::Load(const std::string& file) {
  std::ifstream stream(file);
  std::ostringstream text;
  text << stream.rdbuf();
  if (!stream) return absl::InvalidArgumentError(absl::StrCat("cannot read ", file));
  return Parse(text.str());
}

absl::StatusOr<OutsideIssuer> OutsideIssuer::Parse(absl::string_view json_text) {
  const json said = json::parse(json_text, nullptr, /*allow_exceptions=*/false);
  if (!said.is_object()) return absl::InvalidArgumentError("the file of the issuer is not JSON");
  OutsideIssuer outside;
  ASSIGN_OR_RETURN(outside.issuer_, TextOf(said, "issuer"));
  ASSIGN_OR_RETURN(outside.audience_, TextOf(said, "audience"));
  ASSIGN_OR_RETURN(outside.role_claim_, TextOf(said, "role_claim"));
  if (outside.issuer_ == kTokenIssuer) return Wrong("issuer", "is our own name");
  if (!IsPlain(outside.issuer_)) {
    return Wrong("issuer", "must be visible ASCII without commas, as addresses are");
  }
  if (said.contains("places_claim")) {
    ASSIGN_OR_RETURN(outside.places_claim_, TextOf(said, "places_claim"));
  }
  const auto keys = said.find("keys");
  if (keys == said.end() || !keys->is_array() || keys->empty()) {
    return Wrong("keys", "must list at least one key");
  }
  for (const json& key : *keys) {
    if (!key.is_object()) return Wrong("keys", "must list objects");
    ASSIGN_OR_RETURN(const std::string kid, TextOf(key, "kid"));
    ASSIGN_OR_RETURN(const std::string alg, TextOf(key, "alg"));
    ASSIGN_OR_RETURN(const std::string pem, TextOf(key, "public_pem"));
    if (alg != "RS256" && alg != "ES256") return Wrong("alg", "must be RS256 or ES256");
    if (!IsPublicKeyFor(alg, pem)) {
      return Wrong("public_pem", absl::StrCat("must be a public key for ", alg, " as PEM"));
    }
    if (!outside.key_by_kid_.emplace(kid, Key{alg, pem}).second) {
      return Wrong("kid", "must not occur twice");
    }
  }
  const auto roles = said.find("roles");
  if (roles == said.end() || !roles->is_object() || roles->empty()) {
    return Wrong("roles", "must name at least one role");
  }
  for (const auto& [value, role] : roles->items()) {
    const Role known =
        role.is_string() ? FindRole(role.get<std::string>()) : common::v1::ROLE_UNSPECIFIED;
    if (!IsStaff(known)) return Wrong("roles", "may give admin, procurement, warehouse, auditor");
    outside.role_by_value_[value] = known;
  }
  return outside;
}

bool OutsideIssuer::Issued(absl::string_view token) const {
  if (issuer_.empty()) return false;
  const absl::StatusOr<StrictJwt> jwt = StrictJwt::Parse(token);
  return jwt.ok() && jwt->Text("iss") == issuer_;
}

absl::StatusOr<OutsideIssuer::Identity> OutsideIssuer::Verify(absl::string_view token,
                                                              int64_t now_s,
                                                              int64_t leeway_s) const {
  ASSIGN_OR_RETURN(const StrictJwt jwt, StrictJwt::Parse(token));
  const auto key = key_by_kid_.find(jwt.kid());
  if (jwt.Text("iss") != issuer_ || key == key_by_kid_.end()) return TokenInvalid();
  RETURN_IF_ERROR(jwt.CheckSignature(key->second.alg, key->second.public_pem));
  const std::optional<std::string> subject = jwt.Text("sub");
  const std::optional<int64_t> issued = jwt.Seconds("iat");
  const std::optional<int64_t> expires = jwt.Seconds("exp");
  const std::optional<int64_t> not_before =
      jwt.claims().contains("nbf") ? jwt.Seconds("nbf") : std::optional<int64_t>(0);
  const bool is_whole = subject.has_value() && IsSubject(*subject) && issued.has_value() &&
                        expires.has_value() && not_before.has_value() &&
                        *expires - *issued <= kLifeMaxS;
  const bool is_early = is_whole && std::max(*issued, *not_before) > now_s + kClockLeewayS;
  if (!is_whole || is_early || !TextsOf(jwt.claims(), "aud").contains(audience_)) {
    return TokenInvalid();
  }
  if (now_s >= *expires + leeway_s) return TokenExpired();

  Identity identity;
  identity.expires_at_s = *expires;
  identity.caller.id = absl::StrCat(issuer_, "#", *subject);
  identity.caller.session_id = identity.caller.id;
  std::set<Role> roles;
  for (const std::string& value : TextsOf(jwt.claims(), role_claim_)) {
    const auto role = role_by_value_.find(value);
    if (role != role_by_value_.end()) roles.insert(role->second);
  }
  if (roles.size() != 1) {
    return Refuse(absl::StatusCode::kPermissionDenied, "ROLE_MISSING",
                  absl::StrCat("your account at ", issuer_, " stands for ", roles.size(),
                               " roles here and needs exactly one; ask an admin of it"));
  }
  identity.caller.role = *roles.begin();
  if (identity.caller.role == common::v1::ROLE_WAREHOUSE && !places_claim_.empty()) {
    for (const std::string& place : TextsOf(jwt.claims(), places_claim_)) {
      identity.caller.scopes.push_back(place);
    }
  }
  return identity;
}

}  // namespace milkway::runtime
