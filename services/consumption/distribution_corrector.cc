#include "services/consumption/distribution_corrector.h"

#include <string>
#include <utility>

#include "clients/cpp/status_macros.h"
#include "milkway/consumption/v1/distributions.pb.h"
#include "services/consumption/corrections.h"
#include "services/consumption/distribution_convert.h"
#include "services/consumption/posting_draft.h"

namespace milkway::consumption {

namespace {

namespace inv = inventory::v1;

absl::StatusOr<rec::PendingCorrectionRecord> ParsePending(const runtime::Intent& intent) {
  rec::PendingCorrectionRecord pending;
  if (!pending.ParseFromString(intent.payload)) {
    return absl::DataLossError("a pending correction is damaged");
  }
  return pending;
}

}  // namespace

void DistributionCorrector::Perform(const std::vector<runtime::Intent>& intents, Performed done) {
  inv::BatchPostRequest request;
  for (const runtime::Intent& intent : intents) {
    const auto pending = ParsePending(intent);
    absl::Status status = pending.status();
    if (status.ok()) status = FillDraft(*pending, request.add_drafts());
    if (!status.ok()) return std::move(done)(std::vector<Outcome>(intents.size(), status));
  }
  const size_t count = intents.size();
  ledger_.PostBatch(
      std::move(request),
      [count, done = std::move(done)](absl::StatusOr<inv::BatchPostResponse> response) mutable {
        if (response.ok() && static_cast<size_t>(response->results_size()) != count) {
          response = absl::InternalError("the inventory answered another number of drafts");
        }
        if (!response.ok()) {
          return std::move(done)(std::vector<Outcome>(count, AsTransient(response.status())));
        }
        std::vector<Outcome> outcomes;
        for (const inv::PostingResult& result : response->results()) {
          outcomes.push_back(result.has_refusal() ? Outcome(ToStatus(ToRefusal(result.refusal())))
                                                  : Outcome(result.SerializeAsString()));
        }
        std::move(done)(std::move(outcomes));
      });
}

absl::Status DistributionCorrector::Conclude(storage::Transaction& transaction,
                                             const runtime::Intent& intent, const Outcome& outcome,
                                             Outcome* answer) {
  ASSIGN_OR_RETURN(const rec::PendingCorrectionRecord pending, ParsePending(intent));
  if (!outcome.ok()) {
    *answer = outcome.status();
    return ReleaseCorrection(transaction, pending);
  }
  inv::PostingResult posted;
  if (!posted.ParseFromString(*outcome)) {
    return absl::InternalError("the outcome of a correction is damaged");
  }
  ASSIGN_OR_RETURN(
      const int32_t revision,
      StoreCorrection(transaction, pending, {posted.position(), posted.recorded_us()}));
  v1::CorrectDistributionResponse response;
  response.set_revision(revision);
  response.set_position(posted.position());
  response.set_found_g(posted.found_g());
  *answer = response.SerializeAsString();
  return absl::OkStatus();
}

}  // namespace milkway::consumption
