// Who may call what: the policies stated in the protos, enforced.

#ifndef MILKWAY_SERVICES_RUNTIME_ACCESS_H_
#define MILKWAY_SERVICES_RUNTIME_ACCESS_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "clients/cpp/identity_metadata.h"
#include "google/protobuf/descriptor.h"
#include "google/protobuf/message.h"
#include "grpcpp/server_context.h"
#include "services/runtime/call.h"

namespace milkway::runtime {

class Trust;

// The metadata of the development header; identity_metadata.h says what is in it.
inline constexpr const char* kDevelopmentHeader = clients::kDevelopmentMetadata;

// How callers prove who they are. By default nobody can.
struct Authentication {
  // People, by access tokens of those whom it believes; null: no tokens. It must outlive
  // the access.
  const Trust* trust = nullptr;
  // Services of this process know each other by it; empty: they do not. Services of other
  // processes are known by what the transport proves, always.
  std::string process_key;
  // Whoever the development header says, on a loopback address only.
  bool development_header = false;

  static Authentication Development() { return {nullptr, "", true}; }
};

// Thread-safe once built.
class Access {
 public:
  // FAILED_PRECONDITION naming the methods that state no policy, or are open and name
  // roles, or whose scope_field is not a string field of their request (outside of repeated
  // fields), or that share their request type with another method.
  static absl::StatusOr<Access> Build(
      Authentication authentication,
      const std::vector<const google::protobuf::ServiceDescriptor*>& services);

  // Fills in who calls, from where and on whose behalf, at `call->now_us`.
  // UNAUTHENTICATED if that is not known (CALLER_UNKNOWN) or no longer so (as Trust
  // says). For an open method, somebody who does not say who he is has the role
  // ROLE_UNSPECIFIED.
  absl::Status Identify(const grpc::CallbackServerContext& context,
                        const google::protobuf::Descriptor* request_type, Call* call) const;

  // For what goes on long after Identify: UNAUTHENTICATED or UNAVAILABLE, as Trust says, if
  // the token that the caller came with is not taken any more at `now_us`. Whoever came
  // without one stays who he is.
  absl::Status CheckStillKnown(const Call& call, int64_t now_us) const;

  // The methods below take requests of the services that Build was given; any
  // other request ends the program.

  // PERMISSION_DENIED if the method of `request_type` is not open to the role.
  // Says nothing about whether what was asked for exists.
  absl::Status CheckRole(const Caller& caller,
                         const google::protobuf::Descriptor* request_type) const;

  // PERMISSION_DENIED if the request's scope field is outside the caller's scopes,
  // as an empty one always is. Roles that have every scope are not asked.
  // `owner_of` gives the scope that owns another, as ScopeOwner does.
  using OwnerOf = absl::FunctionRef<absl::StatusOr<std::string>(const std::string& scope)>;
  absl::Status CheckScope(const Caller& caller, const google::protobuf::Message& request,
                          OwnerOf owner_of = NobodyOwns) const;

  // The method's answer tells something of single children.
  bool TellsOfChildren(const google::protobuf::Descriptor* request_type) const;

  // The method may change something: it does not state that it has no side effects.
  bool IsChange(const google::protobuf::Descriptor* request_type) const;
  // More than one message may go one of the ways.
  bool IsStream(const google::protobuf::Descriptor* request_type) const;

  // "milkway.inventory.v1.StockService/GetStockCard", for logs and metrics.
  const std::string& MethodOf(const google::protobuf::Descriptor* request_type) const;

 private:
  struct Policy {
    std::string method;
    uint32_t role_bits = 0;
    bool is_open = false;
    bool tells_of_children = false;
    bool is_change = false;
    bool is_stream = false;
    std::vector<const google::protobuf::FieldDescriptor*> scope_path;
  };

  static absl::StatusOr<std::string> NobodyOwns(const std::string&) { return std::string(); }
  absl::Status Add(const google::protobuf::MethodDescriptor& method);
  absl::StatusOr<Caller> CallerOf(const grpc::CallbackServerContext& context, bool is_open,
                                  Call* call) const;
  absl::StatusOr<Caller> ServiceOf(const grpc::CallbackServerContext& context,
                                   absl::string_view name) const;
  absl::Status FindOrigin(const grpc::CallbackServerContext& context, Call* call) const;
  const Policy& PolicyOf(const google::protobuf::Descriptor* request_type) const;

  Authentication authentication_;
  absl::flat_hash_map<const google::protobuf::Descriptor*, Policy> policies_;
};

}  // namespace milkway::runtime

#endif  // MILKWAY_SERVICES_RUNTIME_ACCESS_H_
