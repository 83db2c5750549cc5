// The services behind the gateway, called by the names of their methods.

#ifndef MILKWAY_SERVICES_GATEWAY_BACKENDS_H_
#define MILKWAY_SERVICES_GATEWAY_BACKENDS_H_

#include <map>
#include <memory>
#include <string>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_set.h"
#include "absl/functional/any_invocable.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "clients/cpp/service_channel.h"
#include "grpcpp/client_context.h"
#include "grpcpp/generic/generic_stub.h"
#include "grpcpp/support/byte_buffer.h"
#include "services/gateway/method_table.h"

namespace milkway::gateway {

// What a call says of whoever makes it; what is empty is not said.
struct CallHead {
  std::string authorization;       // "Bearer <access token>", visible ASCII and spaces
  std::string development_caller;  // as clients::kDevelopmentMetadata
  std::string client_address;      // "203.0.113.7"
  std::string traceparent;         // as W3C Trace Context
  absl::Time deadline = absl::InfiniteFuture();
};

// A call whose answer comes in messages. They come one at a time: the next one is fetched
// when the last one was dealt with.
class AnswerReader {
 public:
  virtual ~AnswerReader() = default;
  // On a gRPC thread. Next must be called for each message, then or later.
  virtual void OnMessage(const grpc::ByteBuffer& message) = 0;
  // Once, after the last message.
  virtual void OnEnd(const grpc::Status& status) = 0;
};

// The answer of one stream.
class AnswerStream {
 public:
  virtual ~AnswerStream() = default;
  virtual void Next() = 0;
  virtual void Cancel() = 0;
};

// Thread-safe.
class Backends {
 public:
  // On a gRPC thread, once.
  using Done = absl::AnyInvocable<void(const grpc::Status&, const grpc::ByteBuffer&) &&>;

  // The way to each service by its name, "inventory".
  explicit Backends(const std::map<std::string, clients::ServiceChannel>& ways);
  // Nothing must be under way.
  ~Backends() = default;

  // UNAVAILABLE if there is no way to the method's service, or after Close.
  void Call(const Method& method, const CallHead& head, grpc::ByteBuffer request, Done done);

  // The same of a method that answers in messages; `reader` is kept until OnEnd. Ask for
  // the first message by Next.
  std::shared_ptr<AnswerStream> CallForStream(const Method& method, const CallHead& head,
                                              grpc::ByteBuffer request,
                                              std::shared_ptr<AnswerReader> reader);

  // Cancels what is under way, and starts nothing any more.
  void Close();

 private:
  class Flight;
  class StreamFlight;
  // Shared, for whoever cancels all calls must not wait for one that ends just then.
  using Context = std::shared_ptr<grpc::ClientContext>;

  struct Way {
    std::unique_ptr<grpc::GenericStub> stub;
    std::string process_key;
  };

  // Null if nothing can be started.
  const Way* WayTo(const Method& method) const;
  void Prepare(const Way& way, const CallHead& head, grpc::ClientContext* context) const;
  // False after Close.
  bool Begin(const Context& context);
  void Finish(const Context& context);

  std::map<std::string, Way> ways_;
  absl::Mutex mutex_;
  bool closed_ ABSL_GUARDED_BY(mutex_) = false;
  absl::flat_hash_set<Context> under_way_ ABSL_GUARDED_BY(mutex_);
};

// Bytes for gRPC, without a copy.
grpc::ByteBuffer ToByteBuffer(std::string bytes);
// The bytes in one piece.
std::string ToString(const grpc::ByteBuffer& bytes);

}  // namespace milkway::gateway

#endif  // MILKWAY_SERVICES_GATEWAY_BACKENDS_H_
