// A model of the ledger that is slow, short and easy to believe.
//
// It keeps what stands (each record, unless a correction took its place) and what
// was counted; nothing that could be worked out from them. After each change it
// walks every account from its beginning, by the definitions:
//   - at one instant goods come in, then goods go out, then stock is counted;
//   - at a count the variance is whatever makes the books equal the figure, after
//     serving with the same local day's distributions of later times taken off;
//   - a change is refused if any physical account is below zero at any moment then;
//   - what was drunk all the same comes out of quarantine as far as it was there, then
//     from nowhere.

#ifndef MILKWAY_TESTS_INVENTORY_LEDGER_MODEL_H_
#define MILKWAY_TESTS_INVENTORY_LEDGER_MODEL_H_

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "services/inventory/ledger.h"
#include "services/runtime/errors.h"

namespace milkway::inventory {

class LedgerModel {
 public:
  // The name of a refusal and what it must say at least.
  struct Refusal {
    std::string reason;  // empty: INVALID_ARGUMENT
    runtime::Metadata metadata;
  };

  // What the ledger must answer.
  struct Verdict {
    // None: accepted. Several: the ledger may name any of them.
    std::vector<Refusal> refusals;
    int64_t found_g = 0;
    int64_t quarantined_g = 0;  // drunk although it was in quarantine
    int64_t expected_g = 0;     // of a count
    int64_t variance_g = 0;

    bool accepted() const { return refusals.empty(); }
  };

  // What was posted and which correction took its place, if any.
  struct Record {
    int64_t number = 0;
    PostingKind kind = PostingKind::kPurchase;
    OccurredAt occurred_at;
    std::vector<Movement> movements;
    int64_t corrected_by = 0;
  };

  struct Count {
    Account account;
    OccurredAt counted_at;
    int64_t counted_g = 0;
    bool after_serving = false;
    int64_t variance_g = 0;
  };

  struct Card {
    int64_t balance_g = 0;
    std::map<int64_t, int64_t> net_g;  // by instant; never 0
    int64_t missing_g = 0;             // the most that it is below zero
    int64_t missing_us = 0;            // the first time that it is
  };

  // Places that exist, and whether they are schools.
  explicit LedgerModel(std::map<std::string, bool> places) : places_(std::move(places)) {}

  struct Bought {
    int64_t weight_g = 0;
    LocalDate expires_on;
  };
  // A purchase of new lots, which get the next numbers.
  void Buy(int64_t number, OccurredAt at, const std::string& supplier,
           const std::string& destination, const std::vector<Bought>& lots);

  // A posting with a number of its own; `draft.corrects_position` is the number of
  // what it corrects.
  Verdict Post(int64_t number, const PostingDraft& draft);

  Verdict CountStock(const CountDraft& draft);

  // Takes over balances that another one keeps, and what was posted to them: for steps
  // that go beyond this model. It refuses and recomputes nothing from then on.
  void Mirror(int64_t last_lot, const std::map<Account, int64_t>& balances,
              std::vector<Record> records);

  int64_t last_lot() const { return last_lot_; }
  const std::vector<Record>& records() const { return records_; }
  const std::vector<Count>& counts() const { return counts_; }
  // Every account that anything ever touched. What counts took or brought is all
  // in kFound: less what was lost, it is one number.
  const std::map<Account, Card>& cards() const { return cards_; }
  int64_t Balance(const Account& account) const;

 private:
  std::vector<Refusal> RefuseCorrection(const PostingDraft& draft) const;
  std::vector<Refusal> RefuseMovements(const PostingDraft& draft) const;
  std::vector<Refusal> RefusePlaces(const PostingDraft& draft) const;
  std::vector<Refusal> RefuseExpired(const PostingDraft& draft) const;
  Refusal StockMissing(const Account& account, const Card& card, int32_t offset_minutes) const;

  Record* Find(int64_t number);
  const Record* Find(int64_t number) const;
  std::map<Account, Card> CardsBelowZero() const;
  void Recompute();
  void WalkUsable(const Account& account, Card* card);

  std::map<std::string, bool> places_;
  int64_t last_lot_ = 0;
  std::vector<LocalDate> expires_on_;  // by lot
  std::vector<Record> records_;
  std::vector<Count> counts_;
  std::map<Account, Card> cards_;
};

}  // namespace milkway::inventory

#endif  // MILKWAY_TESTS_INVENTORY_LEDGER_MODEL_H_
