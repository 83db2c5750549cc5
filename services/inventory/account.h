// The words of the ledger: accounts, movements, postings. Pure.

#ifndef MILKWAY_SERVICES_INVENTORY_ACCOUNT_H_
#define MILKWAY_SERVICES_INVENTORY_ACCOUNT_H_

#include <compare>
#include <cstdint>
#include <string>
#include <vector>

#include "services/runtime/dates.h"
#include "services/runtime/once.h"
#include "services/runtime/strong_id.h"

namespace milkway::inventory {

// What an account holds. The numbers are those of the public AccountKind; they
// are in keys and in the log.
enum class AccountKind : uint8_t {
  kUsable = 1,
  kQuarantined = 2,
  kDamaged = 3,
  kInTransit = 4,
  kPurchased = 5,
  kServed = 6,
  kFound = 7,
  kLossMissing = 8,
  kLossWasted = 9,
  kLossCount = 10,
  kLossWrittenOff = 11,
  kDestroyed = 12,
  kReturned = 13,
};
inline constexpr int kAccountKindLast = 13;

// Stock that somebody could touch: it has a stock card and is never below zero.
constexpr bool IsPhysical(AccountKind kind) { return kind <= AccountKind::kInTransit; }
constexpr bool IsLoss(AccountKind kind) {
  return AccountKind::kLossMissing <= kind && kind <= AccountKind::kLossWrittenOff;
}
// Its place is a shipment, not a location.
constexpr bool IsAtShipment(AccountKind kind) { return kind == AccountKind::kInTransit; }

// "usable", "in transit", for messages.
const char* NameOf(AccountKind kind);

// One account of one lot.
struct Account {
  LotId lot;
  AccountKind kind = AccountKind::kUsable;
  std::string place;

  friend auto operator<=>(const Account&, const Account&) = default;
  friend bool operator==(const Account&, const Account&) = default;
  template <typename H>
  friend H AbslHashValue(H state, const Account& account) {
    return H::combine(std::move(state), account.lot, account.kind, account.place);
  }
};

// Grams of one lot that leave one account and arrive in another.
struct Movement {
  LotId lot;
  AccountKind from_kind = AccountKind::kUsable;
  std::string from_place;
  AccountKind to_kind = AccountKind::kUsable;
  std::string to_place;
  int64_t quantity_g = 0;

  Account from() const { return {lot, from_kind, from_place}; }
  Account to() const { return {lot, to_kind, to_place}; }
  friend bool operator==(const Movement&, const Movement&) = default;
};

// The numbers are those of the public PostingKind; they are in the log.
enum class PostingKind : uint8_t {
  kPurchase = 1,
  kDispatch = 2,
  kReceipt = 3,
  kDistribution = 4,
  kCount = 5,
  kAdjustment = 6,
  kRecount = 7,
  kRecall = 8,
  kRelease = 9,
};
inline constexpr int kPostingKindLast = 9;

// True if a posting of `kind` may move stock from one kind of account to the other.
bool MayMove(PostingKind kind, AccountKind from, AccountKind to);

// True for what a discrepancy reason adds to a posting: usable stock that the books
// did not know of, or had in quarantine.
bool IsMadeGood(PostingKind kind, AccountKind from, AccountKind to);

// An atomic group of movements as it stands in the log.
struct Posting {
  PostingKind kind = PostingKind::kPurchase;
  OccurredAt occurred_at;
  int64_t recorded_us = 0;
  runtime::RequestId request_id;
  std::string reference;
  std::vector<Movement> movements;
  // A correction: what is reversed. A recount, or a recall that follows: what made it
  // necessary. Else 0.
  int64_t linked_position = 0;
  std::string discrepancy_reason;
  std::string fefo_override_reason;

  friend bool operator==(const Posting&, const Posting&) = default;
};

// True for a correction: what it links to is reversed, and its movements stand instead.
inline bool IsCorrection(const Posting& posting) {
  return posting.linked_position != 0 && posting.kind != PostingKind::kRecount &&
         posting.kind != PostingKind::kRecall;
}

// By how much each account changes, in order; accounts that stay the same are left out.
struct AccountChange {
  Account account;
  int64_t change_g = 0;
  friend bool operator==(const AccountChange&, const AccountChange&) = default;
};
std::vector<AccountChange> NetChanges(const std::vector<Movement>& movements,
                                      const std::vector<Movement>& reversed);

// A moment of a stock card. At one instant goods come in before goods go out, and
// a count is made after both; what counting and recounting adds stands before what
// it takes away, so that the card is below zero at no line of it.
struct Moment {
  static constexpr uint8_t kIn = 0;
  static constexpr uint8_t kOut = 1;
  static constexpr uint8_t kCountIn = 2;
  static constexpr uint8_t kCountOut = 3;

  int64_t us = 0;
  uint8_t rank = kIn;

  friend auto operator<=>(const Moment&, const Moment&) = default;
  friend bool operator==(const Moment&, const Moment&) = default;
};

// Where a change of `change_g` stands on its card.
Moment MomentOf(PostingKind kind, int64_t occurred_us, int64_t change_g);

}  // namespace milkway::inventory

#endif  // MILKWAY_SERVICES_INVENTORY_ACCOUNT_H_
