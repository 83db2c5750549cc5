// A store with sums of servings, for tests that add records and take them away.

#ifndef MILKWAY_TESTS_CONSUMPTION_SERVINGS_FIXTURE_H_
#define MILKWAY_TESTS_CONSUMPTION_SERVINGS_FIXTURE_H_

#include <algorithm>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "services/consumption/servings.h"
#include "tests/consumption/consumption_fixture.h"

namespace milkway::consumption {

using Lines = std::vector<DistributionLine>;

class ServingsTest : public ::testing::Test {
 protected:
  absl::Status Count(const Lines& lines, Direction direction, uint32_t school_number = 1) {
    const RecordPlace place = direction == Direction::kAdd ? PlaceFor(lines, school_number)
                                                           : TakePlace(lines, school_number);
    return testing::Transact(*store_, [&](storage::Transaction& transaction) {
      return CountServings(transaction, place, lines, direction);
    });
  }
  absl::Status Add(const Lines& lines, uint32_t school_number = 1) {
    return Count(lines, Direction::kAdd, school_number);
  }
  absl::Status TakeAway(const Lines& lines, uint32_t school_number = 1) {
    return Count(lines, Direction::kTakeAway, school_number);
  }

  rec::ServingTotalsRecord Read(LotId lot, uint32_t school_number = 1) {
    const auto servings = ReadServings(*store_->NewSnapshot(), lot, school_number);
    EXPECT_THAT(servings, testing::IsOk());
    return servings.value_or(rec::ServingTotalsRecord());
  }
  // How often the students of a page were served from the lot; empty: no row.
  std::vector<uint32_t> Page(uint32_t page) {
    const auto record = ServingCountsTable::Find(*store_->NewSnapshot(), kLot.value, 1u, page);
    EXPECT_THAT(record, testing::IsOk());
    if (!record.ok() || !record->has_value()) return {};
    return {(*record)->counts().begin(), (*record)->counts().end()};
  }

  // Records that stand.
  struct Standing {
    RecordPlace place;
    Lines lines;
  };

  testing::MemoryStore store_;
  std::vector<Standing> standing_;

 private:
  static bool IsSame(const Lines& a, const Lines& b) {
    return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](const auto& x, const auto& y) {
      return x.lot == y.lot && x.serving_g == y.serving_g && x.students == y.students;
    });
  }
  // A new record, on one of some days.
  RecordPlace PlaceFor(const Lines& lines, uint32_t school_number) {
    ++last_id_;
    const int day = 1 + static_cast<int>(last_id_ * 7 % 23);
    standing_.push_back(
        {{school_number, June(day), "3A", absl::StrCat(last_id_), last_id_}, lines});
    return standing_.back().place;
  }
  // The record of these lines.
  RecordPlace TakePlace(const Lines& lines, uint32_t school_number) {
    const auto found =
        std::find_if(standing_.begin(), standing_.end(), [&](const Standing& record) {
          return record.place.school_number == school_number && IsSame(record.lines, lines);
        });
    if (found == standing_.end()) return {school_number, June(30), "3A", "none", 0};
    const RecordPlace place = found->place;
    standing_.erase(found);
    return place;
  }

  int64_t last_id_ = 0;
};

}  // namespace milkway::consumption

#endif  // MILKWAY_TESTS_CONSUMPTION_SERVINGS_FIXTURE_H_
