// What recalls hold back, and how they follow the books.
//
// While a recall stands, nothing of its lots is usable at the end of any card. What
// is left usable by a posting is held: moved to quarantine, at the time of the order
// or as it comes. A hold says how much lay there; when something is recorded later
// for before it, it is found to have been smaller, and gives the difference back at
// its own time. So milk that was drunk before the recall can still be recorded.
//
// A hold that was released goes on giving back: what it did not hold was not released
// either, and is taken from the release.

#ifndef MILKWAY_SERVICES_INVENTORY_HOLDS_H_
#define MILKWAY_SERVICES_INVENTORY_HOLDS_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "services/inventory/account.h"
#include "services/inventory/counts.h"
#include "services/inventory/stock_card.h"
#include "storage/store.h"

namespace milkway::inventory {

// A recall of a lot that stands.
struct LotRecall {
  std::string recall_id;
  OccurredAt ordered_at;
};

// What recalls have to do with a lot.
struct RecallsOfLot {
  std::vector<LotRecall> standing;  // the first ordered first
  bool was_released = false;        // one that held it was lifted, and released it

  bool any() const { return !standing.empty() || was_released; }
};
absl::StatusOr<RecallsOfLot> FindRecallsOfLot(const storage::Reader& reader, LotId lot);

// How much more a recall holds at a time; less if it gives back.
struct HoldChange {
  std::string recall_id;
  OccurredAt held_at;
  int64_t held_g = 0;
  // It takes from the release at that time what a hold of before gave back.
  bool is_of_release = false;

  // What it does to the usable card, and to the one of quarantined stock.
  CardChange OfUsable() const;
  CardChange OfQuarantined() const;
};

// How counts and holds make a change of usable stock good.
struct Absorbed {
  std::vector<Recount> recounts;
  std::vector<HoldChange> holds;
};

// Goes from `change` on through the counts and holds of its account. A count keeps
// its figure; a hold gives back what is missing at it, as far as quarantined stock is
// there; what is left over is held by the first recall that stands, as early as it can
// be. `is_issue`: stock that leaves at the very time of a hold comes too late for it.
absl::StatusOr<Absorbed> AbsorbChange(const storage::Reader& reader, const StockCard& usable,
                                      const CountedChange& change, bool is_issue,
                                      const RecallsOfLot& recalls);

// What a recall that is placed now holds of a usable card, in order: all of it, from
// the time of the order where nothing that is recorded already needs it later. Counts
// made since keep their figures.
absl::StatusOr<std::vector<HoldChange>> HoldsOf(const storage::Reader& reader,
                                                const StockCard& usable, const LotRecall& recall);

// The first time after every count of an account, but not before `us`.
absl::StatusOr<int64_t> AfterCounts(const storage::Reader& reader, const StockCard& usable,
                                    int64_t us);

// Notes in its row what a hold has become.
absl::Status EnterHold(storage::Transaction& transaction, LotId lot, const std::string& place,
                       const HoldChange& hold);

// "recall/R-1": the reference of what a recall holds and gives back.
std::string ReferenceOfRecall(absl::string_view recall_id);
// "recall-lifted/R-1": of what its lifting released, and of what is taken from that.
std::string ReferenceOfRelease(absl::string_view recall_id);
// The recall that a posting of these belongs to; empty if it does to none.
std::string RecallOfPosting(PostingKind kind, absl::string_view reference);
bool IsOfRelease(PostingKind kind, absl::string_view reference);

}  // namespace milkway::inventory

#endif  // MILKWAY_SERVICES_INVENTORY_HOLDS_H_
