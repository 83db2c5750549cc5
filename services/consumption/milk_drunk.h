// What a school, a class or a child was served, by groups of the same daily needs: the
// records of some days, read once, before anything is known of labels.

#ifndef MILKWAY_SERVICES_CONSUMPTION_MILK_DRUNK_H_
#define MILKWAY_SERVICES_CONSUMPTION_MILK_DRUNK_H_

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "services/consumption/calendar_convert.h"
#include "services/consumption/consumption_keys.h"
#include "services/consumption/daily_needs.h"
#include "services/consumption/told_groups.h"
#include "services/runtime/strong_id.h"
#include "storage/store.h"

namespace milkway::consumption {

// Class records that one answer reads.
inline constexpr size_t kNutritionRecordsMax = 50'000;

// Grams by lot, each of them more than 0.
using GramsByLot = std::map<LotId, int64_t>;

// Servings and their grams.
struct Milk {
  int64_t servings = 0;
  int64_t served_g = 0;
  GramsByLot by_lot;

  void Add(LotId lot, int64_t new_servings, int64_t serving_g);
};

struct MilkDrunk {
  // Of one group at school.
  struct Group {
    Milk milk;
    int64_t children = 0;
    int64_t child_days = 0;  // days on which each of them had some
  };

  int64_t served_days = 0;  // on which somebody was served
  int64_t children = 0;     // different ones
  // A group for each band of the needs, in their order, then those of no band.
  std::vector<Group> groups;
  Milk taken_home;
  // The groups of each child who drank at school.
  std::vector<GroupBits> groups_of_children;

  // All groups together.
  Milk AtSchool() const;
  // Every lot, once.
  std::vector<LotId> Lots() const;
};

// Of the records of a school, or of those of `class_name` if it is not empty.
// FAILED_PRECONDITION (PERIOD_TOO_LARGE).
absl::StatusOr<MilkDrunk> FindMilk(const storage::Reader& reader, uint32_t school_number,
                                   const std::string& class_name, const DaysAsked& days,
                                   const DailyNeeds& needs);

// Of one child, in whichever class's records. Reads the records of those days on which it
// was served: packs taken home with another class stand in no index.
// FAILED_PRECONDITION (PERIOD_TOO_LARGE).
absl::StatusOr<MilkDrunk> FindMilkOfStudent(const storage::Reader& reader, uint32_t school_number,
                                            int32_t student_number, const DaysAsked& days,
                                            const DailyNeeds& needs);

}  // namespace milkway::consumption

#endif  // MILKWAY_SERVICES_CONSUMPTION_MILK_DRUNK_H_
