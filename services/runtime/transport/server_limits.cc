#include "services/runtime/transport/server_limits.h"

#include "clients/cpp/channel.h"
#include "grpc/grpc.h"
#include "grpcpp/resource_quota.h"

namespace milkway::runtime {

namespace {

// A client that pings more often than this, more often than that, is told to go.
constexpr absl::Duration kPingPause = absl::Seconds(10);
constexpr int kPingStrikes = 2;
// Of headers that a connection remembers, each way.
constexpr int kHeaderTableBytes = 4'096;

int MillisecondsOf(absl::Duration duration) {
  return static_cast<int>(absl::ToInt64Milliseconds(duration));
}

}  // namespace

void SetLimits(const ServerLimits& limits, grpc::ServerBuilder* builder) {
  builder->SetMaxReceiveMessageSize(kMessageBytesMax);
  builder->SetMaxSendMessageSize(clients::kAnswerBytesMax);
  builder->SetResourceQuota(
      grpc::ResourceQuota("milkway").Resize(static_cast<size_t>(limits.message_bytes)));
  const auto set = [builder](const char* name, int value) {
    builder->AddChannelArgument(name, value);
  };
  set(GRPC_ARG_MAX_METADATA_SIZE, kMetadataBytesMax);
  set(GRPC_ARG_HTTP2_HPACK_TABLE_SIZE_DECODER, kHeaderTableBytes);
  set(GRPC_ARG_MAX_CONCURRENT_STREAMS, limits.streams_per_connection);
  set(GRPC_ARG_SERVER_HANDSHAKE_TIMEOUT_MS, MillisecondsOf(limits.handshake));
  set(GRPC_ARG_MAX_CONNECTION_IDLE_MS, MillisecondsOf(limits.idle));
  set(GRPC_ARG_MAX_CONNECTION_AGE_MS, MillisecondsOf(limits.age));
  set(GRPC_ARG_MAX_CONNECTION_AGE_GRACE_MS, MillisecondsOf(limits.age_grace));
  set(GRPC_ARG_KEEPALIVE_TIME_MS, MillisecondsOf(limits.silence));
  set(GRPC_ARG_KEEPALIVE_TIMEOUT_MS, MillisecondsOf(limits.silence_grace));
  // Also who has no call: a phone that has lost its network says no goodbye.
  set(GRPC_ARG_KEEPALIVE_PERMIT_WITHOUT_CALLS, 1);
  set(GRPC_ARG_HTTP2_MIN_RECV_PING_INTERVAL_WITHOUT_DATA_MS, MillisecondsOf(kPingPause));
  set(GRPC_ARG_HTTP2_MAX_PING_STRIKES, kPingStrikes);
  // Nothing of what callers send is kept to be looked at.
  set(GRPC_ARG_ENABLE_CHANNELZ, 0);
}

}  // namespace milkway::runtime
