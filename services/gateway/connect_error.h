// A gRPC status as the Connect protocol tells it.

#ifndef MILKWAY_SERVICES_GATEWAY_CONNECT_ERROR_H_
#define MILKWAY_SERVICES_GATEWAY_CONNECT_ERROR_H_

#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "grpcpp/support/status.h"
#include "services/gateway/http_message.h"
#include "services/gateway/json_codec.h"

namespace milkway::gateway {

// 404 for NOT_FOUND and so on, as the protocol states them.
int HttpStatusOf(grpc::StatusCode code);

// {"code":"not_found","message":…,"details":[{"type":…,"value":…,"debug":…}]}: the value is
// the detail's bytes in base64 without padding, debug the same as JSON.
std::string ErrorJson(const JsonCodec& codec, const grpc::Status& status);

// The whole answer to a unary call that failed.
HttpAnswer ErrorAnswer(const JsonCodec& codec, const grpc::Status& status);
HttpAnswer ErrorAnswer(const JsonCodec& codec, const absl::Status& status);

// The status without details.
grpc::Status ToGrpc(const absl::Status& status);

}  // namespace milkway::gateway

#endif  // MILKWAY_SERVICES_GATEWAY_CONNECT_ERROR_H_
