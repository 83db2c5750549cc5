#include "clients/cpp/unary_call.h"

namespace milkway::clients {

void Prepare(const CallOptions& options, grpc::ClientContext* context) {
  context->set_deadline(std::chrono::system_clock::now() + options.deadline);
  if (!options.caller.empty()) context->AddMetadata("x-milkway-dev-caller", options.caller);
}

}  // namespace milkway::clients
