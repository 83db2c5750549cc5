// A small random world of gifts: the real thing and a model beside it, with the same
// steps taken on both.

#ifndef MILKWAY_TESTS_IMPACT_IMPACT_WORLD_H_
#define MILKWAY_TESTS_IMPACT_IMPACT_WORLD_H_

#include <cstdint>
#include <map>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "services/impact/gift_impact.h"
#include "tests/impact/impact_fixture.h"
#include "tests/impact/impact_model.h"

namespace milkway::impact {

inline constexpr size_t kLotsMax = 8;

// What the steps came to, by name.
using Tally = std::map<std::string, int64_t>;

class World : public ImpactTest {
 public:
  // A world of single grams and cents, of usual ones, or at the upper limits.
  World(uint64_t seed, Tally* tally);
  void TestBody() override {}

  // Takes `steps` steps, looking at what each touched, and at last at every gift.
  // Stops at the first failure and shows what led to it.
  void Run(int64_t steps);

 private:
  // Steps: impact_world.cc.
  void Step();
  void AddGift();
  void AddLot();
  void AddFreight();
  void Allocate();
  void RepeatAllocation();
  void Serve();
  void CorrectServing();
  void FindGrams();
  void MoveGrams();
  int64_t Amount(size_t gift, size_t lot);
  int64_t PaysOut(size_t gift, size_t lot);

  // Checks: impact_world_checks.cc.
  // Both sides of an allocation add up to what the model's list does.
  void CheckMoney(size_t gift, size_t lot);
  // Every gift's share of the lot is what the model says, and all of them together are
  // not more than there was. Keeps the shares in shares_.
  void CheckLot(size_t lot);
  void CheckShare(size_t gift, size_t lot, const LotShare& share);
  void ExpectNothingFell(const std::vector<LotShare>& before, const std::vector<LotShare>& after);
  // The whole of a gift: its lots, nutrients and children.
  void CheckGift(size_t gift);
  void CheckSums(size_t gift, const ImpactSums& sums);
  GiftImpact ImpactOf(size_t gift);
  // What consumption would answer for a piece of the pairs.
  int64_t ChildrenBehind(const GiftImpact& impact, const std::vector<LotAtSchool>& pairs,
                         size_t begin, size_t end);
  BooksOfLot BooksOf(size_t lot);

  LotFacts FactsOf(size_t lot);
  template <typename Result>
  void ExpectRefusal(const Result& result, const std::string& reason) {
    EXPECT_THAT(result, testing::IsRefusal(reason));
    ++tally_[reason];
  }
  template <typename... Parts>
  void Say(const Parts&... parts) {
    said_.push_back(absl::StrCat(parts...));
  }

  static std::string GiftId(size_t gift) { return absl::StrCat("G-", gift); }
  static LotId LotIdOf(size_t lot) { return LotId{static_cast<int64_t>(lot) + 1}; }
  static size_t IndexOf(LotId lot) { return static_cast<size_t>(lot.value - 1); }
  // One of `count` things.
  size_t AnyOf(size_t count) { return static_cast<size_t>(Upto(static_cast<int64_t>(count)) - 1); }
  // 1 to `last`.
  int64_t Upto(int64_t last) { return std::uniform_int_distribution<int64_t>(1, last)(random_); }
  bool OneIn(int64_t times) { return Upto(times) == 1; }

  std::mt19937_64 random_;
  Tally& tally_;
  int64_t grams_max_ = 0;
  int64_t minor_max_ = 0;
  ImpactModel model_;
  int64_t last_allocation_ = 0;
  // Allocations that were made, in the order of the model's.
  std::vector<std::pair<std::string, rec::AllocationRecord>> made_;
  std::vector<std::vector<LotShare>> shares_;  // by lot and gift, as last checked
  std::vector<std::string> said_;
};

}  // namespace milkway::impact

#endif  // MILKWAY_TESTS_IMPACT_IMPACT_WORLD_H_
