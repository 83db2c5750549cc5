#include "clients/cli/signed_in.h"

#include <cstdlib>
#include <utility>

#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "clients/cli/uuid.h"
#include "clients/cpp/status_macros.h"
#include "milkway/accounts/v1/sign_in.grpc.pb.h"

namespace milkway::cli {

namespace {

using accounts::v1::SignInService;

// Not used in its last moments: it must still be good when the call arrives.
constexpr absl::Duration kSpare = absl::Seconds(30);

bool IsFresh(const StoredSession& session) {
  return absl::FromUnixMicros(session.access_expires_us) - kSpare > absl::Now();
}

absl::Status SessionIsOver() {
  return absl::UnauthenticatedError("you are not signed in any more; milkway sign-in does it");
}

}  // namespace

std::string TokenOfScript() {
  const char* token = std::getenv("MILKWAY_TOKEN");
  return token == nullptr ? "" : token;
}

absl::Status SignedIn::UseIfThereIs() {
  if (const std::string token = TokenOfScript(); !token.empty()) {
    connection_.SignInWith([token](bool) { return token; }, {});
    return absl::OkStatus();
  }
  return UseFile();
}

absl::Status SignedIn::UseFile() {
  ASSIGN_OR_RETURN(const StoredState state, file_.Read());
  if (!state.session.has_value()) return absl::OkStatus();
  session_ = *state.session;
  connection_.SignInWith([this](bool renew) { return AccessToken(renew); }, session_.scopes);
  return absl::OkStatus();
}

absl::StatusOr<std::string> SignedIn::AccessToken(bool renew) {
  if (renew || !IsFresh(session_)) {
    ASSIGN_OR_RETURN(session_, Refresh());
  }
  return session_.access_token;
}

absl::StatusOr<StoredSession> SignedIn::Refresh() {
  ASSIGN_OR_RETURN(const SessionFile::Lock lock,
                   SessionFile::Lock::Take(file_, &connection_.interrupt()));
  ASSIGN_OR_RETURN(StoredState state, file_.Read());
  if (!state.session.has_value()) return SessionIsOver();
  StoredSession& stored = *state.session;
  // Another run of the program was faster.
  if (stored.access_token != session_.access_token && IsFresh(stored)) return stored;
  if (stored.refresh_request_id.empty()) {
    // On the disk before the request leaves: if this run ends here, the next one repeats it.
    stored.refresh_request_id = FormatUuid(RandomUuid());
    RETURN_IF_ERROR(file_.Write(state));
  }
  accounts::v1::RefreshRequest request;
  request.set_request_id(stored.refresh_request_id);
  request.set_refresh_token(stored.refresh_token);
  const absl::StatusOr<accounts::v1::RefreshResponse> response =
      connection_.CallOpen(&SignInService::Stub::Refresh, request);
  if (response.status().code() == absl::StatusCode::kUnauthenticated) {
    state.session.reset();
    RETURN_IF_ERROR(file_.Write(state));
  }
  if (!response.ok()) return response.status();
  stored = ToStored(response->tokens());
  RETURN_IF_ERROR(file_.Write(state));
  return stored;
}

}  // namespace milkway::cli
