// Published statements, computed again from the postings.

#ifndef MILKWAY_CLIENTS_CLI_STATEMENT_AUDIT_H_
#define MILKWAY_CLIENTS_CLI_STATEMENT_AUDIT_H_

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "clients/verify/gift_leaves.h"
#include "clients/verify/posting.h"

namespace milkway::cli {

// Takes the leaves of a log twice: first Learn of each what statements there are and when
// their figures were read, then Follow each and hear what differs.
//
// The figures of a lot are exactly what the postings and costs up to the entry that it
// names make, and what gifts bought of it is exactly what the allocations make that it
// counts.
// What is told of a lot at a school is older than the books, or as old: it was what they
// said at some moment since it was told the last time, or that rounded down to quarters of
// a kilogram (after a correction, docs/proofs.md).
class StatementAudit {
 public:
  using Differ = std::function<void(std::string)>;
  // The canonical bytes of the leaf at a position.
  using Read = std::function<absl::StatusOr<std::string>(int64_t position)>;

  StatementAudit(Differ differ, Read read) : differ_(std::move(differ)), read_(std::move(read)) {}

  absl::Status Learn(absl::string_view canonical);
  absl::Status Follow(int64_t position, absl::string_view canonical);

  int64_t statements() const { return statements_; }

 private:
  struct Lot {
    int64_t purchased_g = 0;
    int64_t found_g = 0;
    int64_t lost_g = 0;
    int64_t returned_g = 0;
    int64_t cost_minor = 0;
  };
  // What gifts bought of a pool, all together, by the place of the allocation.
  using Bought = std::map<int64_t, int64_t>;
  // Served at a school, since something was told of it.
  struct Served {
    int64_t now_g = 0;
    int64_t least_g = 0;
    int64_t most_g = 0;
    std::map<int64_t, int64_t> first_told;  // grams -> the first publication that told them
  };

  absl::Status Apply(const proof::Posting& posting);
  void Move(const proof::Movement& movement, int64_t sign);
  void Enter(proof::AccountKind kind, const std::string& place, int64_t lot_id, int64_t change_g);
  void Compare(const proof::LotStatement& told);
  absl::Status Buy(absl::string_view canonical);
  // What is told of pools: it counts allocations that were in the log before it.
  void CompareBought(const proof::LotStatement& told);
  void Compare(const proof::ServedStatement& told);

  const Differ differ_;
  const Read read_;
  int64_t statements_ = 0;
  std::multimap<int64_t, proof::LotStatement> due_;  // by the entry that their figures include
  std::map<int64_t, Lot> lots_;
  std::map<std::pair<int64_t, std::string>, Bought> bought_;  // by lot and school or empty
  std::map<std::pair<int64_t, std::string>, Served> served_;
  std::vector<Served*> touched_;  // by the posting that is followed
};

}  // namespace milkway::cli

#endif  // MILKWAY_CLIENTS_CLI_STATEMENT_AUDIT_H_
