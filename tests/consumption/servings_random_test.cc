// Records added and taken away at random, against a simple model: the sums, and the
// answers to recalls.

#include <algorithm>
#include <map>
#include <optional>
#include <random>
#include <set>
#include <utility>

#include "tests/consumption/servings_fixture.h"
#include "tests/support/random_seed.h"

namespace milkway::consumption {
namespace {

using ::milkway::testing::IsOk;

// What was counted and not taken away, read from the first line to the last.
class ServingsModel {
 public:
  using Counted = std::pair<uint32_t, Lines>;  // school, lines

  void Add(Counted counted) { standing_.push_back(std::move(counted)); }
  Counted TakeAway(size_t index) {
    std::swap(standing_[index], standing_.back());
    Counted counted = std::move(standing_.back());
    standing_.pop_back();
    return counted;
  }
  size_t size() const { return standing_.size(); }

  template <typename Visit>
  void ForEachLine(LotId lot, uint32_t school_number, Visit visit) const {
    for (const auto& [school, lines] : standing_) {
      for (const DistributionLine& line : lines) {
        if (school == school_number && line.lot == lot) visit(line);
      }
    }
  }
  std::map<int32_t, uint32_t> TimesServed(LotId lot, uint32_t school_number) const {
    std::map<int32_t, uint32_t> times;
    ForEachLine(lot, school_number, [&times](const DistributionLine& line) {
      for (const int32_t student : line.students) ++times[student];
    });
    return times;
  }
  std::pair<int64_t, int64_t> ServingsAndGrams(LotId lot, uint32_t school_number) const {
    int64_t servings = 0;
    int64_t grams = 0;
    ForEachLine(lot, school_number, [&](const DistributionLine& line) {
      for (size_t student = 0; student < line.students.size(); ++student) {
        ++servings;
        grams += line.serving_g;
      }
    });
    return {servings, grams};
  }

 private:
  std::vector<Counted> standing_;
};

class RandomServingsTest : public ServingsTest {
 protected:
  static constexpr uint32_t kSchools = 3;
  static constexpr int64_t kLots = 4;
  static constexpr uint32_t kStudents = 150;

  uint32_t Below(uint32_t end) { return static_cast<uint32_t>(random_()) % end; }

  ServingsModel::Counted RandomLines() {
    ServingsModel::Counted counted{1 + Below(kSchools), {}};
    for (int64_t lot = 1; lot <= kLots; ++lot) {
      if (Below(2) == 0) continue;
      std::set<int32_t> students;
      for (uint32_t draws = Below(40); draws > 0; --draws) {
        students.insert(static_cast<int32_t>(1 + Below(kStudents)));
      }
      counted.second.push_back(
          {LotId{lot}, 1 + Below(50), {students.begin(), students.end()}, Below(2) * int64_t{100}});
    }
    return counted;
  }

  void ExpectTotals(LotId lot, uint32_t school) {
    const auto times = model_.TimesServed(lot, school);
    StudentSet students;
    for (const auto& [student, count] : times) students.push_back(student);
    const rec::ServingTotalsRecord totals = Read(lot, school);
    const auto [servings, grams] = model_.ServingsAndGrams(lot, school);
    ASSERT_THAT(totals, Sums(servings, grams));
    ASSERT_EQ(StudentsOf(totals), students);
  }

  // The answer to a recall of some lots, from the records that stand.
  void ExpectRecall(const std::vector<LotId>& lots) {
    std::map<uint32_t, LotSchoolSums> expected;
    std::map<uint32_t, std::set<int32_t>> children;
    for (const Standing& record : standing_) {
      bool is_counted = false;
      for (const DistributionLine& line : record.lines) {
        if (line.students.empty() || std::find(lots.begin(), lots.end(), line.lot) == lots.end()) {
          continue;
        }
        const auto [place, is_new] = expected.try_emplace(record.place.school_number);
        LotSchoolSums& sums = place->second;
        const LocalDate day = record.place.day;
        sums.first_day = is_new ? day : std::min(sums.first_day, day);
        sums.last_day = is_new ? day : std::max(sums.last_day, day);
        sums.servings += static_cast<int64_t>(line.students.size());
        sums.served_g += line.served_g();
        sums.class_records += is_counted ? 0 : 1;
        is_counted = true;
        children[record.place.school_number].insert(line.students.begin(), line.students.end());
      }
    }
    std::map<uint32_t, LotSchoolSums> found;
    std::optional<uint32_t> after = 0;
    while (after.has_value()) {
      const auto page = FindLotSchools(*store_->NewSnapshot(), lots, *after, /*schools_max=*/1);
      ASSERT_THAT(page, IsOk());
      for (const LotSchoolSums& sums : page->schools) found[sums.school_number] = sums;
      after = page->go_on_after;
    }
    ASSERT_EQ(found.size(), expected.size());
    for (const auto& [school, sums] : expected) {
      ASSERT_EQ(found[school].servings, sums.servings);
      ASSERT_EQ(found[school].served_g, sums.served_g);
      ASSERT_EQ(found[school].class_records, sums.class_records);
      ASSERT_EQ(found[school].first_day, sums.first_day);
      ASSERT_EQ(found[school].last_day, sums.last_day);
      ASSERT_EQ(found[school].children, static_cast<int64_t>(children[school].size()));
      ASSERT_NO_FATAL_FAILURE(ExpectStudents(lots, school));
    }
  }

  void ExpectStudents(const std::vector<LotId>& lots, uint32_t school) {
    std::map<int32_t, int64_t> expected;
    for (const LotId lot : lots) {
      for (const auto& [student, times] : model_.TimesServed(lot, school)) {
        expected[student] += times;
      }
    }
    std::map<int32_t, int64_t> found;
    int32_t after = 0;
    bool has_more = true;
    while (has_more) {
      const auto page = FindLotStudents(*store_->NewSnapshot(), school, lots, after, 17);
      ASSERT_THAT(page, IsOk());
      for (const LotStudentCount& count : page->students) {
        found[count.student_number] = count.servings;
        after = count.student_number;
      }
      has_more = page->has_more;
    }
    ASSERT_EQ(found, expected);
  }

  void ExpectCounts(LotId lot, uint32_t school) {
    std::map<int32_t, uint32_t> stored;
    const absl::Status scanned = ServingCountsTable::Scan(
        *store_->NewSnapshot(), ServingCountsKey::Range(lot.value, school),
        [&stored](const ServingCountsKey::Key& key, const rec::ServingCountsRecord& page) {
          for (int slot = 0; slot < page.counts_size(); ++slot) {
            const int32_t student = static_cast<int32_t>(std::get<2>(key)) * 64 + slot + 1;
            if (page.counts(slot) > 0) stored[student] = page.counts(slot);
          }
          EXPECT_NE(*page.counts().rbegin(), 0u);
          return true;
        });
    ASSERT_THAT(scanned, IsOk());
    ASSERT_EQ(stored, model_.TimesServed(lot, school));
  }

  // Of a random choice of lots and schools.
  void ExpectChildrenReached() {
    std::set<std::pair<uint32_t, int32_t>> expected;
    ChildrenReached children;
    for (uint32_t draws = Below(8); draws > 0; --draws) {
      const LotId lot{1 + Below(kLots)};
      const uint32_t school = 1 + Below(kSchools);
      for (const auto& [student, times] : model_.TimesServed(lot, school)) {
        expected.emplace(school, student);
      }
      ASSERT_THAT(children.Add(school, Read(lot, school)), IsOk());
    }
    ASSERT_EQ(children.count(), static_cast<int64_t>(expected.size()));
  }

  std::mt19937 random_{testing::RandomSeed()};
  ServingsModel model_;
};

TEST_F(RandomServingsTest, SumsAreRightAfterAnyAddingAndTakingAway) {
  for (int round = 0; round < 400; ++round) {
    if (model_.size() > 0 && Below(100) < 48) {
      const auto counted = model_.TakeAway(Below(static_cast<uint32_t>(model_.size())));
      ASSERT_THAT(TakeAway(counted.second, counted.first), IsOk());
    } else {
      const auto counted = RandomLines();
      ASSERT_THAT(Add(counted.second, counted.first), IsOk());
      model_.Add(counted);
    }
    for (int64_t lot = 1; lot <= kLots; ++lot) {
      for (uint32_t school = 1; school <= kSchools; ++school) {
        ASSERT_NO_FATAL_FAILURE(ExpectTotals(LotId{lot}, school)) << "round " << round;
        ASSERT_NO_FATAL_FAILURE(ExpectCounts(LotId{lot}, school)) << "round " << round;
      }
    }
    ASSERT_NO_FATAL_FAILURE(ExpectChildrenReached()) << "round " << round;
    ASSERT_NO_FATAL_FAILURE(ExpectRecall({LotId{1 + Below(kLots)}})) << "round " << round;
    ASSERT_NO_FATAL_FAILURE(ExpectRecall({LotId{1}, LotId{2}, LotId{kLots}})) << "round " << round;
  }
}

TEST_F(RandomServingsTest, NothingIsLeftWhenAllIsTakenAway) {
  for (int round = 0; round < 60; ++round) {
    const auto counted = RandomLines();
    ASSERT_THAT(Add(counted.second, counted.first), IsOk());
    model_.Add(counted);
  }

  while (model_.size() > 0) {
    const auto counted = model_.TakeAway(Below(static_cast<uint32_t>(model_.size())));
    ASSERT_THAT(TakeAway(counted.second, counted.first), IsOk());
  }

  for (int64_t lot = 1; lot <= kLots; ++lot) {
    for (uint32_t school = 1; school <= kSchools; ++school) {
      ExpectTotals(LotId{lot}, school);
      ExpectCounts(LotId{lot}, school);
    }
  }
}

}  // namespace
}  // namespace milkway::consumption
