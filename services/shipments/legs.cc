#include "services/shipments/legs.h"

#include <tuple>
#include <utility>

#include "absl/strings/str_cat.h"
#include "clients/cpp/status_macros.h"
#include "services/shipments/shipments.h"
#include "services/shipments/shipments_errors.h"
#include "services/shipments/shipments_records.h"

namespace milkway::shipments {

namespace {

rec::LegVersionRecord ToVersion(const Leg& leg) {
  rec::LegVersionRecord record;
  record.set_mode(leg.mode);
  record.set_carrier(leg.carrier);
  record.set_tracking_number(leg.tracking_number);
  record.set_container_number(leg.container_number);
  record.set_seal_number(leg.seal_number);
  record.set_sscc(leg.sscc);
  record.set_from_place(leg.from_place);
  record.set_to_place(leg.to_place);
  const auto put = [](const std::optional<OccurredAt>& at,
                      rec::InstantRecord* (*row)(rec::LegVersionRecord*),
                      rec::LegVersionRecord* version) {
    if (at.has_value()) *row(version) = ToRecord(*at);
  };
  using Version = rec::LegVersionRecord;
  put(
      leg.planned_departure_at, [](Version* v) { return v->mutable_planned_departure_at(); },
      &record);
  put(
      leg.planned_arrival_at, [](Version* v) { return v->mutable_planned_arrival_at(); }, &record);
  put(
      leg.departed_at, [](Version* v) { return v->mutable_departed_at(); }, &record);
  put(
      leg.arrived_at, [](Version* v) { return v->mutable_arrived_at(); }, &record);
  return record;
}

std::optional<OccurredAt> TimeOf(bool is_set, const rec::InstantRecord& record) {
  return is_set ? std::optional(FromRecord(record)) : std::nullopt;
}

Leg ToLeg(int64_t sequence, const rec::LegVersionRecord& record) {
  Leg leg;
  leg.sequence = static_cast<int32_t>(sequence);
  leg.mode = record.mode();
  leg.carrier = record.carrier();
  leg.tracking_number = record.tracking_number();
  leg.container_number = record.container_number();
  leg.seal_number = record.seal_number();
  leg.sscc = record.sscc();
  leg.from_place = record.from_place();
  leg.to_place = record.to_place();
  leg.planned_departure_at =
      TimeOf(record.has_planned_departure_at(), record.planned_departure_at());
  leg.planned_arrival_at = TimeOf(record.has_planned_arrival_at(), record.planned_arrival_at());
  leg.departed_at = TimeOf(record.has_departed_at(), record.departed_at());
  leg.arrived_at = TimeOf(record.has_arrived_at(), record.arrived_at());
  return leg;
}

}  // namespace

absl::StatusOr<std::vector<Leg>> RecordLeg(storage::Transaction& transaction,
                                           const std::string& shipment_id, const Leg& leg,
                                           const Actor& actor) {
  ASSIGN_OR_RETURN(const rec::ShipmentRecord shipment, ReadShipment(transaction, shipment_id));
  if (StateOf(shipment) == ShipmentState::kCancelled) return ShipmentCancelled(shipment_id);
  ASSIGN_OR_RETURN(auto found, LegTable::Find(transaction, shipment_id, leg.sequence));
  rec::LegRecord record = std::move(found).value_or(rec::LegRecord());
  const bool says_the_same =
      !record.versions().empty() && ToLeg(leg.sequence, *record.versions().rbegin()) == leg;
  if (says_the_same) return LegsOf(transaction, shipment_id);
  if (record.versions_size() >= kLegVersionsMax) {
    return ShipmentFull(shipment_id, "versions of one leg", kLegVersionsMax);
  }
  rec::LegVersionRecord& version = *record.add_versions();
  version = ToVersion(leg);
  version.set_recorded_us(actor.now_us);
  version.set_recorded_by(actor.caller_id);
  RETURN_IF_ERROR(LegTable::Put(transaction, record, shipment_id, leg.sequence));
  RETURN_IF_ERROR(NoteChange(transaction, EventKind::kLeg, shipment_id, shipment,
                             absl::StrCat(leg.sequence), actor));
  return LegsOf(transaction, shipment_id);
}

absl::StatusOr<std::vector<Leg>> LegsOf(const storage::Reader& reader,
                                        const std::string& shipment_id) {
  std::vector<Leg> legs;
  RETURN_IF_ERROR(LegTable::Scan(reader, LegKey::Range(shipment_id),
                                 [&](const LegKey::Key& key, const rec::LegRecord& record) {
                                   if (!record.versions().empty()) {
                                     legs.push_back(
                                         ToLeg(std::get<1>(key), *record.versions().rbegin()));
                                   }
                                   return true;
                                 }));
  return legs;
}

}  // namespace milkway::shipments
