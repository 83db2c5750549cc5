#include "services/consumption/recording.h"

#include <memory>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "clients/cpp/status_macros.h"
#include "services/consumption/consumption_errors.h"
#include "services/consumption/incidents.h"
#include "services/consumption/served_days.h"
#include "services/consumption/servings.h"
#include "services/runtime/errors.h"

namespace milkway::consumption {

namespace {

absl::Status CheckServedAt(const OccurredAt& at, LocalDate served_on,
                           const SchoolCache::School& school) {
  const bool is_on_day =
      LocalDateOf(at) == served_on && LocalDateIn(at.us, school.time_zone) == served_on;
  if (is_on_day) return absl::OkStatus();
  return runtime::InvalidField("distribution.served_at",
                               "must be on served_on, by the local clock of the school");
}

// When the ledger has it: as somebody read the clock, or at the end of the day.
absl::StatusOr<OccurredAt> FindOccurredAt(const Distribution& distribution,
                                          const SchoolCache::School& school, SchoolCache& schools) {
  if (distribution.served_at.has_value()) {
    RETURN_IF_ERROR(CheckServedAt(*distribution.served_at, distribution.served_on, school));
    return *distribution.served_at;
  }
  const absl::StatusOr<OccurredAt> end = schools.FindEndOfDay(school, distribution.served_on);
  if (end.ok() && ParseZonedTime("served_on", ToZonedTime(*end)).ok()) return *end;
  return runtime::InvalidField("distribution.served_on",
                               "must be a day that the school had, of the years 2000 to 2099");
}

absl::StatusOr<rec::SessionRecord> ReadSession(const storage::Reader& reader,
                                               uint32_t school_number,
                                               const Distribution& distribution) {
  ASSIGN_OR_RETURN(auto session,
                   SessionTable::Find(reader, school_number, int64_t{distribution.served_on.days},
                                      distribution.class_name, distribution.session));
  return session.value_or(rec::SessionRecord());
}

absl::Status CheckSessionIsFree(const rec::SessionRecord& session,
                                const Distribution& distribution) {
  if (session.distribution_id() != 0) {
    return DistributionRecorded(session.distribution_id(), distribution.school_id,
                                distribution.served_on, distribution.class_name,
                                distribution.session);
  }
  if (session.recording_intent() != 0) {
    return DistributionUnderWay(distribution.class_name, distribution.served_on);
  }
  return absl::OkStatus();
}

absl::StatusOr<int64_t> TakeDistributionId(storage::Transaction& transaction) {
  ASSIGN_OR_RETURN(auto stored, LastDistributionTable::Find(transaction));
  rec::CounterRecord counter = stored.value_or(rec::CounterRecord());
  counter.set_last(counter.last() + 1);
  RETURN_IF_ERROR(LastDistributionTable::Put(transaction, counter));
  return counter.last();
}

rec::DistributionRecord ToRecord(const Recording& recording, uint32_t school_number,
                                 const OccurredAt& occurred_at) {
  const Distribution& distribution = recording.distribution;
  rec::DistributionRecord record;
  record.set_school_number(school_number);
  record.set_day(distribution.served_on.days);
  record.set_class_name(distribution.class_name);
  record.set_session(distribution.session);
  record.mutable_occurred_at()->set_us(occurred_at.us);
  record.mutable_occurred_at()->set_offset_minutes(occurred_at.offset_minutes);
  record.set_has_served_at(distribution.served_at.has_value());
  rec::RevisionRecord& revision = *record.add_revisions();
  for (const DistributionLine& line : distribution.lines) {
    *revision.add_lines() = consumption::ToRecord(line);
  }
  SetAttendance(distribution.attendance, &revision);
  revision.set_recorded_by(recording.recorded_by);
  return record;
}

absl::Status PutSession(storage::Transaction& transaction, const rec::SessionRecord& session,
                        const rec::DistributionRecord& distribution) {
  return SessionTable::Put(transaction, session, distribution.school_number(),
                           int64_t{distribution.day()}, distribution.class_name(),
                           distribution.session());
}

absl::StatusOr<rec::SessionRecord> SessionOf(const storage::Reader& reader,
                                             const rec::DistributionRecord& distribution) {
  ASSIGN_OR_RETURN(
      auto session,
      SessionTable::Find(reader, distribution.school_number(), int64_t{distribution.day()},
                         distribution.class_name(), distribution.session()));
  return session.value_or(rec::SessionRecord());
}

}  // namespace

AgeLimit AgeLimitOf(const runtime::Call& call) {
  if (call.caller.role == common::v1::ROLE_ADMIN) return {};
  return {call.now_us};
}

absl::Status AgeLimit::Check(LocalDate on, absl::string_view time_zone) const {
  if (!now_us.has_value()) return absl::OkStatus();
  const LocalDate oldest{LocalDateIn(*now_us, time_zone).days - kDaysMax};
  return on < oldest ? RecordTooOld(on, oldest) : absl::OkStatus();
}

absl::Status CheckChildren(const Roster& roster, const std::string& school_id, LocalDate on,
                           const std::vector<DistributionLine>& lines,
                           const Attendance& attendance) {
  for (const DistributionLine& line : lines) {
    RETURN_IF_ERROR(roster.CheckServed(school_id, on, Without(line.students, attendance.incident)));
  }
  RETURN_IF_ERROR(roster.CheckEnrolled(school_id, on, attendance.incident));
  const StudentSet not_excluded = roster.NotExcluded(on, attendance.incident);
  if (!not_excluded.empty()) {
    return runtime::InvalidField(
        "incident.student_numbers",
        absl::StrCat("has student ", not_excluded.front(), ", who may be given milk on ",
                     FormatDate(on), "; name only those who must not"));
  }
  RETURN_IF_ERROR(roster.CheckEnrolled(school_id, on, attendance.absent));
  return roster.CheckEnrolled(school_id, on, attendance.refused);
}

absl::StatusOr<rec::PendingRecord> ReserveDistribution(storage::Transaction& transaction,
                                                       SchoolCache& schools,
                                                       const Recording& recording,
                                                       uint64_t intent_id) {
  const Distribution& distribution = recording.distribution;
  ASSIGN_OR_RETURN(const std::shared_ptr<const SchoolCache::School> school,
                   schools.FindSchool(transaction, distribution.school_id));
  ASSIGN_OR_RETURN(const OccurredAt occurred_at, FindOccurredAt(distribution, *school, schools));
  RETURN_IF_ERROR(recording.age_limit.Check(distribution.served_on, school->time_zone));
  ASSIGN_OR_RETURN(rec::SessionRecord session,
                   ReadSession(transaction, school->number, distribution));
  RETURN_IF_ERROR(CheckSessionIsFree(session, distribution));
  ASSIGN_OR_RETURN(const std::shared_ptr<const Roster> roster,
                   schools.FindRoster(transaction, school->number));
  RETURN_IF_ERROR(CheckChildren(*roster, distribution.school_id, distribution.served_on,
                                distribution.lines, distribution.attendance));
  rec::PendingRecord pending;
  pending.set_request_id_high(recording.request_id.high);
  pending.set_request_id_low(recording.request_id.low);
  pending.set_body_hash(recording.hash.data(), recording.hash.size());
  pending.set_school_id(distribution.school_id);
  ASSIGN_OR_RETURN(const int64_t distribution_id, TakeDistributionId(transaction));
  pending.set_distribution_id(distribution_id);
  *pending.mutable_distribution() = ToRecord(recording, school->number, occurred_at);
  RETURN_IF_ERROR(WithholdNote(transaction, school->number,
                               pending.mutable_distribution()->mutable_revisions(0)));
  pending.set_discrepancy_reason(recording.discrepancy_reason);
  pending.set_fefo_override_reason(recording.fefo_override_reason);
  session.set_recording_intent(intent_id);
  RETURN_IF_ERROR(PutSession(transaction, session, pending.distribution()));
  return pending;
}

absl::StatusOr<Recorded> StoreDistribution(storage::Transaction& transaction,
                                           const rec::PendingRecord& pending,
                                           const PostedMilk& posted) {
  rec::DistributionRecord distribution = pending.distribution();
  rec::RevisionRecord& revision = *distribution.mutable_revisions(0);
  revision.set_position(posted.position);
  revision.set_recorded_us(posted.recorded_us);
  RETURN_IF_ERROR(WithholdNote(transaction, distribution.school_number(), &revision));
  ASSIGN_OR_RETURN(const std::vector<DistributionLine> lines, LinesOf(revision));
  RETURN_IF_ERROR(DistributionTable::Put(transaction, distribution, pending.distribution_id()));
  ASSIGN_OR_RETURN(rec::SessionRecord session, SessionOf(transaction, distribution));
  session.set_distribution_id(pending.distribution_id());
  session.clear_recording_intent();
  RETURN_IF_ERROR(PutSession(transaction, session, distribution));
  const RecordPlace place = PlaceOf(distribution, pending.distribution_id());
  RETURN_IF_ERROR(CountServings(transaction, place, lines, Direction::kAdd));
  RETURN_IF_ERROR(NoteIncident(transaction, place, distribution));
  ASSIGN_OR_RETURN(const int32_t served_twice,
                   AddToDay(transaction, place.school_number, place.day, lines));
  return Recorded{pending.distribution_id(), served_twice};
}

absl::Status ReleaseDistribution(storage::Transaction& transaction,
                                 const rec::PendingRecord& pending) {
  const rec::DistributionRecord& distribution = pending.distribution();
  ASSIGN_OR_RETURN(rec::SessionRecord session, SessionOf(transaction, distribution));
  session.clear_recording_intent();
  if (session.withdrawn_ids_size() > 0) return PutSession(transaction, session, distribution);
  return SessionTable::Delete(transaction, distribution.school_number(),
                              int64_t{distribution.day()}, distribution.class_name(),
                              distribution.session());
}

}  // namespace milkway::consumption
