// Random receipts, corrections, losses, returns, releases, resolutions and signatures of
// many shipments, recorded by several clerks at once, against a simple model of each shipment
// (shipment_model.h). Now and then the services stop or lose their power, and what was not answered
// is asked again.
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
#include <random>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/shipments/shipment_clerk.h"
#include "tests/shipments/shipments_system.h"
#include "tests/support/deployments.h"
#include "tests/support/random_seed.h"
#include "tests/support/status_matchers.h"

namespace milkway::shipments {
namespace {

using ::milkway::testing::IsOk;
using ::milkway::testing::PowerCut;
using ::milkway::testing::RandomSeed;
using ::testing::IsEmpty;

using Stores = ShipmentsSystem::Stores;

constexpr int64_t kPacksOfALot = 1'000'000;
constexpr size_t kLots = 6;
constexpr int kClerks = 4;
constexpr int kStepsUsual = 12'000;     // for each deployment
constexpr int kStepsOfAShipment = 150;  // about: a shipment holds only so much
constexpr int kStepsOfARound = 2'000;
constexpr uint64_t kChangesMax = 1'500;

int StepsWanted() {
  const char* text = std::getenv("MILKWAY_RANDOM_STEPS");
  int steps = kStepsUsual;
  EXPECT_TRUE(text == nullptr || absl::SimpleAtoi(text, &steps)) << text;
  return steps;
}

int64_t ShipmentsOfAClerk() { return 15 + StepsWanted() / (kClerks * kStepsOfAShipment); }

using Books = std::map<std::pair<int, std::string>, int64_t>;  // of one lot

class RandomReceipts : public ::testing::TestWithParam<Stores> {
 protected:
  RandomReceipts() {
    std::vector<int64_t> lots;
    for (size_t lot = 0; lot < kLots; ++lot) lots.push_back(milkway_.Buy(kPacksOfALot));
    for (int number = 0; number < kClerks; ++number) {
      clerks_.push_back(
          std::make_unique<Clerk>(&milkway_, number, random_(), lots, ShipmentsOfAClerk()));
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
        add(inv::ACCOUNT_KIND_USABLE, place, totals->second.received - totals->second.quarantined);
        add(inv::ACCOUNT_KIND_QUARANTINED, place, totals->second.quarantined);
        const auto returned = shipment->model.returned().find(lot);
        if (returned != shipment->model.returned().end()) {
          add(inv::ACCOUNT_KIND_USABLE, kPort, returned->second.good);
          add(inv::ACCOUNT_KIND_DAMAGED, kPort, returned->second.damaged);
        }
        add(inv::ACCOUNT_KIND_DAMAGED, place, totals->second.damaged);
        add(inv::ACCOUNT_KIND_LOSS_MISSING, place, totals->second.missing);
        add(inv::ACCOUNT_KIND_FOUND, place, -totals->second.over);
      }
    }
    std::erase_if(books, [](const auto& row) { return row.second == 0; });
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

INSTANTIATE_TEST_SUITE_P(EveryDeployment, RandomReceipts, testing::EveryDeployment(),
                         testing::NameOfDeployment);

TEST_P(RandomReceipts, AgreeWithASimpleModelAndTheBooksWithBoth) {
  const int wanted = StepsWanted();

  while (steps_ < wanted && !HasFailure()) {
    StartRound();
    RunRound(std::min(kStepsOfARound, wanted - steps_));
  }
  ASSERT_TRUE(milkway_.Restart());
  // What was asked and not answered before the end.
  RunRound(0);

  std::printf("%d steps, %d power cuts\n", steps_, power_cuts_);
  for (const auto& clerk : clerks_) clerk->CompareStories();
  for (const int64_t lot : lots_) EXPECT_EQ(Actual(lot), Expected(lot)) << "lot " << lot;
  std::map<std::string, size_t> listed;  // open shortages of each shipment
  for (const v1::Shortage& shortage : milkway_.Shortages(false)) ++listed[shortage.shipment_id()];
  for (const auto& clerk : clerks_) {
    for (const auto& shipment : clerk->cases()) {
      EXPECT_EQ(listed[shipment->shipment_id], shipment->model.OpenShortages().size());
    }
  }
  const std::vector<v1::ShipmentChange> changes = milkway_.Changes();
  for (size_t index = 0; index < changes.size(); ++index) {
    ASSERT_EQ(changes[index].position(), static_cast<int64_t>(index) + 1);
  }
  EXPECT_THAT(milkway_.Differences(), IsEmpty());
}

}  // namespace
}  // namespace milkway::shipments
