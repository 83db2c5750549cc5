#include "clients/cpp/channel.h"

#include "clients/cpp/server_address.h"
#include "grpcpp/security/tls_certificate_provider.h"
#include "grpcpp/security/tls_credentials_options.h"

namespace milkway::clients {

namespace {

// How often the files are looked at.
constexpr unsigned kLookSeconds = 2;
constexpr int kFirstBackoffMs = 100;
constexpr int kBackoffMs = 1'000;
constexpr int kConnectMs = 2'000;
constexpr int kSilenceMs = 60'000;
constexpr int kSilenceGraceMs = 20'000;

}  // namespace

bool IsPlain(absl::string_view address, const ChannelFiles& files) {
  if (!IsLocal(address)) return false;
  return files.authorities.empty() || address.substr(0, 5) == "unix:";
}

std::shared_ptr<grpc::ChannelCredentials> CredentialsFor(absl::string_view address,
                                                         const ChannelFiles& files) {
  if (IsPlain(address, files)) return grpc::InsecureChannelCredentials();
  if (files.authorities.empty()) return grpc::SslCredentials(grpc::SslCredentialsOptions());
  grpc::experimental::TlsChannelCredentialsOptions options;
  options.set_certificate_provider(
      std::make_shared<grpc::experimental::FileWatcherCertificateProvider>(
          files.key, files.certificate, files.authorities, kLookSeconds));
  options.watch_root_certs();
  if (!files.certificate.empty()) options.watch_identity_key_cert_pairs();
  return grpc::experimental::TlsCredentials(options);
}

grpc::ChannelArguments UsualArguments() {
  grpc::ChannelArguments arguments;
  arguments.SetInt(GRPC_ARG_INITIAL_RECONNECT_BACKOFF_MS, kFirstBackoffMs);
  arguments.SetInt(GRPC_ARG_MIN_RECONNECT_BACKOFF_MS, kConnectMs);
  arguments.SetInt(GRPC_ARG_MAX_RECONNECT_BACKOFF_MS, kBackoffMs);
  arguments.SetInt(GRPC_ARG_KEEPALIVE_TIME_MS, kSilenceMs);
  arguments.SetInt(GRPC_ARG_KEEPALIVE_TIMEOUT_MS, kSilenceGraceMs);
  // A proxy of the surroundings cannot reach this machine's loopback.
  arguments.SetInt(GRPC_ARG_ENABLE_HTTP_PROXY, 0);
  arguments.SetMaxReceiveMessageSize(kAnswerBytesMax);
  return arguments;
}

}  // namespace milkway::clients
