#include "services/consumption/erasure.h"

#include <algorithm>
#include <map>
#include <optional>
#include <string>
#include <tuple>

#include "clients/cpp/status_macros.h"
#include "services/consumption/consents.h"
#include "services/consumption/incidents.h"
#include "services/consumption/measurements.h"
#include "services/consumption/personal.h"
#include "services/consumption/schools.h"

namespace milkway::consumption {

namespace {

// By school id, student and subject: keys up to which one are destroyed.
using Destroyed = std::map<std::tuple<std::string, uint32_t, uint32_t>, uint32_t>;

Destroyed ByKey(const DoomedKeys& destroyed) {
  Destroyed by_key;
  for (const rec::DoomedKeysRecord& keys : destroyed) {
    by_key[{keys.school_id(), keys.student_number(), keys.subject()}] = keys.destroyed();
  }
  return by_key;
}

// The child of destroyed keys; nullopt if the data does not know it (any more).
absl::StatusOr<std::optional<Child>> FindKnown(const storage::Reader& reader,
                                               const rec::DoomedKeysRecord& keys) {
  absl::StatusOr<Child> child =
      FindChild(reader, keys.school_id(), static_cast<int32_t>(keys.student_number()));
  if (absl::IsNotFound(child.status())) return std::nullopt;
  RETURN_IF_ERROR(child.status());
  return std::optional(*std::move(child));
}

// Lets the data know that keys were destroyed, and erases what lies under them.
absl::Status EraseUnder(storage::Transaction& transaction, const rec::DoomedKeysRecord& keys) {
  ASSIGN_OR_RETURN(const std::optional<Child> child, FindKnown(transaction, keys));
  if (!child.has_value()) return absl::OkStatus();
  ASSIGN_OR_RETURN(const auto state, KeyStateTable::Find(transaction, child->school_number,
                                                         child->number, keys.subject()));
  const bool is_known = state.has_value() && state->destroyed() >= keys.destroyed();
  DoomedKeys doomed;
  if (keys.has_erasure()) {
    RETURN_IF_ERROR(EraseStudent(transaction, *child, keys.erasure()).status());
  } else if (!is_known && keys.subject() == static_cast<uint32_t>(KeySubject::kPersonal)) {
    RETURN_IF_ERROR(ClearPersonal(transaction, *child, &doomed).status());
  } else if (!is_known) {
    RETURN_IF_ERROR(ClearGuardians(transaction, *child, &doomed).status());
  }
  ASSIGN_OR_RETURN(auto known, KeyStateTable::Find(transaction, child->school_number, child->number,
                                                   keys.subject()));
  if (!known.has_value()) known.emplace();
  known->set_destroyed(std::max(known->destroyed(), keys.destroyed()));
  return KeyStateTable::Put(transaction, *known, child->school_number, child->number,
                            keys.subject());
}

// What the data knows to be destroyed, and the store of keys does not.
absl::StatusOr<DoomedKeys> FindSurvivors(const storage::Reader& reader,
                                         const DoomedKeys& destroyed) {
  const Destroyed known = ByKey(destroyed);
  DoomedKeys survivors;
  absl::Status status;
  RETURN_IF_ERROR(KeyStateTable::Scan(
      reader, KeyStateKey::Range(),
      [&](const KeyStateKey::Key& key, const rec::KeyStateRecord& state) {
        const auto& [school_number, student_number, subject] = key;
        const auto school_id = FindSchoolId(reader, school_number);
        const auto erasure = ErasureTable::Find(reader, school_number, student_number);
        status.Update(school_id.status());
        status.Update(erasure.status());
        if (!status.ok()) return false;
        const auto found = known.find({*school_id, student_number, subject});
        if (found != known.end() && found->second >= state.destroyed()) return true;
        rec::DoomedKeysRecord& keys = survivors.emplace_back();
        keys.set_school_id(*school_id);
        keys.set_student_number(student_number);
        keys.set_subject(subject);
        keys.set_destroyed(state.destroyed());
        if (erasure->has_value()) *keys.mutable_erasure() = **erasure;
        return true;
      }));
  RETURN_IF_ERROR(status);
  return survivors;
}

}  // namespace

absl::StatusOr<Erased> EraseStudent(storage::Transaction& transaction, const Child& child,
                                    const rec::ErasureRecord& erasure) {
  Erased erased;
  ASSIGN_OR_RETURN(const bool is_erased, IsErased(transaction, child));
  if (is_erased) return erased;
  const int32_t number = static_cast<int32_t>(child.number);
  ASSIGN_OR_RETURN(const rec::SchoolRecord school, ReadSchool(transaction, child.school_id));
  const LocalDate today = LocalDateIn(erasure.erased_us(), school.time_zone());
  // Both keys are doomed below, whatever lay under them.
  DoomedKeys ignored;
  ASSIGN_OR_RETURN(erased.has_name, ClearPersonal(transaction, child, &ignored));
  ASSIGN_OR_RETURN(erased.guardian_names, ClearGuardians(transaction, child, &ignored));
  ASSIGN_OR_RETURN(erased.measurements, EraseMeasurements(transaction, child));
  RETURN_IF_ERROR(EraseNotesOf(transaction, child.school_number, number));
  RETURN_IF_ERROR(EraseFromRoster(transaction, child.school_id, child.school_number, number, today,
                                  {erasure.erased_by(), erasure.erased_us()}));
  RETURN_IF_ERROR(ErasureTable::Put(transaction, erasure, child.school_number, child.number));
  for (const KeySubject subject : {KeySubject::kPersonal, KeySubject::kGuardians}) {
    RETURN_IF_ERROR(DoomKey(transaction, child, subject, &erasure, &erased.doomed));
  }
  return erased;
}

absl::Status ErasePastErasures(storage::Store& data, ChildKeys& keys) {
  ASSIGN_OR_RETURN(const DoomedKeys destroyed, keys.Destroyed());
  ASSIGN_OR_RETURN(const DoomedKeys survivors, FindSurvivors(*data.NewSnapshot(), destroyed));
  RETURN_IF_ERROR(keys.Destroy(survivors));
  return data.TransactAndWait([&](storage::Transaction& transaction) -> absl::Status {
    for (const rec::DoomedKeysRecord& gone : destroyed) {
      RETURN_IF_ERROR(EraseUnder(transaction, gone));
    }
    return absl::OkStatus();
  });
}

}  // namespace milkway::consumption
