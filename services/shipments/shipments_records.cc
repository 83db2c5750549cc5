#include "services/shipments/shipments_records.h"

#include <utility>

namespace milkway::shipments {

rec::InstantRecord ToRecord(const OccurredAt& at) {
  rec::InstantRecord record;
  record.set_us(at.us);
  record.set_offset_minutes(at.offset_minutes);
  return record;
}

OccurredAt FromRecord(const rec::InstantRecord& record) {
  return {record.us(), record.offset_minutes()};
}

ShipmentDraft DraftOf(const std::string& shipment_id, const rec::ShipmentRecord& record) {
  ShipmentDraft draft;
  draft.shipment_id = shipment_id;
  draft.origin_id = record.origin_id();
  draft.destination_id = record.destination_id();
  draft.mode = record.mode();
  draft.carrier = record.carrier();
  draft.tracking_number = record.tracking_number();
  if (record.has_expected_day()) draft.expected_on = LocalDate{record.expected_day()};
  for (const rec::ShipmentLineRecord& line : record.lines()) {
    draft.lines.push_back({LotId{line.lot_id()}, line.packs()});
  }
  draft.requires_release_certificate = record.requires_release_certificate();
  return draft;
}

LotStatuses StatusesOf(const rec::ShipmentRecord& record) {
  LotStatuses statuses;
  for (const rec::LotStatusRecord& lot : record.lots()) {
    statuses[LotId{lot.lot_id()}] = {
        lot.pack_weight_g(), lot.shipped_g(), lot.over_g(),     lot.received_g(),
        lot.damaged_g(),     lot.missing_g(), lot.returned_g(), lot.declared_lost_g(),
        lot.quarantined_g(), lot.refused_g()};
  }
  return statuses;
}

void SetStatuses(const LotStatuses& statuses, rec::ShipmentRecord* record) {
  record->clear_lots();
  for (const auto& [lot, status] : statuses) {
    rec::LotStatusRecord& row = *record->add_lots();
    row.set_lot_id(lot.value);
    row.set_pack_weight_g(status.pack_weight_g);
    row.set_shipped_g(status.shipped_g);
    row.set_over_g(status.over_g);
    row.set_received_g(status.received_g);
    row.set_damaged_g(status.damaged_g);
    row.set_missing_g(status.missing_g);
    row.set_returned_g(status.returned_g);
    row.set_declared_lost_g(status.declared_lost_g);
    row.set_quarantined_g(status.quarantined_g);
    row.set_refused_g(status.refused_g);
  }
  SetState(StateOf(statuses), record);
}

rec::ReceiptLineRecord ToRecord(const RecordedLine& recorded) {
  rec::ReceiptLineRecord record;
  record.set_lot_id(recorded.line.lot.value);
  record.set_pack_weight_g(recorded.pack_weight_g);
  record.set_received_packs(recorded.line.received_packs);
  record.set_damaged_packs(recorded.line.damaged_packs);
  record.set_missing_packs(recorded.line.missing_packs);
  record.set_over_g(recorded.over_g);
  record.set_from_lost_g(recorded.from_lost_g);
  record.set_damage_reason(recorded.line.damage_reason);
  record.set_refused_packs(recorded.line.refused_packs);
  record.set_wrong(recorded.line.wrong);
  return record;
}

std::vector<RecordedLine> LinesOf(const rec::ReceiptVersionRecord& version) {
  std::vector<RecordedLine> lines;
  for (const rec::ReceiptLineRecord& record : version.lines()) {
    RecordedLine line;
    line.line = {LotId{record.lot_id()}, record.received_packs(), record.damaged_packs(),
                 record.missing_packs(), record.damage_reason(),  record.refused_packs(),
                 record.wrong()};
    line.pack_weight_g = record.pack_weight_g();
    line.over_g = record.over_g();
    line.from_lost_g = record.from_lost_g();
    line.is_quarantined = version.is_quarantined();
    lines.push_back(line);
  }
  return lines;
}

rec::TransitExitLineRecord ToRecord(const ExitLine& line) {
  rec::TransitExitLineRecord record;
  record.set_lot_id(line.lot.value);
  record.set_pack_weight_g(line.pack_weight_g);
  record.set_packs(line.packs);
  record.set_damaged_packs(line.damaged_packs);
  record.set_from_lost_g(line.from_lost_g);
  return record;
}

ExitLine FromRecord(const rec::TransitExitLineRecord& record) {
  return {LotId{record.lot_id()}, record.pack_weight_g(), record.packs(), record.damaged_packs(),
          record.from_lost_g()};
}

OccurredAt PostedAt(const rec::ReceiptRecord& record, const rec::ReceiptVersionRecord& version) {
  return FromRecord(version.has_posted_at() ? version.posted_at() : record.received_at());
}

Arrival ArrivalAt(const rec::ShipmentRecord& shipment, const OccurredAt& at) {
  if (!shipment.requires_release_certificate()) return {Stock::kUsable, at};
  if (!shipment.has_release()) return {Stock::kQuarantined, at};
  const OccurredAt released_at = FromRecord(shipment.release().released_at());
  return {Stock::kUsable, at.us < released_at.us ? released_at : at};
}

Receipt ReceiptOf(const std::string& receipt_id, const rec::ReceiptRecord& record,
                  const rec::ReceiptVersionRecord& version) {
  Receipt receipt;
  receipt.receipt_id = receipt_id;
  receipt.shipment_id = record.shipment_id();
  receipt.destination_id = record.destination_id();
  receipt.received_at = FromRecord(record.received_at());
  for (const RecordedLine& line : LinesOf(version)) receipt.lines.push_back(line.line);
  receipt.note = version.note();
  receipt.received_by = version.received_by();
  for (const rec::PhotoRecord& photo : version.photos()) {
    receipt.photos.push_back({photo.sha256(), photo.uri()});
  }
  return receipt;
}

rec::DraftRecord MakeDraft(PostingKind kind, runtime::RequestId request_id,
                           const OccurredAt& occurred_at, std::string reference,
                           const std::vector<Movement>& movements) {
  rec::DraftRecord draft;
  draft.set_kind(static_cast<uint32_t>(kind));
  draft.set_request_id_high(request_id.high);
  draft.set_request_id_low(request_id.low);
  *draft.mutable_occurred_at() = ToRecord(occurred_at);
  draft.set_reference(std::move(reference));
  for (const Movement& movement : movements) {
    rec::MovementRecord& row = *draft.add_movements();
    row.set_lot_id(movement.lot.value);
    row.set_from_kind(static_cast<uint32_t>(movement.from));
    row.set_from_place(movement.from_place);
    row.set_to_kind(static_cast<uint32_t>(movement.to));
    row.set_to_place(movement.to_place);
    row.set_quantity_g(movement.quantity_g);
  }
  return draft;
}

}  // namespace milkway::shipments
