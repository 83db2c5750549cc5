#include "clients/cli/import/folder_index.h"

#include <algorithm>
#include <tuple>

#include "absl/strings/str_cat.h"
#include "clients/cli/text.h"

namespace milkway::cli {

namespace {

class IndexBuilder {
 public:
  IndexBuilder(Folder* folder, Report* report) : folder_(*folder), report_(*report) {}

  FolderIndex Build() {
    IndexById(folder_.products, &ProductRow::product_id, Table::kProducts, &index_.products);
    IndexById(folder_.locations, &LocationRow::location_id, Table::kLocations, &index_.locations);
    IndexById(folder_.purchases, &PurchaseRow::purchase_id, Table::kPurchases, &index_.purchases);
    IndexById(folder_.gifts, &GiftRow::gift_id, Table::kGifts, &index_.gifts);
    IndexById(folder_.shipments, &ShipmentRow::shipment_id, Table::kShipments, &index_.shipments);
    RequireUnique(folder_.purchase_costs, &PurchaseCostRow::cost_id, Table::kPurchaseCosts);
    RequireUnique(folder_.allocations, &AllocationRow::allocation_id, Table::kAllocations);
    RequireUnique(folder_.milestones, &MilestoneRow::milestone_id, Table::kMilestones);
    RequireUnique(folder_.counts, &CountRow::count_id, Table::kCounts);
    IndexRates();
    IndexPurchaseParts();
    IndexShipmentLines();
    IndexStudents();
    RequireUnique(folder_.records, &RecordRow::record_id, Table::kRecords);
    RequireUnique(folder_.adjustments, &AdjustmentRow::adjustment_id, Table::kAdjustments);
    index_.receipts = Link(&folder_.receipts, &ReceiptRow::key);
    index_.distributions = Link(&folder_.distributions, &DistributionRow::key);
    index_.receipt_history = Link(&folder_.receipt_history, &ReceiptRow::key);
    index_.distribution_history = Link(&folder_.distribution_history, &DistributionRow::key);
    index_.outcomes = Link(&folder_.outcomes, &OutcomeRow::outcome_id);
    return std::move(index_);
  }

 private:
  void Taken(RowRef row, absl::string_view column, absl::string_view what, uint32_t first) {
    report_.AddError(row, column,
                     absl::StrCat("must be there once, ", what, " is already in row ",
                                  report_.NumberOf({row.table, first})));
  }

  template <typename Row>
  void IndexById(const std::vector<Row>& rows, Name Row::*id, Table table,
                 FolderIndex::ByName* by_name) {
    for (uint32_t i = 0; i < rows.size(); ++i) {
      const Name name = rows[i].*id;
      if (name.empty()) continue;
      const auto [first, is_new] = by_name->try_emplace(name, i);
      if (!is_new) Taken({table, i}, SpecOf(table).key_column, Quoted(name.view()), first->second);
    }
  }

  template <typename Row>
  void RequireUnique(const std::vector<Row>& rows, Name Row::*id, Table table) {
    FolderIndex::ByName by_name;
    IndexById(rows, id, table, &by_name);
  }

  void IndexRates() {
    absl::flat_hash_map<std::tuple<Name, Name, int32_t>, uint32_t> keys;
    const auto& rows = folder_.exchange_rates;
    for (uint32_t i = 0; i < rows.size(); ++i) {
      const ExchangeRateRow& row = rows[i];
      if (row.from.empty() || row.to.empty()) continue;
      index_.rates[{row.from, row.to}].push_back(i);
      if (!row.on.has_value()) continue;
      const auto [first, is_new] = keys.try_emplace({row.from, row.to, row.on->days}, i);
      if (!is_new) {
        Taken({Table::kExchangeRates, i}, "on",
              absl::StrCat("the rate from ", row.from.view(), " to ", row.to.view(), " of ",
                           FormatDay(*row.on)),
              first->second);
      }
    }
    for (auto& [pair, rates] : index_.rates) {
      std::stable_sort(rates.begin(), rates.end(),
                       [&rows](uint32_t a, uint32_t b) { return rows[a].on < rows[b].on; });
    }
  }

  void IndexPurchaseParts() {
    for (uint32_t i = 0; i < folder_.purchase_lines.size(); ++i) {
      const PurchaseLineRow& row = folder_.purchase_lines[i];
      const auto purchase = index_.purchases.find(row.purchase_id);
      if (purchase != index_.purchases.end())
        folder_.purchases[purchase->second].lines.push_back(i);
      if (row.lot == kNoLot) continue;
      const auto [first, is_new] = index_.lines.try_emplace(row.lot, i);
      if (is_new) {
        index_.lines_of_lot[{row.product_id, row.lot_number}].push_back(i);
      } else {
        Taken({Table::kPurchaseLines, i}, "lot_number",
              absl::StrCat("lot ", Quoted(row.lot_number.view()), " of product ",
                           Quoted(row.product_id.view()), " and this purchase"),
              first->second);
      }
    }
    for (uint32_t i = 0; i < folder_.purchase_costs.size(); ++i) {
      const auto purchase = index_.purchases.find(folder_.purchase_costs[i].purchase_id);
      if (purchase != index_.purchases.end())
        folder_.purchases[purchase->second].costs.push_back(i);
    }
  }

  void IndexShipmentLines() {
    for (uint32_t i = 0; i < folder_.shipment_lines.size(); ++i) {
      const auto shipment = index_.shipments.find(folder_.shipment_lines[i].shipment_id);
      if (shipment != index_.shipments.end())
        folder_.shipments[shipment->second].lines.push_back(i);
    }
  }

  void IndexStudents() {
    for (uint32_t i = 0; i < folder_.students.size(); ++i) {
      const StudentRow& row = folder_.students[i];
      if (row.school_id.empty() || row.student_number == 0) continue;
      std::vector<uint32_t>& roster = index_.rosters[row.school_id];
      const auto number = static_cast<size_t>(row.student_number);
      if (roster.size() <= number) roster.resize(number + 1, kNoRow);
      if (roster[number] == kNoRow) {
        roster[number] = i;
      } else {
        Taken({Table::kStudents, i}, "student_number",
              absl::StrCat("student ", number, " of ", row.school_id.view()), roster[number]);
      }
    }
  }

  // Chains the rows with one id, and returns the first of each chain. A row without
  // a readable id stands alone.
  template <typename Row>
  static std::vector<uint32_t> Link(std::vector<Row>* rows, Name Row::*id) {
    std::vector<uint32_t> firsts;
    FolderIndex::ByName lasts;
    for (uint32_t i = 0; i < rows->size(); ++i) {
      const Name name = (*rows)[i].*id;
      if (!name.empty()) {
        const auto [last, is_new] = lasts.try_emplace(name, i);
        if (!is_new) {
          (*rows)[last->second].next = i;
          last->second = i;
          continue;
        }
      }
      firsts.push_back(i);
    }
    return firsts;
  }

  Folder& folder_;
  Report& report_;
  FolderIndex index_;
};

}  // namespace

std::optional<uint32_t> FolderIndex::FindRate(const Folder& folder, Name from, Name to,
                                              Day day) const {
  const auto found = rates.find({from, to});
  if (found == rates.end()) return std::nullopt;
  const std::vector<uint32_t>& rows = found->second;
  if (!folder.exchange_rates[rows.front()].on.has_value()) return rows.front();
  const auto after = std::upper_bound(
      rows.begin(), rows.end(), day,
      [&folder](Day wanted, uint32_t row) { return wanted < folder.exchange_rates[row].on; });
  if (after == rows.begin()) return std::nullopt;
  return *std::prev(after);
}

uint32_t FolderIndex::FindStudent(Name school_id, int32_t student_number) const {
  const auto roster = rosters.find(school_id);
  const auto number = static_cast<size_t>(student_number);
  if (roster == rosters.end() || number >= roster->second.size()) return kNoRow;
  return roster->second[number];
}

const FolderIndex::ByName& FolderIndex::Of(Table table) const {
  switch (table) {
    case Table::kProducts:
      return products;
    case Table::kLocations:
      return locations;
    case Table::kPurchases:
      return purchases;
    case Table::kGifts:
      return gifts;
    default:
      return shipments;
  }
}

FolderIndex BuildIndex(Folder* folder, Report* report) {
  return IndexBuilder(folder, report).Build();
}

}  // namespace milkway::cli
