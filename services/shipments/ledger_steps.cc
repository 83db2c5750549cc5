#include "services/shipments/ledger_steps.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "clients/cpp/status_macros.h"
#include "milkway/inventory/v1/stock.pb.h"
#include "milkway/shipments/v1/shipments.pb.h"
#include "services/runtime/dates.h"
#include "services/runtime/errors.h"
#include "services/runtime/once.h"
#include "services/shipments/dispatch.h"
#include "services/shipments/outcome_convert.h"
#include "services/shipments/receipts.h"
#include "services/shipments/release.h"
#include "services/shipments/shipments_convert.h"
#include "services/shipments/shipments_records.h"
#include "services/shipments/shortages.h"
#include "services/shipments/transit_exits.h"

namespace milkway::shipments {

namespace {

namespace inv = inventory::v1;

// The numbers of the domain's kinds are those of the inventory.
static_assert(static_cast<int>(Stock::kUsable) == inv::ACCOUNT_KIND_USABLE);
static_assert(static_cast<int>(Stock::kQuarantined) == inv::ACCOUNT_KIND_QUARANTINED);
static_assert(static_cast<int>(Stock::kDamaged) == inv::ACCOUNT_KIND_DAMAGED);
static_assert(static_cast<int>(Stock::kInTransit) == inv::ACCOUNT_KIND_IN_TRANSIT);
static_assert(static_cast<int>(Stock::kFound) == inv::ACCOUNT_KIND_FOUND);
static_assert(static_cast<int>(Stock::kLossMissing) == inv::ACCOUNT_KIND_LOSS_MISSING);
static_assert(static_cast<int>(PostingKind::kDispatch) == inv::POSTING_KIND_DISPATCH);
static_assert(static_cast<int>(PostingKind::kReceipt) == inv::POSTING_KIND_RECEIPT);
static_assert(static_cast<int>(PostingKind::kRelease) == inv::POSTING_KIND_RELEASE);

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

// What the ledger says of one draft: its result, or its refusal by name and numbers.
runtime::IntentKind::Outcome ToOutcome(const inv::PostingResult& result) {
  if (!result.has_refusal()) return result.SerializeAsString();
  const inv::PostingRefusal& refusal = result.refusal();
  runtime::Metadata metadata(refusal.metadata().begin(), refusal.metadata().end());
  return runtime::Refuse(static_cast<absl::StatusCode>(refusal.code()), refusal.reason(),
                         refusal.message(), std::move(metadata));
}

// The call failed, which says nothing of the drafts in it.
absl::Status Unanswered(const absl::Status& status) {
  return absl::UnavailableError(absl::StrCat("the inventory did not answer for the posting (",
                                             status.message(), "); it is tried again"));
}

absl::StatusOr<std::string> DispatchEnded(storage::Transaction& transaction,
                                          const rec::StepRecord& step, const Posted& posted) {
  ASSIGN_OR_RETURN(const rec::ShipmentRecord shipment, EndDispatch(transaction, step, posted));
  v1::DispatchShipmentResponse response;
  *response.mutable_shipment() = ToMessage(step.shipment_id(), shipment);
  response.set_position(posted.position);
  return response.SerializeAsString();
}

// `Response`: what the caller is told, v1::RecordReceiptResponse or
// v1::CorrectReceiptResponse.
template <typename Response>
absl::StatusOr<std::string> ReceiptStepEnded(storage::Transaction& transaction,
                                             const rec::StepRecord& step, const Posted& posted) {
  ASSIGN_OR_RETURN(const ReceiptEnded ended, EndReceipt(transaction, step, posted));
  Response response;
  *response.mutable_shipment() = ToMessage(step.shipment_id(), ended.shipment);
  response.set_position(ended.position);
  return response.SerializeAsString();
}

template <typename Response>
absl::StatusOr<std::string> ExitEnded(storage::Transaction& transaction,
                                      const rec::StepRecord& step, const Posted& posted) {
  ASSIGN_OR_RETURN(const rec::ShipmentRecord shipment, EndExit(transaction, step, posted));
  Response response;
  *response.mutable_shipment() = ToMessage(step.shipment_id(), shipment);
  response.set_position(posted.position);
  return response.SerializeAsString();
}

absl::StatusOr<std::string> ReleaseEnded(storage::Transaction& transaction,
                                         const rec::StepRecord& step, const Posted& posted) {
  ASSIGN_OR_RETURN(const rec::ShipmentRecord shipment, EndRelease(transaction, step, posted));
  v1::RecordReleaseResponse response;
  *response.mutable_shipment() = ToMessage(step.shipment_id(), shipment);
  response.set_released_g(shipment.release().released_g());
  return response.SerializeAsString();
}

absl::StatusOr<std::string> ShortageStepEnded(storage::Transaction& transaction,
                                              const rec::StepRecord& step, const Posted& posted) {
  ASSIGN_OR_RETURN(const ResolutionEnded ended, EndResolution(transaction, step, posted));
  v1::ResolveShortageResponse response;
  *response.mutable_shortage() = ToMessage(ended.shortage);
  response.set_position(ended.position);
  return response.SerializeAsString();
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
  ledger_.PostBatch(
      std::move(request),
      [outcomes = std::move(outcomes), posted = std::move(posted),
       done = std::move(done)](absl::StatusOr<inv::BatchPostResponse> response) mutable {
        if (response.ok() && static_cast<size_t>(response->results_size()) != posted.size()) {
          response = absl::InternalError("another number of drafts was answered");
        }
        for (size_t draft = 0; draft < posted.size(); ++draft) {
          outcomes[posted[draft]] = response.ok()
                                        ? ToOutcome(response->results(static_cast<int>(draft)))
                                        : Outcome(Unanswered(response.status()));
        }
        std::move(done)(std::move(outcomes));
      });
}

absl::Status LedgerStep::Conclude(storage::Transaction& transaction, const runtime::Intent& intent,
                                  const Outcome& outcome, Outcome* answer) {
  ASSIGN_OR_RETURN(const rec::StepRecord step, ParseStep(intent));
  if (!outcome.ok()) {
    *answer = outcome.status();
    return abandon_(transaction, step);
  }
  inv::PostingResult result;
  if (!result.ParseFromString(*outcome)) {
    return absl::InternalError("an outcome of a posting is not one");
  }
  const int64_t recorded_us = step.has_draft() ? result.recorded_us() : step.decided_us();
  ASSIGN_OR_RETURN(*answer,
                   end_(transaction, step, {result.position(), recorded_us, intent.caller_id}));
  return absl::OkStatus();
}

std::vector<std::unique_ptr<LedgerStep>> MakeLedgerSteps(const clients::LedgerClient* ledger) {
  std::vector<std::unique_ptr<LedgerStep>> steps;
  const auto add = [&](absl::string_view name, LedgerStep::End end, LedgerStep::Abandon abandon) {
    steps.push_back(std::make_unique<LedgerStep>(name, ledger, end, abandon));
  };
  add(kDispatchStep, DispatchEnded, AbandonDispatch);
  add(kReceiptStep, ReceiptStepEnded<v1::RecordReceiptResponse>, AbandonReceipt);
  add(kReceiptCorrectionStep, ReceiptStepEnded<v1::CorrectReceiptResponse>, AbandonReceipt);
  add(kLossStep, ExitEnded<v1::DeclareLostResponse>, AbandonReceipt);
  add(kClosingStep, ExitEnded<v1::CloseShipmentResponse>, AbandonReceipt);
  add(kReturnStep, ExitEnded<v1::RecordReturnResponse>, AbandonReceipt);
  add(kReleaseStep, ReleaseEnded, AbandonReceipt);
  add(kShortageStep, ShortageStepEnded, AbandonReceipt);
  return steps;
}

}  // namespace milkway::shipments
