// Everything that was ever published of random programmes, taken together as a system of
// equations: no class day of fewer than 10 children follows from it, and no two
// publications differ by what fewer than 10 children drank.

#include <algorithm>
#include <cstdint>
#include <map>
#include <random>
#include <set>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "absl/strings/str_cat.h"
#include "clients/verify/gift_leaves.h"
#include "clients/verify/leaf.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "milkway/consumption/v1/distributions.grpc.pb.h"
#include "milkway/inventory/v1/log.grpc.pb.h"
#include "tests/impact/statements_world.h"
#include "tests/support/random_seed.h"
#include "tests/support/status_matchers.h"

namespace milkway::impact {
namespace {

using ::milkway::testing::IsOk;
namespace con = consumption::v1;
namespace inv = inventory::v1;

constexpr int kProgrammes = 15;
constexpr int kWeeks = 6;
constexpr int kFew = 10;

// Equations between class days, modulo a prime: what follows from them over the
// rationals follows modulo nearly every prime.
class Equations {
 public:
  static constexpr int64_t kPrime = 2'147'483'647;
  using Row = std::vector<int64_t>;

  explicit Equations(size_t unknowns) : unknowns_(unknowns) {}

  void Add(Row row) {
    Reduce(&row);
    const auto lead = std::find_if(row.begin(), row.end(), [](int64_t x) { return x != 0; });
    if (lead == row.end()) return;
    const int64_t inverse = Power(*lead, kPrime - 2);
    for (int64_t& x : row) x = x * inverse % kPrime;
    rows_.emplace(static_cast<size_t>(lead - row.begin()), std::move(row));
  }

  // Whether the value of an unknown follows.
  bool Determines(size_t unknown) const {
    Row row(unknowns_);
    row[unknown] = 1;
    Reduce(&row);
    return std::all_of(row.begin(), row.end(), [](int64_t x) { return x == 0; });
  }

 private:
  static int64_t Power(int64_t base, int64_t exponent) {
    int64_t power = 1;
    for (; exponent > 0; exponent /= 2, base = base * base % kPrime) {
      if (exponent % 2 == 1) power = power * base % kPrime;
    }
    return power;
  }

  void Reduce(Row* row) const {
    for (const auto& [lead, other] : rows_) {
      const int64_t times = (*row)[lead];
      if (times == 0) continue;
      for (size_t place = lead; place < row->size(); ++place) {
        (*row)[place] = ((*row)[place] + (kPrime - times) * other[place]) % kPrime;
      }
    }
  }

  const size_t unknowns_;
  std::map<size_t, Row> rows_;  // by their leading unknown
};

TEST(EquationsTest, WhatFollowsIsFound) {
  Equations equations(3);
  equations.Add({1, 1, 1});
  equations.Add({0, 1, 1});
  EXPECT_TRUE(equations.Determines(0));
  EXPECT_FALSE(equations.Determines(1));
  equations.Add({0, 1, Equations::kPrime - 1});
  EXPECT_TRUE(equations.Determines(1));
  EXPECT_TRUE(equations.Determines(2));
}

using Pair = std::pair<int64_t, std::string>;  // lot and school

struct ClassDay {
  Pair pair;
  std::string class_name;
  int first = 0;
  int last = 0;
  int day = 0;
  bool stands = true;

  int children() const { return last - first + 1; }
};

class RandomPublications : public StatementsWorld {
 public:
  explicit RandomPublications(uint32_t seed) : random_(seed) {
    programme().AddPlace("depot", inv::LOCATION_KIND_WAREHOUSE);
    programme().AddSchool("east", 40);
    programme().AddSchool("hill", 12);
    for (const char* number : {"L1", "L2"}) {
      const int64_t lot = programme().Buy(number, 60, "depot");
      lots_.push_back(lot);
      for (const char* school : {"east", "hill"}) {
        const std::string shipment = absl::StrCat("S-", lot, "-", school);
        programme().Send(shipment, "depot", school, lot, 20, 2);
        programme().Receive(shipment, lot, 20, 0, 0, 3);
      }
      EXPECT_THAT(GiveMoney(absl::StrCat("gift-", number), 20'000), IsOk());
      EXPECT_THAT(Allocate(absl::StrCat("gift-", number), lot, 20'000), IsOk());
    }
  }

  void Run() {
    for (int64_t week = 1; week <= kWeeks; ++week) {
      for (int step = Upto(4); step > 0; --step) Step();
      AWeekPasses();
      ASSERT_THAT(Publish(), IsOk());
      at_publication_.push_back(days_);
    }
    Solve(Told());
  }

 private:
  struct Statement {
    int64_t publication = 0;
    Pair pair;
    int64_t servings = 0;
  };

  int Upto(int most) { return std::uniform_int_distribution<int>(1, most)(random_); }

  void Step() {
    if (!days_.empty() && Upto(5) == 1) {
      ClassDay& day = days_[static_cast<size_t>(Upto(static_cast<int>(days_.size()))) - 1];
      if (day.stands) Withdraw(&day);
      return;
    }
    ClassDay day;
    const bool is_large = Upto(2) == 1;
    day.pair = {lots_[static_cast<size_t>(Upto(2)) - 1], is_large ? "east" : "hill"};
    const int children = is_large ? 40 : 12;
    day.first = Upto(children);
    day.last = std::min(children, day.first + Upto(Upto(2) == 1 ? 3 : 25) - 1);
    day.class_name = absl::StrCat("c", days_.size());
    day.day = 4 + Upto(15);
    programme().Serve(day.pair.second, day.class_name, day.pair.first, day.first, day.last,
                      day.day);
    days_.push_back(day);
  }

  void Withdraw(ClassDay* day) {
    con::ListDistributionsRequest list;
    list.set_school_id(day->pair.second);
    list.set_class_name(day->class_name);
    const auto records = programme().Call(&con::DistributionService::Stub::ListDistributions, list);
    ASSERT_THAT(records, IsOk());
    ASSERT_EQ(records->distributions_size(), 1);
    con::CorrectDistributionRequest request;
    request.set_request_id(programme().NextRequestId());
    request.set_school_id(day->pair.second);
    request.set_distribution_id(records->distributions(0).distribution_id());
    request.set_reason("never happened");
    ASSERT_THAT(programme().Call(&con::DistributionService::Stub::CorrectDistribution, request),
                IsOk());
    day->stands = false;
  }

  // Every statement of a lot at a school, from the log.
  std::vector<Statement> Told() {
    inv::ListLeavesRequest request;
    request.set_page_size(1000);
    const auto page = programme().Call(&inv::LogService::Stub::ListLeaves, request);
    EXPECT_THAT(page, IsOk());
    std::vector<Statement> told;
    for (const inv::Leaf& leaf : page->leaves()) {
      if (leaf.kind() != inv::LEAF_KIND_STATEMENT) continue;
      const auto statement = proof::ParseStatement(leaf.canonical());
      EXPECT_THAT(statement, IsOk());
      const auto* served = std::get_if<proof::ServedStatement>(&*statement);
      if (served == nullptr) continue;
      told.push_back({served->publication, {served->lot_id, served->school_id}, served->servings});
    }
    return told;
  }

  // How often each child drank of a lot at a school, as it stood at a publication.
  std::map<int, int> Cups(const Pair& pair, int64_t publication) const {
    std::map<int, int> cups;
    if (publication == 0) return cups;
    for (const ClassDay& day : at_publication_[static_cast<size_t>(publication) - 1]) {
      if (!day.stands || day.pair != pair) continue;
      for (int child = day.first; child <= day.last; ++child) ++cups[child];
    }
    return cups;
  }

  void Solve(const std::vector<Statement>& told) {
    Equations equations(days_.size());
    std::map<Pair, int64_t> before;
    std::set<Pair> in_tens;
    for (const Statement& statement : told) {
      Equations::Row row(days_.size());
      int64_t servings = 0;
      const auto& days = at_publication_[static_cast<size_t>(statement.publication) - 1];
      for (size_t day = 0; day < days.size(); ++day) {
        if (!days[day].stands || days[day].pair != statement.pair) continue;
        row[day] = 1;
        servings += days[day].children();
      }
      if (SomebodyDrankLess(statement, before[statement.pair])) in_tens.insert(statement.pair);
      if (in_tens.contains(statement.pair)) {
        // Rounded down by what nobody knows: no equation.
        EXPECT_EQ(statement.servings, servings - servings % 10);
      } else {
        EXPECT_EQ(statement.servings, servings);
        equations.Add(std::move(row));
      }
      ExpectManyBehind(statement, before[statement.pair]);
      before[statement.pair] = statement.publication;
    }
    for (size_t day = 0; day < days_.size(); ++day) {
      if (days_[day].children() >= kFew) continue;
      EXPECT_FALSE(equations.Determines(day))
          << days_[day].children() << " children of class day " << day;
    }
  }

  bool SomebodyDrankLess(const Statement& statement, int64_t publication_before) const {
    std::map<int, int> now = Cups(statement.pair, statement.publication);
    for (const auto& [child, cups] : Cups(statement.pair, publication_before)) {
      if (now[child] < cups) return true;
    }
    return false;
  }

  // The children whose cups differ between two statements of a pair that follow on each
  // other: who joins alone is never seen.
  void ExpectManyBehind(const Statement& statement, int64_t publication_before) const {
    const std::map<int, int> now = Cups(statement.pair, statement.publication);
    const std::map<int, int> before = Cups(statement.pair, publication_before);
    std::set<int> changed;
    for (const auto& [child, cups] : now) {
      const auto known = before.find(child);
      if (known == before.end() || known->second != cups) changed.insert(child);
    }
    for (const auto& [child, cups] : before) {
      if (!now.contains(child)) changed.insert(child);
    }
    EXPECT_GE(changed.size(), size_t{kFew});
    EXPECT_TRUE(now.empty() || now.size() >= size_t{kFew});
  }

  std::mt19937 random_;
  std::vector<int64_t> lots_;
  std::vector<ClassDay> days_;
  std::vector<std::vector<ClassDay>> at_publication_;
};

TEST(PrivacyRandomTest, NoClassDayOfFewFollowsFromEverythingPublished) {
  const uint32_t seed = milkway::testing::RandomSeed();
  for (int programme = 0; programme < kProgrammes; ++programme) {
    SCOPED_TRACE(absl::StrCat("programme ", programme));
    RandomPublications(seed + static_cast<uint32_t>(programme)).Run();
    if (::testing::Test::HasFailure()) return;
  }
}

}  // namespace
}  // namespace milkway::impact
