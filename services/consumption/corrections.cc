#include "services/consumption/corrections.h"

#include <memory>
#include <utility>

#include "clients/cpp/status_macros.h"
#include "services/consumption/consumption_errors.h"
#include "services/consumption/incidents.h"
#include "services/consumption/served_days.h"
#include "services/consumption/servings.h"

namespace milkway::consumption {

namespace {

constexpr char kPostingStep[] = "posting";
// So that a record with its history fits into one message.
constexpr int32_t kRevisionsMax = 200;

absl::StatusOr<rec::DistributionRecord> ReadPending(const storage::Reader& reader,
                                                    const rec::PendingCorrectionRecord& pending) {
  ASSIGN_OR_RETURN(auto record, DistributionTable::Find(reader, pending.distribution_id()));
  if (!record.has_value()) {
    return absl::DataLossError("a distribution that is being corrected is gone");
  }
  return *std::move(record);
}

// A note that is gone does not come back with an incident of the same children: paper, for
// one, repeats what stood when it was planned.
void KeepNoteGone(const rec::RevisionRecord& standing, rec::RevisionRecord* revision) {
  const bool is_repeated = revision->incident() == standing.incident();
  if (is_repeated && standing.incident_note().empty()) revision->clear_incident_note();
}

// The class and day may be recorded again.
absl::Status WithdrawFromSession(storage::Transaction& transaction,
                                 const rec::DistributionRecord& distribution,
                                 int64_t distribution_id) {
  ASSIGN_OR_RETURN(
      auto stored,
      SessionTable::Find(transaction, distribution.school_number(), int64_t{distribution.day()},
                         distribution.class_name(), distribution.session()));
  rec::SessionRecord session = stored.value_or(rec::SessionRecord());
  session.clear_distribution_id();
  session.add_withdrawn_ids(distribution_id);
  return SessionTable::Put(transaction, session, distribution.school_number(),
                           int64_t{distribution.day()}, distribution.class_name(),
                           distribution.session());
}

}  // namespace

absl::StatusOr<rec::DistributionRecord> ReadDistribution(const storage::Reader& reader,
                                                         const std::string& school_id,
                                                         uint32_t school_number,
                                                         int64_t distribution_id) {
  ASSIGN_OR_RETURN(auto record, DistributionTable::Find(reader, distribution_id));
  if (!record.has_value() || record->school_number() != school_number) {
    return DistributionUnknown(school_id, distribution_id);
  }
  return *std::move(record);
}

absl::StatusOr<rec::PendingCorrectionRecord> ReserveCorrection(storage::Transaction& transaction,
                                                               SchoolCache& schools,
                                                               const Correction& correction) {
  ASSIGN_OR_RETURN(const std::shared_ptr<const SchoolCache::School> school,
                   schools.FindSchool(transaction, correction.school_id));
  ASSIGN_OR_RETURN(rec::DistributionRecord distribution,
                   ReadDistribution(transaction, correction.school_id, school->number,
                                    correction.distribution_id));
  const int32_t standing_revision = distribution.revisions_size();
  const rec::RevisionRecord& standing = distribution.revisions(standing_revision - 1);
  if (distribution.correction_under_way()) return CorrectionUnderWay(correction.distribution_id);
  if (standing.lines().empty()) return DistributionWithdrawn(correction.distribution_id);
  RETURN_IF_ERROR(correction.age_limit.Check(LocalDate{distribution.day()}, school->time_zone));
  // It can always be withdrawn, once.
  if (standing_revision >= kRevisionsMax && !correction.lines.empty())
    return TooManyRevisions(correction.distribution_id);
  if (correction.seen_revision != 0 && correction.seen_revision != standing_revision) {
    return RevisionChanged(correction.distribution_id, correction.seen_revision, standing_revision);
  }
  ASSIGN_OR_RETURN(const std::shared_ptr<const Roster> roster,
                   schools.FindRoster(transaction, school->number));
  RETURN_IF_ERROR(CheckChildren(*roster, correction.school_id, LocalDate{distribution.day()},
                                correction.lines, correction.attendance));
  rec::PendingCorrectionRecord pending;
  pending.set_school_id(correction.school_id);
  pending.set_distribution_id(correction.distribution_id);
  const runtime::RequestId posting_id =
      runtime::DeriveRequestId(correction.request_id, kPostingStep);
  pending.set_posting_request_high(posting_id.high);
  pending.set_posting_request_low(posting_id.low);
  pending.set_corrects_position(standing.position());
  *pending.mutable_occurred_at() = distribution.occurred_at();
  rec::RevisionRecord& revision = *pending.mutable_revision();
  for (const DistributionLine& line : correction.lines) *revision.add_lines() = ToRecord(line);
  SetAttendance(correction.attendance, &revision);
  revision.set_reason(correction.reason);
  revision.set_recorded_by(correction.recorded_by);
  RETURN_IF_ERROR(WithholdNote(transaction, school->number, &revision));
  KeepNoteGone(standing, &revision);
  pending.set_discrepancy_reason(correction.discrepancy_reason);
  pending.set_fefo_override_reason(correction.fefo_override_reason);
  distribution.set_correction_under_way(true);
  RETURN_IF_ERROR(DistributionTable::Put(transaction, distribution, correction.distribution_id));
  return pending;
}

absl::StatusOr<int32_t> StoreCorrection(storage::Transaction& transaction,
                                        const rec::PendingCorrectionRecord& pending,
                                        const PostedMilk& posted) {
  ASSIGN_OR_RETURN(rec::DistributionRecord distribution, ReadPending(transaction, pending));
  const rec::RevisionRecord& standing = distribution.revisions(distribution.revisions_size() - 1);
  ASSIGN_OR_RETURN(const std::vector<DistributionLine> before, LinesOf(standing));
  ASSIGN_OR_RETURN(const std::vector<DistributionLine> after, LinesOf(pending.revision()));
  rec::RevisionRecord& revision = *distribution.add_revisions();
  revision = pending.revision();
  revision.set_position(posted.position);
  revision.set_recorded_us(posted.recorded_us);
  RETURN_IF_ERROR(WithholdNote(transaction, distribution.school_number(), &revision));
  KeepNoteGone(standing, &revision);
  distribution.clear_correction_under_way();
  RETURN_IF_ERROR(DistributionTable::Put(transaction, distribution, pending.distribution_id()));
  if (after.empty()) {
    RETURN_IF_ERROR(WithdrawFromSession(transaction, distribution, pending.distribution_id()));
  }
  const RecordPlace place = PlaceOf(distribution, pending.distribution_id());
  RETURN_IF_ERROR(CountServings(transaction, place, before, Direction::kTakeAway));
  RETURN_IF_ERROR(CountServings(transaction, place, after, Direction::kAdd));
  RETURN_IF_ERROR(NoteIncident(transaction, place, distribution));
  RETURN_IF_ERROR(RecomputeDay(transaction, place.school_number, place.day));
  return distribution.revisions_size();
}

absl::Status ReleaseCorrection(storage::Transaction& transaction,
                               const rec::PendingCorrectionRecord& pending) {
  ASSIGN_OR_RETURN(rec::DistributionRecord distribution, ReadPending(transaction, pending));
  distribution.clear_correction_under_way();
  return DistributionTable::Put(transaction, distribution, pending.distribution_id());
}

}  // namespace milkway::consumption
