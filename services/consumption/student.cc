#include "services/consumption/student.h"

#include <algorithm>
#include <limits>

#include "milkway/consumption/v1/schools.pb.h"

namespace milkway::consumption {

namespace {

// What earlier programs wrote as the last change, if there is one.
const rec::StudentChangeRecord* LastOldChange(const rec::StudentRecord& record) {
  if (record.has_standing() || record.changes().empty()) return nullptr;
  return &record.changes(record.changes_size() - 1);
}

// From here on what came later is said in the fields for it.
void GiveStanding(rec::StudentRecord* record) {
  if (record->has_standing()) return;
  const std::optional<LocalDate> left = LeftOn(*record);
  for (const ExclusionFrom& exclusion : ExclusionsOf(*record)) {
    rec::ExclusionFromRecord& stored = *record->add_exclusions();
    stored.set_from_day(exclusion.from.days);
    stored.set_exclusion(exclusion.exclusion);
  }
  if (left.has_value()) record->set_gone_day(left->days);
  record->set_has_standing(true);
  record->clear_changes();
}

// Drops what holds from `from` on or later.
template <typename Rows>
void DropFrom(LocalDate from, Rows* rows) {
  while (!rows->empty() && rows->Get(rows->size() - 1).from_day() >= from.days) {
    rows->RemoveLast();
  }
}

constexpr int32_t kMonths = 12;
constexpr int32_t kJune = 5;  // after January

int32_t JuneOf(int32_t birth_month) {
  // Months before 1970 are negative.
  const int32_t month = ((birth_month % kMonths) + kMonths) % kMonths;
  return birth_month - month + kJune;
}

// An exclusion stays one; why is not said any more.
uint32_t WithoutReason(uint32_t exclusion) {
  return exclusion == 0 ? 0 : static_cast<uint32_t>(v1::EXCLUSION_ERASED);
}

}  // namespace

std::optional<LocalDate> LeftOn(const rec::StudentRecord& record) {
  if (record.has_standing()) {
    return record.has_gone_day() ? std::optional(LocalDate{record.gone_day()}) : std::nullopt;
  }
  if (const rec::StudentChangeRecord* last = LastOldChange(record)) {
    return last->has_left_day() ? std::optional(LocalDate{last->left_day()}) : std::nullopt;
  }
  return record.has_left_day() ? std::optional(LocalDate{record.left_day()}) : std::nullopt;
}

std::vector<ExclusionFrom> ExclusionsOf(const rec::StudentRecord& record) {
  std::vector<ExclusionFrom> exclusions;
  if (record.has_standing()) {
    for (const rec::ExclusionFromRecord& stored : record.exclusions()) {
      exclusions.push_back({LocalDate{stored.from_day()}, stored.exclusion()});
    }
    return exclusions;
  }
  if (const rec::StudentChangeRecord* last = LastOldChange(record)) {
    if (last->exclusion() == 0) return exclusions;
    return {{LocalDate{last->excluded_from_day()}, last->exclusion()}};
  }
  if (record.exclusion() == 0) return exclusions;
  return {{LocalDate{record.enrolled_day()}, record.exclusion()}};
}

uint32_t ExclusionOf(const rec::StudentRecord& record) {
  return ExclusionOn(record, LocalDate{std::numeric_limits<int32_t>::max()});
}

const std::string& LastClassOf(const rec::StudentRecord& record) {
  return ClassOn(record, LocalDate{std::numeric_limits<int32_t>::max()});
}

const std::string& ClassOn(const rec::StudentRecord& record, LocalDate day) {
  for (int index = record.later_classes_size() - 1; index >= 0; --index) {
    const rec::ClassFromRecord& later = record.later_classes(index);
    if (later.from_day() <= day.days) return later.class_name();
  }
  return record.class_name();
}

uint32_t ExclusionOn(const rec::StudentRecord& record, LocalDate day) {
  uint32_t holds = 0;
  for (const ExclusionFrom& exclusion : ExclusionsOf(record)) {
    if (exclusion.from <= day) holds = exclusion.exclusion;
  }
  return holds;
}

bool IsEnrolledOn(const rec::StudentRecord& record, LocalDate day) {
  const std::optional<LocalDate> left = LeftOn(record);
  return record.enrolled_day() <= day.days && (!left.has_value() || day < *left);
}

bool SetClass(LocalDate from, const std::string& class_name, rec::StudentRecord* record) {
  GiveStanding(record);
  DropFrom(from, record->mutable_later_classes());
  if (LastClassOf(*record) == class_name) return true;
  if (record->later_classes_size() == kStudentChangesMax) return false;
  rec::ClassFromRecord& later = *record->add_later_classes();
  later.set_from_day(from.days);
  later.set_class_name(class_name);
  return true;
}

bool SetExclusion(LocalDate from, uint32_t exclusion, rec::StudentRecord* record) {
  GiveStanding(record);
  DropFrom(from, record->mutable_exclusions());
  if (ExclusionOf(*record) == exclusion) return true;
  const int changes_max = exclusion == 0 ? kStudentChangesMax : kStudentChangesMax + 1;
  if (record->exclusions_size() >= changes_max) return false;
  rec::ExclusionFromRecord& stored = *record->add_exclusions();
  stored.set_from_day(from.days);
  stored.set_exclusion(exclusion);
  return true;
}

void SetLeft(std::optional<LocalDate> left_on, uint32_t leaving, rec::StudentRecord* record) {
  GiveStanding(record);
  record->clear_gone_day();
  if (left_on.has_value()) record->set_gone_day(left_on->days);
  record->set_leaving(leaving);
  record->clear_went_to();
}

rec::StudentRecord AsEnrolled(const rec::StudentRecord& record) {
  rec::StudentRecord enrolled;
  enrolled.set_class_name(record.class_name());
  enrolled.set_birth_month(record.birth_month());
  enrolled.set_sex(record.sex());
  enrolled.set_enrolled_day(record.enrolled_day());
  if (record.has_left_day()) enrolled.set_left_day(record.left_day());
  enrolled.set_exclusion(record.exclusion());
  return enrolled;
}

rec::StudentRecord AsItStands(const rec::StudentRecord& record) {
  rec::StudentRecord now = AsEnrolled(record);
  now.set_class_name(LastClassOf(record));
  now.clear_left_day();
  if (const auto left = LeftOn(record)) now.set_left_day(left->days);
  now.set_exclusion(ExclusionOf(record));
  return now;
}

rec::StudentRecord AsErased(const rec::StudentRecord& record) {
  rec::StudentRecord erased = record;
  GiveStanding(&erased);
  erased.set_birth_month(JuneOf(record.birth_month()));
  erased.set_exclusion(WithoutReason(record.exclusion()));
  for (rec::ExclusionFromRecord& stored : *erased.mutable_exclusions()) {
    stored.set_exclusion(WithoutReason(stored.exclusion()));
  }
  erased.clear_went_to();
  erased.clear_came_from();
  erased.set_erased(true);
  return erased;
}

rec::StudentChangeRecord AsErased(const rec::StudentChangeRecord& change) {
  rec::StudentChangeRecord erased = change;
  erased.set_exclusion(WithoutReason(change.exclusion()));
  erased.clear_went_to();
  erased.clear_class_there();
  return erased;
}

void AddDrinking(const rec::StudentRecord& record, int64_t sign, DrinkingChanges* changes) {
  const int32_t first = record.enrolled_day();
  const std::optional<LocalDate> left = LeftOn(record);
  // Given milk from `from` on, unless an exclusion says otherwise.
  std::optional<int32_t> from = first;
  const auto end_at = [&](int32_t day) {
    if (left.has_value()) day = std::min(day, left->days);
    if (from.has_value() && *from < day) {
      (*changes)[*from] += sign;
      (*changes)[day] -= sign;
    }
    from.reset();
  };
  for (const ExclusionFrom& exclusion : ExclusionsOf(record)) {
    if (exclusion.exclusion != 0) end_at(exclusion.from.days);
    if (exclusion.exclusion == 0 && !from.has_value()) from = std::max(first, exclusion.from.days);
  }
  if (!from.has_value()) return;
  if (left.has_value()) return end_at(left->days);
  (*changes)[*from] += sign;
}

}  // namespace milkway::consumption
