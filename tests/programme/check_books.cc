#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "milkway/inventory/v1/stock.grpc.pb.h"
#include "services/runtime/dates.h"
#include "tests/programme/checks.h"
#include "tests/support/status_matchers.h"

namespace milkway::programme {

namespace {

using ::milkway::testing::IsOk;

bool IsFollowUp(const inv::Posting& posting) {
  return posting.kind() == inv::POSTING_KIND_RECOUNT || posting.kind() == inv::POSTING_KIND_RECALL;
}

bool IsOfRecall(const inv::Posting& posting) {
  return posting.adjustment_reason() == inv::ADJUSTMENT_REASON_RECALL ||
         posting.adjustment_reason() == inv::ADJUSTMENT_REASON_RECALL_LIFTED;
}

void AddQuarantined(const inv::Posting& posting, std::map<LotPlace, int64_t>* quarantined_g) {
  for (const auto* movements : {&posting.movements(), &posting.reversal_movements()}) {
    for (const inv::Movement& movement : *movements) {
      const auto add = [&](const inv::Account& account, int64_t change_g) {
        if (account.kind() != inv::ACCOUNT_KIND_QUARANTINED) return;
        (*quarantined_g)[{movement.lot_id(), account.place()}] += change_g;
      };
      add(movement.from(), -movement.quantity_g());
      add(movement.to(), movement.quantity_g());
    }
  }
}

// Without what it takes back.
int64_t FoundBy(const inv::Posting& posting) {
  int64_t found_g = 0;
  for (const inv::Movement& movement : posting.movements()) {
    if (movement.from().kind() == inv::ACCOUNT_KIND_FOUND) found_g += movement.quantity_g();
  }
  return found_g;
}

}  // namespace

void Checks::AfterBurst() {
  books_.ReadOn(&system_);
  CheckClaims();
}

void Checks::Sums() {
  books_.CheckConservation();
  CheckAccounts();
  CheckCounts();
  CheckRecalledStock();
  CompareWithLedger();
  CheckShipments();
  const ServedAt served = story_.ServedByLotAndSchool();
  CheckServings(served);
  CheckGifts(served);
  CheckRecallLists(served);
}

void Checks::All() {
  Sums();
  books_.ReadAgain(&system_);
  CheckPurchases();
  CheckOpenPacks();
  CheckServedDays();
  CheckClassDays();
  CheckRecords();
  CheckRosters();
  CheckShipmentStories();
  VerifyBooks();
}

void Checks::CheckClaims() {
  const auto count = static_cast<int64_t>(books_.postings().size());
  for (; claims_checked_ < count; ++claims_checked_) {
    CheckClaim(books_.postings()[static_cast<size_t>(claims_checked_)]);
  }
  if (!story_.claims.empty()) {
    EXPECT_LE(story_.claims.rbegin()->first, books_.LastPosition())
        << "what was answered is not in the log";
  }
}

// Every posting was told of by one answer, or follows from another one.
void Checks::CheckClaim(const inv::Posting& posting) {
  const std::string told = posting.ShortDebugString();
  const auto claim = story_.claims.find(posting.position());
  if (IsFollowUp(posting) || IsOfRecall(posting)) {
    EXPECT_TRUE(claim == story_.claims.end()) << told;
    EXPECT_EQ(posting.linked_position() != 0, IsFollowUp(posting)) << told;
    return;
  }
  ASSERT_TRUE(claim != story_.claims.end()) << "nobody was told of " << told;
  EXPECT_EQ(claim->second.reference, posting.reference()) << told;
  if (claim->second.kind != inv::POSTING_KIND_UNSPECIFIED) {
    EXPECT_EQ(claim->second.kind, posting.kind()) << told;
  }
  if (posting.kind() == inv::POSTING_KIND_DISTRIBUTION) {
    EXPECT_EQ(FoundBy(posting), claim->second.quantity_g) << told;
  }
  if (posting.kind() == inv::POSTING_KIND_RELEASE) {
    EXPECT_EQ(Books::NetOf(posting, inv::ACCOUNT_KIND_USABLE), claim->second.quantity_g) << told;
  }
  const bool may_find = posting.kind() == inv::POSTING_KIND_DISTRIBUTION ||
                        posting.kind() == inv::POSTING_KIND_RECEIPT ||
                        posting.kind() == inv::POSTING_KIND_COUNT;
  EXPECT_TRUE(may_find || FoundBy(posting) == 0) << told;
}

void Checks::AddShipments(Balances* balances, std::map<LotPlace, int64_t>* held_g,
                          std::map<LotPlace, int64_t>* over_g) const {
  for (const auto& [id, shipment] : story_.shipments) {
    if (shipment.model == nullptr) continue;
    for (const auto& [lot, totals] : shipment.model->AllTotals()) {
      const int64_t pack_g = story_.lots.at(lot).pack_g;
      const LotPlace here = {lot, shipment.destination};
      const LotPlace there = {lot, shipment.origin};
      (*held_g)[there] -= totals.shipped * pack_g;
      (*held_g)[here] += (totals.received - totals.over) * pack_g;
      (*over_g)[here] += totals.over * pack_g;
      (*balances)[{lot, inv::ACCOUNT_KIND_IN_TRANSIT, id}] += totals.in_transit * pack_g;
      (*balances)[{lot, inv::ACCOUNT_KIND_DAMAGED, here.second}] += totals.damaged * pack_g;
      (*balances)[{lot, inv::ACCOUNT_KIND_LOSS_MISSING, here.second}] += totals.missing * pack_g;
      const auto back = shipment.model->returned().find(lot);
      if (back == shipment.model->returned().end()) continue;
      (*held_g)[there] += back->second.good * pack_g;
      (*balances)[{lot, inv::ACCOUNT_KIND_DAMAGED, there.second}] += back->second.damaged * pack_g;
    }
  }
}

// All but usable and quarantined stock, found and missing at counts.
Checks::Balances Checks::ExpectedBalances(const ServedAt& served) const {
  Balances balances;
  const auto add = [&balances](const std::map<LotPlace, int64_t>& grams, inv::AccountKind kind) {
    for (const auto& [at, quantity_g] : grams) balances[{at.first, kind, at.second}] += quantity_g;
  };
  for (const auto& [id, lot] : story_.lots) {
    balances[{id, inv::ACCOUNT_KIND_PURCHASED, lot.supplier_id}] -= lot.weight_g;
  }
  for (const auto& [at, drunk] : served) {
    balances[{at.first, inv::ACCOUNT_KIND_SERVED, at.second}] += drunk.grams;
    balances[{at.first, inv::ACCOUNT_KIND_LOSS_WASTED, at.second}] += drunk.wasted_g;
  }
  add(story_.damaged_g, inv::ACCOUNT_KIND_DAMAGED);
  add(story_.written_off_g, inv::ACCOUNT_KIND_LOSS_WRITTEN_OFF);
  add(story_.destroyed_g, inv::ACCOUNT_KIND_DESTROYED);
  add(story_.returned_g, inv::ACCOUNT_KIND_RETURNED);
  return balances;
}

void Checks::CheckAccounts() {
  const ServedAt served = story_.ServedByLotAndSchool();
  Balances expected = ExpectedBalances(served);
  std::map<LotPlace, int64_t> held_g = story_.held_g;
  std::map<LotPlace, int64_t> over_g;
  for (const auto& [at, drunk] : served) held_g[at] -= drunk.grams + drunk.wasted_g;
  AddShipments(&expected, &held_g, &over_g);
  for (const auto& [account, quantity_g] : expected) {
    EXPECT_EQ(books_.Balance(account), quantity_g) << TextOf(account);
  }
  for (const auto& [account, card] : books_.cards()) {
    const bool is_judged_apart =
        account.kind == inv::ACCOUNT_KIND_USABLE || account.kind == inv::ACCOUNT_KIND_QUARANTINED ||
        account.kind == inv::ACCOUNT_KIND_FOUND || account.kind == inv::ACCOUNT_KIND_LOSS_COUNT;
    if (is_judged_apart || expected.count(account) > 0) continue;
    EXPECT_EQ(card.balance_g, 0) << TextOf(account);
  }
  CheckHeld(held_g);
  CheckOver(over_g);
  CheckQuarantined();
}

// What lies usable or quarantined is what came and did not leave, with what was found
// and without what was missing at counts.
void Checks::CheckHeld(const std::map<LotPlace, int64_t>& held_g) const {
  std::map<LotPlace, int64_t> actual_g;
  for (const auto& [account, card] : books_.cards()) {
    const bool is_judged =
        account.kind == inv::ACCOUNT_KIND_USABLE || account.kind == inv::ACCOUNT_KIND_QUARANTINED ||
        account.kind == inv::ACCOUNT_KIND_FOUND || account.kind == inv::ACCOUNT_KIND_LOSS_COUNT;
    if (is_judged) actual_g[{account.lot, account.place}] += card.balance_g;
  }
  for (const auto& [at, quantity_g] : held_g) actual_g.try_emplace(at, 0);
  for (const auto& [at, quantity_g] : actual_g) {
    const auto expected = held_g.find(at);
    EXPECT_EQ(quantity_g, expected == held_g.end() ? 0 : expected->second)
        << "lot " << at.first << " at " << at.second;
  }
}

// What receipts found is what arrived beyond what was sent.
void Checks::CheckOver(const std::map<LotPlace, int64_t>& over_g) const {
  std::map<LotPlace, int64_t> found_g;
  for (const inv::Posting& posting : books_.postings()) {
    if (posting.kind() != inv::POSTING_KIND_RECEIPT) continue;
    for (const auto* movements : {&posting.movements(), &posting.reversal_movements()}) {
      for (const inv::Movement& movement : *movements) {
        const bool is_found = movement.from().kind() == inv::ACCOUNT_KIND_FOUND;
        const bool is_taken_back = movement.to().kind() == inv::ACCOUNT_KIND_FOUND;
        if (is_found)
          found_g[{movement.lot_id(), movement.from().place()}] += movement.quantity_g();
        if (is_taken_back) {
          found_g[{movement.lot_id(), movement.to().place()}] -= movement.quantity_g();
        }
      }
    }
  }
  for (const auto& [at, quantity_g] : over_g) {
    EXPECT_EQ(found_g[at], quantity_g) << "lot " << at.first << " at " << at.second;
  }
}

// Quarantined is what was set aside by hand or came without its certificate. What of it
// was released, drunk all the same, or moved by recalls is in the postings.
void Checks::CheckQuarantined() const {
  std::map<LotPlace, int64_t> expected_g = story_.set_aside_g;
  for (const auto& [id, shipment] : story_.shipments) {
    if (shipment.model == nullptr) continue;
    for (const auto& [lot, totals] : shipment.model->AllTotals()) {
      int64_t packs = totals.quarantined;
      if (shipment.held_packs.has_value()) {
        const auto held = shipment.held_packs->find(lot);
        packs = held == shipment.held_packs->end() ? 0 : held->second;
      }
      expected_g[{lot, shipment.destination}] += packs * story_.lots.at(lot).pack_g;
    }
  }
  for (const inv::Posting& posting : books_.postings()) {
    const bool is_drunk = posting.kind() == inv::POSTING_KIND_DISTRIBUTION;
    const bool is_of_recall = posting.kind() == inv::POSTING_KIND_RECALL || IsOfRecall(posting);
    if (!is_drunk && !is_of_recall && posting.kind() != inv::POSTING_KIND_RELEASE) continue;
    for (const inv::Movement& movement : posting.movements()) {
      const bool leaves = movement.from().kind() == inv::ACCOUNT_KIND_QUARANTINED;
      EXPECT_FALSE(leaves && is_drunk && posting.discrepancy_reason().empty())
          << posting.ShortDebugString();
    }
    AddQuarantined(posting, &expected_g);
  }
  for (const auto& [account, card] : books_.cards()) {
    if (account.kind != inv::ACCOUNT_KIND_QUARANTINED) continue;
    const auto expected = expected_g.find({account.lot, account.place});
    EXPECT_EQ(card.balance_g, expected == expected_g.end() ? 0 : expected->second)
        << TextOf(account);
  }
}

// A count's figure holds, whatever was recorded for before it later.
void Checks::CheckCounts() const {
  for (const Count& count : story_.counts) {
    const AccountId account = {count.at.first, inv::ACCOUNT_KIND_USABLE, count.at.second};
    const int32_t day = LocalDateOf({count.counted_us, 480}).days;
    int64_t book_g = 0;
    const auto card = books_.cards().find(account);
    if (card != books_.cards().end()) {
      for (const Books::Entry& entry : card->second.entries) {
        bool is_covered = entry.us <= count.counted_us;
        if (!is_covered && count.after_serving && LocalDateOf({entry.us, 480}).days == day) {
          is_covered = books_.Find(entry.position)->kind() == inv::POSTING_KIND_DISTRIBUTION;
        }
        if (is_covered) book_g += entry.change_g;
      }
    }
    EXPECT_EQ(book_g, count.counted_g) << TextOf(account) << ", counted at " << count.counted_us
                                       << (count.after_serving ? " after serving" : "");
    if (count.position == 0) continue;
    EXPECT_EQ(Books::NetOf(*books_.Find(count.position), inv::ACCOUNT_KIND_USABLE),
              count.variance_g);
  }
}

// While a recall stands, nothing of its lots may be used anywhere.
void Checks::CheckRecalledStock() const {
  std::set<int64_t> recalled;
  for (const auto& [id, recall] : story_.recalls) {
    if (recall.stands) recalled.insert(recall.lots.begin(), recall.lots.end());
  }
  for (const auto& [account, card] : books_.cards()) {
    if (account.kind != inv::ACCOUNT_KIND_USABLE || recalled.count(account.lot) == 0) continue;
    EXPECT_EQ(card.balance_g, 0) << TextOf(account) << " is recalled";
  }
}

// Every balance that the ledger keeps is what its postings come to.
void Checks::CompareWithLedger() {
  Balances kept;
  inv::ListBalancesRequest request;
  request.set_page_size(1000);
  request.set_include_virtual(true);
  do {
    const auto page = system_.Ask(&inv::StockService::Stub::ListBalances, request);
    ASSERT_THAT(page, IsOk());
    for (const inv::Balance& balance : page->balances()) {
      kept[{balance.lot_id(), balance.account().kind(), balance.account().place()}] =
          balance.quantity_g();
    }
    request.set_page_token(page->next_page_token());
  } while (!request.page_token().empty());
  for (const auto& [account, card] : books_.cards()) {
    const auto balance = kept.find(account);
    EXPECT_EQ(balance == kept.end() ? 0 : balance->second, card.balance_g) << TextOf(account);
    if (balance != kept.end()) kept.erase(balance);
  }
  EXPECT_THAT(kept, ::testing::IsEmpty());
}

void Checks::VerifyBooks() {
  inv::StockService::Stub stub(system_.ChannelTo("inventory"));
  grpc::ClientContext context;
  clients::Prepare({"admin:test", std::chrono::seconds(60)}, &context);
  const auto stream = stub.VerifyBooks(&context, inv::VerifyBooksRequest());
  inv::VerifyBooksResponse message;
  while (stream->Read(&message)) {
    for (const std::string& difference : message.differences()) ADD_FAILURE() << difference;
  }
  EXPECT_TRUE(stream->Finish().ok());
  EXPECT_TRUE(message.finished());
  // Costs and what gifts bought are in the log too.
  EXPECT_EQ(message.checked_postings(), message.total_postings());
  EXPECT_GE(message.checked_postings(), books_.LastPosition());
}

}  // namespace milkway::programme
