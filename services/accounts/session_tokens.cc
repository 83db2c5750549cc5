#include "services/accounts/session_tokens.h"

#include "clients/cpp/status_macros.h"
#include "services/accounts/account_convert.h"
#include "services/accounts/people.h"
#include "services/runtime/tokens/access_token.h"

namespace milkway::accounts {

namespace {

constexpr int64_t kUsPerS = 1'000'000;

}  // namespace

absl::StatusOr<v1::SessionTokens> TellTokens(const SignInParts& parts,
                                             const storage::Reader& reader, const Session& session,
                                             const rec::PersonRecord& person, int64_t now_us) {
  const std::string& person_id = session.record.person_id();
  runtime::AccessClaims claims;
  claims.subject = person_id;
  claims.role = RoleOf(person);
  claims.scopes = {person.scopes().begin(), person.scopes().end()};
  claims.session_id = TokenSessionId(session);
  claims.issued_at_s = now_us / kUsPerS;
  claims.expires_at_s = claims.issued_at_s + runtime::kAccessTokenLifeS;
  v1::SessionTokens tokens;
  ASSIGN_OR_RETURN(*tokens.mutable_access_token(), parts.keys->Sign(reader, claims, now_us));
  tokens.set_access_expires_us(claims.expires_at_s * kUsPerS);
  tokens.set_refresh_token(parts.secrets->RefreshToken(
      {session.session_id, session.record.counter()}, session.record.salt()));
  tokens.set_session_expires_us(ExpiresUs(session.record, person));
  tokens.set_session_id(session.session_id);
  ASSIGN_OR_RETURN(const rec::CredentialsRecord credentials, ReadCredentials(reader, person_id));
  *tokens.mutable_person() = ToMessage(person_id, person, credentials);
  return tokens;
}

}  // namespace milkway::accounts
