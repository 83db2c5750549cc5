#include "services/trace/trace_module.h"

#include <utility>
#include <vector>

#include "clients/cpp/status_macros.h"
#include "services/runtime/asking.h"
#include "services/runtime/once.h"
#include "services/trace/recall_service.h"
#include "services/trace/trace_questions.h"
#include "services/trace/trace_service.h"

namespace milkway::trace {

namespace {

constexpr int kAskingThreads = 4;

class TraceModule final : public runtime::Module {
 public:
  TraceModule(runtime::OnceTable once, const runtime::ModuleParts& parts)
      : once_(std::move(once)),
        asking_(kAskingThreads),
        questions_(&asking_),
        traces_(runtime::HandlerParts(parts, &once_), &asking_, &questions_),
        recalls_(runtime::HandlerParts(parts, &once_), &asking_, &questions_) {}

  absl::string_view Name() const override { return "trace"; }
  std::vector<grpc::Service*> GrpcServices() override { return {&traces_, &recalls_}; }

  absl::Status Start(const runtime::Peers& peers) override {
    questions_.Connect(peers);
    return absl::OkStatus();
  }
  void Stop() override { asking_.Stop(); }

 private:
  const runtime::OnceTable once_;
  runtime::Asking asking_;
  Questions questions_;
  TraceService traces_;
  RecallService recalls_;
};

}  // namespace

absl::StatusOr<std::unique_ptr<runtime::Module>> MakeTraceModule(runtime::ModuleParts parts) {
  ASSIGN_OR_RETURN(runtime::OnceTable once,
                   runtime::OnceTable::Open(runtime::ServiceTag::kTrace, parts.store));
  return std::make_unique<TraceModule>(std::move(once), parts);
}

}  // namespace milkway::trace
