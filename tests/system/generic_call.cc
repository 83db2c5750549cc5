#include "tests/system/generic_call.h"

#include <chrono>
#include <thread>

#include "absl/strings/str_cat.h"
#include "grpcpp/client_context.h"
#include "grpcpp/completion_queue.h"
#include "grpcpp/generic/generic_stub.h"
#include "grpcpp/support/byte_buffer.h"
#include "grpcpp/support/proto_buffer_reader.h"
#include "grpcpp/support/slice.h"

namespace milkway::testing {

namespace {

using google::protobuf::Message;

constexpr std::chrono::seconds kUnaryPatience{20};
constexpr std::chrono::seconds kStreamPatience{30};
constexpr std::chrono::milliseconds kUntilUnderWay{300};

grpc::ByteBuffer BytesOf(const Message& message) {
  const grpc::Slice slice(message.SerializeAsString());
  return {&slice, 1};
}

// One step of a call, waited for. False if it did not succeed.
template <typename Step>
bool Await(grpc::CompletionQueue* queue, Step step) {
  step(nullptr);
  void* tag = nullptr;
  bool is_good = false;
  queue->Next(&tag, &is_good);
  return is_good;
}

}  // namespace

std::unique_ptr<Message> NewMessage(const google::protobuf::Descriptor& type) {
  return std::unique_ptr<Message>(
      google::protobuf::MessageFactory::generated_factory()->GetPrototype(&type)->New());
}

GenericAnswer CallMethod(const std::shared_ptr<grpc::Channel>& channel,
                         const google::protobuf::MethodDescriptor& method, const Message& request,
                         const Metadata& metadata, int patience_ms) {
  grpc::GenericStub stub(channel);
  grpc::ClientContext context;
  const bool is_stream = method.server_streaming();
  context.set_deadline(std::chrono::system_clock::now() +
                       (is_stream ? std::chrono::milliseconds(patience_ms)
                                  : std::chrono::milliseconds(kUnaryPatience)));
  for (const auto& [key, value] : metadata) context.AddMetadata(key, value);
  grpc::CompletionQueue queue;
  const auto call = stub.PrepareCall(
      &context, absl::StrCat("/", method.service()->full_name(), "/", method.name()), &queue);
  GenericAnswer answer;
  Await(&queue, [&](void* tag) { call->StartCall(tag); });
  Await(&queue, [&](void* tag) { call->WriteLast(BytesOf(request), grpc::WriteOptions(), tag); });
  grpc::ByteBuffer bytes;
  if (Await(&queue, [&](void* tag) { call->Read(&bytes, tag); })) {
    answer.message = NewMessage(*method.output_type());
    grpc::ProtoBufferReader reader(&bytes);
    answer.message->ParseFromZeroCopyStream(&reader);
    if (is_stream) context.TryCancel();
  }
  Await(&queue, [&](void* tag) { call->Finish(&answer.status, tag); });
  // It said something before it was left: it was under way.
  if (is_stream && answer.message != nullptr) answer.status = grpc::Status();
  queue.Shutdown();
  void* tag = nullptr;
  bool is_good = false;
  while (queue.Next(&tag, &is_good)) {
  }
  return answer;
}

grpc::Status ReadToTheEnd(const std::shared_ptr<grpc::Channel>& channel,
                          const google::protobuf::MethodDescriptor& method, const Message& request,
                          const Metadata& metadata, absl::FunctionRef<void()> meanwhile) {
  grpc::GenericStub stub(channel);
  grpc::ClientContext context;
  context.set_deadline(std::chrono::system_clock::now() + kStreamPatience);
  for (const auto& [key, value] : metadata) context.AddMetadata(key, value);
  grpc::CompletionQueue queue;
  const auto call = stub.PrepareCall(
      &context, absl::StrCat("/", method.service()->full_name(), "/", method.name()), &queue);
  Await(&queue, [&](void* tag) { call->StartCall(tag); });
  Await(&queue, [&](void* tag) { call->WriteLast(BytesOf(request), grpc::WriteOptions(), tag); });
  std::this_thread::sleep_for(kUntilUnderWay);
  meanwhile();
  grpc::ByteBuffer bytes;
  while (Await(&queue, [&](void* tag) { call->Read(&bytes, tag); })) {
  }
  grpc::Status status;
  Await(&queue, [&](void* tag) { call->Finish(&status, tag); });
  queue.Shutdown();
  void* tag = nullptr;
  bool is_good = false;
  while (queue.Next(&tag, &is_good)) {
  }
  return status;
}

}  // namespace milkway::testing
