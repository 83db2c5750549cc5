#include "tests/impact/random_programme.h"

#include <algorithm>
#include <optional>

#include "gtest/gtest.h"
#include "services/impact/allocations.h"
#include "services/impact/deductions.h"
#include "services/impact/gifts.h"
#include "services/impact/set_asides.h"
#include "services/runtime/errors.h"

namespace milkway::impact {

namespace {

constexpr size_t kLotsMax = 2;
constexpr size_t kGiftsMax = 6;
constexpr LocalDate kDay = {20'000};

}  // namespace

RandomProgramme::RandomProgramme(uint64_t seed, storage::Transaction* transaction, Tally* tally)
    : random_(seed), transaction_(*transaction), tally_(*tally) {
  call_.caller.id = "pia";
}

void RandomProgramme::Run() {
  AddLot();
  AddGift();
  const int64_t steps = 4 + Upto(14);
  for (int64_t step = 0; step < steps && !::testing::Test::HasFailure(); ++step) Step();
  if (!::testing::Test::HasFailure()) CheckAll();
}

void RandomProgramme::Step() {
  const int64_t die = Upto(40);
  if (die <= 1) return AddLot();
  if (die <= 5) return AddGift();
  if (die <= 7) return BringMilk();
  if (die <= 16) return Allocate();
  if (die <= 18) return Deduct();
  if (die <= 23) return SetAside();
  if (die <= 31) return Serve();
  if (die == 32) return Undo();
  if (die <= 34) return Lose();
  if (die == 35) return Find();
  if (die <= 38) return SendBack();
  return ChangeCost();
}

void RandomProgramme::ExpectSame(const absl::Status& status, const std::string& refusal) {
  EXPECT_EQ(runtime::PartsOf(status).reason, refusal) << status;
  ++tally_[refusal.empty() ? said_.back().substr(0, said_.back().find(' ')) : refusal];
}

void RandomProgramme::AddLot() {
  if (model_.lots.size() == kLotsMax) return;
  ProgrammeModel::Lot lot;
  lot.weight_g = Upto(60);
  lot.usable_g = lot.weight_g;
  lot.cost_minor = Upto(50) - 1;
  Say("lot of ", lot.weight_g, " g for ", lot.cost_minor);
  model_.lots.push_back(lot);
}

void RandomProgramme::AddGift() {
  if (model_.gifts.size() == kGiftsMax) return;
  ProgrammeModel::Gift gift;
  gift.amount_minor = Upto(40);
  // CNY and AUD have the same digits.
  const bool is_foreign = Upto(2) == 1;
  if (is_foreign) gift.rate_units = Upto(30);
  if (is_foreign) gift.rate_scale = 1;
  if (Upto(3) == 1) gift.school = AnySchool();
  const size_t index = model_.gifts.size();
  Say("gift ", index, " of ", gift.amount_minor, " at ", gift.rate_units, "e-", gift.rate_scale,
      " for '", gift.school, "'");
  Gift stated = {GiftId(index), "D-1", kDay, {is_foreign ? "CNY" : "AUD", gift.amount_minor}};
  stated.school_id = gift.school;
  const Conversion conversion = {"AUD", Decimal{gift.rate_units, gift.rate_scale}, kDay};
  model_.gifts.push_back(gift);
  const auto made = RecordGift(transaction_, stated, conversion, std::nullopt, call_);
  ExpectSame(made.status(), "");
}

void RandomProgramme::BringMilk() {
  if (model_.gifts.size() == kGiftsMax) return;
  const size_t lot = AnyLot();
  const size_t index = model_.gifts.size();
  const int64_t grams = Upto(std::max(int64_t{1}, model_.lots[lot].weight_g / 2));
  Say("milk ", grams, " g of lot ", lot, " by gift ", index);
  Gift stated = {GiftId(index), "D-1", kDay};
  stated.in_kind = InKind{LotIdOf(lot), grams, Money{"EUR", 7}};
  const Conversion conversion = {"AUD", Decimal{1, 0}, kDay};
  const auto made = RecordGift(transaction_, stated, conversion, FactsOf(lot), call_);
  const std::string refusal = model_.Bring(index, lot, grams);
  if (refusal.empty()) model_.gifts.push_back({});
  ExpectSame(made.status(), refusal);
}

void RandomProgramme::Allocate() {
  const size_t gift = AnyGift();
  const size_t lot = AnyLot();
  const int64_t left = model_.LeftMinor(gift);
  if (left == 0) return;
  const int64_t minor = Upto(4) == 1 ? left + Upto(2) - 1 : Upto(left);
  Say("allocate ", minor, " of gift ", gift, " to lot ", lot);
  const auto record = ReadGift(transaction_, GiftId(gift));
  const auto made = AllocateGift(transaction_,
                                 {absl::StrCat("A-", ++last_id_),
                                  GiftId(gift),
                                  LotIdOf(lot),
                                  kDay,
                                  {record->currency(), minor}},
                                 FactsOf(lot), call_);
  ExpectSame(made.status(), model_.Allocate(gift, lot, minor));
}

void RandomProgramme::Deduct() {
  const size_t gift = AnyGift();
  if (model_.gifts[gift].amount_minor == 0) return;
  const char what = Upto(2) == 1 ? 'F' : 'R';
  const int64_t minor = Upto(std::max(int64_t{1}, model_.LeftMinor(gift)) + 1);
  Say(what == 'F' ? "fee of " : "refund of ", minor, " of gift ", gift);
  const auto record = ReadGift(transaction_, GiftId(gift));
  const Deduction deduction = {
      absl::StrCat("X-", ++last_id_), GiftId(gift), kDay, {record->currency(), minor}, "because"};
  const auto made = what == 'F' ? RecordFee(transaction_, deduction, call_)
                                : RefundGift(transaction_, deduction, call_);
  ExpectSame(made.status(), model_.Deduct(gift, what, minor));
}

void RandomProgramme::SetAside() {
  const size_t lot = AnyLot();
  const std::string school = AnySchool();
  const int64_t grams = Upto(std::max(int64_t{1}, model_.FreeG(lot)) + (Upto(5) == 1 ? 1 : 0));
  Say("aside ", grams, " g of lot ", lot, " for ", school);
  const Shares before = CheckShares();
  const auto made = SetMilkAside(
      transaction_, {absl::StrCat("S-", ++last_id_), LotIdOf(lot), school, grams, kDay, 0},
      SetAsideFacts{FactsOf(lot), BooksOf(lot), CupsAt(lot, school)}, call_);
  ExpectSame(made.status(), model_.SetAside(lot, school, grams));
  const bool went_back = model_.lots[lot].returned_g > 0;
  if (!went_back) ExpectNothingFell(before, CheckShares());
}

void RandomProgramme::Serve() {
  const size_t index = AnyLot();
  const std::string school = AnySchool();
  const Shares before = CheckShares();
  ProgrammeModel::Lot& lot = model_.lots[index];
  bool is_found = false;
  for (int64_t cup = Upto(6); cup > 0; --cup) {
    const int64_t grams = Upto(3) == 1 ? Upto(8) : ProgrammeModel::kCupG;
    if (grams > lot.usable_g && Upto(8) > 1) continue;
    const int64_t missing = std::max(int64_t{0}, grams - lot.usable_g);
    is_found = is_found || missing > 0;
    lot.found_g += missing;
    lot.usable_g += missing - grams;
    lot.cups[school].push_back(grams);
    Say("cup of ", grams, " g of lot ", index, " at ", school, ", ", missing, " g found");
  }
  ++tally_[is_found ? "cups of found milk" : "cups"];
  if (!is_found) ExpectNothingFell(before, CheckShares());
}

void RandomProgramme::Undo() {
  ProgrammeModel::Lot& lot = model_.lots[AnyLot()];
  for (auto& [school, cups] : lot.cups) {
    if (cups.empty()) continue;
    Say("undo a cup at ", school);
    lot.usable_g += cups.back();
    cups.pop_back();
    ++tally_["corrections"];
    return;
  }
}

void RandomProgramme::Lose() {
  ProgrammeModel::Lot& lot = model_.lots[AnyLot()];
  if (lot.usable_g == 0) return;
  const int64_t grams = Upto(std::max(int64_t{1}, lot.usable_g / 2));
  Say("lose ", grams, " g");
  lot.usable_g -= grams;
  lot.lost_g += grams;
  ++tally_["losses"];
}

void RandomProgramme::Find() {
  ProgrammeModel::Lot& lot = model_.lots[AnyLot()];
  const int64_t grams = Upto(5);
  Say("find ", grams, " g");
  lot.usable_g += grams;
  lot.found_g += grams;
  ++tally_["finds"];
}

// To the supplier, or a reversal of that.
void RandomProgramme::SendBack() {
  ProgrammeModel::Lot& lot = model_.lots[AnyLot()];
  const bool is_reversal = lot.returned_g > 0 && Upto(3) == 1;
  if (!is_reversal && lot.usable_g == 0) return;
  const int64_t grams = is_reversal ? -Upto(lot.returned_g) : Upto(lot.usable_g);
  Say("return ", grams, " g");
  lot.usable_g -= grams;
  lot.returned_g += grams;
  ++tally_[is_reversal ? "reversed returns" : "returns"];
}

void RandomProgramme::ChangeCost() {
  ProgrammeModel::Lot& lot = model_.lots[AnyLot()];
  const bool is_credit = Upto(2) == 1;
  const int64_t minor = is_credit ? -std::min(lot.cost_minor, Upto(20)) : Upto(20);
  Say(is_credit ? "credit of " : "invoice of ", minor);
  lot.cost_minor += minor;
  ++tally_[is_credit ? "credits" : "later invoices"];
}

LotFacts RandomProgramme::FactsOf(size_t lot) const {
  LotFacts facts;
  facts.weight_g = model_.lots[lot].weight_g;
  facts.landed_cost = {"AUD", model_.lots[lot].cost_minor};
  facts.label = Label{1'000, 100, 10'000};
  facts.serving_g = ProgrammeModel::kCupG;
  return facts;
}

BooksOfLot RandomProgramme::BooksOf(size_t index) const {
  const ProgrammeModel::Lot& lot = model_.lots[index];
  BooksOfLot books;
  books.lot = LotIdOf(index);
  books.books = {lot.weight_g,          lot.found_g,   0, lot.lost_g, 0,
                 model_.ServedG(index), lot.returned_g};
  for (const auto& [school, cups] : lot.cups) {
    if (!cups.empty()) books.schools.push_back({school, ProgrammeModel::Grams(cups)});
  }
  books.landed_cost_minor = lot.cost_minor;
  return books;
}

int64_t RandomProgramme::CupsAt(size_t lot, const std::string& school) const {
  const auto cups = model_.lots[lot].cups.find(school);
  return cups == model_.lots[lot].cups.end() ? 0 : static_cast<int64_t>(cups->second.size());
}

}  // namespace milkway::impact
