#include "services/consumption/measurements.h"

#include "absl/time/civil_time.h"
#include "clients/cpp/status_macros.h"
#include "milkway/consumption/v1/schools.pb.h"
#include "services/consumption/consumption_errors.h"
#include "services/consumption/schools.h"
#include "services/consumption/student.h"
#include "services/runtime/errors.h"

namespace milkway::consumption {

namespace {

constexpr double kDaysPerMonth = 30.4375;
constexpr int kBirthDay = 15;

// Whether a child may be measured, and its figures kept, on a day. Consent of the
// guardians is asked for here once rosters carry it.
absl::Status CheckMayBeMeasured(const storage::Reader& reader, const std::string& school_id,
                                uint32_t school_number, LocalDate on, int32_t number) {
  ASSIGN_OR_RETURN(const rec::StudentRecord student,
                   ReadStudent(reader, school_id, school_number, number));
  if (!IsEnrolledOn(student, on)) return MeasuredNotEnrolled(school_id, on, {number});
  return absl::OkStatus();
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
  int32_t added = 0;
  for (const Measured& measured : day.measured) {
    const int32_t student = measured.student_number;
    RETURN_IF_ERROR(
        CheckMayBeMeasured(transaction, day.school_id, school.number(), day.on, student));
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
  rec::MeasurementVersionRecord& version = *stored->add_versions();
  version = VersionOf(correction.measured, by);
  version.set_reason(correction.reason);
  RETURN_IF_ERROR(MeasurementTable::Put(transaction, *stored, school.number(), on, number));
  return *std::move(stored);
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
