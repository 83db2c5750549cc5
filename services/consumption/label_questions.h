// The labels of lots, as the inventory's catalogue has them.

#ifndef MILKWAY_SERVICES_CONSUMPTION_LABEL_QUESTIONS_H_
#define MILKWAY_SERVICES_CONSUMPTION_LABEL_QUESTIONS_H_

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"
#include "absl/types/span.h"
#include "clients/cpp/service_channel.h"
#include "milkway/inventory/v1/catalog.grpc.pb.h"
#include "milkway/inventory/v1/purchases.grpc.pb.h"
#include "services/consumption/nutrition.h"
#include "services/runtime/asking.h"
#include "services/runtime/peer.h"

namespace milkway::consumption {

// A lot's product never changes, nor does a product's label: each is asked for once.
// Thread-safe; Connect is called once.
class LabelQuestions {
 public:
  // `asking` must outlive this.
  LabelQuestions(const std::string& caller, runtime::Asking* asking);

  void Connect(const clients::ServiceChannel& inventory);

  // Waits: only within a task of `asking`. UNAVAILABLE if the inventory is away,
  // INTERNAL if its answer cannot be.
  absl::StatusOr<LabelByLot> LabelsOf(const std::vector<LotId>& lots);

 private:
  using ProductByLot = std::map<LotId, std::string>;
  absl::StatusOr<ProductByLot> ProductsOf(const std::vector<LotId>& lots);
  // Asks for up to 1000 lots and keeps what it hears.
  absl::Status AskForProducts(absl::Span<const LotId> lots, ProductByLot* products);
  absl::StatusOr<Label> LabelOf(const std::string& product_id);

  runtime::Asking& asking_;
  runtime::Peer<inventory::v1::PurchaseService> purchases_;
  runtime::Peer<inventory::v1::CatalogService> catalog_;

  absl::Mutex mutex_;
  absl::flat_hash_map<LotId, std::string> product_by_lot_ ABSL_GUARDED_BY(mutex_);
  absl::flat_hash_map<std::string, Label> label_by_product_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace milkway::consumption

#endif  // MILKWAY_SERVICES_CONSUMPTION_LABEL_QUESTIONS_H_
