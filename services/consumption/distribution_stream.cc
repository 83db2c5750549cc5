#include "services/consumption/distribution_stream.h"

#include <memory>
#include <utility>
#include <vector>

#include "services/consumption/distribution_convert.h"

namespace milkway::consumption {

namespace {

// Records under way and results that wait to be written; while there are as many the
// stream is not read.
constexpr size_t kUnansweredMax = 1'000;

}  // namespace

DistributionStream::DistributionStream(runtime::CallScope scope, DistributionRecorder* recorder)
    : scope_(std::move(scope)),
      audit_(std::make_shared<const runtime::AuditEntry>(
          scope_.Entry(runtime::records::v1::AUDIT_KIND_CHANGE, nullptr))),
      recorder_(*recorder) {
  if (!scope_.admitted().ok()) {
    Finish(scope_.End(scope_.admitted()));
    return;
  }
  Steps steps;
  {
    absl::MutexLock lock(&mutex_);
    steps = NextSteps();
  }
  Take(steps);
}

void DistributionStream::OnReadDone(bool ok) {
  const absl::Status admitted = scope_.StillAdmitted();
  const bool goes_on = ok && admitted.ok();
  {
    absl::MutexLock lock(&mutex_);
    if (goes_on) ++under_way_;
    if (!goes_on) all_read_ = true;
    if (ok) admitted_ = admitted;
  }
  if (goes_on) Record();
  Steps steps;
  {
    absl::MutexLock lock(&mutex_);
    reading_ = false;
    steps = NextSteps();
  }
  Take(steps);
}

void DistributionStream::Record() {
  std::string request_id = request_.record().request_id();
  absl::StatusOr<Recording> recording = ParseRecording(request_.record());
  if (!recording.ok()) {
    return Answer(request_id, ToResult(recording.status()));
  }
  recording->hash = scope_.parts().once->HashOf(request_.record());
  recording->recorded_by = scope_.call().caller.id;
  std::vector<DistributionRecorder::Submission> submissions;
  submissions.push_back({*std::move(recording), audit_,
                         [this, request_id = std::move(request_id)](
                             absl::StatusOr<v1::RecordDistributionResponse> recorded) {
                           Answer(request_id, ToResult(std::move(recorded)));
                         }});
  recorder_.Record(std::move(submissions));
}

void DistributionStream::Answer(const std::string& request_id, v1::DistributionResult result) {
  v1::StreamDistributionsResponse response;
  response.set_request_id(request_id);
  *response.mutable_result() = std::move(result);
  Steps steps;
  {
    // One lock from the end of the record to the choice of what comes next: else
    // another thread could finish the stream in between, and it would be gone.
    absl::MutexLock lock(&mutex_);
    --under_way_;
    answers_.push_back(std::move(response));
    steps = NextSteps();
  }
  Take(steps);
}

void DistributionStream::OnWriteDone(bool ok) {
  Steps steps;
  {
    absl::MutexLock lock(&mutex_);
    writing_ = false;
    if (!ok) broken_ = true;
    steps = NextSteps();
  }
  Take(steps);
}

DistributionStream::Steps DistributionStream::NextSteps() {
  if (broken_) answers_.clear();  // the caller has gone; what it sent is recorded
  Steps steps;
  const size_t unanswered = static_cast<size_t>(under_way_) + answers_.size();
  steps.read = !reading_ && !all_read_ && unanswered < kUnansweredMax;
  steps.write = !writing_ && !answers_.empty();
  steps.finish =
      !reading_ && all_read_ && under_way_ == 0 && !writing_ && answers_.empty() && !finished_;
  if (steps.finish) steps.status = admitted_;
  reading_ |= steps.read;
  writing_ |= steps.write;
  finished_ |= steps.finish;
  if (steps.write) {
    response_ = std::move(answers_.front());
    answers_.pop_front();
  }
  return steps;
}

// A step that is started keeps the stream alive until it is done; without one
// nothing of it is touched.
void DistributionStream::Take(const Steps& steps) {
  if (steps.write) StartWrite(&response_);
  if (steps.read) StartRead(&request_);
  if (steps.finish) Finish(scope_.End(steps.status));
}

}  // namespace milkway::consumption
