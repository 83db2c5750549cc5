// The named refusals of consumption.

#ifndef MILKWAY_SERVICES_CONSUMPTION_CONSUMPTION_ERRORS_H_
#define MILKWAY_SERVICES_CONSUMPTION_CONSUMPTION_ERRORS_H_

#include <cstddef>
#include <cstdint>
#include <set>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "services/runtime/dates.h"

namespace milkway::consumption {

// NOT_FOUND SCHOOL_UNKNOWN.
absl::Status SchoolUnknown(absl::string_view school_id);
// FAILED_PRECONDITION LOCATION_KIND_WRONG.
absl::Status NotASchool(absl::string_view location_id);
// ALREADY_EXISTS STUDENT_EXISTS.
absl::Status StudentExists(absl::string_view school_id, int32_t student_number);
// NOT_FOUND STUDENT_UNKNOWN; `students` are those that are not on the roster.
absl::Status StudentsUnknown(absl::string_view school_id, const std::vector<int32_t>& students);
// FAILED_PRECONDITION STUDENT_NOT_ENROLLED.
absl::Status StudentsNotEnrolled(absl::string_view school_id, LocalDate on,
                                 const std::vector<int32_t>& students);
// FAILED_PRECONDITION STUDENT_EXCLUDED.
absl::Status StudentsExcluded(absl::string_view school_id, LocalDate on,
                              const std::vector<int32_t>& students);

// FAILED_PRECONDITION STUDENT_CHANGED_TOO_OFTEN.
absl::Status StudentChangedTooOften(absl::string_view school_id, int32_t student_number);
// FAILED_PRECONDITION CLASS_NOT_MAPPED.
absl::Status ClassesNotMapped(absl::string_view school_id, const std::set<std::string>& classes);
// FAILED_PRECONDITION ROLLED_OVER_ALREADY.
absl::Status RolledOverAlready(absl::string_view school_id, LocalDate on);
// FAILED_PRECONDITION SCHOOL_TOO_LARGE.
absl::Status SchoolTooLarge(absl::string_view school_id, size_t students_max);

// NOT_FOUND TERM_UNKNOWN.
absl::Status TermUnknown(absl::string_view school_id, absl::string_view term_id);
// ALREADY_EXISTS TERM_EXISTS, TERM_OVERLAPS; ABORTED ETAG_CHANGED; FAILED_PRECONDITION
// TOO_MANY_TERMS, TOO_MANY_POLICIES.
absl::Status TermExists(absl::string_view school_id, absl::string_view term_id);
absl::Status TermOverlaps(absl::string_view term_id, absl::string_view other_id, LocalDate first,
                          LocalDate last);
absl::Status EtagChanged(absl::string_view term_id);
absl::Status TooManyTerms(absl::string_view school_id, size_t terms_max);
absl::Status TooManyPolicies(absl::string_view school_id, size_t policies_max);

// FAILED_PRECONDITION RECORD_TOO_OLD.
absl::Status RecordTooOld(LocalDate on, LocalDate oldest);
// FAILED_PRECONDITION CLASS_TOO_LARGE: no sheet of paper holds it.
absl::Status ClassTooLarge(absl::string_view class_name, size_t students_max);
// FAILED_PRECONDITION SHEET_COUNT_DIFFERS: of a day of a sheet of paper.
absl::Status SheetCountDiffers(absl::string_view day, int32_t counted, int32_t ticked);

// ALREADY_EXISTS DISTRIBUTION_RECORDED: correct that one instead.
absl::Status DistributionRecorded(int64_t distribution_id, absl::string_view school_id,
                                  LocalDate on, absl::string_view class_name,
                                  absl::string_view session);
// ABORTED DISTRIBUTION_UNDER_WAY: the same class and session is being recorded.
absl::Status DistributionUnderWay(absl::string_view class_name, LocalDate on);
// NOT_FOUND DISTRIBUTION_UNKNOWN.
absl::Status DistributionUnknown(absl::string_view school_id, int64_t distribution_id);
// FAILED_PRECONDITION DISTRIBUTION_WITHDRAWN: record it anew instead.
absl::Status DistributionWithdrawn(int64_t distribution_id);
// FAILED_PRECONDITION TOO_MANY_REVISIONS.
absl::Status TooManyRevisions(int64_t distribution_id);
// ABORTED REVISION_CHANGED.
absl::Status RevisionChanged(int64_t distribution_id, int32_t seen, int32_t standing);
// ABORTED CORRECTION_UNDER_WAY.
absl::Status CorrectionUnderWay(int64_t distribution_id);

// ALREADY_EXISTS MEASUREMENT_RECORDED: correct that one instead.
absl::Status MeasurementRecorded(absl::string_view school_id, int32_t student_number, LocalDate on);
// NOT_FOUND MEASUREMENT_UNKNOWN.
absl::Status MeasurementUnknown(absl::string_view school_id, int32_t student_number, LocalDate on);
// ABORTED MEASUREMENT_CHANGED.
absl::Status MeasurementChanged(int32_t student_number, LocalDate on, int32_t seen,
                                int32_t standing);
// FAILED_PRECONDITION MEASUREMENT_CORRECTED_TOO_OFTEN.
absl::Status MeasurementCorrectedTooOften(int32_t student_number, LocalDate on, int32_t versions);
// FAILED_PRECONDITION STUDENT_NOT_ENROLLED.
absl::Status MeasuredNotEnrolled(absl::string_view school_id, LocalDate on,
                                 const std::vector<int32_t>& students);
// FAILED_PRECONDITION GROWTH_REFERENCE_MISSING.
absl::Status GrowthReferenceMissing();
// FAILED_PRECONDITION PERIOD_TOO_LARGE.
absl::Status MeasuringPeriodTooLarge(int64_t measurements_max);
absl::Status NutritionPeriodTooLarge(size_t records_max);

// FAILED_PRECONDITION CHILD_KEYS_MISSING: the server cannot seal text.
absl::Status ChildKeysMissing();
// ABORTED CHILD_KEY_CHANGED: text was cleared at the same moment.
absl::Status ChildKeyChanged(absl::string_view school_id, int32_t student_number);
// FAILED_PRECONDITION CHILD_KEY_DESTROYED: the data store is older than the store of keys.
absl::Status ChildKeyDestroyed(absl::string_view school_id, uint32_t student_number);
// FAILED_PRECONDITION PERSONAL_UNREADABLE: a note alone would drop a name that cannot be read.
absl::Status PersonalUnreadable(absl::string_view school_id, int32_t student_number);
// FAILED_PRECONDITION STUDENT_ERASED.
absl::Status StudentErased(absl::string_view school_id, int32_t student_number);
// FAILED_PRECONDITION CONSENT_MISSING; `purpose` is a number of the public ConsentPurpose.
absl::Status ConsentMissing(absl::string_view school_id, uint32_t purpose, LocalDate on,
                            const std::vector<int32_t>& students);
// NOT_FOUND CONSENT_UNKNOWN; FAILED_PRECONDITION CONSENT_WITHDRAWN, TOO_MANY_CONSENTS.
absl::Status ConsentUnknown(absl::string_view school_id, int32_t student_number,
                            uint32_t consent_number);
absl::Status ConsentWithdrawn(absl::string_view school_id, int32_t student_number,
                              uint32_t consent_number, LocalDate on);
absl::Status TooManyConsents(absl::string_view school_id, int32_t student_number,
                             uint32_t consents_max);
// ABORTED PLAN_CHANGED: a purge would erase something else by now.
absl::Status PlanChanged();

}  // namespace milkway::consumption

#endif  // MILKWAY_SERVICES_CONSUMPTION_CONSUMPTION_ERRORS_H_
