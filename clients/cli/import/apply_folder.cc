#include "clients/cli/import/apply_folder.h"

#include "clients/cli/import/distribution_batch.h"
#include "clients/cpp/status_macros.h"

namespace milkway::cli {

namespace {

absl::Status ApplyEvent(const ApplyParts& parts, const Event& event) {
  switch (event.table) {
    case Table::kShipments:
      return ApplyDispatch(parts, event.index);
    case Table::kMilestones:
      return ApplyMilestone(parts, event.index);
    case Table::kReceipts:
    case Table::kReceiptHistory:
      return ApplyReceipt(parts, {event.table, event.index});
    case Table::kAdjustments:
      return ApplyAdjustment(parts, event.index);
    case Table::kRecords:
      return ApplyRecord(parts, event.index);
    case Table::kShipmentOutcomes:
      return ApplyOutcome(parts, event.index);
    default:
      return ApplyCount(parts, event.index);
  }
}

// Distributions that follow each other go in one message; anything else waits until
// they are recorded.
absl::Status ApplyEvents(const ApplyParts& parts) {
  ASSIGN_OR_RETURN(const std::vector<Event> events,
                   OrderEvents(parts.folder, parts.index, &parts.references));
  DistributionBatch batch(parts);
  for (const Event& event : events) {
    if (event.table == Table::kDistributions || event.table == Table::kDistributionHistory) {
      RETURN_IF_ERROR(batch.Add({event.table, event.index}));
    } else {
      RETURN_IF_ERROR(batch.Send());
      RETURN_IF_ERROR(ApplyEvent(parts, event));
    }
  }
  return batch.Send();
}

}  // namespace

absl::Status ApplyFolder(const ApplyParts& parts) {
  parts.report.SealBrokenFiles();
  RETURN_IF_ERROR(ApplyProducts(parts));
  RETURN_IF_ERROR(ApplyLocations(parts));
  RETURN_IF_ERROR(ApplyExchangeRates(parts));
  RETURN_IF_ERROR(ApplyPurchases(parts));
  RETURN_IF_ERROR(ApplyGifts(parts));
  RETURN_IF_ERROR(ApplyAllocations(parts));
  RETURN_IF_ERROR(ApplyShipmentDrafts(parts));
  RETURN_IF_ERROR(ApplyStudents(parts));
  return ApplyEvents(parts);
}

}  // namespace milkway::cli
