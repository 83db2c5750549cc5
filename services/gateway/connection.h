// One connection of HTTP/1.1: reads a request, waits for its answer, and goes on with the
// next one.

#ifndef MILKWAY_SERVICES_GATEWAY_CONNECTION_H_
#define MILKWAY_SERVICES_GATEWAY_CONNECTION_H_

#include <array>
#include <cstddef>
#include <deque>
#include <memory>
#include <optional>
#include <string>

#include "absl/time/time.h"
#include "boost/asio/generic/stream_protocol.hpp"
#include "boost/asio/io_context.hpp"
#include "boost/beast/core/basic_stream.hpp"
#include "boost/beast/core/flat_buffer.hpp"
#include "boost/beast/http/parser.hpp"
#include "boost/beast/http/string_body.hpp"
#include "services/gateway/connection_limits.h"
#include "services/gateway/http_message.h"
#include "services/gateway/request_handler.h"

namespace milkway::gateway {

// Lives until nobody waits for anything of it. All methods but Close are called on the
// thread of its io_context.
class Connection : public std::enable_shared_from_this<Connection> {
 public:
  using Stream = boost::beast::basic_stream<boost::asio::generic::stream_protocol,
                                            boost::asio::io_context::executor_type>;

  // `handler` and `load` must outlive it. `load` counts it from now on.
  Connection(Stream::socket_type socket, std::string peer_address, RequestHandler* handler,
             const ConnectionLimits& limits, ConnectionLoad* load);
  ~Connection();

  // Reads the first request.
  void Start();
  // Closes now if no request is under way, else after its answer.
  void Drain();

 private:
  class RequestExchange;
  using Error = boost::beast::error_code;
  using Parser = boost::beast::http::request_parser<boost::beast::http::string_body>;

  void ReadHeader();
  void OnHeader(Error error);
  // Whether the body may come; answers by itself otherwise.
  bool AdmitBody();
  void SendContinue();
  void ReadBody();
  void OnBody(Error error);
  // The request so far: without its body before that was read.
  HttpRequest TakeRequest();

  // An answer to what could not be read; ends the connection.
  void RefuseUnread(HttpAnswer answer);
  void Send(HttpAnswer answer);
  void OnSent(Error error);
  void GoOn();
  void Close();

  void StartStream(HttpAnswer head, absl::AnyInvocable<void() &&> gone);
  void Write(std::string piece, Exchange::Written written);
  void EndStream();
  void WatchForEnd();
  void SendPiece(Exchange::Written written);
  void OnPieceSent(bool is_good, Exchange::Written written);

  // Status line and headers as bytes.
  std::string HeadOf(const HttpAnswer& answer, bool is_stream) const;

  Stream stream_;
  const std::string peer_address_;
  RequestHandler* const handler_;
  const ConnectionLimits limits_;
  ConnectionLoad* const load_;
  boost::beast::flat_buffer buffer_;
  std::optional<Parser> parser_;
  HttpRequest request_;  // its head, between header and body
  size_t charged_bytes_ = 0;
  bool is_head_ = false;  // the request's verb is HEAD
  bool is_version_1_1_ = true;
  bool keeps_alive_ = false;
  bool is_busy_ = false;  // a request is under way
  bool is_draining_ = false;
  std::string head_;  // bytes that are being sent, and their body
  HttpAnswer answer_;
  absl::AnyInvocable<void() &&> gone_;
  bool is_gone_ = false;
  bool is_sending_ = false;  // the head or a piece of a stream
  std::string piece_;        // the first one, which waits for the head
  Exchange::Written piece_written_;
};

}  // namespace milkway::gateway

#endif  // MILKWAY_SERVICES_GATEWAY_CONNECTION_H_
