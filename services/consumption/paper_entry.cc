#include "services/consumption/paper_entry.h"

#include <optional>
#include <string>
#include <utility>

#include "absl/base/thread_annotations.h"
#include "absl/strings/str_cat.h"
#include "absl/synchronization/mutex.h"
#include "clients/cpp/status_macros.h"
#include "services/consumption/consumption_errors.h"
#include "services/consumption/corrections.h"
#include "services/consumption/distribution_convert.h"
#include "services/consumption/distribution_corrector.h"
#include "services/runtime/errors.h"

namespace milkway::consumption {

namespace {

// What the audit log is told of one of the corrections of a call.
std::string EntryOf(const Correction& correction, runtime::AuditEntry entry) {
  runtime::AddAuditedId("school_id", correction.school_id, &entry);
  runtime::AddAuditedId("distribution_id", absl::StrCat(correction.distribution_id), &entry);
  return entry.SerializeAsString();
}

}  // namespace

// The days of a sheet as they come in; the last one answers.
struct PaperEntry::Progress {
  void Set(size_t index, const absl::StatusOr<int64_t>& distribution_id) {
    {
      absl::MutexLock lock(&mutex);
      v1::PaperDayResult& result = plan[index].result;
      if (distribution_id.ok()) {
        result.set_distribution_id(*distribution_id);
      } else if (runtime::IsTransient(distribution_id.status()) ||
                 runtime::IsFailure(distribution_id.status())) {
        failure.Update(distribution_id.status());
      } else {
        SetRefused(distribution_id.status(), &result);
      }
      if (--left > 0) return;
    }
    Answer();
  }

  void Answer() {
    if (!failure.ok()) return std::move(done)(failure);
    v1::EnterPaperSheetResponse response;
    for (const PlannedDay& day : plan) *response.add_days() = day.result;
    std::move(done)(std::move(response));
  }

  absl::Mutex mutex;
  std::vector<PlannedDay> plan;
  size_t left = 0;
  absl::Status failure;
  Done done;
};

// A correction on its way.
struct PaperEntry::Correcting {
  // `answer`: a serialized CorrectDistributionResponse.
  void End(const absl::StatusOr<std::string>& answer) {
    if (!answer.ok()) return progress->Set(index, answer.status());
    progress->Set(index, correction.distribution_id);
  }

  std::shared_ptr<Progress> progress;
  size_t index = 0;
  Correction correction;
  runtime::BodyHash hash{};
  std::optional<runtime::OnceTable::Memory> memory;
  runtime::Intent intent;
};

void PaperEntry::Enter(const v1::EnterPaperSheetRequest& request, const runtime::Call& call,
                       const runtime::AuditEntry& entry, Done done) {
  auto progress = std::make_shared<Progress>();
  progress->done = std::move(done);
  auto plan = PlanSheet(*parts_.store->NewSnapshot(), *parts_.schools, request);
  if (!plan.ok()) return std::move(progress->done)(plan.status());
  progress->plan = *std::move(plan);
  for (const PlannedDay& day : progress->plan) {
    const v1::PaperOutcome outcome = day.result.outcome();
    const bool is_sent =
        outcome == v1::PAPER_OUTCOME_CORRECTED || outcome == v1::PAPER_OUTCOME_RECORDED;
    progress->left += is_sent ? 1 : 0;
  }
  if (request.dry_run() || progress->left == 0) return progress->Answer();
  Record(std::move(progress), call, entry);
}

void PaperEntry::Record(std::shared_ptr<Progress> progress, const runtime::Call& call,
                        const runtime::AuditEntry& entry) {
  const auto audit = std::make_shared<const runtime::AuditEntry>(entry);
  std::vector<DistributionRecorder::Submission> submissions;
  std::vector<std::shared_ptr<Correcting>> corrections;
  std::vector<std::pair<size_t, absl::Status>> malformed;
  for (size_t index = 0; index < progress->plan.size(); ++index) {
    const PlannedDay& day = progress->plan[index];
    if (day.result.outcome() == v1::PAPER_OUTCOME_RECORDED) {
      absl::StatusOr<Recording> recording = ParseRecording(day.record);
      if (!recording.ok()) {
        malformed.emplace_back(index, recording.status());
        continue;
      }
      recording->hash = parts_.once->HashOf(day.record);
      recording->recorded_by = call.caller.id;
      recording->age_limit = AgeLimitOf(call);
      submissions.push_back(
          {*std::move(recording), audit,
           [progress, index](absl::StatusOr<v1::RecordDistributionResponse> recorded) {
             if (!recorded.ok()) return progress->Set(index, recorded.status());
             progress->Set(index, recorded->distribution_id());
           }});
    } else if (day.result.outcome() == v1::PAPER_OUTCOME_CORRECTED) {
      absl::StatusOr<Correction> correction = ParseCorrection(day.correction);
      if (!correction.ok()) {
        malformed.emplace_back(index, correction.status());
        continue;
      }
      correction->recorded_by = call.caller.id;
      correction->age_limit = AgeLimitOf(call);
      auto correcting = std::make_shared<Correcting>();
      correcting->progress = progress;
      correcting->index = index;
      correcting->hash = parts_.once->HashOf(day.correction);
      correcting->correction = *std::move(correction);
      correcting->intent.caller_id = call.caller.id;
      correcting->intent.audit_entry = EntryOf(correcting->correction, entry);
      corrections.push_back(std::move(correcting));
    }
  }
  // Each of these may end the call; `progress` and the vectors here outlive it.
  if (!submissions.empty()) parts_.recorder->Record(std::move(submissions));
  for (auto& correcting : corrections) Correct(std::move(correcting));
  for (const auto& [index, status] : malformed) progress->Set(index, status);
}

void PaperEntry::Correct(std::shared_ptr<Correcting> correcting) {
  parts_.store->Transact(
      [this, correcting](storage::Transaction& transaction) -> absl::Status {
        const runtime::RequestId id = correcting->correction.request_id;
        ASSIGN_OR_RETURN(correcting->memory, parts_.once->Find(transaction, id, correcting->hash));
        if (correcting->memory.has_value()) return absl::OkStatus();
        ASSIGN_OR_RETURN(const rec::PendingCorrectionRecord pending,
                         ReserveCorrection(transaction, *parts_.schools, correcting->correction));
        runtime::Intent& intent = correcting->intent;
        ASSIGN_OR_RETURN(intent.id, parts_.intents->TakeId(transaction));
        intent.payload = pending.SerializeAsString();
        intent.request = runtime::Intent::Request{id, correcting->hash};
        return parts_.intents->Open(transaction, kCorrectionIntent, intent);
      },
      [this, correcting](absl::Status status) {
        if (!status.ok()) return correcting->End(status);
        const auto& memory = correcting->memory;
        if (memory.has_value() && memory->intent_id == 0) return correcting->End(memory->answer);
        runtime::IntentRunner::Waiter waiter = [correcting](absl::StatusOr<std::string> answer) {
          correcting->End(answer);
        };
        if (!memory.has_value()) {
          return parts_.intents->Drive(kCorrectionIntent, correcting->intent, std::move(waiter));
        }
        // Concluded in the meantime: the answer is remembered or forgotten now.
        if (!parts_.intents->Await(memory->intent_id, waiter)) Correct(correcting);
      });
}

}  // namespace milkway::consumption
