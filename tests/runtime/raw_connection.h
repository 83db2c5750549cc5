// A connection that speaks HTTP/2 as badly as a test wants.

#ifndef MILKWAY_TESTS_RUNTIME_RAW_CONNECTION_H_
#define MILKWAY_TESTS_RUNTIME_RAW_CONNECTION_H_

#include <cstdint>
#include <string>

#include "absl/time/time.h"

namespace milkway::runtime::testing {

class RawConnection {
 public:
  // To a port of 127.0.0.1, coming from `source` ("127.0.0.2").
  explicit RawConnection(int port, const std::string& source = "127.0.0.1");
  RawConnection(RawConnection&& other) noexcept;
  RawConnection& operator=(RawConnection&&) = delete;
  ~RawConnection();

  // False once the other end has gone, or has taken nothing for five seconds: what a server
  // leaves behind when it ends is cut off by the system only after minutes.
  bool Send(const std::string& bytes);
  // The preface and empty settings.
  bool SendPreface();
  // A frame of HTTP/2.
  bool SendFrame(uint8_t type, uint8_t flags, uint32_t stream, const std::string& payload);
  // The headers of a call of SoundService.WhoAmI.
  bool SendHeaders(uint32_t stream, const std::string& more_fields = "");

  // Waits until the other end closes the connection; false if it has not within `patience`.
  bool AwaitEnd(absl::Duration patience);
  // Waits for any byte: the other end has let the connection in.
  bool AwaitAnswer(absl::Duration patience);
  // Reads frames until one is of this type and stream.
  bool AwaitFrameOf(uint8_t type, uint32_t stream, absl::Duration patience);

 private:
  // Reads what there is; false once the other end has gone.
  bool Receive(absl::Duration patience);

  int descriptor_;
  std::string received_;
};

// A field as HPACK writes it: neither of the table, nor for it.
std::string HeaderField(const std::string& name, const std::string& value);

}  // namespace milkway::runtime::testing

#endif  // MILKWAY_TESTS_RUNTIME_RAW_CONNECTION_H_
