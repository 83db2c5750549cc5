#include "tests/programme/books.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "milkway/inventory/v1/stock.grpc.pb.h"
#include "tests/support/status_matchers.h"

namespace milkway::programme {

namespace {

using ::milkway::testing::IsOk;

constexpr int32_t kPageSize = 200;
constexpr int32_t kPageSizeMax = 1000;

int64_t MicrosOf(const common::v1::ZonedTime& time) {
  return time.instant().seconds() * 1'000'000 + time.instant().nanos() / 1'000;
}

AccountId IdOf(const inv::Account& account, int64_t lot) {
  return {lot, account.kind(), account.place()};
}

using Moves = std::map<std::tuple<AccountId, AccountId>, int64_t>;

Moves MovesOf(const google::protobuf::RepeatedPtrField<inv::Movement>& movements, bool reversed) {
  Moves moves;
  for (const inv::Movement& movement : movements) {
    const AccountId from = IdOf(movement.from(), movement.lot_id());
    const AccountId to = IdOf(movement.to(), movement.lot_id());
    moves[reversed ? std::tuple(to, from) : std::tuple(from, to)] += movement.quantity_g();
  }
  return moves;
}

bool IsCorrection(const inv::Posting& posting) {
  return posting.linked_position() != 0 && posting.kind() != inv::POSTING_KIND_RECOUNT &&
         posting.kind() != inv::POSTING_KIND_RECALL;
}

// That a posting was corrected is all that may become known of it later.
std::string AsPosted(inv::Posting posting) {
  posting.clear_corrected_by_position();
  return posting.SerializeAsString();
}

}  // namespace

std::string TextOf(const AccountId& account) {
  return absl::StrCat("lot ", account.lot, ", ", inv::AccountKind_Name(account.kind), " at ",
                      account.place);
}

const inv::Posting* Books::Find(int64_t position) const {
  const auto place = places_.find(position);
  return place == places_.end() ? nullptr : &postings_[place->second];
}

int64_t Books::Balance(const AccountId& account) const {
  const auto card = cards_.find(account);
  return card == cards_.end() ? 0 : card->second.balance_g;
}

// At one instant counts stand behind everything else.
int64_t Books::LowestFrom(const AccountId& account, int64_t us) const {
  const auto card = cards_.find(account);
  if (card == cards_.end()) return 0;
  std::map<std::pair<int64_t, bool>, int64_t> net_g;  // by instant, what is counted last
  for (const Entry& entry : card->second.entries) {
    const inv::PostingKind kind = Find(entry.position)->kind();
    const bool is_counted = kind == inv::POSTING_KIND_COUNT || kind == inv::POSTING_KIND_RECOUNT;
    net_g[{entry.us, is_counted}] += entry.change_g;
  }
  int64_t running_g = card->second.balance_g;
  int64_t lowest_g = running_g;
  for (auto later = net_g.rbegin(); later != net_g.rend(); ++later) {
    if (later->first <= std::pair(us, false)) break;
    running_g -= later->second;
    lowest_g = std::min(lowest_g, running_g);
  }
  return lowest_g;
}

int64_t Books::LastMoved(const AccountId& account) const {
  const auto card = cards_.find(account);
  const bool is_known = card != cards_.end() && !card->second.entries.empty();
  return is_known ? card->second.entries.back().position : 0;
}

const std::map<int64_t, int64_t>& Books::UsableAt(const std::string& place) const {
  static const auto* const kNothing = new std::map<int64_t, int64_t>;
  const auto lots = usable_.find(place);
  return lots == usable_.end() ? *kNothing : lots->second;
}

int64_t Books::NetOf(const inv::Posting& posting, inv::AccountKind kind) {
  int64_t net_g = 0;
  for (const auto* movements : {&posting.movements(), &posting.reversal_movements()}) {
    for (const inv::Movement& movement : *movements) {
      if (movement.to().kind() == kind) net_g += movement.quantity_g();
      if (movement.from().kind() == kind) net_g -= movement.quantity_g();
    }
  }
  return net_g;
}

bool Books::IsNew(const inv::Posting& posting) const {
  const inv::Posting* known = Find(posting.position());
  if (known == nullptr) {
    // What else is in the log stands between postings.
    EXPECT_TRUE(postings_.empty() || posting.position() > postings_.back().position());
    return true;
  }
  EXPECT_EQ(AsPosted(posting), AsPosted(*known))
      << "a posting is not what it was: " << posting.DebugString();
  return false;
}

void Books::ReadOn(RunningSystem* system) {
  inv::ListPostingsRequest request;
  request.set_page_size(kPageSize);
  while (true) {
    request.set_page_token(token_);
    const auto page = system->Ask(&inv::StockService::Stub::ListPostings, request);
    ASSERT_THAT(page, IsOk());
    for (const inv::Posting& posting : page->postings()) {
      if (IsNew(posting)) Enter(posting);
    }
    if (page->next_page_token().empty()) break;
    token_ = page->next_page_token();
  }
  CheckMoved();
}

void Books::ReadAgain(RunningSystem* system) {
  inv::ListPostingsRequest request;
  request.set_page_size(kPageSizeMax);
  size_t read = 0;
  do {
    const auto page = system->Ask(&inv::StockService::Stub::ListPostings, request);
    ASSERT_THAT(page, IsOk());
    for (const inv::Posting& posting : page->postings()) {
      ++read;
      ASSERT_FALSE(IsNew(posting)) << "somebody posted meanwhile";
      const bool is_corrected = corrected_.count(posting.position()) > 0;
      EXPECT_EQ(posting.corrected_by_position() != 0, is_corrected) << posting.DebugString();
    }
    request.set_page_token(page->next_page_token());
  } while (!request.page_token().empty());
  EXPECT_EQ(read, postings_.size()) << "postings are gone";
}

void Books::Enter(const inv::Posting& posting) {
  if (!postings_.empty()) {
    EXPECT_GT(posting.recorded_us(), postings_.back().recorded_us());
  }
  if (IsCorrection(posting)) CheckCorrection(posting);
  for (const auto* movements : {&posting.movements(), &posting.reversal_movements()}) {
    for (const inv::Movement& movement : *movements) Move(posting, movement);
  }
  places_.emplace(posting.position(), postings_.size());
  postings_.push_back(posting);
}

// A correction takes back what stands, once, at the time when it happened.
void Books::CheckCorrection(const inv::Posting& posting) {
  const inv::Posting* corrected = Find(posting.linked_position());
  ASSERT_NE(corrected, nullptr) << posting.DebugString();
  EXPECT_TRUE(corrected_.insert(posting.linked_position()).second)
      << "corrected twice: " << corrected->DebugString();
  EXPECT_EQ(MovesOf(posting.reversal_movements(), true), MovesOf(corrected->movements(), false));
  EXPECT_EQ(MicrosOf(posting.occurred_at()), MicrosOf(corrected->occurred_at()));
  EXPECT_EQ(posting.reference(), corrected->reference());
}

void Books::Move(const inv::Posting& posting, const inv::Movement& movement) {
  EXPECT_GT(movement.quantity_g(), 0) << posting.DebugString();
  Change(posting, IdOf(movement.from(), movement.lot_id()), -movement.quantity_g());
  Change(posting, IdOf(movement.to(), movement.lot_id()), movement.quantity_g());
}

void Books::Change(const inv::Posting& posting, const AccountId& account, int64_t change_g) {
  Card& card = cards_[account];
  card.balance_g += change_g;
  if (account.kind == inv::ACCOUNT_KIND_USABLE) {
    std::map<int64_t, int64_t>& lots = usable_[account.place];
    if ((lots[account.lot] += change_g) == 0) lots.erase(account.lot);
  }
  if (!IsPhysical(account.kind)) return;
  const int64_t us = MicrosOf(posting.occurred_at());
  if ((card.net_g[us] += change_g) == 0) card.net_g.erase(us);
  card.entries.push_back({us, change_g, posting.position()});
  moved_.insert(account);
}

// Nothing physical is below zero at any moment, in the order in which things happened.
void Books::CheckMoved() {
  for (const AccountId& account : moved_) {
    int64_t running_g = 0;
    for (const auto& [us, net_g] : cards_.at(account).net_g) {
      running_g += net_g;
      EXPECT_GE(running_g, 0) << TextOf(account) << " at " << us << " us";
    }
  }
  moved_.clear();
}

void Books::CheckConservation() const {
  std::map<int64_t, int64_t> came_g;
  std::map<int64_t, int64_t> is_there_or_went_g;
  for (const auto& [account, card] : cards_) {
    const bool is_source =
        account.kind == inv::ACCOUNT_KIND_PURCHASED || account.kind == inv::ACCOUNT_KIND_FOUND;
    (is_source ? came_g : is_there_or_went_g)[account.lot] +=
        is_source ? -card.balance_g : card.balance_g;
    if (is_source) {
      EXPECT_LE(card.balance_g, 0) << TextOf(account);
    } else {
      EXPECT_GE(card.balance_g, 0) << TextOf(account);
    }
  }
  EXPECT_EQ(came_g, is_there_or_went_g);
}

}  // namespace milkway::programme
