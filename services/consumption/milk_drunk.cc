#include "services/consumption/milk_drunk.h"

#include <optional>
#include <set>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "clients/cpp/status_macros.h"
#include "services/consumption/consumption_errors.h"
#include "services/consumption/served_days.h"
#include "services/consumption/student_set.h"

namespace milkway::consumption {

namespace {

// Adds up lines, day after day. Reads each child once.
class Gatherer {
 public:
  Gatherer(const storage::Reader& reader, uint32_t school_number, const DailyNeeds& needs)
      : reader_(reader), school_number_(school_number), needs_(needs) {
    static_assert(DailyNeeds::kBandsMax < kGroupsMax);
    milk_.groups.resize(needs.bands().size() + 1);
    in_line_.resize(milk_.groups.size());
  }

  void StartDay(LocalDate day) {
    day_ = day;
    last_fifteenth_ = LastFifteenth(day);
  }

  absl::Status Add(const DistributionLine& line) {
    if (line.students.empty()) return absl::OkStatus();
    if (last_served_ != day_) ++milk_.served_days;
    last_served_ = day_;
    const bool is_at_school = line.take_home_packs == 0;
    in_line_.assign(in_line_.size(), 0);
    for (const int32_t number : line.students) {
      ASSIGN_OR_RETURN(Drinker* const drinker, FindDrinker(number));
      if (is_at_school) ++in_line_[TakeToGroup(drinker)];
    }
    if (!is_at_school) {
      milk_.taken_home.Add(line.lot, static_cast<int64_t>(line.students.size()), line.serving_g);
      return absl::OkStatus();
    }
    for (size_t group = 0; group < in_line_.size(); ++group) {
      if (in_line_[group] == 0) continue;
      milk_.groups[group].milk.Add(line.lot, in_line_[group], line.serving_g);
    }
    return absl::OkStatus();
  }

  MilkDrunk Finish() && {
    milk_.children = static_cast<int64_t>(drinkers_.size());
    for (const auto& [number, drinker] : drinkers_) {
      if (drinker.groups != 0) milk_.groups_of_children.push_back(drinker.groups);
    }
    return std::move(milk_);
  }

 private:
  struct Drinker {
    int32_t birth_month = 0;
    uint32_t sex = 0;
    size_t group = 0;             // of the fifteenth below
    int32_t group_fifteenth = 0;  // for which the group was looked up
    bool has_group = false;
    LocalDate last_drank;  // at school; meaningless without groups
    GroupBits groups = 0;
  };

  absl::StatusOr<Drinker*> FindDrinker(int32_t number) {
    const auto [known, is_new] = drinkers_.try_emplace(number);
    if (!is_new) return &known->second;
    ASSIGN_OR_RETURN(const auto student,
                     StudentTable::Find(reader_, school_number_, static_cast<uint32_t>(number)));
    if (!student.has_value()) return absl::DataLossError("a child who was served is on no roster");
    known->second.birth_month = student->birth_month();
    known->second.sex = student->sex();
    return &known->second;
  }

  // The group of a child on the day; counts the child and the day if they are new to it.
  size_t TakeToGroup(Drinker* drinker) {
    if (!drinker->has_group || drinker->group_fifteenth != last_fifteenth_) {
      drinker->group =
          needs_.BandOf(drinker->sex, CompletedYears(drinker->birth_month, last_fifteenth_));
      drinker->group_fifteenth = last_fifteenth_;
      drinker->has_group = true;
    }
    MilkDrunk::Group& group = milk_.groups[drinker->group];
    const GroupBits bit = GroupBits{1} << drinker->group;
    if ((drinker->groups & bit) == 0) ++group.children;
    if (drinker->groups == 0 || drinker->last_drank != day_) ++group.child_days;
    drinker->groups |= bit;
    drinker->last_drank = day_;
    return drinker->group;
  }

  const storage::Reader& reader_;
  const uint32_t school_number_;
  const DailyNeeds& needs_;
  LocalDate day_;
  int32_t last_fifteenth_ = 0;
  std::optional<LocalDate> last_served_;
  std::vector<int64_t> in_line_;  // children of each group
  absl::flat_hash_map<int32_t, Drinker> drinkers_;
  MilkDrunk milk_;
};

// What is to be read.
struct Wanted {
  std::string class_name;      // empty: records of all classes
  int32_t student_number = 0;  // 0: all children
};

// Adds the records of a day of one school, and counts them.
class DayReader {
 public:
  DayReader(const storage::Reader& reader, uint32_t school_number, const Wanted& wanted,
            Gatherer* gatherer)
      : reader_(reader), school_number_(school_number), wanted_(wanted), gatherer_(*gatherer) {}

  absl::Status Read(LocalDate day, const rec::DayRecord& record) {
    if (wanted_.student_number != 0) {
      ASSIGN_OR_RETURN(const StudentSet served, DecodeStudents(record.students()));
      if (!Holds(served, wanted_.student_number)) return absl::OkStatus();
    }
    gatherer_.StartDay(day);
    return ForEachStanding(
        reader_, school_number_, day, wanted_.class_name,
        [this](int64_t, const rec::DistributionRecord& distribution) { return Add(distribution); });
  }

 private:
  absl::Status Add(const rec::DistributionRecord& record) {
    if (++records_ > kNutritionRecordsMax) return NutritionPeriodTooLarge(kNutritionRecordsMax);
    ASSIGN_OR_RETURN(std::vector<DistributionLine> lines, LinesOf(StandingOf(record)));
    for (DistributionLine& line : lines) {
      if (wanted_.student_number != 0) {
        const bool is_served = Holds(line.students, wanted_.student_number);
        line.students = is_served ? StudentSet{wanted_.student_number} : StudentSet();
      }
      RETURN_IF_ERROR(gatherer_.Add(line));
    }
    return absl::OkStatus();
  }

  const storage::Reader& reader_;
  const uint32_t school_number_;
  const Wanted& wanted_;
  Gatherer& gatherer_;
  size_t records_ = 0;
};

absl::StatusOr<MilkDrunk> Find(const storage::Reader& reader, uint32_t school_number,
                               const Wanted& wanted, const DaysAsked& days,
                               const DailyNeeds& needs) {
  Gatherer gatherer(reader, school_number, needs);
  DayReader day_reader(reader, school_number, wanted, &gatherer);
  absl::Status status;
  RETURN_IF_ERROR(DayTable::Scan(reader, DaysBetween(school_number, days.from, days.to),
                                 [&](const DayTable::Key& key, const rec::DayRecord& record) {
                                   status = day_reader.Read(
                                       {static_cast<int32_t>(std::get<1>(key))}, record);
                                   return status.ok();
                                 }));
  RETURN_IF_ERROR(status);
  return std::move(gatherer).Finish();
}

}  // namespace

void Milk::Add(LotId lot, int64_t new_servings, int64_t serving_g) {
  servings += new_servings;
  served_g += new_servings * serving_g;
  if (new_servings * serving_g > 0) by_lot[lot] += new_servings * serving_g;
}

Milk MilkDrunk::AtSchool() const {
  Milk all;
  for (const Group& group : groups) {
    all.servings += group.milk.servings;
    all.served_g += group.milk.served_g;
    for (const auto& [lot, grams] : group.milk.by_lot) all.by_lot[lot] += grams;
  }
  return all;
}

std::vector<LotId> MilkDrunk::Lots() const {
  std::set<LotId> lots;
  for (const auto& [lot, grams] : AtSchool().by_lot) lots.insert(lot);
  for (const auto& [lot, grams] : taken_home.by_lot) lots.insert(lot);
  return {lots.begin(), lots.end()};
}

absl::StatusOr<MilkDrunk> FindMilk(const storage::Reader& reader, uint32_t school_number,
                                   const std::string& class_name, const DaysAsked& days,
                                   const DailyNeeds& needs) {
  return Find(reader, school_number, {class_name, 0}, days, needs);
}

absl::StatusOr<MilkDrunk> FindMilkOfStudent(const storage::Reader& reader, uint32_t school_number,
                                            int32_t student_number, const DaysAsked& days,
                                            const DailyNeeds& needs) {
  return Find(reader, school_number, {"", student_number}, days, needs);
}

}  // namespace milkway::consumption
