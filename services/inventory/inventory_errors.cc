#include "services/inventory/inventory_errors.h"

#include "absl/strings/str_cat.h"
#include "services/runtime/errors.h"

namespace milkway::inventory {

namespace {

using runtime::Refuse;
using Code = absl::StatusCode;

std::string Text(LotId lot) { return absl::StrCat(lot.value); }

}  // namespace

absl::Status ProductUnknown(absl::string_view product_id) {
  return Refuse(Code::kNotFound, "PRODUCT_UNKNOWN",
                absl::StrCat("there is no product ", product_id, "; add it to the catalogue first"),
                {{"product_id", std::string(product_id)}});
}

absl::Status LocationUnknown(absl::string_view location_id) {
  return Refuse(Code::kNotFound, "LOCATION_UNKNOWN",
                absl::StrCat("there is no location ", location_id, "; add it first"),
                {{"location_id", std::string(location_id)}});
}

absl::Status PurchaseUnknown(absl::string_view purchase_id) {
  return Refuse(Code::kNotFound, "PURCHASE_UNKNOWN",
                absl::StrCat("there is no purchase ", purchase_id, "; check the id"),
                {{"purchase_id", std::string(purchase_id)}});
}

absl::Status LotUnknown(LotId lot) {
  return Refuse(Code::kNotFound, "LOT_UNKNOWN",
                absl::StrCat("there is no lot ", lot.value, "; lots come with purchases"),
                {{"lot_id", Text(lot)}});
}

absl::Status PostingUnknown(int64_t position) {
  return Refuse(Code::kNotFound, "POSTING_UNKNOWN",
                absl::StrCat("the log has no posting ", position, "; check the position"),
                {{"position", absl::StrCat(position)}});
}

absl::Status CreditTooLarge(absl::string_view lot_number, int64_t cost_minor, int64_t share_minor) {
  return Refuse(Code::kFailedPrecondition, "CREDIT_TOO_LARGE",
                absl::StrCat("lot ", lot_number, " costs ", cost_minor,
                             " minor units and its share of the credit is ", share_minor,
                             "; record at most what the purchase cost"),
                {{"lot_number", std::string(lot_number)},
                 {"cost_minor", absl::StrCat(cost_minor)},
                 {"share_minor", absl::StrCat(share_minor)}});
}

absl::Status RecallUnknown(absl::string_view recall_id) {
  return Refuse(Code::kNotFound, "RECALL_UNKNOWN",
                absl::StrCat("there is no recall ", recall_id, "; check the id"),
                {{"recall_id", std::string(recall_id)}});
}

absl::Status RecallMatchesNoLot(absl::string_view product_id) {
  return Refuse(Code::kNotFound, "RECALL_MATCHES_NO_LOT",
                absl::StrCat("no lot of ", product_id,
                             " matches; check the lot number and the days, or say that the lot is "
                             "expected later"),
                {{"product_id", std::string(product_id)}});
}

absl::Status CountUnknown(const Account& account, const OccurredAt& counted_at) {
  const std::string at = FormatOccurredAt(counted_at);
  return Refuse(
      Code::kNotFound, "COUNT_UNKNOWN",
      absl::StrCat("lot ", account.lot.value, " at ", account.place, " has no count of ", at,
                   "; list the counts of the place"),
      {{"lot_id", Text(account.lot)}, {"location_id", account.place}, {"counted_at", at}});
}

absl::Status DocumentUnknown(absl::string_view purchase_id, absl::string_view document_id) {
  return Refuse(
      Code::kNotFound, "DOCUMENT_UNKNOWN",
      absl::StrCat("purchase ", purchase_id, " has no paper ", document_id, "; attach it first"),
      {{"purchase_id", std::string(purchase_id)}, {"document_id", std::string(document_id)}});
}

absl::Status OpeningUnknown(int64_t opening_id, absl::string_view place) {
  return Refuse(Code::kNotFound, "OPENING_UNKNOWN",
                absl::StrCat("no packs were opened under number ", opening_id, " at ", place,
                             "; list the open packs of the place"),
                {{"opening_id", absl::StrCat(opening_id)}, {"location_id", std::string(place)}});
}

absl::Status IdTaken(absl::string_view reason, absl::string_view what, absl::string_view id) {
  return Refuse(Code::kAlreadyExists, reason,
                absl::StrCat(what, " ", id,
                             " is recorded already with other content; choose another id, or send "
                             "what is recorded"),
                {{"id", std::string(id)}});
}

absl::Status BaseCurrencyFixed(absl::string_view in_use) {
  return Refuse(Code::kFailedPrecondition, "BASE_CURRENCY_FIXED",
                absl::StrCat("the base currency is ", in_use,
                             " and money is recorded in it; it cannot change any more"),
                {{"base_currency", std::string(in_use)}});
}

absl::Status ExchangeRateMissing(absl::string_view from, absl::string_view to, LocalDate on) {
  return Refuse(Code::kFailedPrecondition, "EXCHANGE_RATE_MISSING",
                absl::StrCat("there is no exchange rate from ", from, " to ", to, " on or before ",
                             FormatDate(on), "; record one first"),
                {{"from_currency", std::string(from)},
                 {"to_currency", std::string(to)},
                 {"on", FormatDate(on)}});
}

absl::Status LocationKindWrong(absl::string_view location_id, absl::string_view rule) {
  return Refuse(Code::kFailedPrecondition, "LOCATION_KIND_WRONG",
                absl::StrCat("location ", location_id, " ", rule),
                {{"location_id", std::string(location_id)}});
}

absl::Status StockMissing(const Account& account, int64_t missing_g, int64_t us,
                          const OccurredAt& occurred, bool may_state_discrepancy) {
  const std::string at = FormatOccurredAt({us, occurred.offset_minutes});
  return Refuse(
      Code::kFailedPrecondition, "STOCK_MISSING",
      absl::StrCat(account.place, " would be ", missing_g, " g short of lot ", account.lot.value,
                   " (", NameOf(account.kind), ") at ", at, "; record first what brought it there",
                   may_state_discrepancy
                       ? ", or repeat with a discrepancy reason if it really happened"
                       : ", or correct the quantity"),
      {{"missing_g", absl::StrCat(missing_g)},
       {"lot_id", Text(account.lot)},
       {"place", account.place},
       {"condition", NameOf(account.kind)},
       {"at", at}});
}

absl::Status LotQuarantined(const Account& account, int64_t missing_g, int64_t quarantined_g,
                            bool may_state_discrepancy) {
  return Refuse(Code::kFailedPrecondition, "LOT_QUARANTINED",
                absl::StrCat(quarantined_g, " g of lot ", account.lot.value, " at ", account.place,
                             " are in quarantine and ", missing_g,
                             " g more are needed than are usable; use another lot, ",
                             may_state_discrepancy
                                 ? "or repeat with a discrepancy reason if it was really drunk"
                                 : "or have the quarantine lifted first"),
                {{"missing_g", absl::StrCat(missing_g)},
                 {"quarantined_g", absl::StrCat(quarantined_g)},
                 {"lot_id", Text(account.lot)},
                 {"place", account.place}});
}

absl::Status LotRecalled(LotId lot, absl::string_view recall_id) {
  return Refuse(Code::kFailedPrecondition, "LOT_RECALLED",
                absl::StrCat("lot ", lot.value, " is recalled (", recall_id,
                             ") and nothing of it may be used; it can be destroyed or sent back, "
                             "and is released by lifting the recall"),
                {{"lot_id", Text(lot)}, {"recall_id", std::string(recall_id)}});
}

absl::Status LotExpired(LotId lot, absl::string_view lot_number, LocalDate expires_on,
                        LocalDate used_on, bool may_state_discrepancy) {
  return Refuse(Code::kFailedPrecondition, "LOT_EXPIRED",
                absl::StrCat("lot ", lot.value, " (", lot_number, ") expired on ",
                             FormatDate(expires_on), " and cannot leave or be served on ",
                             FormatDate(used_on), "; use another lot and write this one off",
                             may_state_discrepancy
                                 ? ", or repeat with a discrepancy reason if it was really drunk"
                                 : ""),
                {{"lot_id", Text(lot)},
                 {"lot_number", std::string(lot_number)},
                 {"expires_on", FormatDate(expires_on)}});
}

absl::Status FefoOverrideReasonRequired(LotId lot, LotId earlier, LocalDate earlier_expires_on,
                                        int64_t earlier_quantity_g, absl::string_view place) {
  return Refuse(
      Code::kFailedPrecondition, "FEFO_OVERRIDE_REASON_REQUIRED",
      absl::StrCat(place, " has ", earlier_quantity_g, " g of lot ", earlier.value,
                   ", which expires earlier (", FormatDate(earlier_expires_on), ") than lot ",
                   lot.value, "; use that one first, or repeat with a FEFO override reason"),
      {{"lot_id", Text(lot)},
       {"earlier_lot_id", Text(earlier)},
       {"earlier_expires_on", FormatDate(earlier_expires_on)},
       {"earlier_quantity_g", absl::StrCat(earlier_quantity_g)},
       {"place", std::string(place)}});
}

absl::Status PostingCorrected(int64_t position, int64_t corrected_by) {
  return Refuse(Code::kFailedPrecondition, "POSTING_CORRECTED",
                absl::StrCat("posting ", position, " was corrected by posting ", corrected_by,
                             " already; correct that one"),
                {{"position", absl::StrCat(position)},
                 {"corrected_by_position", absl::StrCat(corrected_by)}});
}

absl::Status CorrectionMismatch(int64_t position, absl::string_view rule) {
  return Refuse(Code::kFailedPrecondition, "CORRECTION_MISMATCH",
                absl::StrCat("a correction of posting ", position, " ", rule),
                {{"position", absl::StrCat(position)}});
}

absl::Status RecallLifted(absl::string_view recall_id, const OccurredAt& lifted_at) {
  const std::string at = FormatOccurredAt(lifted_at);
  return Refuse(Code::kFailedPrecondition, "RECALL_LIFTED",
                absl::StrCat("recall ", recall_id, " was lifted at ", at,
                             "; place another one to hold the lots back again"),
                {{"recall_id", std::string(recall_id)}, {"lifted_at", at}});
}

absl::Status SupplierMismatch(LotId lot, absl::string_view sold_by, absl::string_view stated) {
  return Refuse(Code::kFailedPrecondition, "SUPPLIER_MISMATCH",
                absl::StrCat("lot ", lot.value, " was sold by ", sold_by, ", not by ", stated,
                             "; make one return for each supplier"),
                {{"lot_id", Text(lot)}, {"supplier_id", std::string(sold_by)}});
}

absl::Status DocumentsFull(absl::string_view purchase_id, int64_t documents_max) {
  return Refuse(Code::kResourceExhausted, "DOCUMENTS_FULL",
                absl::StrCat("purchase ", purchase_id, " has ", documents_max,
                             " papers, as many as it can; put further ones into one file"),
                {{"purchase_id", std::string(purchase_id)}});
}

absl::Status PacksMissing(const Account& account, int64_t packs, int64_t open_packs,
                          int64_t pack_weight_g, int64_t usable_g) {
  return Refuse(
      Code::kFailedPrecondition, "PACKS_MISSING",
      absl::StrCat(account.place, " has ", usable_g, " g usable of lot ", account.lot.value,
                   " and ", open_packs, " packs open; that is less than ", packs,
                   " more full packs of ", pack_weight_g,
                   " g; record first what arrived, or finish the packs "
                   "that are empty"),
      {{"lot_id", Text(account.lot)},
       {"location_id", account.place},
       {"packs", absl::StrCat(packs)},
       {"open_packs", absl::StrCat(open_packs)},
       {"usable_g", absl::StrCat(usable_g)}});
}

absl::Status PacksFinished(int64_t opening_id, int64_t open_packs) {
  return Refuse(
      Code::kFailedPrecondition, "PACKS_FINISHED",
      absl::StrCat("only ", open_packs, " packs of opening ", opening_id,
                   " are still open; correct the number"),
      {{"opening_id", absl::StrCat(opening_id)}, {"open_packs", absl::StrCat(open_packs)}});
}

absl::Status CountExplained(const Account& account, const OccurredAt& counted_at) {
  return Refuse(Code::kFailedPrecondition, "COUNT_EXPLAINED",
                absl::StrCat("the count of lot ", account.lot.value, " at ", account.place, " at ",
                             FormatOccurredAt(counted_at),
                             " has a reason already, and records are not changed; count again if "
                             "it was wrong"),
                {{"lot_id", Text(account.lot)}, {"location_id", account.place}});
}

absl::Status CountRecorded(const Account& account, const OccurredAt& counted_at) {
  const std::string at = FormatOccurredAt(counted_at);
  return Refuse(
      Code::kAlreadyExists, "COUNT_RECORDED",
      absl::StrCat("lot ", account.lot.value, " at ", account.place,
                   " has a count of that moment (", at, ") already; count again later"),
      {{"lot_id", Text(account.lot)}, {"location_id", account.place}, {"counted_at", at}});
}

absl::Status QuantityTooLarge(const Account& account) {
  return Refuse(Code::kOutOfRange, "QUANTITY_TOO_LARGE",
                absl::StrCat(account.place, " would hold more of lot ", account.lot.value,
                             " than the books can (10^15 g); check the quantity"),
                {{"lot_id", Text(account.lot)}, {"place", account.place}});
}

absl::Status ProofTooLarge(size_t leaves, size_t leaves_max) {
  return Refuse(Code::kResourceExhausted, "PROOF_TOO_LARGE",
                absl::StrCat("the proof would have ", leaves, " leaves, and at most ", leaves_max,
                             " are shown together; ask for fewer lots"),
                {{"leaves", absl::StrCat(leaves)}});
}

absl::Status LogYounger(int64_t first_us) {
  const std::string began = FormatOccurredAt({first_us, 0});
  return Refuse(Code::kOutOfRange, "LOG_YOUNGER",
                first_us == 0 ? std::string("nothing is recorded yet")
                              : absl::StrCat("nothing was recorded by then; the log begins at ",
                                             began, ": ask about a later time"),
                {{"first_recorded_us", absl::StrCat(first_us)}});
}

absl::Status LogShorter(int64_t asked, int64_t size) {
  return Refuse(Code::kOutOfRange, "LOG_SHORTER",
                absl::StrCat("the log has ", size, " entries and not ", asked,
                             "; if a checkpoint says that it had them, the log was rewritten or "
                             "restored from an older backup"),
                {{"size", absl::StrCat(size)}, {"asked", absl::StrCat(asked)}});
}

}  // namespace milkway::inventory
