#include "tests/support/unreliable_link.h"

#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "grpcpp/client_context.h"
#include "grpcpp/generic/generic_stub.h"
#include "grpcpp/server_builder.h"

namespace milkway::testing {

namespace {

// Headers that gRPC makes by itself are not passed on.
constexpr char kOwnHeaders[] = "x-";

grpc::Status Lost() { return grpc::Status(grpc::StatusCode::UNAVAILABLE, "the line is dead"); }

}  // namespace

// One call on its way. Deletes itself at its end.
class UnreliableLink::Forwarded final : public grpc::ServerGenericBidiReactor {
 public:
  Forwarded(UnreliableLink* link, grpc::GenericCallbackServerContext* context)
      : link_(*link),
        method_(context->method()),
        fate_(link->FateOf(method_)),
        target_(link->target()) {
    for (const auto& [name, value] : context->client_metadata()) {
      if (!absl::StartsWith(absl::string_view(name.data(), name.size()), kOwnHeaders)) continue;
      onward_.AddMetadata(std::string(name.data(), name.size()),
                          std::string(value.data(), value.size()));
    }
    onward_.set_deadline(context->deadline());
    StartRead(&request_);
  }

  void OnReadDone(bool ok) override {
    if (!ok || target_ == nullptr) return Finish(Lost());
    link_.Show(method_, request_);
    if (fate_ == Loss::kRequest) return Finish(link_.LoseCall());
    stub_ = std::make_unique<grpc::GenericStub>(target_);
    stub_->UnaryCall(&onward_, method_, grpc::StubOptions(), &request_, &response_,
                     [this](const grpc::Status& status) { Answer(status); });
  }

  void OnDone() override { delete this; }

 private:
  void Answer(const grpc::Status& status) {
    if (fate_ == Loss::kAnswer) return Finish(link_.LoseCall());
    if (!status.ok()) return Finish(status);
    link_.Show(method_, response_);
    StartWriteAndFinish(&response_, grpc::WriteOptions(), status);
  }

  UnreliableLink& link_;
  const std::string method_;
  const Loss fate_;
  const std::shared_ptr<grpc::Channel> target_;
  grpc::ClientContext onward_;
  std::unique_ptr<grpc::GenericStub> stub_;
  grpc::ByteBuffer request_;
  grpc::ByteBuffer response_;
};

class UnreliableLink::Forwarder final : public grpc::CallbackGenericService {
 public:
  explicit Forwarder(UnreliableLink* link) : link_(link) {}

  grpc::ServerGenericBidiReactor* CreateReactor(
      grpc::GenericCallbackServerContext* context) override {
    return new Forwarded(link_, context);
  }

 private:
  UnreliableLink* const link_;
};

UnreliableLink::UnreliableLink() : forwarder_(std::make_unique<Forwarder>(this)) {
  grpc::ServerBuilder builder;
  builder.RegisterCallbackGenericService(forwarder_.get());
  server_ = builder.BuildAndStart();
  channel_ = server_->InProcessChannel(grpc::ChannelArguments());
}

UnreliableLink::~UnreliableLink() { server_->Shutdown(); }

void UnreliableLink::Connect(std::shared_ptr<grpc::Channel> target) {
  absl::MutexLock lock(&mutex_);
  target_ = std::move(target);
}

void UnreliableLink::ShowTo(Onlooker onlooker) {
  absl::MutexLock lock(&mutex_);
  onlooker_ = std::move(onlooker);
}

void UnreliableLink::Show(const std::string& method, const grpc::ByteBuffer& message) const {
  absl::MutexLock lock(&mutex_);
  if (onlooker_ == nullptr) return;
  std::vector<grpc::Slice> slices;
  if (!message.Dump(&slices).ok()) return;
  std::string bytes;
  for (const grpc::Slice& slice : slices) {
    bytes.append(reinterpret_cast<const char*>(slice.begin()), slice.size());
  }
  onlooker_(method, bytes);
}

void UnreliableLink::Lose(Loss loss, const std::string& method, grpc::StatusCode code) {
  absl::MutexLock lock(&mutex_);
  loss_ = loss;
  method_ = method;
  code_ = code;
  has_lost_ = false;
}

void UnreliableLink::AwaitLoss() {
  absl::MutexLock lock(&mutex_);
  mutex_.Await(absl::Condition(&has_lost_));
}

UnreliableLink::Loss UnreliableLink::FateOf(const std::string& method) const {
  absl::MutexLock lock(&mutex_);
  return absl::EndsWith(method, absl::StrCat("/", method_)) ? loss_ : Loss::kNone;
}

grpc::Status UnreliableLink::LoseCall() {
  absl::MutexLock lock(&mutex_);
  has_lost_ = true;
  return grpc::Status(code_, "the line is dead");
}

std::shared_ptr<grpc::Channel> UnreliableLink::target() const {
  absl::MutexLock lock(&mutex_);
  return target_;
}

}  // namespace milkway::testing
