#include "services/gateway/connection.h"

#include <limits>
#include <utility>
#include <variant>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "boost/asio/buffer.hpp"
#include "boost/asio/post.hpp"
#include "boost/asio/write.hpp"
#include "boost/beast/http/read.hpp"

namespace milkway::gateway {

namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = boost::beast::http;

// What is read at once; more of a body comes in several reads.
constexpr size_t kBufferBytesMax = 64 << 10;
constexpr char kContinue[] = "HTTP/1.1 100 Continue\r\n\r\n";

Verb VerbOf(http::verb verb) {
  switch (verb) {
    case http::verb::get:
      return Verb::kGet;
    case http::verb::head:
      return Verb::kHead;
    case http::verb::post:
      return Verb::kPost;
    case http::verb::delete_:
      return Verb::kDelete;
    default:
      return Verb::kOther;
  }
}

std::string ToString(beast::string_view text) { return {text.data(), text.size()}; }

// A header cannot end before its end, whatever a value holds.
void AppendHeader(absl::string_view name, absl::string_view value, std::string* head) {
  absl::StrAppend(head, name, ": ");
  for (const char c : value) head->push_back(absl::ascii_iscntrl(c) ? ' ' : c);
  head->append("\r\n");
}

// Why a request could not be read; nullopt if there is nobody to tell.
std::optional<HttpAnswer> AnswerTo(const beast::error_code& error) {
  if (error == http::error::header_limit) {
    return PlainAnswer(431, "the headers are too long; send fewer or shorter ones");
  }
  if (error == http::error::body_limit) {
    return PlainAnswer(413, "the body is too long for this address");
  }
  const bool is_of_http = error.category() == make_error_code(http::error::bad_method).category();
  const bool is_of_the_end =
      error == http::error::end_of_stream || error == http::error::partial_message;
  if (!is_of_http || is_of_the_end) return std::nullopt;
  return PlainAnswer(400, "this is no request of HTTP/1.1");
}

}  // namespace

// Hands the answer over to the connection's thread.
class Connection::RequestExchange final : public Exchange {
 public:
  RequestExchange(std::shared_ptr<Connection> connection, HttpRequest request)
      : Exchange(std::move(request)), connection_(std::move(connection)) {
    ++connection_->load_->under_way;
  }

  ~RequestExchange() override {
    ConnectionLoad* const load = connection_->load_;
    if (!is_answered_) Post([](Connection& connection) { connection.Close(); });
    connection_.reset();
    --load->under_way;
  }

  void Answer(HttpAnswer answer) override {
    is_answered_ = true;
    Post([answer = std::move(answer)](Connection& connection) mutable {
      connection.Send(std::move(answer));
    });
  }

  void StartStream(HttpAnswer head, absl::AnyInvocable<void() &&> gone) override {
    is_answered_ = true;
    Post([head = std::move(head), gone = std::move(gone)](Connection& connection) mutable {
      connection.StartStream(std::move(head), std::move(gone));
    });
  }

  void Write(std::string piece, Written written) override {
    Post([piece = std::move(piece), written = std::move(written)](Connection& connection) mutable {
      connection.Write(std::move(piece), std::move(written));
    });
  }

  void End() override {
    Post([](Connection& connection) { connection.EndStream(); });
  }

 private:
  template <typename Work>
  void Post(Work work) {
    const auto executor = connection_->stream_.get_executor();
    asio::post(executor,
               [connection = connection_, work = std::move(work)]() mutable { work(*connection); });
  }

  std::shared_ptr<Connection> connection_;
  std::atomic<bool> is_answered_{false};
};

Connection::Connection(Stream::socket_type socket, std::string peer_address,
                       RequestHandler* handler, const ConnectionLimits& limits,
                       ConnectionLoad* load)
    : stream_(std::move(socket)),
      peer_address_(std::move(peer_address)),
      handler_(handler),
      limits_(limits),
      load_(load),
      buffer_(kBufferBytesMax) {
  ++load_->connections;
}

Connection::~Connection() {
  load_->body_bytes -= static_cast<int64_t>(charged_bytes_);
  --load_->connections;
}

void Connection::Start() { ReadHeader(); }

void Connection::Drain() {
  is_draining_ = true;
  if (!is_busy_) Close();
}

void Connection::ReadHeader() {
  is_busy_ = false;
  // Most connections wait here most of the time: they keep no more than they must.
  if (buffer_.size() == 0) buffer_.shrink_to_fit();
  parser_.emplace();
  parser_->header_limit(limits_.header_bytes);
  // The handler says later how much it takes.
  parser_->body_limit(std::numeric_limits<uint64_t>::max());
  stream_.expires_after(limits_.idle);
  http::async_read_header(
      stream_, buffer_, *parser_,
      [self = shared_from_this()](Error error, size_t) { self->OnHeader(error); });
}

void Connection::OnHeader(Error error) {
  if (error) {
    auto answer = AnswerTo(error);
    return answer.has_value() ? RefuseUnread(*std::move(answer)) : Close();
  }
  is_busy_ = true;
  ++load_->requests;
  keeps_alive_ = parser_->keep_alive();
  is_version_1_1_ = parser_->get().version() >= 11;
  request_ = TakeRequest();
  is_head_ = request_.verb == Verb::kHead;
  if (!AdmitBody()) return;
  if (parser_->is_done()) return OnBody({});
  if (parser_->get()[http::field::expect].empty()) return ReadBody();
  SendContinue();
}

bool Connection::AdmitBody() {
  if (is_version_1_1_ && parser_->get().count(http::field::host) != 1) {
    RefuseUnread(PlainAnswer(400, "send the header host once"));
    return false;
  }
  auto admitted = handler_->Admit(request_);
  if (std::holds_alternative<HttpAnswer>(admitted)) {
    if (parser_->is_done()) {
      Send(std::get<HttpAnswer>(std::move(admitted)));
    } else {
      RefuseUnread(std::get<HttpAnswer>(std::move(admitted)));
    }
    return false;
  }
  if (parser_->is_done()) return true;
  const size_t bytes_max = std::get<size_t>(admitted);
  const auto stated = parser_->content_length();
  if (stated.has_value() && *stated > bytes_max) {
    RefuseUnread(PlainAnswer(413, absl::StrCat("the body may have ", bytes_max, " bytes here")));
    return false;
  }
  parser_->body_limit(bytes_max);
  const size_t bytes = stated.has_value() ? static_cast<size_t>(*stated) : bytes_max;
  if (bytes <= kSmallBodyBytes) return true;
  charged_bytes_ = bytes;
  if ((load_->body_bytes += static_cast<int64_t>(bytes)) <= limits_.body_bytes) return true;
  HttpAnswer busy = PlainAnswer(503, "the server is reading all that it can; try again");
  busy.headers.emplace_back("retry-after", "1");
  RefuseUnread(std::move(busy));
  return false;
}

void Connection::SendContinue() {
  if (!beast::iequals(parser_->get()[http::field::expect], "100-continue")) {
    return RefuseUnread(PlainAnswer(417, "the header expect must be \"100-continue\""));
  }
  stream_.expires_after(limits_.body);
  asio::async_write(stream_, asio::buffer(kContinue, sizeof(kContinue) - 1),
                    [self = shared_from_this()](Error error, size_t) {
                      return error ? self->Close() : self->ReadBody();
                    });
}

void Connection::ReadBody() {
  stream_.expires_after(limits_.body);
  http::async_read(stream_, buffer_, *parser_,
                   [self = shared_from_this()](Error error, size_t) { self->OnBody(error); });
}

void Connection::OnBody(Error error) {
  if (error) {
    auto answer = AnswerTo(error);
    return answer.has_value() ? RefuseUnread(*std::move(answer)) : Close();
  }
  request_.body = std::move(parser_->get().body());
  parser_.reset();
  stream_.expires_never();
  auto exchange = std::make_shared<RequestExchange>(shared_from_this(), std::move(request_));
  request_ = HttpRequest();
  handler_->Handle(std::move(exchange));
}

HttpRequest Connection::TakeRequest() {
  const auto& message = parser_->get();
  HttpRequest request;
  request.verb = VerbOf(message.method());
  const beast::string_view target = message.target();
  const size_t mark = target.find('?');
  request.path = ToString(target.substr(0, mark));
  if (mark != beast::string_view::npos) request.query = ToString(target.substr(mark + 1));
  for (const auto& field : message) {
    request.headers.emplace_back(absl::AsciiStrToLower(ToString(field.name_string())),
                                 ToString(field.value()));
  }
  request.client_address = peer_address_;
  return request;
}

void Connection::RefuseUnread(HttpAnswer answer) {
  is_busy_ = true;
  keeps_alive_ = false;
  Send(std::move(answer));
}

std::string Connection::HeadOf(const HttpAnswer& answer, bool is_stream) const {
  std::string head = absl::StrCat("HTTP/1.1 ", answer.status, " ", ReasonOf(answer.status), "\r\n");
  AppendHeader("date",
               absl::FormatTime("%a, %d %b %Y %H:%M:%S GMT", absl::Now(), absl::UTCTimeZone()),
               &head);
  for (const auto& [name, value] : answer.headers) AppendHeader(name, value, &head);
  if (!keeps_alive_) AppendHeader("connection", "close", &head);
  if (is_stream && is_version_1_1_) AppendHeader("transfer-encoding", "chunked", &head);
  const bool has_no_body = answer.status == 204 || answer.status == 304;
  if (!is_stream && !has_no_body) {
    AppendHeader("content-length", absl::StrCat(answer.Body().size()), &head);
  }
  head.append("\r\n");
  return head;
}

void Connection::Send(HttpAnswer answer) {
  if (is_draining_) keeps_alive_ = false;
  answer_ = std::move(answer);
  head_ = HeadOf(answer_, false);
  const absl::string_view body = is_head_ ? absl::string_view() : answer_.Body();
  const std::array<asio::const_buffer, 2> buffers = {asio::buffer(head_),
                                                     asio::buffer(body.data(), body.size())};
  stream_.expires_after(limits_.send);
  asio::async_write(stream_, buffers,
                    [self = shared_from_this()](Error error, size_t) { self->OnSent(error); });
}

void Connection::OnSent(Error error) {
  answer_ = HttpAnswer();
  head_ = std::string();
  load_->body_bytes -= static_cast<int64_t>(std::exchange(charged_bytes_, 0));
  if (error || !keeps_alive_) return Close();
  GoOn();
}

void Connection::GoOn() {
  if (is_draining_) return Close();
  ReadHeader();
}

void Connection::Close() {
  is_gone_ = true;
  Error ignored;
  stream_.socket().shutdown(asio::socket_base::shutdown_send, ignored);
  stream_.close();
}

void Connection::StartStream(HttpAnswer head, absl::AnyInvocable<void() &&> gone) {
  if (!is_version_1_1_ || is_draining_) keeps_alive_ = false;
  gone_ = std::move(gone);
  is_gone_ = false;
  head_ = HeadOf(head, true);
  WatchForEnd();
  // At once: the first message may be long in coming.
  SendPiece([](bool) {});
}

void Connection::WatchForEnd() {
  stream_.socket().async_wait(
      asio::socket_base::wait_read, [self = shared_from_this()](Error error) {
        Error failed;
        const bool has_more = !error && self->stream_.socket().available(failed) > 0;
        // What comes now is the next request; it waits.
        if (error == asio::error::operation_aborted || (has_more && !failed)) return;
        self->is_gone_ = true;
        if (self->gone_) std::move(self->gone_)();
        self->gone_ = nullptr;
      });
}

void Connection::Write(std::string piece, Exchange::Written written) {
  if (is_gone_) return std::move(written)(false);
  if (is_sending_) {
    piece_ = std::move(piece);
    piece_written_ = std::move(written);
    return;
  }
  if (is_version_1_1_) {
    head_ = absl::StrCat(absl::Hex(piece.size()), "\r\n", piece, "\r\n");
  } else {
    head_ = std::move(piece);
  }
  SendPiece(std::move(written));
}

void Connection::SendPiece(Exchange::Written written) {
  is_sending_ = true;
  stream_.expires_after(limits_.send);
  asio::async_write(
      stream_, asio::buffer(head_),
      [self = shared_from_this(), written = std::move(written)](Error error, size_t) mutable {
        self->OnPieceSent(!error, std::move(written));
      });
}

void Connection::OnPieceSent(bool is_good, Exchange::Written written) {
  is_sending_ = false;
  head_.clear();
  stream_.expires_never();
  if (!is_good) is_gone_ = true;
  std::move(written)(is_good);
  if (piece_written_) Write(std::exchange(piece_, ""), std::exchange(piece_written_, nullptr));
}

void Connection::EndStream() {
  gone_ = nullptr;
  Error ignored;
  stream_.socket().cancel(ignored);  // the watch
  if (is_gone_) return Close();
  head_ = is_version_1_1_ ? "0\r\n\r\n" : "";
  SendPiece([self = shared_from_this()](bool is_good) {
    if (!is_good || !self->keeps_alive_) return self->Close();
    self->GoOn();
  });
}

}  // namespace milkway::gateway
