#include "services/gateway/method_table.h"

#include <algorithm>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "milkway/common/v1/access.pb.h"

namespace milkway::gateway {

namespace {

using google::protobuf::MethodDescriptor;
using google::protobuf::ServiceDescriptor;

bool IsForPeople(const MethodDescriptor& method) {
  const common::v1::Access& access = method.options().GetExtension(common::v1::access);
  if (access.open()) return true;
  return std::any_of(access.roles().begin(), access.roles().end(),
                     [](int role) { return role != common::v1::ROLE_SERVICE; });
}

std::string UrlOf(const google::protobuf::Descriptor& type) {
  return absl::StrCat("type.googleapis.com/", type.full_name());
}

// "inventory" of the package milkway.inventory.v1.
std::string NameOfService(const ServiceDescriptor& service) {
  const std::vector<absl::string_view> parts = absl::StrSplit(service.full_name(), '.');
  return parts.size() > 1 ? std::string(parts[1]) : std::string();
}

Method Describe(const MethodDescriptor& method) {
  Method described;
  described.path = absl::StrCat("/", method.service()->full_name(), "/", method.name());
  described.service = NameOfService(*method.service());
  described.request_url = UrlOf(*method.input_type());
  described.response_url = UrlOf(*method.output_type());
  described.is_safe =
      method.options().idempotency_level() == google::protobuf::MethodOptions::NO_SIDE_EFFECTS;
  described.takes_stream = method.client_streaming();
  described.gives_stream = method.server_streaming();
  return described;
}

}  // namespace

MethodTable::MethodTable(const std::vector<const ServiceDescriptor*>& services) {
  for (const ServiceDescriptor* service : services) {
    for (int i = 0; i < service->method_count(); ++i) {
      const MethodDescriptor& method = *service->method(i);
      if (!IsForPeople(method)) continue;
      Method described = Describe(method);
      methods_.emplace(described.path, std::move(described));
    }
  }
}

const Method* MethodTable::Find(absl::string_view path) const {
  const auto found = methods_.find(path);
  return found == methods_.end() ? nullptr : &found->second;
}

}  // namespace milkway::gateway
