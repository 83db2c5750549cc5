#include "services/trace/recall_convert.h"

#include <limits>

#include "clients/cpp/status_macros.h"
#include "services/runtime/errors.h"
#include "services/runtime/fields.h"

namespace milkway::trace {

namespace {

namespace inv = inventory::v1;
namespace shp = shipments::v1;

constexpr int kLotsMax = 1000;
constexpr int64_t kPacksMax = 10'000'000;
constexpr size_t kPersonBytesMax = 100;
constexpr size_t kNoteBytesMax = 500;

absl::StatusOr<FoundLot> ParseFoundLot(const v1::FoundLot& message) {
  FoundLot lot;
  ASSIGN_OR_RETURN(lot.lot_id, runtime::ParseNumber("lot_id", message.lot_id(), 1,
                                                    std::numeric_limits<int64_t>::max()));
  ASSIGN_OR_RETURN(lot.found_packs,
                   runtime::ParseNumber("found_packs", message.found_packs(), 0, kPacksMax));
  ASSIGN_OR_RETURN(
      lot.set_aside_packs,
      runtime::ParseNumber("set_aside_packs", message.set_aside_packs(), 0, lot.found_packs));
  return lot;
}

}  // namespace

absl::StatusOr<Acknowledgement> ParseAcknowledgement(const v1::RecallAcknowledgement& message) {
  Acknowledgement acknowledgement;
  ASSIGN_OR_RETURN(acknowledgement.recall_id, runtime::ParseId("recall_id", message.recall_id()));
  ASSIGN_OR_RETURN(acknowledgement.location_id,
                   runtime::ParseId("location_id", message.location_id()));
  ASSIGN_OR_RETURN(acknowledgement.acknowledged_at,
                   ParseZonedTime("acknowledged_at", message.acknowledged_at()));
  RETURN_IF_ERROR(runtime::CheckCount("lots", message.lots_size(), 0, kLotsMax));
  std::set<int64_t> seen;
  for (int i = 0; i < message.lots_size(); ++i) {
    const std::string field = runtime::Item("lots", i);
    const absl::StatusOr<FoundLot> lot = ParseFoundLot(message.lots(i));
    if (!lot.ok()) return runtime::InField(field, lot.status());
    if (!seen.insert(lot->lot_id).second) {
      return runtime::InvalidField(field + ".lot_id", "must not name a lot that was named before");
    }
    acknowledgement.lots.push_back(*lot);
  }
  ASSIGN_OR_RETURN(acknowledgement.person,
                   runtime::ParseText("person", message.person(), 0, kPersonBytesMax));
  ASSIGN_OR_RETURN(acknowledgement.note,
                   runtime::ParseText("note", message.note(), 0, kNoteBytesMax));
  return acknowledgement;
}

v1::RecallAcknowledgement ToMessage(const std::string& recall_id, const std::string& location_id,
                                    const Numbered& acknowledgement) {
  const rec::AcknowledgementRecord& record = acknowledgement.second;
  v1::RecallAcknowledgement message;
  message.set_recall_id(recall_id);
  message.set_location_id(location_id);
  *message.mutable_acknowledged_at() =
      ToZonedTime({record.acknowledged_us(), record.utc_offset_minutes()});
  for (const rec::FoundLotRecord& found : record.lots()) {
    v1::FoundLot& lot = *message.add_lots();
    lot.set_lot_id(found.lot_id());
    lot.set_found_packs(found.found_packs());
    lot.set_set_aside_packs(found.set_aside_packs());
  }
  message.set_person(record.person());
  message.set_note(record.note());
  message.set_number(static_cast<int32_t>(acknowledgement.first));
  message.set_recorded_by(record.recorded_by());
  message.set_recorded_us(record.recorded_us());
  message.set_on_behalf(record.on_behalf());
  return message;
}

void AddStock(const inv::Balance& balance, std::vector<StockAt>* stock) {
  StockAt::Condition condition = StockAt::Condition::kUsable;
  switch (balance.account().kind()) {
    case inv::ACCOUNT_KIND_USABLE:
      break;
    case inv::ACCOUNT_KIND_QUARANTINED:
      condition = StockAt::Condition::kQuarantined;
      break;
    case inv::ACCOUNT_KIND_DAMAGED:
      condition = StockAt::Condition::kDamaged;
      break;
    default:
      return;
  }
  stock->push_back({balance.account().place(), balance.lot_id(), condition, balance.quantity_g()});
}

ShipmentWithLots ToShipmentWithLots(const shp::Shipment& shipment,
                                    const std::set<int64_t>& lot_ids) {
  ShipmentWithLots result;
  result.origin_id = shipment.origin_id();
  result.destination_id = shipment.destination_id();
  result.has_left = shipment.has_dispatched_at();
  for (const shp::ShipmentLineStatus& line : shipment.line_statuses()) {
    if (lot_ids.count(line.lot_id()) > 0) result.in_transit_g[line.lot_id()] = line.in_transit_g();
  }
  return result;
}

ServedAt ToServedAt(const consumption::v1::LotSchool& school) {
  return {school.school_id(),
          {school.served_g(), school.servings(), school.children(), school.class_records(),
           school.first_day(), school.last_day()}};
}

v1::RecallPlace ToMessage(const ConcernedPlace& place) {
  v1::RecallPlace message;
  for (const auto& [lot_id, grams] : place.lots) {
    v1::RecallPlaceLot& lot = *message.add_lots();
    lot.set_lot_id(lot_id);
    lot.set_usable_g(grams.usable_g);
    lot.set_quarantined_g(grams.quarantined_g);
    lot.set_damaged_g(grams.damaged_g);
    lot.set_arriving_g(grams.arriving_g);
    message.set_usable_g(message.usable_g() + grams.usable_g);
    message.set_quarantined_g(message.quarantined_g() + grams.quarantined_g);
    message.set_damaged_g(message.damaged_g() + grams.damaged_g);
    message.set_arriving_g(message.arriving_g() + grams.arriving_g);
  }
  message.set_served_g(place.servings.served_g);
  message.set_servings(place.servings.servings);
  message.set_children(place.servings.children);
  message.set_class_records(place.servings.class_records);
  message.set_first_day(place.servings.first_day);
  message.set_last_day(place.servings.last_day);
  return message;
}

void AddUp(const v1::RecallPlace& place, v1::RecallTotals* totals) {
  totals->set_places(totals->places() + 1);
  totals->set_quarantined_g(totals->quarantined_g() + place.quarantined_g());
  totals->set_damaged_g(totals->damaged_g() + place.damaged_g());
  totals->set_usable_g(totals->usable_g() + place.usable_g());
  totals->set_in_transit_g(totals->in_transit_g() + place.arriving_g());
  totals->set_served_g(totals->served_g() + place.served_g());
  totals->set_servings(totals->servings() + place.servings());
  totals->set_children(totals->children() + place.children());
  totals->set_class_records(totals->class_records() + place.class_records());
}

}  // namespace milkway::trace
