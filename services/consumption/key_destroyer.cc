#include "services/consumption/key_destroyer.h"

#include <algorithm>
#include <map>
#include <utility>

#include "clients/cpp/status_macros.h"
#include "services/runtime/errors.h"

namespace milkway::consumption {

namespace {

constexpr size_t kTableTagBytes = 2;
// With more, all from the first of a table to the last of it is purged at once.
constexpr size_t kRangesOfTableMax = 4;

absl::StatusOr<rec::KeyDestructionRecord> ParsePayload(const runtime::Intent& intent) {
  rec::KeyDestructionRecord destruction;
  if (!destruction.ParseFromString(intent.payload)) {
    return absl::DataLossError("a pending destruction of keys is damaged");
  }
  return destruction;
}

// Rows about the children of a school, but for what they drank.
std::vector<storage::KeyRange> ChildRows(uint32_t school_number) {
  return {StudentKey::Range(school_number), StudentChangeKey::Range(school_number),
          MeasurementKey::Range(school_number), PersonalKey::Range(school_number),
          ConsentKey::Range(school_number)};
}

// What is to be purged: by table (the first bytes of its keys), from where on to where.
using RowsByTable = std::map<std::string, std::map<std::string, std::string>>;

void Add(const storage::KeyRange& range, RowsByTable* rows) {
  std::string& to = (*rows)[range.from.substr(0, kTableTagBytes)][range.from];
  to = std::max(to, range.to);
}

// A purge rewrites whole files: with many ranges of a table the same ones again and again.
std::vector<storage::KeyRange> RangesOf(const RowsByTable& rows) {
  std::vector<storage::KeyRange> ranges;
  for (const auto& [table, of_table] : rows) {
    if (of_table.size() <= kRangesOfTableMax) {
      for (const auto& [from, to] : of_table) ranges.push_back({from, to});
      continue;
    }
    storage::KeyRange all = {of_table.begin()->first, ""};
    for (const auto& [from, to] : of_table) all.to = std::max(all.to, to);
    ranges.push_back(std::move(all));
  }
  return ranges;
}

absl::Status Stopping() {
  return absl::UnavailableError("the server is stopping; the erasure goes on after its start");
}

// An error that leaves the intent open, to be tried again.
absl::Status TryAgain(const absl::Status& status) {
  if (status.ok() || runtime::IsTransient(status)) return status;
  return absl::UnavailableError(status.message());
}

}  // namespace

std::string DestructionPayload(const DoomedKeys& doomed, std::vector<uint32_t> school_numbers,
                               const google::protobuf::MessageLite& answer,
                               const Rewritten& rewritten) {
  rec::KeyDestructionRecord destruction;
  *destruction.mutable_doomed() = {doomed.begin(), doomed.end()};
  destruction.mutable_school_numbers()->Add(school_numbers.begin(), school_numbers.end());
  for (const storage::KeyRange& range : rewritten) {
    rec::RowRangeRecord& row = *destruction.add_rewritten();
    row.set_from(range.from);
    row.set_to(range.to);
  }
  destruction.set_answer(answer.SerializeAsString());
  return destruction.SerializeAsString();
}

void KeyDestroyer::Perform(const std::vector<runtime::Intent>& intents, Performed done) {
  std::vector<Outcome> outcomes(intents.size(), Outcome(std::string()));
  std::vector<rec::KeyDestructionRecord> destructions;
  for (size_t index = 0; index < intents.size(); ++index) {
    auto destruction = ParsePayload(intents[index]);
    if (!destruction.ok()) {
      outcomes[index] = destruction.status();
    } else {
      destructions.push_back(*std::move(destruction));
    }
  }
  worker_.Run([this, destructions = std::move(destructions), outcomes = std::move(outcomes),
               done = std::move(done)]() mutable {
    const absl::Status status = TryAgain(Destroy(destructions));
    for (Outcome& outcome : outcomes) {
      if (outcome.ok() && !status.ok()) outcome = status;
    }
    std::move(done)(std::move(outcomes));
  });
}

absl::Status KeyDestroyer::Destroy(const std::vector<rec::KeyDestructionRecord>& destructions) {
  DoomedKeys doomed;
  RowsByTable rows;
  for (const rec::KeyDestructionRecord& destruction : destructions) {
    doomed.insert(doomed.end(), destruction.doomed().begin(), destruction.doomed().end());
    for (const uint32_t school_number : destruction.school_numbers()) {
      for (const storage::KeyRange& range : ChildRows(school_number)) Add(range, &rows);
    }
    for (const rec::RowRangeRecord& range : destruction.rewritten()) {
      Add({range.from(), range.to()}, &rows);
    }
  }
  RETURN_IF_ERROR(keys_.Destroy(doomed));
  for (const storage::KeyRange& range : RangesOf(rows)) {
    if (stopping_.load()) return Stopping();
    RETURN_IF_ERROR(data_.Purge(range));
  }
  return absl::OkStatus();
}

absl::Status KeyDestroyer::Conclude(storage::Transaction&, const runtime::Intent& intent,
                                    const Outcome& outcome, Outcome* answer) {
  if (!outcome.ok()) {
    *answer = outcome.status();
    return absl::OkStatus();
  }
  ASSIGN_OR_RETURN(rec::KeyDestructionRecord destruction, ParsePayload(intent));
  *answer = std::move(*destruction.mutable_answer());
  return absl::OkStatus();
}

}  // namespace milkway::consumption
