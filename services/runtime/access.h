// Who may call what: the policies stated in the protos, enforced.

#ifndef MILKWAY_SERVICES_RUNTIME_ACCESS_H_
#define MILKWAY_SERVICES_RUNTIME_ACCESS_H_

#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "google/protobuf/descriptor.h"
#include "google/protobuf/message.h"
#include "grpcpp/server_context.h"
#include "services/runtime/call.h"

namespace milkway::runtime {

// How callers prove who they are.
enum class Authentication {
  kNone,                // nobody can: every call is UNAUTHENTICATED
  kDevelopmentHeader,  // x-milkway-dev-caller: "<role>[:<id>[:<scope>,…]]", loopback only
};

inline constexpr char kDevelopmentHeader[] = "x-milkway-dev-caller";

// Thread-safe once built.
class Access {
 public:
  // FAILED_PRECONDITION naming the methods that state no policy, or whose
  // scope_field is not a string field of their request. Every request type must
  // belong to one method only.
  static absl::StatusOr<Access> Build(
      Authentication authentication,
      const std::vector<const google::protobuf::ServiceDescriptor*>& services);

  // UNAUTHENTICATED if the caller is not known.
  absl::StatusOr<Caller> Identify(const grpc::CallbackServerContext& context) const;

  // PERMISSION_DENIED if the method of `request_type` is not open to the role.
  // Says nothing about whether what was asked for exists.
  absl::Status CheckRole(const Caller& caller,
                         const google::protobuf::Descriptor* request_type) const;

  // PERMISSION_DENIED if the request's scope field is outside the caller's scopes.
  absl::Status CheckScope(const Caller& caller, const google::protobuf::Message& request) const;

  // "milkway.inventory.v1.StockService/GetStockCard", for logs and metrics.
  const std::string& MethodOf(const google::protobuf::Descriptor* request_type) const;

 private:
  struct Policy {
    std::string method;
    uint32_t role_bits = 0;
    std::vector<const google::protobuf::FieldDescriptor*> scope_path;
  };

  Authentication authentication_ = Authentication::kNone;
  absl::flat_hash_map<const google::protobuf::Descriptor*, Policy> policies_;
};

}  // namespace milkway::runtime

#endif  // MILKWAY_SERVICES_RUNTIME_ACCESS_H_
