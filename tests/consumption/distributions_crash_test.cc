// What a class drank is posted exactly once, whatever is lost between consumption and
// inventory and whenever the power goes.

#include <chrono>
#include <functional>
#include <future>
#include <string>
#include <thread>
#include <tuple>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/consumption/consumption_system.h"
#include "tests/support/deployments.h"
#include "tests/support/refusal_matchers.h"

namespace milkway::consumption {
namespace {

using ::milkway::testing::IsOk;
using ::milkway::testing::IsRefusal;
using ::milkway::testing::StatusIs;
using ::milkway::testing::UnreliableLink;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

using Loss = UnreliableLink::Loss;
using Stores = ConsumptionSystem::Stores;

constexpr std::chrono::milliseconds kPause{2};
constexpr std::chrono::seconds kPatience{20};

// Waits until `condition` holds; false if it does not in time.
bool Eventually(const std::function<bool()>& condition) {
  const auto deadline = std::chrono::steady_clock::now() + kPatience;
  while (!condition()) {
    if (std::chrono::steady_clock::now() > deadline) return false;
    std::this_thread::sleep_for(kPause);
  }
  return true;
}

// A day of two classes, as requests that can be repeated.
class SchoolDay {
 public:
  static constexpr int kSteps = 4;
  static constexpr int kPostings = 5;

  // `number` makes the names of its classes.
  SchoolDay(ConsumptionSystem* milkway, int64_t number, int64_t lot)
      : milkway_(*milkway),
        first_class_(absl::StrCat("A", number)),
        other_class_(absl::StrCat("B", number)),
        lot_(lot),
        batch_{
            milkway_.MakeRequest(MakeDistribution({{lot, 25, Students(1, 30), 50}}, first_class_)),
            milkway_.MakeRequest(MakeDistribution({{lot, 25, {999}}}, "nobody")),
            milkway_.MakeRequest(MakeDistribution({{lot, 25, Students(31, 20)}}, other_class_))} {
    for (int step = 0; step < kSteps; ++step) request_ids_.push_back(milkway_.NextRequestId());
  }

  // 0: both classes and a mistake, as a batch; 1: the first is corrected; 2: the other
  // never happened; 3: it is recorded after all. Gives the answer as text.
  absl::StatusOr<std::string> Take(int step) {
    const std::string& request_id = request_ids_[static_cast<size_t>(step)];
    switch (step) {
      case 0:
        return TakeBatch();
      case 1:
        return TextOf(milkway_.Correct(
            milkway_.MakeCorrection(first_id_, {{lot_, 25, Students(1, 28), 10}}, request_id)));
      case 2:
        return TextOf(milkway_.Correct(milkway_.MakeCorrection(other_id_, {}, request_id)));
      default:
        return TextOf(milkway_.Record(milkway_.MakeRequest(
            MakeDistribution({{lot_, 25, Students(29, 22)}}, other_class_), request_id)));
    }
  }

  // Takes the steps until one fails. Gives the answers.
  std::vector<std::string> TakeAll() {
    std::vector<std::string> answers;
    for (int step = 0; step < kSteps; ++step) {
      const absl::StatusOr<std::string> answer = Take(step);
      if (!answer.ok()) break;
      answers.push_back(*answer);
    }
    return answers;
  }

  // What a whole day leaves behind.
  static constexpr int64_t kServings = 28 + 22;
  static constexpr int64_t kServedG = kServings * 25;
  static constexpr int64_t kWastedG = 10;

  const std::string& other_class() const { return other_class_; }
  int64_t first_id() const { return first_id_; }
  int64_t other_id() const { return other_id_; }

 private:
  template <typename Response>
  static absl::StatusOr<std::string> TextOf(const absl::StatusOr<Response>& response) {
    if (!response.ok()) return response.status();
    return response->DebugString();
  }

  // Not OK if a record of the batch was not answered for good.
  absl::StatusOr<std::string> TakeBatch() {
    const auto answer = milkway_.Batch(batch_);
    if (!answer.ok()) return answer.status();
    for (const v1::DistributionResult& result : answer->results()) {
      const auto code = static_cast<absl::StatusCode>(result.refusal().code());
      if (result.has_refusal() && code != absl::StatusCode::kNotFound) {
        return absl::Status(code, result.refusal().message());
      }
    }
    first_id_ = answer->results(0).recorded().distribution_id();
    other_id_ = answer->results(2).recorded().distribution_id();
    EXPECT_EQ(answer->results(1).refusal().reason(), "STUDENT_UNKNOWN");
    return answer->DebugString();
  }

  ConsumptionSystem& milkway_;
  const std::string first_class_;
  const std::string other_class_;
  const int64_t lot_;
  const std::vector<v1::RecordDistributionRequest> batch_;
  std::vector<std::string> request_ids_;
  int64_t first_id_ = 0;
  int64_t other_id_ = 0;
};

class LostCalls : public ::testing::TestWithParam<std::tuple<Stores, int, Loss>> {
 protected:
  Stores stores() const { return std::get<0>(GetParam()); }
  int step() const { return std::get<1>(GetParam()); }
  Loss loss() const { return std::get<2>(GetParam()); }

  // Takes the steps before the one that is to be lost, and that one until it is.
  std::future<absl::StatusOr<std::string>> TakeUntilLost() {
    for (int earlier = 0; earlier < step(); ++earlier) EXPECT_THAT(day_.Take(earlier), IsOk());
    postings_before_ = milkway_.PostingCount();
    link().Lose(loss(), "BatchPost");
    auto answer = TakeAside();
    link().AwaitLoss();
    return answer;
  }
  std::future<absl::StatusOr<std::string>> TakeAside() {
    return std::async(std::launch::async, [this] { return day_.Take(step()); });
  }
  // A batch makes two postings.
  int64_t PostingsAfter() const { return postings_before_ + (step() == 0 ? 2 : 1); }
  UnreliableLink& link() { return milkway_.system().LinkTo("inventory"); }

  ConsumptionSystem milkway_{stores()};
  int64_t lot_ = milkway_.Buy(100);
  SchoolDay day_{&milkway_, 1, lot_};
  int64_t postings_before_ = 0;
};

std::string NameOfLoss(const ::testing::TestParamInfo<LostCalls::ParamType>& loss) {
  const auto& [stores, step, kind] = loss.param;
  constexpr const char* kSteps[SchoolDay::kSteps] = {"Batch", "Correction", "Withdrawal", "Record"};
  return absl::StrCat(testing::NameOf(stores), kSteps[step],
                      kind == Loss::kRequest ? "RequestLost" : "AnswerLost");
}

INSTANTIATE_TEST_SUITE_P(EveryStep, LostCalls,
                         ::testing::Combine(testing::EveryDeployment(), ::testing::Range(0, 4),
                                            ::testing::Values(Loss::kRequest, Loss::kAnswer)),
                         NameOfLoss);

TEST_P(LostCalls, AStepGoesOnByItselfOnceTheLineIsBack) {
  auto answer = TakeUntilLost();

  link().LoseNothing();

  EXPECT_THAT(answer.get(), IsOk());
  EXPECT_EQ(milkway_.PostingCount(), PostingsAfter());
  EXPECT_THAT(milkway_.Differences(), IsEmpty());
}

TEST_P(LostCalls, AStepThatARestartInterruptsIsThereExactlyOnce) {
  auto answer = TakeUntilLost();
  milkway_.Stop();
  EXPECT_THAT(answer.get(), StatusIs(absl::StatusCode::kUnavailable));
  link().LoseNothing();
  ASSERT_TRUE(milkway_.Restart());

  const auto again = day_.Take(step());

  EXPECT_THAT(again, IsOk());
  EXPECT_EQ(milkway_.PostingCount(), PostingsAfter());
  EXPECT_EQ(*day_.Take(step()), *again);
  EXPECT_THAT(milkway_.Differences(), IsEmpty());
}

TEST_P(LostCalls, AStepIsConcludedThoughNobodyAsksAgain) {
  auto answer = TakeUntilLost();
  milkway_.Stop();
  link().LoseNothing();
  ASSERT_TRUE(milkway_.Restart());

  EXPECT_TRUE(Eventually([&] {
    return milkway_.system().MetricsOf("consumption").find("consumption_open_intents 0") !=
           std::string::npos;
  }));
  EXPECT_EQ(milkway_.PostingCount(), PostingsAfter());
  EXPECT_THAT(milkway_.ListAll(), SizeIs(step() < 3 ? 2 : 3));
  EXPECT_EQ(milkway_.Servings({lot_})->servings(0).served_g(),
            milkway_.Balance(lot_, inv::ACCOUNT_KIND_SERVED));
}

TEST_P(LostCalls, AnErrorOfTheWholeCallIsNoRefusalOfTheStep) {
  auto answer = TakeUntilLost();

  // What was lost may have been posted: whatever the next call hears, the step goes on.
  link().Lose(Loss::kRequest, "BatchPost", grpc::StatusCode::PERMISSION_DENIED);
  link().AwaitLoss();
  link().LoseNothing();

  EXPECT_THAT(answer.get(), IsOk());
  EXPECT_EQ(milkway_.PostingCount(), PostingsAfter());
  EXPECT_EQ(milkway_.Servings({lot_})->servings(0).served_g(),
            milkway_.Balance(lot_, inv::ACCOUNT_KIND_SERVED));
}

TEST_P(LostCalls, TheSameRequestMeanwhileWaitsForTheSameAnswer) {
  auto first = TakeUntilLost();
  auto second = TakeAside();

  link().LoseNothing();

  const auto answer = first.get();
  ASSERT_THAT(answer, IsOk());
  EXPECT_EQ(*second.get(), *answer);
  EXPECT_EQ(milkway_.PostingCount(), PostingsAfter());
}

TEST_P(LostCalls, WhileAStepWaitsForTheLedgerNoOtherOfTheSameRecordBegins) {
  auto answer = TakeUntilLost();

  const bool is_correction = step() == 1 || step() == 2;
  if (is_correction) {
    const int64_t id = step() == 1 ? day_.first_id() : day_.other_id();
    EXPECT_THAT(milkway_.Correct(id, {{lot_, 25, {1}}}), IsRefusal("CORRECTION_UNDER_WAY"));
    // What stands until then is what was recorded.
    EXPECT_THAT(milkway_.Get(id)->revisions(), SizeIs(1));
  } else {
    EXPECT_THAT(milkway_.Record(MakeDistribution({{lot_, 25, {1}}}, day_.other_class())),
                IsRefusal("DISTRIBUTION_UNDER_WAY"));
    EXPECT_THAT(milkway_.ListAll(), SizeIs(step() == 0 ? 0 : 2));
  }
  EXPECT_THAT(milkway_.system().MetricsOf("consumption"), HasSubstr("consumption_open_intents 1"));

  link().LoseNothing();
  EXPECT_THAT(answer.get(), IsOk());
}

TEST_P(LostCalls, AnotherClassIsRecordedThoughAStepWaits) {
  auto answer = TakeUntilLost();
  link().LoseNothing();

  EXPECT_THAT(milkway_.Record(MakeDistribution({{lot_, 25, {1}}}, "another")), IsOk());
  EXPECT_THAT(answer.get(), IsOk());
}

struct PowerCutCase {
  Stores stores;
  const char* service;  // whose process loses its power
};

class PowerCuts : public ::testing::TestWithParam<PowerCutCase> {
 protected:
  // Takes a day until the power goes. Gives the answers before that.
  std::vector<std::string> TakeUntilPowerIsGone(SchoolDay* day) {
    auto taken = std::async(std::launch::async, [day] { return day->TakeAll(); });
    while (taken.wait_for(kPause) != std::future_status::ready) {
      if (!milkway_.system().PowerIsGone()) continue;
      milkway_.Stop();
      break;
    }
    return taken.get();
  }

  ConsumptionSystem milkway_{GetParam().stores};
  int64_t lot_ = milkway_.Buy(10'000);
};

std::string NameOfCut(const ::testing::TestParamInfo<PowerCutCase>& cut) {
  return absl::StrCat(testing::NameOf(cut.param.stores), "_", cut.param.service);
}

INSTANTIATE_TEST_SUITE_P(EveryProcess, PowerCuts,
                         ::testing::Values(PowerCutCase{Stores::kOneForAll, "consumption"},
                                           PowerCutCase{Stores::kOneEach, "consumption"},
                                           PowerCutCase{Stores::kOneEach, "inventory"}),
                         NameOfCut);

// The power goes before every single change of the disk that a day makes.
TEST_P(PowerCuts, WhatWasAnsweredStandsAndTheRestCanBeRepeated) {
  int64_t days = 0;
  bool was_cut = true;
  for (uint64_t at = 1; was_cut; ++at) {
    SCOPED_TRACE(absl::StrCat("before change ", at));
    SchoolDay day(&milkway_, ++days, lot_);
    std::vector<std::string> before;
    if (milkway_.Restart({GetParam().service, at})) before = TakeUntilPowerIsGone(&day);
    was_cut = milkway_.system().PowerIsGone() || before.size() < SchoolDay::kSteps;
    ASSERT_TRUE(milkway_.Restart());

    const std::vector<std::string> after = day.TakeAll();

    ASSERT_THAT(after, SizeIs(SchoolDay::kSteps));
    for (size_t step = 0; step < before.size(); ++step) EXPECT_EQ(after[step], before[step]);
    EXPECT_EQ(milkway_.Balance(lot_, inv::ACCOUNT_KIND_SERVED), SchoolDay::kServedG * days);
    EXPECT_EQ(milkway_.Balance(lot_, inv::ACCOUNT_KIND_LOSS_WASTED), SchoolDay::kWastedG * days);
    const auto servings = milkway_.Servings({lot_});
    ASSERT_THAT(servings, IsOk());
    EXPECT_EQ(servings->servings(0).servings(), SchoolDay::kServings * days);
    EXPECT_EQ(servings->servings(0).served_g(), SchoolDay::kServedG * days);
    EXPECT_EQ(servings->children(), 50);
    EXPECT_THAT(milkway_.Get(day.first_id())->revisions(), SizeIs(2));
    // One purchase, and the postings of each day.
    EXPECT_EQ(milkway_.PostingCount(), 1 + SchoolDay::kPostings * days);
  }
  EXPECT_GT(days, 10);
  EXPECT_THAT(milkway_.Differences(), IsEmpty());
}

}  // namespace
}  // namespace milkway::consumption
