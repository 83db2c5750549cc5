// The books as anybody can recompute them: from the list of postings alone, whatever the
// ledger says of its balances.

#ifndef MILKWAY_TESTS_PROGRAMME_BOOKS_H_
#define MILKWAY_TESTS_PROGRAMME_BOOKS_H_

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "milkway/inventory/v1/stock.pb.h"
#include "tests/programme/running_system.h"

namespace milkway::programme {

namespace inv = inventory::v1;

struct AccountId {
  int64_t lot = 0;
  inv::AccountKind kind = inv::ACCOUNT_KIND_UNSPECIFIED;
  std::string place;
  friend auto operator<=>(const AccountId&, const AccountId&) = default;
};
std::string TextOf(const AccountId& account);

constexpr bool IsPhysical(inv::AccountKind kind) { return kind <= inv::ACCOUNT_KIND_IN_TRANSIT; }

class Books {
 public:
  // What moved an account.
  struct Entry {
    int64_t us = 0;
    int64_t change_g = 0;
    int64_t position = 0;
  };
  struct Card {
    int64_t balance_g = 0;
    std::map<int64_t, int64_t> net_g;  // by instant: goods in stand before goods out
    std::vector<Entry> entries;
  };

  // Reads what was posted since the last time, and looks at every account that it moved.
  void ReadOn(RunningSystem* system);
  // Reads everything again: what was there before is there still.
  void ReadAgain(RunningSystem* system);

  int64_t Balance(const AccountId& account) const;
  // The least that the account holds at a time or later: what could leave it then.
  int64_t LowestFrom(const AccountId& account, int64_t us) const;
  // Position of the last posting that moved it; 0: none did.
  int64_t LastMoved(const AccountId& account) const;
  const std::map<AccountId, Card>& cards() const { return cards_; }
  // Lots with usable stock at a place.
  const std::map<int64_t, int64_t>& UsableAt(const std::string& place) const;
  // In the order of the log: the one at position p stands at p - 1.
  const std::vector<inv::Posting>& postings() const { return postings_; }
  // Of the last posting; 0 before the first.
  int64_t LastPosition() const { return postings_.empty() ? 0 : postings_.back().position(); }
  const inv::Posting* Find(int64_t position) const;
  // Grams of `kind` that a posting adds, corrections with what they take back.
  static int64_t NetOf(const inv::Posting& posting, inv::AccountKind kind);

  // Purchased + found = on hand + in transit + served + lost + destroyed + returned.
  void CheckConservation() const;

 private:
  void Enter(const inv::Posting& posting);
  void CheckCorrection(const inv::Posting& posting);
  void Move(const inv::Posting& posting, const inv::Movement& movement);
  void Change(const inv::Posting& posting, const AccountId& account, int64_t change_g);
  void CheckMoved();
  // Compares with what was read before; true if it is new.
  bool IsNew(const inv::Posting& posting) const;

  std::vector<inv::Posting> postings_;
  std::map<int64_t, size_t> places_;  // in postings_, by position
  std::set<int64_t> corrected_;
  std::map<AccountId, Card> cards_;
  std::map<std::string, std::map<int64_t, int64_t>> usable_;  // by place and lot
  std::set<AccountId> moved_;
  std::string token_;  // of the last page
};

}  // namespace milkway::programme

#endif  // MILKWAY_TESTS_PROGRAMME_BOOKS_H_
