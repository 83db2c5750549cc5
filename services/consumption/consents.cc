#include "services/consumption/consents.h"

#include <algorithm>
#include <map>
#include <utility>
#include <vector>

#include "clients/cpp/status_macros.h"
#include "milkway/consumption/v1/consents.pb.h"
#include "milkway/consumption/v1/schools.pb.h"
#include "services/consumption/consumption_errors.h"
#include "services/consumption/measurements.h"
#include "services/consumption/personal.h"
#include "services/consumption/sealed_text.h"
#include "services/consumption/student.h"
#include "services/runtime/errors.h"

namespace milkway::consumption {

namespace {

// By number.
using ConsentsOfChild = std::map<uint32_t, rec::ConsentRecord>;

absl::StatusOr<ConsentsOfChild> ReadConsents(const storage::Reader& reader, const Child& child) {
  ConsentsOfChild consents;
  RETURN_IF_ERROR(
      ConsentTable::Scan(reader, ConsentKey::Range(child.school_number, child.number),
                         [&](const ConsentKey::Key& key, const rec::ConsentRecord& consent) {
                           consents.emplace(std::get<2>(key), consent);
                           return true;
                         }));
  return consents;
}

bool Says(const rec::ConsentRecord& consent, const ConsentStatement& statement) {
  return consent.purpose() == statement.purpose && consent.relation() == statement.relation &&
         consent.manner() == statement.manner && consent.given_day() == statement.given_on.days;
}

bool Stands(const rec::ConsentRecord& consent, uint32_t purpose) {
  return consent.purpose() == purpose && !consent.has_withdrawn_day();
}

bool IsEmpty(const rec::ConsentText& names) {
  return names.guardian_name().empty() && names.witness_name().empty();
}

absl::Status SealNames(storage::Transaction& transaction, const Child& child, uint32_t number,
                       const rec::ConsentText& names, const KeyRing& ring,
                       rec::ConsentRecord* consent) {
  ASSIGN_OR_RETURN(const ChildKeyName name, KeyInUse(transaction, child, KeySubject::kGuardians));
  const std::optional<absl::string_view> key = ring.Find(name);
  if (!key.has_value()) return ChildKeyChanged(child.school_id, static_cast<int32_t>(child.number));
  consent->set_sealed(SealText(*key, name, number, names));
  return absl::OkStatus();
}

// True if the names of a consent open under a key of the ring.
absl::StatusOr<bool> HasNames(const storage::Reader& reader, const Child& child, uint32_t number,
                              const rec::ConsentRecord& consent, const KeyRing& ring) {
  if (consent.sealed().empty()) return false;
  ASSIGN_OR_RETURN(const ChildKeyName name, KeyInUse(reader, child, KeySubject::kGuardians));
  const std::optional<absl::string_view> key = ring.Find(name);
  rec::ConsentText names;
  return key.has_value() && OpenText(*key, name, number, consent.sealed(), &names).ok();
}

// True if the child is given no milk from a day on, whatever comes later.
bool IsExcludedFrom(const rec::StudentRecord& student, LocalDate from) {
  if (ExclusionOn(student, from) == 0) return false;
  const std::vector<ExclusionFrom> exclusions = ExclusionsOf(student);
  return std::none_of(exclusions.begin(), exclusions.end(), [&](const ExclusionFrom& later) {
    return later.from > from && later.exclusion == 0;
  });
}

// False if the child is given no milk as it is.
absl::StatusOr<bool> ExcludeFromMilk(storage::Transaction& transaction, const Child& child,
                                     LocalDate from, LocalDate today, const ChangedBy& by) {
  const int32_t number = static_cast<int32_t>(child.number);
  ASSIGN_OR_RETURN(const rec::StudentRecord student,
                   ReadStudent(transaction, child.school_id, child.school_number, number));
  if (IsExcludedFrom(student, std::max(from, LocalDate{student.enrolled_day()}))) return false;
  StudentChange change;
  change.student_number = number;
  change.left_on = LeftOn(student);
  change.exclusion = v1::EXCLUSION_DECLINED;
  change.from_day = from;
  RETURN_IF_ERROR(
      UpdateStudent(transaction, child.school_id, change, today, by.caller_id, by.now_us).status());
  return true;
}

absl::Status CheckWithdrawal(const rec::ConsentRecord& consent, const Withdrawal& withdrawal,
                             LocalDate on, LocalDate today) {
  if (on.days < consent.given_day()) {
    return runtime::InvalidField("withdrawn_on", "must not be before the consent was given");
  }
  if (on > today) return runtime::InvalidField("withdrawn_on", "must not be after today");
  if (withdrawal.erases_recorded && consent.purpose() != v1::CONSENT_PURPOSE_MEASUREMENTS) {
    return runtime::InvalidField("erase_recorded", "goes with a consent to measurements only");
  }
  return absl::OkStatus();
}

// What follows when nobody agrees to `purpose` any more.
absl::Status StopUse(storage::Transaction& transaction, const Child& child, uint32_t purpose,
                     LocalDate from, LocalDate today, const ChangedBy& by, Withdrawn* withdrawn) {
  if (purpose == v1::CONSENT_PURPOSE_NAME) {
    ASSIGN_OR_RETURN(withdrawn->is_name_erased,
                     ClearPersonal(transaction, child, &withdrawn->doomed));
  } else if (purpose == v1::CONSENT_PURPOSE_MILK) {
    ASSIGN_OR_RETURN(withdrawn->is_excluded, ExcludeFromMilk(transaction, child, from, today, by));
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<bool> HasConsent(const storage::Reader& reader, const Child& child, uint32_t purpose,
                                LocalDate day) {
  bool has_consent = false;
  RETURN_IF_ERROR(ConsentTable::Scan(
      reader, ConsentKey::Range(child.school_number, child.number),
      [&](const ConsentKey::Key&, const rec::ConsentRecord& consent) {
        has_consent = Stands(consent, purpose) && consent.given_day() <= day.days;
        return !has_consent;
      }));
  return has_consent;
}

absl::StatusOr<uint32_t> RecordConsent(storage::Transaction& transaction, const Child& child,
                                       const ConsentStatement& statement,
                                       const rec::ConsentText& names, const KeyRing& ring,
                                       LocalDate today, const ChangedBy& by) {
  if (statement.given_on > today) {
    return runtime::InvalidField("given_on", "must not be after today");
  }
  RETURN_IF_ERROR(CheckNotErased(transaction, child));
  ASSIGN_OR_RETURN(const ConsentsOfChild consents, ReadConsents(transaction, child));
  rec::ConsentRecord consent;
  uint32_t number = 0;
  for (const auto& [of_number, stored] : consents) {
    if (!Says(stored, statement) || !Stands(stored, statement.purpose)) continue;
    ASSIGN_OR_RETURN(const bool has_names, HasNames(transaction, child, of_number, stored, ring));
    if (IsEmpty(names) || has_names) return of_number;
    number = of_number;
    consent = stored;
  }
  if (number == 0) {
    if (consents.size() >= kConsentsMax) {
      return TooManyConsents(child.school_id, static_cast<int32_t>(child.number), kConsentsMax);
    }
    number = static_cast<uint32_t>(consents.size()) + 1;
    consent.set_purpose(statement.purpose);
    consent.set_relation(statement.relation);
    consent.set_manner(statement.manner);
    consent.set_given_day(statement.given_on.days);
    consent.set_recorded_us(by.now_us);
    consent.set_recorded_by(by.caller_id);
  }
  if (!IsEmpty(names)) {
    RETURN_IF_ERROR(SealNames(transaction, child, number, names, ring, &consent));
  }
  RETURN_IF_ERROR(
      ConsentTable::Put(transaction, consent, child.school_number, child.number, number));
  return number;
}

absl::StatusOr<Withdrawn> WithdrawConsent(storage::Transaction& transaction, const Child& child,
                                          const Withdrawal& withdrawal, LocalDate today,
                                          const ChangedBy& by) {
  const int32_t student = static_cast<int32_t>(child.number);
  RETURN_IF_ERROR(CheckNotErased(transaction, child));
  ASSIGN_OR_RETURN(ConsentsOfChild consents, ReadConsents(transaction, child));
  const auto found = consents.find(withdrawal.consent_number);
  if (found == consents.end()) {
    return ConsentUnknown(child.school_id, student, withdrawal.consent_number);
  }
  rec::ConsentRecord& consent = found->second;
  if (consent.has_withdrawn_day()) {
    return ConsentWithdrawn(child.school_id, student, withdrawal.consent_number,
                            LocalDate{consent.withdrawn_day()});
  }
  const LocalDate on = withdrawal.on.value_or(today);
  RETURN_IF_ERROR(CheckWithdrawal(consent, withdrawal, on, today));
  consent.set_withdrawn_day(on.days);
  consent.set_withdrawn_us(by.now_us);
  consent.set_withdrawn_by(by.caller_id);
  RETURN_IF_ERROR(ConsentTable::Put(transaction, consent, child.school_number, child.number,
                                    withdrawal.consent_number));
  Withdrawn withdrawn;
  if (withdrawal.erases_recorded) {
    ASSIGN_OR_RETURN(withdrawn.measurements_erased, EraseMeasurements(transaction, child));
  }
  for (const auto& [number, other] : consents) {
    if (Stands(other, consent.purpose())) return withdrawn;
  }
  RETURN_IF_ERROR(StopUse(transaction, child, consent.purpose(), on, today, by, &withdrawn));
  return withdrawn;
}

absl::StatusOr<std::optional<rec::ConsentText>> OpenNames(const storage::Reader& reader,
                                                          const ChildKeys::View& keys,
                                                          const Child& child,
                                                          uint32_t consent_number,
                                                          const rec::ConsentRecord& record) {
  rec::ConsentText names;
  if (record.sealed().empty()) return std::optional(names);
  ASSIGN_OR_RETURN(const ChildKeyName name, KeyInUse(reader, child, KeySubject::kGuardians));
  ASSIGN_OR_RETURN(const KeyRing ring, keys.Find(name));
  const std::optional<absl::string_view> key = ring.Find(name);
  const bool is_open =
      key.has_value() && OpenText(*key, name, consent_number, record.sealed(), &names).ok();
  return is_open ? std::optional(std::move(names)) : std::nullopt;
}

absl::StatusOr<int32_t> ClearGuardians(storage::Transaction& transaction, const Child& child,
                                       DoomedKeys* doomed) {
  ASSIGN_OR_RETURN(ConsentsOfChild consents, ReadConsents(transaction, child));
  int32_t cleared = 0;
  for (auto& [number, consent] : consents) {
    if (consent.sealed().empty()) continue;
    consent.clear_sealed();
    ++cleared;
    RETURN_IF_ERROR(
        ConsentTable::Put(transaction, consent, child.school_number, child.number, number));
  }
  if (cleared > 0) {
    RETURN_IF_ERROR(DoomKey(transaction, child, KeySubject::kGuardians, nullptr, doomed));
  }
  return cleared;
}

}  // namespace milkway::consumption
