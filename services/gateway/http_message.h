// A request and an answer of HTTP, as the gateway's handlers see them.

#ifndef MILKWAY_SERVICES_GATEWAY_HTTP_MESSAGE_H_
#define MILKWAY_SERVICES_GATEWAY_HTTP_MESSAGE_H_

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/functional/any_invocable.h"
#include "absl/strings/string_view.h"

namespace milkway::gateway {

enum class Verb { kGet, kHead, kPost, kDelete, kOther };

// True for verbs that change nothing.
inline bool IsSafe(Verb verb) { return verb == Verb::kGet || verb == Verb::kHead; }

// In the order in which they are sent; names in small letters.
using Headers = std::vector<std::pair<std::string, std::string>>;

// The value of the first header `name`, in small letters; empty if there is none.
inline absl::string_view FindHeader(const Headers& headers, absl::string_view name) {
  for (const auto& [key, value] : headers) {
    if (key == name) return value;
  }
  return {};
}

struct HttpRequest {
  Verb verb = Verb::kOther;
  std::string path;   // what stands before "?", as it was sent
  std::string query;  // what stands behind it
  Headers headers;
  std::string body;
  // Who calls, without the port: "127.0.0.1"; "unix" for a socket file. Behind a proxy as
  // client_address.h says.
  std::string client_address;

  absl::string_view Header(absl::string_view name) const { return FindHeader(headers, name); }
};

struct HttpAnswer {
  int status = 200;
  Headers headers;
  std::string body;
  // In place of `body`, for what many answers share; null: `body`.
  std::shared_ptr<const std::string> shared_body;

  absl::string_view Body() const { return shared_body != nullptr ? *shared_body : body; }
};

// One request under way, and the way back to who sent it. Its answer is one of
//   Answer(…)                           a whole one;
//   StartStream(…), Write(…)…, End()    one that comes in pieces.
// An exchange that goes without an answer closes the connection. Every method may be called
// on any thread.
class Exchange {
 public:
  // False: nobody reads any more, and no piece needs to follow.
  using Written = absl::AnyInvocable<void(bool) &&>;

  explicit Exchange(HttpRequest request) : request_(std::move(request)) {}
  virtual ~Exchange() = default;

  // A handler may take parts of it: it is the only one that reads them.
  HttpRequest& request() { return request_; }
  const HttpRequest& request() const { return request_; }

  virtual void Answer(HttpAnswer answer) = 0;

  // Sends status and headers; `gone` is called, once at most, when the client hangs up.
  virtual void StartStream(HttpAnswer head, absl::AnyInvocable<void() &&> gone) = 0;
  // The next piece, not before `written` of the last one was called.
  virtual void Write(std::string piece, Written written) = 0;
  virtual void End() = 0;

 private:
  HttpRequest request_;
};

// An answer of one line of text for people.
HttpAnswer PlainAnswer(int status, absl::string_view text);

// "Not Found".
absl::string_view ReasonOf(int status);

}  // namespace milkway::gateway

#endif  // MILKWAY_SERVICES_GATEWAY_HTTP_MESSAGE_H_
