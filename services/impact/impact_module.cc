#include "services/impact/impact_module.h"

#include <thread>
#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "clients/cpp/status_macros.h"
#include "services/impact/donor_service.h"
#include "services/impact/explain.h"
#include "services/impact/gift_service.h"
#include "services/impact/impact_keys.h"
#include "services/impact/journey_questions.h"
#include "services/impact/pool_service.h"
#include "services/impact/publisher.h"
#include "services/impact/questions.h"
#include "services/impact/statement_service.h"
#include "services/runtime/asking.h"
#include "services/runtime/call_log.h"
#include "services/runtime/clock.h"
#include "services/runtime/once.h"
#include "services/runtime/scope_owner.h"

namespace milkway::impact {

namespace {

constexpr absl::Duration kOutboxPause = absl::Milliseconds(200);
// After something went wrong.
constexpr absl::Duration kRetryPause = absl::Seconds(5);
constexpr absl::Duration kFirstPublication = absl::Minutes(1);
constexpr absl::Duration kPublicationCheckPause = absl::Hours(1);

// A gift is its donor's.
class GiftOwner final : public runtime::ScopeOwner {
 public:
  absl::StatusOr<std::string> OwnerOf(const storage::Reader& reader,
                                      const std::string& gift_id) const override {
    ASSIGN_OR_RETURN(const auto gift, GiftTable::Find(reader, gift_id));
    return gift.has_value() ? gift->donor_id() : std::string();
  }
};

class ImpactModule final : public runtime::Module {
 public:
  ImpactModule(runtime::OnceTable once, const runtime::ModuleParts& parts)
      : once_(std::move(once)),
        publisher_(parts.store, &publishing_, &questions_, parts.clock),
        explainer_(parts.store, &asking_, &questions_),
        gifts_(HandlerParts(parts), &questions_, &asking_, &explainer_),
        donors_(HandlerParts(parts), &questions_, &asking_),
        pools_(HandlerParts(parts), &questions_, &asking_),
        journeys_(parts.store, &asking_),
        statements_(HandlerParts(parts), &publishing_, &publisher_, &asking_, &journeys_),
        log_(parts.log),
        clock_(*parts.clock),
        publishing_(1) {}

  ~ImpactModule() override { Stop(); }

  absl::string_view Name() const override { return "impact"; }
  std::vector<grpc::Service*> GrpcServices() override {
    return {&gifts_, &donors_, &pools_, &statements_};
  }

  absl::Status Start(const runtime::Peers& peers) override {
    questions_.Connect(peers);
    publisher_.Connect(peers);
    explainer_.Connect(peers);
    journeys_.Connect(peers);
    schedule_ = std::thread([this] { KeepTime(); });
    return absl::OkStatus();
  }

  void Stop() override {
    {
      absl::MutexLock lock(&mutex_);
      stopping_ = true;
    }
    if (schedule_.joinable()) schedule_.join();
    publishing_.Stop();
    asking_.Stop();
  }

 private:
  runtime::Handlers::Parts HandlerParts(const runtime::ModuleParts& parts) const {
    runtime::Handlers::Parts handlers = runtime::HandlerParts(parts, &once_);
    handlers.scope_owner = &gift_owner_;
    return handlers;
  }

  // Writes allocations to the log soon after they are made, and publishes every week.
  void KeepTime() {
    absl::Time next_publication = absl::Now() + kFirstPublication;
    while (true) {
      {
        absl::MutexLock lock(&mutex_);
        if (mutex_.AwaitWithTimeout(absl::Condition(&stopping_), kOutboxPause)) return;
        if (is_emptying_ || absl::Now() < not_before_) continue;
        is_emptying_ = true;
      }
      const bool publish = absl::Now() >= next_publication;
      if (publish) next_publication = absl::Now() + kPublicationCheckPause;
      publishing_.Run([this, publish](const absl::Status& admitted) {
        bool is_well = admitted.ok();
        if (admitted.ok()) {
          is_well = Note("writing allocations to the log failed", publisher_.EmptyOutbox());
          if (publish) is_well &= Note("publishing failed", PublishIfDue());
        }
        absl::MutexLock lock(&mutex_);
        is_emptying_ = false;
        if (!is_well) not_before_ = absl::Now() + kRetryPause;
      });
    }
  }

  absl::Status PublishIfDue() {
    ASSIGN_OR_RETURN(const bool is_due, publisher_.IsDue());
    return is_due ? publisher_.Publish("", "").status() : absl::OkStatus();
  }

  // True if it went well. A service that is away is asked again before long, and says so
  // itself.
  bool Note(absl::string_view what, const absl::Status& status) {
    if (log_ != nullptr && !status.ok() && !absl::IsUnavailable(status)) {
      log_->Event(clock_.NowUs(), what, status.message());
    }
    return status.ok();
  }

  const runtime::OnceTable once_;
  const GiftOwner gift_owner_;
  Questions questions_;
  // One thread: what waits on it are questions of staff about all lots there are.
  runtime::Asking asking_{1};
  Publisher publisher_;
  Explainer explainer_;
  GiftService gifts_;
  DonorService donors_;
  PoolService pools_;
  Journeys journeys_;
  StatementService statements_;
  runtime::CallLog* const log_;
  const runtime::Clock& clock_;
  absl::Mutex mutex_;
  bool stopping_ ABSL_GUARDED_BY(mutex_) = false;
  bool is_emptying_ ABSL_GUARDED_BY(mutex_) = false;  // a task for it is queued or runs
  absl::Time not_before_ ABSL_GUARDED_BY(mutex_) = absl::InfinitePast();
  std::thread schedule_;
  runtime::Asking publishing_;  // ends before what its tasks use
};

}  // namespace

absl::StatusOr<std::unique_ptr<runtime::Module>> MakeImpactModule(runtime::ModuleParts parts) {
  ASSIGN_OR_RETURN(runtime::OnceTable once,
                   runtime::OnceTable::Open(runtime::ServiceTag::kImpact, parts.store));
  return std::make_unique<ImpactModule>(std::move(once), parts);
}

}  // namespace milkway::impact
