#include "services/shipments/release.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "clients/cpp/status_macros.h"
#include "milkway/common/v1/document.pb.h"
#include "services/shipments/changes.h"
#include "services/shipments/documents.h"
#include "services/shipments/receipts.h"
#include "services/shipments/shipment_index.h"
#include "services/shipments/shipments.h"
#include "services/shipments/shipments_errors.h"
#include "services/shipments/shipments_records.h"

namespace milkway::shipments {

namespace {

constexpr size_t kMovementsMax = 100;  // of one posting

absl::Status CheckCertificate(const storage::Reader& reader, const ReleaseOrder& order) {
  ASSIGN_OR_RETURN(const rec::DocumentRecord document,
                   ReadDocument(reader, order.shipment_id, order.document_id));
  const auto wrong = [&](absl::string_view what) {
    return ReleaseCertificateWrong(order.shipment_id, order.document_id, what);
  };
  if (document.type() != common::v1::DOCUMENT_TYPE_INSPECTION_CERTIFICATE) {
    return wrong("is no inspection certificate");
  }
  if (document.number().empty()) return wrong("has no number");
  if (!document.has_issued_day()) return wrong("does not say when it was issued");
  const int32_t released_day = LocalDateOf(order.released_at).days;
  if (document.issued_day() > released_day) {
    return wrong(
        absl::StrCat("was issued on ", FormatDate({document.issued_day()}), ", after the release"));
  }
  if (document.has_valid_until_day() && document.valid_until_day() < released_day) {
    return wrong(absl::StrCat("was valid until ", FormatDate({document.valid_until_day()}),
                              ", before the release"));
  }
  return absl::OkStatus();
}

absl::StatusOr<std::vector<Movement>> PlanRelease(const ReleaseOrder& order, const HeldStock& held,
                                                  const rec::ShipmentRecord& shipment) {
  std::vector<Movement> movements;
  const std::string& place = shipment.destination_id();
  for (const auto& [lot, status] : StatusesOf(shipment)) {
    if (status.quarantined_g == 0) continue;
    const auto lying = held.find(lot);
    if (lying == held.end()) return ShipmentBusy(order.shipment_id);
    const int64_t released_g = std::min(status.quarantined_g, lying->second);
    if (released_g == 0) continue;
    movements.push_back({lot, Stock::kQuarantined, place, Stock::kUsable, place, released_g});
  }
  if (movements.size() > kMovementsMax) {
    return ReleaseTooDetailed(order.shipment_id, movements.size(), kMovementsMax);
  }
  return movements;
}

}  // namespace

absl::StatusOr<rec::StepRecord> BeginRelease(storage::Transaction& transaction,
                                             const ReleaseOrder& order, const HeldStock& held,
                                             runtime::RequestId request_id, int64_t now_us) {
  const std::string& shipment_id = order.shipment_id;
  ASSIGN_OR_RETURN(rec::ShipmentRecord shipment, ReadFreeShipment(transaction, shipment_id));
  if (!shipment.requires_release_certificate()) return ReleaseNotRequired(shipment_id);
  if (!HasLeft(StateOf(shipment))) return ShipmentNotDispatched(shipment_id, StateOf(shipment));
  if (shipment.has_release()) {
    return ShipmentReleased(shipment_id, shipment.release().document_id());
  }
  RETURN_IF_ERROR(CheckCertificate(transaction, order));
  ASSIGN_OR_RETURN(const std::vector<Movement> movements, PlanRelease(order, held, shipment));

  rec::StepRecord step;
  step.set_shipment_id(shipment_id);
  step.set_decided_us(now_us);
  OccurredAt released_at = order.released_at;
  released_at.us = std::max(released_at.us, shipment.quarantined_until_us());
  rec::ReleaseRecord& release = *step.mutable_release();
  release.set_document_id(order.document_id);
  *release.mutable_released_at() = ToRecord(released_at);
  for (const Movement& movement : movements) {
    release.set_released_g(release.released_g() + movement.quantity_g);
  }
  if (!movements.empty()) {
    *step.mutable_draft() =
        MakeDraft(PostingKind::kRelease, runtime::DeriveRequestId(request_id, "release"),
                  released_at, absl::StrCat("shipment/", shipment_id), movements);
  }
  RETURN_IF_ERROR(Reserve(transaction, shipment_id, std::move(shipment)));
  return step;
}

absl::StatusOr<rec::ShipmentRecord> EndRelease(storage::Transaction& transaction,
                                               const rec::StepRecord& step, const Posted& posted) {
  const std::string& shipment_id = step.shipment_id();
  ASSIGN_OR_RETURN(rec::ShipmentRecord shipment, ReadShipment(transaction, shipment_id));
  rec::ReleaseRecord& release = *shipment.mutable_release();
  release = step.release();
  release.set_position(posted.position);
  release.set_recorded_us(posted.recorded_us);
  release.set_recorded_by(posted.recorded_by);
  LotStatuses statuses = StatusesOf(shipment);
  for (auto& [lot, status] : statuses) status.quarantined_g = 0;
  SetStatuses(statuses, &shipment);
  shipment.set_is_reserved(false);
  RETURN_IF_ERROR(SaveShipment(transaction, shipment_id, &shipment));
  RETURN_IF_ERROR(NoteChange(transaction, EventKind::kReleased, shipment_id, shipment,
                             release.document_id(), {posted.recorded_by, posted.recorded_us}));
  return shipment;
}

}  // namespace milkway::shipments
