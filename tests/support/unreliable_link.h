// The way between two services, which can lose what is sent over it.

#ifndef MILKWAY_TESTS_SUPPORT_UNRELIABLE_LINK_H_
#define MILKWAY_TESTS_SUPPORT_UNRELIABLE_LINK_H_

#include <functional>
#include <memory>
#include <string>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "grpcpp/channel.h"
#include "grpcpp/generic/async_generic_service.h"
#include "grpcpp/server.h"
#include "grpcpp/support/byte_buffer.h"

namespace milkway::testing {

// Passes every unary call of any service on to a channel. What is lost is UNAVAILABLE
// for the caller, or another error, and the caller cannot tell whether it arrived.
// Thread-safe.
class UnreliableLink {
 public:
  enum class Loss {
    kNone,
    kRequest,  // it never arrives
    kAnswer,   // it arrives and is done, but the caller does not hear of it
  };

  UnreliableLink();
  // Waits for the calls under way.
  ~UnreliableLink();

  // What callers use, over every change of where it leads.
  std::shared_ptr<grpc::Channel> channel() const { return channel_; }

  // Where the link leads from now on; null: nobody is there.
  void Connect(std::shared_ptr<grpc::Channel> target);

  // From now on shows every request and answer that passes, in its bytes, on some thread.
  using Onlooker = std::function<void(const std::string& method, const std::string& bytes)>;
  void ShowTo(Onlooker onlooker);

  // From now on loses the requests or the answers of `method` ("BatchPost"), and says
  // `code` instead.
  void Lose(Loss loss, const std::string& method,
            grpc::StatusCode code = grpc::StatusCode::UNAVAILABLE);
  void LoseNothing() { Lose(Loss::kNone, ""); }
  // Waits until a call was lost since Lose was called.
  void AwaitLoss();

 private:
  class Forwarder;
  class Forwarded;

  // What is to happen with a call of `method`, "/milkway.x.v1.Y/BatchPost".
  Loss FateOf(const std::string& method) const;
  void Show(const std::string& method, const grpc::ByteBuffer& message) const;
  // Counts it, and gives what the caller is told.
  grpc::Status LoseCall();
  std::shared_ptr<grpc::Channel> target() const;

  mutable absl::Mutex mutex_;
  std::shared_ptr<grpc::Channel> target_ ABSL_GUARDED_BY(mutex_);
  Onlooker onlooker_ ABSL_GUARDED_BY(mutex_);
  Loss loss_ ABSL_GUARDED_BY(mutex_) = Loss::kNone;
  std::string method_ ABSL_GUARDED_BY(mutex_);
  grpc::StatusCode code_ ABSL_GUARDED_BY(mutex_) = grpc::StatusCode::UNAVAILABLE;
  bool has_lost_ ABSL_GUARDED_BY(mutex_) = false;

  std::unique_ptr<grpc::CallbackGenericService> forwarder_;
  std::unique_ptr<grpc::Server> server_;
  std::shared_ptr<grpc::Channel> channel_;
};

}  // namespace milkway::testing

#endif  // MILKWAY_TESTS_SUPPORT_UNRELIABLE_LINK_H_
