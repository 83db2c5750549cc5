// From the wire to absl::Status, keeping the named refusal.

#ifndef MILKWAY_CLIENTS_CPP_STATUS_H_
#define MILKWAY_CLIENTS_CPP_STATUS_H_

#include "absl/status/status.h"
#include "grpcpp/support/status.h"

namespace milkway::clients {

// Same code and message. The detail messages become payloads, under the type URL
// that names them ("type.googleapis.com/google.rpc.ErrorInfo").
absl::Status FromGrpcStatus(const grpc::Status& status);

}  // namespace milkway::clients

#endif  // MILKWAY_CLIENTS_CPP_STATUS_H_
