#include "clients/cpp/server_address.h"

#include <arpa/inet.h>
#include <sys/un.h>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"

namespace milkway::clients {

namespace {

constexpr absl::string_view kSocketFile = "unix:";
// The last byte ends the path.
constexpr size_t kPathBytesMax = sizeof(sockaddr_un::sun_path) - 1;
constexpr int kPortMax = 65'535;

absl::StatusOr<ServerAddress> ParseSocketFile(absl::string_view path) {
  absl::ConsumePrefix(&path, "//");  // unix:///run/x and unix:/run/x are the same
  if (path.empty() || path.size() > kPathBytesMax) {
    return absl::InvalidArgumentError(
        absl::StrCat("\"", kSocketFile, path, "\" needs a path of 1 to ", kPathBytesMax,
                     " bytes, such as unix:/run/milkway/milkwayd.sock"));
  }
  ServerAddress address;
  address.socket_file = std::string(path);
  return address;
}

}  // namespace

bool ServerAddress::IsLocal() const {
  if (IsSocketFile() || host == "localhost" || host == "::1") return true;
  in_addr ipv4;  // a name such as 127.example.org is somebody else's
  return absl::StartsWith(host, "127.") && inet_pton(AF_INET, host.c_str(), &ipv4) == 1;
}

std::string ServerAddress::ToString() const {
  if (IsSocketFile()) return absl::StrCat(kSocketFile, socket_file);
  if (absl::StrContains(host, ':')) return absl::StrCat("[", host, "]:", port);
  return absl::StrCat(host, ":", port);
}

absl::StatusOr<ServerAddress> ParseServerAddress(absl::string_view text) {
  absl::string_view path = text;
  if (absl::ConsumePrefix(&path, kSocketFile)) return ParseSocketFile(path);
  const auto refused = [text] {
    return absl::InvalidArgumentError(
        absl::StrCat("\"", text, "\" is neither HOST:PORT, such as 127.0.0.1:7700, nor unix:PATH"));
  };
  const size_t colon = text.rfind(':');
  if (colon == absl::string_view::npos) return refused();
  absl::string_view host = text.substr(0, colon);
  const absl::string_view port = text.substr(colon + 1);
  const bool has_opening = absl::ConsumePrefix(&host, "[");
  const bool has_closing = absl::ConsumeSuffix(&host, "]");
  // A colon stands in IPv6 hosts, and these stand in brackets.
  const bool is_bracketed = absl::StrContains(host, ':');
  if (host.empty() || has_opening != is_bracketed || has_closing != is_bracketed) return refused();
  ServerAddress address;
  address.host = std::string(host);
  if (!absl::SimpleAtoi(port, &address.port)) return refused();
  if (address.port < 0 || address.port > kPortMax) return refused();
  return address;
}

bool IsLocal(absl::string_view address) {
  const absl::StatusOr<ServerAddress> parsed = ParseServerAddress(address);
  return parsed.ok() && parsed->IsLocal();
}

}  // namespace milkway::clients
