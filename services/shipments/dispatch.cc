#include "services/shipments/dispatch.h"

#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "clients/cpp/status_macros.h"
#include "services/shipments/changes.h"
#include "services/shipments/shipments.h"
#include "services/shipments/shipments_errors.h"
#include "services/shipments/shipments_records.h"

namespace milkway::shipments {

namespace {

LotStatuses ShippedBy(const rec::ShipmentRecord& shipment) {
  LotStatuses statuses;
  for (const rec::ShipmentLineRecord& line : shipment.lines()) {
    LotStatus& status = statuses[LotId{line.lot_id()}];
    status.pack_weight_g = line.pack_weight_g();
    status.shipped_g = line.packs() * line.pack_weight_g();
  }
  return statuses;
}

}  // namespace

absl::StatusOr<rec::StepRecord> BeginDispatch(storage::Transaction& transaction,
                                              const Dispatch& dispatch,
                                              runtime::RequestId request_id) {
  const std::string& shipment_id = dispatch.shipment_id;
  ASSIGN_OR_RETURN(rec::ShipmentRecord shipment, ReadFreeShipment(transaction, shipment_id));
  const ShipmentState state = StateOf(shipment);
  if (state != ShipmentState::kDraft) return ShipmentNotDraft(shipment_id, state);

  std::vector<Movement> movements;
  for (const rec::ShipmentLineRecord& line : shipment.lines()) {
    movements.push_back({LotId{line.lot_id()}, Stock::kUsable, shipment.origin_id(),
                         Stock::kInTransit, shipment_id, line.packs() * line.pack_weight_g()});
  }
  rec::StepRecord step;
  step.set_shipment_id(shipment_id);
  *step.mutable_draft() =
      MakeDraft(PostingKind::kDispatch, runtime::DeriveRequestId(request_id, "dispatch"),
                dispatch.dispatched_at, absl::StrCat("shipment/", shipment_id), movements);
  step.mutable_draft()->set_fefo_override_reason(dispatch.fefo_override_reason);

  shipment.set_is_reserved(true);
  RETURN_IF_ERROR(ShipmentTable::Put(transaction, shipment, shipment_id));
  return step;
}

absl::StatusOr<rec::ShipmentRecord> EndDispatch(storage::Transaction& transaction,
                                                const rec::StepRecord& step, const Posted& posted) {
  ASSIGN_OR_RETURN(rec::ShipmentRecord shipment, ReadShipment(transaction, step.shipment_id()));
  shipment.set_is_reserved(false);
  *shipment.mutable_dispatched_at() = step.draft().occurred_at();
  shipment.set_dispatch_position(posted.position);
  shipment.set_dispatched_by(posted.recorded_by);
  SetStatuses(ShippedBy(shipment), &shipment);
  RETURN_IF_ERROR(ShipmentTable::Put(transaction, shipment, step.shipment_id()));
  RETURN_IF_ERROR(NoteChange(transaction, EventKind::kDispatched, step.shipment_id(), shipment, "",
                             {posted.recorded_by, posted.recorded_us}));
  return shipment;
}

absl::Status AbandonDispatch(storage::Transaction& transaction, const rec::StepRecord& step) {
  ASSIGN_OR_RETURN(rec::ShipmentRecord shipment, ReadShipment(transaction, step.shipment_id()));
  shipment.set_is_reserved(false);
  return ShipmentTable::Put(transaction, shipment, step.shipment_id());
}

}  // namespace milkway::shipments
