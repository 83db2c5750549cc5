// Recalls over random steps in many small worlds: placed, lifted, backdated, several at
// once, with counts, corrections, returns and servings that the books disagree with.
//
// After every few steps everything is recomputed from the postings: no account is below
// zero at any moment, counts keep their figures, grams are conserved, holds are what the
// postings make them, and nothing of a recalled lot is usable anywhere.
//
// MILKWAY_RANDOM_STEPS: how many, instead of 100,000. MILKWAY_RANDOM_SEED: the seed to
// repeat.

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "gtest/gtest.h"
#include "services/inventory/holds.h"
#include "services/inventory/log.h"
#include "tests/inventory/ledger_model.h"
#include "tests/inventory/ledger_steps.h"
#include "tests/inventory/recall_fixture.h"

namespace milkway::inventory {
namespace {

using K = AccountKind;
using Tally = std::map<std::string, int64_t>;

constexpr uint64_t kStepsUsual = 100'000;
constexpr uint64_t kStepsOfAWorld = 200;
constexpr uint64_t kStepsPerCheck = 20;

uint64_t Environment(const char* name, uint64_t otherwise) {
  const char* text = getenv(name);
  uint64_t number = otherwise;
  EXPECT_TRUE(text == nullptr || absl::SimpleAtoi(text, &number)) << name << "=" << text;
  return number;
}

class RecallWorld : public RecallTest {
 public:
  RecallWorld(uint64_t seed, Tally* tally) : random_(seed), maker_(seed), tally_(*tally) {}
  void TestBody() override {}

  // Says the first difference; empty if there is none.
  std::string Run() {
    for (uint64_t step = 1; step <= kStepsOfAWorld && difference_.empty(); ++step) {
      TakeStep();
      Mirror();
      if (step % kStepsPerCheck == 0) Check();
    }
    LiftAll();
    Check();
    return absl::StrCat(difference_, difference_.empty() ? "" : "\n", Story());
  }

 private:
  int64_t Upto(int64_t last) {
    return 1 + static_cast<int64_t>(random_() % static_cast<uint64_t>(last));
  }
  bool OneIn(int64_t times) { return Upto(times) == 1; }
  OccurredAt Time() { return March(static_cast<int>(Upto(10)), static_cast<int>(Upto(23))); }

  void TakeStep() {
    if (model_.last_lot() > 0 && OneIn(14)) return PlaceSome();
    if (OneIn(30)) return LiftSome();
    Step step = maker_.Next(model_);
    story_.push_back(TextOf(step));
    switch (step.kind) {
      case Step::Kind::kPurchase:
        return TakePurchase(step);
      case Step::Kind::kPosting:
        return TakePosting(step);
      case Step::Kind::kCount:
        return TakeCount(step);
    }
  }

  void Say(const char* what, const absl::Status& status) {
    const std::string reason = runtime::PartsOf(status).reason;
    ++tally_[status.ok() ? what : reason.empty() ? "INVALID_ARGUMENT" : reason];
    story_.back() += absl::StrCat(" -> ", status.ok() ? "done" : status.ToString());
    if (runtime::IsFailure(status)) difference_ = status.ToString();
  }

  void PlaceSome() {
    const std::string recall_id = absl::StrCat("R", ++last_recall_);
    Recall recall = RecallOf(recall_id, "", Time());
    if (OneIn(3)) {  // lots that are still to come, too
      recall.record.set_expires_to_day(LocalDateOf(March(static_cast<int>(100 + Upto(3)))).days);
    } else {
      recall.record.set_lot_number(ReadLot(reader(), LotId{Upto(model_.last_lot())})->lot_number());
    }
    story_.push_back(absl::StrCat("place ", recall_id, " ordered ",
                                  FormatOccurredAt(recall.ordered_at()), " for ",
                                  recall.record.ShortDebugString()));
    const absl::Status status = Place(recall, OneIn(2));
    if (status.ok()) open_.insert(recall_id);
    Say("recalls", status);
  }

  void LiftSome() {
    if (open_.empty()) return;
    auto recall = open_.begin();
    std::advance(recall, Upto(static_cast<int64_t>(open_.size())) - 1);
    const bool release = OneIn(2);
    story_.push_back(absl::StrCat("lift ", *recall, release ? " with release" : ""));
    OccurredAt lifted_at = Time();
    if (OneIn(2)) lifted_at = March(12);
    const auto released_g = Lift(*recall, lifted_at, release);
    if (released_g.ok()) open_.erase(recall);
    Say("recalls lifted", released_g.status());
  }

  void LiftAll() {
    while (!open_.empty() && difference_.empty()) {
      story_.push_back(absl::StrCat("lift ", *open_.begin(), " at the end"));
      const auto released_g = Lift(*open_.begin(), March(20), true);
      Say("recalls lifted", released_g.status());
      if (!released_g.ok()) difference_ = released_g.status().ToString();
      open_.erase(open_.begin());
    }
  }

  void TakePurchase(const Step& step) {
    const auto recorded = Transact([&](storage::Transaction& transaction) {
      return RecordPurchase(transaction, step.purchase, step.posting.request_id, "test", now_us_);
    });
    Say("purchases", recorded.status());
  }

  void TakePosting(const Step& step) {
    PostingDraft draft = step.posting;
    if (draft.corrects_position != 0) {
      const auto position = positions_.find(draft.corrects_position);
      draft.corrects_position = position == positions_.end() ? 1'000'000 : position->second;
    }
    const auto posted = Post(draft);
    Say("postings", posted.status());
    if (!posted.ok()) return;
    if (posted->quarantined_g > 0) ++tally_["postings out of quarantine"];
    for (auto& record : records_) {
      if (record.number == step.posting.corrects_position) record.corrected_by = step.number;
    }
    positions_[step.number] = posted->position;
    records_.push_back({step.number, draft.kind, draft.occurred_at, draft.movements, 0});
  }

  void TakeCount(const Step& step) {
    const auto counted =
        Transact([&](storage::Transaction& transaction) -> absl::StatusOr<Counted> {
          absl::StatusOr<Ledger> ledger = Ledger::Begin(transaction, now_us_);
          if (!ledger.ok()) return ledger.status();
          absl::StatusOr<Counted> result = ledger->Count(step.count);
          if (!result.ok()) return result;
          if (absl::Status ended = ledger->End(); !ended.ok()) return ended;
          return result;
        });
    Say("counts", counted.status());
  }

  // The step maker looks at what there is.
  void Mirror() {
    std::map<Account, int64_t> balances;
    int64_t last_lot = 0;
    const absl::Status status =
        AccountTable::Scan(reader(), AccountKey::Range(),
                           [&](const AccountKey::Key& key, const rec::AccountRecord& row) {
                             const auto& [lot, kind, place] = key;
                             balances[{LotId{lot}, static_cast<K>(kind), place}] = row.balance_g();
                             last_lot = std::max(last_lot, lot);
                             return true;
                           });
    if (!status.ok()) difference_ = status.ToString();
    model_.Mirror(last_lot, balances, records_);
  }

  void Check() {
    const std::vector<std::string> differences = Differences();
    if (!differences.empty() && difference_.empty()) difference_ = differences[0];
    const absl::Status status =
        LotRecallsTable::Scan(reader(), LotRecallsKey::Range(),
                              [&](const LotRecallsKey::Key&, const rec::LotRecallsRecord& recalls) {
                                if (recalls.recalls_size() > 1)
                                  ++tally_["lots under several recalls"];
                                return true;
                              });
    if (!status.ok()) difference_ = status.ToString();
    int64_t follow_ups = 0;
    const absl::Status log_status =
        ScanLog(reader(), LogKey::Range(), [&](int64_t, const Posting& posting) {
          const bool gives_back = posting.kind == PostingKind::kRecall &&
                                  posting.movements[0].from_kind == K::kQuarantined;
          if (gives_back) ++tally_["holds that gave back"];
          const bool is_of_release =
              posting.kind == PostingKind::kRecall && IsOfRelease(posting.kind, posting.reference);
          if (is_of_release) ++tally_["releases that gave back"];
          follow_ups += posting.kind == PostingKind::kRecall ? 1 : 0;
          return true;
        });
    if (!log_status.ok()) difference_ = log_status.ToString();
    if (follow_ups > 0) ++tally_["worlds with holds that followed"];
  }

  std::string Story() const {
    return difference_.empty() ? std::string() : absl::StrJoin(story_, "\n");
  }

  std::mt19937_64 random_;
  StepMaker maker_;
  Tally& tally_;
  LedgerModel model_{{{kFarm, false}, {kPort, false}, {kSchool, true}, {kOtherSchool, true}}};
  std::vector<LedgerModel::Record> records_;
  std::map<int64_t, int64_t> positions_;  // by number of the step
  std::set<std::string> open_;
  int last_recall_ = 0;
  std::vector<std::string> story_;
  std::string difference_;
};

TEST(RecallRandom, WhateverIsRecordedNothingOfARecalledLotIsUsableAndTheBooksHold) {
  const uint64_t seed = Environment("MILKWAY_RANDOM_SEED", std::random_device{}());
  const uint64_t steps_wanted = Environment("MILKWAY_RANDOM_STEPS", kStepsUsual);
  printf("MILKWAY_RANDOM_SEED=%lu\n", static_cast<unsigned long>(seed));
  Tally tally;

  for (uint64_t done = 0; done < steps_wanted; done += kStepsOfAWorld) {
    const uint64_t seed_of_world = seed + done / kStepsOfAWorld;
    const std::string difference = RecallWorld(seed_of_world, &tally).Run();
    ASSERT_EQ(difference, "") << "MILKWAY_RANDOM_SEED=" << seed_of_world
                              << " MILKWAY_RANDOM_STEPS=" << kStepsOfAWorld;
  }

  for (const char* what :
       {"recalls", "recalls lifted", "purchases", "postings", "counts", "LOT_RECALLED",
        "LOT_QUARANTINED", "postings out of quarantine", "holds that gave back",
        "releases that gave back", "lots under several recalls", "RECALL_MATCHES_NO_LOT"}) {
    EXPECT_TRUE(tally.contains(what) || steps_wanted < kStepsUsual) << what;
  }
  for (const auto& [what, times] : tally) {
    printf("%8ld %s\n", static_cast<long>(times), what.c_str());
  }
}

}  // namespace
}  // namespace milkway::inventory
