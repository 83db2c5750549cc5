#include "services/runtime/intent.h"

#include <algorithm>
#include <deque>
#include <limits>
#include <map>
#include <thread>
#include <utility>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_map.h"
#include "absl/strings/str_cat.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "clients/cpp/origin.h"
#include "clients/cpp/status_macros.h"
#include "services/runtime/audit/audit_log.h"
#include "services/runtime/check.h"
#include "services/runtime/errors.h"
#include "services/runtime/intent_table.h"

namespace milkway::runtime {

namespace {

constexpr absl::Duration kFirstPause = absl::Milliseconds(100);
// Names of callers that go along with a batch of steps.
constexpr size_t kOriginBytesMax = 1'000;
constexpr absl::Duration kLongestPause = absl::Seconds(30);

absl::Duration PauseAfter(int attempts) {
  return std::min(kFirstPause * (int64_t{1} << std::min(attempts, 20)), kLongestPause);
}

absl::Status Stopping() {
  return absl::UnavailableError(
      "the server is stopping; repeat the request with the same request_id");
}

absl::Status Starting() {
  return absl::UnavailableError(
      "the server is starting; repeat the request with the same request_id");
}

// Those who asked for these steps.
clients::Origin OriginOf(const std::vector<Intent>& intents) {
  std::set<absl::string_view> callers;
  for (const Intent& intent : intents) {
    if (!intent.caller_id.empty()) callers.insert(intent.caller_id);
  }
  clients::Origin origin;
  origin.caller_id = JoinCallers(callers);
  return origin;
}

}  // namespace

std::string JoinCallers(const std::set<absl::string_view>& callers) {
  std::string joined;
  size_t more = callers.size();
  for (const absl::string_view caller : callers) {
    if (joined.size() + caller.size() > kOriginBytesMax) break;
    absl::StrAppend(&joined, joined.empty() ? "" : ",", caller);
    --more;
  }
  if (more > 0) absl::StrAppend(&joined, joined.empty() ? "" : ",", "and ", more, " more");
  return joined;
}

// Shared with the calls under way, which may end after the runner is told to stop.
struct IntentRunner::State {
  struct Driven {
    std::vector<Waiter> waiters;
    int attempts = 0;
  };
  struct KindQueue {
    IntentKind* kind = nullptr;
    std::deque<Intent> ready;
    size_t performs = 0;  // under way
  };
  // Intents that are performed together, and what came of it.
  struct Batch {
    KindQueue* queue = nullptr;
    std::vector<Intent> intents;
    std::vector<IntentKind::Outcome> outcomes;
    std::vector<IntentKind::Outcome> answers;
  };
  struct Pause {
    KindQueue* queue = nullptr;
    Intent intent;
  };

  State(ServiceTag service_tag, storage::Store* store_used, const OnceTable* once_used)
      : service(service_tag), store(*store_used), once(*once_used) {}

  void Enqueue(absl::string_view kind, Intent intent, Waiter waiter);
  void Pump(KindQueue* queue);
  void Performed(std::shared_ptr<Batch> batch, std::vector<IntentKind::Outcome> outcomes);
  absl::Status ConcludeAll(storage::Transaction& transaction, Batch* batch) const;
  absl::Status Audit(storage::Transaction& transaction, const Intent& intent) const;
  void Concluded(const std::shared_ptr<Batch>& batch, const absl::Status& status);
  void TryAgainLater(KindQueue* queue, Intent intent) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex);
  void RunTimer();
  void EndStep();
  uint64_t FirstOfThisRun() const;

  const ServiceTag service;
  storage::Store& store;
  const OnceTable& once;

  mutable absl::Mutex mutex;
  absl::CondVar timer_wakes;
  absl::CondVar nothing_under_way;
  absl::flat_hash_map<uint64_t, Driven> driven ABSL_GUARDED_BY(mutex);
  // Only grows while kinds are registered, before anything runs.
  std::map<std::string, KindQueue, std::less<>> queues;
  std::multimap<absl::Time, Pause> pauses ABSL_GUARDED_BY(mutex);
  // Stretches of work on some thread that use this object.
  size_t steps_under_way ABSL_GUARDED_BY(mutex) = 0;
  // Intents from this one on were opened since the runner was made: whoever opened
  // one drives it. Those below are left from earlier runs, for Resume.
  uint64_t first_of_this_run ABSL_GUARDED_BY(mutex) = std::numeric_limits<uint64_t>::max();
  bool has_resumed ABSL_GUARDED_BY(mutex) = false;
  bool stopping ABSL_GUARDED_BY(mutex) = false;
  std::thread timer;
};

IntentRunner::IntentRunner(ServiceTag service, storage::Store* store, const OnceTable* once)
    : state_(std::make_shared<State>(service, store, once)) {
  state_->timer = std::thread([state = state_.get()] { state->RunTimer(); });
}

IntentRunner::~IntentRunner() {
  Stop();
  {
    absl::MutexLock lock(&state_->mutex);
    while (state_->steps_under_way > 0) state_->nothing_under_way.Wait(&state_->mutex);
  }
  state_->timer.join();
}

void IntentRunner::Register(IntentKind* kind) {
  state_->queues[std::string(kind->Name())].kind = kind;
}

absl::StatusOr<uint64_t> IntentRunner::TakeId(storage::Transaction& transaction) {
  return TakeIntentId(transaction, state_->service);
}

absl::Status IntentRunner::Open(storage::Transaction& transaction, absl::string_view kind,
                                const Intent& intent) {
  if (state_->queues.find(kind) == state_->queues.end()) {
    return absl::InternalError(absl::StrCat("no intent kind \"", kind, "\" is registered"));
  }
  {
    absl::MutexLock lock(&state_->mutex);
    state_->first_of_this_run = std::min(state_->first_of_this_run, intent.id);
  }
  if (intent.request.has_value()) {
    const Intent::Request& request = *intent.request;
    RETURN_IF_ERROR(state_->once.Reserve(transaction, request.id, request.hash, intent.id));
  }
  return PutIntent(transaction, state_->service, kind, intent);
}

void IntentRunner::Drive(absl::string_view kind, Intent intent, Waiter waiter) {
  state_->Enqueue(kind, std::move(intent), std::move(waiter));
}

bool IntentRunner::Await(uint64_t intent_id, Waiter& waiter) {
  absl::Status refusal;
  {
    absl::MutexLock lock(&state_->mutex);
    const auto driven = state_->driven.find(intent_id);
    if (state_->stopping) {
      refusal = Stopping();
    } else if (driven != state_->driven.end()) {
      driven->second.waiters.push_back(std::move(waiter));
      return true;
    } else if (state_->has_resumed || intent_id >= state_->first_of_this_run) {
      return false;
    } else {
      refusal = Starting();
    }
  }
  std::move(waiter)(refusal);
  return true;
}

absl::Status IntentRunner::Resume() {
  ASSIGN_OR_RETURN(std::vector<StoredIntent> found,
                   ReadIntents(*state_->store.NewSnapshot(), state_->service));
  for (const auto& [kind, intent] : found) {
    if (state_->queues.find(kind) == state_->queues.end()) {
      return absl::FailedPreconditionError(absl::StrCat("the store has an open step of kind \"",
                                                        kind,
                                                        "\", which this program does not know; "
                                                        "run the newer program that wrote it"));
    }
  }
  // Read after the scan, so that what it saw of this run is known to be.
  const uint64_t first_of_this_run = state_->FirstOfThisRun();
  for (auto& [kind, intent] : found) {
    if (intent.id >= first_of_this_run) continue;
    state_->Enqueue(kind, std::move(intent), [](absl::StatusOr<std::string>) {});
  }
  absl::MutexLock lock(&state_->mutex);
  state_->has_resumed = true;
  return absl::OkStatus();
}

void IntentRunner::Stop() {
  std::vector<Waiter> waiters;
  {
    absl::MutexLock lock(&state_->mutex);
    if (std::exchange(state_->stopping, true)) return;
    for (auto& [id, driven] : state_->driven) {
      for (Waiter& waiter : driven.waiters) waiters.push_back(std::move(waiter));
      driven.waiters.clear();
    }
    state_->timer_wakes.Signal();
  }
  for (Waiter& waiter : waiters) std::move(waiter)(Stopping());
}

size_t IntentRunner::OpenCount() const {
  absl::MutexLock lock(&state_->mutex);
  return state_->driven.size();
}

void IntentRunner::State::Enqueue(absl::string_view kind, Intent intent, Waiter waiter) {
  KindQueue* queue = &queues.find(kind)->second;
  bool is_stopping = false;
  {
    absl::MutexLock lock(&mutex);
    is_stopping = stopping;
    if (!is_stopping) {
      driven[intent.id].waiters.push_back(std::move(waiter));
      queue->ready.push_back(std::move(intent));
      ++steps_under_way;
    }
  }
  // The intent stays stored: the next start resumes it.
  if (is_stopping) return std::move(waiter)(Stopping());
  Pump(queue);
  EndStep();
}

void IntentRunner::State::Pump(KindQueue* queue) {
  while (true) {
    auto batch = std::make_shared<Batch>();
    {
      absl::MutexLock lock(&mutex);
      if (stopping || queue->ready.empty() || queue->performs >= queue->kind->PerformsMax()) return;
      batch->queue = queue;
      const size_t count = std::min(queue->ready.size(), queue->kind->BatchMax());
      for (size_t index = 0; index < count; ++index) {
        batch->intents.push_back(std::move(queue->ready.front()));
        queue->ready.pop_front();
      }
      ++queue->performs;
      ++steps_under_way;
    }
    const std::vector<Intent>& intents = batch->intents;
    const clients::Origin origin = OriginOf(intents);
    const clients::OriginScope scope(&origin);
    queue->kind->Perform(intents, [this, batch](std::vector<IntentKind::Outcome> outcomes) mutable {
      Performed(std::move(batch), std::move(outcomes));
    });
  }
}

void IntentRunner::State::Performed(std::shared_ptr<Batch> batch,
                                    std::vector<IntentKind::Outcome> outcomes) {
  MILKWAY_CHECK(outcomes.size() == batch->intents.size());
  KindQueue* queue = batch->queue;
  auto decided = std::make_shared<Batch>();
  decided->queue = queue;
  {
    absl::MutexLock lock(&mutex);
    --queue->performs;
    for (size_t index = 0; index < batch->intents.size(); ++index) {
      if (IsTransient(outcomes[index].status())) {
        TryAgainLater(queue, std::move(batch->intents[index]));
      } else {
        decided->intents.push_back(std::move(batch->intents[index]));
        decided->outcomes.push_back(std::move(outcomes[index]));
      }
    }
    // The conclusion; it may end before this step does.
    if (!decided->intents.empty()) ++steps_under_way;
  }
  if (!decided->intents.empty()) {
    store.Transact(
        [this, decided](storage::Transaction& transaction) {
          return ConcludeAll(transaction, decided.get());
        },
        [this, decided](absl::Status status) {
          Concluded(decided, status);
          EndStep();
        });
  }
  Pump(queue);
  EndStep();
}

absl::Status IntentRunner::State::Audit(storage::Transaction& transaction,
                                        const Intent& intent) const {
  AuditEntry entry;
  if (!entry.ParseFromString(intent.audit_entry)) {
    return absl::DataLossError(absl::StrCat("what the audit log is told of step ", intent.id,
                                            " is damaged; restore the store from a backup"));
  }
  return AuditLog(service).Append(transaction, std::move(entry));
}

absl::Status IntentRunner::State::ConcludeAll(storage::Transaction& transaction,
                                              Batch* batch) const {
  batch->answers.assign(batch->intents.size(), absl::InternalError("no answer was given"));
  for (size_t index = 0; index < batch->intents.size(); ++index) {
    const Intent& intent = batch->intents[index];
    IntentKind::Outcome& answer = batch->answers[index];
    RETURN_IF_ERROR(
        batch->queue->kind->Conclude(transaction, intent, batch->outcomes[index], &answer));
    RETURN_IF_ERROR(DeleteIntent(transaction, service, intent.id));
    if (answer.ok() && !intent.audit_entry.empty()) RETURN_IF_ERROR(Audit(transaction, intent));
    if (!intent.request.has_value()) continue;
    RETURN_IF_ERROR(
        answer.ok() ? once.Remember(transaction, intent.request->id, intent.request->hash, *answer)
                    : once.Forget(transaction, intent.request->id));
  }
  return absl::OkStatus();
}

void IntentRunner::State::Concluded(const std::shared_ptr<Batch>& batch,
                                    const absl::Status& status) {
  for (size_t index = 0; index < batch->intents.size(); ++index) {
    std::vector<Waiter> waiters;
    {
      absl::MutexLock lock(&mutex);
      const auto entry = driven.find(batch->intents[index].id);
      waiters = std::move(entry->second.waiters);
      if (status.ok()) {
        driven.erase(entry);
      } else {
        entry->second.waiters.clear();
        TryAgainLater(batch->queue, std::move(batch->intents[index]));
      }
    }
    for (Waiter& waiter : waiters) {
      std::move(waiter)(status.ok() ? batch->answers[index] : IntentKind::Outcome(status));
    }
  }
}

void IntentRunner::State::TryAgainLater(KindQueue* queue, Intent intent) {
  const absl::Duration pause = PauseAfter(driven[intent.id].attempts++);
  pauses.emplace(absl::Now() + pause, Pause{queue, std::move(intent)});
  timer_wakes.Signal();
}

void IntentRunner::State::RunTimer() {
  while (true) {
    KindQueue* queue = nullptr;
    {
      absl::MutexLock lock(&mutex);
      if (stopping) return;
      if (pauses.empty()) {
        timer_wakes.Wait(&mutex);
        continue;
      }
      const auto first = pauses.begin();
      if (first->first > absl::Now()) {
        timer_wakes.WaitWithDeadline(&mutex, first->first);
        continue;
      }
      queue = first->second.queue;
      queue->ready.push_back(std::move(first->second.intent));
      pauses.erase(first);
    }
    Pump(queue);
  }
}

uint64_t IntentRunner::State::FirstOfThisRun() const {
  absl::MutexLock lock(&mutex);
  return first_of_this_run;
}

void IntentRunner::State::EndStep() {
  absl::MutexLock lock(&mutex);
  if (--steps_under_way == 0) nothing_under_way.SignalAll();
}

}  // namespace milkway::runtime
