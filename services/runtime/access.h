// Who may call what: the policies stated in the protos, enforced.

#ifndef MILKWAY_SERVICES_RUNTIME_ACCESS_H_
#define MILKWAY_SERVICES_RUNTIME_ACCESS_H_

#include <cstdint>
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
  kNone,               // nobody can: every call is UNAUTHENTICATED
  kDevelopmentHeader,  // whoever the header kDevelopmentHeader says, loopback only
};

// "<role>[:<id>[:<scope>,…]]", with a role as "school_contact"; id and scopes are
// empty where they are left out. No part holds a ":", no scope a ",". At most 1,024
// bytes.
inline constexpr char kDevelopmentHeader[] = "x-milkway-dev-caller";

// Thread-safe once built.
class Access {
 public:
  // FAILED_PRECONDITION naming the methods that state no policy, or are open and name
  // roles, or whose scope_field is not a string field of their request (outside of repeated
  // fields), or that share their request type with another method.
  static absl::StatusOr<Access> Build(
      Authentication authentication,
      const std::vector<const google::protobuf::ServiceDescriptor*>& services);

  // UNAUTHENTICATED (CALLER_UNKNOWN) if the caller is not known. For an open method,
  // somebody who does not say who he is has the role ROLE_UNSPECIFIED.
  absl::StatusOr<Caller> Identify(const grpc::CallbackServerContext& context,
                                  const google::protobuf::Descriptor* request_type) const;

  // The methods below take requests of the services that Build was given; any
  // other request ends the program.

  // PERMISSION_DENIED if the method of `request_type` is not open to the role.
  // Says nothing about whether what was asked for exists.
  absl::Status CheckRole(const Caller& caller,
                         const google::protobuf::Descriptor* request_type) const;

  // PERMISSION_DENIED if the request's scope field is outside the caller's scopes,
  // as an empty one always is. Roles that have every scope are not asked.
  absl::Status CheckScope(const Caller& caller, const google::protobuf::Message& request) const;

  // "milkway.inventory.v1.StockService/GetStockCard", for logs and metrics.
  const std::string& MethodOf(const google::protobuf::Descriptor* request_type) const;

 private:
  struct Policy {
    std::string method;
    uint32_t role_bits = 0;
    bool is_open = false;
    std::vector<const google::protobuf::FieldDescriptor*> scope_path;
  };

  absl::Status Add(const google::protobuf::MethodDescriptor& method);
  const Policy& PolicyOf(const google::protobuf::Descriptor* request_type) const;

  Authentication authentication_ = Authentication::kNone;
  absl::flat_hash_map<const google::protobuf::Descriptor*, Policy> policies_;
};

}  // namespace milkway::runtime

#endif  // MILKWAY_SERVICES_RUNTIME_ACCESS_H_
