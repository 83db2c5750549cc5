#include "services/consumption/retention.h"

#include <optional>

#include "absl/strings/escaping.h"
#include "clients/cpp/status_macros.h"
#include "services/consumption/consents.h"
#include "services/consumption/personal.h"
#include "services/consumption/schools.h"
#include "services/consumption/student.h"
#include "services/runtime/canonical.h"
#include "storage/merkle_hash.h"

namespace milkway::consumption {

namespace {

constexpr uint32_t kAllSchools = 0;

// Looks for what is due, school after school, until the plan is full.
class Planner {
 public:
  Planner(const storage::Reader& reader, int64_t now_us) : reader_(reader), now_us_(now_us) {}

  absl::Status Look(const std::string& school_id, const rec::SchoolRecord& school) {
    SchoolPurge purge;
    purge.school_id = school_id;
    purge.school_number = school.number();
    ASSIGN_OR_RETURN(const rec::RetentionRuleRecord rule, FindRule(reader_, school.number()));
    const LocalDate today = LocalDateIn(now_us_, school.time_zone());
    RETURN_IF_ERROR(LookForText(rule, today, &purge));
    RETURN_IF_ERROR(LookForMeasurements(rule, today, &purge));
    if (!purge.IsEmpty()) plan_.schools.push_back(std::move(purge));
    return absl::OkStatus();
  }

  PurgePlan Take() { return std::move(plan_); }

 private:
  absl::StatusOr<bool> HasNames(const Child& child) const {
    ASSIGN_OR_RETURN(const auto record,
                     PersonalTable::Find(reader_, child.school_number, child.number));
    return record.has_value();
  }

  absl::StatusOr<bool> HasGuardians(const Child& child) const {
    bool has_names = false;
    RETURN_IF_ERROR(
        ConsentTable::Scan(reader_, ConsentKey::Range(child.school_number, child.number),
                           [&](const ConsentKey::Key&, const rec::ConsentRecord& consent) {
                             has_names = !consent.sealed().empty();
                             return !has_names;
                           }));
    return has_names;
  }

  absl::Status LookForText(const rec::RetentionRuleRecord& rule, LocalDate today,
                           SchoolPurge* purge) {
    const int32_t left_before = today.days - static_cast<int32_t>(rule.name_days_after_leaving());
    absl::Status status;
    RETURN_IF_ERROR(StudentTable::Scan(
        reader_, StudentKey::Range(purge->school_number),
        [&](const StudentKey::Key& key, const rec::StudentRecord& student) {
          const std::optional<LocalDate> left = LeftOn(student);
          if (!left.has_value() || left->days > left_before) return true;
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
    ASSIGN_OR_RETURN(const bool has_names, HasNames(child));
    ASSIGN_OR_RETURN(const bool has_guardians, HasGuardians(child));
    if (has_names) purge->names.push_back(child.number);
    if (has_guardians) purge->guardians.push_back(child.number);
    if (has_names || has_guardians) ++children_;
    return absl::OkStatus();
  }

  absl::Status LookForMeasurements(const rec::RetentionRuleRecord& rule, LocalDate today,
                                   SchoolPurge* purge) {
    storage::KeyRange due = MeasurementKey::Range(purge->school_number);
    due.to =
        MeasurementKey::Prefix(purge->school_number, int64_t{today.days} - rule.measurement_days());
    return MeasurementTable::Scan(
        reader_, due, [&](const MeasurementKey::Key& key, const rec::MeasurementRecord&) {
          plan_.has_more |= measurements_ >= kPurgeMeasurementsMax;
          if (measurements_ >= kPurgeMeasurementsMax) return false;
          purge->measurements.emplace_back(std::get<1>(key), std::get<2>(key));
          ++measurements_;
          return true;
        });
  }

  const storage::Reader& reader_;
  const int64_t now_us_;
  size_t children_ = 0;
  size_t measurements_ = 0;
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

absl::Status PurgeSchool(storage::Transaction& transaction, const SchoolPurge& purge,
                         DoomedKeys* doomed) {
  for (const uint32_t student : purge.names) {
    const Child child = {purge.school_id, purge.school_number, student};
    RETURN_IF_ERROR(ClearPersonal(transaction, child, doomed).status());
  }
  for (const uint32_t student : purge.guardians) {
    const Child child = {purge.school_id, purge.school_number, student};
    RETURN_IF_ERROR(ClearGuardians(transaction, child, doomed).status());
  }
  for (const auto& [day, student] : purge.measurements) {
    RETURN_IF_ERROR(MeasurementTable::Delete(transaction, purge.school_number, day, student));
  }
  return absl::OkStatus();
}

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
  }
  return absl::BytesToHexString(storage::BytesOf(storage::Sha256(bytes)));
}

absl::StatusOr<DoomedKeys> RunPurge(storage::Transaction& transaction, const PurgePlan& plan) {
  DoomedKeys doomed;
  for (const SchoolPurge& purge : plan.schools) {
    RETURN_IF_ERROR(PurgeSchool(transaction, purge, &doomed));
  }
  return doomed;
}

}  // namespace milkway::consumption
