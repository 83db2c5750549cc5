#include <algorithm>
#include <set>

#include "tests/impact/impact_world.h"

namespace milkway::impact {

namespace {

using ::milkway::testing::IsOk;

// So few that a gift's pairs are cut in several pieces.
constexpr size_t kPairsAtOnce = kLotsMax;

}  // namespace

void World::CheckMoney(size_t gift, size_t lot) {
  const auto record = ReadGift(reader(), GiftId(gift));
  ASSERT_THAT(record, IsOk());
  EXPECT_EQ(record->allocated_minor(), model_.AllocatedMinor(gift));
  EXPECT_EQ(record->base_allocated_minor(), model_.AllocatedWorth(gift));
  EXPECT_LE(record->allocated_minor(), record->amount_minor());
  EXPECT_LE(record->base_allocated_minor(), record->base_minor());
  if (record->allocated_minor() == record->amount_minor()) {
    EXPECT_EQ(record->base_allocated_minor(), record->base_minor());
  }
  const ImpactModel::Lot& books = model_.lots[lot];
  EXPECT_LE(model_.PaidMinor(lot), books.cost_minor);
  EXPECT_LE(model_.BoughtG(lot), books.weight_g);
  const bool is_paid_out = books.cost_minor > 0 && model_.PaidMinor(lot) == books.cost_minor;
  if (is_paid_out) {
    EXPECT_EQ(model_.BoughtG(lot), books.weight_g);
  }
}

void World::CheckLot(size_t lot) {
  std::vector<LotShare> shares;
  std::map<std::string, SchoolShare> sums;
  for (size_t gift = 0; gift < model_.gifts.size(); ++gift) {
    const auto row = GiftLotTable::Find(reader(), GiftId(gift), LotIdOf(lot).value);
    ASSERT_THAT(row, IsOk());
    const int64_t funded_g = row->has_value() ? (*row)->bought_g() : 0;
    EXPECT_EQ(funded_g, model_.FundedG(gift, lot));
    const auto parts = PartsOfGift(reader(), GiftId(gift));
    ASSERT_THAT(parts, IsOk());
    rec::LotRecord record;
    record.set_bought_g(model_.BoughtG(lot));
    FundedLot funded = {LotIdOf(lot), funded_g, record, {}};
    for (const FundedLot& part : *parts) {
      if (part.id == LotIdOf(lot)) funded.runs = part.runs;
    }
    GiftImpact impact = StartImpact(GiftId(gift), {}, {funded});
    LotShare& share = impact.lots[0];
    ASSERT_THAT(AddGrams(BooksOf(lot), &share), IsOk());
    for (const LotAtSchool& pair : PairsWithServings(impact)) {
      AddServings(pair, model_.Servings(lot, share.schools[pair.school].school_id), &impact);
    }
    CheckShare(gift, lot, share);
    for (const SchoolShare& school : share.schools) {
      sums[school.school_id].served_g += school.served_g;
      sums[school.school_id].servings += school.servings;
    }
    shares.push_back(std::move(share));
  }
  for (const auto& [school, sum] : sums) {
    EXPECT_LE(sum.served_g, model_.ServedG(lot, school));
    EXPECT_LE(sum.servings, model_.Servings(lot, school));
  }
  shares_[lot] = std::move(shares);
}

void World::CheckShare(size_t gift, size_t lot, const LotShare& share) {
  EXPECT_EQ(share.served_g + share.lost_g + share.remaining_g, share.funded_g);
  EXPECT_GE(share.remaining_g, 0);
  EXPECT_EQ(share.lost_g, model_.ShareOf(gift, lot, model_.NetLostG(lot)));
  EXPECT_EQ(share.schools.size(), model_.SchoolsOf(lot).size());
  int64_t served_g = 0;
  int64_t servings = 0;
  for (const SchoolShare& school : share.schools) {
    EXPECT_EQ(school.served_g, model_.ShareOf(gift, lot, model_.ServedG(lot, school.school_id)));
    EXPECT_EQ(school.servings, model_.ShareOf(gift, lot, model_.Servings(lot, school.school_id)));
    served_g += school.served_g;
    servings += school.servings;
  }
  EXPECT_EQ(share.served_g, served_g);
  EXPECT_EQ(share.servings, servings);
}

void World::ExpectNothingFell(const std::vector<LotShare>& before,
                              const std::vector<LotShare>& after) {
  for (size_t gift = 0; gift < before.size(); ++gift) {
    std::map<std::string, SchoolShare> now;
    for (const SchoolShare& school : after[gift].schools) now[school.school_id] = school;
    for (const SchoolShare& school : before[gift].schools) {
      EXPECT_GE(now[school.school_id].served_g, school.served_g);
      EXPECT_GE(now[school.school_id].servings, school.servings);
    }
    EXPECT_GE(after[gift].served_g, before[gift].served_g);
    EXPECT_GE(after[gift].servings, before[gift].servings);
    EXPECT_EQ(after[gift].lost_g, before[gift].lost_g);
  }
}

GiftImpact World::ImpactOf(size_t gift) {
  const auto record = ReadGift(reader(), GiftId(gift));
  const auto lots = LotsOfGift(reader(), GiftId(gift));
  EXPECT_THAT(record, IsOk());
  EXPECT_THAT(lots, IsOk());
  GiftImpact impact = StartImpact(GiftId(gift), *record, *lots);
  for (LotShare& share : impact.lots) {
    EXPECT_THAT(AddGrams(BooksOf(IndexOf(share.lot)), &share), IsOk());
  }
  const std::vector<LotAtSchool> pairs = PairsWithServings(impact);
  for (const LotAtSchool& pair : pairs) {
    const LotShare& share = impact.lots[pair.lot];
    const std::string& school = share.schools[pair.school].school_id;
    AddServings(pair, model_.Servings(IndexOf(share.lot), school), &impact);
  }
  size_t begin = 0;
  for (const size_t end : CutBetweenSchools(impact, pairs, kPairsAtOnce)) {
    impact.children += ChildrenBehind(impact, pairs, begin, end);
    begin = end;
  }
  return impact;
}

void World::CheckGift(size_t gift) {
  const GiftImpact impact = ImpactOf(gift);
  std::set<int64_t> lots;
  for (const ImpactModel::Allocation& allocation : model_.allocations) {
    if (allocation.gift == gift) lots.insert(LotIdOf(allocation.lot).value);
  }
  ASSERT_EQ(impact.lots.size(), lots.size());
  size_t index = 0;
  for (const int64_t lot : lots) EXPECT_EQ(impact.lots[index++].lot, LotId{lot});
  CheckSums(gift, SumUp(impact));
}

void World::CheckSums(size_t gift, const ImpactSums& sums) {
  Wide protein = 0;
  Wide calcium = 0;
  Wide energy = 0;
  int64_t served_g = 0;
  int64_t servings = 0;
  for (size_t lot = 0; lot < model_.lots.size(); ++lot) {
    for (const std::string& school : model_.SchoolsOf(lot)) {
      const int64_t grams = model_.ShareOf(gift, lot, model_.ServedG(lot, school));
      const Label& label = model_.lots[lot].label;
      protein += static_cast<Wide>(grams) * static_cast<Wide>(label.protein_mg_100g);
      calcium += static_cast<Wide>(grams) * static_cast<Wide>(label.calcium_ug_100g);
      energy += static_cast<Wide>(grams) * static_cast<Wide>(label.energy_j_100g);
      served_g += grams;
      servings += model_.ShareOf(gift, lot, model_.Servings(lot, school));
    }
  }
  EXPECT_EQ(sums.served_g, served_g);
  EXPECT_EQ(sums.servings, servings);
  EXPECT_EQ(sums.protein_mg, static_cast<int64_t>(DivideDown(protein, 100)));
  EXPECT_EQ(sums.calcium_mg, static_cast<int64_t>(DivideDown(calcium, 100'000)));
  EXPECT_EQ(sums.energy_kj, static_cast<int64_t>(DivideDown(energy, 100'000)));
  const int64_t children = std::min(model_.ChildrenOf(gift), servings);
  EXPECT_EQ(sums.children_reached.value_or(0), children < 10 ? 0 : children);
  ++tally_[children < 10 ? "gifts with few children" : "gifts with their children told"];
}

int64_t World::ChildrenBehind(const GiftImpact& impact, const std::vector<LotAtSchool>& pairs,
                              size_t begin, size_t end) {
  std::set<std::pair<std::string, int>> children;
  for (size_t index = begin; index < end; ++index) {
    const LotShare& share = impact.lots[pairs[index].lot];
    const std::string& school = share.schools[pairs[index].school].school_id;
    for (const ImpactModel::Served& record : model_.served) {
      const bool counts =
          record.stands && LotIdOf(record.lot) == share.lot && record.school == school;
      if (!counts) continue;
      for (const int child : record.children) children.emplace(school, child);
    }
  }
  return static_cast<int64_t>(children.size());
}

BooksOfLot World::BooksOf(size_t lot) {
  const ImpactModel::Lot& from = model_.lots[lot];
  BooksOfLot books;
  books.lot = LotIdOf(lot);
  books.books = {from.weight_g, from.found_g, from.damaged_g, from.lost_g, from.destroyed_g, 0};
  for (const std::string& school : model_.SchoolsOf(lot)) {
    books.schools.push_back({school, model_.ServedG(lot, school)});
    books.books.served_g += books.schools.back().served_g;
  }
  return books;
}

}  // namespace milkway::impact
