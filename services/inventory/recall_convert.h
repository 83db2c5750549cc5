// Between the messages of recalls and their records. INVALID_ARGUMENT names the field
// from the message given on.

#ifndef MILKWAY_SERVICES_INVENTORY_RECALL_CONVERT_H_
#define MILKWAY_SERVICES_INVENTORY_RECALL_CONVERT_H_

#include "absl/status/statusor.h"
#include "milkway/inventory/v1/recalls.pb.h"
#include "services/inventory/recalls.h"

namespace milkway::inventory {

// A recall as it is asked for: without what the server keeps.
absl::StatusOr<Recall> ParseRecall(const v1::Recall& message);
absl::StatusOr<RecallEnd> ParseRecallEnd(const v1::LiftRecallRequest& message);

v1::Recall ToMessage(const Recall& recall);
v1::RecalledStock ToMessage(const RecalledStock& stock);

}  // namespace milkway::inventory

#endif  // MILKWAY_SERVICES_INVENTORY_RECALL_CONVERT_H_
