// A call as the Connect protocol sends it, taken out of an HTTP request.

#ifndef MILKWAY_SERVICES_GATEWAY_CONNECT_REQUEST_H_
#define MILKWAY_SERVICES_GATEWAY_CONNECT_REQUEST_H_

#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "services/gateway/http_message.h"
#include "services/gateway/method_table.h"

namespace milkway::gateway {

enum class Encoding { kJson, kProto };

// The longest wait that a unary call can ask for, and what it gets if it asks for nothing.
inline constexpr absl::Duration kUnaryWaitMax = absl::Minutes(2);
// The same of a call that answers in messages.
inline constexpr absl::Duration kStreamWaitMax = absl::Hours(1);

struct ConnectRequest {
  Encoding encoding = Encoding::kJson;
  std::string message;    // unpacked, without an envelope
  absl::Duration wait;    // how long the client waits
  bool may_pack = false;  // the answer may come as gzip
};

// What is wrong with a request before its body is looked at: 405 for a verb and 415 for a
// content-type that the method does not take. nullopt: nothing.
std::optional<HttpAnswer> RefuseUnread(const Method& method, const HttpRequest& request);

// The call in a request that RefuseUnread lets pass; takes its body. The message has
// `bytes_max` at most. INVALID_ARGUMENT, RESOURCE_EXHAUSTED, UNIMPLEMENTED (a packing that
// is not known) say what to change.
absl::StatusOr<ConnectRequest> ParseConnect(const Method& method, size_t bytes_max,
                                            HttpRequest* request);

// The content-type of answers: "application/json", "application/connect+proto".
std::string ContentTypeOf(Encoding encoding, bool is_stream);

// The value of `name` in a query or a form, decoded; nullopt if it is not there.
// INVALID_ARGUMENT if it is there twice, or is not decodable.
absl::StatusOr<std::optional<std::string>> FindParameter(absl::string_view query,
                                                         absl::string_view name);

}  // namespace milkway::gateway

#endif  // MILKWAY_SERVICES_GATEWAY_CONNECT_REQUEST_H_
