#include "tests/impact/impact_world.h"

#include <algorithm>
#include <iterator>

#include "absl/strings/str_join.h"

namespace milkway::impact {

namespace {

using ::milkway::testing::IsOk;

constexpr size_t kGiftsMax = 12;
constexpr int64_t kMoneyMax = 1'000'000'000'000'000;
constexpr size_t kStepsShown = 30;

}  // namespace

World::World(uint64_t seed, Tally* tally) : random_(seed), tally_(*tally) {
  const int64_t scale = Upto(3);
  grams_max_ = scale == 1 ? 50 : scale == 2 ? 2'000'000 : 10'000'000'000'000;
  minor_max_ = scale == 1 ? 60 : scale == 2 ? 3'000'000 : kMoneyMax / 4;
}

void World::Run(int64_t steps) {
  AddLot();
  while (model_.gifts.empty() && !HasFailure()) AddGift();
  for (int64_t step = 0; step < steps && !HasFailure(); ++step) Step();
  for (size_t gift = 0; gift < model_.gifts.size() && !HasFailure(); ++gift) CheckGift(gift);
  if (!HasFailure()) return;
  const size_t shown = std::min(said_.size(), kStepsShown);
  ADD_FAILURE() << "the last steps:\n"
                << absl::StrJoin(std::prev(said_.end(), static_cast<std::ptrdiff_t>(shown)),
                                 said_.end(), "\n");
}

void World::Step() {
  const int64_t die = Upto(20);
  if (die == 1) return AddGift();
  if (die == 2) return AddLot();
  if (die == 3) return AddFreight();
  if (die == 4) return RepeatAllocation();
  if (die == 5) return CorrectServing();
  if (die == 6) return FindGrams();
  if (die <= 8) return MoveGrams();
  if (die <= 13) return Serve();
  return Allocate();
}

void World::AddGift() {
  if (model_.gifts.size() == kGiftsMax) return;
  const std::string currencies[] = {"AUD", "AUD", "CNY", "JPY", "KWD", "IDR"};
  const std::string& currency = currencies[AnyOf(std::size(currencies))];
  const Decimal rate =
      currency == "AUD" ? Decimal{1, 0} : Decimal{Upto(3'000'000), static_cast<int>(Upto(8) - 1)};
  const ImpactModel::Gift gift = {{currency, Upto(minor_max_)}, rate};
  const std::string id = GiftId(model_.gifts.size());
  Say("gift ", id, " of ", gift.amount.minor, " ", currency, " at ", FormatDecimal(rate));

  const auto recorded = Record(GiftOf(id, gift.amount), Conversion{"AUD", rate, {}});

  const Wide worth = model_.InBase(gift, gift.amount.minor);
  if (worth > static_cast<Wide>(kMoneyMax)) return ExpectRefusal(recorded, "AMOUNT_TOO_LARGE");
  ASSERT_THAT(recorded, IsOk());
  EXPECT_EQ(recorded->base_minor(), static_cast<int64_t>(worth));
  model_.gifts.push_back(gift);
}

void World::AddLot() {
  if (model_.lots.size() == kLotsMax) return;
  ImpactModel::Lot lot;
  lot.weight_g = Upto(grams_max_);
  lot.usable_g = lot.weight_g;
  lot.cost_minor = OneIn(10) ? 0 : Upto(minor_max_);
  lot.label = {Upto(3'000'000), Upto(90'000), Upto(1'000'000)};
  Say("lot ", model_.lots.size(), " of ", lot.weight_g, " g for ", lot.cost_minor);
  model_.lots.push_back(lot);
  shares_.emplace_back();
}

// A cost that becomes known later.
void World::AddFreight() {
  const size_t lot = AnyOf(model_.lots.size());
  const int64_t minor = Upto(minor_max_ / 4);
  Say("freight of ", minor, " for lot ", lot);
  model_.lots[lot].cost_minor += minor;
  CheckLot(lot);
}

void World::Allocate() {
  const size_t gift = AnyOf(model_.gifts.size());
  const size_t lot = AnyOf(model_.lots.size());
  const int64_t minor = Amount(gift, lot);
  const int64_t earlier_paid = model_.PaidMinor(lot);
  const int64_t earlier_bought = model_.BoughtG(lot);
  const std::string id = absl::StrCat("A-", last_allocation_++);
  Say("allocation ", id, " of ", minor, " from ", GiftId(gift), " to lot ", lot);

  const auto made = Spend(id, GiftId(gift), minor, LotIdOf(lot), FactsOf(lot));

  const ImpactModel::Verdict verdict = model_.Allocate(gift, lot, minor);
  if (!verdict.refusal.empty()) return ExpectRefusal(made, verdict.refusal);
  ASSERT_THAT(made, IsOk());
  EXPECT_EQ(made->base_minor(), verdict.worth_minor);
  EXPECT_EQ(made->bought_g(), verdict.bought_g);
  EXPECT_EQ(made->lot_weight_g(), model_.lots[lot].weight_g);
  EXPECT_EQ(made->lot_cost_minor(), model_.lots[lot].cost_minor);
  EXPECT_EQ(made->earlier_paid_minor(), earlier_paid);
  EXPECT_EQ(made->earlier_bought_g(), earlier_bought);
  made_.emplace_back(id, *made);
  const bool pays_out =
      verdict.worth_minor > 0 && earlier_paid + verdict.worth_minor == model_.lots[lot].cost_minor;
  ++tally_[verdict.worth_minor == 0 ? "allocations worth nothing"
           : pays_out               ? "allocations that pay the rest of a lot"
                                    : "other allocations"];
  CheckMoney(gift, lot);
  CheckLot(lot);
}

// The same id again, with the same content or another.
void World::RepeatAllocation() {
  if (made_.empty()) return;
  const size_t index = AnyOf(made_.size());
  const ImpactModel::Allocation& allocation = model_.allocations[index];
  const auto& [id, record] = made_[index];
  const int64_t minor = allocation.minor + (OneIn(2) ? 1 : 0);
  Say("allocation ", id, " again, of ", minor);

  const auto again =
      Spend(id, GiftId(allocation.gift), minor, LotIdOf(allocation.lot), FactsOf(allocation.lot));

  if (minor != allocation.minor) return ExpectRefusal(again, "ALLOCATION_EXISTS");
  ASSERT_THAT(again, IsOk());
  EXPECT_EQ(again->SerializeAsString(), record.SerializeAsString());
  ++tally_["repeated allocations"];
  CheckLot(allocation.lot);
}

// Little, all that is left, too much, or about what pays for the lot.
int64_t World::Amount(size_t gift, size_t lot) {
  const int64_t left = model_.gifts[gift].amount.minor - model_.AllocatedMinor(gift);
  const int64_t die = Upto(20);
  if (die <= 5) return Upto(3);
  if (die == 6) return std::max(int64_t{1}, left);
  if (die == 7) return left + Upto(2);
  if (die <= 9) return std::max(int64_t{1}, PaysOut(gift, lot) + Upto(3) - 2);
  return Upto(std::max(int64_t{1}, left / 8));
}

// The least amount of the gift that is worth what the lot still costs, or all that is
// left of it.
int64_t World::PaysOut(size_t gift, size_t lot) {
  const ImpactModel::Gift& from = model_.gifts[gift];
  const int64_t before = model_.AllocatedMinor(gift);
  const Wide still_costs = static_cast<Wide>(model_.lots[lot].cost_minor - model_.PaidMinor(lot));
  int64_t low = 0;
  int64_t high = from.amount.minor - before;
  while (low < high) {
    const int64_t middle = low + (high - low) / 2;
    const Wide worth = model_.InBase(from, before + middle) - model_.InBase(from, before);
    if (worth >= still_costs) {
      high = middle;
    } else {
      low = middle + 1;
    }
  }
  return low;
}

void World::Serve() {
  ImpactModel::Served record;
  record.lot = AnyOf(model_.lots.size());
  record.school = absl::StrCat("school-", Upto(3));
  const size_t children = static_cast<size_t>(Upto(12));
  while (record.children.size() < children) record.children.insert(static_cast<int>(Upto(25)));
  record.serving_g = Upto(std::max(int64_t{1}, grams_max_ / 300));
  const int64_t grams = static_cast<int64_t>(children) * record.serving_g;
  ImpactModel::Lot& books = model_.lots[record.lot];
  const int64_t missing_g = std::max(int64_t{0}, grams - books.usable_g);
  if (missing_g > 0 && !OneIn(3)) return;
  Say(record.school, " serves ", children, " times ", record.serving_g, " g of lot ", record.lot,
      ", ", missing_g, " g of them found");
  // What the books miss was really there: it comes from found.
  books.found_g += missing_g;
  books.usable_g += missing_g - grams;
  const size_t lot = record.lot;
  const std::vector<LotShare> before = shares_[lot];
  model_.served.push_back(std::move(record));

  CheckLot(lot);

  if (missing_g == 0) ExpectNothingFell(before, shares_[lot]);
  ++tally_[missing_g == 0 ? "servings" : "servings of which some was found"];
}

void World::CorrectServing() {
  if (model_.served.empty()) return;
  ImpactModel::Served& record = model_.served[AnyOf(model_.served.size())];
  if (!record.stands) return;
  Say(record.school, " takes a serving of lot ", record.lot, " back");
  record.stands = false;
  model_.lots[record.lot].usable_g +=
      static_cast<int64_t>(record.children.size()) * record.serving_g;
  CheckLot(record.lot);
  ++tally_["corrections"];
}

void World::FindGrams() {
  const size_t lot = AnyOf(model_.lots.size());
  const int64_t grams = Upto(std::max(int64_t{1}, grams_max_ / 20));
  Say(grams, " g of lot ", lot, " are found");
  model_.lots[lot].found_g += grams;
  model_.lots[lot].usable_g += grams;
  CheckLot(lot);
  ++tally_["finds"];
}

// Ships, loses, spoils, destroys, returns, or corrects one of these.
void World::MoveGrams() {
  using Lot = ImpactModel::Lot;
  using Account = int64_t Lot::*;
  const Account from[] = {&Lot::usable_g, &Lot::in_transit_g, &Lot::damaged_g, &Lot::lost_g};
  const Account to[] = {&Lot::usable_g, &Lot::in_transit_g, &Lot::damaged_g,
                        &Lot::lost_g,   &Lot::destroyed_g,  &Lot::returned_g};
  const size_t lot = AnyOf(model_.lots.size());
  int64_t& source_g = model_.lots[lot].*from[AnyOf(std::size(from))];
  int64_t& target_g = model_.lots[lot].*to[AnyOf(std::size(to))];
  if (source_g == 0) return;
  const int64_t grams = OneIn(5) ? source_g : Upto(std::max(int64_t{1}, source_g / 8));
  Say(grams, " g of lot ", lot, " move");
  source_g -= grams;
  target_g += grams;
  CheckLot(lot);
  ++tally_["moves and losses"];
}

LotFacts World::FactsOf(size_t lot) {
  LotFacts facts = Lot(model_.lots[lot].weight_g, model_.lots[lot].cost_minor);
  facts.label = model_.lots[lot].label;
  return facts;
}

}  // namespace milkway::impact
