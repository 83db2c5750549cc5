#include <algorithm>
#include <map>

#include "gtest/gtest.h"
#include "services/impact/allocations.h"
#include "services/impact/events.h"
#include "services/impact/gifts.h"
#include "services/impact/many_gifts.h"
#include "tests/impact/random_programme.h"
#include "tests/support/status_matchers.h"

namespace milkway::impact {

using ::milkway::testing::IsOk;

void RandomProgramme::CheckAll() {
  for (size_t gift = 0; gift < model_.gifts.size(); ++gift) CheckMoney(gift);
  const Shares shares = CheckShares();
  CheckDonor(shares);
  CheckProgramme();
}

void RandomProgramme::CheckMoney(size_t gift) {
  const auto record = ReadGift(transaction_, GiftId(gift));
  ASSERT_THAT(record, IsOk());
  EXPECT_EQ(record->allocated_minor(), model_.SpentAs(gift, 'A'));
  EXPECT_EQ(record->fees_minor(), model_.SpentAs(gift, 'F'));
  EXPECT_EQ(record->refunded_minor(), model_.SpentAs(gift, 'R'));
  EXPECT_EQ(record->base_allocated_minor(), model_.WorthAs(gift, 'A'));
  EXPECT_EQ(record->base_fees_minor(), model_.WorthAs(gift, 'F'));
  EXPECT_EQ(record->base_refunded_minor(), model_.WorthAs(gift, 'R'));
  EXPECT_EQ(record->base_minor(), model_.InBase(gift, model_.gifts[gift].amount_minor));
  EXPECT_GE(LeftMinor(*record), 0);
  const GiftMoney money = MoneyOf(*record);
  EXPECT_GE(money.UnspentMinor(), 0);
  // gift = allocated + unspent + fees + refunded, at every moment.
  EXPECT_EQ(record->amount_minor(), record->allocated_minor() + LeftMinor(*record) +
                                        record->fees_minor() + record->refunded_minor());
  if (LeftMinor(*record) == 0) {
    EXPECT_EQ(money.UnspentMinor(), 0);
  }
}

void RandomProgramme::Complete(GiftImpact* impact) {
  for (LotShare& lot : impact->lots) {
    ASSERT_THAT(AddGrams(BooksOf(static_cast<size_t>(lot.lot.value - 1)), &lot), IsOk());
  }
  for (const LotAtSchool& pair : PairsWithServings(*impact)) {
    const LotShare& lot = impact->lots[pair.lot];
    AddServings(pair,
                CupsAt(static_cast<size_t>(lot.lot.value - 1), lot.schools[pair.school].school_id),
                impact);
  }
}

GiftImpact RandomProgramme::ImpactOf(size_t gift) {
  const auto record = ReadGift(transaction_, GiftId(gift));
  const auto lots = LotsOfGift(transaction_, GiftId(gift));
  EXPECT_THAT(record, IsOk());
  EXPECT_THAT(lots, IsOk());
  GiftImpact impact = StartImpact(GiftId(gift), *record, *lots);
  Complete(&impact);
  return impact;
}

RandomProgramme::Shares RandomProgramme::CheckShares() {
  Shares shares(model_.lots.size(), std::vector<ProgrammeModel::Share>(model_.gifts.size()));
  for (size_t gift = 0; gift < model_.gifts.size(); ++gift) {
    for (const LotShare& lot : ImpactOf(gift).lots) {
      const size_t index = static_cast<size_t>(lot.lot.value - 1);
      const ProgrammeModel::Share wanted = model_.ShareOf(gift, index);
      ProgrammeModel::Share& share = shares[index][gift];
      share = {lot.funded_g,
               lot.served_g,
               lot.servings,
               lot.lost_g,
               lot.returned_g,
               lot.refund_due_minor,
               {}};
      EXPECT_EQ(lot.funded_g, wanted.funded_g);
      EXPECT_EQ(lot.served_g, wanted.served_g);
      EXPECT_EQ(lot.servings, wanted.servings);
      EXPECT_EQ(lot.lost_g, wanted.lost_g);
      EXPECT_EQ(lot.returned_g, wanted.returned_g);
      EXPECT_EQ(lot.refund_due_minor, wanted.refund_due_minor);
      EXPECT_EQ(lot.schools.size(), wanted.schools.size());
      for (const SchoolShare& school : lot.schools) {
        share.schools[school.school_id] = {school.served_g, school.servings};
        const auto known = wanted.schools.find(school.school_id);
        EXPECT_NE(known, wanted.schools.end());
        if (known == wanted.schools.end()) return shares;
        EXPECT_EQ(school.served_g, known->second.first);
        EXPECT_EQ(school.servings, known->second.second);
      }
      // Conservation, to the gram.
      EXPECT_EQ(lot.served_g + lot.lost_g + lot.returned_g + lot.remaining_g, lot.funded_g);
      EXPECT_GE(lot.remaining_g, 0);
      EXPECT_GE(lot.returned_g, 0);
    }
  }
  for (size_t lot = 0; lot < shares.size(); ++lot) CheckLot(lot, shares[lot]);
  return shares;
}

// Nothing is given to two donors.
void RandomProgramme::CheckLot(size_t index, const std::vector<ProgrammeModel::Share>& shares) {
  const ProgrammeModel::Lot& lot = model_.lots[index];
  std::map<std::string, std::pair<int64_t, int64_t>> sums;
  ProgrammeModel::Share all;
  for (const ProgrammeModel::Share& share : shares) {
    all.funded_g += share.funded_g;
    all.lost_g += share.lost_g;
    all.returned_g += share.returned_g;
    all.refund_due_minor += share.refund_due_minor;
    for (const auto& [school, part] : share.schools) {
      sums[school].first += part.first;
      sums[school].second += part.second;
    }
  }
  for (const auto& [school, sum] : sums) {
    EXPECT_LE(sum.first, ProgrammeModel::Grams(lot.cups.at(school)));
    EXPECT_LE(sum.second, CupsAt(index, school));
  }
  EXPECT_LE(all.funded_g, lot.weight_g);
  EXPECT_LE(all.lost_g, std::max(int64_t{0}, lot.lost_g - lot.found_g));
  // What went back and was not free was somebody's, to the gram.
  const int64_t there_g =
      lot.weight_g + std::max(int64_t{0}, lot.found_g - lot.lost_g) - lot.returned_g;
  EXPECT_EQ(all.returned_g, std::max(int64_t{0}, all.funded_g - there_g));
  // And what is paid beyond the cost is owed, to the cent.
  EXPECT_EQ(all.refund_due_minor,
            std::max(int64_t{0}, static_cast<int64_t>(lot.cents.size()) - lot.cost_minor));
}

void RandomProgramme::CheckDonor(const Shares& shares) {
  auto donor = StartDonor(transaction_, "D-1", kUpToNow);
  ASSERT_THAT(donor, IsOk());
  Complete(&donor->impact);
  EXPECT_EQ(donor->gift_count, static_cast<int64_t>(model_.gifts.size()));
  for (const LotShare& lot : donor->impact.lots) {
    ProgrammeModel::Share sum;
    for (const ProgrammeModel::Share& share : shares[static_cast<size_t>(lot.lot.value - 1)]) {
      sum.funded_g += share.funded_g;
      sum.served_g += share.served_g;
      sum.lost_g += share.lost_g;
      sum.returned_g += share.returned_g;
    }
    EXPECT_EQ(lot.funded_g, sum.funded_g);
    EXPECT_EQ(lot.served_g, sum.served_g);
    EXPECT_EQ(lot.lost_g, sum.lost_g);
    EXPECT_EQ(lot.returned_g, sum.returned_g);
  }
}

std::vector<LotOnList> RandomProgramme::LotList() const {
  std::vector<LotOnList> lots;
  for (size_t lot = 0; lot < model_.lots.size(); ++lot) {
    lots.push_back({LotIdOf(lot), FactsOf(lot), LocalDate{19'000}});
  }
  return lots;
}

void RandomProgramme::CheckProgramme() {
  auto programme = StartProgramme(transaction_, LotList(), {}, kUpToNow);
  ASSERT_THAT(programme, IsOk());
  Complete(&programme->impact);
  const ProgrammeSums sums = SumUpProgramme(*programme);
  int64_t served_g = 0;
  int64_t cups = 0;
  for (size_t lot = 0; lot < model_.lots.size(); ++lot) {
    served_g += model_.ServedG(lot);
    for (const auto& [school, poured] : model_.lots[lot].cups) {
      cups += static_cast<int64_t>(poured.size());
    }
  }
  EXPECT_EQ(sums.all.served_g, served_g);
  EXPECT_EQ(sums.all.servings, cups);
  EXPECT_GE(sums.unpaid.funded_g, 0);
  EXPECT_GE(sums.unpaid.served_g, 0);
  EXPECT_GE(sums.unpaid.servings, 0);
  EXPECT_GE(sums.unpaid.lost_g, 0);
  EXPECT_GE(sums.unpaid.returned_g, 0);
  for (const Totals& part : {sums.all, sums.gifts, sums.unpaid}) {
    EXPECT_EQ(part.served_g + part.lost_g + part.returned_g + part.remaining_g, part.funded_g);
  }
}

void RandomProgramme::ExpectNothingFell(const Shares& before, const Shares& after) {
  for (size_t lot = 0; lot < before.size(); ++lot) {
    for (size_t gift = 0; gift < before[lot].size(); ++gift) {
      const ProgrammeModel::Share& now = after[lot][gift];
      EXPECT_GE(now.served_g, before[lot][gift].served_g);
      EXPECT_GE(now.servings, before[lot][gift].servings);
      EXPECT_EQ(now.returned_g, before[lot][gift].returned_g);
      for (const auto& [school, part] : before[lot][gift].schools) {
        const auto known = now.schools.find(school);
        const std::pair<int64_t, int64_t> told =
            known == now.schools.end() ? std::pair<int64_t, int64_t>() : known->second;
        EXPECT_GE(told.first, part.first) << "grams of gift " << gift << " at " << school;
        EXPECT_GE(told.second, part.second) << "cups of gift " << gift << " at " << school;
      }
    }
  }
}

}  // namespace milkway::impact
