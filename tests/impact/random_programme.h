// A small random programme: the real thing and programme_model.h beside it, with the same
// steps taken on both.

#ifndef MILKWAY_TESTS_IMPACT_RANDOM_PROGRAMME_H_
#define MILKWAY_TESTS_IMPACT_RANDOM_PROGRAMME_H_

#include <cstdint>
#include <map>
#include <random>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "services/impact/gift_impact.h"
#include "services/impact/questions.h"
#include "services/runtime/call.h"
#include "storage/store.h"
#include "tests/impact/programme_model.h"

namespace milkway::impact {

class RandomProgramme {
 public:
  using Tally = std::map<std::string, int64_t>;

  // All within `transaction`, which the caller throws away.
  RandomProgramme(uint64_t seed, storage::Transaction* transaction, Tally* tally);

  // Takes some steps, and looks at everything at the end. The first difference, or OK.
  void Run();

  // What was done, for a failure.
  const std::vector<std::string>& said() const { return said_; }

 private:
  using Shares = std::vector<std::vector<ProgrammeModel::Share>>;  // by lot and gift

  void Step();
  void AddLot();
  void AddGift();
  void BringMilk();
  void Allocate();
  void Deduct();
  void SetAside();
  void Serve();
  void Undo();
  void Lose();
  void Find();
  void SendBack();
  void ChangeCost();

  // Everything against the model, and what must hold of it whatever the model says.
  void CheckAll();
  void CheckMoney(size_t gift);
  Shares CheckShares();
  void CheckLot(size_t lot, const std::vector<ProgrammeModel::Share>& shares);
  void CheckDonor(const Shares& shares);
  void CheckProgramme();
  void ExpectNothingFell(const Shares& before, const Shares& after);

  GiftImpact ImpactOf(size_t gift);
  void Complete(GiftImpact* impact);
  BooksOfLot BooksOf(size_t lot) const;
  LotFacts FactsOf(size_t lot) const;
  std::vector<LotOnList> LotList() const;
  int64_t CupsAt(size_t lot, const std::string& school) const;
  // The same refusal, or none.
  void ExpectSame(const absl::Status& status, const std::string& refusal);

  template <typename... Parts>
  void Say(const Parts&... parts) {
    said_.push_back(absl::StrCat(parts...));
  }
  static std::string GiftId(size_t gift) { return absl::StrCat("G-", gift); }
  static LotId LotIdOf(size_t lot) { return LotId{static_cast<int64_t>(lot) + 1}; }
  std::string AnySchool() { return std::string(1, static_cast<char>('a' + Upto(3) - 1)); }
  size_t AnyLot() {
    return static_cast<size_t>(Upto(static_cast<int64_t>(model_.lots.size())) - 1);
  }
  size_t AnyGift() {
    return static_cast<size_t>(Upto(static_cast<int64_t>(model_.gifts.size())) - 1);
  }
  int64_t Upto(int64_t last) { return std::uniform_int_distribution<int64_t>(1, last)(random_); }

  std::mt19937_64 random_;
  storage::Transaction& transaction_;
  Tally& tally_;
  runtime::Call call_;
  ProgrammeModel model_;
  int64_t last_id_ = 0;
  std::vector<std::string> said_;
};

}  // namespace milkway::impact

#endif  // MILKWAY_TESTS_IMPACT_RANDOM_PROGRAMME_H_
