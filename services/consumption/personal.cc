#include "services/consumption/personal.h"

#include "clients/cpp/status_macros.h"
#include "milkway/consumption/v1/consents.pb.h"
#include "services/consumption/consents.h"
#include "services/consumption/consumption_errors.h"
#include "services/consumption/schools.h"
#include "services/consumption/sealed_text.h"

namespace milkway::consumption {

namespace {

// A child has one row of text.
constexpr uint32_t kOnlyRow = 0;

// True if something could not be read, and is gone.
absl::StatusOr<bool> SetOne(storage::Transaction& transaction, const Child& child,
                            const PersonalChange& change, const KeyRing& ring,
                            const ChangedBy& by) {
  ASSIGN_OR_RETURN(const ChildKeyName name, KeyInUse(transaction, child, KeySubject::kPersonal));
  const std::optional<absl::string_view> key = ring.Find(name);
  if (!key.has_value()) return ChildKeyChanged(child.school_id, change.student_number);
  rec::PersonalText text;
  ASSIGN_OR_RETURN(auto stored,
                   PersonalTable::Find(transaction, child.school_number, child.number));
  const bool keeps_some = !change.name.has_value() || !change.note.has_value();
  // Where the store of keys was lost this key is new, and the old text is gone for good.
  const bool is_lost = stored.has_value() && keeps_some &&
                       !OpenText(*key, name, kOnlyRow, stored->sealed(), &text).ok();
  if (is_lost && !change.name.has_value()) {
    return PersonalUnreadable(child.school_id, change.student_number);
  }
  if (is_lost) text.Clear();
  if (change.name.has_value()) text.set_name(*change.name);
  if (change.note.has_value()) text.set_note(*change.note);
  rec::PersonalRecord record;
  record.set_sealed(SealText(*key, name, kOnlyRow, text));
  record.set_set_us(by.now_us);
  record.set_set_by(by.caller_id);
  RETURN_IF_ERROR(PersonalTable::Put(transaction, record, child.school_number, child.number));
  return is_lost;
}

}  // namespace

absl::StatusOr<std::vector<ChildKeyName>> KeysToSetPersonal(
    const storage::Reader& reader, const std::string& school_id,
    const std::vector<PersonalChange>& changes) {
  std::vector<ChildKeyName> names;
  for (const PersonalChange& change : changes) {
    ASSIGN_OR_RETURN(const Child child, FindChild(reader, school_id, change.student_number));
    ASSIGN_OR_RETURN(const bool is_erased, IsErased(reader, child));
    if (is_erased) continue;
    ASSIGN_OR_RETURN(ChildKeyName name, KeyInUse(reader, child, KeySubject::kPersonal));
    names.push_back(std::move(name));
  }
  return names;
}

absl::StatusOr<int32_t> SetPersonal(storage::Transaction& transaction, const std::string& school_id,
                                    const std::vector<PersonalChange>& changes, const KeyRing& ring,
                                    const ChangedBy& by) {
  ASSIGN_OR_RETURN(const rec::SchoolRecord school, ReadSchool(transaction, school_id));
  const LocalDate today = LocalDateIn(by.now_us, school.time_zone());
  std::vector<Child> children;
  std::vector<int32_t> without_consent;
  for (const PersonalChange& change : changes) {
    ASSIGN_OR_RETURN(Child child, FindChild(transaction, school_id, change.student_number));
    RETURN_IF_ERROR(CheckNotErased(transaction, child));
    ASSIGN_OR_RETURN(const bool may_be_kept,
                     HasConsent(transaction, child, v1::CONSENT_PURPOSE_NAME, today));
    if (!may_be_kept) without_consent.push_back(change.student_number);
    children.push_back(std::move(child));
  }
  if (!without_consent.empty()) {
    return ConsentMissing(school_id, v1::CONSENT_PURPOSE_NAME, today, without_consent);
  }
  int32_t lost = 0;
  for (size_t index = 0; index < changes.size(); ++index) {
    ASSIGN_OR_RETURN(const bool is_lost,
                     SetOne(transaction, children[index], changes[index], ring, by));
    if (is_lost) ++lost;
  }
  return lost;
}

absl::StatusOr<Personal> OpenPersonal(const storage::Reader& reader, const ChildKeys::View& keys,
                                      const Child& child, const rec::PersonalRecord& record) {
  Personal personal;
  personal.set_us = record.set_us();
  personal.set_by = record.set_by();
  ASSIGN_OR_RETURN(const ChildKeyName name, KeyInUse(reader, child, KeySubject::kPersonal));
  ASSIGN_OR_RETURN(const KeyRing ring, keys.Find(name));
  const std::optional<absl::string_view> key = ring.Find(name);
  rec::PersonalText text;
  personal.is_key_gone =
      !key.has_value() || !OpenText(*key, name, kOnlyRow, record.sealed(), &text).ok();
  if (personal.is_key_gone) return personal;
  personal.name = text.name();
  personal.note = text.note();
  return personal;
}

absl::StatusOr<std::optional<Personal>> ReadPersonal(const storage::Reader& reader,
                                                     const ChildKeys::View& keys,
                                                     const Child& child) {
  ASSIGN_OR_RETURN(const auto record,
                   PersonalTable::Find(reader, child.school_number, child.number));
  if (!record.has_value()) return std::nullopt;
  ASSIGN_OR_RETURN(Personal personal, OpenPersonal(reader, keys, child, *record));
  return std::optional(std::move(personal));
}

absl::StatusOr<bool> ClearPersonal(storage::Transaction& transaction, const Child& child,
                                   DoomedKeys* doomed) {
  ASSIGN_OR_RETURN(const auto record,
                   PersonalTable::Find(transaction, child.school_number, child.number));
  if (!record.has_value()) return false;
  RETURN_IF_ERROR(PersonalTable::Delete(transaction, child.school_number, child.number));
  RETURN_IF_ERROR(DoomKey(transaction, child, KeySubject::kPersonal, nullptr, doomed));
  return true;
}

}  // namespace milkway::consumption
