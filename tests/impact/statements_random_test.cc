// Random programmes, published every week: what is told adds up, is never more than what
// happened, stays as it was told, and is proven.

#include <algorithm>
#include <cstdlib>
#include <map>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "clients/verify/gift_leaves.h"
#include "clients/verify/leaf.h"
#include "clients/verify/verify_proof.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/impact/statements_world.h"
#include "tests/support/random_seed.h"
#include "tests/support/status_matchers.h"

namespace milkway::impact {
namespace {

using ::milkway::testing::IsOk;
using ::testing::IsEmpty;
namespace inv = inventory::v1;

constexpr int kWeeks = 5;
constexpr int kStepsOfAWeek = 14;

struct School {
  std::string id;
  int children = 0;
};

class RandomStatements : public StatementsWorld {
 public:
  explicit RandomStatements(uint32_t seed) : random_(seed) {
    programme().AddPlace("depot", inv::LOCATION_KIND_WAREHOUSE);
    for (const School& school : schools_) programme().AddSchool(school.id, school.children);
    for (const char* number : {"L1", "L2"}) {
      const int64_t lot = programme().Buy(number, 60, "depot");
      lots_.push_back(lot);
      for (const School& school : schools_) {
        const std::string shipment = absl::StrCat("S-", lot, "-", school.id);
        programme().Send(shipment, "depot", school.id, lot, 15, 2);
        programme().Receive(shipment, lot, 13, 1, 1, 3);
      }
    }
  }

  void Run() {
    for (int week = 1; week <= kWeeks; ++week) {
      for (int step = 0; step < kStepsOfAWeek; ++step) Step();
      AWeekPasses();
      ASSERT_THAT(Publish(), IsOk());
      for (const std::string& gift_id : gifts_) CheckGift(gift_id, week);
      CheckSums();
      fell_ = false;
    }
    for (const auto& [key, statement] : told_) {
      EXPECT_EQ(Statement(key.first, key.second).SerializeAsString(), statement)
          << key.first << " in publication " << key.second;
    }
    EXPECT_THAT(Audit().differences, IsEmpty());
  }

 private:
  int Upto(int most) { return std::uniform_int_distribution<int>(1, most)(random_); }
  template <typename T>
  const T& OneOf(const std::vector<T>& things) {
    return things[static_cast<size_t>(Upto(static_cast<int>(things.size()))) - 1];
  }

  // What the rules refuse is refused: that is tested elsewhere.
  void Step() {
    const int64_t lot = OneOf(lots_);
    const School& school = OneOf(schools_);
    switch (Upto(12)) {
      case 1: {
        const std::string gift_id = absl::StrCat("gift-", gifts_.size());
        if (GiveMoney(gift_id, Upto(50'000), Upto(2) == 1 ? school.id : "").ok()) {
          gifts_.push_back(gift_id);
        }
        return;
      }
      case 2: {
        const std::string gift_id = absl::StrCat("gift-", gifts_.size());
        if (GiveMilk(gift_id, lot, Upto(3'000)).ok()) gifts_.push_back(gift_id);
        return;
      }
      case 3:
        (void)SetAside(lot, school.id, Upto(6'000));
        return;
      case 4:
        if (!gifts_.empty()) (void)ChargeFee(OneOf(gifts_), Upto(500));
        return;
      case 5:
        if (!gifts_.empty()) (void)Refund(OneOf(gifts_), Upto(500));
        return;
      case 6:
        if (Upto(4) > 1) return;
        fell_ = true;
        (void)SendBack(lot, OneOf(schools_).id, Upto(3'000), 20 + Upto(5));
        return;
      case 7:
        (void)AddCost(lot, Upto(2) == 1 ? inv::COST_KIND_FREIGHT : inv::COST_KIND_CREDIT,
                      Upto(9'000));
        return;
      case 8:
      case 9:
        if (!gifts_.empty()) (void)Allocate(OneOf(gifts_), lot, Upto(20'000));
        return;
      default:
        Serve(school, lot);
    }
  }

  void Serve(const School& school, int64_t lot) {
    const int first = Upto(school.children);
    const int last = std::min(school.children, first + Upto(30) - 1);
    const int64_t grams = int64_t{25} * (last - first + 1);
    int64_t& left_g = left_g_.try_emplace({lot, school.id}, 8'000).first->second;
    if (left_g < grams) return;
    left_g -= grams;
    // A class of its own, so that a child may drink twice.
    programme().Serve(school.id, absl::StrCat("c", ++last_class_), lot, first, last, 4 + Upto(15));
    served_g_[{lot, school.id}] += grams;
  }

  void CheckGift(const std::string& gift_id, int week) {
    SCOPED_TRACE(absl::StrCat(gift_id, " in week ", week));
    const v1::GiftStatement told = Statement(gift_id);
    const v1::GiftImpact live = Live(gift_id);
    EXPECT_EQ(told.allocated().minor_units(), live.allocated().minor_units());
    EXPECT_EQ(told.fees().minor_units(), live.fees().minor_units());
    EXPECT_EQ(told.refunded().minor_units(), live.refunded().minor_units());
    EXPECT_EQ(told.unspent().minor_units(), live.unspent().minor_units());
    EXPECT_EQ(told.refund_due().minor_units(), live.refund_due().minor_units());
    ASSERT_EQ(told.lots_size(), live.lots_size());
    for (int place = 0; place < told.lots_size(); ++place) {
      const v1::LotShare& lot = told.lots(place);
      EXPECT_EQ(lot.funded_g(), live.lots(place).funded_g());
      EXPECT_EQ(lot.returned_g(), live.lots(place).returned_g());
      EXPECT_GE(lot.remaining_g(), 0);
      EXPECT_EQ(lot.served_g() + lot.lost_g() + lot.returned_g() + lot.remaining_g(),
                lot.funded_g());
      for (const v1::SchoolShare& school : lot.schools()) {
        shares_[{lot.lot_id(), school.school_id()}] += school.served_g();
      }
    }
    if (!fell_ && told.served_g() < last_served_g_[gift_id]) {
      ADD_FAILURE() << told.served_g() << " g, and " << last_served_g_[gift_id] << " g before";
    }
    last_served_g_[gift_id] = told.served_g();
    told_[{gift_id, told.publication().publication()}] = told.SerializeAsString();
    const proof::ProofFile file = Proof(gift_id);
    EXPECT_THAT(proof::VerifyProof(proof::FormatProof(file), {file.log_key, ""}), IsOk());
    Learn(file);
  }

  // What is told of lots at schools.
  void Learn(const proof::ProofFile& file) {
    for (const proof::ProvenLeaf& leaf : file.leaves) {
      if (proof::KindOf(leaf.opening) != proof::LeafKind::kStatement) continue;
      const auto statement = proof::ParseStatement(leaf.opening.canonical);
      ASSERT_THAT(statement, IsOk());
      if (const auto* served = std::get_if<proof::ServedStatement>(&*statement)) {
        told_g_[{served->lot_id, served->school_id}] = served->served_g;
      }
    }
  }

  // All gifts together are told no more than was told of the lot, and that no more than
  // was served.
  void CheckSums() {
    for (const auto& [pair, share_g] : shares_) {
      EXPECT_LE(share_g, told_g_[pair]) << pair.second;
      EXPECT_LE(told_g_[pair], served_g_[pair]) << pair.second;
    }
    shares_.clear();
  }

  using Pair = std::pair<int64_t, std::string>;  // lot and school

  std::mt19937 random_;
  const std::vector<School> schools_ = {{"east", 40}, {"west", 30}, {"hill", 9}};
  std::vector<int64_t> lots_;
  std::vector<std::string> gifts_;
  std::map<Pair, int64_t> left_g_;
  std::map<Pair, int64_t> served_g_;
  std::map<Pair, int64_t> told_g_;
  std::map<Pair, int64_t> shares_;
  std::map<std::string, int64_t> last_served_g_;
  std::map<std::pair<std::string, int64_t>, std::string> told_;
  int last_class_ = 0;
  bool fell_ = false;  // something was done after which figures may fall
};

int Programmes() {
  const char* wanted = std::getenv("MILKWAY_RANDOM_STATEMENTS");
  int programmes = 0;
  return wanted != nullptr && absl::SimpleAtoi(wanted, &programmes) ? programmes : 25;
}

TEST(StatementsRandomTest, WhatIsToldAddsUpAndStaysAndIsProven) {
  const uint32_t seed = milkway::testing::RandomSeed();
  for (int programme = 0; programme < Programmes(); ++programme) {
    SCOPED_TRACE(absl::StrCat("programme ", programme, " of seed ", seed));
    RandomStatements(seed + static_cast<uint32_t>(programme)).Run();
    if (::testing::Test::HasFailure()) return;
  }
}

}  // namespace
}  // namespace milkway::impact
