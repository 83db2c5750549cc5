#include "services/shipments/shortages.h"

#include <algorithm>
#include <tuple>
#include <utility>

#include "absl/strings/str_cat.h"
#include "clients/cpp/status_macros.h"
#include "services/shipments/changes.h"
#include "services/shipments/receipts.h"
#include "services/shipments/shipment_index.h"
#include "services/shipments/shipments.h"
#include "services/shipments/shipments_errors.h"
#include "services/shipments/shipments_records.h"

namespace milkway::shipments {

namespace {

absl::StatusOr<rec::ShortageRecord> FindOrMake(const storage::Reader& reader,
                                               const ShortageId& id) {
  ASSIGN_OR_RETURN(auto found,
                   ShortageTable::Find(reader, id.shipment_id, id.receipt_id, id.lot.value));
  return std::move(found).value_or(rec::ShortageRecord());
}

// A shortage stands in the list of its state; one that nobody states any more, and that
// has no story, in none.
absl::Status Save(storage::Transaction& transaction, const ShortageId& id,
                  const rec::ShortageRecord& shortage) {
  const auto& [shipment_id, receipt_id, lot] = id;
  const bool is_gone = shortage.missing_packs() == 0 && shortage.resolutions().empty();
  const auto is_resolved = static_cast<uint8_t>(OpenPacks(shortage) == 0);
  RETURN_IF_ERROR(ShortageByStateTable::Delete(transaction, static_cast<uint8_t>(1 - is_resolved),
                                               shipment_id, receipt_id, lot.value));
  if (is_gone) {
    RETURN_IF_ERROR(
        ShortageByStateTable::Delete(transaction, is_resolved, shipment_id, receipt_id, lot.value));
    return ShortageTable::Delete(transaction, shipment_id, receipt_id, lot.value);
  }
  RETURN_IF_ERROR(ShortageByStateTable::Put(transaction, rec::IndexRecord(), is_resolved,
                                            shipment_id, receipt_id, lot.value));
  return ShortageTable::Put(transaction, shortage, shipment_id, receipt_id, lot.value);
}

rec::ResolutionRecord RecordOf(const Resolution& resolution) {
  rec::ResolutionRecord record;
  record.set_outcome(static_cast<uint32_t>(resolution.outcome));
  record.set_packs(resolution.packs);
  record.set_damaged_packs(resolution.damaged_packs);
  *record.mutable_occurred_at() = ToRecord(resolution.occurred_at);
  record.set_responsible(resolution.responsible);
  if (resolution.claim.has_value()) {
    record.set_claim_currency(resolution.claim->currency);
    record.set_claim_minor_units(resolution.claim->minor);
  }
  record.set_claim_reference(resolution.claim_reference);
  record.set_note(resolution.note);
  return record;
}

// What was missing at the destination is there.
rec::DraftRecord DraftOfFound(const Resolution& resolution, const rec::ShipmentRecord& shipment,
                              int64_t pack_weight_g, runtime::RequestId posting_id) {
  const ShortageId& id = resolution.shortage;
  const Arrival arrival = ArrivalAt(shipment, resolution.occurred_at);
  std::vector<Movement> movements;
  const auto move = [&](int64_t packs, Stock to) {
    if (packs == 0) return;
    movements.push_back({id.lot, Stock::kLossMissing, shipment.destination_id(), to,
                         shipment.destination_id(), packs * pack_weight_g});
  };
  move(resolution.packs, arrival.good);
  move(resolution.damaged_packs, Stock::kDamaged);
  return MakeDraft(PostingKind::kReceipt, posting_id, arrival.posted_at,
                   id.receipt_id.empty() ? absl::StrCat("shipment/", id.shipment_id)
                                         : absl::StrCat("receipt/", id.receipt_id),
                   movements);
}

// The receipt with packs of one lot that were there after all.
absl::StatusOr<Receipt> Recounted(const storage::Reader& reader, const Resolution& resolution) {
  const ShortageId& id = resolution.shortage;
  ASSIGN_OR_RETURN(const rec::ReceiptRecord record, ReadKnownReceipt(reader, id.receipt_id));
  Receipt receipt = ReceiptOf(id.receipt_id, record, *record.versions().rbegin());
  for (ReceiptLine& line : receipt.lines) {
    if (line.lot != id.lot) continue;
    line.received_packs += resolution.packs;
    line.damaged_packs += resolution.damaged_packs;
    line.missing_packs -= resolution.packs + resolution.damaged_packs;
  }
  return receipt;
}

}  // namespace

int64_t OpenPacks(const rec::ShortageRecord& shortage) {
  return std::max<int64_t>(0, shortage.missing_packs() - shortage.found_packs() -
                                  shortage.confirmed_packs() - shortage.arrived_packs());
}

absl::Status StateShortage(storage::Transaction& transaction, const ShortageId& id, int64_t packs,
                           int64_t pack_weight_g, const std::string& destination_id,
                           const OccurredAt& missed_at) {
  ASSIGN_OR_RETURN(rec::ShortageRecord shortage, FindOrMake(transaction, id));
  if (packs == 0 && shortage.missing_packs() == 0) return absl::OkStatus();
  shortage.set_missing_packs(packs);
  shortage.set_pack_weight_g(pack_weight_g);
  shortage.set_destination_id(destination_id);
  *shortage.mutable_missed_at() = ToRecord(missed_at);
  return Save(transaction, id, shortage);
}

absl::Status AddDeclaredLost(storage::Transaction& transaction, const ShortageId& id, int64_t packs,
                             int64_t pack_weight_g, const std::string& destination_id,
                             const OccurredAt& missed_at) {
  ASSIGN_OR_RETURN(const rec::ShortageRecord shortage, FindOrMake(transaction, id));
  return StateShortage(transaction, id, shortage.missing_packs() + packs, pack_weight_g,
                       destination_id, missed_at);
}

absl::Status NoteArrivedOfLost(storage::Transaction& transaction, const std::string& shipment_id,
                               LotId lot, int64_t grams) {
  if (grams == 0) return absl::OkStatus();
  const ShortageId id = {shipment_id, "", lot};
  ASSIGN_OR_RETURN(rec::ShortageRecord shortage, ReadShortage(transaction, id));
  shortage.set_arrived_packs(shortage.arrived_packs() + grams / shortage.pack_weight_g());
  return Save(transaction, id, shortage);
}

absl::Status CheckKeepsResolved(const storage::Reader& reader, const Receipt& receipt) {
  absl::Status refusal;
  RETURN_IF_ERROR(ShortageTable::Scan(
      reader, ShortageKey::Range(receipt.shipment_id, receipt.receipt_id),
      [&](const ShortageKey::Key& key, const rec::ShortageRecord& shortage) {
        const LotId lot{std::get<2>(key)};
        const int64_t resolved = shortage.found_packs() + shortage.confirmed_packs();
        int64_t stated = 0;
        for (const ReceiptLine& line : receipt.lines) {
          if (line.lot == lot) stated = line.missing_packs;
        }
        if (stated < resolved) refusal = ReceiptShortageResolved(receipt.receipt_id, lot, resolved);
        return refusal.ok();
      }));
  return refusal;
}

absl::StatusOr<rec::StepRecord> BeginResolution(storage::Transaction& transaction,
                                                const Resolution& resolution,
                                                runtime::RequestId request_id, int64_t now_us) {
  const ShortageId& id = resolution.shortage;
  ASSIGN_OR_RETURN(rec::ShipmentRecord shipment, ReadFreeShipment(transaction, id.shipment_id));
  ASSIGN_OR_RETURN(const rec::ShortageRecord shortage, ReadShortage(transaction, id));
  const OccurredAt missed_at = FromRecord(shortage.missed_at());
  if (resolution.occurred_at.us < missed_at.us) {
    return ResolutionTooEarly(resolution.occurred_at, missed_at);
  }
  if (resolution.packs + resolution.damaged_packs > OpenPacks(shortage)) {
    return ShortageAlreadyResolved(id.shipment_id, id.lot, OpenPacks(shortage));
  }
  if (shortage.resolutions_size() >= kResolutionsMax) {
    return ShipmentFull(id.shipment_id, "resolutions of one shortage", kResolutionsMax);
  }
  rec::StepRecord step;
  if (resolution.outcome == ShortageOutcome::kCountedWrongly) {
    ASSIGN_OR_RETURN(const Receipt receipt, Recounted(transaction, resolution));
    ASSIGN_OR_RETURN(
        step, BeginCorrection(transaction, receipt, resolution.note, {}, request_id, now_us));
  } else {
    step.set_shipment_id(id.shipment_id);
    if (resolution.outcome == ShortageOutcome::kFound) {
      *step.mutable_draft() = DraftOfFound(resolution, shipment, shortage.pack_weight_g(),
                                           runtime::DeriveRequestId(request_id, "shortage"));
    }
    RETURN_IF_ERROR(Reserve(transaction, id.shipment_id, std::move(shipment)));
  }
  step.set_receipt_id(id.receipt_id);
  step.set_lot_id(id.lot.value);
  step.set_decided_us(now_us);
  *step.mutable_resolution() = RecordOf(resolution);
  return step;
}

absl::StatusOr<ResolutionEnded> EndResolution(storage::Transaction& transaction,
                                              const rec::StepRecord& step, const Posted& posted) {
  const ShortageId id = {step.shipment_id(), step.receipt_id(), LotId{step.lot_id()}};
  rec::ResolutionRecord resolution = step.resolution();
  resolution.set_position(posted.position);
  resolution.set_recorded_by(posted.recorded_by);
  resolution.set_recorded_us(posted.recorded_us);
  const int64_t packs = resolution.packs() + resolution.damaged_packs();
  const auto outcome = static_cast<ShortageOutcome>(resolution.outcome());
  ASSIGN_OR_RETURN(rec::ShortageRecord shortage, ReadShortage(transaction, id));
  rec::ShipmentRecord shipment;
  if (outcome == ShortageOutcome::kCountedWrongly) {
    ASSIGN_OR_RETURN(ReceiptEnded ended, EndReceipt(transaction, step, posted));
    shipment = std::move(ended.shipment);
    shortage.set_missing_packs(shortage.missing_packs() - packs);
  } else {
    ASSIGN_OR_RETURN(shipment, ReadShipment(transaction, id.shipment_id));
  }
  if (outcome == ShortageOutcome::kFound) {
    const int64_t pack_g = shortage.pack_weight_g();
    const bool is_held =
        ArrivalAt(shipment, FromRecord(resolution.occurred_at())).good == Stock::kQuarantined;
    LotStatuses statuses = StatusesOf(shipment);
    Find({id.lot, resolution.packs() * pack_g, resolution.damaged_packs() * pack_g,
          id.receipt_id.empty(), is_held},
         &statuses);
    SetStatuses(statuses, &shipment);
    if (is_held) HoldUntil(step.draft(), &shipment);
    shortage.set_found_packs(shortage.found_packs() + packs);
  } else if (outcome != ShortageOutcome::kCountedWrongly) {
    shortage.set_confirmed_packs(shortage.confirmed_packs() + packs);
  }
  *shortage.add_resolutions() = resolution;
  shipment.set_is_reserved(false);
  RETURN_IF_ERROR(Save(transaction, id, shortage));
  RETURN_IF_ERROR(SaveShipment(transaction, id.shipment_id, &shipment));
  RETURN_IF_ERROR(NoteChange(transaction, EventKind::kShortageResolved, id.shipment_id, shipment,
                             id.receipt_id, {posted.recorded_by, posted.recorded_us}));
  return ResolutionEnded{{id, std::move(shortage)}, posted.position};
}

absl::StatusOr<rec::ShortageRecord> ReadShortage(const storage::Reader& reader,
                                                 const ShortageId& id) {
  ASSIGN_OR_RETURN(auto found,
                   ShortageTable::Find(reader, id.shipment_id, id.receipt_id, id.lot.value));
  if (!found.has_value()) return ShortageUnknown(id.shipment_id, id.receipt_id, id.lot);
  return *std::move(found);
}

absl::StatusOr<std::vector<ShortageOnRecord>> ShortagesOf(const storage::Reader& reader,
                                                          const std::string& shipment_id) {
  std::vector<ShortageOnRecord> shortages;
  RETURN_IF_ERROR(ShortageTable::Scan(
      reader, ShortageKey::Range(shipment_id),
      [&](const ShortageKey::Key& key, const rec::ShortageRecord& record) {
        shortages.push_back({{shipment_id, std::get<1>(key), LotId{std::get<2>(key)}}, record});
        return true;
      }));
  return shortages;
}

}  // namespace milkway::shipments
