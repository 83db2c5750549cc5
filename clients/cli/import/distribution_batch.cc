#include "clients/cli/import/distribution_batch.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "absl/time/clock.h"
#include "clients/cli/import/check_folder.h"
#include "clients/cli/import/lot_rows.h"
#include "clients/cli/import/request_ids.h"
#include "clients/cli/students.h"
#include "clients/cpp/status_macros.h"

namespace milkway::cli {

namespace {

using consumption::v1::DistributionService;

Refusal ToRefusal(const consumption::v1::Refusal& message) {
  Refusal refusal;
  refusal.code = static_cast<absl::StatusCode>(message.code());
  refusal.message = message.message();
  refusal.reason = message.reason();
  refusal.metadata.insert(message.metadata().begin(), message.metadata().end());
  if (!message.field().empty()) {
    const absl::string_view description =
        absl::StripPrefix(message.message(), absl::StrCat(message.field(), " "));
    refusal.fields.push_back({message.field(), std::string(description)});
  }
  return refusal;
}

absl::Status AddStudents(Name text, google::protobuf::RepeatedField<int32_t>* numbers) {
  ASSIGN_OR_RETURN(const std::vector<int32_t> students, ParseStudents(text.view()));
  numbers->Add(students.begin(), students.end());
  return absl::OkStatus();
}

absl::Status ToStatus(const consumption::v1::Refusal& refusal) {
  const auto code = static_cast<absl::StatusCode>(refusal.code());
  // The server gave up on the record while it stopped; nobody here asked for that.
  if (code == absl::StatusCode::kCancelled) return absl::UnavailableError(refusal.message());
  return absl::Status(code, refusal.message());
}

}  // namespace

DistributionBatch::DistributionBatch(const ApplyParts& parts) : parts_(parts) {
  const TableTotals students = parts.report.TotalsOf(Table::kStudents);
  some_students_lost_ = students.wrong > 0 || students.not_sent > 0;
  for (const DistributionRow& row : parts.folder.distribution_history) {
    numbers_[row.distribution_id] = 0;
  }
}

std::optional<RowRef> DistributionBatch::FindLostStudent(const DistributionRow& row) const {
  if (parts_.report.IsBroken(Table::kStudents)) return parts_.report.BrokenFile(Table::kStudents);
  if (!some_students_lost_) return std::nullopt;
  const auto numbers = ParseStudents(row.students.view());
  if (!numbers.ok()) return std::nullopt;
  for (const int32_t number : *numbers) {
    const RowRef student{Table::kStudents, parts_.index.FindStudent(row.school_id, number)};
    if (student.index != kNoRow && parts_.report.IsLost(student)) return student;
  }
  return std::nullopt;
}

absl::StatusOr<std::optional<RowRef>> DistributionBatch::FindBlocker(
    const RequestRows& rows) const {
  for (const RequestRow& line : rows.lines) {
    const DistributionRow& row = parts_.folder.DistributionsOf(line.row.table)[line.row.index];
    ASSIGN_OR_RETURN(auto blocker, parts_.references.Blocker(Table::kLocations, row.school_id));
    if (!blocker.has_value() && row.lot != kNoLot) blocker = parts_.lots.Blocker(row.lot);
    if (!blocker.has_value() && !row.students.empty()) blocker = FindLostStudent(row);
    if (blocker.has_value()) return blocker;
  }
  return std::nullopt;
}

absl::StatusOr<consumption::v1::RecordDistributionRequest> DistributionBatch::ToMessage(
    const RequestRows& rows) const {
  const std::vector<DistributionRow>& all = parts_.folder.DistributionsOf(rows.main.table);
  const DistributionRow& first = all[rows.main.index];
  consumption::v1::RecordDistributionRequest record;
  record.set_request_id(RowRequestId(Table::kDistributions, {first.distribution_id.view()}));
  record.set_fefo_override_reason(FefoReasonOf(first.recorded));
  record.set_discrepancy_reason(first.recorded.discrepancy_reason.str());
  consumption::v1::Distribution& distribution = *record.mutable_distribution();
  distribution.set_school_id(first.school_id.str());
  distribution.set_served_on(FormatDay(first.served_on));
  distribution.set_class_name(first.class_name.str());
  distribution.set_session(SessionOf(parts_.folder, parts_.lots, rows.main));
  RETURN_IF_ERROR(AddStudents(first.absent, distribution.mutable_absent_numbers()));
  RETURN_IF_ERROR(AddStudents(first.refused, distribution.mutable_refused_numbers()));
  if (!first.incident_students.empty()) {
    consumption::v1::Incident& incident = *record.mutable_incident();
    RETURN_IF_ERROR(AddStudents(first.incident_students, incident.mutable_student_numbers()));
    incident.set_note(first.incident_note.str());
  }
  if (first.has_served_at) *distribution.mutable_served_at() = ToZonedTime(first.served_at);
  for (const RequestRow& entry : rows.lines) {
    const DistributionRow& row = all[entry.row.index];
    if (row.is_empty) continue;
    consumption::v1::DistributionLine& line = *distribution.add_lines();
    line.set_lot_id(parts_.lots.LotIdOf(row.lot));
    line.set_serving_g(row.serving_g);
    line.set_wasted_g(row.wasted_g);
    line.set_opened_packs(row.opened_packs);
    line.set_take_home_packs(row.take_home_packs);
    line.set_pack_g(row.pack_g);
    ASSIGN_OR_RETURN(const std::vector<int32_t> numbers, ParseStudents(row.students.view()));
    line.mutable_student_numbers()->Add(numbers.begin(), numbers.end());
  }
  return record;
}

absl::Status DistributionBatch::SendCorrection(const RequestRows& rows) {
  RETURN_IF_ERROR(Send());
  const DistributionRow& first = parts_.folder.DistributionsOf(rows.main.table)[rows.main.index];
  parts_.sender.Advance(CountRows(rows));
  const auto number = numbers_.find(first.distribution_id);
  if (number == numbers_.end() || number->second == 0) {
    // The version before was refused, or the folder does not hold it.
    parts_.report.AddError(rows.main, "distribution_id",
                           "must have its first version in distribution_history.csv, recorded");
    parts_.sender.Hold(rows, std::nullopt);
    return absl::OkStatus();
  }
  ASSIGN_OR_RETURN(auto record, ToMessage(rows));
  consumption::v1::CorrectDistributionRequest request;
  request.set_request_id(RowRequestId(
      Table::kDistributions, {first.distribution_id.view(), absl::StrCat(first.recorded.version)}));
  request.set_school_id(first.school_id.str());
  request.set_distribution_id(number->second);
  request.mutable_lines()->Swap(record.mutable_distribution()->mutable_lines());
  request.mutable_absent_numbers()->Swap(record.mutable_distribution()->mutable_absent_numbers());
  request.mutable_refused_numbers()->Swap(record.mutable_distribution()->mutable_refused_numbers());
  if (record.has_incident()) request.mutable_incident()->Swap(record.mutable_incident());
  request.set_reason(first.recorded.reason.str());
  request.set_discrepancy_reason(record.discrepancy_reason());
  request.set_fefo_override_reason(record.fefo_override_reason());
  return parts_.sender.SendAndRecord(&DistributionService::Stub::CorrectDistribution, request,
                                     rows);
}

absl::Status DistributionBatch::Add(RowRef first) {
  const auto& all = parts_.folder.DistributionsOf(first.table);
  RequestRows rows{
      first, LotRows(parts_.lots, first.table, all, RowsOfRecord(all, first.index)), {}};
  ASSIGN_OR_RETURN(const auto blocker, FindBlocker(rows));
  if (parts_.sender.Hold(rows, blocker)) {
    parts_.sender.Advance(CountRows(rows));
    return absl::OkStatus();
  }
  if (all[first.index].recorded.version > 1) return SendCorrection(rows);
  ASSIGN_OR_RETURN(auto record, ToMessage(rows));
  const size_t bytes = record.ByteSizeLong();
  if (request_.records_size() == kBatchRecordsMax || request_bytes_ + bytes > kBatchBytesMax) {
    RETURN_IF_ERROR(Send());
  }
  *request_.add_records() = std::move(record);
  request_bytes_ += bytes;
  rows_.push_back(std::move(rows));
  return absl::OkStatus();
}

absl::Status DistributionBatch::Send() {
  const RetryPolicy& policy = parts_.sender.connection().policy();
  const absl::Time give_up = absl::Now() + absl::FromChrono(policy.total);
  absl::Duration pause = absl::FromChrono(policy.first_pause);
  while (!rows_.empty()) {
    RETURN_IF_ERROR(SendOnce());
    if (rows_.empty()) break;
    if (absl::Now() + pause > give_up) return why_left_;
    parts_.sender.connection().interrupt().SleepFor(pause);
    pause = std::min(pause * 2, absl::FromChrono(policy.longest_pause));
  }
  request_bytes_ = 0;
  return absl::OkStatus();
}

void DistributionBatch::Settle(const consumption::v1::DistributionResult& result,
                               const RequestRows& rows) {
  if (result.has_refusal()) {
    parts_.sender.Refuse(ToRefusal(result.refusal()), rows);
  } else {
    parts_.sender.Record(rows);
    const Name id = parts_.folder.DistributionsOf(rows.main.table)[rows.main.index].distribution_id;
    const auto number = numbers_.find(id);
    if (number != numbers_.end()) number->second = result.recorded().distribution_id();
  }
  parts_.sender.Advance(CountRows(rows));
}

absl::Status DistributionBatch::SendOnce() {
  const auto response = parts_.sender.connection().Call(
      &DistributionService::Stub::BatchRecordDistributions, request_);
  if (!response.ok()) {
    if (EndsImport(response.status())) return response.status();
    if (rows_.size() > 1) return SendOneByOne();
    parts_.sender.Refuse(RefusalOf(response.status()), rows_.front());
    parts_.sender.Advance(CountRows(rows_.front()));
    rows_.clear();
    request_.clear_records();
    return absl::OkStatus();
  }
  if (response->results_size() != request_.records_size()) {
    return absl::InternalError(absl::StrCat("the server gave ", response->results_size(),
                                            " results for ", request_.records_size(),
                                            " distributions"));
  }
  std::vector<RequestRows> rows_left;
  consumption::v1::BatchRecordDistributionsRequest request_left;
  for (int i = 0; i < response->results_size(); ++i) {
    const consumption::v1::DistributionResult& result = response->results(i);
    RequestRows& rows = rows_[static_cast<size_t>(i)];
    absl::Status status = ToStatus(result.refusal());
    if (!EndsImport(status)) {
      Settle(result, rows);
      continue;
    }
    if (!IsTransient(status)) return status;
    why_left_ = status;
    rows_left.push_back(std::move(rows));
    request_left.add_records()->Swap(request_.mutable_records(i));
  }
  rows_ = std::move(rows_left);
  request_.Swap(&request_left);
  return absl::OkStatus();
}

// A message that is refused as a whole says nothing about each record.
absl::Status DistributionBatch::SendOneByOne() {
  std::vector<RequestRows> rows;
  rows.swap(rows_);
  consumption::v1::BatchRecordDistributionsRequest request;
  request.Swap(&request_);
  for (size_t i = 0; i < rows.size(); ++i) {
    rows_ = {std::move(rows[i])};
    request_.clear_records();
    *request_.add_records() = request.records(static_cast<int>(i));
    RETURN_IF_ERROR(Send());
  }
  return absl::OkStatus();
}

}  // namespace milkway::cli
