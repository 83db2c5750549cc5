// Random receipts and corrections of many shipments, recorded by several clerks at
// once, against a simple model of each shipment (shipment_model.h). Now and then the
// services stop or lose their power, and what was not answered is asked again.
//
//   MILKWAY_RANDOM_STEPS=100000 shipments_random_test    for a long run
//   MILKWAY_RANDOM_SEED=1 shipments_random_test          to repeat the choices of a run

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <memory>
#include <optional>
#include <random>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/shipments/shipment_model.h"
#include "tests/shipments/shipments_system.h"
#include "tests/support/random_seed.h"
#include "tests/support/refusal_matchers.h"

namespace milkway::shipments {
namespace {

using ::milkway::testing::IsOk;
using ::milkway::testing::IsRefusal;
using ::milkway::testing::PowerCut;
using ::milkway::testing::RandomSeed;
using ::testing::IsEmpty;

using Stores = ShipmentsSystem::Stores;

constexpr int64_t kPackG = 1000;
constexpr int64_t kPacksOfALot = 1'000'000;
constexpr size_t kLots = 6;
constexpr int kClerks = 4;
constexpr int kShipmentsOfAClerk = 15;
constexpr int kStepsUsual = 12'000;  // for each deployment
constexpr int kStepsOfARound = 2'000;
constexpr uint64_t kChangesMax = 1'500;

int StepsWanted() {
  const char* text = std::getenv("MILKWAY_RANDOM_STEPS");
  int steps = kStepsUsual;
  EXPECT_TRUE(text == nullptr || absl::SimpleAtoi(text, &steps)) << text;
  return steps;
}

// One shipment and its model.
struct Case {
  std::string shipment_id;
  std::string destination_id;
  ShipmentModel model;
  std::vector<v1::Receipt> recorded;  // as they were recorded first
  std::map<std::string, int> corrections;
};

// What a clerk is about to do, and asks again until it is answered.
struct Step {
  Case* shipment = nullptr;
  v1::Receipt receipt;
  std::vector<Arrived> lines;
  std::string request_id;
  enum class Kind { kReceive, kCorrect, kRepeat } kind = Kind::kReceive;
};

// Records receipts and corrections of some shipments. Everything that differs from
// the model is a failure of the test.
class Clerk {
 public:
  Clerk(ShipmentsSystem* milkway, int number, uint32_t seed, std::vector<int64_t> lots)
      : milkway_(*milkway), number_(number), random_(seed), lots_(std::move(lots)) {}

  void ShipAll() {
    for (int index = 0; index < kShipmentsOfAClerk; ++index) {
      const std::string id = absl::StrCat("S-", number_, "-", index);
      std::map<int64_t, int64_t> shipped;
      for (const int64_t lot : SomeLots()) shipped[lot] = 1 + Below(200);
      const char* destination = Below(2) == 0 ? kSchool : kOtherSchool;
      std::vector<Packs> lines;
      for (const auto& [lot, packs] : shipped) lines.push_back({lot, packs});
      ASSERT_THAT(milkway_.Create(MakeShipment(id, lines, destination)), IsOk());
      ASSERT_THAT(milkway_.Dispatch(id), IsOk());
      cases_.push_back(
          std::make_unique<Case>(Case{id, destination, ShipmentModel(shipped), {}, {}}));
    }
  }

  // Takes steps while there are some `left`, until one is not answered.
  void Work(std::atomic<int>* left) {
    while (!::testing::Test::HasFailure() && (pending_.has_value() || (*left)-- > 0)) {
      if (!pending_.has_value()) pending_ = NextStep();
      if (!Take(*pending_)) return;
      pending_.reset();
    }
  }

  const std::vector<std::unique_ptr<Case>>& cases() const { return cases_; }

  void CompareStories() {
    for (const auto& shipment : cases_) CompareStory(*shipment);
  }

 private:
  int64_t Below(int64_t limit) {
    return static_cast<int64_t>(random_() % static_cast<uint64_t>(limit));
  }

  // One lot or a few, each once.
  std::vector<int64_t> SomeLots() {
    std::vector<int64_t> lots = lots_;
    std::shuffle(lots.begin(), lots.end(), random_);
    lots.resize(static_cast<size_t>(1 + Below(3)));
    return lots;
  }

  std::vector<Arrived> SomeLines() {
    std::vector<Arrived> lines;
    for (const int64_t lot : SomeLots()) {
      Arrived line = {lot, Below(3) == 0 ? 0 : Below(30), Below(3) == 0 ? Below(8) : 0,
                      Below(3) == 0 ? Below(8) : 0};
      if (line.good + line.damaged + line.missing == 0) line.good = 1;
      lines.push_back(line);
    }
    return lines;
  }

  Step NextStep() {
    Step step;
    step.shipment = cases_[static_cast<size_t>(Below(kShipmentsOfAClerk))].get();
    step.request_id = milkway_.NextRequestId();
    const std::vector<v1::Receipt>& recorded = step.shipment->recorded;
    const int64_t dice = Below(20);
    if (recorded.empty() || dice < 11) {
      step.lines = SomeLines();
      step.receipt =
          MakeReceipt(absl::StrCat("R-", number_, "-", ++last_receipt_), step.shipment->shipment_id,
                      step.lines, 2 + Below(20), step.shipment->destination_id);
      return step;
    }
    const v1::Receipt& earlier =
        recorded[static_cast<size_t>(Below(static_cast<int64_t>(recorded.size())))];
    if (dice == 11) {
      step.kind = Step::Kind::kRepeat;
      step.receipt = earlier;
      return step;
    }
    step.kind = Step::Kind::kCorrect;
    if (Below(5) > 0) step.lines = SomeLines();
    step.receipt = MakeReceipt(earlier.receipt_id(), step.shipment->shipment_id, step.lines, 0,
                               step.shipment->destination_id);
    step.receipt.clear_received_at();
    return step;
  }

  // False if it is not known what became of the step.
  bool Take(const Step& step) {
    if (step.kind == Step::Kind::kCorrect) {
      return Hear(step, milkway_.Correct(step.receipt, step.request_id));
    }
    return Hear(step, milkway_.Receive(step.receipt, step.request_id));
  }

  template <typename Response>
  bool Hear(const Step& step, const absl::StatusOr<Response>& response) {
    if (absl::IsUnavailable(response.status()) || absl::IsCancelled(response.status())) {
      return false;
    }
    Case& shipment = *step.shipment;
    const std::string& receipt_id = step.receipt.receipt_id();
    const bool is_repeat = step.kind == Step::Kind::kRepeat;
    if (!is_repeat && !shipment.model.Accepts(receipt_id, step.lines)) {
      EXPECT_THAT(response, IsRefusal("RECEIPT_MISSING_TOO_MANY")) << step.receipt.DebugString();
      return true;
    }
    EXPECT_THAT(response, IsOk()) << step.receipt.DebugString();
    if (!response.ok()) return true;
    if (!is_repeat) shipment.model.Record(receipt_id, step.lines);
    if (step.kind == Step::Kind::kReceive) shipment.recorded.push_back(step.receipt);
    if (step.kind == Step::Kind::kCorrect) ++shipment.corrections[receipt_id];
    Compare(shipment, response->shipment());
    return true;
  }

  static void Compare(const Case& expected, const v1::Shipment& shipment) {
    std::map<int64_t, Totals> totals;
    bool is_in_transit = false;
    bool is_mentioned = false;
    for (const v1::ShipmentLineStatus& status : shipment.line_statuses()) {
      EXPECT_EQ(
          status.shipped_g() + status.over_g(),
          status.received_g() + status.damaged_g() + status.missing_g() + status.in_transit_g());
      totals[status.lot_id()] = {status.shipped_g() / kPackG,  status.over_g() / kPackG,
                                 status.received_g() / kPackG, status.damaged_g() / kPackG,
                                 status.missing_g() / kPackG,  status.in_transit_g() / kPackG};
      is_in_transit |= status.in_transit_g() > 0;
      is_mentioned |= status.received_g() + status.damaged_g() + status.missing_g() > 0;
    }
    EXPECT_TRUE(totals == expected.model.AllTotals()) << shipment.DebugString();
    EXPECT_EQ(shipment.state(), !is_in_transit ? v1::SHIPMENT_STATE_RECEIVED
                                : is_mentioned ? v1::SHIPMENT_STATE_PARTLY_RECEIVED
                                               : v1::SHIPMENT_STATE_DISPATCHED);
  }

  void CompareStory(const Case& expected) {
    const auto story = milkway_.Get(expected.shipment_id);
    ASSERT_THAT(story, IsOk());
    Compare(expected, story->shipment());
    ASSERT_EQ(static_cast<size_t>(story->receipts_size()), expected.model.receipts().size());
    for (const v1::RecordedReceipt& recorded : story->receipts()) {
      const std::string& id = recorded.receipt().receipt_id();
      const ShipmentModel::Lines& lines = expected.model.receipts().at(id);
      ASSERT_EQ(static_cast<size_t>(recorded.receipt().lines_size()), lines.size());
      for (const v1::ReceiptLine& line : recorded.receipt().lines()) {
        EXPECT_EQ(line.received_packs(), lines.at(line.lot_id()).arrived.good);
        EXPECT_EQ(line.damaged_packs(), lines.at(line.lot_id()).arrived.damaged);
        EXPECT_EQ(line.missing_packs(), lines.at(line.lot_id()).arrived.missing);
      }
      const auto corrections = expected.corrections.find(id);
      EXPECT_EQ(recorded.earlier_size(),
                corrections == expected.corrections.end() ? 0 : corrections->second);
    }
  }

  ShipmentsSystem& milkway_;
  const int number_;
  std::mt19937 random_;
  const std::vector<int64_t> lots_;
  std::vector<std::unique_ptr<Case>> cases_;
  int last_receipt_ = 0;
  std::optional<Step> pending_;
};

using Books = std::map<std::pair<int, std::string>, int64_t>;  // of one lot

class RandomReceipts : public ::testing::TestWithParam<Stores> {
 protected:
  RandomReceipts() {
    std::vector<int64_t> lots;
    for (size_t lot = 0; lot < kLots; ++lot) lots.push_back(milkway_.Buy(kPacksOfALot));
    for (int number = 0; number < kClerks; ++number) {
      clerks_.push_back(std::make_unique<Clerk>(&milkway_, number, random_(), lots));
      clerks_.back()->ShipAll();
    }
    lots_ = lots;
  }

  // Starts again, with or without a power cut to come.
  void StartRound() {
    PowerCut cut;
    if (random_() % 3 > 0) {
      cut = {random_() % 2 == 0 ? "shipments" : "inventory", 1 + random_() % kChangesMax};
    }
    if (milkway_.Restart(cut)) return;
    ++power_cuts_;
    ASSERT_TRUE(milkway_.Restart());
  }

  // Lets all clerks work until their steps are taken or the power is gone.
  void RunRound(int steps) {
    std::atomic<int> left{steps};
    std::atomic<int> working{kClerks};
    std::vector<std::thread> threads;
    for (const auto& clerk : clerks_) {
      threads.emplace_back([&, clerk = clerk.get()] {
        clerk->Work(&left);
        --working;
      });
    }
    bool is_running = true;
    while (working > 0) {
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
      if (is_running && milkway_.system().PowerIsGone()) {
        ++power_cuts_;
        is_running = false;
        milkway_.Stop();
      }
    }
    for (std::thread& thread : threads) thread.join();
    steps_ += steps - std::max(0, left.load());
  }

  Books Expected(int64_t lot) const {
    Books books;
    const auto add = [&books](inv::AccountKind kind, const std::string& place, int64_t packs) {
      if (packs != 0) books[{kind, place}] += packs * kPackG;
    };
    add(inv::ACCOUNT_KIND_USABLE, kPort, kPacksOfALot);
    for (const auto& clerk : clerks_) {
      for (const auto& shipment : clerk->cases()) {
        const auto all = shipment->model.AllTotals();
        const auto totals = all.find(lot);
        if (totals == all.end()) continue;
        const std::string& place = shipment->destination_id;
        add(inv::ACCOUNT_KIND_USABLE, kPort, -totals->second.shipped);
        add(inv::ACCOUNT_KIND_IN_TRANSIT, shipment->shipment_id, totals->second.in_transit);
        add(inv::ACCOUNT_KIND_USABLE, place, totals->second.received);
        add(inv::ACCOUNT_KIND_DAMAGED, place, totals->second.damaged);
        add(inv::ACCOUNT_KIND_LOSS_MISSING, place, totals->second.missing);
        add(inv::ACCOUNT_KIND_FOUND, place, -totals->second.over);
      }
    }
    return books;
  }

  Books Actual(int64_t lot) {
    Books books;
    for (const inv::Balance& balance : milkway_.Balances(lot)) {
      if (balance.account().kind() == inv::ACCOUNT_KIND_PURCHASED) continue;
      books[{balance.account().kind(), balance.account().place()}] = balance.quantity_g();
    }
    return books;
  }

  const uint32_t seed_ = RandomSeed();
  std::mt19937 random_{seed_};
  ShipmentsSystem milkway_{GetParam()};
  std::vector<int64_t> lots_;
  std::vector<std::unique_ptr<Clerk>> clerks_;
  int steps_ = 0;
  int power_cuts_ = 0;
};

INSTANTIATE_TEST_SUITE_P(EveryDeployment, RandomReceipts,
                         ::testing::Values(Stores::kOneForAll, Stores::kOneEach),
                         [](const auto& deployment) {
                           return deployment.param == Stores::kOneForAll ? "OneProcess" : "Apart";
                         });

TEST_P(RandomReceipts, AgreeWithASimpleModelAndTheBooksWithBoth) {
  const int wanted = StepsWanted();

  while (steps_ < wanted && !HasFailure()) {
    StartRound();
    RunRound(std::min(kStepsOfARound, wanted - steps_));
  }
  ASSERT_TRUE(milkway_.Restart());
  // What was asked and not answered before the end.
  RunRound(0);

  std::printf("%d receipts and corrections, %d power cuts\n", steps_, power_cuts_);
  for (const auto& clerk : clerks_) clerk->CompareStories();
  for (const int64_t lot : lots_) EXPECT_EQ(Actual(lot), Expected(lot)) << "lot " << lot;
  EXPECT_THAT(milkway_.Differences(), IsEmpty());
}

}  // namespace
}  // namespace milkway::shipments
