#include "tests/consumption/distribution_clerk.h"

#include <algorithm>
#include <set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/runtime/dates.h"
#include "services/runtime/errors.h"
#include "tests/support/refusal_matchers.h"

namespace milkway::consumption {

namespace {

using ::milkway::testing::IsOk;

constexpr int64_t kPlentifulPacks = 1'000'000;
constexpr int64_t kScarcePacks = 50;
constexpr int64_t kPackG = 1'000;
constexpr int32_t kFirstDay = 20'240;  // 2025-06-02
constexpr int64_t kDays = 60;
constexpr int64_t kClasses = 3;
constexpr int64_t kSessions = 400;

std::vector<v1::Student> Roster() {
  std::vector<v1::Student> students;
  for (const int32_t number : Students(1, DistributionModel::kChildren)) {
    const bool is_late = DistributionModel::IsLate(number);
    students.push_back(MakeStudent(number, is_late ? DistributionModel::kLateFrom : "2025-05-01"));
    if (DistributionModel::IsExcluded(number)) {
      students.back().set_exclusion(v1::EXCLUSION_MILK_ALLERGY);
    }
  }
  return students;
}

// Nobody knows yet what became of it.
bool IsUnanswered(absl::StatusCode code) {
  return code == absl::StatusCode::kUnavailable || code == absl::StatusCode::kCancelled;
}

bool IsUnanswered(const v1::DistributionResult& result) {
  return result.has_refusal() &&
         IsUnanswered(static_cast<absl::StatusCode>(result.refusal().code()));
}

std::map<int64_t, int64_t> Bought(const std::vector<int64_t>& lots) {
  std::map<int64_t, int64_t> bought;
  for (const int64_t lot : lots) bought[lot] = kPlentifulPacks * kPackG;
  bought[lots.back()] = kScarcePacks * kPackG;
  return bought;
}

std::vector<int64_t> MakeSchoolWithLots(ConsumptionSystem* milkway, const std::string& school_id,
                                        size_t plentiful) {
  milkway->MakeSchool(school_id);
  EXPECT_THAT(milkway->Enrol(school_id, Roster()), IsOk());
  std::vector<int64_t> lots;
  while (lots.size() < plentiful) {
    lots.push_back(milkway->Buy(kPlentifulPacks, "2026-06-01", school_id));
  }
  lots.push_back(milkway->Buy(kScarcePacks, "2026-06-01", school_id));
  return lots;
}

}  // namespace

DistributionClerk::DistributionClerk(ConsumptionSystem* milkway, const std::string& school_id,
                                     uint32_t seed)
    : milkway_(*milkway),
      school_id_(school_id),
      random_(seed),
      lots_(MakeSchoolWithLots(milkway, school_id, kPlentifulLots)),
      model_(Bought(lots_)) {}

int64_t DistributionClerk::Below(int64_t limit) {
  return static_cast<int64_t>(random_() % static_cast<uint64_t>(limit));
}

std::vector<v1::DistributionLine> DistributionClerk::SomeLines(const std::string& day,
                                                               bool is_scarce) {
  std::vector<int64_t> lots(lots_.begin(), lots_.end() - 1);
  std::shuffle(lots.begin(), lots.end(), random_);
  lots.resize(static_cast<size_t>(1 + Below(2)));
  if (is_scarce) lots.back() = lots_.back();
  std::set<int32_t> named;
  std::vector<Cups> cups;
  for (const int64_t lot : lots) {
    Cups& of_lot = cups.emplace_back(Cups{lot, 1 + Below(30), {}, Below(3) == 0 ? Below(50) : 0});
    for (int64_t wanted = 1 + Below(6); wanted > 0;) {
      const auto child = static_cast<int32_t>(1 + Below(DistributionModel::kChildren));
      if (DistributionModel::IsExcluded(child)) continue;
      if (DistributionModel::IsLate(child) && day < DistributionModel::kLateFrom) continue;
      if (!named.insert(child).second) continue;
      of_lot.students.push_back(child);
      --wanted;
    }
    // In this order the answers show them again.
    std::sort(of_lot.students.begin(), of_lot.students.end());
  }
  return MakeLines(cups);
}

v1::RecordDistributionRequest DistributionClerk::SomeRecord(bool is_scarce) {
  v1::Distribution distribution;
  distribution.set_school_id(school_id_);
  distribution.set_served_on(FormatDate({static_cast<int32_t>(kFirstDay + Below(kDays))}));
  distribution.set_class_name(absl::StrCat("1", std::string(1, 'A' + Below(kClasses))));
  distribution.set_session(absl::StrCat("s", Below(kSessions)));
  for (auto& line : SomeLines(distribution.served_on(), is_scarce)) {
    *distribution.add_lines() = std::move(line);
  }
  v1::RecordDistributionRequest request = milkway_.MakeRequest(distribution);
  if (is_scarce && Below(4) == 0) request.set_discrepancy_reason("the bag was fuller");
  return request;
}

v1::RecordDistributionRequest DistributionClerk::RecordedBefore() {
  return recorded_[static_cast<size_t>(Below(static_cast<int64_t>(recorded_.size())))];
}

v1::RecordDistributionRequest DistributionClerk::WithOtherBody(
    v1::RecordDistributionRequest request) {
  v1::DistributionLine& line = *request.mutable_distribution()->mutable_lines(0);
  line.set_wasted_g(line.wasted_g() + 1);
  return request;
}

v1::RecordDistributionRequest DistributionClerk::NextRecord() {
  const int64_t dice = recorded_.empty() ? 0 : Below(94);
  if (dice < 68) return SomeRecord(false);
  if (dice < 78) return SomeRecord(true);
  if (dice < 84) return RecordedBefore();
  if (dice < 87) return WithOtherBody(RecordedBefore());
  v1::RecordDistributionRequest request;
  if (dice < 90) {
    request = RecordedBefore();
    request.set_request_id(milkway_.NextRequestId());
    return request;
  }
  constexpr int32_t kNobody[] = {20, 30, DistributionModel::kChildren + 1};
  request = SomeRecord(false);
  auto& lines = *request.mutable_distribution()->mutable_lines();
  lines.DeleteSubrange(1, lines.size() - 1);
  auto& children = *lines[0].mutable_student_numbers();
  children.Clear();
  children.Add(kNobody[Below(3)]);
  return request;
}

// Again, with another body under its id, or as another phone would send it.
v1::RecordDistributionRequest DistributionClerk::TwinOf(v1::RecordDistributionRequest request) {
  const int64_t kind = Below(3);
  if (kind == 1) request = WithOtherBody(std::move(request));
  if (kind == 2) request.set_request_id(milkway_.NextRequestId());
  return request;
}

// Of scarce milk it would matter in which order twins come to the ledger, so there are
// none.
DistributionClerk::Batch DistributionClerk::NextBatch() {
  Batch batch;
  std::vector<v1::RecordDistributionRequest>& requests = batch.requests;
  std::set<DistributionModel::Key> keys;
  const auto size = static_cast<size_t>(Below(10) == 0 ? 1 : 1 + Below(kBatchMax));
  while (requests.size() < size) {
    if (!requests.empty() && Below(20) == 0) {
      const auto& lines = requests.back().distribution().lines();
      const bool is_scarce = std::any_of(lines.begin(), lines.end(), [this](const auto& line) {
        return line.lot_id() == lots_.back();
      });
      if (!is_scarce) requests.push_back(TwinOf(requests.back()));
      continue;
    }
    v1::RecordDistributionRequest request = NextRecord();
    const bool is_new = keys.insert(DistributionModel::KeyOf(request.distribution())).second;
    if (is_new) requests.push_back(std::move(request));
  }
  return batch;
}

v1::CorrectDistributionRequest DistributionClerk::NextCorrection() {
  const int64_t dice = Below(20);
  if (dice < 3 && !corrected_.empty()) {
    auto again = corrected_[static_cast<size_t>(Below(static_cast<int64_t>(corrected_.size())))];
    if (dice == 0) again.set_reason("another");
    return again;
  }
  const auto& entries = model_.entries();
  auto entry = entries.lower_bound(1 + Below(entries.rbegin()->first));
  v1::CorrectDistributionRequest request = milkway_.MakeCorrection(entry->first, {});
  request.set_school_id(school_id_);
  if (dice < 15) {
    for (auto& line : SomeLines(std::get<0>(entry->second.key), Below(5) == 0)) {
      *request.add_lines() = std::move(line);
    }
  }
  if (dice % 2 == 0) request.set_discrepancy_reason("the bag was fuller");
  const auto revision = static_cast<int32_t>(entry->second.versions.size());
  request.set_revision(static_cast<int32_t>(dice % 5 == 0 ? revision - 1 : revision));
  return request;
}

void DistributionClerk::Work(std::atomic<int>* left) {
  while (!::testing::Test::HasFailure() && (pending_.has_value() || *left > 0)) {
    if (!pending_.has_value()) {
      if (!model_.entries().empty() && Below(6) > 0) {
        pending_ = NextCorrection();
        *left -= 1;
      } else {
        pending_ = NextBatch();
        *left -= static_cast<int>(std::get<Batch>(*pending_).requests.size());
      }
    }
    if (!std::visit([this](auto& step) { return Take(step); }, *pending_)) return;
    pending_.reset();
  }
}

absl::StatusOr<v1::BatchRecordDistributionsResponse> DistributionClerk::Send(const Batch& batch) {
  if (batch.requests.size() > 1) return milkway_.Batch(batch.requests);
  const auto answer = milkway_.Record(batch.requests[0]);
  v1::BatchRecordDistributionsResponse response;
  v1::DistributionResult& result = *response.add_results();
  if (answer.ok()) {
    *result.mutable_recorded() = *answer;
  } else {
    result.mutable_refusal()->set_code(static_cast<int>(answer.status().code()));
    result.mutable_refusal()->set_reason(runtime::PartsOf(answer.status()).reason);
  }
  return response;
}

bool DistributionClerk::Take(Batch& batch) {
  const auto answer = Send(batch);
  if (IsUnanswered(answer.status().code())) return false;
  EXPECT_THAT(answer, IsOk());
  if (!answer.ok()) return true;
  bool is_answered = true;
  for (size_t index = 0; index < batch.requests.size(); ++index) {
    const v1::DistributionResult& result = answer->results(static_cast<int>(index));
    if (IsUnanswered(result)) is_answered = false;
    if (!result.has_recorded()) continue;
    const auto [heard, is_new] = batch.heard.emplace(index, result.SerializeAsString());
    EXPECT_TRUE(is_new || heard->second == result.SerializeAsString()) << result.DebugString();
  }
  if (!is_answered) return false;
  for (const auto& [index, heard] : batch.heard) {
    EXPECT_EQ(answer->results(static_cast<int>(index)).SerializeAsString(), heard);
  }
  std::set<DistributionModel::Key> keys_of_batch;
  for (size_t index = 0; index < batch.requests.size(); ++index) {
    Hear(batch.requests[index], answer->results(static_cast<int>(index)), &keys_of_batch);
  }
  return true;
}

void DistributionClerk::Hear(const v1::RecordDistributionRequest& request,
                             const v1::DistributionResult& result,
                             std::set<DistributionModel::Key>* keys_of_batch) {
  const DistributionModel::Verdict expected = model_.Judge(request);
  const std::string told = absl::StrCat(request.DebugString(), result.DebugString());
  const auto key = DistributionModel::KeyOf(request.distribution());
  if (!expected.refusal.empty()) {
    ++refusals_;
    const std::string& reason = result.refusal().reason();
    // The record of the same class is in the same batch, not concluded yet.
    const bool is_under_way = expected.refusal == "DISTRIBUTION_RECORDED" &&
                              reason == "DISTRIBUTION_UNDER_WAY" && keys_of_batch->count(key) > 0;
    EXPECT_TRUE(reason == expected.refusal || is_under_way) << expected.refusal << "\n" << told;
    return;
  }
  ASSERT_TRUE(result.has_recorded()) << told;
  const v1::RecordDistributionResponse& response = result.recorded();
  if (!expected.repeated.empty()) {
    EXPECT_EQ(response.SerializeAsString(), expected.repeated) << told;
    return;
  }
  EXPECT_EQ(response.found_g(), expected.found_g()) << told;
  EXPECT_EQ(response.served_twice_count(), expected.served_twice) << told;
  EXPECT_EQ(model_.entries().count(response.distribution_id()), 0u) << told;
  model_.Take(request, response);
  recorded_.push_back(request);
  keys_of_batch->insert(key);
}

bool DistributionClerk::Take(v1::CorrectDistributionRequest& request) {
  const auto answer = milkway_.Correct(request);
  if (IsUnanswered(answer.status().code())) return false;
  const DistributionModel::Verdict expected = model_.Judge(request);
  if (!expected.refusal.empty()) {
    ++refusals_;
    EXPECT_EQ(runtime::PartsOf(answer.status()).reason, expected.refusal) << request.DebugString();
    return true;
  }
  EXPECT_THAT(answer, IsOk()) << request.DebugString();
  if (!answer.ok()) return true;
  if (!expected.repeated.empty()) {
    EXPECT_EQ(answer->SerializeAsString(), expected.repeated) << request.DebugString();
    return true;
  }
  const auto& entry = model_.entries().at(request.distribution_id());
  EXPECT_EQ(static_cast<size_t>(answer->revision()), entry.versions.size() + 1);
  EXPECT_EQ(answer->found_g(), expected.found_g()) << request.DebugString();
  model_.Take(request, *answer);
  corrected_.push_back(request);
  ++corrections_;
  return true;
}

int64_t DistributionClerk::PostingCount() const {
  auto count = static_cast<int64_t>(lots_.size());
  for (const auto& [id, entry] : model_.entries()) {
    count += static_cast<int64_t>(entry.versions.size());
  }
  return count;
}

void DistributionClerk::CompareAll() {
  CompareList();
  CompareSums();
  CompareSummaries();
}

void DistributionClerk::CompareList() {
  const std::vector<v1::RecordedDistribution> listed = milkway_.ListAll(school_id_);
  const std::vector<int64_t> expected = model_.ListedIds();
  ASSERT_EQ(listed.size(), expected.size());
  for (size_t index = 0; index < listed.size(); ++index) {
    const v1::RecordedDistribution& recorded = listed[index];
    ASSERT_EQ(recorded.distribution_id(), expected[index]);
    const DistributionModel::Entry& entry = model_.entries().at(expected[index]);
    EXPECT_EQ(DistributionModel::KeyOf(recorded.distribution()), entry.key);
    ASSERT_EQ(static_cast<size_t>(recorded.revisions_size()), entry.versions.size());
    for (int version = 0; version < recorded.revisions_size(); ++version) {
      const v1::DistributionRevision& revision = recorded.revisions(version);
      v1::DistributionRevision stated;
      *stated.mutable_lines() = entry.versions[static_cast<size_t>(version)];
      v1::DistributionRevision shown;
      *shown.mutable_lines() = revision.lines();
      EXPECT_EQ(shown.SerializeAsString(), stated.SerializeAsString());
      EXPECT_EQ(revision.position(), entry.positions[static_cast<size_t>(version)]);
    }
  }
}

void DistributionClerk::CompareSums() {
  std::vector<int64_t> lots;
  std::set<int32_t> children;
  for (const int64_t lot : lots_) {
    SCOPED_TRACE(absl::StrCat("lot ", lot));
    const LotSums sums = model_.SumsOf(lot);
    const auto servings = milkway_.Servings({lot}, school_id_);
    ASSERT_THAT(servings, IsOk());
    EXPECT_EQ(servings->servings(0).servings(), sums.servings);
    EXPECT_EQ(servings->servings(0).served_g(), sums.served_g);
    EXPECT_EQ(servings->children(), static_cast<int64_t>(sums.children.size()));
    lots.push_back(lot);
    children.insert(sums.children.begin(), sums.children.end());
    EXPECT_EQ(milkway_.Servings(lots, school_id_)->children(),
              static_cast<int64_t>(children.size()));
    EXPECT_EQ(milkway_.Balance(lot, inv::ACCOUNT_KIND_USABLE, school_id_), sums.usable_g);
    EXPECT_EQ(milkway_.Balance(lot, inv::ACCOUNT_KIND_SERVED, school_id_), sums.served_g);
    EXPECT_EQ(milkway_.Balance(lot, inv::ACCOUNT_KIND_LOSS_WASTED, school_id_), sums.wasted_g);
    EXPECT_EQ(milkway_.Balance(lot, inv::ACCOUNT_KIND_FOUND, school_id_), -sums.found_g);
  }
}

}  // namespace milkway::consumption
