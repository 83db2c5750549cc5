// The named refusals of the inventory.

#ifndef MILKWAY_SERVICES_INVENTORY_INVENTORY_ERRORS_H_
#define MILKWAY_SERVICES_INVENTORY_INVENTORY_ERRORS_H_

#include <cstdint>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "services/inventory/account.h"
#include "services/runtime/dates.h"

namespace milkway::inventory {

// NOT_FOUND: PRODUCT_UNKNOWN, LOCATION_UNKNOWN, PURCHASE_UNKNOWN, LOT_UNKNOWN,
// POSTING_UNKNOWN, RECALL_UNKNOWN, RECALL_MATCHES_NO_LOT, COUNT_UNKNOWN,
// DOCUMENT_UNKNOWN, OPENING_UNKNOWN.
absl::Status ProductUnknown(absl::string_view product_id);
absl::Status LocationUnknown(absl::string_view location_id);
absl::Status PurchaseUnknown(absl::string_view purchase_id);
absl::Status LotUnknown(LotId lot);
absl::Status PostingUnknown(int64_t position);
absl::Status CreditTooLarge(absl::string_view lot_number, int64_t cost_minor, int64_t share_minor);
absl::Status RecallUnknown(absl::string_view recall_id);
absl::Status RecallMatchesNoLot(absl::string_view product_id);
absl::Status CountUnknown(const Account& account, const OccurredAt& counted_at);
absl::Status DocumentUnknown(absl::string_view purchase_id, absl::string_view document_id);
absl::Status OpeningUnknown(int64_t opening_id, absl::string_view place);

// ALREADY_EXISTS: the id names something else already. `reason` is
// PRODUCT_EXISTS and the like, `what` "the product".
absl::Status IdTaken(absl::string_view reason, absl::string_view what, absl::string_view id);

// FAILED_PRECONDITION BASE_CURRENCY_FIXED.
absl::Status BaseCurrencyFixed(absl::string_view in_use);
// FAILED_PRECONDITION EXCHANGE_RATE_MISSING.
absl::Status ExchangeRateMissing(absl::string_view from, absl::string_view to, LocalDate on);
// FAILED_PRECONDITION LOCATION_KIND_WRONG.
absl::Status LocationKindWrong(absl::string_view location_id, absl::string_view rule);

// FAILED_PRECONDITION STOCK_MISSING: at `us` (a time of the card, shown with the
// offset of `occurred`) the account would be `missing_g` below zero.
absl::Status StockMissing(const Account& account, int64_t missing_g, int64_t us,
                          const OccurredAt& occurred, bool may_state_discrepancy);
// FAILED_PRECONDITION LOT_QUARANTINED: usable stock is short and the rest is held back.
absl::Status LotQuarantined(const Account& account, int64_t missing_g, int64_t quarantined_g,
                            bool may_state_discrepancy);
// FAILED_PRECONDITION LOT_RECALLED: nothing of the lot may be used meanwhile.
absl::Status LotRecalled(LotId lot, absl::string_view recall_id);
// FAILED_PRECONDITION LOT_EXPIRED.
absl::Status LotExpired(LotId lot, absl::string_view lot_number, LocalDate expires_on,
                        LocalDate used_on, bool may_state_discrepancy);
// FAILED_PRECONDITION FEFO_OVERRIDE_REASON_REQUIRED: `earlier` should go first.
absl::Status FefoOverrideReasonRequired(LotId lot, LotId earlier, LocalDate earlier_expires_on,
                                        int64_t earlier_quantity_g, absl::string_view place);
// FAILED_PRECONDITION POSTING_CORRECTED: correct the later one instead.
absl::Status PostingCorrected(int64_t position, int64_t corrected_by);
// FAILED_PRECONDITION CORRECTION_MISMATCH.
absl::Status CorrectionMismatch(int64_t position, absl::string_view rule);
// FAILED_PRECONDITION RECALL_LIFTED.
absl::Status RecallLifted(absl::string_view recall_id, const OccurredAt& lifted_at);
// FAILED_PRECONDITION SUPPLIER_MISMATCH: `sold_by` sold the lot.
absl::Status SupplierMismatch(LotId lot, absl::string_view sold_by, absl::string_view stated);
// RESOURCE_EXHAUSTED DOCUMENTS_FULL.
absl::Status DocumentsFull(absl::string_view purchase_id, int64_t documents_max);
// FAILED_PRECONDITION PACKS_MISSING: the usable stock cannot hold so many unopened.
absl::Status PacksMissing(const Account& account, int64_t packs, int64_t open_packs,
                          int64_t pack_weight_g, int64_t usable_g);
// FAILED_PRECONDITION PACKS_FINISHED: only `open_packs` are still open.
absl::Status PacksFinished(int64_t opening_id, int64_t open_packs);
// FAILED_PRECONDITION COUNT_EXPLAINED.
absl::Status CountExplained(const Account& account, const OccurredAt& counted_at);
// ALREADY_EXISTS COUNT_RECORDED.
absl::Status CountRecorded(const Account& account, const OccurredAt& counted_at);
// OUT_OF_RANGE QUANTITY_TOO_LARGE.
absl::Status QuantityTooLarge(const Account& account);

// OUT_OF_RANGE LOG_SHORTER: `asked` leaves of a log that has `size`.
absl::Status ProofTooLarge(size_t leaves, size_t leaves_max);
// `first_us`: when the first entry was recorded; 0: there is none.
absl::Status LogYounger(int64_t first_us);
absl::Status LogShorter(int64_t asked, int64_t size);

}  // namespace milkway::inventory

#endif  // MILKWAY_SERVICES_INVENTORY_INVENTORY_ERRORS_H_
