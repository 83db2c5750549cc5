#include "clients/cli/import/report.h"

#include <algorithm>
#include <limits>
#include <tuple>

#include "absl/strings/str_cat.h"

namespace milkway::cli {

namespace {

constexpr uint32_t kBrokenIndex = std::numeric_limits<uint32_t>::max();

std::string Sentence(Table table, uint32_t row, absl::string_view column, absl::string_view rule) {
  return absl::StrCat(SpecOf(table).file, ":", row, ": ",
                      column.empty() ? "" : absl::StrCat("column ", column, ": "), rule);
}

}  // namespace

RowRef Report::AddRow(Table table, uint32_t row) {
  auto& rows = rows_[static_cast<int>(table)];
  rows.push_back({row, RowState::kPending});
  return {table, static_cast<uint32_t>(rows.size() - 1)};
}

void Report::AddError(RowRef row, absl::string_view column, absl::string_view rule) {
  RowAt(row).state = RowState::kWrong;
  unprinted_.push_back(
      {row.table, RowAt(row).number, Sentence(row.table, RowAt(row).number, column, rule)});
  ++error_count_;
}

void Report::AddFileError(Table table, uint32_t row, absl::string_view column,
                          absl::string_view rule) {
  auto& broken = broken_[static_cast<int>(table)];
  if (!broken.has_value()) broken = row;
  unprinted_.push_back({table, row, Sentence(table, row, column, rule)});
  ++error_count_;
}

RowRef Report::BrokenFile(Table table) const { return {table, kBrokenIndex}; }

void Report::SealBrokenFiles() {
  for (int i = 0; i < kTableCount; ++i) {
    const auto table = static_cast<Table>(i);
    if (!IsBroken(table)) continue;
    for (uint32_t row = 0; row < rows_[i].size(); ++row) {
      MarkNotSent({table, row}, BrokenFile(table));
    }
  }
}

void Report::MarkNotSent(RowRef row, RowRef because) {
  if (IsLost(row)) return;
  RowAt(row).state = RowState::kNotSent;
  not_sent_.push_back({row, because});
}

void Report::MarkRecorded(RowRef row) { RowAt(row).state = RowState::kRecorded; }

RowState Report::StateOf(RowRef row) const {
  return row.index == kBrokenIndex ? RowState::kWrong : RowAt(row).state;
}

bool Report::IsLost(RowRef row) const {
  const RowState state = StateOf(row);
  return state == RowState::kWrong || state == RowState::kNotSent;
}

uint32_t Report::NumberOf(RowRef row) const {
  if (row.index == kBrokenIndex) return broken_[static_cast<int>(row.table)].value_or(1);
  return RowAt(row).number;
}

std::string Report::Describe(RowRef row) const {
  return absl::StrCat(SpecOf(row.table).file, ":", NumberOf(row));
}

void Report::PrintErrors(Console* console) {
  std::stable_sort(unprinted_.begin(), unprinted_.end(), [](const Error& a, const Error& b) {
    return std::tie(a.table, a.row) < std::tie(b.table, b.row);
  });
  for (const Error& error : unprinted_) console->Say(error.text);
  unprinted_.clear();
}

void Report::PrintNotSent(Console* console) const {
  std::vector<NotSent> ordered = not_sent_;
  std::stable_sort(ordered.begin(), ordered.end(), [](const NotSent& a, const NotSent& b) {
    return std::tie(a.row.table, a.row.index) < std::tie(b.row.table, b.row.index);
  });
  for (const NotSent& entry : ordered) {
    console->Say(absl::StrCat(Describe(entry.row), ": not sent because it depends on ",
                              Describe(entry.because)));
  }
}

TableTotals Report::TotalsOf(Table table) const {
  TableTotals totals;
  for (const Row& row : rows_[static_cast<int>(table)]) {
    ++totals.rows;
    if (row.state == RowState::kRecorded) ++totals.recorded;
    if (row.state == RowState::kWrong) ++totals.wrong;
    if (row.state == RowState::kNotSent) ++totals.not_sent;
  }
  return totals;
}

bool Report::HasTable(Table table) const {
  return IsBroken(table) || !rows_[static_cast<int>(table)].empty();
}

}  // namespace milkway::cli
