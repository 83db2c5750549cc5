// Calling any method, unary or streaming, with any metadata.

#ifndef MILKWAY_TESTS_SYSTEM_GENERIC_CALL_H_
#define MILKWAY_TESTS_SYSTEM_GENERIC_CALL_H_

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/functional/function_ref.h"
#include "google/protobuf/descriptor.h"
#include "google/protobuf/message.h"
#include "grpcpp/channel.h"
#include "grpcpp/support/status.h"

namespace milkway::testing {

using Metadata = std::vector<std::pair<std::string, std::string>>;

struct GenericAnswer {
  grpc::Status status;
  // The first message that was answered; null if there was none.
  std::unique_ptr<google::protobuf::Message> message;
};

// Waits for the end of a unary call, and for the first message of a stream; a stream that
// says nothing for `patience_ms` is left, with DEADLINE_EXCEEDED.
GenericAnswer CallMethod(const std::shared_ptr<grpc::Channel>& channel,
                         const google::protobuf::MethodDescriptor& method,
                         const google::protobuf::Message& request, const Metadata& metadata,
                         int patience_ms = 400);

// Reads a stream to its end, for at most 30 s; once it is under way `meanwhile` is called.
grpc::Status ReadToTheEnd(const std::shared_ptr<grpc::Channel>& channel,
                          const google::protobuf::MethodDescriptor& method,
                          const google::protobuf::Message& request, const Metadata& metadata,
                          absl::FunctionRef<void()> meanwhile);

// An empty message of a generated type.
std::unique_ptr<google::protobuf::Message> NewMessage(const google::protobuf::Descriptor& type);

}  // namespace milkway::testing

#endif  // MILKWAY_TESTS_SYSTEM_GENERIC_CALL_H_
