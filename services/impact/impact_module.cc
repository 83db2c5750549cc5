#include "services/impact/impact_module.h"

#include <utility>
#include <vector>

#include "clients/cpp/status_macros.h"
#include "services/impact/donor_service.h"
#include "services/impact/gift_service.h"
#include "services/impact/pool_service.h"
#include "services/impact/questions.h"
#include "services/runtime/asking.h"
#include "services/runtime/once.h"

namespace milkway::impact {

namespace {

class ImpactModule final : public runtime::Module {
 public:
  ImpactModule(runtime::OnceTable once, const runtime::ModuleParts& parts)
      : once_(std::move(once)),
        gifts_(HandlerParts(parts), &questions_),
        donors_(HandlerParts(parts), &questions_, &asking_),
        pools_(HandlerParts(parts), &questions_, &asking_) {}

  absl::string_view Name() const override { return "impact"; }
  std::vector<grpc::Service*> GrpcServices() override { return {&gifts_, &donors_, &pools_}; }

  absl::Status Start(const runtime::Peers& peers) override {
    questions_.Connect(peers);
    return absl::OkStatus();
  }
  // Impact asks before it stores, and never afterwards: nothing to give up.
  void Stop() override { asking_.Stop(); }

 private:
  runtime::Handlers::Parts HandlerParts(const runtime::ModuleParts& parts) const {
    return {parts.store, &once_,        nullptr,   parts.access,
            parts.clock, parts.metrics, parts.log, parts.stopping};
  }

  const runtime::OnceTable once_;
  Questions questions_;
  // One thread: what waits on it are questions of staff about all lots there are.
  runtime::Asking asking_{1};
  GiftService gifts_;
  DonorService donors_;
  PoolService pools_;
};

}  // namespace

absl::StatusOr<std::unique_ptr<runtime::Module>> MakeImpactModule(runtime::ModuleParts parts) {
  ASSIGN_OR_RETURN(runtime::OnceTable once,
                   runtime::OnceTable::Open(runtime::ServiceTag::kImpact, parts.store));
  return std::make_unique<ImpactModule>(std::move(once), parts);
}

}  // namespace milkway::impact
