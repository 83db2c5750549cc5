#include "services/inventory/stock_convert.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "clients/cpp/status_macros.h"
#include "services/inventory/documents.h"
#include "services/inventory/reasons.h"
#include "services/runtime/errors.h"
#include "services/runtime/fields.h"

namespace milkway::inventory {

// The numbers of the domain's kinds are those of the public ones.
static_assert(static_cast<int>(AccountKind::kUsable) == v1::ACCOUNT_KIND_USABLE);
static_assert(static_cast<int>(AccountKind::kInTransit) == v1::ACCOUNT_KIND_IN_TRANSIT);
static_assert(static_cast<int>(AccountKind::kServed) == v1::ACCOUNT_KIND_SERVED);
static_assert(kAccountKindLast == v1::AccountKind_MAX);
static_assert(static_cast<int>(PostingKind::kDistribution) == v1::POSTING_KIND_DISTRIBUTION);
static_assert(kPostingKindLast == v1::PostingKind_MAX);

namespace {

using runtime::CheckCount;
using runtime::InField;
using runtime::InvalidField;
using runtime::Item;
using runtime::ParseId;
using runtime::ParseNumber;
using runtime::ParseText;

constexpr int kMovementsMax = 100;
constexpr int64_t kQuantityGMax = 1'000'000'000'000;
constexpr int64_t kNumberMax = std::numeric_limits<int64_t>::max();
constexpr size_t kReferenceBytesMax = 128;
constexpr size_t kDiscrepancyBytesMax = 500;
constexpr size_t kFefoReasonBytesMax = 200;
constexpr size_t kNoteBytesMax = 500;
constexpr size_t kWitnessBytesMax = 100;
constexpr int kCountsMax = 500;

absl::StatusOr<AccountKind> ParseAccountKind(absl::string_view field, v1::AccountKind kind) {
  if (kind == v1::ACCOUNT_KIND_UNSPECIFIED || !v1::AccountKind_IsValid(kind)) {
    return InvalidField(field, "must be a kind of account");
  }
  return static_cast<AccountKind>(kind);
}

absl::StatusOr<LotId> ParseLotId(absl::string_view field, int64_t lot_id) {
  if (lot_id < 1) return InvalidField(field, "must be a lot, which are numbered from 1");
  return LotId{lot_id};
}

absl::StatusOr<Movement> ParseMovement(const v1::Movement& message) {
  Movement movement;
  ASSIGN_OR_RETURN(movement.lot, ParseLotId("lot_id", message.lot_id()));
  ASSIGN_OR_RETURN(movement.from_kind, ParseAccountKind("from.kind", message.from().kind()));
  ASSIGN_OR_RETURN(movement.from_place, ParseId("from.place", message.from().place()));
  ASSIGN_OR_RETURN(movement.to_kind, ParseAccountKind("to.kind", message.to().kind()));
  ASSIGN_OR_RETURN(movement.to_place, ParseId("to.place", message.to().place()));
  ASSIGN_OR_RETURN(movement.quantity_g,
                   ParseNumber("quantity_g", message.quantity_g(), 1, kQuantityGMax));
  if (movement.from_kind == movement.to_kind && movement.from_place == movement.to_place) {
    return InvalidField("to", "must differ from the account that the stock leaves");
  }
  return movement;
}

v1::Movement ToMessage(const Movement& movement) {
  v1::Movement message;
  *message.mutable_from() = ToMessage(movement.from_kind, movement.from_place);
  *message.mutable_to() = ToMessage(movement.to_kind, movement.to_place);
  message.set_lot_id(movement.lot.value);
  message.set_quantity_g(movement.quantity_g);
  return message;
}

}  // namespace

absl::StatusOr<PostingDraft> ParseDraft(const v1::PostingDraft& message) {
  PostingDraft draft;
  ASSIGN_OR_RETURN(draft.request_id, runtime::ParseRequestId("request_id", message.request_id()));
  const bool is_open = v1::POSTING_KIND_DISPATCH <= message.kind() &&
                       message.kind() <= v1::POSTING_KIND_DISTRIBUTION;
  if (!is_open && message.kind() != v1::POSTING_KIND_RELEASE) {
    return InvalidField("kind", "must be dispatch, receipt, distribution or release");
  }
  draft.kind = static_cast<PostingKind>(message.kind());
  ASSIGN_OR_RETURN(draft.occurred_at, ParseZonedTime("occurred_at", message.occurred_at()));
  ASSIGN_OR_RETURN(draft.reference,
                   ParseText("reference", message.reference(), 1, kReferenceBytesMax));
  ASSIGN_OR_RETURN(draft.corrects_position,
                   ParseNumber("corrects_position", message.corrects_position(), 0, kNumberMax));
  const bool is_correction = draft.corrects_position != 0;
  RETURN_IF_ERROR(
      CheckCount("movements", message.movements_size(), is_correction ? 0 : 1, kMovementsMax));
  draft.movements.reserve(static_cast<size_t>(message.movements_size()));
  for (int index = 0; index < message.movements_size(); ++index) {
    absl::StatusOr<Movement> movement = ParseMovement(message.movements(index));
    if (!movement.ok()) return InField(Item("movements", index), movement.status());
    if (draft.kind == PostingKind::kRelease && movement->from_place != movement->to_place) {
      return InvalidField(absl::StrCat(Item("movements", index), ".to.place"),
                          "must be where the goods lie: a release does not move them");
    }
    draft.movements.push_back(*std::move(movement));
  }
  ASSIGN_OR_RETURN(
      draft.discrepancy_reason,
      ParseText("discrepancy_reason", message.discrepancy_reason(), 0, kDiscrepancyBytesMax));
  ASSIGN_OR_RETURN(
      draft.fefo_override_reason,
      ParseText("fefo_override_reason", message.fefo_override_reason(), 0, kFefoReasonBytesMax));
  return draft;
}

v1::PostingResult ToMessage(const Posted& posted) {
  v1::PostingResult message;
  message.set_position(posted.position);
  message.set_recorded_us(posted.recorded_us);
  message.set_found_g(posted.found_g);
  message.set_quarantined_g(posted.quarantined_g);
  return message;
}

v1::PostingResult ToRefusal(const absl::Status& status) {
  runtime::RefusalParts parts = runtime::PartsOf(status);
  v1::PostingResult message;
  v1::PostingRefusal& refusal = *message.mutable_refusal();
  refusal.set_code(static_cast<int32_t>(status.code()));
  refusal.set_message(std::string(status.message()));
  refusal.set_reason(parts.reason);
  for (auto& [name, value] : parts.metadata) (*refusal.mutable_metadata())[name] = value;
  return message;
}

v1::Account ToMessage(AccountKind kind, const std::string& place) {
  v1::Account message;
  message.set_kind(static_cast<v1::AccountKind>(kind));
  message.set_place(place);
  return message;
}

v1::Posting ToMessage(int64_t position, const Posting& posting,
                      const std::vector<Movement>& reversed, int64_t corrected_by) {
  v1::Posting message;
  message.set_position(position);
  message.set_kind(static_cast<v1::PostingKind>(posting.kind));
  *message.mutable_occurred_at() = ToZonedTime(posting.occurred_at);
  message.set_recorded_us(posting.recorded_us);
  message.set_reference(posting.reference);
  message.set_request_id(runtime::FormatRequestId(posting.request_id));
  for (const Movement& movement : posting.movements) {
    *message.add_movements() = ToMessage(movement);
  }
  for (Movement inverse : reversed) {
    std::swap(inverse.from_kind, inverse.to_kind);
    std::swap(inverse.from_place, inverse.to_place);
    *message.add_reversal_movements() = ToMessage(inverse);
  }
  message.set_linked_position(posting.linked_position);
  message.set_discrepancy_reason(posting.discrepancy_reason);
  message.set_fefo_override_reason(posting.fefo_override_reason);
  message.set_corrected_by_position(corrected_by);
  return message;
}

v1::LotPosition ToMessage(const LotPosition& position) {
  v1::LotPosition message;
  message.set_lot_id(position.lot.value);
  message.set_purchased_g(position.purchased_g);
  message.set_found_g(position.found_g);
  message.set_usable_g(position.usable_g);
  message.set_quarantined_g(position.quarantined_g);
  message.set_damaged_g(position.damaged_g);
  message.set_in_transit_g(position.in_transit_g);
  message.set_served_g(position.served_g);
  message.set_lost_g(position.lost_g);
  message.set_destroyed_g(position.destroyed_g);
  message.set_returned_g(position.returned_g);
  if (position.landed_cost_minor.has_value()) {
    message.set_landed_cost_minor(*position.landed_cost_minor);
  }
  for (const auto& [school, served_g] : position.served_by_school) {
    v1::ServedAtSchool& served = *message.add_schools();
    served.set_school_id(school);
    served.set_served_g(served_g);
  }
  return message;
}

v1::VerifyBooksResponse ToMessage(const BooksVerified& verified, bool finished) {
  v1::VerifyBooksResponse message;
  message.set_checked_postings(verified.checked_postings);
  message.set_total_postings(verified.total_postings);
  for (const std::string& difference : verified.differences) message.add_differences(difference);
  message.set_difference_count(verified.difference_count);
  message.set_finished(finished);
  return message;
}

absl::StatusOr<AccountKind> ParseCardKind(v1::AccountKind kind) {
  if (kind == v1::ACCOUNT_KIND_UNSPECIFIED) return AccountKind::kUsable;
  const bool is_physical = v1::ACCOUNT_KIND_USABLE <= kind && kind <= v1::ACCOUNT_KIND_IN_TRANSIT;
  if (!is_physical) {
    return InvalidField("kind", "must be usable, quarantined, damaged or in transit");
  }
  return static_cast<AccountKind>(kind);
}

absl::StatusOr<CountDraft> ParseCount(const v1::StockCount& message) {
  CountDraft draft;
  draft.account.kind = AccountKind::kUsable;
  ASSIGN_OR_RETURN(draft.account.place, ParseId("location_id", message.location_id()));
  ASSIGN_OR_RETURN(draft.account.lot, ParseLotId("lot_id", message.lot_id()));
  ASSIGN_OR_RETURN(draft.counted_at, ParseZonedTime("counted_at", message.counted_at()));
  ASSIGN_OR_RETURN(draft.counted_g,
                   ParseNumber("counted_g", message.counted_g(), 0, kQuantityGMax));
  draft.after_serving = message.after_serving();
  ASSIGN_OR_RETURN(draft.note, ParseText("note", message.note(), 0, kNoteBytesMax));
  if (message.reason() == v1::COUNT_REASON_UNSPECIFIED) return draft;
  ASSIGN_OR_RETURN(draft.reason, ParseCountReason(message.reason()));
  return draft;
}

absl::StatusOr<uint32_t> ParseCountReason(v1::CountReason reason) {
  const bool is_known = reason != v1::COUNT_REASON_UNSPECIFIED && v1::CountReason_IsValid(reason);
  if (!is_known) return InvalidField("reason", "must be one of the list of reasons");
  return static_cast<uint32_t>(reason);
}

absl::StatusOr<std::vector<CountDraft>> ParseCounts(const v1::RecordCountsRequest& message) {
  ASSIGN_OR_RETURN(const std::string place, ParseId("location_id", message.location_id()));
  RETURN_IF_ERROR(CheckCount("counts", message.counts_size(), 1, kCountsMax));
  std::vector<CountDraft> drafts;
  for (int index = 0; index < message.counts_size(); ++index) {
    absl::StatusOr<CountDraft> draft = ParseCount(message.counts(index));
    if (!draft.ok()) return InField(Item("counts", index), draft.status());
    if (draft->account.place != place) {
      return InvalidField(Item("counts", index) + ".location_id",
                          absl::StrCat("must be the place of the request, ", place));
    }
    drafts.push_back(*std::move(draft));
  }
  return drafts;
}

v1::RecordCountResponse ToMessage(const Counted& counted) {
  v1::RecordCountResponse message;
  message.set_expected_g(counted.expected_g);
  message.set_variance_g(counted.variance_g);
  message.set_position(counted.position);
  return message;
}

absl::StatusOr<int64_t> ParsePosition(absl::string_view field, int64_t position) {
  return runtime::ParseNumber(field, position, 0, std::numeric_limits<int64_t>::max() - 1);
}

absl::StatusOr<BalanceFilter> ParseFilter(const v1::ListBalancesRequest& message) {
  BalanceFilter filter = {message.location_id(), LotId{message.lot_id()},
                          message.include_virtual()};
  filter.product_id = message.product_id();
  if (message.kind() != v1::ACCOUNT_KIND_UNSPECIFIED) {
    ASSIGN_OR_RETURN(filter.kind, ParseAccountKind("kind", message.kind()));
  }
  if (!message.expires_from().empty()) {
    ASSIGN_OR_RETURN(filter.expires_from, ParseDate("expires_from", message.expires_from()));
  }
  if (!message.expires_to().empty()) {
    ASSIGN_OR_RETURN(filter.expires_to, ParseDate("expires_to", message.expires_to()));
  }
  return filter;
}

absl::StatusOr<PostingFilter> ParseFilter(const v1::ListPostingsRequest& message) {
  PostingFilter filter;
  if (message.kind() != v1::POSTING_KIND_UNSPECIFIED) {
    if (!v1::PostingKind_IsValid(message.kind())) {
      return InvalidField("kind", "must be a kind of posting");
    }
    filter.kind = static_cast<PostingKind>(message.kind());
  }
  filter.reference = message.reference();
  filter.lot = LotId{message.lot_id()};
  ASSIGN_OR_RETURN(filter.after_position,
                   ParsePosition("after_position", message.after_position()));
  ASSIGN_OR_RETURN(filter.up_to_position,
                   ParsePosition("up_to_position", message.up_to_position()));
  return filter;
}

v1::CountSheetLine ToMessage(const CountSheetLine& line, bool with_expected) {
  v1::CountSheetLine message;
  message.set_lot_id(line.lot.value);
  message.set_product_id(line.record.product_id());
  message.set_product_name_en(line.product.name_en());
  message.set_product_name_zh(line.product.name_zh());
  message.set_lot_number(line.record.lot_number());
  message.set_expires_on(FormatDate({line.record.expires_day()}));
  message.set_pack_weight_g(line.record.pack_weight_g());
  if (with_expected) message.set_expected_g(line.usable_g);
  return message;
}

v1::RecordedCount ToMessage(const CountKey::Key& key, const rec::CountRecord& count) {
  const auto& [place, lot, counted_us] = key;
  v1::RecordedCount message;
  v1::StockCount& stated = *message.mutable_count();
  stated.set_location_id(place);
  *stated.mutable_counted_at() = ToZonedTime({counted_us, count.offset_minutes()});
  stated.set_lot_id(lot);
  stated.set_counted_g(count.counted_g());
  stated.set_after_serving(count.after_serving());
  stated.set_note(count.note());
  stated.set_reason(static_cast<v1::CountReason>(count.reason()));
  message.set_expected_g(count.expected_g());
  message.set_recorded_us(count.recorded_us());
  return message;
}

absl::StatusOr<Adjustment> ParseAdjustment(const v1::Adjustment& message) {
  Adjustment adjustment;
  ASSIGN_OR_RETURN(adjustment.account.place, ParseId("location_id", message.location_id()));
  ASSIGN_OR_RETURN(adjustment.account.lot, ParseLotId("lot_id", message.lot_id()));
  const bool is_on_hand = v1::ACCOUNT_KIND_USABLE <= message.condition() &&
                          message.condition() <= v1::ACCOUNT_KIND_DAMAGED;
  if (!is_on_hand) return InvalidField("condition", "must be usable, quarantined or damaged");
  adjustment.account.kind = static_cast<AccountKind>(message.condition());
  ASSIGN_OR_RETURN(adjustment.quantity_g,
                   ParseNumber("quantity_g", message.quantity_g(), 1, kQuantityGMax));
  const AdjustmentRule* rule = FindRule(message.reason(), adjustment.account.kind);
  if (rule == nullptr) {
    return InvalidField("reason",
                        "must be one that fits the condition: usable stock can be quarantined or "
                        "damaged, quarantined stock released, and any of them written off, "
                        "destroyed or returned");
  }
  adjustment.to = rule->to;
  adjustment.reason = static_cast<uint32_t>(message.reason());
  ASSIGN_OR_RETURN(adjustment.occurred_at, ParseZonedTime("occurred_at", message.occurred_at()));
  ASSIGN_OR_RETURN(adjustment.note, ParseText("note", message.note(), 0, kNoteBytesMax));
  ASSIGN_OR_RETURN(adjustment.witness,
                   ParseText("witness", message.witness(), 0, kWitnessBytesMax));
  if (!message.has_document()) return adjustment;
  auto document = ParseDocument(message.document());
  if (!document.ok()) return InField("document", document.status());
  adjustment.document = *std::move(document);
  return adjustment;
}

}  // namespace milkway::inventory
