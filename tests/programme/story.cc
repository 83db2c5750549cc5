#include "tests/programme/story.h"

#include <algorithm>
#include <iterator>

#include "gtest/gtest.h"
#include "services/runtime/dates.h"

namespace milkway::programme {

namespace {

// What holds on a day, of things that each hold from a day on; nullptr: nothing yet.
template <typename Value>
const Value* HoldsOn(const std::map<int32_t, Value>& values, int32_t day) {
  const auto later = values.upper_bound(day);
  return later == values.begin() ? nullptr : &std::prev(later)->second;
}

int32_t DayOf(const std::string& date) {
  const auto day = ParseDate("day", date);
  EXPECT_TRUE(day.ok()) << date;
  return day.ok() ? day->days : 0;
}

bool IsWithin(int32_t day, const std::string& from, const std::string& to) {
  return (from.empty() || day >= DayOf(from)) && (to.empty() || day <= DayOf(to));
}

}  // namespace

bool Child::IsEnrolledOn(int32_t day) const {
  return enrolled_day <= day && (!left_day.has_value() || day < *left_day);
}

bool Child::IsExcludedOn(int32_t day) const {
  const bool* holds = HoldsOn(excluded, day);
  return holds != nullptr && *holds;
}

std::string Child::ClassOn(int32_t day) const {
  const std::string* holds = HoldsOn(classes, day);
  return holds == nullptr ? classes.begin()->second : *holds;
}

bool Recall::Matches(const Lot& lot) const {
  if (scope.product_id() != lot.product_id) return false;
  if (!scope.lot_number().empty() && scope.lot_number() != lot.lot_number) return false;
  if (!IsWithin(lot.expires_day, scope.expires_from(), scope.expires_to())) return false;
  return lot.manufactured_day == 0 ||
         IsWithin(lot.manufactured_day, scope.manufactured_from(), scope.manufactured_to());
}

void Story::TakeClaim(int64_t position, inv::PostingKind kind, const std::string& reference,
                      int64_t quantity_g) {
  EXPECT_GT(position, 0) << reference;
  EXPECT_TRUE(claims.emplace(position, Claim{kind, reference, quantity_g}).second)
      << "two answers tell of the posting at " << position << ": " << reference;
}

std::map<LotPlace, Served> Story::ServedByLotAndSchool() const {
  std::map<LotPlace, Served> all;
  for (const auto& [id, record] : records) {
    for (const con::DistributionLine& line : record.standing().lines()) {
      Served& served = all[{line.lot_id(), record.school}];
      served.wasted_g += line.wasted_g();
      if (line.student_numbers().empty()) continue;
      const bool is_first = served.class_records++ == 0;
      served.servings += line.student_numbers_size();
      served.grams += line.serving_g() * line.student_numbers_size();
      served.children.insert(line.student_numbers().begin(), line.student_numbers().end());
      served.first_day = is_first ? record.day : std::min(served.first_day, record.day);
      served.last_day = is_first ? record.day : std::max(served.last_day, record.day);
    }
  }
  return all;
}

bool Story::IsRecalled(int64_t lot) const {
  return std::any_of(recalls.begin(), recalls.end(), [lot](const auto& recall) {
    return recall.second.stands && recall.second.lots.count(lot) > 0;
  });
}

}  // namespace milkway::programme
