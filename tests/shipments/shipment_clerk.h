// Somebody who records what happens to some shipments, at random, and compares every
// answer with a model of the shipment.

#ifndef MILKWAY_TESTS_SHIPMENTS_SHIPMENT_CLERK_H_
#define MILKWAY_TESTS_SHIPMENTS_SHIPMENT_CLERK_H_

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <iterator>
#include <map>
#include <memory>
#include <optional>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/shipments/shipment_model.h"
#include "tests/shipments/shipments_system.h"
#include "tests/support/refusal_matchers.h"

namespace milkway::shipments {

inline constexpr int64_t kPackG = 1000;
inline constexpr char kSecondPerson[] = "procurement:bo";

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
  ShipmentModel::Cause cause;  // of a shortage
  v1::ShortageOutcome outcome = v1::SHORTAGE_OUTCOME_FOUND;
  enum class Kind {
    kReceive,
    kCorrect,
    kRepeat,
    kLose,
    kClose,
    kReturn,
    kRelease,
    kResolve,
    kSign,
  } kind = Kind::kReceive;
};

// Records receipts and corrections of some shipments. Everything that differs from
// the model is a failure of the test.
class Clerk {
 public:
  Clerk(ShipmentsSystem* milkway, int number, uint32_t seed, std::vector<int64_t> lots,
        int64_t shipments)
      : milkway_(*milkway),
        number_(number),
        random_(seed),
        lots_(std::move(lots)),
        shipments_(shipments) {}

  void ShipAll() {
    for (int64_t index = 0; index < shipments_; ++index) {
      const std::string id = absl::StrCat("S-", number_, "-", index);
      std::map<int64_t, int64_t> shipped;
      for (const int64_t lot : SomeLots()) shipped[lot] = 1 + Below(200);
      const char* destination = Below(2) == 0 ? kSchool : kOtherSchool;
      std::vector<Packs> lines;
      for (const auto& [lot, packs] : shipped) lines.push_back({lot, packs});
      v1::Shipment shipment = MakeShipment(id, lines, destination);
      const bool needs_release = Below(3) == 0;
      shipment.set_requires_release_certificate(needs_release);
      ASSERT_THAT(milkway_.Create(shipment), testing::IsOk());
      ASSERT_THAT(milkway_.Dispatch(id), testing::IsOk());
      ASSERT_THAT(milkway_.AttachCertificate(id), testing::IsOk());
      cases_.push_back(std::make_unique<Case>(
          Case{id, destination, ShipmentModel(shipped, needs_release), {}, {}}));
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
                      Below(3) == 0 ? Below(8) : 0, Below(5) == 0 ? Below(5) : 0};
      if (line.good + line.damaged + line.missing + line.refused == 0) line.good = 1;
      lines.push_back(line);
    }
    return lines;
  }

  Step NextStep() {
    Step step;
    step.shipment = cases_[static_cast<size_t>(Below(shipments_))].get();
    step.request_id = milkway_.NextRequestId();
    const int64_t dice = Below(100);
    const std::vector<v1::Receipt>& recorded = step.shipment->recorded;
    if (dice < 12) return ExitStep(std::move(step), dice);
    if (dice < 15) {
      step.kind = Step::Kind::kRelease;
      return step;
    }
    if (recorded.empty() || dice < 55) {
      step.lines = SomeLines();
      step.receipt =
          MakeReceipt(absl::StrCat("R-", number_, "-", ++last_receipt_), step.shipment->shipment_id,
                      step.lines, 2 + Below(20), step.shipment->destination_id);
      return step;
    }
    const v1::Receipt& earlier =
        recorded[static_cast<size_t>(Below(static_cast<int64_t>(recorded.size())))];
    step.receipt = earlier;
    if (dice < 60) {
      step.kind = Step::Kind::kRepeat;
      return step;
    }
    if (dice < 65) {
      step.kind = Step::Kind::kSign;
      return step;
    }
    return dice < 82 ? ResolveStep(std::move(step)) : CorrectStep(std::move(step));
  }

  Step ExitStep(Step step, int64_t dice) {
    if (dice < 2) {
      step.kind = Step::Kind::kLose;
    } else if (dice < 5) {
      step.kind = Step::Kind::kClose;
    } else {
      step.kind = Step::Kind::kReturn;
      for (const int64_t lot : SomeLots()) {
        step.lines.push_back({lot, 1 + Below(10), Below(2) == 0 ? 0 : Below(4)});
      }
    }
    return step;
  }

  Step CorrectStep(Step step) {
    step.kind = Step::Kind::kCorrect;
    if (Below(5) > 0) step.lines = SomeLines();
    step.receipt = MakeReceipt(step.receipt.receipt_id(), step.shipment->shipment_id, step.lines, 0,
                               step.shipment->destination_id);
    step.receipt.clear_received_at();
    return step;
  }

  // Mostly of something that is open.
  Step ResolveStep(Step step) {
    step.kind = Step::Kind::kResolve;
    const auto open = step.shipment->model.OpenShortages();
    step.cause = {step.receipt.receipt_id(),
                  lots_[static_cast<size_t>(Below(static_cast<int64_t>(lots_.size())))]};
    if (!open.empty()) {
      step.cause = std::next(open.begin(), Below(static_cast<int64_t>(open.size())))->first;
    }
    constexpr v1::ShortageOutcome kOutcomes[] = {
        v1::SHORTAGE_OUTCOME_FOUND, v1::SHORTAGE_OUTCOME_FOUND, v1::SHORTAGE_OUTCOME_LOST,
        v1::SHORTAGE_OUTCOME_STOLEN, v1::SHORTAGE_OUTCOME_COUNTED_WRONGLY};
    step.outcome = kOutcomes[Below(step.cause.first.empty() ? 4 : 5)];
    const bool has_damaged = step.outcome == v1::SHORTAGE_OUTCOME_FOUND ||
                             step.outcome == v1::SHORTAGE_OUTCOME_COUNTED_WRONGLY;
    step.lines = {{step.cause.second, 1 + Below(4), has_damaged ? Below(2) : 0}};
    return step;
  }

  // False if it is not known what became of the step.
  bool Take(const Step& step) {
    const std::string& id = step.shipment->shipment_id;
    switch (step.kind) {
      case Step::Kind::kReceive:
      case Step::Kind::kRepeat:
        return Hear(step, milkway_.Receive(step.receipt, step.request_id));
      case Step::Kind::kCorrect:
        return Hear(step, milkway_.Correct(step.receipt, step.request_id));
      case Step::Kind::kLose:
        return Hear(step, milkway_.Lose(id, 22, step.request_id));
      case Step::Kind::kClose:
        return Hear(step, milkway_.Close(id, 22, step.request_id));
      case Step::Kind::kReturn:
        return Hear(step, milkway_.Return(id, step.lines, 23, step.request_id));
      case Step::Kind::kRelease:
        return Hear(step, milkway_.Release(id, 12, step.request_id));
      case Step::Kind::kResolve:
        return Hear(step, milkway_.Resolve(
                              MakeResolution(id, step.cause.first, step.cause.second, step.outcome,
                                             step.lines[0].good, step.lines[0].damaged),
                              step.request_id));
      case Step::Kind::kSign:
        return Hear(step, milkway_.Countersign(step.receipt, kSecondPerson, 0, step.request_id));
    }
    return true;
  }

  // How the step is refused; empty if it is not.
  static std::string RefusalOf(const Step& step) {
    const ShipmentModel& model = step.shipment->model;
    switch (step.kind) {
      case Step::Kind::kReceive:
      case Step::Kind::kCorrect:
        return model.RefusalOf(step.receipt.receipt_id(), step.lines);
      case Step::Kind::kLose:
      case Step::Kind::kClose:
        return model.RefusalOfLoss(step.kind == Step::Kind::kClose);
      case Step::Kind::kReturn:
        return model.RefusalOfReturn(step.lines);
      case Step::Kind::kRelease:
        return model.RefusalOfRelease();
      case Step::Kind::kResolve:
        return model.RefusalOfResolution(step.cause, step.outcome, step.lines[0].good,
                                         step.lines[0].damaged);
      case Step::Kind::kRepeat:
      case Step::Kind::kSign:
        return "";
    }
    return "";
  }

  static void Enter(const Step& step) {
    Case& shipment = *step.shipment;
    const std::string& receipt_id = step.receipt.receipt_id();
    switch (step.kind) {
      case Step::Kind::kReceive:
        shipment.model.Record(receipt_id, step.lines);
        shipment.recorded.push_back(step.receipt);
        return;
      case Step::Kind::kCorrect:
        shipment.model.Record(receipt_id, step.lines);
        ++shipment.corrections[receipt_id];
        return;
      case Step::Kind::kLose:
      case Step::Kind::kClose:
        return shipment.model.Lose();
      case Step::Kind::kReturn:
        return shipment.model.Return(step.lines);
      case Step::Kind::kRelease:
        return shipment.model.Release();
      case Step::Kind::kResolve:
        if (step.outcome == v1::SHORTAGE_OUTCOME_COUNTED_WRONGLY) {
          ++shipment.corrections[step.cause.first];
        }
        return shipment.model.Resolve(step.cause, step.outcome, step.lines[0].good,
                                      step.lines[0].damaged);
      case Step::Kind::kSign:
        return shipment.model.Sign(receipt_id);
      case Step::Kind::kRepeat:
        return;
    }
  }

  template <typename Response>
  bool Hear(const Step& step, const absl::StatusOr<Response>& response) {
    if (absl::IsUnavailable(response.status()) || absl::IsCancelled(response.status())) {
      return false;
    }
    const std::string refusal = RefusalOf(step);
    const std::string what =
        absl::StrCat(step.shipment->shipment_id, ", kind ", static_cast<int>(step.kind), ", lot ",
                     step.cause.second, " ", step.cause.first, step.receipt.DebugString());
    if (!refusal.empty()) {
      EXPECT_THAT(response, testing::IsRefusal(refusal)) << what;
      return true;
    }
    EXPECT_THAT(response, testing::IsOk()) << what;
    if (!response.ok()) return true;
    Enter(step);
    if constexpr (requires { response->shipment(); }) {
      Compare(*step.shipment, response->shipment());
    }
    return true;
  }

  static void Compare(const Case& expected, const v1::Shipment& shipment) {
    std::map<int64_t, Totals> totals;
    for (const v1::ShipmentLineStatus& status : shipment.line_statuses()) {
      EXPECT_EQ(status.shipped_g() + status.over_g(), status.received_g() + status.damaged_g() +
                                                          status.missing_g() + status.returned_g() +
                                                          status.in_transit_g());
      totals[status.lot_id()] = {status.shipped_g() / kPackG,     status.over_g() / kPackG,
                                 status.received_g() / kPackG,    status.damaged_g() / kPackG,
                                 status.missing_g() / kPackG,     status.in_transit_g() / kPackG,
                                 status.returned_g() / kPackG,    status.declared_lost_g() / kPackG,
                                 status.quarantined_g() / kPackG, status.refused_g() / kPackG};
    }
    std::map<int64_t, Totals> wanted = expected.model.AllTotals();
    // A lot of which receipts only say that it was not there is not shown.
    std::erase_if(wanted,
                  [](const auto& row) { return row.second.shipped + row.second.over == 0; });
    EXPECT_TRUE(totals == wanted) << shipment.DebugString();
    EXPECT_EQ(shipment.state(), expected.model.State());
  }

  void CompareStory(const Case& expected) {
    const auto story = milkway_.Get(expected.shipment_id);
    ASSERT_THAT(story, testing::IsOk());
    Compare(expected, story->shipment());
    ASSERT_EQ(static_cast<size_t>(story->receipts_size()), expected.model.receipts().size());
    for (const v1::RecordedReceipt& recorded : story->receipts()) {
      const std::string& id = recorded.receipt().receipt_id();
      const ShipmentModel::Receipt& receipt = expected.model.receipts().at(id);
      ASSERT_EQ(static_cast<size_t>(recorded.receipt().lines_size()), receipt.lines.size());
      for (const v1::ReceiptLine& line : recorded.receipt().lines()) {
        const Arrived& arrived = receipt.lines.at(line.lot_id()).arrived;
        EXPECT_EQ(line.received_packs(), arrived.good);
        EXPECT_EQ(line.damaged_packs(), arrived.damaged);
        EXPECT_EQ(line.missing_packs(), arrived.missing);
        EXPECT_EQ(line.refused_packs(), arrived.refused);
      }
      EXPECT_EQ(recorded.has_countersignature(), receipt.is_signed) << id;
      const auto corrections = expected.corrections.find(id);
      EXPECT_EQ(recorded.earlier_size(),
                corrections == expected.corrections.end() ? 0 : corrections->second);
    }
    std::map<ShipmentModel::Cause, int64_t> open;
    for (const v1::Shortage& shortage : story->shortages()) {
      if (shortage.open_packs() == 0) continue;
      open[{shortage.receipt_id(), shortage.lot_id()}] = shortage.open_packs();
    }
    EXPECT_EQ(open, expected.model.OpenShortages());
  }

  ShipmentsSystem& milkway_;
  const int number_;
  std::mt19937 random_;
  const std::vector<int64_t> lots_;
  const int64_t shipments_;  // how many
  std::vector<std::unique_ptr<Case>> cases_;
  int last_receipt_ = 0;
  std::optional<Step> pending_;
};

}  // namespace milkway::shipments

#endif  // MILKWAY_TESTS_SHIPMENTS_SHIPMENT_CLERK_H_
