// Steps across shipments and inventory happen exactly once, whatever is lost between
// the two and whenever the power goes.

#include <chrono>
#include <functional>
#include <future>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/shipments/shipments_system.h"
#include "tests/support/deployments.h"
#include "tests/support/refusal_matchers.h"

namespace milkway::shipments {
namespace {

using ::milkway::testing::IsOk;
using ::milkway::testing::IsRefusal;
using ::milkway::testing::PowerCut;
using ::milkway::testing::StatusIs;
using ::milkway::testing::UnreliableLink;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

using Loss = UnreliableLink::Loss;
using Stores = ShipmentsSystem::Stores;

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

// The life of one shipment of 10 packs that need a certificate, as requests that can be
// repeated. At its end 5 of them are usable at the school, 4 are missing and 1 is back.
class Journey {
 public:
  static constexpr int kSteps = 13;
  static constexpr int64_t kPostings = 10;

  // `number` makes its ids. `stranger`: a lot that turns up by mistake.
  Journey(ShipmentsSystem* milkway, int64_t number, int64_t lot, int64_t stranger)
      : milkway_(*milkway),
        shipment_id_(absl::StrCat("S-", number)),
        receipt_id_(absl::StrCat("R-", number)),
        lot_(lot),
        stranger_(stranger) {
    for (int step = 0; step < kSteps; ++step) request_ids_.push_back(milkway_.NextRequestId());
  }

  // Gives the answer as text.
  absl::StatusOr<std::string> Take(int step) {
    const std::string& request_id = request_ids_[static_cast<size_t>(step)];
    switch (step) {
      case 0: {
        v1::Shipment shipment = MakeShipment(shipment_id_, {{lot_, 10}});
        shipment.set_requires_release_certificate(true);
        return TextOf(milkway_.Create(shipment, request_id));
      }
      case 1:
        return TextOf(milkway_.Dispatch(shipment_id_, 2, request_id));
      case 2:
        return TextOf(milkway_.Receive(
            MakeReceipt(receipt_id_, shipment_id_, {{lot_, 3, 1, 1}, {stranger_, 2}}), request_id));
      case 3:
        return TextOf(milkway_.Correct(MakeReceipt(receipt_id_, shipment_id_, {{lot_, 4, 0, 2}}),
                                       request_id));
      case 4:
        return TextOf(milkway_.AttachCertificate(shipment_id_, request_id));
      case 5:
        return TextOf(milkway_.Release(shipment_id_, 12, request_id));
      case 6:
        return TextOf(milkway_.Return(shipment_id_, {{lot_, 1}}, 20, request_id));
      case 7:
        return TextOf(milkway_.Resolve(
            MakeResolution(shipment_id_, receipt_id_, lot_, v1::SHORTAGE_OUTCOME_FOUND, 1),
            request_id));
      case 8:
        return TextOf(milkway_.Receive(SecondReceipt({{lot_, 1}}), request_id));
      case 9:
        return TextOf(milkway_.Close(shipment_id_, 21, request_id));
      case 10:
        return TextOf(milkway_.Correct(SecondReceipt({}), request_id));
      case 11:
        return TextOf(milkway_.Lose(shipment_id_, 22, request_id));
      default:
        return TextOf(milkway_.Countersign(SecondReceipt({}), "procurement:bo", 2, request_id));
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

  const std::string& shipment_id() const { return shipment_id_; }

 private:
  v1::Receipt SecondReceipt(const std::vector<Arrived>& lines) const {
    return MakeReceipt(absl::StrCat(receipt_id_, "-second"), shipment_id_, lines, 15);
  }

  template <typename Response>
  static absl::StatusOr<std::string> TextOf(const absl::StatusOr<Response>& response) {
    if (!response.ok()) return response.status();
    return response->DebugString();
  }

  ShipmentsSystem& milkway_;
  const std::string shipment_id_;
  const std::string receipt_id_;
  const int64_t lot_;
  const int64_t stranger_;
  std::vector<std::string> request_ids_;
};

class LostCalls : public ::testing::TestWithParam<std::tuple<Stores, int, Loss>> {
 protected:
  Stores stores() const { return std::get<0>(GetParam()); }
  int step() const { return std::get<1>(GetParam()); }
  Loss loss() const { return std::get<2>(GetParam()); }

  // Takes the steps before the one that is to be lost.
  void TakeStepsBefore() {
    for (int earlier = 0; earlier < step(); ++earlier) ASSERT_THAT(journey_.Take(earlier), IsOk());
    postings_before_ = milkway_.PostingCount();
  }
  UnreliableLink& link() { return milkway_.system().LinkTo("inventory"); }

  ShipmentsSystem milkway_{stores()};
  int64_t lot_ = milkway_.Buy(100);
  int64_t stranger_ = milkway_.Buy(100);
  Journey journey_{&milkway_, 1, lot_, stranger_};
  int64_t postings_before_ = 0;
  std::future<absl::StatusOr<std::string>> answer_;
};

std::string NameOfLoss(const ::testing::TestParamInfo<LostCalls::ParamType>& loss) {
  const auto& [stores, step, kind] = loss.param;
  constexpr const char* kSteps[Journey::kSteps] = {
      "Draft",    "Dispatch",      "Receipt", "Correction", "Paper", "Release",  "Return",
      "Shortage", "SecondReceipt", "Closing", "Withdrawal", "Loss",  "Signature"};
  return absl::StrCat(testing::NameOf(stores), kSteps[step],
                      kind == Loss::kRequest ? "RequestLost" : "AnswerLost");
}

INSTANTIATE_TEST_SUITE_P(EveryStep, LostCalls,
                         ::testing::Combine(testing::EveryDeployment(),
                                            ::testing::Values(1, 2, 3, 5, 6, 7, 9, 11),
                                            ::testing::Values(Loss::kRequest, Loss::kAnswer)),
                         NameOfLoss);

TEST_P(LostCalls, AStepGoesOnByItselfOnceTheLineIsBack) {
  TakeStepsBefore();
  link().Lose(loss(), "BatchPost");
  auto answer = std::async(std::launch::async, [&] { return journey_.Take(step()); });
  link().AwaitLoss();

  link().LoseNothing();

  EXPECT_THAT(answer.get(), IsOk());
  EXPECT_EQ(milkway_.PostingCount(), postings_before_ + 1);
  EXPECT_THAT(milkway_.Differences(), IsEmpty());
}

TEST_P(LostCalls, AStepThatARestartInterruptsIsThereExactlyOnce) {
  TakeStepsBefore();
  link().Lose(loss(), "BatchPost");
  auto answer = std::async(std::launch::async, [&] { return journey_.Take(step()); });
  link().AwaitLoss();
  milkway_.Stop();
  EXPECT_THAT(answer.get(), StatusIs(absl::StatusCode::kUnavailable));
  link().LoseNothing();
  ASSERT_TRUE(milkway_.Restart());

  const auto again = journey_.Take(step());

  EXPECT_THAT(again, IsOk());
  EXPECT_EQ(milkway_.PostingCount(), postings_before_ + 1);
  EXPECT_EQ(*journey_.Take(step()), *again);
  EXPECT_THAT(milkway_.Differences(), IsEmpty());
}

TEST_P(LostCalls, AStepIsConcludedThoughNobodyAsksAgain) {
  TakeStepsBefore();
  link().Lose(loss(), "BatchPost");
  auto answer = std::async(std::launch::async, [&] { return journey_.Take(step()); });
  link().AwaitLoss();
  milkway_.Stop();
  link().LoseNothing();
  ASSERT_TRUE(milkway_.Restart());

  EXPECT_TRUE(Eventually([&] {
    return milkway_.system().MetricsOf("shipments").find("shipments_open_intents 0") !=
           std::string::npos;
  }));
  EXPECT_EQ(milkway_.PostingCount(), postings_before_ + 1);
}

TEST_P(LostCalls, WhileAStepWaitsForTheLedgerNoOtherStepBegins) {
  TakeStepsBefore();
  link().Lose(loss(), "BatchPost");
  auto answer = std::async(std::launch::async, [&] { return journey_.Take(step()); });
  link().AwaitLoss();

  EXPECT_THAT(milkway_.Receive(MakeReceipt("R-9", "S-1", {{lot_, 1}})), IsRefusal("SHIPMENT_BUSY"));
  EXPECT_THAT(milkway_.Dispatch("S-1"), IsRefusal("SHIPMENT_BUSY"));
  EXPECT_THAT(milkway_.Lose("S-1"), IsRefusal("SHIPMENT_BUSY"));
  EXPECT_THAT(milkway_.Return("S-1", {}), IsRefusal("SHIPMENT_BUSY"));
  EXPECT_THAT(milkway_.Cancel("S-1"), IsRefusal("SHIPMENT_BUSY"));
  EXPECT_THAT(milkway_.system().MetricsOf("shipments"), HasSubstr("shipments_open_intents 1"));

  link().LoseNothing();
  EXPECT_THAT(answer.get(), IsOk());
}

// An earlier try may have been posted: that the inventory does not let the service in any
// more, or does not understand it, says nothing of the posting.
TEST_P(LostCalls, AnErrorOfTheWholeCallIsNoRefusalOfTheStep) {
  TakeStepsBefore();
  for (const grpc::StatusCode code :
       {grpc::StatusCode::PERMISSION_DENIED, grpc::StatusCode::INVALID_ARGUMENT}) {
    link().Lose(loss(), "BatchPost", code);
    if (code == grpc::StatusCode::PERMISSION_DENIED) {
      answer_ = std::async(std::launch::async, [&] { return journey_.Take(step()); });
    }
    link().AwaitLoss();
    EXPECT_EQ(answer_.wait_for(std::chrono::milliseconds(1)), std::future_status::timeout);
  }

  link().LoseNothing();

  EXPECT_THAT(answer_.get(), IsOk());
  EXPECT_EQ(milkway_.PostingCount(), postings_before_ + 1);
  EXPECT_THAT(milkway_.Differences(), IsEmpty());
}

TEST_P(LostCalls, TheSameRequestMeanwhileWaitsForTheSameAnswer) {
  TakeStepsBefore();
  link().Lose(loss(), "BatchPost");
  auto first = std::async(std::launch::async, [&] { return journey_.Take(step()); });
  link().AwaitLoss();
  auto second = std::async(std::launch::async, [&] { return journey_.Take(step()); });

  link().LoseNothing();

  const auto answer = first.get();
  ASSERT_THAT(answer, IsOk());
  EXPECT_EQ(*second.get(), *answer);
  EXPECT_EQ(milkway_.PostingCount(), postings_before_ + 1);
}

TEST(LostQuestions, NothingIsDecidedWhileTheInventoryCannotBeAsked) {
  ShipmentsSystem milkway;
  const int64_t lot = milkway.Buy(100);
  const int64_t stranger = milkway.Buy(100);
  milkway.Ship("S-1", {{lot, 10}});
  UnreliableLink& link = milkway.system().LinkTo("inventory");

  link.Lose(Loss::kRequest, "GetLots");

  EXPECT_THAT(milkway.Create(MakeShipment("S-2", {{lot, 10}})),
              StatusIs(absl::StatusCode::kUnavailable));
  EXPECT_THAT(milkway.Receive(MakeReceipt("R-1", "S-1", {{stranger, 1}})),
              StatusIs(absl::StatusCode::kUnavailable));
  // What the shipment knows by itself needs no question.
  EXPECT_THAT(milkway.Receive(MakeReceipt("R-1", "S-1", {{lot, 1}})), IsOk());
  link.LoseNothing();
  EXPECT_THAT(milkway.Get("S-2"), IsRefusal("SHIPMENT_UNKNOWN"));
  EXPECT_THAT(milkway.Create(MakeShipment("S-2", {{lot, 10}})), IsOk());
}

struct PowerCutCase {
  Stores stores;
  const char* service;  // whose process loses its power
};

class PowerCuts : public ::testing::TestWithParam<PowerCutCase> {
 protected:
  // Takes a journey until the power goes. Gives the answers before that.
  std::vector<std::string> TakeUntilPowerIsGone(Journey* journey) {
    auto taken = std::async(std::launch::async, [journey] { return journey->TakeAll(); });
    while (taken.wait_for(kPause) != std::future_status::ready) {
      if (!milkway_.system().PowerIsGone()) continue;
      milkway_.Stop();
      break;
    }
    return taken.get();
  }

  ShipmentsSystem milkway_{GetParam().stores};
  int64_t lot_ = milkway_.Buy(10'000);
  int64_t stranger_ = milkway_.Buy(10'000);
};

std::string NameOfCut(const ::testing::TestParamInfo<PowerCutCase>& cut) {
  return absl::StrCat(testing::NameOf(cut.param.stores), "_", cut.param.service);
}

INSTANTIATE_TEST_SUITE_P(EveryProcess, PowerCuts,
                         ::testing::Values(PowerCutCase{Stores::kOneForAll, "shipments"},
                                           PowerCutCase{Stores::kOneEach, "shipments"},
                                           PowerCutCase{Stores::kOneEach, "inventory"}),
                         NameOfCut);

// The power goes before every single change of the disk that a journey makes.
TEST_P(PowerCuts, WhatWasAnsweredStandsAndTheRestCanBeRepeated) {
  int64_t journeys = 0;
  bool was_cut = true;
  for (uint64_t at = 1; was_cut; ++at) {
    SCOPED_TRACE(absl::StrCat("before change ", at));
    Journey journey(&milkway_, ++journeys, lot_, stranger_);
    std::vector<std::string> before;
    if (milkway_.Restart({GetParam().service, at})) before = TakeUntilPowerIsGone(&journey);
    was_cut = milkway_.system().PowerIsGone() || before.size() < Journey::kSteps;
    ASSERT_TRUE(milkway_.Restart());

    const std::vector<std::string> after = journey.TakeAll();

    ASSERT_THAT(after, SizeIs(Journey::kSteps));
    for (size_t step = 0; step < before.size(); ++step) EXPECT_EQ(after[step], before[step]);
    EXPECT_EQ(milkway_.Balance(lot_, inv::ACCOUNT_KIND_IN_TRANSIT, journey.shipment_id()), 0);
    EXPECT_EQ(milkway_.Balance(lot_, inv::ACCOUNT_KIND_USABLE, kSchool), 5'000 * journeys);
    EXPECT_EQ(milkway_.Balance(lot_, inv::ACCOUNT_KIND_LOSS_MISSING, kSchool), 4'000 * journeys);
    EXPECT_EQ(milkway_.Balance(lot_, inv::ACCOUNT_KIND_QUARANTINED, kSchool), 0);
    EXPECT_EQ(milkway_.Balance(stranger_, inv::ACCOUNT_KIND_FOUND, kSchool), 0);
    // Two purchases, and the postings of each journey.
    EXPECT_EQ(milkway_.PostingCount(), 2 + Journey::kPostings * journeys);
    EXPECT_EQ(milkway_.Changes().size(), static_cast<size_t>(Journey::kSteps * journeys));
  }
  EXPECT_GT(journeys, 10);
  EXPECT_THAT(milkway_.Differences(), IsEmpty());
}

}  // namespace
}  // namespace milkway::shipments
