// What the transport knows of whoever calls.

#ifndef MILKWAY_SERVICES_RUNTIME_PEER_IDENTITY_H_
#define MILKWAY_SERVICES_RUNTIME_PEER_IDENTITY_H_

#include <string>

#include "absl/strings/string_view.h"
#include "grpcpp/server_context.h"

namespace milkway::runtime {

// Where a call comes from, without the port: "203.0.113.7", "2001:db8::1", "unix" for a
// socket of this machine, "inproc" for this process.
std::string PeerAddressOf(const grpc::ServerContextBase& context);
// The same of what gRPC calls a peer: "ipv4:203.0.113.7:5012", "ipv6:%5B::1%5D:80".
std::string AddressOfPeer(absl::string_view peer);

// True if the transport proves that the Milkway service `name` calls: by a verified
// certificate with the URI spiffe://<any trust domain>/service/<name>, or because the call
// came through a socket that was opened for services.
bool IsProvenService(const grpc::ServerContextBase& context, absl::string_view name);

}  // namespace milkway::runtime

#endif  // MILKWAY_SERVICES_RUNTIME_PEER_IDENTITY_H_
