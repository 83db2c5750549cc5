#include "services/shipments/shipments.h"

#include <tuple>

#include "clients/cpp/status_macros.h"
#include "services/runtime/check.h"
#include "services/runtime/errors.h"
#include "services/runtime/fields.h"
#include "services/shipments/receipt_plan.h"
#include "services/shipments/shipment_index.h"
#include "services/shipments/shipments_errors.h"
#include "services/shipments/shipments_records.h"

namespace milkway::shipments {

namespace {

absl::StatusOr<rec::ShipmentRecord> MakeShipment(const ShipmentDraft& draft,
                                                 const PackWeights& weights) {
  rec::ShipmentRecord record;
  record.set_origin_id(draft.origin_id);
  record.set_destination_id(draft.destination_id);
  record.set_mode(draft.mode);
  record.set_carrier(draft.carrier);
  record.set_tracking_number(draft.tracking_number);
  if (draft.expected_on.has_value()) record.set_expected_day(draft.expected_on->days);
  for (size_t index = 0; index < draft.lines.size(); ++index) {
    const ShipmentLine& line = draft.lines[index];
    const auto weight = weights.find(line.lot);
    MILKWAY_CHECK(weight != weights.end());
    const auto grams = GramsOf("packs", line.packs, weight->second);
    if (!grams.ok()) {
      return runtime::InField(runtime::Item("lines", static_cast<int>(index)), grams.status());
    }
    rec::ShipmentLineRecord& row = *record.add_lines();
    row.set_lot_id(line.lot.value);
    row.set_packs(line.packs);
    row.set_pack_weight_g(weight->second);
  }
  record.set_requires_release_certificate(draft.requires_release_certificate);
  SetState(ShipmentState::kDraft, &record);
  return record;
}

}  // namespace

absl::StatusOr<rec::ShipmentRecord> CreateShipment(storage::Transaction& transaction,
                                                   const ShipmentDraft& draft,
                                                   const PackWeights& weights, const Actor& actor) {
  ASSIGN_OR_RETURN(auto earlier, ShipmentTable::Find(transaction, draft.shipment_id));
  if (earlier.has_value()) {
    if (DraftOf(draft.shipment_id, *earlier) != draft) return ShipmentExists(draft.shipment_id);
    return *std::move(earlier);
  }
  ASSIGN_OR_RETURN(rec::ShipmentRecord record, MakeShipment(draft, weights));
  record.set_created_by(actor.caller_id);
  RETURN_IF_ERROR(ShipmentTable::Put(transaction, record, draft.shipment_id));
  RETURN_IF_ERROR(IndexDraft(transaction, draft.shipment_id, record));
  RETURN_IF_ERROR(
      NoteChange(transaction, EventKind::kCreated, draft.shipment_id, record, "", actor));
  return record;
}

absl::StatusOr<rec::ShipmentRecord> CancelShipment(storage::Transaction& transaction,
                                                   const std::string& shipment_id,
                                                   const Actor& actor) {
  ASSIGN_OR_RETURN(rec::ShipmentRecord record, ReadFreeShipment(transaction, shipment_id));
  const ShipmentState state = StateOf(record);
  if (state == ShipmentState::kCancelled) return record;
  if (state != ShipmentState::kDraft) return ShipmentNotDraft(shipment_id, state);
  SetState(ShipmentState::kCancelled, &record);
  RETURN_IF_ERROR(ShipmentTable::Put(transaction, record, shipment_id));
  RETURN_IF_ERROR(NoteChange(transaction, EventKind::kCancelled, shipment_id, record, "", actor));
  return record;
}

absl::Status RecordMilestone(storage::Transaction& transaction, const std::string& shipment_id,
                             const Milestone& milestone, const Actor& actor) {
  ASSIGN_OR_RETURN(rec::ShipmentRecord shipment, ReadShipment(transaction, shipment_id));
  if (!HasLeft(StateOf(shipment))) {
    return shipment.is_reserved() ? ShipmentBusy(shipment_id)
                                  : ShipmentNotDispatched(shipment_id, StateOf(shipment));
  }
  const OccurredAt dispatched_at = FromRecord(shipment.dispatched_at());
  if (milestone.occurred_at.us < dispatched_at.us) {
    return MilestoneBeforeDispatch(shipment_id, milestone.occurred_at, dispatched_at);
  }
  const int64_t number = shipment.milestone_count() + 1;
  if (number > kMilestonesMax) return ShipmentFull(shipment_id, "milestones", kMilestonesMax);
  rec::MilestoneRecord record;
  record.set_offset_minutes(milestone.occurred_at.offset_minutes);
  record.set_kind(milestone.kind);
  record.set_place(milestone.place);
  record.set_note(milestone.note);
  record.set_recorded_us(actor.now_us);
  record.set_recorded_by(actor.caller_id);
  shipment.set_milestone_count(number);
  RETURN_IF_ERROR(
      MilestoneTable::Put(transaction, record, shipment_id, milestone.occurred_at.us, number));
  RETURN_IF_ERROR(ShipmentTable::Put(transaction, shipment, shipment_id));
  return NoteChange(transaction, EventKind::kMilestone, shipment_id, shipment, "", actor);
}

absl::StatusOr<rec::ShipmentRecord> ReadShipment(const storage::Reader& reader,
                                                 const std::string& shipment_id) {
  ASSIGN_OR_RETURN(auto record, ShipmentTable::Find(reader, shipment_id));
  if (!record.has_value()) return ShipmentUnknown(shipment_id);
  return *std::move(record);
}

absl::StatusOr<rec::ShipmentRecord> ReadFreeShipment(const storage::Reader& reader,
                                                     const std::string& shipment_id) {
  ASSIGN_OR_RETURN(rec::ShipmentRecord record, ReadShipment(reader, shipment_id));
  if (record.is_reserved()) return ShipmentBusy(shipment_id);
  return record;
}

absl::StatusOr<std::vector<Milestone>> MilestonesOf(const storage::Reader& reader,
                                                    const std::string& shipment_id) {
  std::vector<Milestone> milestones;
  RETURN_IF_ERROR(
      MilestoneTable::Scan(reader, MilestoneKey::Range(shipment_id),
                           [&](const MilestoneKey::Key& key, const rec::MilestoneRecord& record) {
                             milestones.push_back({{std::get<1>(key), record.offset_minutes()},
                                                   record.kind(),
                                                   record.place(),
                                                   record.note()});
                             return true;
                           }));
  return milestones;
}

}  // namespace milkway::shipments
