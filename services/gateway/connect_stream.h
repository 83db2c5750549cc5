// A call that answers in messages, over the Connect protocol: each in an envelope, and a
// last one that says how it ended.

#ifndef MILKWAY_SERVICES_GATEWAY_CONNECT_STREAM_H_
#define MILKWAY_SERVICES_GATEWAY_CONNECT_STREAM_H_

#include <memory>

#include "grpcpp/support/byte_buffer.h"
#include "grpcpp/support/status.h"
#include "services/gateway/backends.h"
#include "services/gateway/connect_request.h"
#include "services/gateway/http_message.h"
#include "services/gateway/json_codec.h"
#include "services/gateway/method_table.h"

namespace milkway::gateway {

// Calls `method` and passes its messages on, each when the client has taken the last one;
// cancels the call when the client hangs up. `codec` and `backends` must outlive the call.
void StartConnectStream(const Method& method, const CallHead& head, grpc::ByteBuffer request,
                        Encoding encoding, bool may_pack, const JsonCodec& codec,
                        Backends* backends, std::shared_ptr<Exchange> exchange);

// A stream that ends with an error before its first message.
void RefuseStream(const JsonCodec& codec, Encoding encoding, const grpc::Status& status,
                  Exchange* exchange);

}  // namespace milkway::gateway

#endif  // MILKWAY_SERVICES_GATEWAY_CONNECT_STREAM_H_
