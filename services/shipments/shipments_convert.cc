#include "services/shipments/shipments_convert.h"

#include <algorithm>
#include <utility>

#include "absl/container/flat_hash_set.h"
#include "absl/strings/str_cat.h"
#include "clients/cpp/status_macros.h"
#include "services/runtime/errors.h"
#include "services/runtime/fields.h"
#include "services/shipments/shipments_records.h"
#include "services/shipments/transport_convert.h"

namespace milkway::shipments {

// The numbers of the domain's states are those of the public ones.
static_assert(static_cast<int>(ShipmentState::kDraft) == v1::SHIPMENT_STATE_DRAFT);
static_assert(static_cast<int>(ShipmentState::kDispatched) == v1::SHIPMENT_STATE_DISPATCHED);
static_assert(static_cast<int>(ShipmentState::kPartlyReceived) ==
              v1::SHIPMENT_STATE_PARTLY_RECEIVED);
static_assert(static_cast<int>(ShipmentState::kReceived) == v1::SHIPMENT_STATE_RECEIVED);
static_assert(static_cast<int>(ShipmentState::kCancelled) == v1::SHIPMENT_STATE_CANCELLED);
static_assert(static_cast<int>(ShipmentState::kLost) == v1::SHIPMENT_STATE_LOST);
static_assert(static_cast<int>(ShipmentState::kReturned) == v1::SHIPMENT_STATE_RETURNED);

namespace {

using runtime::CheckCount;
using runtime::InField;
using runtime::InvalidField;
using runtime::Item;
using runtime::ParseId;
using runtime::ParseNumber;
using runtime::ParseText;

constexpr int kLinesMax = 100;
constexpr int64_t kPacksMax = 10'000'000;
constexpr size_t kNameBytesMax = 200;
constexpr size_t kNoteBytesMax = 500;
constexpr size_t kReasonBytesMax = 500;
constexpr size_t kFefoReasonBytesMax = 200;
constexpr size_t kPersonBytesMax = 100;
constexpr int kPhotosMax = 10;

absl::StatusOr<LotId> ParseLotId(int64_t lot_id) {
  if (lot_id < 1) return InvalidField("lot_id", "must be a lot, which are numbered from 1");
  return LotId{lot_id};
}

absl::StatusOr<ShipmentLine> ParseLine(const v1::ShipmentLine& message) {
  ShipmentLine line;
  ASSIGN_OR_RETURN(line.lot, ParseLotId(message.lot_id()));
  ASSIGN_OR_RETURN(line.packs, ParseNumber("packs", message.packs(), 1, kPacksMax));
  return line;
}

absl::StatusOr<ReceiptLine> ParseLine(const v1::ReceiptLine& message) {
  ReceiptLine line;
  ASSIGN_OR_RETURN(line.lot, ParseLotId(message.lot_id()));
  ASSIGN_OR_RETURN(line.received_packs,
                   ParseNumber("received_packs", message.received_packs(), 0, kPacksMax));
  ASSIGN_OR_RETURN(line.damaged_packs,
                   ParseNumber("damaged_packs", message.damaged_packs(), 0, kPacksMax));
  ASSIGN_OR_RETURN(line.missing_packs,
                   ParseNumber("missing_packs", message.missing_packs(), 0, kPacksMax));
  ASSIGN_OR_RETURN(line.refused_packs,
                   ParseNumber("refused_packs", message.refused_packs(), 0, kPacksMax));
  if (line.received_packs + line.damaged_packs + line.missing_packs + line.refused_packs == 0) {
    return InvalidField("received_packs",
                        "must be above 0 if no packs are damaged, missing or refused; leave out a "
                        "lot of which nothing is known yet");
  }
  if (!v1::DamageReason_IsValid(message.damage_reason())) {
    return InvalidField("damage_reason", "must be one of the known reasons");
  }
  if (message.damage_reason() != v1::DAMAGE_REASON_UNSPECIFIED && line.damaged_packs == 0) {
    return InvalidField("damage_reason", "must be left out where no packs are damaged");
  }
  line.damage_reason = static_cast<uint32_t>(message.damage_reason());
  line.wrong = message.wrong();
  return line;
}

// Parses `lines_min` to kLinesMax lines, each lot once.
template <typename Line, typename Messages>
absl::StatusOr<std::vector<Line>> ParseLines(const Messages& messages, int lines_min) {
  RETURN_IF_ERROR(CheckCount("lines", messages.size(), lines_min, kLinesMax));
  std::vector<Line> lines;
  absl::flat_hash_set<LotId> seen;
  for (int index = 0; index < messages.size(); ++index) {
    absl::StatusOr<Line> line = ParseLine(messages.Get(index));
    if (!line.ok()) return InField(Item("lines", index), line.status());
    if (!seen.insert(line->lot).second) {
      return InvalidField(absl::StrCat(Item("lines", index), ".lot_id"),
                          "is on an earlier line already; make one line of them");
    }
    lines.push_back(*std::move(line));
  }
  return lines;
}

absl::Status CheckHasNoServerFields(const v1::Shipment& message) {
  constexpr char kRule[] = "is kept by the server; leave it out";
  if (message.state() != v1::SHIPMENT_STATE_UNSPECIFIED) return InvalidField("state", kRule);
  if (message.has_dispatched_at()) return InvalidField("dispatched_at", kRule);
  if (message.line_statuses_size() > 0) return InvalidField("line_statuses", kRule);
  if (message.has_release()) return InvalidField("release", kRule);
  return absl::OkStatus();
}

absl::StatusOr<std::vector<Photo>> ParsePhotos(const v1::Receipt& message) {
  RETURN_IF_ERROR(CheckCount("photos", message.photos_size(), 0, kPhotosMax));
  std::vector<Photo> photos;
  for (int index = 0; index < message.photos_size(); ++index) {
    const std::string item = Item("photos", index);
    Photo photo;
    ASSIGN_OR_RETURN(photo.sha256, ParseSha256(absl::StrCat(item, ".sha256"),
                                               message.photos(index).sha256(), false));
    ASSIGN_OR_RETURN(photo.uri, ParseUri(absl::StrCat(item, ".uri"), message.photos(index).uri()));
    photos.push_back(std::move(photo));
  }
  return photos;
}

absl::StatusOr<Receipt> ParseReceiptWithLines(const v1::Receipt& message, int lines_min) {
  Receipt receipt;
  ASSIGN_OR_RETURN(receipt.receipt_id, ParseId("receipt_id", message.receipt_id()));
  ASSIGN_OR_RETURN(receipt.shipment_id, ParseId("shipment_id", message.shipment_id()));
  ASSIGN_OR_RETURN(receipt.destination_id, ParseId("destination_id", message.destination_id()));
  if (message.has_received_at()) {
    ASSIGN_OR_RETURN(receipt.received_at, ParseZonedTime("received_at", message.received_at()));
  }
  ASSIGN_OR_RETURN(receipt.lines, ParseLines<ReceiptLine>(message.lines(), lines_min));
  ASSIGN_OR_RETURN(receipt.note, ParseText("note", message.note(), 0, kNoteBytesMax));
  ASSIGN_OR_RETURN(receipt.received_by,
                   ParseText("received_by", message.received_by(), 0, kPersonBytesMax));
  ASSIGN_OR_RETURN(receipt.photos, ParsePhotos(message));
  return receipt;
}

v1::ShipmentLineStatus ToMessage(LotId lot, const LotStatus& status) {
  v1::ShipmentLineStatus message;
  message.set_lot_id(lot.value);
  message.set_shipped_g(status.shipped_g);
  message.set_over_g(status.over_g);
  message.set_received_g(status.received_g);
  message.set_damaged_g(status.damaged_g);
  message.set_missing_g(status.missing_g);
  message.set_in_transit_g(status.in_transit_g());
  message.set_returned_g(status.returned_g);
  message.set_declared_lost_g(status.declared_lost_g);
  message.set_quarantined_g(status.quarantined_g);
  // What came back is no longer refused.
  message.set_refused_g(
      std::clamp<int64_t>(status.refused_g - status.returned_g, 0, status.in_transit_g()));
  return message;
}

// A lot that a receipt named before it was corrected, and that was not shipped.
bool IsForgotten(const LotStatus& status) { return status.shipped_g + status.over_g == 0; }

v1::Receipt ToMessage(const Receipt& receipt) {
  v1::Receipt message;
  message.set_receipt_id(receipt.receipt_id);
  message.set_shipment_id(receipt.shipment_id);
  message.set_destination_id(receipt.destination_id);
  *message.mutable_received_at() = ToZonedTime(*receipt.received_at);
  for (const ReceiptLine& line : receipt.lines) {
    v1::ReceiptLine& row = *message.add_lines();
    row.set_lot_id(line.lot.value);
    row.set_received_packs(line.received_packs);
    row.set_damaged_packs(line.damaged_packs);
    row.set_missing_packs(line.missing_packs);
    row.set_damage_reason(static_cast<v1::DamageReason>(line.damage_reason));
    row.set_refused_packs(line.refused_packs);
    row.set_wrong(line.wrong);
  }
  message.set_note(receipt.note);
  message.set_received_by(receipt.received_by);
  for (const Photo& photo : receipt.photos) {
    v1::PhotoReference& row = *message.add_photos();
    row.set_sha256(photo.sha256);
    row.set_uri(photo.uri);
  }
  return message;
}

}  // namespace

absl::StatusOr<ShipmentDraft> ParseShipment(const v1::Shipment& message) {
  ShipmentDraft draft;
  ASSIGN_OR_RETURN(draft.shipment_id, ParseId("shipment_id", message.shipment_id()));
  ASSIGN_OR_RETURN(draft.origin_id, ParseId("origin_id", message.origin_id()));
  ASSIGN_OR_RETURN(draft.destination_id, ParseId("destination_id", message.destination_id()));
  if (draft.destination_id == draft.origin_id) {
    return InvalidField("destination_id", "must differ from origin_id");
  }
  if (message.mode() == v1::TRANSPORT_MODE_UNSPECIFIED ||
      !v1::TransportMode_IsValid(message.mode())) {
    return InvalidField("mode", "must be sea, air, road, rail or courier");
  }
  draft.mode = static_cast<uint32_t>(message.mode());
  ASSIGN_OR_RETURN(draft.carrier, ParseText("carrier", message.carrier(), 0, kNameBytesMax));
  ASSIGN_OR_RETURN(draft.tracking_number,
                   ParseText("tracking_number", message.tracking_number(), 0, kNameBytesMax));
  if (!message.expected_on().empty()) {
    ASSIGN_OR_RETURN(draft.expected_on, ParseDate("expected_on", message.expected_on()));
  }
  ASSIGN_OR_RETURN(draft.lines, ParseLines<ShipmentLine>(message.lines(), 1));
  draft.requires_release_certificate = message.requires_release_certificate();
  RETURN_IF_ERROR(CheckHasNoServerFields(message));
  return draft;
}

v1::Shipment ToMessage(const std::string& shipment_id, const rec::ShipmentRecord& record) {
  v1::Shipment message;
  message.set_shipment_id(shipment_id);
  message.set_origin_id(record.origin_id());
  message.set_destination_id(record.destination_id());
  message.set_mode(static_cast<v1::TransportMode>(record.mode()));
  message.set_carrier(record.carrier());
  message.set_tracking_number(record.tracking_number());
  if (record.has_expected_day()) message.set_expected_on(FormatDate({record.expected_day()}));
  for (const rec::ShipmentLineRecord& line : record.lines()) {
    v1::ShipmentLine& row = *message.add_lines();
    row.set_lot_id(line.lot_id());
    row.set_packs(line.packs());
  }
  message.set_state(static_cast<v1::ShipmentState>(record.state()));
  if (record.has_dispatched_at()) {
    *message.mutable_dispatched_at() = ToZonedTime(FromRecord(record.dispatched_at()));
  }
  for (const auto& [lot, status] : StatusesOf(record)) {
    if (!IsForgotten(status)) *message.add_line_statuses() = ToMessage(lot, status);
  }
  message.set_dispatch_position(record.dispatch_position());
  message.set_requires_release_certificate(record.requires_release_certificate());
  if (record.has_release()) {
    v1::Release& release = *message.mutable_release();
    release.set_document_id(record.release().document_id());
    *release.mutable_released_at() = ToZonedTime(FromRecord(record.release().released_at()));
    release.set_position(record.release().position());
  }
  return message;
}

absl::StatusOr<Dispatch> ParseDispatch(const v1::DispatchShipmentRequest& request) {
  Dispatch dispatch;
  ASSIGN_OR_RETURN(dispatch.shipment_id, ParseId("shipment_id", request.shipment_id()));
  ASSIGN_OR_RETURN(dispatch.dispatched_at,
                   ParseZonedTime("dispatched_at", request.dispatched_at()));
  ASSIGN_OR_RETURN(
      dispatch.fefo_override_reason,
      ParseText("fefo_override_reason", request.fefo_override_reason(), 0, kFefoReasonBytesMax));
  return dispatch;
}

absl::StatusOr<Milestone> ParseMilestone(const v1::Milestone& message) {
  Milestone milestone;
  ASSIGN_OR_RETURN(milestone.occurred_at, ParseZonedTime("occurred_at", message.occurred_at()));
  if (message.kind() == v1::MILESTONE_KIND_UNSPECIFIED ||
      !v1::MilestoneKind_IsValid(message.kind())) {
    return InvalidField("kind",
                        "must be departed, arrived at a port, held by customs, cleared by customs, "
                        "handed over or out for delivery");
  }
  milestone.kind = static_cast<uint32_t>(message.kind());
  ASSIGN_OR_RETURN(milestone.place, ParseText("place", message.place(), 0, kNameBytesMax));
  ASSIGN_OR_RETURN(milestone.note, ParseText("note", message.note(), 0, kNoteBytesMax));
  return milestone;
}

v1::Milestone ToMessage(const Milestone& milestone) {
  v1::Milestone message;
  *message.mutable_occurred_at() = ToZonedTime(milestone.occurred_at);
  message.set_kind(static_cast<v1::MilestoneKind>(milestone.kind));
  message.set_place(milestone.place);
  message.set_note(milestone.note);
  return message;
}

absl::StatusOr<Receipt> ParseReceipt(const v1::Receipt& message) {
  ASSIGN_OR_RETURN(Receipt receipt, ParseReceiptWithLines(message, 1));
  if (!receipt.received_at.has_value()) {
    return InvalidField("received_at", "must say when the goods arrived");
  }
  return receipt;
}

absl::StatusOr<Receipt> ParseCorrectedReceipt(const v1::Receipt& message) {
  return ParseReceiptWithLines(message, 0);
}

absl::StatusOr<std::string> ParseCorrectionReason(const std::string& reason) {
  return ParseText("reason", reason, 1, kReasonBytesMax);
}

v1::RecordedReceipt ToMessage(const ReceiptOnRecord& receipt) {
  v1::RecordedReceipt message;
  const rec::ReceiptRecord& record = receipt.record;
  const int last = record.versions_size() - 1;
  for (int index = 0; index < last; ++index) {
    *message.add_earlier() =
        ToMessage(ReceiptOf(receipt.receipt_id, record, record.versions(index)));
  }
  for (const rec::ReceiptVersionRecord& version : record.versions()) {
    message.add_version_positions(version.position());
    message.add_version_reasons(version.correction_reason());
  }
  const rec::ReceiptVersionRecord& standing = record.versions(last);
  *message.mutable_receipt() = ToMessage(ReceiptOf(receipt.receipt_id, record, standing));
  message.set_position(standing.position());
  message.set_correction_reason(standing.correction_reason());
  message.set_recorded_us(record.versions(0).recorded_us());
  message.set_version(record.versions_size());
  message.set_recorded_by(standing.recorded_by());
  if (standing.has_countersignature()) {
    const rec::CountersignatureRecord& signature = standing.countersignature();
    v1::Countersignature& row = *message.mutable_countersignature();
    row.set_signed_by(signature.signed_by());
    *row.mutable_signed_at() = ToZonedTime(FromRecord(signature.signed_at()));
    row.set_recorded_us(signature.recorded_us());
    row.set_note(signature.note());
  }
  return message;
}

absl::StatusOr<uint32_t> ParseStateFilter(v1::ShipmentState state) {
  if (v1::ShipmentState_IsValid(state)) return static_cast<uint32_t>(state);
  return InvalidField("state", "must be a state of shipments, or unspecified for all");
}

}  // namespace milkway::shipments
