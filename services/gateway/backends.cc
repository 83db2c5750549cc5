#include "services/gateway/backends.h"

#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "clients/cpp/client_address.h"
#include "clients/cpp/identity_metadata.h"
#include "grpcpp/support/client_callback.h"
#include "grpcpp/support/slice.h"

namespace milkway::gateway {

namespace {

constexpr char kCaller[] = "service:gateway";
constexpr char kTraceMetadata[] = "traceparent";

void AddIfSaid(const char* key, const std::string& value, grpc::ClientContext* context) {
  if (!value.empty()) context->AddMetadata(key, clients::ToMetadata(value));
}

grpc::Status NoWay(const Method& method) {
  return {grpc::StatusCode::UNAVAILABLE,
          absl::StrCat("the ", method.service,
                       " service cannot be reached from here; try again in a moment")};
}

}  // namespace

// A unary call under way; deletes itself.
class Backends::Flight {
 public:
  Flight(Backends* backends, grpc::ByteBuffer request, Done done)
      : backends_(backends), request_(std::move(request)), done_(std::move(done)) {}

  static void Start(std::unique_ptr<Flight> flight, const Way& way, const Method& method,
                    const CallHead& head) {
    flight->backends_->Prepare(way, head, flight->context_.get());
    if (!flight->backends_->Begin(flight->context_)) {
      return std::move(flight->done_)(NoWay(method), {});
    }
    Flight* const own = flight.release();
    way.stub->UnaryCall(own->context_.get(), method.path, grpc::StubOptions(), &own->request_,
                        &own->response_,
                        [own](const grpc::Status& status) { own->Finish(status); });
  }

 private:
  void Finish(const grpc::Status& status) {
    const std::unique_ptr<Flight> owned(this);
    backends_->Finish(context_);
    std::move(done_)(status, response_);
  }

  Backends* const backends_;
  const Context context_ = std::make_shared<grpc::ClientContext>();
  const grpc::ByteBuffer request_;
  grpc::ByteBuffer response_;
  Done done_;
};

// Deleted by gRPC's OnDone and whoever has its handle, whichever comes last.
class Backends::StreamFlight final
    : public AnswerStream,
      public grpc::ClientBidiReactor<grpc::ByteBuffer, grpc::ByteBuffer>,
      public std::enable_shared_from_this<StreamFlight> {
 public:
  StreamFlight(Backends* backends, grpc::ByteBuffer request, std::shared_ptr<AnswerReader> reader)
      : backends_(backends), request_(std::move(request)), reader_(std::move(reader)) {}

  bool Start(const Way& way, const Method& method, const CallHead& head) {
    backends_->Prepare(way, head, context_.get());
    if (!backends_->Begin(context_)) return false;
    self_ = shared_from_this();
    way.stub->PrepareBidiStreamingCall(context_.get(), method.path, grpc::StubOptions(), this);
    StartWriteLast(&request_, grpc::WriteOptions());
    // Between two messages the reader asks for the next one from any thread.
    AddHold();
    StartCall();
    return true;
  }

  void Next() override {
    {
      absl::MutexLock lock(&mutex_);
      if (ended_) return;
    }
    response_.Clear();
    StartRead(&response_);
  }

  void Cancel() override { context_->TryCancel(); }

  void OnReadDone(bool is_good) override {
    if (is_good) return reader_->OnMessage(response_);
    {
      absl::MutexLock lock(&mutex_);
      ended_ = true;
    }
    RemoveHold();
  }

  void OnDone(const grpc::Status& status) override {
    const std::shared_ptr<StreamFlight> owned = std::move(self_);
    backends_->Finish(context_);
    const std::shared_ptr<AnswerReader> reader = std::move(reader_);
    reader->OnEnd(status);
  }

 private:
  Backends* const backends_;
  const Context context_ = std::make_shared<grpc::ClientContext>();
  const grpc::ByteBuffer request_;
  grpc::ByteBuffer response_;
  std::shared_ptr<AnswerReader> reader_;
  std::shared_ptr<StreamFlight> self_;
  absl::Mutex mutex_;
  bool ended_ ABSL_GUARDED_BY(mutex_) = false;
};

Backends::Backends(const std::map<std::string, clients::ServiceChannel>& ways) {
  for (const auto& [name, way] : ways) {
    if (way.channel() == nullptr) continue;
    ways_[name] = {std::make_unique<grpc::GenericStub>(way.channel()),
                   way.OptionsFor(kCaller).process_key};
  }
}

void Backends::Call(const Method& method, const CallHead& head, grpc::ByteBuffer request,
                    Done done) {
  const Way* const way = WayTo(method);
  if (way == nullptr) return std::move(done)(NoWay(method), {});
  Flight::Start(std::make_unique<Flight>(this, std::move(request), std::move(done)), *way, method,
                head);
}

std::shared_ptr<AnswerStream> Backends::CallForStream(const Method& method, const CallHead& head,
                                                      grpc::ByteBuffer request,
                                                      std::shared_ptr<AnswerReader> reader) {
  const Way* const way = WayTo(method);
  auto flight = std::make_shared<StreamFlight>(this, std::move(request), reader);
  if (way == nullptr || !flight->Start(*way, method, head)) {
    reader->OnEnd(NoWay(method));
    return nullptr;
  }
  return flight;
}

void Backends::Close() {
  std::vector<Context> under_way;
  {
    absl::MutexLock lock(&mutex_);
    closed_ = true;
    under_way.assign(under_way_.begin(), under_way_.end());
  }
  for (const Context& context : under_way) context->TryCancel();
}

const Backends::Way* Backends::WayTo(const Method& method) const {
  const auto way = ways_.find(method.service);
  return way == ways_.end() ? nullptr : &way->second;
}

void Backends::Prepare(const Way& way, const CallHead& head, grpc::ClientContext* context) const {
  if (head.deadline != absl::InfiniteFuture()) {
    context->set_deadline(absl::ToChronoTime(head.deadline));
  }
  // Visible ASCII and spaces, as whoever fills it in has seen to.
  if (!head.authorization.empty()) {
    context->AddMetadata(clients::kAuthorizationMetadata, head.authorization);
  }
  AddIfSaid(clients::kDevelopmentMetadata, head.development_caller, context);
  AddIfSaid(clients::kClientAddressMetadata, head.client_address, context);
  AddIfSaid(clients::kProcessKeyMetadata, way.process_key, context);
  AddIfSaid(kTraceMetadata, head.traceparent, context);
}

bool Backends::Begin(const Context& context) {
  absl::MutexLock lock(&mutex_);
  if (closed_) return false;
  under_way_.insert(context);
  return true;
}

void Backends::Finish(const Context& context) {
  absl::MutexLock lock(&mutex_);
  under_way_.erase(context);
}

grpc::ByteBuffer ToByteBuffer(std::string bytes) {
  auto* const kept = new std::string(std::move(bytes));
  const grpc::Slice slice(
      kept->data(), kept->size(), [](void* owned) { delete static_cast<std::string*>(owned); },
      kept);
  return {&slice, 1};
}

std::string ToString(const grpc::ByteBuffer& bytes) {
  std::vector<grpc::Slice> slices;
  std::string joined;
  if (!bytes.Valid() || !bytes.Dump(&slices).ok()) return joined;
  joined.reserve(bytes.Length());
  for (const grpc::Slice& slice : slices) {
    joined.append(reinterpret_cast<const char*>(slice.begin()), slice.size());
  }
  return joined;
}

}  // namespace milkway::gateway
