// Between the messages of stock and the ledger's types. INVALID_ARGUMENT names the
// field from the message given on.

#ifndef MILKWAY_SERVICES_INVENTORY_STOCK_CONVERT_H_
#define MILKWAY_SERVICES_INVENTORY_STOCK_CONVERT_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "milkway/inventory/v1/stock.pb.h"
#include "services/inventory/account.h"
#include "services/inventory/inventory_keys.h"
#include "services/inventory/ledger.h"
#include "services/inventory/stock_queries.h"
#include "services/inventory/verify.h"
#include "services/runtime/dates.h"

namespace milkway::inventory {

absl::StatusOr<PostingDraft> ParseDraft(const v1::PostingDraft& message);
v1::PostingResult ToMessage(const Posted& posted);
v1::PostingResult ToRefusal(const absl::Status& status);

v1::Account ToMessage(AccountKind kind, const std::string& place);
// `reversed`: what it reversed, if it is a correction. `corrected_by`: 0 if none did.
v1::Posting ToMessage(int64_t position, const Posting& posting,
                      const std::vector<Movement>& reversed, int64_t corrected_by);
v1::LotPosition ToMessage(const LotPosition& position);
v1::VerifyBooksResponse ToMessage(const BooksVerified& verified, bool finished);

// INVALID_ARGUMENT names the field of the request.
// A position of the log, or 0.
absl::StatusOr<int64_t> ParsePosition(absl::string_view field, int64_t position);
absl::StatusOr<BalanceFilter> ParseFilter(const v1::ListBalancesRequest& message);
absl::StatusOr<PostingFilter> ParseFilter(const v1::ListPostingsRequest& message);
v1::CountSheetLine ToMessage(const CountSheetLine& line, bool with_expected);

// A physical kind; usable if unspecified.
absl::StatusOr<AccountKind> ParseCardKind(v1::AccountKind kind);

// `request_id` and `recorded_by` are left empty.
absl::StatusOr<CountDraft> ParseCount(const v1::StockCount& message);
// Each at the place of the request. INVALID_ARGUMENT names "counts[3].lot_id".
absl::StatusOr<std::vector<CountDraft>> ParseCounts(const v1::RecordCountsRequest& message);
absl::StatusOr<uint32_t> ParseCountReason(v1::CountReason reason);
v1::RecordCountResponse ToMessage(const Counted& counted);
v1::RecordedCount ToMessage(const CountKey::Key& key, const rec::CountRecord& count);

// A decision about stock.
struct Adjustment {
  Account account;
  AccountKind to = AccountKind::kUsable;
  int64_t quantity_g = 0;
  OccurredAt occurred_at;
  uint32_t reason = 0;  // number of the public AdjustmentReason
  std::string note;
  std::string witness;
  std::optional<rec::DocumentRecord> document;
};
absl::StatusOr<Adjustment> ParseAdjustment(const v1::Adjustment& message);

}  // namespace milkway::inventory

#endif  // MILKWAY_SERVICES_INVENTORY_STOCK_CONVERT_H_
