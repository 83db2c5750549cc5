#include "services/consumption/erasure.h"

#include <algorithm>
#include <map>
#include <string>
#include <tuple>
#include <vector>

#include "clients/cpp/status_macros.h"
#include "milkway/consumption/v1/erasure.pb.h"
#include "services/consumption/consents.h"
#include "services/consumption/incidents.h"
#include "services/consumption/key_destroyer.h"
#include "services/consumption/measurements.h"
#include "services/consumption/personal.h"
#include "services/consumption/schools.h"
#include "services/runtime/intent_table.h"

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

// What was erased of the data at start.
struct Caught {
  std::vector<uint32_t> school_numbers;
  Rewritten rewritten;
};

// A child that the data does not know is one that it was restored from before: its number
// is not given out again.
absl::Status EraseChild(storage::Transaction& transaction, const Child& child,
                        const rec::ErasureRecord& erasure, Caught* caught) {
  ASSIGN_OR_RETURN(const auto student,
                   StudentTable::Find(transaction, child.school_number, child.number));
  if (!student.has_value()) {
    return ErasureTable::Put(transaction, erasure, child.school_number, child.number);
  }
  ASSIGN_OR_RETURN(Erased erased, EraseStudent(transaction, child, erasure));
  if (erased.doomed.empty()) return absl::OkStatus();
  caught->school_numbers.push_back(child.school_number);
  caught->rewritten.insert(caught->rewritten.end(), erased.rewritten.begin(),
                           erased.rewritten.end());
  return absl::OkStatus();
}

// Lets the data know that keys were destroyed, and erases what lies under them.
absl::Status EraseUnder(storage::Transaction& transaction, const rec::DoomedKeysRecord& keys,
                        Caught* caught) {
  ASSIGN_OR_RETURN(const auto school, SchoolTable::Find(transaction, keys.school_id()));
  if (!school.has_value()) return absl::OkStatus();
  const Child child = {keys.school_id(), school->number(), keys.student_number()};
  if (keys.has_erasure()) {
    RETURN_IF_ERROR(EraseChild(transaction, child, keys.erasure(), caught));
  }
  ASSIGN_OR_RETURN(auto state, KeyStateTable::Find(transaction, child.school_number, child.number,
                                                   keys.subject()));
  if (state.has_value() && state->destroyed() >= keys.destroyed()) return absl::OkStatus();
  DoomedKeys doomed;
  if (keys.subject() == static_cast<uint32_t>(KeySubject::kPersonal)) {
    RETURN_IF_ERROR(ClearPersonal(transaction, child, &doomed).status());
  } else {
    RETURN_IF_ERROR(ClearGuardians(transaction, child, &doomed).status());
  }
  if (!doomed.empty()) caught->school_numbers.push_back(child.school_number);
  ASSIGN_OR_RETURN(
      state, KeyStateTable::Find(transaction, child.school_number, child.number, keys.subject()));
  if (!state.has_value()) state.emplace();
  state->set_destroyed(std::max(state->destroyed(), keys.destroyed()));
  return KeyStateTable::Put(transaction, *state, child.school_number, child.number, keys.subject());
}

// A step that nobody waits for, unless an earlier start left the same.
absl::Status OpenDestruction(storage::Transaction& transaction, const DoomedKeys& survivors,
                             const Caught& caught) {
  if (survivors.empty() && caught.school_numbers.empty()) return absl::OkStatus();
  constexpr runtime::ServiceTag kService = runtime::ServiceTag::kConsumption;
  runtime::Intent intent;
  intent.payload = DestructionPayload(survivors, caught.school_numbers, v1::EraseStudentResponse(),
                                      caught.rewritten);
  ASSIGN_OR_RETURN(const auto open, runtime::ReadIntents(transaction, kService));
  for (const runtime::StoredIntent& step : open) {
    if (step.kind == kKeyDestruction && step.intent.payload == intent.payload) {
      return absl::OkStatus();
    }
  }
  ASSIGN_OR_RETURN(intent.id, runtime::TakeIntentId(transaction, kService));
  return runtime::PutIntent(transaction, kService, kKeyDestruction, intent);
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
  ASSIGN_OR_RETURN(const rec::SchoolRecord school, ReadSchool(transaction, child.school_id));
  const LocalDate today = LocalDateIn(erasure.erased_us(), school.time_zone());
  // Both keys are doomed below, whatever lay under them.
  DoomedKeys ignored;
  ASSIGN_OR_RETURN(erased.has_name, ClearPersonal(transaction, child, &ignored));
  ASSIGN_OR_RETURN(erased.guardian_names, ClearGuardians(transaction, child, &ignored));
  ASSIGN_OR_RETURN(erased.measurements, EraseMeasurements(transaction, child));
  RETURN_IF_ERROR(EraseNotesOf(transaction, child, &erased.rewritten));
  RETURN_IF_ERROR(EraseFromRoster(transaction, child, today,
                                  {erasure.erased_by(), erasure.erased_us()}, &erased.rewritten));
  RETURN_IF_ERROR(ErasureTable::Put(transaction, erasure, child.school_number, child.number));
  for (const KeySubject subject : {KeySubject::kPersonal, KeySubject::kGuardians}) {
    RETURN_IF_ERROR(DoomKey(transaction, child, subject, &erasure, &erased.doomed));
  }
  return erased;
}

absl::Status ErasePastErasures(storage::Store& data, ChildKeys& keys) {
  ASSIGN_OR_RETURN(const DoomedKeys destroyed, keys.Destroyed());
  ASSIGN_OR_RETURN(const DoomedKeys survivors, FindSurvivors(*data.NewSnapshot(), destroyed));
  const auto erase = [&](storage::Transaction& transaction) -> absl::Status {
    Caught caught;
    for (const rec::DoomedKeysRecord& gone : destroyed) {
      RETURN_IF_ERROR(EraseUnder(transaction, gone, &caught));
    }
    return OpenDestruction(transaction, survivors, caught);
  };
  RETURN_IF_ERROR(data.TransactAndWait(erase));
  // The step repeats it if the process ends between deleting the keys and purging them.
  return keys.Destroy(survivors);
}

}  // namespace milkway::consumption
