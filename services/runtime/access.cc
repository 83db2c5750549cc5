#include "services/runtime/access.h"

#include <sodium.h>

#include <algorithm>
#include <iterator>
#include <optional>
#include <utility>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "clients/cpp/client_address.h"
#include "clients/cpp/status_macros.h"
#include "services/runtime/check.h"
#include "services/runtime/errors.h"
#include "services/runtime/peer_identity.h"
#include "services/runtime/tokens/access_token.h"
#include "services/runtime/tokens/strict_jwt.h"
#include "services/runtime/tokens/trust.h"

namespace milkway::runtime {

namespace {

using common::v1::Role;
using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::MethodDescriptor;
using google::protobuf::ServiceDescriptor;
using ScopePath = std::vector<const FieldDescriptor*>;

constexpr size_t kHeaderBytesMax = 1024;
constexpr absl::string_view kBearer = "Bearer ";
constexpr absl::string_view kGateway = "gateway";

constexpr uint32_t BitOf(Role role) { return uint32_t{1} << role; }

constexpr uint32_t kScopedRoles = BitOf(common::v1::ROLE_WAREHOUSE) |
                                  BitOf(common::v1::ROLE_SCHOOL_CONTACT) |
                                  BitOf(common::v1::ROLE_DONOR);

absl::string_view NameOf(Role role) {
  const absl::string_view name = NameOfRole(role);
  return name.empty() ? "a caller without a role" : name;
}

std::string NamesOf(uint32_t role_bits) {
  std::vector<absl::string_view> names;
  for (int role = common::v1::Role_MIN; role <= common::v1::Role_MAX; ++role) {
    const absl::string_view name = NameOfRole(static_cast<Role>(role));
    if ((role_bits >> role & 1) != 0 && !name.empty()) names.push_back(name);
  }
  return absl::StrJoin(names, ", ");
}

std::string NameOf(const MethodDescriptor& method) {
  return absl::StrCat(method.service()->full_name(), "/", method.name());
}

// 0 if the method states no policy, or one with a role that is none.
uint32_t RoleBitsOf(const common::v1::Access& access) {
  uint32_t bits = 0;
  for (const int role : access.roles()) {
    if (!common::v1::Role_IsValid(role) || role == common::v1::ROLE_UNSPECIFIED) return 0;
    bits |= BitOf(static_cast<Role>(role));
  }
  return bits;
}

// The fields on the way to `path` ("distribution.school_id"), none for an empty
// path; nullopt if it does not lead to one string.
std::optional<ScopePath> FindScopePath(const Descriptor* message, const std::string& path) {
  ScopePath fields;
  if (path.empty()) return fields;
  for (const absl::string_view name : absl::StrSplit(path, '.')) {
    const FieldDescriptor* field =
        message == nullptr ? nullptr : message->FindFieldByName(std::string(name));
    if (field == nullptr || field->is_repeated()) return std::nullopt;
    fields.push_back(field);
    message = field->message_type();  // null where the path must end
  }
  if (fields.back()->type() != FieldDescriptor::TYPE_STRING) return std::nullopt;
  return fields;
}

std::string NameOf(const ScopePath& path) {
  return absl::StrJoin(path, ".", [](std::string* out, const FieldDescriptor* field) {
    absl::StrAppend(out, field->name());
  });
}

// What `path` leads to in `request`: empty if a message on the way is not set.
const std::string& ScopeOf(const Message& request, const ScopePath& path, std::string* scratch) {
  const Message* message = &request;
  for (auto field = path.begin(); field != std::prev(path.end()); ++field) {
    message = &message->GetReflection()->GetMessage(*message, *field);
  }
  return message->GetReflection()->GetStringReference(*message, path.back(), scratch);
}

absl::Status CallerUnknown(absl::string_view message) {
  return Refuse(absl::StatusCode::kUnauthenticated, "CALLER_UNKNOWN", message);
}

// The value of a metadata key; nullopt if it is not there.
using Said = std::optional<absl::string_view>;

absl::StatusOr<Said> SaidOnce(const grpc::CallbackServerContext& context, const char* key) {
  const auto [first, last] = context.client_metadata().equal_range(key);
  if (first == last) return Said();
  if (std::next(first) != last) {
    return CallerUnknown(absl::StrCat("send the header ", key, " only once"));
  }
  return Said(absl::string_view(first->second.data(), first->second.size()));
}

// True if the key of this process was sent, or the transport proves that the service `name`
// calls.
absl::StatusOr<bool> IsService(const grpc::CallbackServerContext& context,
                               const std::string& process_key, absl::string_view name) {
  ASSIGN_OR_RETURN(const Said key, SaidOnce(context, clients::kProcessKeyMetadata));
  const bool is_own = key.has_value() && !process_key.empty() &&
                      key->size() == process_key.size() &&
                      sodium_memcmp(key->data(), process_key.data(), process_key.size()) == 0;
  return is_own || IsProvenService(context, name);
}

// Where the call comes from: from where the gateway says, if it is the gateway.
absl::StatusOr<std::string> AddressOf(const grpc::CallbackServerContext& context,
                                      const std::string& process_key) {
  ASSIGN_OR_RETURN(const Said address, SaidOnce(context, clients::kClientAddressMetadata));
  if (!address.has_value()) return PeerAddressOf(context);
  ASSIGN_OR_RETURN(const bool is_gateway, IsService(context, process_key, kGateway));
  return is_gateway ? clients::FromMetadata(*address) : PeerAddressOf(context);
}

absl::Status MalformedHeader() {
  return CallerUnknown(absl::StrCat(
      kDevelopmentHeader, " must be \"<role>[:<id>[:<scope>,...]]\", such as \"admin:dev\" or ",
      "\"school_contact:wang:changyuan\"; the roles are ", NamesOf(~uint32_t{0})));
}

// Takes what stands before `mark` off `*text`, and the mark; all of it if there is none.
absl::string_view TakeUntil(char mark, absl::string_view* text) {
  const absl::string_view taken = text->substr(0, text->find(mark));
  text->remove_prefix(std::min(taken.size() + 1, text->size()));
  return taken;
}

absl::StatusOr<Caller> ParseHeader(absl::string_view header) {
  // A mark at the end announces a part that is not there.
  if (header.size() > kHeaderBytesMax || header.empty() || header.back() == ':' ||
      header.back() == ',') {
    return MalformedHeader();
  }
  Caller caller;
  caller.role = FindRole(TakeUntil(':', &header));
  if (caller.role == common::v1::ROLE_UNSPECIFIED) return MalformedHeader();
  if (header.empty()) return caller;

  const absl::string_view id = TakeUntil(':', &header);
  if (id.empty() || header.find(':') != absl::string_view::npos) return MalformedHeader();
  caller.id = std::string(id);
  while (!header.empty()) {
    const absl::string_view scope = TakeUntil(',', &header);
    if (scope.empty()) return MalformedHeader();
    caller.scopes.emplace_back(scope);
  }
  return caller;
}

}  // namespace

absl::StatusOr<Access> Access::Build(Authentication authentication,
                                     const std::vector<const ServiceDescriptor*>& services) {
  Access access;
  access.authentication_ = std::move(authentication);
  std::vector<std::string> mistakes;
  for (const ServiceDescriptor* service : services) {
    for (int i = 0; i < service->method_count(); ++i) {
      const absl::Status added = access.Add(*service->method(i));
      if (!added.ok()) mistakes.emplace_back(added.message());
    }
  }
  if (!mistakes.empty()) return absl::FailedPreconditionError(absl::StrJoin(mistakes, "; "));
  return access;
}

absl::Status Access::Add(const MethodDescriptor& method) {
  const common::v1::Access& stated = method.options().GetExtension(common::v1::access);
  Policy policy;
  policy.method = NameOf(method);
  policy.is_open = stated.open();
  policy.tells_of_children = stated.child_data();
  policy.is_change =
      method.options().idempotency_level() != google::protobuf::MethodOptions::NO_SIDE_EFFECTS;
  policy.is_stream = method.client_streaming() || method.server_streaming();
  policy.role_bits = RoleBitsOf(stated);
  if (policy.is_open && (stated.roles_size() > 0 || !stated.scope_field().empty())) {
    return absl::FailedPreconditionError(
        absl::StrCat(policy.method, " is open to all, and yet names roles or a scope"));
  }
  if (!policy.is_open && policy.role_bits == 0) {
    return absl::FailedPreconditionError(
        absl::StrCat(policy.method, " does not state which roles may call it"));
  }
  std::optional<ScopePath> scope_path = FindScopePath(method.input_type(), stated.scope_field());
  if (!scope_path.has_value()) {
    return absl::FailedPreconditionError(
        absl::StrCat(policy.method, " names the scope_field \"", stated.scope_field(),
                     "\", which is no string field of ", method.input_type()->full_name()));
  }
  policy.scope_path = *std::move(scope_path);
  const auto [entry, is_new] = policies_.try_emplace(method.input_type(), policy);
  if (!is_new) {
    return absl::FailedPreconditionError(absl::StrCat(policy.method, " and ", entry->second.method,
                                                      " share the request type ",
                                                      method.input_type()->full_name()));
  }
  return absl::OkStatus();
}

absl::Status Access::Identify(const grpc::CallbackServerContext& context,
                              const Descriptor* request_type, Call* call) const {
  ASSIGN_OR_RETURN(call->peer, AddressOf(context, authentication_.process_key));
  ASSIGN_OR_RETURN(call->caller, CallerOf(context, PolicyOf(request_type).is_open, call));
  if (call->caller.role == common::v1::ROLE_SERVICE) return FindOrigin(context, call);
  call->origin.caller_id = call->caller.id;
  return absl::OkStatus();
}

absl::Status Access::CheckStillKnown(const Call& call, int64_t now_us) const {
  // The token of a service's origin is only carried on.
  const bool has_own_token =
      call.caller.role != common::v1::ROLE_SERVICE && !call.origin.token.empty();
  if (!has_own_token) return absl::OkStatus();
  return authentication_.trust->Identify(call.origin.token, now_us).status();
}

absl::StatusOr<Caller> Access::CallerOf(const grpc::CallbackServerContext& context, bool is_open,
                                        Call* call) const {
  ASSIGN_OR_RETURN(const Said service, SaidOnce(context, clients::kServiceMetadata));
  if (service.has_value()) return ServiceOf(context, *service);
  ASSIGN_OR_RETURN(const Said authorization, SaidOnce(context, clients::kAuthorizationMetadata));
  if (authorization.has_value()) {
    absl::string_view token = *authorization;
    if (!absl::ConsumePrefix(&token, kBearer)) return TokenInvalid();
    if (authentication_.trust == nullptr) return TokenInvalid();
    ASSIGN_OR_RETURN(Caller caller, authentication_.trust->Identify(token, call->now_us));
    call->origin.token = std::string(token);
    return caller;
  }
  if (authentication_.development_header) {
    ASSIGN_OR_RETURN(const Said header, SaidOnce(context, kDevelopmentHeader));
    if (header.has_value()) return ParseHeader(clients::FromMetadata(*header));
  }
  if (is_open) return Caller{};
  return CallerUnknown(
      authentication_.development_header
          ? absl::StrCat("say who calls in the header ", kDevelopmentHeader,
                         ", such as \"admin:dev\", or sign in")
          : "sign in, and send the access token as \"authorization: Bearer <token>\"");
}

absl::StatusOr<Caller> Access::ServiceOf(const grpc::CallbackServerContext& context,
                                         absl::string_view name) const {
  ASSIGN_OR_RETURN(const bool is_service, IsService(context, authentication_.process_key, name));
  if (!is_service) {
    return CallerUnknown(absl::StrCat("nothing proves that the service \"", absl::CEscape(name),
                                      "\" calls; services call with their certificate, or through "
                                      "a socket of the machine"));
  }
  Caller caller;
  caller.id = std::string(name);
  caller.role = common::v1::ROLE_SERVICE;
  return caller;
}

absl::Status Access::FindOrigin(const grpc::CallbackServerContext& context, Call* call) const {
  ASSIGN_OR_RETURN(const Said id, SaidOnce(context, clients::kOriginMetadata));
  ASSIGN_OR_RETURN(const Said token, SaidOnce(context, clients::kOriginTokenMetadata));
  if (id.has_value()) call->caller.on_behalf_of = clients::FromMetadata(*id);
  if (token.has_value() && authentication_.trust != nullptr) {
    ASSIGN_OR_RETURN(const Caller origin,
                     authentication_.trust->IdentifyOrigin(*token, call->now_us));
    if (origin.id != call->caller.on_behalf_of) return TokenInvalid();
    call->origin.token = std::string(*token);
  }
  call->origin.caller_id = call->caller.on_behalf_of;
  return absl::OkStatus();
}

absl::Status Access::CheckRole(const Caller& caller, const Descriptor* request_type) const {
  const Policy& policy = PolicyOf(request_type);
  if (policy.is_open || (policy.role_bits & BitOf(caller.role)) != 0) return absl::OkStatus();
  return Refuse(absl::StatusCode::kPermissionDenied, "PERMISSION_DENIED",
                absl::StrCat(policy.method, " is open to ", NamesOf(policy.role_bits),
                             " and not to ", NameOf(caller.role),
                             "; ask one of them to do it, or an admin for ", "another role"),
                {{"method", policy.method}});
}

absl::Status Access::CheckScope(const Caller& caller, const Message& request,
                                OwnerOf owner_of) const {
  const Policy& policy = PolicyOf(request.GetDescriptor());
  if (policy.scope_path.empty() || !(kScopedRoles & BitOf(caller.role))) return absl::OkStatus();
  std::string scratch;
  const std::string& scope = ScopeOf(request, policy.scope_path, &scratch);
  const auto is_callers = [&caller](const std::string& name) {
    return !name.empty() &&
           std::find(caller.scopes.begin(), caller.scopes.end(), name) != caller.scopes.end();
  };
  if (is_callers(scope)) return absl::OkStatus();
  if (!scope.empty()) {
    ASSIGN_OR_RETURN(const std::string owner, owner_of(scope));
    if (is_callers(owner)) return absl::OkStatus();
  }
  const std::string field = NameOf(policy.scope_path);
  return Refuse(
      absl::StatusCode::kPermissionDenied, "PERMISSION_DENIED",
      absl::StrCat(field, " must name what is in your scope; correct it, or ask an admin ",
                   "to extend your scope"),
      {{"method", policy.method}, {"field", field}});
}

bool Access::TellsOfChildren(const Descriptor* request_type) const {
  return PolicyOf(request_type).tells_of_children;
}

bool Access::IsChange(const Descriptor* request_type) const {
  return PolicyOf(request_type).is_change;
}

bool Access::IsStream(const Descriptor* request_type) const {
  return PolicyOf(request_type).is_stream;
}

const std::string& Access::MethodOf(const Descriptor* request_type) const {
  return PolicyOf(request_type).method;
}

const Access::Policy& Access::PolicyOf(const Descriptor* request_type) const {
  const auto policy = policies_.find(request_type);
  MILKWAY_CHECK(policy != policies_.end());
  return policy->second;
}

}  // namespace milkway::runtime
