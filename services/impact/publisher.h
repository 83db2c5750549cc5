// Publishing: asks what may be told, keeps it, and writes it to the log.
//
// A publication goes through stages, each of bounded steps that are stored with the place
// where the next one goes on. So one that was interrupted is completed, and tells what it
// would have told.

#ifndef MILKWAY_SERVICES_IMPACT_PUBLISHER_H_
#define MILKWAY_SERVICES_IMPACT_PUBLISHER_H_

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "milkway/consumption/v1/publications.grpc.pb.h"
#include "milkway/inventory/v1/log.grpc.pb.h"
#include "services/impact/leaf_outbox.h"
#include "services/impact/questions.h"
#include "services/impact/statements.h"
#include "services/runtime/asking.h"
#include "services/runtime/clock.h"
#include "services/runtime/peer.h"
#include "storage/store.h"

namespace milkway::impact {

// No two publications are closer than this.
inline constexpr int64_t kPublicationPauseUs = int64_t{7} * 24 * 60 * 60 * 1'000'000;

class Publisher {
 public:
  // All must outlive the publisher. `asking` has one thread: publications go one after
  // another.
  Publisher(storage::Store* store, runtime::Asking* asking, const Questions* questions,
            const runtime::Clock* clock);

  void Connect(const runtime::Peers& peers);

  // Completes the last publication, or begins one and completes it; only within a task
  // of `asking`. The request that began the last one gets that one again.
  // FAILED_PRECONDITION (PUBLISHED_RECENTLY).
  absl::StatusOr<Publication> Publish(const std::string& caller_id, const std::string& request_id);

  // Whether Publish would do something now.
  absl::StatusOr<bool> IsDue() const;

  // Writes waiting allocations to the log; as LeafOutbox::Empty.
  absl::Status EmptyOutbox() { return outbox_.Empty(); }

  const runtime::Peer<inventory::v1::LogService>& log() const { return log_; }

 private:
  absl::StatusOr<Publication> Begin(const std::string& caller_id, const std::string& request_id);
  // One step of the stage that the publication is in.
  absl::Status TakeStep(Publication* publication);
  absl::Status AskServings(Publication* publication);
  absl::Status AskLots(Publication* publication);
  absl::Status WriteLeaves(Publication* publication);
  absl::Status AskChildren(Publication* publication);

  // Stores where the publication stands together with what `change` writes.
  absl::Status Store(const Publication& publication,
                     const std::function<absl::Status(storage::Transaction&)>& change);

  storage::Store& store_;
  runtime::Asking& asking_;
  const Questions& questions_;
  const runtime::Clock& clock_;
  runtime::Peer<consumption::v1::PublicationService> servings_;
  runtime::Peer<inventory::v1::LogService> log_;
  LeafOutbox outbox_;
};

}  // namespace milkway::impact

#endif  // MILKWAY_SERVICES_IMPACT_PUBLISHER_H_
