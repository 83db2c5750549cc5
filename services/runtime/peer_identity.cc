#include "services/runtime/peer_identity.h"

#include <memory>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/strip.h"
#include "grpc/grpc_security_constants.h"

namespace milkway::runtime {

namespace {

constexpr absl::string_view kSpiffe = "spiffe://";
// What gRPC notes for a socket with local credentials: only those for services have them.
constexpr char kLocalTransport[] = "local";

bool NamesService(absl::string_view uri, absl::string_view name) {
  if (!absl::ConsumePrefix(&uri, kSpiffe)) return false;
  const size_t path = uri.find('/');
  return path != absl::string_view::npos && path > 0 &&
         uri.substr(path) == absl::StrCat("/service/", name);
}

}  // namespace

std::string AddressOfPeer(absl::string_view peer) {
  if (absl::StartsWith(peer, "unix")) return "unix";
  if (!absl::ConsumePrefix(&peer, "ipv4:") && !absl::ConsumePrefix(&peer, "ipv6:")) {
    return "inproc";
  }
  const std::string plain = absl::StrReplaceAll(peer, {{"%5B", "["}, {"%5D", "]"}, {"%25", "%"}});
  absl::string_view address = absl::string_view(plain).substr(0, plain.rfind(':'));
  absl::ConsumePrefix(&address, "[");
  absl::ConsumeSuffix(&address, "]");
  return std::string(address);
}

std::string PeerAddressOf(const grpc::ServerContextBase& context) {
  return AddressOfPeer(context.peer());
}

bool IsProvenService(const grpc::ServerContextBase& context, absl::string_view name) {
  const std::shared_ptr<const grpc::AuthContext> proof = context.auth_context();
  if (proof == nullptr || name.empty()) return false;
  for (const grpc::string_ref& type :
       proof->FindPropertyValues(GRPC_TRANSPORT_SECURITY_TYPE_PROPERTY_NAME)) {
    if (type == kLocalTransport) return true;
  }
  if (!proof->IsPeerAuthenticated()) return false;
  for (const grpc::string_ref& uri : proof->FindPropertyValues(GRPC_PEER_URI_PROPERTY_NAME)) {
    if (NamesService(absl::string_view(uri.data(), uri.size()), name)) return true;
  }
  return false;
}

}  // namespace milkway::runtime
