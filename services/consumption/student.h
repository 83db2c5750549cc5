// A student over time: class, presence and exclusion by day. Pure.
//
// What was enrolled is never changed; what came later stands beside it, each from a day
// on, so that an earlier day stays what it was.

#ifndef MILKWAY_SERVICES_CONSUMPTION_STUDENT_H_
#define MILKWAY_SERVICES_CONSUMPTION_STUDENT_H_

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "services/consumption/consumption_keys.h"
#include "services/runtime/dates.h"

namespace milkway::consumption {

// Changes of class, and of exclusion, that one student can have.
inline constexpr int kStudentChangesMax = 40;

// As the last change left it.
std::optional<LocalDate> LeftOn(const rec::StudentRecord& record);  // first day gone
uint32_t ExclusionOf(const rec::StudentRecord& record);             // 0: none
const std::string& LastClassOf(const rec::StudentRecord& record);

// An exclusion (number of the public Exclusion; 0: none) from a day on.
struct ExclusionFrom {
  LocalDate from;
  uint32_t exclusion = 0;
};
// All that ever held, in order; none: always given milk.
std::vector<ExclusionFrom> ExclusionsOf(const rec::StudentRecord& record);

// On a day; the class before enrolment is the first one.
const std::string& ClassOn(const rec::StudentRecord& record, LocalDate day);
uint32_t ExclusionOn(const rec::StudentRecord& record, LocalDate day);
bool IsEnrolledOn(const rec::StudentRecord& record, LocalDate day);

// Each replaces what was said of `from` and later days. False if there were too many
// changes already. One exclusion more is taken than other changes, so that a child who is
// given milk can always be excluded.
bool SetClass(LocalDate from, const std::string& class_name, rec::StudentRecord* record);
bool SetExclusion(LocalDate from, uint32_t exclusion, rec::StudentRecord* record);
void SetLeft(std::optional<LocalDate> left_on, uint32_t leaving, rec::StudentRecord* record);

// As enrolled, and as if enrolled the way it stands now: without what came later.
rec::StudentRecord AsEnrolled(const rec::StudentRecord& record);
rec::StudentRecord AsItStands(const rec::StudentRecord& record);

// Without what tells of the person: born in June of the year, no reasons of exclusions, no
// other school. Days, classes and presence stay.
rec::StudentRecord AsErased(const rec::StudentRecord& record);
// The same of a change.
rec::StudentChangeRecord AsErased(const rec::StudentChangeRecord& change);

// Days on which the number of students who are given milk changes, by how much.
using DrinkingChanges = std::map<int32_t, int64_t>;
// Adds what the student makes of it, `sign` times.
void AddDrinking(const rec::StudentRecord& record, int64_t sign, DrinkingChanges* changes);

}  // namespace milkway::consumption

#endif  // MILKWAY_SERVICES_CONSUMPTION_STUDENT_H_
