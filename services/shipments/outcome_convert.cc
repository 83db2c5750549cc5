#include "services/shipments/outcome_convert.h"

#include <limits>
#include <string>
#include <utility>

#include "absl/container/flat_hash_set.h"
#include "absl/strings/str_cat.h"
#include "clients/cpp/status_macros.h"
#include "services/runtime/errors.h"
#include "services/runtime/fields.h"
#include "services/runtime/money.h"
#include "services/shipments/shipments_records.h"

namespace milkway::shipments {

// The numbers of the domain's kinds are those of the public ones.
static_assert(static_cast<int>(ExitKind::kLost) == v1::TRANSIT_EXIT_KIND_LOST);
static_assert(static_cast<int>(ExitKind::kClosed) == v1::TRANSIT_EXIT_KIND_CLOSED);
static_assert(static_cast<int>(ExitKind::kReturned) == v1::TRANSIT_EXIT_KIND_RETURNED);
static_assert(static_cast<int>(ShortageOutcome::kFound) == v1::SHORTAGE_OUTCOME_FOUND);
static_assert(static_cast<int>(ShortageOutcome::kLost) == v1::SHORTAGE_OUTCOME_LOST);
static_assert(static_cast<int>(ShortageOutcome::kStolen) == v1::SHORTAGE_OUTCOME_STOLEN);
static_assert(static_cast<int>(ShortageOutcome::kCountedWrongly) ==
              v1::SHORTAGE_OUTCOME_COUNTED_WRONGLY);

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
constexpr size_t kReasonBytesMax = 500;
constexpr size_t kResponsibleBytesMax = 200;
constexpr size_t kClaimReferenceBytesMax = 100;
constexpr int64_t kNumberMax = std::numeric_limits<int64_t>::max();

absl::StatusOr<LotId> ParseLotId(int64_t lot_id) {
  if (lot_id < 1) return InvalidField("lot_id", "must be a lot, which are numbered from 1");
  return LotId{lot_id};
}

absl::StatusOr<ReturnedLine> ParseLine(const v1::ReturnLine& message) {
  ReturnedLine line;
  ASSIGN_OR_RETURN(line.lot, ParseLotId(message.lot_id()));
  ASSIGN_OR_RETURN(line.packs, ParseNumber("packs", message.packs(), 0, kPacksMax));
  ASSIGN_OR_RETURN(line.damaged_packs,
                   ParseNumber("damaged_packs", message.damaged_packs(), 0, kPacksMax));
  if (line.packs + line.damaged_packs == 0) {
    return InvalidField("packs", "must be above 0 if no packs are damaged");
  }
  return line;
}

// Who pays how much, where something is lost.
absl::Status ParseClaim(const v1::ShortageResolution& message, Resolution* resolution) {
  ASSIGN_OR_RETURN(resolution->responsible,
                   ParseText("responsible", message.responsible(), 0, kResponsibleBytesMax));
  ASSIGN_OR_RETURN(
      resolution->claim_reference,
      ParseText("claim_reference", message.claim_reference(), 0, kClaimReferenceBytesMax));
  if (!message.has_claim()) return absl::OkStatus();
  ASSIGN_OR_RETURN(resolution->claim, ParseMoney("claim", message.claim(), 0));
  return absl::OkStatus();
}

absl::Status CheckIsOfALoss(const v1::ShortageResolution& message) {
  constexpr char kRule[] = "belongs to packs that are lost or stolen; leave it out";
  if (message.has_claim()) return InvalidField("claim", kRule);
  if (!message.claim_reference().empty()) return InvalidField("claim_reference", kRule);
  if (!message.responsible().empty()) return InvalidField("responsible", kRule);
  return absl::OkStatus();
}

absl::Status ParsePacks(const v1::ShortageResolution& message, Resolution* resolution) {
  ASSIGN_OR_RETURN(resolution->packs, ParseNumber("packs", message.packs(), 0, kPacksMax));
  ASSIGN_OR_RETURN(resolution->damaged_packs,
                   ParseNumber("damaged_packs", message.damaged_packs(), 0, kPacksMax));
  if (resolution->packs + resolution->damaged_packs == 0) {
    return InvalidField("packs", "must be above 0 if no packs are damaged");
  }
  return absl::OkStatus();
}

absl::StatusOr<Resolution> ParseContent(const v1::ShortageResolution& message) {
  if (message.outcome() == v1::SHORTAGE_OUTCOME_UNSPECIFIED ||
      !v1::ShortageOutcome_IsValid(message.outcome())) {
    return InvalidField("outcome", "must be found, lost, stolen or counted wrongly");
  }
  Resolution resolution;
  resolution.outcome = static_cast<ShortageOutcome>(message.outcome());
  RETURN_IF_ERROR(ParsePacks(message, &resolution));
  const bool is_loss = resolution.outcome == ShortageOutcome::kLost ||
                       resolution.outcome == ShortageOutcome::kStolen;
  if (is_loss && resolution.damaged_packs > 0) {
    return InvalidField("damaged_packs", "must be 0 for packs that are lost or stolen");
  }
  RETURN_IF_ERROR(is_loss ? ParseClaim(message, &resolution) : CheckIsOfALoss(message));
  ASSIGN_OR_RETURN(resolution.occurred_at, ParseZonedTime("occurred_at", message.occurred_at()));
  ASSIGN_OR_RETURN(resolution.note, ParseText("note", message.note(), 1, kReasonBytesMax));
  constexpr char kRule[] = "is kept by the server; leave it out";
  if (!message.recorded_by().empty()) return InvalidField("recorded_by", kRule);
  if (message.recorded_us() != 0) return InvalidField("recorded_us", kRule);
  if (message.position() != 0) return InvalidField("position", kRule);
  return resolution;
}

v1::ShortageResolution ToMessage(const rec::ResolutionRecord& record) {
  v1::ShortageResolution message;
  message.set_outcome(static_cast<v1::ShortageOutcome>(record.outcome()));
  message.set_packs(record.packs());
  message.set_damaged_packs(record.damaged_packs());
  *message.mutable_occurred_at() = ToZonedTime(FromRecord(record.occurred_at()));
  message.set_responsible(record.responsible());
  if (!record.claim_currency().empty()) {
    *message.mutable_claim() =
        milkway::ToMessage(Money{record.claim_currency(), record.claim_minor_units()});
  }
  message.set_claim_reference(record.claim_reference());
  message.set_note(record.note());
  message.set_recorded_by(record.recorded_by());
  message.set_recorded_us(record.recorded_us());
  message.set_position(record.position());
  return message;
}

}  // namespace

absl::StatusOr<Loss> ParseLoss(const v1::DeclareLostRequest& request) {
  Loss loss;
  ASSIGN_OR_RETURN(loss.shipment_id, ParseId("shipment_id", request.shipment_id()));
  ASSIGN_OR_RETURN(loss.occurred_at, ParseZonedTime("lost_at", request.lost_at()));
  ASSIGN_OR_RETURN(loss.reason, ParseText("reason", request.reason(), 1, kReasonBytesMax));
  return loss;
}

absl::StatusOr<Loss> ParseLoss(const v1::CloseShipmentRequest& request) {
  Loss loss;
  loss.closes = true;
  ASSIGN_OR_RETURN(loss.shipment_id, ParseId("shipment_id", request.shipment_id()));
  ASSIGN_OR_RETURN(loss.occurred_at, ParseZonedTime("closed_at", request.closed_at()));
  ASSIGN_OR_RETURN(loss.reason, ParseText("reason", request.reason(), 1, kReasonBytesMax));
  return loss;
}

absl::StatusOr<ReturnToOrigin> ParseReturn(const v1::RecordReturnRequest& request) {
  ReturnToOrigin returned;
  ASSIGN_OR_RETURN(returned.shipment_id, ParseId("shipment_id", request.shipment_id()));
  ASSIGN_OR_RETURN(returned.origin_id, ParseId("origin_id", request.origin_id()));
  ASSIGN_OR_RETURN(returned.returned_at, ParseZonedTime("returned_at", request.returned_at()));
  ASSIGN_OR_RETURN(returned.reason, ParseText("reason", request.reason(), 1, kReasonBytesMax));
  RETURN_IF_ERROR(CheckCount("lines", request.lines_size(), 0, kLinesMax));
  absl::flat_hash_set<LotId> seen;
  for (int index = 0; index < request.lines_size(); ++index) {
    const absl::StatusOr<ReturnedLine> line = ParseLine(request.lines(index));
    if (!line.ok()) return InField(Item("lines", index), line.status());
    if (!seen.insert(line->lot).second) {
      return InvalidField(absl::StrCat(Item("lines", index), ".lot_id"),
                          "is on an earlier line already; make one line of them");
    }
    returned.lines.push_back(*line);
  }
  return returned;
}

v1::TransitExit ToMessage(const rec::TransitExitRecord& exit) {
  v1::TransitExit message;
  message.set_kind(static_cast<v1::TransitExitKind>(exit.kind()));
  *message.mutable_occurred_at() = ToZonedTime(FromRecord(exit.occurred_at()));
  message.set_reason(exit.reason());
  for (const rec::TransitExitLineRecord& line : exit.lines()) {
    v1::TransitExitLine& row = *message.add_lines();
    row.set_lot_id(line.lot_id());
    row.set_packs(line.packs());
    row.set_damaged_packs(line.damaged_packs());
  }
  message.set_position(exit.position());
  message.set_recorded_us(exit.recorded_us());
  message.set_recorded_by(exit.recorded_by());
  return message;
}

absl::StatusOr<ReleaseOrder> ParseRelease(const v1::RecordReleaseRequest& request) {
  ReleaseOrder order;
  ASSIGN_OR_RETURN(order.shipment_id, ParseId("shipment_id", request.shipment_id()));
  ASSIGN_OR_RETURN(order.document_id, ParseId("document_id", request.document_id()));
  ASSIGN_OR_RETURN(order.released_at, ParseZonedTime("released_at", request.released_at()));
  return order;
}

absl::StatusOr<Countersigning> ParseCountersigning(const v1::CountersignReceiptRequest& request) {
  Countersigning signing;
  ASSIGN_OR_RETURN(signing.receipt_id, ParseId("receipt_id", request.receipt_id()));
  ASSIGN_OR_RETURN(signing.shipment_id, ParseId("shipment_id", request.shipment_id()));
  ASSIGN_OR_RETURN(signing.destination_id, ParseId("destination_id", request.destination_id()));
  ASSIGN_OR_RETURN(signing.version, ParseNumber("version", request.version(), 0, kNumberMax));
  ASSIGN_OR_RETURN(signing.signed_at, ParseZonedTime("signed_at", request.signed_at()));
  ASSIGN_OR_RETURN(signing.note, ParseText("note", request.note(), 0, kReasonBytesMax));
  return signing;
}

absl::StatusOr<Resolution> ParseResolution(const v1::ResolveShortageRequest& request) {
  absl::StatusOr<Resolution> resolution = ParseContent(request.resolution());
  if (!resolution.ok()) return InField("resolution", resolution.status());
  ShortageId& id = resolution->shortage;
  ASSIGN_OR_RETURN(id.shipment_id, ParseId("shipment_id", request.shipment_id()));
  if (!request.receipt_id().empty()) {
    ASSIGN_OR_RETURN(id.receipt_id, ParseId("receipt_id", request.receipt_id()));
  } else if (resolution->outcome == ShortageOutcome::kCountedWrongly) {
    return InvalidField("receipt_id", "must name the receipt that was counted wrongly");
  }
  ASSIGN_OR_RETURN(id.lot, ParseLotId(request.lot_id()));
  return resolution;
}

v1::Shortage ToMessage(const ShortageOnRecord& shortage) {
  const rec::ShortageRecord& record = shortage.record;
  v1::Shortage message;
  message.set_shipment_id(shortage.id.shipment_id);
  message.set_receipt_id(shortage.id.receipt_id);
  message.set_lot_id(shortage.id.lot.value);
  message.set_missing_packs(record.missing_packs());
  message.set_open_packs(OpenPacks(record));
  message.set_found_packs(record.found_packs() + record.arrived_packs());
  message.set_confirmed_packs(record.confirmed_packs());
  for (const rec::ResolutionRecord& resolution : record.resolutions()) {
    *message.add_resolutions() = ToMessage(resolution);
  }
  message.set_destination_id(record.destination_id());
  *message.mutable_missed_at() = ToZonedTime(FromRecord(record.missed_at()));
  return message;
}

}  // namespace milkway::shipments
