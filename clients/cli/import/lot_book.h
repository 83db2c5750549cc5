// Which lot a row means.

#ifndef MILKWAY_CLIENTS_CLI_IMPORT_LOT_BOOK_H_
#define MILKWAY_CLIENTS_CLI_IMPORT_LOT_BOOK_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "clients/cli/import/references.h"

namespace milkway::cli {

// Every lot name of the folder, resolved once. Not thread-safe.
class LotBook {
 public:
  // Resolves all names in `folder->lots`, asking the server where it can be asked.
  // Errors are those of the connection. All must outlive the book.
  static absl::StatusOr<LotBook> Resolve(Folder* folder, const FolderIndex* index,
                                         References* references, Report* report);

  // Reports an error of `row` if its lot is not known, or is not the only one.
  void Require(RowRef row, LotRef lot);

  // The lot's full name, the same however rows name it; kNoLot if it is not known.
  LotRef IdentityOf(LotRef lot) const;
  // "purchase/product/lot"; empty if it is not known.
  std::string FullNameOf(LotRef lot) const;

  // The row that keeps from being sent whatever refers to the lot.
  std::optional<RowRef> Blocker(LotRef lot) const;

  // The server's id, once it is known: for a lot of the folder that is after its
  // purchase was recorded.
  int64_t LotIdOf(LotRef lot) const;
  void SetLotId(uint32_t purchase_line, int64_t lot_id);

 private:
  enum class Kind {
    kLine,       // a row of purchase_lines.csv
    kServer,     // a lot that only the server has
    kWrong,      // none, or several
    kUnchecked,  // only the server could tell
    kBroken,     // may be in a file that cannot be read
  };
  struct Target {
    Kind kind = Kind::kUnchecked;
    LotRef identity = kNoLot;
    uint32_t line = kNoRow;
    int64_t lot_id = 0;
    Table broken = Table::kPurchaseLines;
    std::string column;
    std::string rule;
  };
  // A lot that a name may mean.
  struct Candidate {
    Name purchase_id;
    uint32_t line = kNoRow;
    int64_t lot_id = 0;
  };

  LotBook(Folder* folder, const FolderIndex* index, References* references, Report* report)
      : folder_(*folder), index_(*index), references_(*references), report_(*report) {}

  absl::StatusOr<Target> ResolveName(const LotName& name);
  absl::StatusOr<std::vector<Candidate>> CandidatesOf(const LotName& name);
  absl::StatusOr<Target> WithoutCandidate(const LotName& name, bool has_others);
  Target TargetOf(const LotName& name, const Candidate& candidate);

  Folder& folder_;
  const FolderIndex& index_;
  References& references_;
  Report& report_;
  std::vector<Target> targets_;  // by LotRef
  std::vector<int64_t> line_lot_ids_;
};

}  // namespace milkway::cli

#endif  // MILKWAY_CLIENTS_CLI_IMPORT_LOT_BOOK_H_
