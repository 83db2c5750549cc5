#include "services/consumption/key_destroyer.h"

#include <set>
#include <utility>

#include "clients/cpp/status_macros.h"
#include "services/runtime/errors.h"

namespace milkway::consumption {

namespace {

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

// An error that leaves the intent open, to be tried again.
absl::Status TryAgain(const absl::Status& status) {
  if (status.ok() || runtime::IsTransient(status)) return status;
  return absl::UnavailableError(status.message());
}

}  // namespace

std::string DestructionPayload(const DoomedKeys& doomed, std::vector<uint32_t> school_numbers,
                               const google::protobuf::MessageLite& answer) {
  rec::KeyDestructionRecord destruction;
  *destruction.mutable_doomed() = {doomed.begin(), doomed.end()};
  destruction.mutable_school_numbers()->Add(school_numbers.begin(), school_numbers.end());
  destruction.set_answer(answer.SerializeAsString());
  return destruction.SerializeAsString();
}

void KeyDestroyer::Perform(const std::vector<runtime::Intent>& intents, Performed done) {
  std::vector<rec::KeyDestructionRecord> destructions;
  for (const runtime::Intent& intent : intents) {
    auto destruction = ParsePayload(intent);
    if (!destruction.ok()) {
      return std::move(done)(std::vector<Outcome>(intents.size(), destruction.status()));
    }
    destructions.push_back(*std::move(destruction));
  }
  worker_.Run([this, destructions = std::move(destructions), done = std::move(done)]() mutable {
    const absl::Status status = TryAgain(Destroy(destructions));
    const Outcome outcome = status.ok() ? Outcome(std::string()) : Outcome(status);
    std::move(done)(std::vector<Outcome>(destructions.size(), outcome));
  });
}

absl::Status KeyDestroyer::Destroy(const std::vector<rec::KeyDestructionRecord>& destructions) {
  DoomedKeys doomed;
  std::set<uint32_t> school_numbers;
  for (const rec::KeyDestructionRecord& destruction : destructions) {
    doomed.insert(doomed.end(), destruction.doomed().begin(), destruction.doomed().end());
    school_numbers.insert(destruction.school_numbers().begin(), destruction.school_numbers().end());
  }
  RETURN_IF_ERROR(keys_.Destroy(doomed));
  for (const uint32_t school_number : school_numbers) {
    for (const storage::KeyRange& range : ChildRows(school_number)) {
      RETURN_IF_ERROR(data_.Purge(range));
    }
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
