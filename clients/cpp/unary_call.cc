#include "clients/cpp/unary_call.h"

#include "absl/strings/str_cat.h"
#include "clients/cpp/identity_metadata.h"
#include "clients/cpp/origin.h"

namespace milkway::clients {

namespace {

void AddIfSaid(const char* key, const std::string& value, grpc::ClientContext* context) {
  if (!value.empty()) context->AddMetadata(key, value);
}

}  // namespace

void Prepare(const CallOptions& options, grpc::ClientContext* context) {
  context->set_deadline(std::chrono::system_clock::now() + options.deadline);
  AddIfSaid(kDevelopmentMetadata, options.caller, context);
  AddIfSaid(kServiceMetadata, options.service, context);
  AddIfSaid(kProcessKeyMetadata, options.process_key, context);
  if (!options.token.empty()) {
    context->AddMetadata(kAuthorizationMetadata, absl::StrCat("Bearer ", options.token));
  }
  const Origin* const origin = OriginScope::Current();
  if (origin == nullptr) return;
  AddIfSaid(kOriginMetadata, ToMetadata(origin->caller_id), context);
  AddIfSaid(kOriginTokenMetadata, origin->token, context);
}

}  // namespace milkway::clients
