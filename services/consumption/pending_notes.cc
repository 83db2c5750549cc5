#include "services/consumption/pending_notes.h"

#include <string>
#include <vector>

#include "clients/cpp/status_macros.h"
#include "services/consumption/distribution_corrector.h"
#include "services/consumption/distribution_recorder.h"
#include "services/consumption/student_set.h"
#include "services/runtime/intent_table.h"

namespace milkway::consumption {

namespace {

// True if there was one.
absl::StatusOr<bool> ClearNote(int32_t student, rec::RevisionRecord* revision) {
  if (revision->incident_note().empty()) return false;
  ASSIGN_OR_RETURN(const StudentSet students, DecodeStudents(revision->incident()));
  if (!Holds(students, student)) return false;
  revision->clear_incident_note();
  return true;
}

absl::StatusOr<bool> ClearInGroup(const Child& child, std::string* payload) {
  rec::PendingGroupRecord group;
  if (!group.ParseFromString(*payload)) {
    return absl::DataLossError("a group of pending distributions is damaged");
  }
  bool has_cleared = false;
  for (rec::PendingRecord& pending : *group.mutable_distributions()) {
    if (pending.school_id() != child.school_id) continue;
    for (rec::RevisionRecord& revision : *pending.mutable_distribution()->mutable_revisions()) {
      ASSIGN_OR_RETURN(const bool is_cleared,
                       ClearNote(static_cast<int32_t>(child.number), &revision));
      has_cleared |= is_cleared;
    }
  }
  if (has_cleared) *payload = group.SerializeAsString();
  return has_cleared;
}

absl::StatusOr<bool> ClearInCorrection(const Child& child, std::string* payload) {
  rec::PendingCorrectionRecord pending;
  if (!pending.ParseFromString(*payload)) {
    return absl::DataLossError("a pending correction is damaged");
  }
  if (pending.school_id() != child.school_id) return false;
  ASSIGN_OR_RETURN(const bool is_cleared,
                   ClearNote(static_cast<int32_t>(child.number), pending.mutable_revision()));
  if (is_cleared) *payload = pending.SerializeAsString();
  return is_cleared;
}

absl::StatusOr<bool> ClearIn(const Child& child, runtime::StoredIntent* stored) {
  if (stored->kind == kRecordingIntent) return ClearInGroup(child, &stored->intent.payload);
  if (stored->kind == kCorrectionIntent) return ClearInCorrection(child, &stored->intent.payload);
  return false;
}

}  // namespace

absl::Status EraseNotesUnderWay(storage::Transaction& transaction, const Child& child) {
  constexpr runtime::ServiceTag kService = runtime::ServiceTag::kConsumption;
  ASSIGN_OR_RETURN(std::vector<runtime::StoredIntent> under_way,
                   runtime::ReadIntents(transaction, kService));
  for (runtime::StoredIntent& stored : under_way) {
    ASSIGN_OR_RETURN(const bool is_cleared, ClearIn(child, &stored));
    if (!is_cleared) continue;
    RETURN_IF_ERROR(runtime::PutIntent(transaction, kService, stored.kind, stored.intent));
  }
  return absl::OkStatus();
}

}  // namespace milkway::consumption
