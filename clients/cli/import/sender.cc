#include "clients/cli/import/sender.h"

#include <vector>

namespace milkway::cli {

namespace {

template <typename Visit>
void ForEachRow(const RequestRows& rows, const Visit& visit) {
  visit(rows.main);
  for (const RequestRow& line : rows.lines) visit(line.row);
  for (const RequestRow& cost : rows.costs) visit(cost.row);
}

}  // namespace

bool EndsImport(const absl::Status& status) {
  switch (status.code()) {
    case absl::StatusCode::kUnavailable:
    case absl::StatusCode::kDeadlineExceeded:
    case absl::StatusCode::kResourceExhausted:
    case absl::StatusCode::kCancelled:
    case absl::StatusCode::kUnauthenticated:
    case absl::StatusCode::kPermissionDenied:
    case absl::StatusCode::kUnimplemented:
      return true;
    case absl::StatusCode::kAborted:
      return IsTransient(status);
    default:
      return false;
  }
}

bool Sender::Hold(const RequestRows& rows, std::optional<RowRef> blocker) {
  std::optional<RowRef> wrong, not_sent;
  ForEachRow(rows, [&](RowRef row) {
    const RowState state = report_.StateOf(row);
    if (state == RowState::kWrong && !wrong.has_value()) wrong = row;
    if (state == RowState::kNotSent && !not_sent.has_value()) not_sent = row;
  });
  // The nearest to the cause first.
  for (const std::optional<RowRef>& because : {wrong, blocker, not_sent}) {
    if (!because.has_value()) continue;
    MarkRest(rows, *because);
    return true;
  }
  return false;
}

void Sender::MarkRest(const RequestRows& rows, RowRef because) {
  report_.MarkNotSent(rows.main, because);
  ForEachRow(rows, [&](RowRef row) { report_.MarkNotSent(row, rows.main); });
}

void Sender::Record(const RequestRows& rows) {
  ForEachRow(rows, [&](RowRef row) { report_.MarkRecorded(row); });
}

void Sender::Refuse(const Refusal& refusal, const RequestRows& rows) {
  const std::vector<RowError> errors = PlaceRefusal(refusal, rows);
  for (const RowError& error : errors) report_.AddError(error.row, error.column, error.rule);
  MarkRest(rows, errors.front().row);
  PrintErrors();
}

void Sender::Advance(size_t rows) {
  done_rows_ += static_cast<int64_t>(rows);
  console_.ShowProgress("importing", done_rows_, total_rows_);
}

size_t CountRows(const RequestRows& rows) {
  size_t count = 0;
  bool main_is_line = false;
  for (const RequestRow& line : rows.lines) {
    ++count;
    main_is_line |= line.row == rows.main;
  }
  return count + rows.costs.size() + (main_is_line ? 0 : 1);
}

}  // namespace milkway::cli
