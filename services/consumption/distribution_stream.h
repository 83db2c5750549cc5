// StreamDistributions: class records in, what became of each out.

#ifndef MILKWAY_SERVICES_CONSUMPTION_DISTRIBUTION_STREAM_H_
#define MILKWAY_SERVICES_CONSUMPTION_DISTRIBUTION_STREAM_H_

#include <deque>
#include <string>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/synchronization/mutex.h"
#include "grpcpp/support/server_callback.h"
#include "milkway/consumption/v1/distributions.pb.h"
#include "services/consumption/distribution_recorder.h"
#include "services/runtime/handler.h"

namespace milkway::consumption {

// Reads no further once the caller's token is not taken any more: what came before is
// answered. Deletes itself when gRPC is done with it.
class DistributionStream final : public grpc::ServerBidiReactor<v1::StreamDistributionsRequest,
                                                                v1::StreamDistributionsResponse> {
 public:
  // `recorder` must outlive the stream.
  DistributionStream(runtime::CallScope scope, DistributionRecorder* recorder);

  void OnReadDone(bool ok) override;
  void OnWriteDone(bool ok) override;
  void OnDone() override { delete this; }

 private:
  // What is to be done next.
  struct Steps {
    bool read = false;
    bool write = false;
    bool finish = false;
    absl::Status status;  // to finish with
  };

  // Starts recording what was read.
  void Record();
  // Takes the result of a record and goes on. The stream may be gone afterwards.
  void Answer(const std::string& request_id, v1::DistributionResult result);
  Steps NextSteps() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void Take(const Steps& steps);

  runtime::CallScope scope_;
  const DistributionRecorder::Audit audit_;
  DistributionRecorder& recorder_;
  v1::StreamDistributionsRequest request_;    // being read
  v1::StreamDistributionsResponse response_;  // being written

  absl::Mutex mutex_;
  std::deque<v1::StreamDistributionsResponse> answers_ ABSL_GUARDED_BY(mutex_);
  int under_way_ ABSL_GUARDED_BY(mutex_) = 0;
  bool reading_ ABSL_GUARDED_BY(mutex_) = false;
  bool writing_ ABSL_GUARDED_BY(mutex_) = false;
  bool all_read_ ABSL_GUARDED_BY(mutex_) = false;
  bool broken_ ABSL_GUARDED_BY(mutex_) = false;
  absl::Status admitted_ ABSL_GUARDED_BY(mutex_);  // when the last record came
  bool finished_ ABSL_GUARDED_BY(mutex_) = false;
};

}  // namespace milkway::consumption

#endif  // MILKWAY_SERVICES_CONSUMPTION_DISTRIBUTION_STREAM_H_
