#include "services/consumption/posting_draft.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "clients/cpp/status_macros.h"
#include "services/consumption/distribution.h"
#include "services/runtime/dates.h"
#include "services/runtime/errors.h"
#include "services/runtime/once.h"

namespace milkway::consumption {

namespace {

using inventory::v1::AccountKind;
using inventory::v1::PostingDraft;

constexpr char kPostingStep[] = "posting";

void AddMovement(const std::string& school_id, int64_t lot_id, AccountKind to, int64_t grams,
                 PostingDraft* draft) {
  if (grams == 0) return;
  inventory::v1::Movement& movement = *draft->add_movements();
  movement.mutable_from()->set_kind(inventory::v1::ACCOUNT_KIND_USABLE);
  movement.mutable_from()->set_place(school_id);
  movement.mutable_to()->set_kind(to);
  movement.mutable_to()->set_place(school_id);
  movement.set_lot_id(lot_id);
  movement.set_quantity_g(grams);
}

absl::Status Fill(const std::string& school_id, int64_t distribution_id,
                  const rec::OccurredRecord& occurred_at, const rec::RevisionRecord& revision,
                  PostingDraft* draft) {
  draft->set_kind(inventory::v1::POSTING_KIND_DISTRIBUTION);
  *draft->mutable_occurred_at() = ToZonedTime({occurred_at.us(), occurred_at.offset_minutes()});
  draft->set_reference(absl::StrCat("distribution/", distribution_id));
  ASSIGN_OR_RETURN(const std::vector<DistributionLine> lines, LinesOf(revision));
  for (const DistributionLine& line : lines) {
    AddMovement(school_id, line.lot.value, inventory::v1::ACCOUNT_KIND_SERVED, line.served_g(),
                draft);
    AddMovement(school_id, line.lot.value, inventory::v1::ACCOUNT_KIND_LOSS_WASTED, line.wasted_g,
                draft);
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status AsTransient(const absl::Status& error) {
  if (runtime::IsTransient(error)) return error;
  return absl::UnavailableError(
      absl::StrCat("the inventory refused the call as a whole: ", error.message()));
}

absl::Status FillDraft(const rec::PendingRecord& pending, PostingDraft* draft) {
  const runtime::RequestId request_id = {pending.request_id_high(), pending.request_id_low()};
  draft->set_request_id(
      runtime::FormatRequestId(runtime::DeriveRequestId(request_id, kPostingStep)));
  draft->set_discrepancy_reason(pending.discrepancy_reason());
  draft->set_fefo_override_reason(pending.fefo_override_reason());
  const rec::DistributionRecord& distribution = pending.distribution();
  return Fill(pending.school_id(), pending.distribution_id(), distribution.occurred_at(),
              distribution.revisions(0), draft);
}

absl::Status FillDraft(const rec::PendingCorrectionRecord& pending, PostingDraft* draft) {
  draft->set_request_id(
      runtime::FormatRequestId({pending.posting_request_high(), pending.posting_request_low()}));
  draft->set_discrepancy_reason(pending.discrepancy_reason());
  draft->set_fefo_override_reason(pending.fefo_override_reason());
  draft->set_corrects_position(pending.corrects_position());
  return Fill(pending.school_id(), pending.distribution_id(), pending.occurred_at(),
              pending.revision(), draft);
}

}  // namespace milkway::consumption
