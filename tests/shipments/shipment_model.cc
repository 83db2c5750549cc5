#include "tests/shipments/shipment_model.h"

#include <algorithm>

namespace milkway::shipments {

namespace {

int64_t ValueOf(const std::map<int64_t, int64_t>& values, int64_t lot) {
  const auto value = values.find(lot);
  return value == values.end() ? 0 : value->second;
}

}  // namespace

int64_t ShipmentModel::InTransitWithout(const std::string& receipt_id, int64_t lot) const {
  int64_t in_transit =
      ValueOf(shipped_, lot) - ValueOf(declared_, lot) + ValueOf(returned_from_lost_, lot);
  const auto returned = returned_.find(lot);
  if (returned != returned_.end()) in_transit -= returned->second.good + returned->second.damaged;
  for (const auto& [id, receipt] : receipts_) {
    const auto line = receipt.lines.find(lot);
    if (id != receipt_id && line != receipt.lines.end()) in_transit -= line->second.from_transit;
  }
  return in_transit;
}

int64_t ShipmentModel::LostWithout(const std::string& receipt_id, int64_t lot) const {
  const Resolved resolved = ResolvedOf({"", lot});
  int64_t lost = ValueOf(declared_, lot) - ValueOf(returned_from_lost_, lot) - resolved.good -
                 resolved.damaged;
  for (const auto& [id, receipt] : receipts_) {
    const auto line = receipt.lines.find(lot);
    if (id != receipt_id && line != receipt.lines.end()) lost -= line->second.from_lost;
  }
  return lost;
}

std::string ShipmentModel::RefusalOf(const std::string& receipt_id,
                                     const std::vector<Arrived>& lines) const {
  const auto standing = receipts_.find(receipt_id);
  if (standing != receipts_.end()) {
    if (standing->second.is_held && is_released_) return "RECEIPT_RELEASED";
    for (const auto& [cause, resolved] : resolved_) {
      if (cause.first != receipt_id) continue;
      int64_t stated = 0;
      for (const Arrived& line : lines) {
        if (line.lot == cause.second) stated = line.missing;
      }
      if (stated < resolved.good + resolved.damaged + resolved.confirmed) {
        return "RECEIPT_SHORTAGE_RESOLVED";
      }
    }
  }
  for (const Arrived& line : lines) {
    const int64_t left =
        std::max<int64_t>(InTransitWithout(receipt_id, line.lot) - line.good - line.damaged, 0);
    if (line.missing > left) return "RECEIPT_MISSING_TOO_MANY";
    if (line.refused > left - line.missing) return "RECEIPT_REFUSED_TOO_MANY";
  }
  return "";
}

void ShipmentModel::Record(const std::string& receipt_id, const std::vector<Arrived>& lines) {
  Receipt recorded;
  recorded.is_held = IsHolding();
  for (const Arrived& line : lines) {
    const int64_t arrived = line.good + line.damaged;
    const int64_t from_transit = std::min(arrived, InTransitWithout(receipt_id, line.lot));
    const int64_t from_lost = std::min(arrived - from_transit, LostWithout(receipt_id, line.lot));
    recorded.lines[line.lot] = {line, from_transit + line.missing, from_lost};
  }
  receipts_[receipt_id] = std::move(recorded);
}

std::string ShipmentModel::RefusalOfLoss(bool closes) const {
  const bool is_in_transit = std::any_of(shipped_.begin(), shipped_.end(), [&](const auto& row) {
    return InTransitWithout("", row.first) > 0;
  });
  if (!is_in_transit) return "NOTHING_IN_TRANSIT";
  const bool may_close = State() == v1::SHIPMENT_STATE_PARTLY_RECEIVED;
  return closes && !may_close ? "SHIPMENT_NOT_RECEIVED" : "";
}

void ShipmentModel::Lose() {
  for (const auto& [lot, packs] : shipped_) declared_[lot] += InTransitWithout("", lot);
}

std::string ShipmentModel::RefusalOfReturn(const std::vector<Arrived>& lines) const {
  const bool fits = std::all_of(lines.begin(), lines.end(), [&](const Arrived& line) {
    const int64_t there = InTransitWithout("", line.lot) + LostWithout("", line.lot);
    return line.good + line.damaged <= there;
  });
  return fits ? "" : "RETURN_TOO_MANY";
}

void ShipmentModel::Return(const std::vector<Arrived>& lines) {
  for (const Arrived& line : lines) {
    const int64_t packs = line.good + line.damaged;
    returned_from_lost_[line.lot] += packs - std::min(packs, InTransitWithout("", line.lot));
    Arrived& returned = returned_[line.lot];
    returned.good += line.good;
    returned.damaged += line.damaged;
  }
}

std::string ShipmentModel::RefusalOfRelease() const {
  if (!needs_release_) return "RELEASE_NOT_REQUIRED";
  return is_released_ ? "SHIPMENT_RELEASED" : "";
}

int64_t ShipmentModel::MissingOf(const Cause& cause) const {
  if (cause.first.empty()) return ValueOf(declared_, cause.second);
  const auto receipt = receipts_.find(cause.first);
  if (receipt == receipts_.end()) return 0;
  const auto line = receipt->second.lines.find(cause.second);
  return line == receipt->second.lines.end() ? 0 : line->second.arrived.missing;
}

int64_t ShipmentModel::OpenOf(const Cause& cause) const {
  const Resolved resolved = ResolvedOf(cause);
  int64_t open = MissingOf(cause) - resolved.good - resolved.damaged - resolved.confirmed;
  if (cause.first.empty()) {
    open -= ValueOf(returned_from_lost_, cause.second);
    for (const auto& [id, receipt] : receipts_) {
      const auto line = receipt.lines.find(cause.second);
      if (line != receipt.lines.end()) open -= line->second.from_lost;
    }
  }
  return std::max<int64_t>(open, 0);
}

ShipmentModel::Resolved ShipmentModel::ResolvedOf(const Cause& cause) const {
  const auto resolved = resolved_.find(cause);
  return resolved == resolved_.end() ? Resolved() : resolved->second;
}

std::vector<Arrived> ShipmentModel::Recounted(const Cause& cause, int64_t good,
                                              int64_t damaged) const {
  std::vector<Arrived> lines;
  for (const auto& [lot, line] : receipts_.at(cause.first).lines) {
    lines.push_back(line.arrived);
    if (lot != cause.second) continue;
    lines.back().good += good;
    lines.back().damaged += damaged;
    lines.back().missing -= good + damaged;
  }
  return lines;
}

std::string ShipmentModel::RefusalOfResolution(const Cause& cause, v1::ShortageOutcome outcome,
                                               int64_t good, int64_t damaged) const {
  const bool is_known = MissingOf(cause) > 0 || resolved_.count(cause) > 0;
  if (!is_known) return "SHORTAGE_UNKNOWN";
  if (good + damaged > OpenOf(cause)) return "SHORTAGE_RESOLVED";
  if (outcome != v1::SHORTAGE_OUTCOME_COUNTED_WRONGLY) return "";
  return RefusalOf(cause.first, Recounted(cause, good, damaged));
}

void ShipmentModel::Resolve(const Cause& cause, v1::ShortageOutcome outcome, int64_t good,
                            int64_t damaged) {
  Resolved& resolved = resolved_[cause];
  if (outcome == v1::SHORTAGE_OUTCOME_COUNTED_WRONGLY) {
    return Record(cause.first, Recounted(cause, good, damaged));
  }
  if (outcome != v1::SHORTAGE_OUTCOME_FOUND) {
    resolved.confirmed += good;
    return;
  }
  resolved.good += good;
  resolved.damaged += damaged;
  if (IsHolding()) resolved.held += good;
}

std::map<int64_t, Totals> ShipmentModel::AllTotals() const {
  std::map<int64_t, Totals> all;
  for (const auto& [lot, packs] : shipped_) {
    const auto back = returned_.find(lot);
    Totals& totals = all[lot];
    totals.shipped = packs;
    totals.in_transit = InTransitWithout("", lot);
    totals.declared_lost = LostWithout("", lot);
    totals.missing = ValueOf(declared_, lot) - ValueOf(returned_from_lost_, lot);
    if (back != returned_.end()) totals.returned = back->second.good + back->second.damaged;
  }
  for (const auto& [id, receipt] : receipts_) {
    for (const auto& [lot, line] : receipt.lines) {
      const Arrived& arrived = line.arrived;
      Totals& totals = all[lot];
      totals.received += arrived.good;
      totals.damaged += arrived.damaged;
      totals.missing += arrived.missing - line.from_lost;
      totals.over +=
          arrived.good + arrived.damaged + arrived.missing - line.from_transit - line.from_lost;
      totals.refused += arrived.refused;
      if (receipt.is_held && !is_released_) totals.quarantined += arrived.good;
    }
  }
  for (const auto& [cause, resolved] : resolved_) {
    Totals& totals = all[cause.second];
    totals.received += resolved.good;
    totals.damaged += resolved.damaged;
    totals.missing -= resolved.good + resolved.damaged;
    if (!is_released_) totals.quarantined += resolved.held;
  }
  for (auto& [lot, totals] : all) {
    totals.refused = std::clamp<int64_t>(totals.refused - totals.returned, 0, totals.in_transit);
  }
  return all;
}

v1::ShipmentState ShipmentModel::State() const {
  Totals sum;
  for (const auto& [lot, totals] : AllTotals()) {
    sum.received += totals.received + totals.damaged;
    sum.missing += totals.missing;
    sum.in_transit += totals.in_transit;
    sum.returned += totals.returned;
    sum.declared_lost += totals.declared_lost;
  }
  if (sum.in_transit > 0) {
    return sum.received + sum.missing > 0 ? v1::SHIPMENT_STATE_PARTLY_RECEIVED
                                          : v1::SHIPMENT_STATE_DISPATCHED;
  }
  if (sum.received > 0) return v1::SHIPMENT_STATE_RECEIVED;
  if (sum.returned > 0) return v1::SHIPMENT_STATE_RETURNED;
  return sum.declared_lost > 0 ? v1::SHIPMENT_STATE_LOST : v1::SHIPMENT_STATE_RECEIVED;
}

std::map<ShipmentModel::Cause, int64_t> ShipmentModel::OpenShortages() const {
  std::map<Cause, int64_t> open;
  const auto add = [&](const Cause& cause) {
    if (OpenOf(cause) > 0) open[cause] = OpenOf(cause);
  };
  for (const auto& [lot, packs] : declared_) add({"", lot});
  for (const auto& [id, receipt] : receipts_) {
    for (const auto& [lot, line] : receipt.lines) add({id, lot});
  }
  return open;
}

}  // namespace milkway::shipments
