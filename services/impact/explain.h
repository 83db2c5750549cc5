// Why a gift's figures changed between two moments.

#ifndef MILKWAY_SERVICES_IMPACT_EXPLAIN_H_
#define MILKWAY_SERVICES_IMPACT_EXPLAIN_H_

#include "absl/status/statusor.h"
#include "milkway/impact/v1/gifts.pb.h"
#include "milkway/inventory/v1/stock.grpc.pb.h"
#include "services/impact/questions.h"
#include "services/runtime/asking.h"
#include "services/runtime/peer.h"
#include "services/runtime/service.h"
#include "storage/store.h"

namespace milkway::impact {

// Thread-safe; Connect is called once.
class Explainer {
 public:
  // All must outlive this.
  Explainer(storage::Store* store, runtime::Asking* asking, const Questions* questions);

  void Connect(const runtime::Peers& peers) { stock_.Connect(peers.inventory); }

  // Waits: only within a task of `asking`. NOT_FOUND (GIFT_UNKNOWN), INVALID_ARGUMENT
  // naming a field, RESOURCE_EXHAUSTED if there is too much to tell.
  absl::StatusOr<v1::ExplainChangeResponse> Explain(const v1::ExplainChangeRequest& request) const;

 private:
  absl::Status AddPostings(const GiftImpact& before, const GiftImpact& after,
                           v1::ExplainChangeResponse* answer) const;

  storage::Store& store_;
  runtime::Asking& asking_;
  const Questions& questions_;
  runtime::Peer<inventory::v1::StockService> stock_;
};

}  // namespace milkway::impact

#endif  // MILKWAY_SERVICES_IMPACT_EXPLAIN_H_
