#include "services/inventory/recall_books.h"

#include <utility>

#include "clients/cpp/status_macros.h"
#include "services/inventory/holds.h"

namespace milkway::inventory {

namespace {

// As many as a posting may have.
constexpr size_t kMovementsMax = 100;

}  // namespace

absl::Status CountRecalls(storage::Transaction& transaction, const RecallCounts& change) {
  ASSIGN_OR_RETURN(auto stored, OpenRecallsTable::Find(transaction));
  rec::OpenRecallsRecord counts = stored.value_or(rec::OpenRecallsRecord());
  counts.set_count(counts.count() + change.standing);
  counts.set_released_lots(counts.released_lots() + change.released_lots);
  return OpenRecallsTable::Put(transaction, counts);
}

absl::Status RecallPoster::Add(Ledger::PlaceHold hold) {
  Holds& holds = holds_[hold.hold.held_at.us];
  holds.push_back(std::move(hold));
  return holds.size() == kMovementsMax ? PostHolds(&holds) : absl::OkStatus();
}

absl::Status RecallPoster::Release(OccurredAt at, Movement movement) {
  std::vector<Movement>& movements = releases_[at.us];
  movements.push_back(std::move(movement));
  return movements.size() == kMovementsMax ? PostRelease(at.us, &movements) : absl::OkStatus();
}

absl::Status RecallPoster::Finish() {
  for (auto& [us, holds] : holds_) RETURN_IF_ERROR(PostHolds(&holds));
  for (auto& [us, movements] : releases_) RETURN_IF_ERROR(PostRelease(us, &movements));
  return ledger_.End();
}

absl::Status RecallPoster::PostHolds(Holds* holds) {
  if (holds->empty()) return absl::OkStatus();
  ASSIGN_OR_RETURN(const int64_t position, ledger_.Hold(*holds, call_.request_id));
  holds->clear();
  return SayWhy(position, v1::ADJUSTMENT_REASON_RECALL, recall_.record.reason());
}

absl::Status RecallPoster::PostRelease(int64_t us, std::vector<Movement>* movements) {
  if (movements->empty()) return absl::OkStatus();
  PostingDraft draft;
  draft.request_id = call_.request_id;
  draft.kind = PostingKind::kAdjustment;
  draft.occurred_at = {us, recall_.record.lifted_offset_minutes()};
  draft.reference = ReferenceOfRelease(recall_.recall_id);
  draft.movements = std::exchange(*movements, {});
  ASSIGN_OR_RETURN(const Posted posted, ledger_.Post(std::move(draft)));
  return SayWhy(posted.position, v1::ADJUSTMENT_REASON_RECALL_LIFTED, recall_.record.lift_reason());
}

absl::Status RecallPoster::SayWhy(int64_t position, v1::AdjustmentReason reason,
                                  const std::string& note) {
  rec::AdjustmentRecord why;
  why.set_reason(static_cast<uint32_t>(reason));
  why.set_note(note);
  why.set_recorded_by(call_.caller_id);
  return AdjustmentTable::Put(transaction_, why, position);
}

}  // namespace milkway::inventory
