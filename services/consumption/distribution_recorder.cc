#include "services/consumption/distribution_recorder.h"

#include <algorithm>
#include <iterator>
#include <optional>
#include <set>
#include <string>
#include <utility>

#include "clients/cpp/status_macros.h"
#include "milkway/inventory/v1/stock.pb.h"
#include "services/consumption/distribution_convert.h"
#include "services/consumption/posting_draft.h"
#include "services/runtime/errors.h"

namespace milkway::consumption {

namespace {

namespace inv = inventory::v1;

constexpr size_t kGroupMax = 500;
constexpr int kGroupsBeingReservedMax = 2;

runtime::RequestId RequestIdOf(const rec::PendingRecord& pending) {
  return {pending.request_id_high(), pending.request_id_low()};
}

absl::StatusOr<runtime::BodyHash> HashOf(const rec::PendingRecord& pending) {
  runtime::BodyHash hash;
  if (pending.body_hash().size() != hash.size()) {
    return absl::DataLossError("the hash of a pending distribution is damaged");
  }
  std::copy(pending.body_hash().begin(), pending.body_hash().end(), hash.begin());
  return hash;
}

absl::StatusOr<rec::PendingGroupRecord> ParseGroup(const std::string& payload) {
  rec::PendingGroupRecord group;
  if (!group.ParseFromString(payload)) {
    return absl::DataLossError("a group of pending distributions is damaged");
  }
  return group;
}

// The share of one intent in the answer to all.
inv::BatchPostResponse TakeResults(int count, int* next, inv::BatchPostResponse* all) {
  inv::BatchPostResponse share;
  for (int index = 0; index < count; ++index) {
    *share.add_results() = std::move(*all->mutable_results(*next));
    ++*next;
  }
  return share;
}

}  // namespace

// Submissions that are reserved together, and what became of each.
struct DistributionRecorder::Group {
  // What the reservation says of a submission.
  struct Verdict {
    // Refused, or answered before.
    std::optional<absl::StatusOr<v1::RecordDistributionResponse>> result;
    uint64_t under_way_in = 0;  // the same request is in this intent already
    bool is_reserved = false;
  };

  std::vector<Submission> submissions;
  void AddAudit(const Audit& audit) {
    if (pending.audits().empty() || audit != last_audit) {
      pending.add_audits()->set_entry(audit->SerializeAsString());
      last_audit = audit;
    }
    rec::PendingAuditRecord& last = *pending.mutable_audits()->rbegin();
    last.set_distributions(last.distributions() + 1);
  }

  std::vector<Verdict> verdicts;
  rec::PendingGroupRecord pending;
  Audit last_audit;
  std::set<absl::string_view> callers;
  runtime::Intent intent;
};

DistributionRecorder::~DistributionRecorder() {
  absl::MutexLock lock(&mutex_);
  while (callbacks_under_way_ > 0) no_callback_under_way_.Wait(&mutex_);
}

void DistributionRecorder::Record(std::vector<Submission> submissions) {
  {
    absl::MutexLock lock(&mutex_);
    std::move(submissions.begin(), submissions.end(), std::back_inserter(waiting_));
  }
  StartGroups();
}

void DistributionRecorder::StartGroups() {
  while (true) {
    auto group = std::make_shared<Group>();
    {
      absl::MutexLock lock(&mutex_);
      if (waiting_.empty() || groups_being_reserved_ >= kGroupsBeingReservedMax) return;
      ++groups_being_reserved_;
      ++callbacks_under_way_;
      if (waiting_.size() <= kGroupMax) {
        group->submissions.swap(waiting_);
      } else {
        const auto end = waiting_.begin() + kGroupMax;
        std::move(waiting_.begin(), end, std::back_inserter(group->submissions));
        waiting_.erase(waiting_.begin(), end);
      }
    }
    parts_.store->Transact(
        [this, group](storage::Transaction& transaction) {
          return Reserve(transaction, group.get());
        },
        [this, group](absl::Status status) {
          {
            absl::MutexLock lock(&mutex_);
            --groups_being_reserved_;
          }
          Reserved(group, status);
          StartGroups();
          // Nothing of the recorder is touched after this.
          absl::MutexLock lock(&mutex_);
          if (--callbacks_under_way_ == 0) no_callback_under_way_.SignalAll();
        });
  }
}

absl::Status DistributionRecorder::Reserve(storage::Transaction& transaction, Group* group) {
  group->verdicts.assign(group->submissions.size(), {});
  group->pending.Clear();
  group->callers.clear();
  ASSIGN_OR_RETURN(group->intent.id, parts_.intents->TakeId(transaction));
  for (size_t index = 0; index < group->submissions.size(); ++index) {
    RETURN_IF_ERROR(ReserveOne(transaction, index, group));
  }
  if (group->pending.distributions().empty()) return absl::OkStatus();
  group->intent.payload = group->pending.SerializeAsString();
  group->intent.caller_id = runtime::JoinCallers(group->callers);
  return parts_.intents->Open(transaction, kRecordingIntent, group->intent);
}

// Not OK only if the whole transaction must fail.
absl::Status DistributionRecorder::ReserveOne(storage::Transaction& transaction, size_t index,
                                              Group* group) {
  const Recording& recording = group->submissions[index].recording;
  Group::Verdict& verdict = group->verdicts[index];
  const auto refuse = [&verdict](const absl::Status& status) {
    if (runtime::IsFailure(status)) return status;
    verdict.result = status;
    return absl::OkStatus();
  };
  const auto memory = parts_.once->Find(transaction, recording.request_id, recording.hash);
  if (!memory.ok()) return refuse(memory.status());
  if (memory->has_value()) {
    verdict.under_way_in = (*memory)->intent_id;
    if (verdict.under_way_in != 0) return absl::OkStatus();
    v1::RecordDistributionResponse answer;
    if (!answer.ParseFromString((*memory)->answer)) {
      return absl::DataLossError("the remembered answer of a distribution is damaged");
    }
    verdict.result = std::move(answer);
    return absl::OkStatus();
  }
  absl::StatusOr<rec::PendingRecord> pending =
      ReserveDistribution(transaction, *parts_.schools, recording, group->intent.id);
  if (!pending.ok()) return refuse(pending.status());
  RETURN_IF_ERROR(
      parts_.once->Reserve(transaction, recording.request_id, recording.hash, group->intent.id));
  verdict.is_reserved = true;
  *group->pending.add_distributions() = *std::move(pending);
  group->AddAudit(group->submissions[index].audit);
  group->callers.insert(recording.recorded_by);
  return absl::OkStatus();
}

void DistributionRecorder::Reserved(std::shared_ptr<Group> group, const absl::Status& status) {
  auto reserved = std::make_shared<std::vector<Done>>();
  std::vector<std::pair<Submission, uint64_t>> others;
  for (size_t index = 0; index < group->submissions.size(); ++index) {
    Submission& submission = group->submissions[index];
    if (!status.ok()) {
      std::move(submission.done)(status);
      continue;
    }
    Group::Verdict& verdict = group->verdicts[index];
    if (verdict.result.has_value()) {
      std::move(submission.done)(*std::move(verdict.result));
    } else if (verdict.is_reserved) {
      reserved->push_back(std::move(submission.done));
    } else {
      others.emplace_back(std::move(submission), verdict.under_way_in);
    }
  }
  if (!reserved->empty()) {
    parts_.intents->Drive(
        kRecordingIntent, std::move(group->intent), [reserved](absl::StatusOr<std::string> answer) {
          v1::BatchRecordDistributionsResponse response;
          absl::Status failed = answer.status();
          if (answer.ok() && (!response.ParseFromString(*answer) ||
                              response.results_size() != static_cast<int>(reserved->size()))) {
            failed = absl::DataLossError("the answer of a group of distributions is damaged");
          }
          for (size_t index = 0; index < reserved->size(); ++index) {
            Done& done = (*reserved)[index];
            if (!failed.ok()) {
              std::move(done)(failed);
              continue;
            }
            v1::DistributionResult& result = *response.mutable_results(static_cast<int>(index));
            if (result.has_refusal()) {
              std::move(done)(ToStatus(result.refusal()));
            } else {
              std::move(done)(std::move(*result.mutable_recorded()));
            }
          }
        });
  }
  // Repeats within this group wait for its own intent, so it had to be set going.
  for (auto& [submission, intent_id] : others) AwaitOther(std::move(submission), intent_id);
}

void DistributionRecorder::AwaitOther(Submission submission, uint64_t intent_id) {
  auto waiting = std::make_shared<Submission>(std::move(submission));
  const auto again = [this, waiting] {
    std::vector<Submission> submissions;
    submissions.push_back(std::move(*waiting));
    Record(std::move(submissions));
  };
  runtime::IntentRunner::Waiter waiter = [waiting, again](absl::StatusOr<std::string> answer) {
    // Concluded: the request is remembered or free again by now.
    if (answer.ok()) return again();
    std::move(waiting->done)(answer.status());
  };
  if (!parts_.intents->Await(intent_id, waiter)) again();
}

void DistributionRecorder::Perform(const std::vector<runtime::Intent>& intents, Performed done) {
  inv::BatchPostRequest request;
  std::vector<int> counts;
  for (const runtime::Intent& intent : intents) {
    absl::StatusOr<rec::PendingGroupRecord> group = ParseGroup(intent.payload);
    absl::Status status = group.status();
    for (int index = 0; status.ok() && index < group->distributions_size(); ++index) {
      status = FillDraft(group->distributions(index), request.add_drafts());
    }
    if (!status.ok()) return std::move(done)(std::vector<Outcome>(intents.size(), status));
    counts.push_back(group->distributions_size());
  }
  parts_.ledger->PostBatch(
      std::move(request), [counts = std::move(counts), done = std::move(done)](
                              absl::StatusOr<inv::BatchPostResponse> response) mutable {
        int expected = 0;
        for (const int count : counts) expected += count;
        if (response.ok() && response->results_size() != expected) {
          response = absl::InternalError("the inventory answered another number of drafts");
        }
        if (!response.ok()) {
          const absl::Status away = AsTransient(response.status());
          return std::move(done)(std::vector<Outcome>(counts.size(), away));
        }
        std::vector<Outcome> outcomes;
        int next = 0;
        for (const int count : counts) {
          outcomes.push_back(TakeResults(count, &next, &*response).SerializeAsString());
        }
        std::move(done)(std::move(outcomes));
      });
}

absl::Status DistributionRecorder::Conclude(storage::Transaction& transaction,
                                            const runtime::Intent& intent, const Outcome& outcome,
                                            Outcome* answer) {
  ASSIGN_OR_RETURN(const rec::PendingGroupRecord group, ParseGroup(intent.payload));
  inv::BatchPostResponse posted;
  if (outcome.ok() &&
      (!posted.ParseFromString(*outcome) || posted.results_size() != group.distributions_size())) {
    return absl::InternalError("the outcome of a group of distributions is damaged");
  }
  v1::BatchRecordDistributionsResponse response;
  for (int index = 0; index < group.distributions_size(); ++index) {
    const absl::StatusOr<inv::PostingResult> result =
        outcome.ok() ? absl::StatusOr<inv::PostingResult>(posted.results(index)) : outcome.status();
    RETURN_IF_ERROR(
        ConcludeOne(transaction, group.distributions(index), result, response.add_results()));
  }
  RETURN_IF_ERROR(AuditGroup(transaction, group, response));
  *answer = response.SerializeAsString();
  return absl::OkStatus();
}

// One row for each call, if any of its records stands.
absl::Status DistributionRecorder::AuditGroup(
    storage::Transaction& transaction, const rec::PendingGroupRecord& group,
    const v1::BatchRecordDistributionsResponse& response) {
  constexpr runtime::AuditLog kLog(runtime::ServiceTag::kConsumption);
  int index = 0;
  for (const rec::PendingAuditRecord& audit : group.audits()) {
    runtime::AuditEntry entry;
    const int end = index + audit.distributions();
    if (end > group.distributions_size() || !entry.ParseFromString(audit.entry())) {
      return absl::DataLossError("what the audit log is told of distributions is damaged");
    }
    int64_t recorded = 0;
    for (; index < end; ++index) {
      if (!response.results(index).has_recorded()) continue;
      ++recorded;
      runtime::AddAuditedId("school_id", group.distributions(index).school_id(), &entry);
    }
    if (recorded == 0) continue;
    entry.set_records(recorded);
    RETURN_IF_ERROR(kLog.Append(transaction, std::move(entry)));
  }
  return absl::OkStatus();
}

absl::Status DistributionRecorder::ConcludeOne(storage::Transaction& transaction,
                                               const rec::PendingRecord& pending,
                                               const absl::StatusOr<inv::PostingResult>& posted,
                                               v1::DistributionResult* result) const {
  if (!posted.ok() || posted->has_refusal()) {
    *result->mutable_refusal() =
        posted.ok() ? ToRefusal(posted->refusal()) : ToRefusal(posted.status());
    RETURN_IF_ERROR(ReleaseDistribution(transaction, pending));
    return parts_.once->Forget(transaction, RequestIdOf(pending));
  }
  ASSIGN_OR_RETURN(
      const Recorded recorded,
      StoreDistribution(transaction, pending, {posted->position(), posted->recorded_us()}));
  v1::RecordDistributionResponse& answer = *result->mutable_recorded();
  answer.set_distribution_id(recorded.distribution_id);
  answer.set_position(posted->position());
  answer.set_found_g(posted->found_g());
  answer.set_served_twice_count(recorded.served_twice_count);
  ASSIGN_OR_RETURN(const runtime::BodyHash hash, HashOf(pending));
  return parts_.once->Remember(transaction, RequestIdOf(pending), hash, answer.SerializeAsString());
}

}  // namespace milkway::consumption
