#include "services/consumption/retention.h"

#include <optional>
#include <tuple>

#include "absl/strings/escaping.h"
#include "clients/cpp/status_macros.h"
#include "services/consumption/consents.h"
#include "services/consumption/consumption_errors.h"
#include "services/consumption/incidents.h"
#include "services/consumption/personal.h"
#include "services/consumption/schools.h"
#include "services/consumption/student.h"
#include "services/runtime/canonical.h"
#include "services/runtime/dates.h"
#include "services/runtime/intent_table.h"
#include "storage/merkle_hash.h"

namespace milkway::consumption {

namespace {

constexpr uint32_t kAllSchools = 0;

absl::StatusOr<bool> HasName(const storage::Reader& reader, const Child& child) {
  ASSIGN_OR_RETURN(const auto record,
                   PersonalTable::Find(reader, child.school_number, child.number));
  return record.has_value();
}

absl::StatusOr<bool> HasGuardians(const storage::Reader& reader, const Child& child) {
  bool has_names = false;
  RETURN_IF_ERROR(
      ConsentTable::Scan(reader, ConsentKey::Range(child.school_number, child.number),
                         [&](const ConsentKey::Key&, const rec::ConsentRecord& consent) {
                           has_names = !consent.sealed().empty();
                           return !has_names;
                         }));
  return has_names;
}

// What is due at a school on a day.
class Due {
 public:
  static absl::StatusOr<Due> At(const storage::Reader& reader, const rec::SchoolRecord& school,
                                int64_t now_us) {
    ASSIGN_OR_RETURN(const rec::RetentionRuleRecord rule, FindRule(reader, school.number()));
    return Due(rule, LocalDateIn(now_us, school.time_zone()));
  }

  bool HasLeft(const rec::StudentRecord& student) const {
    const std::optional<LocalDate> left = LeftOn(student);
    return left.has_value() && left->days <= left_until_;
  }
  // Measurements of earlier days are due.
  int64_t measured_from() const { return measured_from_; }
  // Notes of incidents that were recorded earlier are due.
  int64_t notes_from_us() const { return measured_from_ * kMicrosPerDay; }

 private:
  Due(const rec::RetentionRuleRecord& rule, LocalDate today)
      : left_until_(today.days - static_cast<int32_t>(rule.name_days_after_leaving())),
        measured_from_(int64_t{today.days} - rule.measurement_days()) {}

  int32_t left_until_;
  int64_t measured_from_;
};

// Looks for what is due, school after school, until the plan is full.
class Planner {
 public:
  Planner(const storage::Reader& reader, int64_t now_us) : reader_(reader), now_us_(now_us) {}

  absl::Status Look(const std::string& school_id, const rec::SchoolRecord& school) {
    SchoolPurge purge;
    purge.school_id = school_id;
    purge.school_number = school.number();
    ASSIGN_OR_RETURN(const Due due, Due::At(reader_, school, now_us_));
    RETURN_IF_ERROR(LookForText(due, &purge));
    RETURN_IF_ERROR(LookForMeasurements(due, &purge));
    RETURN_IF_ERROR(LookForNotes(due, &purge));
    if (!purge.IsEmpty()) plan_.schools.push_back(std::move(purge));
    return absl::OkStatus();
  }

  PurgePlan Take() { return std::move(plan_); }

 private:
  absl::Status LookForText(const Due& due, SchoolPurge* purge) {
    absl::Status status;
    RETURN_IF_ERROR(StudentTable::Scan(
        reader_, StudentKey::Range(purge->school_number),
        [&](const StudentKey::Key& key, const rec::StudentRecord& student) {
          if (!due.HasLeft(student)) return true;
          if (children_ >= kPurgeChildrenMax) {
            plan_.has_more = true;
            return false;
          }
          status = Take({purge->school_id, purge->school_number, std::get<1>(key)}, purge);
          return status.ok();
        }));
    return status;
  }

  absl::Status Take(const Child& child, SchoolPurge* purge) {
    ASSIGN_OR_RETURN(const bool has_name, HasName(reader_, child));
    ASSIGN_OR_RETURN(const bool has_guardians, HasGuardians(reader_, child));
    if (has_name) purge->names.push_back(child.number);
    if (has_guardians) purge->guardians.push_back(child.number);
    if (has_name || has_guardians) ++children_;
    return absl::OkStatus();
  }

  absl::Status LookForMeasurements(const Due& due, SchoolPurge* purge) {
    storage::KeyRange range = MeasurementKey::Range(purge->school_number);
    range.to = MeasurementKey::Prefix(purge->school_number, due.measured_from());
    return MeasurementTable::Scan(
        reader_, range, [&](const MeasurementKey::Key& key, const rec::MeasurementRecord&) {
          plan_.has_more |= measurements_ >= kPurgeMeasurementsMax;
          if (measurements_ >= kPurgeMeasurementsMax) return false;
          purge->measurements.emplace_back(std::get<1>(key), std::get<2>(key));
          ++measurements_;
          return true;
        });
  }

  absl::Status LookForNotes(const Due& due, SchoolPurge* purge) {
    storage::KeyRange range = SchoolIncidentKey::Range(purge->school_number);
    range.to = SchoolIncidentKey::Prefix(purge->school_number, due.notes_from_us());
    absl::Status status;
    RETURN_IF_ERROR(SchoolIncidentTable::Scan(
        reader_, range, [&](const SchoolIncidentKey::Key& key, const rec::SchoolIncidentRecord&) {
          const auto& [school_number, recorded_us, distribution_id] = key;
          const auto incident = IncidentTable::Find(reader_, recorded_us, distribution_id);
          status = incident.status();
          if (!status.ok()) return false;
          if (!incident->has_value() || (*incident)->note().empty()) return true;
          plan_.has_more |= note_count_ >= kPurgeNotesMax;
          if (note_count_ >= kPurgeNotesMax) return false;
          purge->notes.emplace_back(recorded_us, distribution_id);
          ++note_count_;
          return true;
        }));
    return status;
  }

  const storage::Reader& reader_;
  const int64_t now_us_;
  size_t children_ = 0;
  size_t measurements_ = 0;
  size_t note_count_ = 0;
  PurgePlan plan_;
};

absl::StatusOr<std::vector<std::string>> AllSchools(const storage::Reader& reader) {
  std::vector<std::string> ids;
  RETURN_IF_ERROR(
      SchoolIdTable::Scan(reader, SchoolIdTable::Schema::Range(),
                          [&](const SchoolIdTable::Key&, const rec::SchoolIdRecord& school) {
                            ids.push_back(school.school_id());
                            return true;
                          }));
  return ids;
}

// Carries out what is planned of one school, if all of it is still so.
class SchoolPurger {
 public:
  SchoolPurger(storage::Transaction& transaction, const SchoolPurge& purge, const Due& due,
               Purged* purged)
      : transaction_(transaction), purge_(purge), due_(due), purged_(*purged) {}

  absl::Status Run() {
    for (const uint32_t student : purge_.names) {
      RETURN_IF_ERROR(CheckLeft(student));
      ASSIGN_OR_RETURN(const bool is_cleared,
                       ClearPersonal(transaction_, ChildOf(student), &purged_.doomed));
      if (!is_cleared) return PlanChanged();
    }
    for (const uint32_t student : purge_.guardians) {
      RETURN_IF_ERROR(CheckLeft(student));
      ASSIGN_OR_RETURN(const int32_t cleared,
                       ClearGuardians(transaction_, ChildOf(student), &purged_.doomed));
      if (cleared == 0) return PlanChanged();
    }
    for (const auto& [day, student] : purge_.measurements) {
      RETURN_IF_ERROR(EraseMeasurement(day, student));
    }
    for (const IncidentKey::Key& key : purge_.notes) RETURN_IF_ERROR(EraseNote(key));
    return absl::OkStatus();
  }

 private:
  Child ChildOf(uint32_t student) const {
    return {purge_.school_id, purge_.school_number, student};
  }

  absl::Status CheckLeft(uint32_t number) const {
    ASSIGN_OR_RETURN(const auto student,
                     StudentTable::Find(transaction_, purge_.school_number, number));
    return student.has_value() && due_.HasLeft(*student) ? absl::OkStatus() : PlanChanged();
  }

  absl::Status EraseMeasurement(int64_t day, uint32_t student) {
    ASSIGN_OR_RETURN(const auto measured,
                     MeasurementTable::Find(transaction_, purge_.school_number, day, student));
    if (!measured.has_value() || day >= due_.measured_from()) return PlanChanged();
    return MeasurementTable::Delete(transaction_, purge_.school_number, day, student);
  }

  absl::Status EraseNote(const IncidentKey::Key& key) {
    const auto& [recorded_us, distribution_id] = key;
    ASSIGN_OR_RETURN(auto incident,
                     IncidentTable::Find(transaction_, recorded_us, distribution_id));
    const bool is_due =
        incident.has_value() && !incident->note().empty() && recorded_us < due_.notes_from_us();
    if (!is_due) return PlanChanged();
    return ClearNote(transaction_, key, *std::move(incident), &purged_.rewritten);
  }

  storage::Transaction& transaction_;
  const SchoolPurge& purge_;
  const Due due_;
  Purged& purged_;
};

}  // namespace

absl::StatusOr<rec::RetentionRuleRecord> FindRule(const storage::Reader& reader,
                                                  uint32_t school_number) {
  ASSIGN_OR_RETURN(const auto own, RetentionRuleTable::Find(reader, school_number));
  if (own.has_value()) return *own;
  ASSIGN_OR_RETURN(const auto of_all, RetentionRuleTable::Find(reader, kAllSchools));
  if (of_all.has_value()) return *of_all;
  rec::RetentionRuleRecord rule;
  rule.set_name_days_after_leaving(kNameDaysDefault);
  rule.set_measurement_days(kMeasurementDaysDefault);
  return rule;
}

absl::StatusOr<PurgePlan> PlanPurge(const storage::Reader& reader, const std::string& school_id,
                                    int64_t now_us) {
  std::vector<std::string> ids = {school_id};
  if (school_id.empty()) {
    ASSIGN_OR_RETURN(ids, AllSchools(reader));
  }
  Planner planner(reader, now_us);
  for (const std::string& id : ids) {
    ASSIGN_OR_RETURN(const rec::SchoolRecord school, ReadSchool(reader, id));
    RETURN_IF_ERROR(planner.Look(id, school));
  }
  return planner.Take();
}

std::string PlanIdOf(const PurgePlan& plan) {
  if (plan.schools.empty()) return "";
  std::string bytes;
  for (const SchoolPurge& purge : plan.schools) {
    runtime::PutString(purge.school_id, &bytes);
    runtime::PutVarint(purge.names.size(), &bytes);
    for (const uint32_t student : purge.names) runtime::PutVarint(student, &bytes);
    runtime::PutVarint(purge.guardians.size(), &bytes);
    for (const uint32_t student : purge.guardians) runtime::PutVarint(student, &bytes);
    runtime::PutVarint(purge.measurements.size(), &bytes);
    for (const auto& [day, student] : purge.measurements) {
      runtime::PutZigzag(day, &bytes);
      runtime::PutVarint(student, &bytes);
    }
    runtime::PutVarint(purge.notes.size(), &bytes);
    for (const auto& [recorded_us, distribution_id] : purge.notes) {
      runtime::PutZigzag(recorded_us, &bytes);
      runtime::PutZigzag(distribution_id, &bytes);
    }
  }
  return absl::BytesToHexString(storage::BytesOf(storage::Sha256(bytes)));
}

absl::StatusOr<Purged> RunPurge(storage::Transaction& transaction, const PurgePlan& plan,
                                int64_t now_us) {
  Purged purged;
  for (const SchoolPurge& purge : plan.schools) {
    ASSIGN_OR_RETURN(const rec::SchoolRecord school, ReadSchool(transaction, purge.school_id));
    ASSIGN_OR_RETURN(const Due due, Due::At(transaction, school, now_us));
    RETURN_IF_ERROR(SchoolPurger(transaction, purge, due, &purged).Run());
  }
  // Notes came in steps to the inventory; nothing but they is rewritten here.
  if (!purged.rewritten.empty()) {
    purged.rewritten.push_back(runtime::IntentRows(runtime::ServiceTag::kConsumption));
  }
  return purged;
}

}  // namespace milkway::consumption
