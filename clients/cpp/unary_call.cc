#include "clients/cpp/unary_call.h"

#include "absl/strings/str_cat.h"
#include "clients/cpp/identity_metadata.h"
#include "clients/cpp/origin.h"

namespace milkway::clients {

namespace {

// gRPC ends the program over a value that is no visible ASCII.
void AddIfSaid(const char* key, const std::string& value, grpc::ClientContext* context) {
  if (!value.empty()) context->AddMetadata(key, ToMetadata(value));
}

}  // namespace

void Prepare(const CallOptions& options, grpc::ClientContext* context) {
  context->set_deadline(std::chrono::system_clock::now() + options.deadline);
  AddIfSaid(kDevelopmentMetadata, options.caller, context);
  AddIfSaid(kServiceMetadata, options.service, context);
  AddIfSaid(kProcessKeyMetadata, options.process_key, context);
  if (!options.token.empty()) {
    context->AddMetadata(kAuthorizationMetadata,
                         absl::StrCat("Bearer ", ToMetadata(options.token)));
  }
  const Origin* const origin = OriginScope::Current();
  if (origin == nullptr) return;
  AddIfSaid(kOriginMetadata, origin->caller_id, context);
  AddIfSaid(kOriginTokenMetadata, origin->token, context);
}

}  // namespace milkway::clients
