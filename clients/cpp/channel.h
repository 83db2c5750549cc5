// The way to a server, and who is at its two ends.

#ifndef MILKWAY_CLIENTS_CPP_CHANNEL_H_
#define MILKWAY_CLIENTS_CPP_CHANNEL_H_

#include <memory>
#include <string>

#include "absl/strings/string_view.h"
#include "grpcpp/channel.h"
#include "grpcpp/security/credentials.h"
#include "grpcpp/support/channel_arguments.h"

namespace milkway::clients {

// An answer may have this many bytes.
inline constexpr int kAnswerBytesMax = 64 << 20;

// PEM files. They are read anew when they change, which a channel that stands does not feel.
struct ChannelFiles {
  // Certificates of those who vouch for servers; empty: those that the system knows.
  std::string authorities;
  // By which a service says who it is: its certificate and private key, or both empty.
  std::string certificate;
  std::string key;
};

// True if what is sent to HOST:PORT or unix:PATH goes as it is: it stays on this machine,
// and no authorities are named. To every other server there is TLS only.
bool IsPlain(absl::string_view address, const ChannelFiles& files);

// Proves by its certificate that a server is the host of `address`, unless IsPlain.
std::shared_ptr<grpc::ChannelCredentials> CredentialsFor(absl::string_view address,
                                                         const ChannelFiles& files);

// What every channel is made with: a server that restarts is found again within a second
// or two, one that has gone without a word is noticed, and answers may be large.
grpc::ChannelArguments UsualArguments();

}  // namespace milkway::clients

#endif  // MILKWAY_CLIENTS_CPP_CHANNEL_H_
