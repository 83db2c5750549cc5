#include "services/gateway/connect_stream.h"

#include <string>
#include <utility>

#include "absl/base/thread_annotations.h"
#include "absl/strings/str_cat.h"
#include "absl/synchronization/mutex.h"
#include "grpcpp/support/proto_buffer_reader.h"
#include "services/gateway/connect_error.h"
#include "services/gateway/envelope.h"
#include "services/gateway/gzip.h"

namespace milkway::gateway {

namespace {

constexpr size_t kPackAtBytes = 1'024;

HttpAnswer StreamHead(Encoding encoding, bool is_packed) {
  HttpAnswer head;
  head.headers = {{"content-type", ContentTypeOf(encoding, true)}, {"cache-control", "no-store"}};
  if (is_packed) head.headers.emplace_back("connect-content-encoding", "gzip");
  return head;
}

std::string LastEnvelope(const JsonCodec& codec, const grpc::Status& status) {
  if (status.ok()) return MakeEnvelope(kEndFlag, "{}");
  return MakeEnvelope(kEndFlag, absl::StrCat("{\"error\":", ErrorJson(codec, status), "}"));
}

// The client, as the call's reader.
class StreamToClient final : public AnswerReader,
                             public std::enable_shared_from_this<StreamToClient> {
 public:
  StreamToClient(const Method& method, Encoding encoding, bool may_pack, const JsonCodec& codec,
                 std::shared_ptr<Exchange> exchange)
      : response_url_(method.response_url),
        encoding_(encoding),
        may_pack_(may_pack),
        codec_(codec),
        exchange_(std::move(exchange)) {}

  // The call has begun; null if it could not.
  void Begin(std::shared_ptr<AnswerStream> stream) {
    if (stream == nullptr) return;
    bool is_gone = false;
    {
      absl::MutexLock lock(&mutex_);
      stream_ = stream;
      is_gone = is_gone_;
    }
    if (is_gone) stream->Cancel();
    stream->Next();
  }

  void SendHead() {
    exchange_->StartStream(StreamHead(encoding_, may_pack_),
                           [self = shared_from_this()] { self->OnGone(); });
  }

  void OnMessage(const grpc::ByteBuffer& message) override {
    std::string body = ToString(message);
    if (encoding_ == Encoding::kJson) {
      absl::StatusOr<std::string> json = codec_.ToJson(response_url_, absl::string_view(body));
      // The call ends with the client's last envelope saying so.
      if (!json.ok()) return Fail(ToGrpc(json.status()));
      body = *std::move(json);
    }
    const bool is_packed = may_pack_ && body.size() >= kPackAtBytes;
    exchange_->Write(MakeEnvelope(is_packed ? kPackedFlag : 0, is_packed ? Gzip(body) : body),
                     [self = shared_from_this()](bool is_good) {
                       if (!is_good) self->OnGone();
                       self->Next();
                     });
  }

  void OnEnd(const grpc::Status& status) override {
    {
      absl::MutexLock lock(&mutex_);
      stream_.reset();
      if (failure_.ok()) failure_ = status;
    }
    exchange_->Write(LastEnvelope(codec_, failure_),
                     [self = shared_from_this()](bool) { self->exchange_->End(); });
  }

 private:
  std::shared_ptr<AnswerStream> Stream() {
    absl::MutexLock lock(&mutex_);
    return stream_;
  }

  void Next() {
    if (const auto stream = Stream()) stream->Next();
  }

  void OnGone() {
    {
      absl::MutexLock lock(&mutex_);
      is_gone_ = true;
    }
    if (const auto stream = Stream()) stream->Cancel();
  }

  void Fail(const grpc::Status& status) {
    {
      absl::MutexLock lock(&mutex_);
      failure_ = status;
    }
    OnGone();
    Next();
  }

  const std::string response_url_;
  const Encoding encoding_;
  const bool may_pack_;
  const JsonCodec& codec_;
  const std::shared_ptr<Exchange> exchange_;
  absl::Mutex mutex_;
  bool is_gone_ ABSL_GUARDED_BY(mutex_) = false;
  std::shared_ptr<AnswerStream> stream_ ABSL_GUARDED_BY(mutex_);
  grpc::Status failure_;
};

}  // namespace

void StartConnectStream(const Method& method, const CallHead& head, grpc::ByteBuffer request,
                        Encoding encoding, bool may_pack, const JsonCodec& codec,
                        Backends* backends, std::shared_ptr<Exchange> exchange) {
  auto client =
      std::make_shared<StreamToClient>(method, encoding, may_pack, codec, std::move(exchange));
  client->SendHead();
  client->Begin(backends->CallForStream(method, head, std::move(request), client));
}

void RefuseStream(const JsonCodec& codec, Encoding encoding, const grpc::Status& status,
                  Exchange* exchange) {
  HttpAnswer answer = StreamHead(encoding, false);
  answer.body = LastEnvelope(codec, status);
  exchange->Answer(std::move(answer));
}

}  // namespace milkway::gateway
