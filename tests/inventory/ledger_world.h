// A real ledger and the model beside it, with the same steps taken on both.

#ifndef MILKWAY_TESTS_INVENTORY_LEDGER_WORLD_H_
#define MILKWAY_TESTS_INVENTORY_LEDGER_WORLD_H_

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/strings/str_cat.h"
#include "tests/inventory/inventory_fixture.h"
#include "tests/inventory/ledger_model.h"
#include "tests/inventory/ledger_steps.h"

namespace milkway::inventory {

// How often what happened, by name.
using Tally = std::map<std::string, int64_t>;

class World : public InventoryTest {
 public:
  using NextStep = absl::FunctionRef<std::optional<Step>(const LedgerModel&)>;

  explicit World(Tally* tally) : tally_(*tally) {}
  void TestBody() override {}

  // Takes the steps that `next` gives, until there are no more or the ledger
  // differs from the model, and looks at the whole in the end. Says the first
  // difference; empty if there is none.
  std::string Run(NextStep next);

 private:
  using Rows = std::vector<std::pair<std::string, std::string>>;

  template <typename... Parts>
  void Differ(const Parts&... parts) {
    if (difference_.empty()) difference_ = absl::StrCat(parts...);
  }

  absl::Status TakeSteps(storage::Transaction& transaction, Step step, NextStep next);
  void TakePurchase(storage::Transaction& transaction, const Step& step);
  void TakePosting(Ledger& ledger, const Step& step);
  void TakeCount(Ledger& ledger, const Step& step);

  // What was answered is what the model says.
  void CompareStatus(const absl::Status& status, const LedgerModel::Verdict& verdict);
  // Every account has what the model says, and the grams of every lot add up.
  void CompareBalances(const storage::Reader& reader);
  void CompareBalance(const Account& account, int64_t balance_g);
  void CheckConservation(const std::map<Account, int64_t>& balances);

  void CheckEnd();
  void CheckBooks(const storage::Reader& reader);
  // Stock cards are in order, never below zero, and change when the model's do.
  void CheckCards(const storage::Reader& reader);
  // Counts are as they were stated, and the books equal their figures.
  void CheckCounts(const storage::Reader& reader);
  void CheckCount(const storage::Reader& reader, const LedgerModel::Count& count);
  Rows AllRows();

  Tally& tally_;
  LedgerModel model_{{{kFarm, false}, {kPort, false}, {kSchool, true}, {kOtherSchool, true}}};
  std::map<int64_t, int64_t> positions_;  // in the log, by the step that took them
  std::string difference_;
};

}  // namespace milkway::inventory

#endif  // MILKWAY_TESTS_INVENTORY_LEDGER_WORLD_H_
