#include "services/consumption/child.h"

#include "clients/cpp/status_macros.h"
#include "services/consumption/consumption_errors.h"
#include "services/consumption/schools.h"
#include "services/consumption/students.h"

namespace milkway::consumption {

namespace {

absl::StatusOr<uint32_t> LastDestroyed(const storage::Reader& reader, const Child& child,
                                       KeySubject subject) {
  ASSIGN_OR_RETURN(const auto state, KeyStateTable::Find(reader, child.school_number, child.number,
                                                         static_cast<uint32_t>(subject)));
  return state.has_value() ? state->destroyed() : 0;
}

}  // namespace

absl::StatusOr<Child> FindChild(const storage::Reader& reader, const std::string& school_id,
                                int32_t student_number) {
  ASSIGN_OR_RETURN(const rec::SchoolRecord school, ReadSchool(reader, school_id));
  RETURN_IF_ERROR(ReadStudent(reader, school_id, school.number(), student_number).status());
  return Child{school_id, school.number(), static_cast<uint32_t>(student_number)};
}

absl::StatusOr<bool> IsErased(const storage::Reader& reader, const Child& child) {
  ASSIGN_OR_RETURN(const auto erasure,
                   ErasureTable::Find(reader, child.school_number, child.number));
  return erasure.has_value();
}

absl::Status CheckNotErased(const storage::Reader& reader, const Child& child) {
  ASSIGN_OR_RETURN(const bool is_erased, IsErased(reader, child));
  if (!is_erased) return absl::OkStatus();
  return StudentErased(child.school_id, static_cast<int32_t>(child.number));
}

absl::StatusOr<ChildKeyName> KeyInUse(const storage::Reader& reader, const Child& child,
                                      KeySubject subject) {
  ASSIGN_OR_RETURN(const uint32_t destroyed, LastDestroyed(reader, child, subject));
  return ChildKeyName{child.school_id, child.number, subject, destroyed + 1};
}

absl::Status DoomKey(storage::Transaction& transaction, const Child& child, KeySubject subject,
                     const rec::ErasureRecord* erasure, DoomedKeys* doomed) {
  ASSIGN_OR_RETURN(const uint32_t destroyed, LastDestroyed(transaction, child, subject));
  rec::DoomedKeysRecord& keys = doomed->emplace_back();
  keys.set_school_id(child.school_id);
  keys.set_student_number(child.number);
  keys.set_subject(static_cast<uint32_t>(subject));
  keys.set_destroyed(destroyed + 1);
  if (erasure != nullptr) *keys.mutable_erasure() = *erasure;
  rec::KeyStateRecord state;
  state.set_destroyed(destroyed + 1);
  return KeyStateTable::Put(transaction, state, child.school_number, child.number,
                            static_cast<uint32_t>(subject));
}

}  // namespace milkway::consumption
