#include "services/gateway/connect_handler.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "absl/time/clock.h"
#include "clients/cpp/status.h"
#include "grpcpp/alarm.h"
#include "grpcpp/support/proto_buffer_reader.h"
#include "services/gateway/connect_error.h"
#include "services/gateway/connect_stream.h"
#include "services/gateway/gzip.h"
#include "services/runtime/errors.h"
#include "services/runtime/transport/server_limits.h"

namespace milkway::gateway {

namespace {

constexpr absl::string_view kBearer = "Bearer ";
// Below it gzip saves less than a packet.
constexpr size_t kPackAtBytes = 1'024;
// What a service says of a token whose key it has not heard of: it asks every 5 seconds.
constexpr char kTokenInvalid[] = "TOKEN_INVALID";
constexpr absl::Duration kKeyPause = absl::Milliseconds(500);
constexpr int kKeyPauses = 14;

}  // namespace

struct ConnectHandler::Call {
  const Method* method = nullptr;
  std::shared_ptr<Exchange> exchange;
  Encoding encoding = Encoding::kJson;
  bool may_pack = false;
  Render render;  // null: as `encoding` says
  CallHead head;
  grpc::ByteBuffer request;
  std::optional<std::string> session;  // its cookie, while there may be another token
  int patience = kKeyPauses;
  std::unique_ptr<grpc::Alarm> alarm;
};

void ConnectHandler::Handle(const Method& method, std::shared_ptr<Exchange> exchange) const {
  absl::StatusOr<ConnectRequest> parsed =
      ParseConnect(method, runtime::kMessageBytesMax, &exchange->request());
  // Where it is not known how a stream would be encoded, a refusal is that of a unary call.
  if (!parsed.ok()) return exchange->Answer(ErrorAnswer(codec_, parsed.status()));
  auto call = std::make_shared<Call>();
  call->method = &method;
  call->encoding = parsed->encoding;
  call->may_pack = parsed->may_pack;
  call->exchange = std::move(exchange);
  const absl::Duration wait = parsed->wait;
  absl::StatusOr<std::string> message = MessageOf(method, *std::move(parsed));
  if (!message.ok()) return Refuse(*call, ToGrpc(message.status()));
  call->request = ToByteBuffer(*std::move(message));
  Identify(std::move(call), wait);
}

void ConnectHandler::CallFor(const Method& method, std::string message,
                             std::shared_ptr<Exchange> exchange, Render render) const {
  auto call = std::make_shared<Call>();
  call->method = &method;
  call->render = std::move(render);
  call->exchange = std::move(exchange);
  call->request = ToByteBuffer(std::move(message));
  Identify(std::move(call), kUnaryWaitMax);
}

void ConnectHandler::Identify(std::shared_ptr<Call> call, absl::Duration wait) const {
  const absl::Time deadline = absl::Now() + wait;
  call->session = callers_.SessionOf(call->exchange->request());
  callers_.Identify(call->exchange->request(),
                    [this, call, deadline](absl::StatusOr<CallHead> head) {
                      if (!head.ok()) return Refuse(*call, runtime::ToGrpcStatus(head.status()));
                      call->head = *std::move(head);
                      call->head.deadline = deadline;
                      Start(call);
                    });
}

absl::StatusOr<std::string> ConnectHandler::MessageOf(const Method& method,
                                                      ConnectRequest request) const {
  if (method.takes_stream) {
    return absl::UnimplementedError(
        "this method takes a stream of messages; call it by gRPC, or send them one by one");
  }
  if (request.encoding == Encoding::kProto) return std::move(request.message);
  return codec_.ToBinary(method.request_url, request.message);
}

void ConnectHandler::Start(const std::shared_ptr<Call>& call) const {
  if (absl::Now() >= call->head.deadline) {
    return Refuse(*call, {grpc::StatusCode::DEADLINE_EXCEEDED,
                          "the time that connect-timeout-ms gives is over; give more"});
  }
  if (!call->method->gives_stream) return CallUnary(call);
  StartConnectStream(*call->method, call->head, std::move(call->request), call->encoding,
                     call->may_pack, codec_, &backends_, call->exchange);
}

void ConnectHandler::Refuse(const Call& call, const grpc::Status& status) const {
  if (!call.method->gives_stream) return call.exchange->Answer(ErrorAnswer(codec_, status));
  RefuseStream(codec_, call.encoding, status, call.exchange.get());
}

void ConnectHandler::CallUnary(std::shared_ptr<Call> call) const {
  // The slices are shared; the message is not copied.
  backends_.Call(*call->method, call->head, call->request,
                 [this, call](const grpc::Status& status, const grpc::ByteBuffer& answer) {
                   OnUnaryDone(call, status, answer);
                 });
}

void ConnectHandler::OnUnaryDone(const std::shared_ptr<Call>& call, const grpc::Status& status,
                                 const grpc::ByteBuffer& answer) const {
  if (status.ok()) return Answer(*call, answer);
  if (TryAgain(call, status)) return;
  call->exchange->Answer(ErrorAnswer(codec_, status));
}

bool ConnectHandler::TryAgain(const std::shared_ptr<Call>& call,
                              const grpc::Status& refusal) const {
  if (refusal.error_code() != grpc::StatusCode::UNAUTHENTICATED || !call->session.has_value()) {
    return false;
  }
  const std::string reason = runtime::PartsOf(clients::FromGrpcStatus(refusal)).reason;
  if (reason == kTokenInvalid && call->patience > 0) {
    --call->patience;
    call->alarm = std::make_unique<grpc::Alarm>();
    call->alarm->Set(absl::ToChronoTime(absl::Now() + kKeyPause), [this, call](bool) {
      // The alarm keeps what it calls, and so the call that keeps it.
      const std::unique_ptr<grpc::Alarm> rung = std::move(call->alarm);
      CallUnary(call);
    });
    return true;
  }
  const std::string cookie = *std::exchange(call->session, std::nullopt);
  const std::string refused(absl::StripPrefix(call->head.authorization, kBearer));
  sessions_.AnotherToken(
      cookie, call->head.client_address, refused, [this, call](absl::StatusOr<std::string> token) {
        if (!token.ok()) {
          return call->exchange->Answer(ErrorAnswer(codec_, runtime::ToGrpcStatus(token.status())));
        }
        call->head.authorization = absl::StrCat(kBearer, *token);
        CallUnary(call);
      });
  return true;
}

void ConnectHandler::Answer(const Call& call, const grpc::ByteBuffer& answer) const {
  if (call.render != nullptr) {
    absl::StatusOr<HttpAnswer> rendered = call.render(answer);
    if (!rendered.ok()) return call.exchange->Answer(ErrorAnswer(codec_, rendered.status()));
    return call.exchange->Answer(*std::move(rendered));
  }
  HttpAnswer http;
  if (call.encoding == Encoding::kProto) {
    http.body = ToString(answer);
  } else {
    grpc::ByteBuffer bytes = answer;
    grpc::ProtoBufferReader reader(&bytes);
    absl::StatusOr<std::string> json = codec_.ToJson(call.method->response_url, &reader);
    if (!json.ok()) return call.exchange->Answer(ErrorAnswer(codec_, json.status()));
    http.body = *std::move(json);
  }
  http.headers = {{"content-type", ContentTypeOf(call.encoding, false)},
                  {"cache-control", "no-store"},
                  {"vary", "accept-encoding"}};
  if (call.may_pack && http.body.size() >= kPackAtBytes) {
    http.body = Gzip(http.body);
    http.headers.emplace_back("content-encoding", "gzip");
  }
  call.exchange->Answer(std::move(http));
}

}  // namespace milkway::gateway
