#include "services/shipments/shipments_errors.h"

#include <string>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "services/runtime/errors.h"

namespace milkway::shipments {

namespace {

using runtime::Refuse;
using Code = absl::StatusCode;

const char* NameOf(ShipmentState state) {
  switch (state) {
    case ShipmentState::kDraft:
      return "a draft";
    case ShipmentState::kDispatched:
      return "dispatched";
    case ShipmentState::kPartlyReceived:
      return "partly received";
    case ShipmentState::kReceived:
      return "received";
    case ShipmentState::kCancelled:
      return "cancelled";
    case ShipmentState::kLost:
      return "lost";
    case ShipmentState::kReturned:
      return "returned";
  }
  return "in an unknown state";
}

// `what` happened on the way, and is dated before the shipment left.
absl::Status BeforeDispatch(absl::string_view reason, absl::string_view what,
                            absl::string_view shipment_id, const OccurredAt& at,
                            const OccurredAt& dispatched_at) {
  const std::string at_text = FormatOccurredAt(at);
  const std::string dispatched_text = FormatOccurredAt(dispatched_at);
  return Refuse(Code::kFailedPrecondition, reason,
                absl::StrCat(what, " is dated ", at_text, ", but shipment ", shipment_id,
                             " left at ", dispatched_text, "; correct the time or the shipment"),
                {{"shipment_id", std::string(shipment_id)},
                 {"at", at_text},
                 {"dispatched_at", dispatched_text}});
}

}  // namespace

absl::Status ShipmentUnknown(absl::string_view shipment_id) {
  return Refuse(Code::kNotFound, "SHIPMENT_UNKNOWN",
                absl::StrCat("there is no shipment ", shipment_id, "; check the id"),
                {{"shipment_id", std::string(shipment_id)}});
}

absl::Status ReceiptUnknown(absl::string_view shipment_id, absl::string_view receipt_id) {
  return Refuse(
      Code::kNotFound, "RECEIPT_UNKNOWN",
      absl::StrCat("shipment ", shipment_id, " has no receipt ", receipt_id, "; check both ids"),
      {{"shipment_id", std::string(shipment_id)}, {"receipt_id", std::string(receipt_id)}});
}

absl::Status ReceiptUnknownAt(absl::string_view destination_id, absl::string_view receipt_id) {
  return Refuse(
      Code::kNotFound, "RECEIPT_UNKNOWN",
      absl::StrCat("nothing arrived at ", destination_id, " by receipt ", receipt_id,
                   "; check both ids"),
      {{"destination_id", std::string(destination_id)}, {"receipt_id", std::string(receipt_id)}});
}

absl::Status PhotoUnknown(absl::string_view receipt_id, absl::string_view sha256) {
  const std::string hash = absl::BytesToHexString(sha256);
  return Refuse(Code::kNotFound, "PHOTO_UNKNOWN",
                absl::StrCat("receipt ", receipt_id, " has no photo ", hash, "; list its photos"),
                {{"receipt_id", std::string(receipt_id)}, {"sha256", hash}});
}

absl::Status ReceiptPhotosFull(absl::string_view receipt_id, int64_t max) {
  return Refuse(Code::kFailedPrecondition, "RECEIPT_PHOTOS_FULL",
                absl::StrCat("receipt ", receipt_id, " has ", max,
                             " photos already, and no more are kept; leave this one out"),
                {{"receipt_id", std::string(receipt_id)}, {"max", absl::StrCat(max)}});
}

absl::Status ShipmentExists(absl::string_view shipment_id) {
  return Refuse(Code::kAlreadyExists, "SHIPMENT_EXISTS",
                absl::StrCat("the shipment ", shipment_id,
                             " is recorded already with other content; choose another id, or send "
                             "what is recorded"),
                {{"shipment_id", std::string(shipment_id)}});
}

absl::Status ReceiptExists(absl::string_view receipt_id) {
  return Refuse(Code::kAlreadyExists, "RECEIPT_EXISTS",
                absl::StrCat("the receipt ", receipt_id,
                             " is recorded already with other content; correct that receipt, or "
                             "choose another id for another delivery"),
                {{"receipt_id", std::string(receipt_id)}});
}

absl::Status ShipmentBusy(absl::string_view shipment_id) {
  return Refuse(Code::kAborted, "SHIPMENT_BUSY",
                absl::StrCat("another step on shipment ", shipment_id,
                             " is being recorded; repeat in a moment"),
                {{"shipment_id", std::string(shipment_id)}});
}

absl::Status LotFilterForStaff() {
  return Refuse(Code::kPermissionDenied, "CALLER_NOT_STAFF",
                "where a lot went is told to the procurement staff only; leave lot_id out to list "
                "the shipments to your place");
}

absl::Status DestinationIsSupplier(absl::string_view location_id) {
  return Refuse(Code::kFailedPrecondition, "LOCATION_KIND_WRONG",
                absl::StrCat("location ", location_id,
                             " is a supplier, and shipments do not go there; name a warehouse, a "
                             "port or a school, or record a return as an adjustment"),
                {{"location_id", std::string(location_id)}});
}

absl::Status ShipmentNotDraft(absl::string_view shipment_id, ShipmentState state) {
  return Refuse(Code::kFailedPrecondition, "SHIPMENT_NOT_DRAFT",
                absl::StrCat("shipment ", shipment_id, " is ", NameOf(state),
                             " and no draft any more; plan another shipment if more is to leave"),
                {{"shipment_id", std::string(shipment_id)}});
}

absl::Status ShipmentNotDispatched(absl::string_view shipment_id, ShipmentState state) {
  return Refuse(Code::kFailedPrecondition, "SHIPMENT_NOT_DISPATCHED",
                absl::StrCat("shipment ", shipment_id, " is ", NameOf(state),
                             " and has not left; record its dispatch first, or check the id"),
                {{"shipment_id", std::string(shipment_id)}});
}

absl::Status ShipmentCancelled(absl::string_view shipment_id) {
  return Refuse(Code::kFailedPrecondition, "SHIPMENT_CANCELLED",
                absl::StrCat("shipment ", shipment_id,
                             " was given up before it left; check the id, or plan another one"),
                {{"shipment_id", std::string(shipment_id)}});
}

absl::Status ShipmentFull(absl::string_view shipment_id, absl::string_view what, int64_t max) {
  return Refuse(Code::kFailedPrecondition, "SHIPMENT_FULL",
                absl::StrCat("shipment ", shipment_id, " holds at most ", max, " ", what,
                             ", and they are used up; check whether a program repeats itself"),
                {{"shipment_id", std::string(shipment_id)}, {"max", absl::StrCat(max)}});
}

absl::Status MilestoneBeforeDispatch(absl::string_view shipment_id, const OccurredAt& occurred_at,
                                     const OccurredAt& dispatched_at) {
  return BeforeDispatch("MILESTONE_BEFORE_DISPATCH", "the milestone", shipment_id, occurred_at,
                        dispatched_at);
}

absl::Status ReceiptBeforeDispatch(absl::string_view shipment_id, const OccurredAt& received_at,
                                   const OccurredAt& dispatched_at) {
  return BeforeDispatch("RECEIPT_BEFORE_DISPATCH", "the receipt", shipment_id, received_at,
                        dispatched_at);
}

absl::Status ExitBeforeDispatch(absl::string_view shipment_id, const OccurredAt& at,
                                const OccurredAt& dispatched_at) {
  return BeforeDispatch("EXIT_BEFORE_DISPATCH", "the loss or return", shipment_id, at,
                        dispatched_at);
}

absl::Status ReceiptDestinationWrong(absl::string_view shipment_id,
                                     absl::string_view destination_id) {
  return Refuse(
      Code::kFailedPrecondition, "RECEIPT_DESTINATION_WRONG",
      absl::StrCat("shipment ", shipment_id, " does not go to ", destination_id,
                   "; check the shipment, or name its destination"),
      {{"shipment_id", std::string(shipment_id)}, {"destination_id", std::string(destination_id)}});
}

absl::Status ReceiptMissingTooMany(absl::string_view shipment_id, const ReceiptLine& line,
                                   int64_t missing_max) {
  return Refuse(
      Code::kFailedPrecondition, "RECEIPT_MISSING_TOO_MANY",
      absl::StrCat(line.missing_packs, " packs of lot ", line.lot.value,
                   " are stated to be missing, but with the ", line.received_packs, " good and ",
                   line.damaged_packs, " damaged packs of this receipt only ", missing_max,
                   " packs of shipment ", shipment_id, " are still in transit; state at most ",
                   missing_max, ", or correct the receipt that took the others"),
      {{"shipment_id", std::string(shipment_id)},
       {"lot_id", absl::StrCat(line.lot.value)},
       {"missing_packs", absl::StrCat(line.missing_packs)},
       {"missing_packs_max", absl::StrCat(missing_max)}});
}

absl::Status ReceiptTooDetailed(absl::string_view receipt_id, size_t movements,
                                size_t movements_max) {
  return Refuse(Code::kFailedPrecondition, "RECEIPT_TOO_DETAILED",
                absl::StrCat("receipt ", receipt_id, " needs ", movements,
                             " movements of stock, and one posting holds ", movements_max,
                             "; record some of its lines as a second receipt"),
                {{"receipt_id", std::string(receipt_id)},
                 {"movements", absl::StrCat(movements)},
                 {"movements_max", absl::StrCat(movements_max)}});
}

}  // namespace milkway::shipments
