// Following a server's stream until the user stops it.

#ifndef MILKWAY_CLIENTS_CLI_WATCH_H_
#define MILKWAY_CLIENTS_CLI_WATCH_H_

#include <memory>
#include <type_traits>

#include "absl/functional/function_ref.h"
#include "absl/status/statusor.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "clients/cli/command.h"
#include "clients/cli/connection.h"

namespace milkway::cli {

// Hands every message to `take`, which changes `*request` so that a stream that broke off
// goes on where it was. A stream that said nothing and lived less than a minute had no
// server behind it: its error is returned.
template <typename Stub, typename Request, typename Response>
absl::StatusOr<ExitCode> Follow(
    Session& session,
    std::unique_ptr<grpc::ClientReader<Response>> (Stub::*method)(grpc::ClientContext*,
                                                                  const Request&),
    Request* request, std::type_identity_t<absl::FunctionRef<void(const Response&)>> take) {
  while (true) {
    const absl::Time began = absl::Now();
    bool heard = false;
    const absl::Status status = session.connection.ReadStream(
        method, *request, [] {},
        [&](const Response& response) {
          heard = true;
          take(response);
        });
    if (!IsTransient(status) ||
        session.connection.interrupt().Check().code() == absl::StatusCode::kCancelled) {
      return status.ok() ? absl::StatusOr<ExitCode>(kDone) : status;
    }
    if (!heard && absl::Now() - began < absl::Minutes(1)) return status;
  }
}

}  // namespace milkway::cli

#endif  // MILKWAY_CLIENTS_CLI_WATCH_H_
