// Calling as who is signed in: with MILKWAY_TOKEN, or with the session that milkway sign-in
// left.

#ifndef MILKWAY_CLIENTS_CLI_SIGNED_IN_H_
#define MILKWAY_CLIENTS_CLI_SIGNED_IN_H_

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "clients/cli/connection.h"
#include "clients/cli/session_file.h"

namespace milkway::cli {

// The access token that a script brought, in MILKWAY_TOKEN; empty: none.
std::string TokenOfScript();

// Refreshes the session when its access token ends. Runs of the program at the same time
// share one session: each waits for the refresh of another, and uses what that brought.
class SignedIn {
 public:
  // `connection` must outlive this, and calls for which this gives tokens end before it.
  SignedIn(Connection* connection, SessionFile file)
      : connection_(*connection), file_(std::move(file)) {}

  // Has the connection call with access tokens, if there are some.
  absl::Status UseIfThereIs();
  // The same with those of the file only.
  absl::Status UseFile();

 private:
  absl::StatusOr<std::string> AccessToken(bool renew);
  // Under the lock, from the file as it is then.
  absl::StatusOr<StoredSession> Refresh();

  Connection& connection_;
  const SessionFile file_;
  StoredSession session_;
};

}  // namespace milkway::cli

#endif  // MILKWAY_CLIENTS_CLI_SIGNED_IN_H_
