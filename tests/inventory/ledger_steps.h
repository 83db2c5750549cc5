// Random steps for the ledger: mostly plausible, often at the edge, some invalid.

#ifndef MILKWAY_TESTS_INVENTORY_LEDGER_STEPS_H_
#define MILKWAY_TESTS_INVENTORY_LEDGER_STEPS_H_

#include <cstdint>
#include <random>
#include <string>
#include <vector>

#include "services/inventory/ledger.h"
#include "services/inventory/purchases.h"
#include "tests/inventory/ledger_model.h"

namespace milkway::inventory {

struct Step {
  enum class Kind { kPurchase, kPosting, kCount };

  int64_t number = 0;
  Kind kind = Kind::kPosting;
  Purchase purchase;
  // Its corrects_position is the number of a step.
  PostingDraft posting;
  CountDraft count;
  bool ends_transaction = true;
  bool fails_transaction = false;  // so that nothing of it stays
};

// One line for a person who looks for the cause of a failure.
std::string TextOf(const Step& step);

// Makes the steps of one small world. The days, hours, offsets and the mix of
// kinds are its own, so that some worlds have many counts and others many
// corrections, and events often fall together.
class StepMaker {
 public:
  explicit StepMaker(uint64_t seed);

  // The next step, plausible where the books are as `model` has them.
  Step Next(const LedgerModel& model);

 private:
  using Maker = void (StepMaker::*)(const LedgerModel& model, Step* step);

  void MakePurchase(const LedgerModel& model, Step* step);
  void MakeDispatch(const LedgerModel& model, Step* step);
  void MakeReceipt(const LedgerModel& model, Step* step);
  void MakeDistribution(const LedgerModel& model, Step* step);
  void MakeAdjustment(const LedgerModel& model, Step* step);
  void MakeCount(const LedgerModel& model, Step* step);
  void MakeCorrection(const LedgerModel& model, Step* step);
  void MakeInvalid(const LedgerModel& model, Step* step);

  void MakePosting(const LedgerModel& model, PostingKind kind, Step* step);
  void MoveDispatched(const LedgerModel& model, std::vector<Movement>* movements);
  void MoveReceived(const LedgerModel& model, std::vector<Movement>* movements);
  void MoveServed(const LedgerModel& model, std::vector<Movement>* movements);
  void MoveAdjusted(const LedgerModel& model, std::vector<Movement>* movements);
  // Adds a movement of some of what is in `from`.
  void Move(const LedgerModel& model, const Account& from, AccountKind to,
            const std::string& to_place, std::vector<Movement>* movements);
  void Replace(const LedgerModel& model, const LedgerModel::Record& corrected, Step* step);

  int64_t Upto(int64_t last);  // 1 to `last`
  bool OneIn(int64_t times) { return Upto(times) == 1; }
  template <typename T>
  const T& OneOf(const std::vector<T>& choices) {
    return choices[static_cast<size_t>(Upto(static_cast<int64_t>(choices.size())) - 1)];
  }
  // Any of its times, or about when a world is that has come so far.
  OccurredAt Time();
  LotId Lot(const LedgerModel& model) { return LotId{Upto(model.last_lot())}; }
  // Where there is something of a kind, usually; and a lot of it there, usually.
  std::string PlaceOf(const LedgerModel& model, AccountKind kind,
                      const std::vector<std::string>& places);
  LotId LotAt(const LedgerModel& model, AccountKind kind, const std::string& place);
  // Grams to take from `account`: some, all, or a bit too much.
  int64_t Amount(const LedgerModel& model, const Account& account);

  std::mt19937_64 random_;
  int days_ = 0;
  std::vector<OccurredAt> times_;
  std::vector<Maker> makers_;  // the more often, the likelier
  int64_t last_number_ = 0;
};

}  // namespace milkway::inventory

#endif  // MILKWAY_TESTS_INVENTORY_LEDGER_STEPS_H_
