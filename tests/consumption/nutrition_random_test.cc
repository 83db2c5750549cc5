// Random records and corrections of children of all ages, against every serving counted
// by itself: nutrients, groups and shares of the school, of classes and of children.

#include <algorithm>
#include <array>
#include <functional>
#include <map>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/time/civil_time.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/consumption/nutrition_fixture.h"
#include "tests/support/random_seed.h"

namespace milkway::consumption {
namespace {

using ::milkway::testing::IsOk;

constexpr int32_t kChildren = 90;
constexpr int kDays = 28;
constexpr int kRecords = 160;
const std::array<std::string, 3> kClasses = {"1A", "2B", "5C"};

using Sum = unsigned __int128;

// A serving of one child.
struct Cup {
  int day = 0;
  std::string class_name;
  int64_t lot = 0;
  int32_t child = 0;
  int64_t grams = 0;
  bool is_taken_home = false;
};

struct Child {
  absl::CivilDay born;  // the 15th
  v1::Sex sex = v1::SEX_UNSPECIFIED;

  int AgeOn(int day) const {
    const absl::CivilDay on(2025, 6, day);
    const bool had_birthday = absl::CivilDay(on.year(), born.month(), born.day()) <= on;
    return static_cast<int>(on.year() - born.year()) - (had_birthday ? 0 : 1);
  }
};

// WS/T 554-2017 once more, as a table to look things up in.
struct Need {
  int from_years;
  int to_years;
  v1::Sex sex;
  int64_t protein_g;
  int64_t calcium_mg;
};
constexpr Need kNeeds[] = {
    {6, 8, v1::SEX_UNSPECIFIED, 40, 750}, {9, 11, v1::SEX_UNSPECIFIED, 50, 850},
    {12, 14, v1::SEX_MALE, 65, 950},      {12, 14, v1::SEX_FEMALE, 60, 950},
    {15, 17, v1::SEX_MALE, 75, 800},      {15, 17, v1::SEX_FEMALE, 60, 800},
    {0, 0, v1::SEX_UNSPECIFIED, 0, 0},
};

size_t NeedOf(const Child& child, int day) {
  const int age = child.AgeOn(day);
  size_t index = 0;
  for (; index + 1 < std::size(kNeeds); ++index) {
    const Need& need = kNeeds[index];
    const bool is_of_sex = need.sex == v1::SEX_UNSPECIFIED || need.sex == child.sex;
    if (is_of_sex && need.from_years <= age && age <= need.to_years) break;
  }
  return index;
}

// Sums of label units (J, mg, µg in 100 g) times grams.
struct LabelSum {
  Sum energy = 0, protein = 0, fat = 0, carbohydrate = 0, calcium = 0, sodium = 0;

  void Add(const inv::Nutrition& label, int64_t grams) {
    const auto times = [grams](int64_t in_100g) {
      return static_cast<Sum>(in_100g) * static_cast<Sum>(grams);
    };
    energy += times(label.energy_j_100g());
    protein += times(label.protein_mg_100g());
    fat += times(label.fat_mg_100g());
    carbohydrate += times(label.carbohydrate_mg_100g());
    calcium += times(label.calcium_ug_100g());
    sodium += times(label.sodium_ug_100g());
  }
  void Set(int64_t parts, v1::NutrientAmounts* amounts) const {
    if (parts == 0) return;
    const auto part = [parts](Sum sum, int units) {
      return static_cast<int64_t>(sum / units / static_cast<Sum>(parts));
    };
    amounts->set_energy_kj(part(energy, 100'000));
    amounts->set_protein_mg(part(protein, 100));
    amounts->set_fat_mg(part(fat, 100));
    amounts->set_carbohydrate_mg(part(carbohydrate, 100));
    amounts->set_calcium_mg(part(calcium, 100'000));
    amounts->set_sodium_mg(part(sodium, 100'000));
  }
};

class RandomNutrition : public NutritionFixture {
 protected:
  RandomNutrition() {
    labels_[whole_] = WholeMilkLabel();
    labels_[skimmed_] = SkimmedMilkLabel();
    inv::Nutrition odd;
    odd.set_energy_j_100g(1'234'567);
    odd.set_protein_mg_100g(7);
    odd.set_calcium_ug_100g(1);
    odd.set_sodium_ug_100g(999'999'999);
    const int64_t odd_lot = BuyWithLabel("odd", odd);
    labels_[odd_lot] = odd;
    for (int32_t number = 1; number <= kChildren; ++number) {
      Child& child = children_[number];
      child.born = absl::CivilDay(2006 + Below(15), 1 + Below(12), 15);
      child.sex = Below(2) == 0 ? v1::SEX_FEMALE : v1::SEX_MALE;
      Enrol({number}, kClasses[static_cast<size_t>(number) % kClasses.size()],
            absl::StrFormat("%d-%02d", child.born.year(), child.born.month()), child.sex);
    }
  }

  int Below(int limit) { return static_cast<int>(random_() % static_cast<uint32_t>(limit)); }

  // Lines of different lots; a child is in at most one of them.
  std::vector<v1::DistributionLine> SomeLines() {
    std::vector<int32_t> children;
    for (int32_t number = 1; number <= kChildren; ++number) {
      if (Below(5) == 0) children.push_back(number);
    }
    std::vector<v1::DistributionLine> lines;
    for (const auto& [lot, label] : labels_) {
      v1::DistributionLine line;
      line.set_lot_id(lot);
      const size_t count = std::min<size_t>(children.size(), static_cast<size_t>(Below(12)));
      line.mutable_student_numbers()->Add(children.end() - static_cast<ptrdiff_t>(count),
                                          children.end());
      children.resize(children.size() - count);
      if (count == 0) continue;
      line.set_serving_g(1 + Below(60));
      if (Below(4) == 0) {
        line.set_take_home_packs(1 + Below(3));
        line.set_pack_g(100 + Below(400));
        line.set_serving_g(0);
      }
      lines.push_back(std::move(line));
    }
    return lines;
  }

  void SetCups(int64_t record, const std::vector<v1::DistributionLine>& lines, int day,
               const std::string& class_name) {
    std::vector<Cup>& cups = cups_[record];
    cups.clear();
    for (const v1::DistributionLine& line : lines) {
      const bool is_taken_home = line.take_home_packs() > 0;
      const int64_t grams =
          is_taken_home ? line.take_home_packs() * line.pack_g() : line.serving_g();
      for (const int32_t child : line.student_numbers()) {
        cups.push_back({day, class_name, line.lot_id(), child, grams, is_taken_home});
      }
    }
  }

  void RecordSome(int number) {
    const int day = 2 + Below(kDays);
    const std::string& class_name = kClasses[static_cast<size_t>(Below(3))];
    v1::Distribution distribution = MakeDistribution({}, class_name, day, kPlace);
    distribution.set_session(absl::StrCat("session ", number));
    const std::vector<v1::DistributionLine> lines = SomeLines();
    if (lines.empty()) return;
    for (const v1::DistributionLine& line : lines) *distribution.add_lines() = line;
    const auto recorded = milkway_.Record(distribution);
    ASSERT_THAT(recorded, IsOk());
    SetCups(recorded->distribution_id(), lines, day, class_name);
    if (Below(5) > 0) return;
    auto correction = milkway_.MakeCorrection(recorded->distribution_id(), {});
    correction.set_school_id(kPlace);
    const std::vector<v1::DistributionLine> others =
        Below(3) == 0 ? std::vector<v1::DistributionLine>() : SomeLines();
    for (const v1::DistributionLine& line : others) *correction.add_lines() = line;
    ASSERT_THAT(milkway_.Correct(correction), IsOk());
    SetCups(recorded->distribution_id(), others, day, class_name);
  }

  using Filter = std::function<bool(const Cup&)>;
  v1::Nutrition Expected(int first, int last, const Filter& is_asked) const;
  void ExpectGroup(const std::vector<Cup>& cups, size_t need, v1::Nutrition* nutrition) const;

  std::mt19937 random_{testing::RandomSeed()};
  std::map<int64_t, inv::Nutrition> labels_;
  std::map<int32_t, Child> children_;
  std::map<int64_t, std::vector<Cup>> cups_;  // by record
};

void RandomNutrition::ExpectGroup(const std::vector<Cup>& cups, size_t need,
                                  v1::Nutrition* nutrition) const {
  std::set<int32_t> children;
  std::set<std::pair<int, int32_t>> child_days;
  LabelSum sum;
  int64_t grams = 0;
  for (const Cup& cup : cups) {
    if (cup.is_taken_home || NeedOf(children_.at(cup.child), cup.day) != need) continue;
    children.insert(cup.child);
    child_days.emplace(cup.day, cup.child);
    grams += cup.grams;
    sum.Add(labels_.at(cup.lot), cup.grams);
  }
  if (children.empty()) return;
  v1::NeedGroup& group = *nutrition->add_groups();
  const int64_t days = static_cast<int64_t>(child_days.size());
  group.set_from_years(kNeeds[need].from_years);
  group.set_to_years(kNeeds[need].to_years);
  group.set_sex(kNeeds[need].sex);
  group.mutable_daily_need()->set_protein_mg(kNeeds[need].protein_g * 1000);
  group.mutable_daily_need()->set_calcium_mg(kNeeds[need].calcium_mg);
  group.set_children(static_cast<int64_t>(children.size()));
  group.set_child_days(days);
  group.set_served_g(grams);
  sum.Set(days, group.mutable_average_day());
  group.mutable_share();
  if (kNeeds[need].protein_g == 0) return;
  const Sum protein_units = static_cast<Sum>(kNeeds[need].protein_g) * 1000 * 100 * days;
  const Sum calcium_units = static_cast<Sum>(kNeeds[need].calcium_mg) * 1000 * 100 * days;
  group.mutable_share()->set_protein_permille(
      static_cast<int64_t>(sum.protein * 1000 / protein_units));
  group.mutable_share()->set_calcium_permille(
      static_cast<int64_t>(sum.calcium * 1000 / calcium_units));
}

v1::Nutrition RandomNutrition::Expected(int first, int last, const Filter& is_asked) const {
  std::vector<Cup> cups;
  for (const auto& [record, of_record] : cups_) {
    for (const Cup& cup : of_record) {
      if (first <= cup.day && cup.day <= last && is_asked(cup)) cups.push_back(cup);
    }
  }
  v1::Nutrition nutrition;
  std::set<int> days;
  std::set<int32_t> children;
  LabelSum all;
  LabelSum at_school;
  for (const Cup& cup : cups) {
    days.insert(cup.day);
    children.insert(cup.child);
    all.Add(labels_.at(cup.lot), cup.grams);
    if (!cup.is_taken_home) at_school.Add(labels_.at(cup.lot), cup.grams);
    nutrition.set_servings(nutrition.servings() + 1);
    nutrition.set_served_g(nutrition.served_g() + cup.grams);
    if (!cup.is_taken_home) continue;
    nutrition.set_take_home_servings(nutrition.take_home_servings() + 1);
    nutrition.set_take_home_g(nutrition.take_home_g() + cup.grams);
  }
  nutrition.set_from_day(JuneDate(first));
  nutrition.set_to_day(JuneDate(last));
  nutrition.set_served_days(static_cast<int64_t>(days.size()));
  nutrition.set_children(static_cast<int64_t>(children.size()));
  all.Set(1, nutrition.mutable_total());
  at_school.Set(nutrition.servings() - nutrition.take_home_servings(),
                nutrition.mutable_average_serving());
  for (size_t need = 0; need < std::size(kNeeds); ++need) ExpectGroup(cups, need, &nutrition);
  return nutrition;
}

INSTANTIATE_TEST_SUITE_P(EveryDeployment, RandomNutrition, testing::EveryDeployment(),
                         testing::NameOfDeployment);

TEST_P(RandomNutrition, EqualsEveryServingCountedByItself) {
  for (int number = 0; number < kRecords; ++number) RecordSome(number);
  const auto text_of = [](v1::Nutrition nutrition) {
    nutrition.clear_needs_source();
    return nutrition.DebugString();
  };

  for (int round = 0; round < 30; ++round) {
    const int first = 1 + Below(kDays);
    const int last = first + Below(kDays + 2 - first);
    v1::GetNutritionRequest request = Days(first, last);
    const auto of_school = Of(request);
    ASSERT_THAT(of_school, IsOk());
    ASSERT_EQ(text_of(of_school->nutrition()),
              text_of(Expected(first, last, [](const Cup&) { return true; })));

    const std::string& class_name = kClasses[static_cast<size_t>(Below(3))];
    request.set_class_name(class_name);
    const auto of_class = Of(request);
    ASSERT_THAT(of_class, IsOk());
    ASSERT_EQ(text_of(of_class->nutrition()), text_of(Expected(first, last, [&](const Cup& cup) {
                return cup.class_name == class_name;
              })));
  }
  for (int32_t child = 1; child <= kChildren; ++child) {
    const auto of_child = OfStudent(child);
    ASSERT_THAT(of_child, IsOk());
    ASSERT_EQ(text_of(of_child->nutrition()),
              text_of(Expected(1, 30, [child](const Cup& cup) { return cup.child == child; })));
  }
}

}  // namespace
}  // namespace milkway::consumption
