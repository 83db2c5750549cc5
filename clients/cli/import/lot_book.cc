#include "clients/cli/import/lot_book.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "clients/cli/import/cells.h"
#include "clients/cli/text.h"
#include "clients/cpp/status_macros.h"
#include "milkway/inventory/v1/purchases.pb.h"

namespace milkway::cli {

namespace {

std::string LotOfProduct(const LotName& name) {
  return absl::StrCat("lot ", Quoted(name.lot_number.view()), " of product ",
                      Quoted(name.product_id.view()));
}

}  // namespace

absl::StatusOr<LotBook> LotBook::Resolve(Folder* folder, const FolderIndex* index,
                                         References* references, Report* report) {
  LotBook book(folder, index, references, report);
  book.line_lot_ids_.resize(folder->purchase_lines.size(), 0);
  // Resolving adds full names behind those that rows use.
  const size_t used = folder->lots.size();
  for (LotRef lot = 0; lot < used; ++lot) {
    const LotName name = folder->lots.Get(lot);
    ASSIGN_OR_RETURN(Target target, book.ResolveName(name));
    book.targets_.push_back(std::move(target));
  }
  return book;
}

absl::StatusOr<std::vector<LotBook::Candidate>> LotBook::CandidatesOf(const LotName& name) {
  std::vector<Candidate> candidates;
  const auto lines = index_.lines_of_lot.find({name.product_id, name.lot_number});
  if (lines != index_.lines_of_lot.end()) {
    for (const uint32_t line : lines->second) {
      candidates.push_back({folder_.purchase_lines[line].purchase_id, line, 0});
    }
  }
  ASSIGN_OR_RETURN(const auto lots,
                   references_.directory().FindLots(name.product_id.str(), name.lot_number.str()));
  for (const inventory::v1::Lot& lot : lots) {
    const Name purchase_id = folder_.names.Intern(lot.purchase_id());
    const bool in_folder = std::any_of(
        candidates.begin(), candidates.end(),
        [&](const Candidate& candidate) { return candidate.purchase_id == purchase_id; });
    if (!in_folder) candidates.push_back({purchase_id, kNoRow, lot.lot_id()});
  }
  return candidates;
}

LotBook::Target LotBook::TargetOf(const LotName& name, const Candidate& candidate) {
  Target target;
  target.kind = candidate.line == kNoRow ? Kind::kServer : Kind::kLine;
  target.identity = folder_.lots.Intern({candidate.purchase_id, name.product_id, name.lot_number});
  target.line = candidate.line;
  target.lot_id = candidate.lot_id;
  return target;
}

absl::StatusOr<LotBook::Target> LotBook::ResolveName(const LotName& name) {
  const auto line = index_.lines.find(folder_.lots.Intern(name));
  if (line != index_.lines.end()) return TargetOf(name, {name.purchase_id, line->second, 0});
  ASSIGN_OR_RETURN(const std::vector<Candidate> candidates, CandidatesOf(name));
  if (!name.purchase_id.empty()) {
    for (const Candidate& candidate : candidates) {
      if (candidate.purchase_id == name.purchase_id) return TargetOf(name, candidate);
    }
    return WithoutCandidate(name, !candidates.empty());
  }
  if (candidates.empty()) return WithoutCandidate(name, false);
  if (candidates.size() == 1) return TargetOf(name, candidates.front());
  Target target;
  target.kind = Kind::kWrong;
  target.column = "purchase_id";
  target.rule = absl::StrCat(
      "must say which purchase is meant, ", LotOfProduct(name), " came with ",
      absl::StrJoin(candidates, " and ", [](std::string* text, const Candidate& candidate) {
        absl::StrAppend(text, candidate.purchase_id.view());
      }));
  return target;
}

// Why nothing fits, in the order in which a person would look for it.
absl::StatusOr<LotBook::Target> LotBook::WithoutCandidate(const LotName& name, bool has_others) {
  Target target;
  for (const Table table : {Table::kPurchaseLines, Table::kPurchases}) {
    if (!report_.IsBroken(table)) continue;
    target.kind = Kind::kBroken;
    target.broken = table;
    return target;
  }
  if (!references_.directory().CanAsk()) return target;
  target.kind = Kind::kWrong;
  if (!index_.products.contains(name.product_id)) {
    ASSIGN_OR_RETURN(const auto* product,
                     references_.directory().FindProduct(name.product_id.str()));
    if (product == nullptr) {
      target.column = "product_id";
      target.rule = absl::StrCat("must be a product that products.csv or the server has",
                                 Is(name.product_id.view()));
      return target;
    }
  }
  target.column = has_others ? "purchase_id" : "lot_number";
  target.rule =
      has_others
          ? absl::StrCat("must be a purchase with ", LotOfProduct(name),
                         Is(name.purchase_id.view()))
          : absl::StrCat("must be a lot of product ", Quoted(name.product_id.view()),
                         " that purchase_lines.csv or the server has", Is(name.lot_number.view()));
  return target;
}

void LotBook::Require(RowRef row, LotRef lot) {
  if (lot == kNoLot) return;
  const Target& target = targets_[lot];
  if (target.kind == Kind::kWrong) report_.AddError(row, target.column, target.rule);
  if (target.kind == Kind::kUnchecked) references_.AddUnchecked(row, "lot_number");
}

LotRef LotBook::IdentityOf(LotRef lot) const {
  return lot == kNoLot ? kNoLot : targets_[lot].identity;
}

std::string LotBook::FullNameOf(LotRef lot) const {
  const LotRef identity = IdentityOf(lot);
  if (identity == kNoLot) return "";
  const LotName& name = folder_.lots.Get(identity);
  return absl::StrCat(name.purchase_id.view(), "/", name.product_id.view(), "/",
                      name.lot_number.view());
}

std::optional<RowRef> LotBook::Blocker(LotRef lot) const {
  const Target& target = targets_[lot];
  if (target.kind == Kind::kBroken) return report_.BrokenFile(target.broken);
  if (target.kind != Kind::kLine) return std::nullopt;
  const RowRef line{Table::kPurchaseLines, target.line};
  if (report_.StateOf(line) == RowState::kWrong) return line;
  const auto purchase = index_.purchases.find(folder_.purchase_lines[target.line].purchase_id);
  if (purchase != index_.purchases.end()) {
    const RowRef row{Table::kPurchases, purchase->second};
    if (report_.IsLost(row)) return row;
  }
  return report_.IsLost(line) ? std::make_optional(line) : std::nullopt;
}

int64_t LotBook::LotIdOf(LotRef lot) const {
  const Target& target = targets_[lot];
  return target.kind == Kind::kLine ? line_lot_ids_[target.line] : target.lot_id;
}

void LotBook::SetLotId(uint32_t purchase_line, int64_t lot_id) {
  line_lot_ids_[purchase_line] = lot_id;
}

}  // namespace milkway::cli
