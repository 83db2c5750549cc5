// VerifyBooks as a stream: progress, and at the end the result.

#ifndef MILKWAY_SERVICES_INVENTORY_VERIFY_STREAM_H_
#define MILKWAY_SERVICES_INVENTORY_VERIFY_STREAM_H_

#include <memory>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/synchronization/mutex.h"
#include "grpcpp/support/server_callback.h"
#include "milkway/inventory/v1/stock.pb.h"
#include "services/runtime/handler.h"
#include "services/runtime/worker.h"

namespace milkway::inventory {

// Verifies on `worker` and deletes itself when gRPC is done with it.
class VerifyStream final : public grpc::ServerWriteReactor<v1::VerifyBooksResponse> {
 public:
  // All must outlive the stream.
  VerifyStream(runtime::CallScope scope, runtime::Worker* worker);

  void OnWriteDone(bool ok) override;
  void OnCancel() override;
  void OnDone() override { delete this; }

 private:
  void Verify();
  // Waits until the message is on its way. CANCELLED if the caller has gone, or as
  // CallScope::StillAdmitted says.
  absl::Status Send(v1::VerifyBooksResponse message);

  runtime::CallScope scope_;
  runtime::Worker& worker_;
  v1::VerifyBooksResponse message_;  // being written
  absl::Mutex mutex_;
  bool writing_ ABSL_GUARDED_BY(mutex_) = false;
  bool gone_ ABSL_GUARDED_BY(mutex_) = false;
};

}  // namespace milkway::inventory

#endif  // MILKWAY_SERVICES_INVENTORY_VERIFY_STREAM_H_
