#include "services/shipments/ledger_steps.h"

#include <memory>
#include <utility>

#include "clients/cpp/status_macros.h"
#include "milkway/inventory/v1/stock.pb.h"
#include "milkway/shipments/v1/shipments.pb.h"
#include "services/runtime/dates.h"
#include "services/runtime/once.h"
#include "services/shipments/dispatch.h"
#include "services/shipments/shipments_convert.h"
#include "services/shipments/shipments_records.h"

namespace milkway::shipments {

namespace {

namespace inv = inventory::v1;

// The numbers of the domain's kinds are those of the inventory.
static_assert(static_cast<int>(Stock::kUsable) == inv::ACCOUNT_KIND_USABLE);
static_assert(static_cast<int>(Stock::kDamaged) == inv::ACCOUNT_KIND_DAMAGED);
static_assert(static_cast<int>(Stock::kInTransit) == inv::ACCOUNT_KIND_IN_TRANSIT);
static_assert(static_cast<int>(Stock::kFound) == inv::ACCOUNT_KIND_FOUND);
static_assert(static_cast<int>(Stock::kLossMissing) == inv::ACCOUNT_KIND_LOSS_MISSING);
static_assert(static_cast<int>(PostingKind::kDispatch) == inv::POSTING_KIND_DISPATCH);
static_assert(static_cast<int>(PostingKind::kReceipt) == inv::POSTING_KIND_RECEIPT);

absl::StatusOr<rec::StepRecord> ParseStep(const runtime::Intent& intent) {
  rec::StepRecord step;
  if (step.ParseFromString(intent.payload)) return step;
  return absl::DataLossError("a stored step is damaged; restore the store from a backup");
}

inv::Account ToAccount(uint32_t kind, const std::string& place) {
  inv::Account account;
  account.set_kind(static_cast<inv::AccountKind>(kind));
  account.set_place(place);
  return account;
}

// The same message for the same record, always: the ledger compares what it is asked.
inv::PostingDraft ToDraft(const rec::DraftRecord& record) {
  inv::PostingDraft draft;
  draft.set_request_id(
      runtime::FormatRequestId({record.request_id_high(), record.request_id_low()}));
  draft.set_kind(static_cast<inv::PostingKind>(record.kind()));
  *draft.mutable_occurred_at() = ToZonedTime(FromRecord(record.occurred_at()));
  draft.set_reference(record.reference());
  for (const rec::MovementRecord& row : record.movements()) {
    inv::Movement& movement = *draft.add_movements();
    *movement.mutable_from() = ToAccount(row.from_kind(), row.from_place());
    *movement.mutable_to() = ToAccount(row.to_kind(), row.to_place());
    movement.set_lot_id(row.lot_id());
    movement.set_quantity_g(row.quantity_g());
  }
  draft.set_corrects_position(record.corrects_position());
  draft.set_fefo_override_reason(record.fefo_override_reason());
  return draft;
}

}  // namespace

void LedgerStep::Perform(const std::vector<runtime::Intent>& intents, Performed done) {
  // A step without a draft has nothing to wait for: an empty result.
  std::vector<Outcome> outcomes(intents.size(), std::string());
  std::vector<size_t> posted;  // which intents the drafts belong to
  inv::BatchPostRequest request;
  for (size_t index = 0; index < intents.size(); ++index) {
    const absl::StatusOr<rec::StepRecord> step = ParseStep(intents[index]);
    if (!step.ok()) {
      outcomes[index] = step.status();
    } else if (step->has_draft()) {
      *request.add_drafts() = ToDraft(step->draft());
      posted.push_back(index);
    }
  }
  if (posted.empty()) return std::move(done)(std::move(outcomes));
  ledger_.Post(std::move(request),
               [outcomes = std::move(outcomes), posted = std::move(posted), done = std::move(done)](
                   std::vector<clients::LedgerClient::Result> results) mutable {
                 for (size_t draft = 0; draft < posted.size(); ++draft) {
                   const clients::LedgerClient::Result& result = results[draft];
                   outcomes[posted[draft]] =
                       result.ok() ? Outcome(result->SerializeAsString()) : result.status();
                 }
                 std::move(done)(std::move(outcomes));
               });
}

absl::Status LedgerStep::Conclude(storage::Transaction& transaction, const runtime::Intent& intent,
                                  const Outcome& outcome, Outcome* answer) {
  ASSIGN_OR_RETURN(const rec::StepRecord step, ParseStep(intent));
  if (!outcome.ok()) {
    *answer = outcome.status();
    return Abandon(transaction, step);
  }
  inv::PostingResult result;
  if (!result.ParseFromString(*outcome)) {
    return absl::InternalError("an outcome of a posting is not one");
  }
  ASSIGN_OR_RETURN(
      *answer, End(transaction, step, {result.position(), result.recorded_us(), intent.caller_id}));
  return absl::OkStatus();
}

absl::StatusOr<std::string> DispatchStep::End(storage::Transaction& transaction,
                                              const rec::StepRecord& step, const Posted& posted) {
  ASSIGN_OR_RETURN(const rec::ShipmentRecord shipment, EndDispatch(transaction, step, posted));
  v1::DispatchShipmentResponse response;
  *response.mutable_shipment() = ToMessage(step.shipment_id(), shipment);
  response.set_position(posted.position);
  return response.SerializeAsString();
}

absl::Status DispatchStep::Abandon(storage::Transaction& transaction, const rec::StepRecord& step) {
  return AbandonDispatch(transaction, step);
}

template <typename Response>
absl::StatusOr<std::string> ReceiptStep<Response>::End(storage::Transaction& transaction,
                                                       const rec::StepRecord& step,
                                                       const Posted& posted) {
  ASSIGN_OR_RETURN(const ReceiptEnded ended, EndReceipt(transaction, step, posted));
  Response response;
  *response.mutable_shipment() = ToMessage(step.shipment_id(), ended.shipment);
  response.set_position(ended.position);
  return response.SerializeAsString();
}

template class ReceiptStep<v1::RecordReceiptResponse>;
template class ReceiptStep<v1::CorrectReceiptResponse>;

}  // namespace milkway::shipments
