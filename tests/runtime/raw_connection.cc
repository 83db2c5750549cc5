#include "tests/runtime/raw_connection.h"

#include <arpa/inet.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <algorithm>
#include <cstdint>
#include <utility>

#include "absl/time/clock.h"

namespace milkway::runtime::testing {

namespace {

constexpr char kPreface[] = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
constexpr uint8_t kHeadersFrame = 1;
constexpr uint8_t kSettingsFrame = 4;
constexpr uint8_t kEndHeaders = 4;
constexpr size_t kFrameHeaderBytes = 9;
constexpr size_t kShortLengthMax = 126;

sockaddr_in AddressOf(const std::string& host, int port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<uint16_t>(port));
  inet_pton(AF_INET, host.c_str(), &address.sin_addr);
  return address;
}

std::string BigEndian(uint32_t value, int bytes) {
  std::string text;
  for (int byte = bytes - 1; byte >= 0; --byte) {
    text.push_back(static_cast<char>(value >> (8 * byte)));
  }
  return text;
}

uint32_t NumberAt(const std::string& text, size_t start, size_t bytes) {
  uint32_t number = 0;
  for (const char byte : text.substr(start, bytes)) {
    number = number << 8 | static_cast<uint8_t>(byte);
  }
  return number;
}

// A length of HPACK, in seven bits and then as many as it needs.
std::string LengthOf(size_t length) {
  if (length <= kShortLengthMax) return std::string(1, static_cast<char>(length));
  std::string text = "\x7f";
  for (length -= kShortLengthMax + 1; length >= 128; length /= 128) {
    text.push_back(static_cast<char>(length % 128 | 128));
  }
  text.push_back(static_cast<char>(length));
  return text;
}

}  // namespace

std::string HeaderField(const std::string& name, const std::string& value) {
  return std::string(1, '\0') + LengthOf(name.size()) + name + LengthOf(value.size()) + value;
}

RawConnection::RawConnection(int port, const std::string& source)
    : descriptor_(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
  const timeval patience{.tv_sec = 5, .tv_usec = 0};
  setsockopt(descriptor_, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof(patience));
  const sockaddr_in own = AddressOf(source, 0);
  const sockaddr_in server = AddressOf("127.0.0.1", port);
  if (bind(descriptor_, reinterpret_cast<const sockaddr*>(&own), sizeof(own)) == 0 &&
      connect(descriptor_, reinterpret_cast<const sockaddr*>(&server), sizeof(server)) == 0) {
    return;
  }
  close(std::exchange(descriptor_, -1));
}

RawConnection::RawConnection(RawConnection&& other) noexcept
    : descriptor_(std::exchange(other.descriptor_, -1)), received_(std::move(other.received_)) {}

RawConnection::~RawConnection() {
  if (descriptor_ >= 0) close(descriptor_);
}

bool RawConnection::Send(const std::string& bytes) {
  size_t sent = 0;
  while (sent < bytes.size()) {
    const ssize_t more = send(descriptor_, bytes.data() + sent, bytes.size() - sent, MSG_NOSIGNAL);
    if (more <= 0) return false;
    sent += static_cast<size_t>(more);
  }
  return true;
}

bool RawConnection::SendPreface() { return Send(kPreface) && SendFrame(kSettingsFrame, 0, 0, ""); }

bool RawConnection::SendFrame(uint8_t type, uint8_t flags, uint32_t stream,
                              const std::string& payload) {
  return Send(BigEndian(static_cast<uint32_t>(payload.size()), 3) +
              std::string({static_cast<char>(type), static_cast<char>(flags)}) +
              BigEndian(stream, 4) + payload);
}

bool RawConnection::SendHeaders(uint32_t stream, const std::string& more_fields) {
  return SendFrame(kHeadersFrame, kEndHeaders, stream,
                   HeaderField(":method", "POST") + HeaderField(":scheme", "http") +
                       HeaderField(":path", "/milkway.runtime.testing.SoundService/WhoAmI") +
                       HeaderField(":authority", "here") +
                       HeaderField("content-type", "application/grpc") +
                       HeaderField("te", "trailers") + more_fields);
}

bool RawConnection::Receive(absl::Duration patience) {
  pollfd wait = {descriptor_, POLLIN, 0};
  // Less than nothing would be for ever.
  const int64_t patience_ms = std::max<int64_t>(absl::ToInt64Milliseconds(patience), 0);
  if (poll(&wait, 1, static_cast<int>(patience_ms)) <= 0) return true;
  char bytes[4096];
  const ssize_t size = recv(descriptor_, bytes, sizeof(bytes), 0);
  if (size > 0) received_.append(bytes, static_cast<size_t>(size));
  return size > 0;
}

bool RawConnection::AwaitEnd(absl::Duration patience) {
  const absl::Time end = absl::Now() + patience;
  while (absl::Now() < end) {
    if (!Receive(end - absl::Now())) return true;
  }
  return false;
}

bool RawConnection::AwaitFrameOf(uint8_t type, uint32_t stream, absl::Duration patience) {
  const absl::Time end = absl::Now() + patience;
  while (absl::Now() < end) {
    while (received_.size() >= kFrameHeaderBytes) {
      const uint32_t size = NumberAt(received_, 0, 3);
      if (received_.size() < kFrameHeaderBytes + size) break;
      const bool is_wanted =
          NumberAt(received_, 3, 1) == type && NumberAt(received_, 5, 4) == stream;
      received_.erase(0, kFrameHeaderBytes + size);
      if (is_wanted) return true;
    }
    if (!Receive(end - absl::Now())) return false;
  }
  return false;
}

bool RawConnection::AwaitAnswer(absl::Duration patience) {
  pollfd wait = {descriptor_, POLLIN, 0};
  char byte = 0;
  return poll(&wait, 1, static_cast<int>(absl::ToInt64Milliseconds(patience))) > 0 &&
         recv(descriptor_, &byte, 1, MSG_PEEK) > 0;
}

}  // namespace milkway::runtime::testing
