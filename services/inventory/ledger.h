// The ledger: the only thing that changes a balance.
//
// Stock moves by postings of whole grams between accounts. A posting is refused
// if a physical account would be below zero at any moment of its card, whenever
// the posting is recorded. Refusals are checked in this order: what a correction
// corrects, which accounts may move, lots, recalls, places, expiry, stock, first
// expired first out.
//
// Of a lot under a recall that stands nothing is usable at the end of any card: what
// a posting leaves usable is held in the same transaction (holds.h).

#ifndef MILKWAY_SERVICES_INVENTORY_LEDGER_H_
#define MILKWAY_SERVICES_INVENTORY_LEDGER_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "services/inventory/account.h"
#include "services/inventory/counts.h"
#include "services/inventory/holds.h"
#include "services/inventory/log.h"
#include "services/inventory/stock_card.h"
#include "services/runtime/dates.h"
#include "services/runtime/once.h"
#include "storage/store.h"

namespace milkway::inventory {

// A posting that is asked for.
struct PostingDraft {
  runtime::RequestId request_id;
  PostingKind kind = PostingKind::kPurchase;
  OccurredAt occurred_at;
  std::string reference;
  std::vector<Movement> movements;
  // Not 0: what stands at this position is reversed, and `movements` stand instead.
  int64_t corrects_position = 0;
  // Not empty: usable stock that the books miss comes from quarantine (of a
  // distribution only), then from found, in the same posting; and milk may have been
  // served after its last day.
  std::string discrepancy_reason;
  // Not empty: stock that expires earlier may stay behind.
  std::string fefo_override_reason;
};

struct Posted {
  int64_t position = 0;
  int64_t recorded_us = 0;
  int64_t found_g = 0;
  int64_t quarantined_g = 0;  // out of quarantine, because of the discrepancy reason
};

// A count that is asked for.
struct CountDraft {
  runtime::RequestId request_id;
  Account account;  // usable, at a location
  OccurredAt counted_at;
  int64_t counted_g = 0;
  bool after_serving = false;
  std::string note;
  std::string recorded_by;
  uint32_t reason = 0;  // number of the public CountReason
};

struct Counted {
  int64_t expected_g = 0;
  int64_t variance_g = 0;
  int64_t position = 0;  // 0: there was no variance to post
};

// The ledger in one transaction. Not thread-safe.
class Ledger {
 public:
  // `transaction` must outlive the ledger. `now_us`: the server's clock.
  static absl::StatusOr<Ledger> Begin(storage::Transaction& transaction, int64_t now_us);

  // Appends a posting. A refusal (inventory_errors.h) leaves no trace, and the
  // ledger can go on.
  absl::StatusOr<Posted> Post(PostingDraft draft);

  // Moves usable stock of a lot to quarantine for a recall, as `holds` says of each
  // place. All holds are of one time and one recall. Returns the posting's position.
  struct PlaceHold {
    Account usable;
    HoldChange hold;
  };
  absl::StatusOr<int64_t> Hold(const std::vector<PlaceHold>& holds, runtime::RequestId request_id);

  // Records a count and posts its variance. ALREADY_EXISTS (COUNT_RECORDED) if
  // the account has a count of that very moment.
  absl::StatusOr<Counted> Count(const CountDraft& draft);

  // Appends to the log what belongs to these postings and is none.
  // Returns its position.
  absl::StatusOr<int64_t> AppendLeaf(LeafKind kind, absl::string_view body);

  // Must be called once, last. Not OK if the store could not be read or written
  // in between: then the transaction must fail.
  absl::Status End();

 private:
  // What the ledger needs to know of a lot.
  struct LotFacts {
    std::string product_id;
    std::string lot_number;
    LocalDate expires_on;
    RecallsOfLot recalls;
  };
  // A change of one account that was found good.
  struct PlannedChange {
    StockCard card;
    int64_t change_g = 0;
    std::vector<Recount> recounts;
    std::vector<HoldChange> holds;
  };
  struct Plan {
    Posting posting;
    std::vector<PlannedChange> changes;
    int64_t found_g = 0;
    int64_t quarantined_g = 0;
    bool is_expired = false;  // milk was served after its last day
  };

  Ledger(storage::Transaction* transaction, LogWriter log)
      : transaction_(*transaction), log_(std::move(log)) {}

  absl::StatusOr<Plan> MakePlan(PostingDraft draft);
  absl::StatusOr<std::vector<Movement>> ReversedBy(const PostingDraft& draft) const;
  absl::Status CheckMovements(const PostingDraft& draft);
  absl::Status PlanChanges(const std::vector<Movement>& reversed, Plan* plan);
  // Fills in the recounts and holds of a change, and makes good what is missing where
  // that is allowed.
  absl::Status CheckChange(Plan* plan, PlannedChange* planned);
  // Plans the change anew, of `asked_g` and the least that must be made good of it:
  // `missing_g` as a rule. False if nothing is enough.
  absl::StatusOr<bool> FindEnough(const Posting& posting, int64_t asked_g, int64_t missing_g,
                                  PlannedChange* planned);
  // Adds to `plan` what makes `missing_g` of a planned change good.
  absl::Status MakeGood(Plan* plan, const PlannedChange& planned, int64_t missing_g);
  // What quarantine can give for a serving, beside all that is planned.
  absl::StatusOr<int64_t> QuarantinedFor(const Plan& plan, const PlannedChange& planned) const;
  // Plans the accounts that MakeGood takes from.
  absl::Status PlanMadeGood(const std::vector<Movement>& reversed, Plan* plan);
  // Refuses holds and servings that quarantine cannot bear together.
  absl::Status CheckQuarantine(const Plan& plan) const;
  absl::Status CheckExpiry(Plan* plan);
  absl::StatusOr<Shortfall> PlanRecounts(const Posting& posting, PlannedChange* planned);
  absl::Status RefuseShortfall(const Posting& posting, const Account& account,
                               const Shortfall& shortfall) const;
  absl::Status CheckPlace(const Account& account) const;
  // OK also where an override reason allows it; `*was_needed` says whether it did.
  absl::Status CheckFefo(const Plan& plan, bool* was_needed);
  absl::Status CheckFefoOf(const Plan& plan, const AccountChange& out);

  absl::StatusOr<Posted> Write(Plan plan);
  absl::Status WriteRecount(const Account& account, const Recount& recount, const Posting& cause,
                            int64_t cause_position);
  absl::Status WriteHold(const Account& account, const HoldChange& hold, const Posting& cause,
                         int64_t cause_position);
  absl::Status EnterChanges(const Posting& posting, int64_t position);
  absl::Status EnterChange(StockCard& card, const Posting& posting, int64_t position,
                           int64_t change_g);

  absl::StatusOr<const LotFacts*> FactsOf(LotId lot);
  absl::StatusOr<bool> HasRecalls();
  // Keeps errors that are no refusals: they end the transaction.
  void NoteFailure(const absl::Status& status);

  storage::Transaction& transaction_;
  LogWriter log_;
  absl::flat_hash_map<LotId, LotFacts> lots_;
  std::optional<bool> has_recalls_;  // once it was needed
  absl::Status failed_;
};

}  // namespace milkway::inventory

#endif  // MILKWAY_SERVICES_INVENTORY_LEDGER_H_
