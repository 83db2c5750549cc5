#include "services/consumption/measurements.h"

#include "absl/time/civil_time.h"
#include "clients/cpp/status_macros.h"
#include "milkway/consumption/v1/consents.pb.h"
#include "milkway/consumption/v1/schools.pb.h"
#include "services/consumption/consents.h"
#include "services/consumption/consumption_errors.h"
#include "services/consumption/schools.h"
#include "services/consumption/student.h"
#include "services/runtime/errors.h"

namespace milkway::consumption {

namespace {

constexpr double kDaysPerMonth = 30.4375;
constexpr int kBirthDay = 15;

// Whether the guardians agree that the children's figures of a day are kept.
absl::Status CheckConsents(const storage::Reader& reader, const std::string& school_id,
                           uint32_t school_number, LocalDate on,
                           const std::vector<int32_t>& numbers) {
  std::vector<int32_t> without_consent;
  for (const int32_t number : numbers) {
    const Child child = {school_id, school_number, static_cast<uint32_t>(number)};
    ASSIGN_OR_RETURN(const bool has_consent,
                     HasConsent(reader, child, v1::CONSENT_PURPOSE_MEASUREMENTS, on));
    if (!has_consent) without_consent.push_back(number);
  }
  if (without_consent.empty()) return absl::OkStatus();
  return ConsentMissing(school_id, v1::CONSENT_PURPOSE_MEASUREMENTS, on, without_consent);
}

// Whether the children may be measured on a day, and their figures kept.
absl::Status CheckMayBeMeasured(const storage::Reader& reader, const std::string& school_id,
                                uint32_t school_number, LocalDate on,
                                const std::vector<int32_t>& numbers) {
  for (const int32_t number : numbers) {
    ASSIGN_OR_RETURN(const rec::StudentRecord student,
                     ReadStudent(reader, school_id, school_number, number));
    const Child child = {school_id, school_number, static_cast<uint32_t>(number)};
    RETURN_IF_ERROR(CheckNotErased(reader, child));
    if (!IsEnrolledOn(student, on)) return MeasuredNotEnrolled(school_id, on, {number});
  }
  return CheckConsents(reader, school_id, school_number, on, numbers);
}

rec::MeasurementVersionRecord VersionOf(const Measured& measured, const ChangedBy& by) {
  rec::MeasurementVersionRecord version;
  version.set_height_mm(measured.height_mm);
  version.set_weight_g(measured.weight_g);
  version.set_oedema(measured.has_oedema);
  version.set_recorded_us(by.now_us);
  version.set_recorded_by(by.caller_id);
  return version;
}

bool IsSame(const Measured& a, const Measured& b) {
  return a.height_mm == b.height_mm && a.weight_g == b.weight_g && a.has_oedema == b.has_oedema;
}

}  // namespace

Measured StandingOf(int32_t student_number, const rec::MeasurementRecord& record) {
  if (record.versions().empty()) return {student_number};
  const rec::MeasurementVersionRecord& last = *record.versions().rbegin();
  return {student_number, last.height_mm(), last.weight_g(), last.oedema()};
}

absl::StatusOr<int32_t> RecordMeasurements(storage::Transaction& transaction,
                                           const MeasuringDay& day, const ChangedBy& by) {
  ASSIGN_OR_RETURN(const rec::SchoolRecord school, ReadSchool(transaction, day.school_id));
  if (day.on > LocalDateIn(by.now_us, school.time_zone())) {
    return runtime::InvalidField("measured_on", "must not be after today");
  }
  std::vector<int32_t> students;
  for (const Measured& measured : day.measured) students.push_back(measured.student_number);
  RETURN_IF_ERROR(
      CheckMayBeMeasured(transaction, day.school_id, school.number(), day.on, students));
  int32_t added = 0;
  for (const Measured& measured : day.measured) {
    const int32_t student = measured.student_number;
    const uint32_t number = static_cast<uint32_t>(student);
    const int64_t on = day.on.days;
    ASSIGN_OR_RETURN(auto stored, MeasurementTable::Find(transaction, school.number(), on, number));
    rec::MeasurementRecord record = stored.value_or(rec::MeasurementRecord());
    if (stored.has_value() && IsSame(StandingOf(student, record), measured)) continue;
    if (stored.has_value()) return MeasurementRecorded(day.school_id, student, day.on);
    *record.add_versions() = VersionOf(measured, by);
    RETURN_IF_ERROR(MeasurementTable::Put(transaction, record, school.number(), on, number));
    ++added;
  }
  return added;
}

absl::StatusOr<rec::MeasurementRecord> CorrectMeasurement(storage::Transaction& transaction,
                                                          const MeasurementCorrection& correction,
                                                          const ChangedBy& by) {
  ASSIGN_OR_RETURN(const rec::SchoolRecord school, ReadSchool(transaction, correction.school_id));
  const int32_t student = correction.measured.student_number;
  const uint32_t number = static_cast<uint32_t>(student);
  const int64_t on = correction.on.days;
  ASSIGN_OR_RETURN(auto stored, MeasurementTable::Find(transaction, school.number(), on, number));
  if (!stored.has_value()) return MeasurementUnknown(correction.school_id, student, correction.on);
  const int32_t standing = stored->versions_size();
  if (standing != correction.version) {
    return MeasurementChanged(student, correction.on, correction.version, standing);
  }
  if (standing == kMeasurementVersionsMax) {
    return MeasurementCorrectedTooOften(student, correction.on, standing);
  }
  if (!correction.measured.IsNothing()) {
    RETURN_IF_ERROR(CheckConsents(transaction, correction.school_id, school.number(), correction.on,
                                  {student}));
  }
  rec::MeasurementVersionRecord& version = *stored->add_versions();
  version = VersionOf(correction.measured, by);
  version.set_reason(correction.reason);
  RETURN_IF_ERROR(MeasurementTable::Put(transaction, *stored, school.number(), on, number));
  return *std::move(stored);
}

absl::StatusOr<int32_t> EraseMeasurements(storage::Transaction& transaction, const Child& child) {
  std::vector<int64_t> days;
  RETURN_IF_ERROR(
      MeasurementTable::Scan(transaction, MeasurementKey::Range(child.school_number),
                             [&](const MeasurementKey::Key& key, const rec::MeasurementRecord&) {
                               if (std::get<2>(key) == child.number)
                                 days.push_back(std::get<1>(key));
                               return true;
                             }));
  for (const int64_t day : days) {
    RETURN_IF_ERROR(MeasurementTable::Delete(transaction, child.school_number, day, child.number));
  }
  return static_cast<int32_t>(days.size());
}

storage::KeyRange MeasuredBetween(uint32_t school_number, LocalDate from, LocalDate to) {
  return {MeasurementKey::Prefix(school_number, int64_t{from.days}),
          MeasurementKey::Prefix(school_number, int64_t{to.days} + 1)};
}

double AgeMonths(int32_t birth_month, LocalDate on) {
  const absl::CivilDay born =
      absl::CivilDay(absl::CivilMonth(1970, 1) + birth_month) + (kBirthDay - 1);
  const auto age_days = on.days - (born - absl::CivilDay(1970, 1, 1));
  return static_cast<double>(age_days) / kDaysPerMonth;
}

growth::ZScores ScoreOf(const growth::GrowthReference& reference, const rec::StudentRecord& student,
                        LocalDate on, const Measured& measured) {
  growth::Measurement child;
  child.sex = student.sex() == v1::SEX_MALE ? growth::Sex::kMale : growth::Sex::kFemale;
  child.age_months = AgeMonths(student.birth_month(), on);
  if (measured.height_mm > 0) child.height_cm = static_cast<double>(measured.height_mm) / 10;
  if (measured.weight_g > 0) child.weight_kg = static_cast<double>(measured.weight_g) / 1'000;
  child.has_oedema = measured.has_oedema;
  return growth::ScoreOf(reference, child);
}

}  // namespace milkway::consumption
