// The refusals of what happens to a shipment besides plain dispatches and receipts.

#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "services/runtime/errors.h"
#include "services/shipments/shipments_errors.h"

namespace milkway::shipments {

namespace {

using runtime::Metadata;
using runtime::Refuse;
using Code = absl::StatusCode;

absl::Status NotNow(absl::string_view reason, const std::string& message, Metadata metadata) {
  return Refuse(Code::kFailedPrecondition, reason, message, std::move(metadata));
}

Metadata Of(absl::string_view shipment_id) { return {{"shipment_id", std::string(shipment_id)}}; }

absl::Status TooDetailed(absl::string_view reason, absl::string_view what,
                         absl::string_view shipment_id, size_t movements, size_t movements_max,
                         absl::string_view advice) {
  return NotNow(
      reason,
      absl::StrCat("the ", what, " of shipment ", shipment_id, " needs ", movements,
                   " movements of stock, and one posting holds ", movements_max, "; ", advice),
      {{"shipment_id", std::string(shipment_id)},
       {"movements", absl::StrCat(movements)},
       {"movements_max", absl::StrCat(movements_max)}});
}

}  // namespace

absl::Status ReceiptRefusedTooMany(absl::string_view shipment_id, const ReceiptLine& line,
                                   int64_t refused_max) {
  return NotNow(
      "RECEIPT_REFUSED_TOO_MANY",
      absl::StrCat(line.refused_packs, " packs of lot ", line.lot.value,
                   " are said to be refused, but after the other packs of this line only ",
                   refused_max, " packs of shipment ", shipment_id,
                   " are in transit; state at most ", refused_max),
      {{"shipment_id", std::string(shipment_id)},
       {"lot_id", absl::StrCat(line.lot.value)},
       {"refused_packs_max", absl::StrCat(refused_max)}});
}

absl::Status ReceiptReleased(absl::string_view receipt_id, const OccurredAt& released_at) {
  return NotNow(
      "RECEIPT_RELEASED",
      absl::StrCat("what receipt ", receipt_id,
                   " brought was in quarantine and has been released at ",
                   FormatOccurredAt(released_at),
                   "; record packs that turned up as another receipt, and packs that are "
                   "not there as a count of the stock"),
      {{"receipt_id", std::string(receipt_id)}, {"released_at", FormatOccurredAt(released_at)}});
}

absl::Status ReceiptShortageResolved(absl::string_view receipt_id, LotId lot, int64_t resolved) {
  return NotNow(
      "RECEIPT_SHORTAGE_RESOLVED",
      absl::StrCat("of lot ", lot.value, " ", resolved, " packs that receipt ", receipt_id,
                   " states to be missing were found or are lost for ",
                   "certain; the new lines must still state at least ", resolved, " missing packs"),
      {{"receipt_id", std::string(receipt_id)},
       {"lot_id", absl::StrCat(lot.value)},
       {"missing_packs_min", absl::StrCat(resolved)}});
}

absl::Status NothingInTransit(absl::string_view shipment_id) {
  return NotNow("NOTHING_IN_TRANSIT",
                absl::StrCat("nothing of shipment ", shipment_id,
                             " is in transit any more; look at it with GetShipment"),
                Of(shipment_id));
}

absl::Status ShipmentNotReceived(absl::string_view shipment_id) {
  return NotNow("SHIPMENT_NOT_RECEIVED",
                absl::StrCat("nothing of shipment ", shipment_id,
                             " has arrived, so it cannot be closed; declare it lost, or record "
                             "what arrived"),
                Of(shipment_id));
}

absl::Status ReturnOriginWrong(absl::string_view shipment_id, absl::string_view origin_id) {
  return NotNow(
      "RETURN_ORIGIN_WRONG",
      absl::StrCat("shipment ", shipment_id, " did not leave ", origin_id,
                   "; goods return to where they left, and go elsewhere as another shipment"),
      {{"shipment_id", std::string(shipment_id)}, {"origin_id", std::string(origin_id)}});
}

absl::Status ReturnTooMany(absl::string_view shipment_id, LotId lot, int64_t packs_max) {
  return NotNow("RETURN_TOO_MANY",
                absl::StrCat("of lot ", lot.value, " of shipment ", shipment_id, " only ",
                             packs_max, " packs are in transit or declared lost; return at most ",
                             packs_max, ", or correct the receipt that took the others"),
                {{"shipment_id", std::string(shipment_id)},
                 {"lot_id", absl::StrCat(lot.value)},
                 {"packs_max", absl::StrCat(packs_max)}});
}

absl::Status ReturnTooDetailed(absl::string_view shipment_id, size_t movements,
                               size_t movements_max) {
  return TooDetailed("RETURN_TOO_DETAILED", "return", shipment_id, movements, movements_max,
                     "record some of its lines as a second return");
}

absl::Status ReleaseTooDetailed(absl::string_view shipment_id, size_t movements,
                                size_t movements_max) {
  return TooDetailed("RELEASE_TOO_DETAILED", "release", shipment_id, movements, movements_max,
                     "release some lots by hand as adjustments first");
}

absl::Status ReleaseNotRequired(absl::string_view shipment_id) {
  return NotNow("RELEASE_NOT_REQUIRED",
                absl::StrCat("shipment ", shipment_id,
                             " was planned without a release certificate, and what it brings is "
                             "usable as it comes; attach the paper as a document"),
                Of(shipment_id));
}

absl::Status ShipmentReleased(absl::string_view shipment_id, absl::string_view document_id) {
  return NotNow(
      "SHIPMENT_RELEASED",
      absl::StrCat("shipment ", shipment_id, " was released already, with document ", document_id,
                   "; what arrives now is usable as it comes"),
      {{"shipment_id", std::string(shipment_id)}, {"document_id", std::string(document_id)}});
}

absl::Status ReleaseCertificateWrong(absl::string_view shipment_id, absl::string_view document_id,
                                     absl::string_view what) {
  return NotNow(
      "RELEASE_CERTIFICATE_WRONG",
      absl::StrCat("document ", document_id, " of shipment ", shipment_id, " ", what,
                   "; attach the inspection certificate with its number and day of "
                   "issue, and name that"),
      {{"shipment_id", std::string(shipment_id)}, {"document_id", std::string(document_id)}});
}

absl::Status DocumentUnknown(absl::string_view shipment_id, absl::string_view document_id) {
  return Refuse(
      Code::kNotFound, "DOCUMENT_UNKNOWN",
      absl::StrCat("shipment ", shipment_id, " has no document ", document_id,
                   "; attach it first, or check the id"),
      {{"shipment_id", std::string(shipment_id)}, {"document_id", std::string(document_id)}});
}

absl::Status DocumentExists(absl::string_view shipment_id, absl::string_view document_id) {
  return Refuse(
      Code::kAlreadyExists, "DOCUMENT_EXISTS",
      absl::StrCat("shipment ", shipment_id, " has another document ", document_id,
                   " already; choose another id"),
      {{"shipment_id", std::string(shipment_id)}, {"document_id", std::string(document_id)}});
}

absl::Status TemperatureExists(absl::string_view logger_id, int64_t read_us,
                               int32_t known_milli_c) {
  return Refuse(Code::kAlreadyExists, "TEMPERATURE_EXISTS",
                absl::StrCat("logger ", logger_id, " measured ", known_milli_c,
                             " thousandths of a degree at ", FormatOccurredAt({read_us, 0}),
                             " already; check whether two loggers share a name"),
                {{"logger_id", std::string(logger_id)},
                 {"read_us", absl::StrCat(read_us)},
                 {"temperature_milli_c", absl::StrCat(known_milli_c)}});
}

absl::Status TemperatureRangeDiffers(absl::string_view logger_id) {
  return NotNow("TEMPERATURE_RANGE_DIFFERS",
                absl::StrCat("logger ", logger_id,
                             " has readings with another range; leave the range out, or choose "
                             "another name for another logger"),
                {{"logger_id", std::string(logger_id)}});
}

absl::Status CountersignerSame(absl::string_view receipt_id) {
  return Refuse(Code::kPermissionDenied, "COUNTERSIGNER_SAME",
                absl::StrCat("receipt ", receipt_id,
                             " must be countersigned by somebody other than who recorded it, under "
                             "a name of their own"),
                {{"receipt_id", std::string(receipt_id)}});
}

absl::Status ReceiptCountersigned(absl::string_view receipt_id) {
  return NotNow("RECEIPT_COUNTERSIGNED",
                absl::StrCat("receipt ", receipt_id,
                             " was countersigned by somebody else already; nothing is left to do"),
                {{"receipt_id", std::string(receipt_id)}});
}

absl::Status ReceiptChanged(absl::string_view receipt_id, int64_t version) {
  return NotNow("RECEIPT_CHANGED",
                absl::StrCat("receipt ", receipt_id, " was corrected meanwhile: version ", version,
                             " stands; read it and sign that"),
                {{"receipt_id", std::string(receipt_id)}, {"version", absl::StrCat(version)}});
}

absl::Status CountersignedBeforeReceipt(absl::string_view receipt_id, const OccurredAt& signed_at,
                                        const OccurredAt& received_at) {
  return NotNow(
      "COUNTERSIGNED_BEFORE_RECEIPT",
      absl::StrCat("the signature is dated ", FormatOccurredAt(signed_at), ", but receipt ",
                   receipt_id, " was made at ", FormatOccurredAt(received_at),
                   "; correct the time"),
      {{"receipt_id", std::string(receipt_id)}, {"received_at", FormatOccurredAt(received_at)}});
}

absl::Status ShortageUnknown(absl::string_view shipment_id, absl::string_view receipt_id,
                             LotId lot) {
  return Refuse(
      Code::kNotFound, "SHORTAGE_UNKNOWN",
      absl::StrCat("no packs of lot ", lot.value, " are stated to be missing ",
                   receipt_id.empty() ? "by a loss" : absl::StrCat("by receipt ", receipt_id),
                   " of shipment ", shipment_id, "; look at the list of shortages"),
      {{"shipment_id", std::string(shipment_id)},
       {"receipt_id", std::string(receipt_id)},
       {"lot_id", absl::StrCat(lot.value)}});
}

absl::Status ShortageAlreadyResolved(absl::string_view shipment_id, LotId lot, int64_t open_packs) {
  return NotNow("SHORTAGE_RESOLVED",
                absl::StrCat("of this shortage of lot ", lot.value, " of shipment ", shipment_id,
                             " only ", open_packs, " packs are open; resolve at most ", open_packs,
                             ", and record more than that as a receipt"),
                {{"shipment_id", std::string(shipment_id)},
                 {"lot_id", absl::StrCat(lot.value)},
                 {"open_packs", absl::StrCat(open_packs)}});
}

absl::Status ResolutionTooEarly(const OccurredAt& at, const OccurredAt& missed_at) {
  return NotNow("RESOLUTION_TOO_EARLY",
                absl::StrCat("the resolution is dated ", FormatOccurredAt(at),
                             ", but the packs were missed at ", FormatOccurredAt(missed_at),
                             "; correct the time"),
                {{"missed_at", FormatOccurredAt(missed_at)}});
}

}  // namespace milkway::shipments
