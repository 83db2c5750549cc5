// A connection of HTTP/1.1 whose every byte the test chooses.

#ifndef MILKWAY_TESTS_GATEWAY_HTTP_CONNECTION_H_
#define MILKWAY_TESTS_GATEWAY_HTTP_CONNECTION_H_

#include <map>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace milkway::testing {

struct HttpReply {
  int status = 0;  // 0: the server closed the connection without one
  std::multimap<std::string, std::string> headers;  // names in small letters
  std::string body;                                 // with chunks put together

  // The first of the name; empty if there is none.
  std::string Header(const std::string& name) const;
};

// Waits 20 seconds at most for whatever it reads. Ends the program if it cannot connect.
class HttpConnection {
 public:
  // HOST:PORT of IPv4.
  explicit HttpConnection(const std::string& address);
  ~HttpConnection();
  HttpConnection(const HttpConnection&) = delete;
  HttpConnection& operator=(const HttpConnection&) = delete;

  void Send(absl::string_view bytes);
  // The next reply; `has_body`: false for one to HEAD.
  HttpReply Receive(bool has_body = true);
  // The head of a reply, and then its chunks one by one; empty for the last.
  HttpReply ReceiveHead();
  std::string ReceiveChunk();
  // True once the server has closed it.
  bool IsClosed();

 private:
  bool ReadMore();
  std::string TakeLine();
  std::string Take(size_t bytes);

  int socket_ = -1;
  std::string buffer_;
};

// "POST /path HTTP/1.1" with host, these headers and the body's length.
std::string HttpText(absl::string_view verb, absl::string_view target,
                     const std::vector<std::pair<std::string, std::string>>& headers,
                     absl::string_view body = "");

}  // namespace milkway::testing

#endif  // MILKWAY_TESTS_GATEWAY_HTTP_CONNECTION_H_
